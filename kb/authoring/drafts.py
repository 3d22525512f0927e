"""Drafts as values, and the rows they are kept in. Use cases: they take a Session and never commit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import ConflictError, NotFoundError, QueryError
from kb.frontmatter import MAX_BYTES
from kb.tables import DraftEventRow, DraftRow

_PRESENT = timedelta(minutes=2)
_NOTED_EVERY = timedelta(minutes=1)


class State(StrEnum):
    """Where a draft stands."""

    EDITING = "editing"
    REVIEW = "review"
    APPROVED = "approved"
    PUBLISHED = "published"
    DROPPED = "dropped"


class Action(StrEnum):
    """What happened to a draft. `lost` keeps a text that came too late to be saved; `publishing` is an intent, ended by `live` or `failed`."""

    OPENED = "opened"
    LOOKED = "looked"
    SAVED = "saved"
    LOST = "lost"
    REBASED = "rebased"
    SENT = "sent"
    TAKEN_BACK = "taken_back"
    APPROVED = "approved"
    RETURNED = "returned"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    LIVE = "live"
    FAILED = "failed"
    DROPPED = "dropped"


OPEN = (State.EDITING, State.REVIEW, State.APPROVED)
STATES: dict[str, tuple[str, str]] = {
    "editing": ("编辑中", "being edited"),
    "review": ("待审", "in review"),
    "approved": ("已审待发布", "approved"),
    "published": ("已发布", "published"),
    "dropped": ("已放弃", "dropped"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry being written or changed. `base_version` is the version it changes, 0 for a new entry; `base_digest` the fingerprint of that file."""

    id: int
    entry_id: str
    base_version: int
    base_digest: str
    text: str
    state: State
    reason: str
    author: str
    editor: str
    reviewer: str
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a draft; `text` is what stood there before, or what could not be saved."""

    id: int
    at: datetime
    actor: str
    action: Action
    revision: int
    text: str
    remark: str


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has the draft open, and when they were last seen."""

    actor: str
    at: datetime


def value(row: DraftRow) -> Draft:
    """A row as a value."""
    return Draft(
        row.id, row.entry_id, row.base_version, row.base_digest, row.text, State(row.state), row.reason, row.author, row.editor or row.author,
        row.reviewer, row.revision, row.created_at, row.updated_at,
    )  # fmt: skip


def locked(session: Session, draft_id: int) -> DraftRow:
    """The row of a draft, nobody else's until the transaction ends. Raises NotFoundError."""
    row = session.scalar(select(DraftRow).where(DraftRow.id == draft_id).with_for_update())
    if row is None:
        raise NotFoundError("draft-missing", id=draft_id)
    return row


def in_state(row: DraftRow, *allowed: State) -> DraftRow:
    """The row, when it is in one of these states. Raises ConflictError otherwise."""
    if row.state not in allowed:
        zh, en = STATES[row.state]
        raise ConflictError("draft-state", state=zh, state_en=en)
    return row


def checked_size(text: str) -> str:
    """The text, when it is not larger than a content file may be. Raises QueryError."""
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        raise QueryError("draft-too-large", size=size // 1000, limit=MAX_BYTES // 1000)
    return text


def note(session: Session, row: DraftRow, actor: str, action: Action, now: datetime, *, text: str = "", remark: str = "") -> DraftEventRow:
    """Add to the history of a draft."""
    event = DraftEventRow(draft_id=row.id, at=now, actor=actor, action=action.value, revision=row.revision, text=text, remark=remark)
    session.add(event)
    session.flush()
    return event


def draft(session: Session, draft_id: int) -> Draft:
    """One draft. Raises NotFoundError."""
    row = session.get(DraftRow, draft_id)
    if row is None:
        raise NotFoundError("draft-missing", id=draft_id)
    return value(row)


def open_draft_of(session: Session, entry_id: str) -> Draft | None:
    """The draft of an entry that is not published or dropped yet."""
    row = session.scalar(select(DraftRow).where(DraftRow.entry_id == entry_id, DraftRow.state.in_(OPEN)))
    return value(row) if row else None


def drafts(session: Session, *, states: tuple[State, ...] = OPEN, author: str = "", limit: int = 100, offset: int = 0) -> list[Draft]:
    """Drafts in some states, those that changed last first; `author` is who began it or saved last."""
    query = select(DraftRow).where(DraftRow.state.in_(states))
    if author:
        query = query.where((DraftRow.author == author) | (DraftRow.editor == author))
    return [value(row) for row in session.scalars(query.order_by(DraftRow.updated_at.desc(), DraftRow.id.desc()).limit(limit).offset(offset))]


def drafts_of(session: Session, entry_id: str) -> list[Draft]:
    """Every draft of an entry, the newest first."""
    return [value(row) for row in session.scalars(select(DraftRow).where(DraftRow.entry_id == entry_id).order_by(DraftRow.id.desc()))]


def history(session: Session, draft_id: int) -> list[Event]:
    """What happened to a draft, oldest first, without who merely looked at it."""
    query = select(DraftEventRow).where(DraftEventRow.draft_id == draft_id, DraftEventRow.action != Action.LOOKED).order_by(DraftEventRow.id)
    return [_event(row) for row in session.scalars(query)]


def _event(row: DraftEventRow) -> Event:
    return Event(row.id, row.at, row.actor, Action(row.action), row.revision, row.text, row.remark)


def base_text(session: Session, draft_id: int) -> str:
    """The file that the draft was begun from, or was last put upon; "" for a new entry."""
    began = (Action.OPENED, Action.REBASED)
    query = select(DraftEventRow.text).where(DraftEventRow.draft_id == draft_id, DraftEventRow.action.in_(began)).order_by(DraftEventRow.id.desc())
    return session.scalar(query.limit(1)) or ""


def look_in(session: Session, draft_id: int, actor: str, now: datetime) -> None:
    """Note that somebody has the draft open, at most once a minute."""
    row = session.get(DraftRow, draft_id)
    if row is None:
        raise NotFoundError("draft-missing", id=draft_id)
    since = now - _NOTED_EVERY
    query = select(DraftEventRow.id).where(DraftEventRow.draft_id == draft_id, DraftEventRow.actor == actor, DraftEventRow.at > since)
    if session.scalar(query.limit(1)) is None:
        note(session, row, actor, Action.LOOKED, now)


def presence(session: Session, draft_id: int, now: datetime, but: str = "") -> tuple[Present, ...]:
    """Who saved or opened the draft within the last two minutes, the latest first, without oneself."""
    query = select(DraftEventRow.actor, DraftEventRow.at).where(DraftEventRow.draft_id == draft_id, DraftEventRow.at > now - _PRESENT)
    seen: dict[str, datetime] = {}
    for actor, at in session.execute(query):
        if actor not in {but, ""}:
            seen[actor] = max(at, seen.get(actor, at))
    return tuple(Present(actor, at) for actor, at in sorted(seen.items(), key=lambda item: item[1], reverse=True))
