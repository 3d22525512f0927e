"""Writing entries in the browser: from a draft to an approved text. Use cases: they take a Session and never commit."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.authoring.draftcheck import Checked, check_draft
from kb.authoring.drafts import OPEN, Action, Draft, State, checked_size, in_state, locked, note, open_draft_of, value
from kb.authoring.entryfiles import EntryFile, files_of
from kb.authoring.entryform import EntryForm, form_of, read_form, storable
from kb.authoring.entrytext import apply_form, new_text
from kb.calendar import SHANGHAI
from kb.entry import EntryRef, Status
from kb.errors import AccessError, ConflictError, ContentError, NotFoundError, QueryError
from kb.ledger import published_entry
from kb.library import Library
from kb.parse import ID
from kb.tables import DraftEventRow, DraftRow

_LONGEST_REASON = 1000
_KEPT_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: the draft as it stands now, and why the text is not in it, None where it is.

    A text that came too late is kept in the history (`lost`) and returned in `text`; the edge commits first and raises `conflict` after that.
    """

    draft: Draft
    text: str
    conflict: ConflictError | None = None


def open_draft(session: Session, content: Path, entry_id: str, actor: str, now: datetime, version: int = 0) -> Draft:
    """Begin to change an entry as its file stands now, its last version unless one is named.

    Raises NotFoundError without such a file, ConflictError when the entry has an open draft.
    """
    file = _file(content, entry_id, version)
    return _begin(session, entry_id, file.text, actor, now, base=file)


def _file(content: Path, entry_id: str, version: int) -> EntryFile:
    found = [f for f in files_of(content, entry_id) if version in {0, f.entry.version}]
    if not found:
        raise NotFoundError("entry-missing", id=entry_id[:80])
    return found[-1]


def open_new(session: Session, library: Library, form: EntryForm, actor: str, now: datetime) -> Draft:
    """Begin a new entry. Raises QueryError for an id that cannot be one, ConflictError for one that is taken."""
    if not ID.fullmatch(form.id) or len(form.id) > 200:
        raise QueryError("bad-id", value=form.id[:80])
    if library.versions(form.id):
        raise ConflictError("entry-id-taken", id=form.id)
    text = new_text(replace(form, version=form.version or "1", status=form.status or Status.PUBLISHED.value))
    return _begin(session, form.id, text, actor, now)


def open_rollback(session: Session, content: Path, ref: EntryRef, actor: str, now: datetime, reason: str = "") -> Draft:
    """Begin to go back to the wording of an older version, as the ledger holds it.

    Raises NotFoundError where it holds none, ConflictError when the entry has an open draft.
    """
    old = published_entry(session, ref)
    if old is None:
        raise NotFoundError("entry-missing", id=str(ref)[:80])
    file = _file(content, ref.entry_id, 0)
    present = read_form(file.text)
    form = replace(form_of(old, present), version=present.version, status=Status.PUBLISHED.value)
    return _begin(session, ref.entry_id, apply_form(file.text, form), actor, now, base=file, reason=reason)


