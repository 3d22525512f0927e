"""The past of an entry: every version that clerks had, what each changed, and the way back."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from kb.authoring.drafts import Draft, drafts_of
from kb.authoring.entryform import EntryForm, form_of
from kb.db import reading
from kb.errors import NotFoundError
from kb.ledger import Published, history, published_entry
from web.authoring.differences import Difference, difference
from web.authoring.surroundings import last_version
from web.wiring import services

_MOST = 30


@dataclass(frozen=True, slots=True)
class Version:
    """A version with what it changed, None for the first."""

    published: Published
    changes: Difference | None


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the history."""
    blueprint.add_url_rule("/authoring/entries/<entry_id>/history", view_func=versions)


def versions(entry_id: str) -> str:
    """The versions of an entry, the newest first, and its drafts. Raises NotFoundError for an entry that nobody ever wrote."""
    with reading(services().engine) as db:
        published = history(db, entry_id)[-_MOST:]
        entries = [published_entry(db, one.ref) for one in published]
        drafts: list[Draft] = drafts_of(db, entry_id)
    now = last_version(entry_id)
    if now is None and not published and not drafts:
        raise NotFoundError("entry-missing", id=entry_id[:80])
    forms = [form_of(entry) if entry else EntryForm() for entry in entries]
    lines = [Version(one, difference(forms[i - 1], forms[i]) if i else None) for i, one in enumerate(published)]
    return render_template("authoring/versions.html", entry_id=entry_id, entry=now, lines=list(reversed(lines)), drafts=drafts)
