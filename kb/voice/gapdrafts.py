"""From what people searched in vain to a draft: a new entry, or more asks for one that is there. Use cases: they take a Session and never commit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from kb.authoring.drafts import Draft, State, open_draft_of
from kb.authoring.entryform import EntryForm, read_form
from kb.authoring.slugs import entry_slug
from kb.authoring.writing import open_draft, open_new, save_form
from kb.entry import Kind
from kb.errors import ConflictError, QueryError
from kb.library import Library
from kb.voice.privacy import HIDDEN

MOST_ASKS, LONGEST_ASK = 20, 120


def draft_new(session: Session, library: Library, phrasings: Sequence[str], topic: str, actor: str, now: datetime) -> Draft:
    """Begin a new entry under the first phrasing as its title, with all of them as asks. Raises QueryError where none can be used."""
    asks = usable(phrasings)
    form = EntryForm(id=entry_slug(asks[0], {entry.id for entry in library.entries}), title=asks[0], kind=Kind.BASIC.value, topic=topic, asks=asks)
    return open_new(session, library, form, actor, now)


def draft_asks(session: Session, content: Path, entry_id: str, phrasings: Sequence[str], actor: str, now: datetime, version: int = 0) -> Draft:
    """Add phrasings to the asks of an entry, in the draft that one has open already or in a new one.

    Raises QueryError where none can be used, NotFoundError without the entry's file, ConflictError when somebody else has a draft open, or it is no
    longer being edited.
    """
    asks = usable(phrasings)
    draft = open_draft_of(session, entry_id)
    if draft is None:
        draft = open_draft(session, content, entry_id, actor, now, version)
    elif actor not in {draft.author, draft.editor} or draft.state is not State.EDITING:
        raise ConflictError("draft-open", entry=entry_id, who=draft.editor)
    form = read_form(draft.text)
    saved = save_form(session, draft.id, replace(form, asks=tuple(dict.fromkeys((*form.asks, *asks)))), draft.revision, actor, now)
    if saved.conflict:
        raise saved.conflict
    return saved.draft


def usable(phrasings: Sequence[str]) -> tuple[str, ...]:
    """The phrasings that can be asks: without hidden numbers, each once. Raises QueryError where none is left."""
    asks = dict.fromkeys(" ".join(text.replace(HIDDEN, " ").split())[:LONGEST_ASK] for text in phrasings)
    found = tuple(text for text in asks if text and text.isprintable())[:MOST_ASKS]
    if not found:
        raise QueryError("gap-phrasings")
    return found