def _begin(session: Session, entry_id: str, text: str, actor: str, now: datetime, *, base: EntryFile | None = None, reason: str = "") -> Draft:
    if other := open_draft_of(session, entry_id):
        raise ConflictError("draft-open", entry=entry_id, who=other.editor)
    row = DraftRow(
        entry_id=entry_id, base_version=base.entry.version if base else 0, base_digest=base.digest if base else "", text=checked_size(text),
        state=State.EDITING.value, reason=reason, author=actor, editor=actor, revision=1, created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    note(session, row, actor, Action.OPENED, now, text=base.text if base else "", remark=reason)
    return value(row)


def save_form(session: Session, draft_id: int, form: EntryForm, revision: int, actor: str, now: datetime) -> Saved:
    """Save a form; see `save`."""
    row = locked(session, draft_id)
    return _save(session, row, apply_form(row.text, form), revision, actor, now)


def save(session: Session, draft_id: int, text: str, revision: int, actor: str, now: datetime) -> Saved:
    """Save a whole text on top of the revision that its writer saw.

    Raises QueryError for one that is too large, ContentError for one without a head that can be read, ConflictError for another's id. Where somebody
    else saved in between, or the draft is no longer being edited, nothing is overwritten: see `Saved`.
    """
    return _save(session, locked(session, draft_id), storable(text), revision, actor, now)


def _save(session: Session, row: DraftRow, text: str, revision: int, actor: str, now: datetime) -> Saved:
    checked_size(text)
    if row.revision != revision or row.state != State.EDITING:
        if text == row.text and row.state == State.EDITING:
            return Saved(value(row), text)
        return Saved(value(row), text, _lost(session, row, text, actor, now))
    entry_id = _entry_id(session, row, read_form(text).id)
    if text != row.text:
        if row.editor != actor or not _noted_lately(session, row, actor, now):
            note(session, row, actor, Action.SAVED, now, text=row.text)
        row.text, row.entry_id = text, entry_id
        row.revision, row.editor, row.updated_at = row.revision + 1, actor, now
        session.flush()
    return Saved(value(row), text)


def _lost(session: Session, row: DraftRow, text: str, actor: str, now: datetime) -> ConflictError:
    note(session, row, actor, Action.LOST, now, text=text)
    try:
        in_state(row, State.EDITING)
    except ConflictError as error:
        return error
    return ConflictError("draft-changed", who=row.editor or row.author, at=f"{row.updated_at.astimezone(SHANGHAI):%H:%M}")


def _entry_id(session: Session, row: DraftRow, wanted: str) -> str:
    """The id under which the draft is kept; that of a published entry never changes. A new one follows its text once that is a good id."""
    if wanted == row.entry_id or not ID.fullmatch(wanted) or len(wanted) > 200:
        return row.entry_id
    if row.base_version:
        raise ConflictError("draft-id-changed", id=row.entry_id)
    if other := open_draft_of(session, wanted):
        raise ConflictError("draft-open", entry=wanted, who=other.editor)
    return wanted


def _noted_lately(session: Session, row: DraftRow, actor: str, now: datetime) -> bool:
    query = select(DraftEventRow).where(DraftEventRow.draft_id == row.id, DraftEventRow.action != Action.LOOKED).order_by(DraftEventRow.id.desc())
    last = session.scalar(query.limit(1))
    return last is not None and last.actor == actor and last.action == Action.SAVED and now - last.at < _KEPT_EVERY


def check(draft: Draft, library: Library, today: date) -> Checked:
    """What is wrong with a draft, in the library as clerks have it."""
    base = library.get(EntryRef(draft.entry_id, draft.base_version)) if draft.base_version else None
    return check_draft(draft.text, library, today, base.source.path if base else "")


def refuse_faulty(checked: Checked) -> None:
    """Raises ContentError when something keeps the draft from being published."""
    if errors := checked.errors:
        first = errors[0].fault
        raise ContentError("draft-faulty", count=len(errors), first=first.text("zh"), first_en=first.text("en"))


def send_to_review(session: Session, library: Library, draft_id: int, revision: int, reason: str, actor: str, now: datetime) -> Draft:
    """Ask for a review; the reason of the change goes with it.

    Raises QueryError without a reason, ContentError while there are errors, ConflictError when the draft is another by now.
    """
    row = _current(session, draft_id, revision, State.EDITING)
    row.reason = _said(reason, "draft-reason")
    refuse_faulty(check(value(row), library, now.astimezone(SHANGHAI).date()))
    return _move(session, row, State.REVIEW, Action.SENT, actor, now, row.reason)


def approve(session: Session, draft_id: int, revision: int, actor: str, now: datetime) -> Draft:
    """Approve what was read, and nothing that came after it.

    Raises AccessError for whoever wrote it or edited it last, ConflictError when it is another by now or not in review.
    """
    row = _current(session, draft_id, revision, State.REVIEW)
    if actor in {row.author, row.editor}:
        raise AccessError("review-own")
    row.reviewer = actor
    return _move(session, row, State.APPROVED, Action.APPROVED, actor, now)


def send_back(session: Session, draft_id: int, revision: int, remark: str, actor: str, now: datetime) -> Draft:
    """Return a draft to its author with a remark. Raises QueryError without one, AccessError for one's own, ConflictError see `approve`."""
    row = _current(session, draft_id, revision, State.REVIEW, State.APPROVED)
    if actor in {row.author, row.editor}:
        raise AccessError("review-own")
    return _move(session, row, State.EDITING, Action.RETURNED, actor, now, _said(remark, "draft-remark"))


def take_back(session: Session, draft_id: int, actor: str, now: datetime) -> Draft:
    """Go on editing a draft that was sent or approved; what was approved is void."""
    row = in_state(locked(session, draft_id), State.REVIEW, State.APPROVED)
    return _move(session, row, State.EDITING, Action.TAKEN_BACK, actor, now)


def drop(session: Session, draft_id: int, actor: str, now: datetime, remark: str = "") -> Draft:
    """Give a draft up; its text stays in the history."""
    return _move(session, in_state(locked(session, draft_id), *OPEN), State.DROPPED, Action.DROPPED, actor, now, remark[:_LONGEST_REASON])


def rebase(session: Session, content: Path, draft_id: int, revision: int, text: str, actor: str, now: datetime) -> Draft:
    """Put a merged text upon the file as it stands now, after it was changed elsewhere; the draft has to be reviewed again."""
    row = _current(session, draft_id, revision, *OPEN)
    files = files_of(content, row.entry_id)
    if not files:
        raise ConflictError("file-gone", id=row.entry_id)
    file = next((f for f in files if f.entry.version == row.base_version), files[-1])
    merged = checked_size(storable(text))
    read_form(merged)
    note(session, row, actor, Action.SAVED, now, text=row.text)
    row.text, row.base_version, row.base_digest = merged, file.entry.version, file.digest
    row.revision, row.editor = row.revision + 1, actor
    return _move(session, row, State.EDITING, Action.REBASED, actor, now, text=file.text)


def _current(session: Session, draft_id: int, revision: int, *allowed: State) -> DraftRow:
    row = in_state(locked(session, draft_id), *allowed)
    if row.revision != revision:
        raise ConflictError("draft-changed", who=row.editor or row.author, at=f"{row.updated_at.astimezone(SHANGHAI):%H:%M}")
    return row


def _said(text: str, code: str) -> str:
    said = storable(text).strip()
    if not said or len(said) > _LONGEST_REASON:
        raise QueryError(code, limit=_LONGEST_REASON)
    return said


def _move(session: Session, row: DraftRow, state: State, action: Action, actor: str, now: datetime, remark: str = "", text: str = "") -> Draft:
    row.state, row.updated_at = state.value, now
    if state is State.EDITING:
        row.reviewer = ""
    note(session, row, actor, action, now, text=text, remark=remark)
    return value(row)
