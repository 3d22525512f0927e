"""Sitting an exam: saving clicks, and handing in exactly once. Use cases: they take a Session and `now`, and never commit.

What a process acknowledged is in the database: an acknowledgement is sent after the commit. Handing in and saving exclude each other (SQLite by one
writer at a time, PostgreSQL by a lock on the attempt), so a click is either refused or counted, whatever happens at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.errors import AccessError, ConflictError, QueryError
from quiz.exams.marking import grade
from quiz.exams.papers import FormSource, Paper, paper
from quiz.exams.sheet import Event, EventKind, Sheet, answers_hash, fold
from quiz.exams.state import HandedIn
from quiz.tables import AnswerEventRow, AttemptRow

_LARGEST_STEP = 10_000  # how far above every known number an honest device can be
# The two statements of every save, on tables and not on rows, and made once: the busiest route of the site is made of little else.
_EVENTS, _ATTEMPTS = AnswerEventRow.__table__, AttemptRow.__table__
assert isinstance(_EVENTS, Table)
assert isinstance(_ATTEMPTS, Table)
_STANDING = (
    select(
        _ATTEMPTS.c.employee_id,
        _ATTEMPTS.c.deadline_at,
        _ATTEMPTS.c.submitted_at,
        select(func.max(_EVENTS.c.seq)).where(_EVENTS.c.attempt_id == bindparam("attempt")).scalar_subquery(),
    )
    .where(_ATTEMPTS.c.id == bindparam("attempt"))
    .with_for_update(read=True, of=_ATTEMPTS)
)
_INSERT = {
    "sqlite": sqlite.insert(_EVENTS).on_conflict_do_nothing(index_elements=["attempt_id", "device", "seq"]),
    "postgresql": postgresql.insert(_EVENTS).on_conflict_do_nothing(index_elements=["attempt_id", "device", "seq"]),
}
_CLICKS = select(_EVENTS.c.device, _EVENTS.c.seq, _EVENTS.c.kind, _EVENTS.c.position, _EVENTS.c.value).where(
    _EVENTS.c.attempt_id == bindparam("attempt")
)
_OWNER = select(_ATTEMPTS.c.employee_id, _ATTEMPTS.c.deadline_at).where(_ATTEMPTS.c.id == bindparam("attempt"))
_CLAIM = (
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == bindparam("attempt"), _ATTEMPTS.c.submitted_at.is_(None))
    .values(submitted_at=bindparam("at"), submitted_how=bindparam("how"))
)
_RECEIPT = select(_ATTEMPTS.c.receipt, _ATTEMPTS.c.submitted_at, _ATTEMPTS.c.submitted_how).where(_ATTEMPTS.c.id == bindparam("attempt"))


@dataclass(frozen=True, slots=True)
class Ack:
    """What was saved is saved: the greatest number of any event by now, and the whole seconds that are left."""

    highest: int
    remaining: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A paper was handed in. `fresh` is true for the one call that did it."""

    attempt_id: int
    receipt: str
    submitted_at: datetime
    how: HandedIn
    fresh: bool


def remaining(deadline_at: datetime, now: datetime) -> int:
    """The whole seconds until the deadline, not below 0."""
    return max(0, int((deadline_at - now).total_seconds()))


def append(session: Session, attempt_id: int, employee_id: int, events: Sequence[Event], now: datetime) -> Ack:
    """Save events: one read and one insert. An event that is there already is acknowledged again.

    Only what arrives before the deadline is taken. Raises AccessError for another person's attempt, ConflictError (`exam-submitted`, `exam-over`)
    once it is over, QueryError for numbers that no device can have reached.
    """
    found = session.connection().execute(_STANDING, {"attempt": attempt_id}).one_or_none()
    if found is None or found[0] != employee_id:
        raise AccessError("attempt-foreign")
    _, deadline_at, submitted_at, highest = found
    if submitted_at is not None:
        raise ConflictError("exam-submitted")
    if now >= deadline_at:
        raise ConflictError("exam-over")
    top = max((event.seq for event in events), default=0)
    if top > (highest or 0) + _LARGEST_STEP:
        raise QueryError("clicks-number")
    _insert(session, attempt_id, events, now)
    return Ack(max(top, highest or 0), remaining(deadline_at, now))


def _insert(session: Session, attempt_id: int, events: Sequence[Event], now: datetime) -> None:
    if not events:
        return
    rows = [
        {"attempt_id": attempt_id, "device": e.device, "seq": e.seq, "at": now, "kind": e.kind.value, "position": e.position, "value": e.value}
        for e in events
    ]
    session.connection().execute(_INSERT[session.get_bind().dialect.name], rows)


def sheet(session: Session, attempt_id: int) -> Sheet:
    """What a paper holds by now."""
    found = session.connection().execute(_CLICKS, {"attempt": attempt_id})
    return fold(Event(device, seq, EventKind(kind), position, value) for device, seq, kind, position, value in found)


def submit(session: Session, attempt_id: int, employee_id: int, now: datetime, given: Paper | None = None) -> Receipt:
    """Hand in: whoever comes first grades the paper, everybody else gets the same receipt. Raises AccessError for another person's attempt.

    `given` is the paper where the caller knows it.
    """
    found = session.connection().execute(_OWNER, {"attempt": attempt_id}).one_or_none()
    if found is None or found[0] != employee_id:
        raise AccessError("attempt-foreign")
    return _settle(session, attempt_id, found[1], now, lambda: given or paper(session, attempt_id))


def close(session: Session, attempt_id: int, now: datetime, forms: FormSource | None = None) -> Receipt:
    """Hand in an attempt, by the button before its deadline and by the deadline after it; exactly once, however many ask at once."""
    _, deadline_at = session.connection().execute(_OWNER, {"attempt": attempt_id}).one()
    return _settle(session, attempt_id, deadline_at, now, lambda: paper(session, attempt_id, forms))


def _settle(session: Session, attempt_id: int, deadline_at: datetime, now: datetime, given: Callable[[], Paper]) -> Receipt:
    at, how = min(now, deadline_at), HandedIn.BUTTON if now < deadline_at else HandedIn.DEADLINE
    claimed = session.connection().execute(_CLAIM, {"attempt": attempt_id, "at": at, "how": how.value}).rowcount
    if claimed:
        held = sheet(session, attempt_id)
        receipt = answers_hash(attempt_id, held.answers)
        grade(session, given(), held.answers, receipt)
        return Receipt(attempt_id, receipt, at, how, fresh=True)
    receipt, submitted_at, was = session.connection().execute(_RECEIPT, {"attempt": attempt_id}).one()
    return Receipt(attempt_id, receipt, submitted_at, HandedIn(was), fresh=False)


def next_overdue(session: Session, now: datetime, *, exam_id: int | None = None, employee_id: int | None = None) -> int | None:
    """An attempt whose deadline has passed and that nobody handed in, the longest overdue first."""
    query = select(AttemptRow.id).where(AttemptRow.submitted_at.is_(None), AttemptRow.deadline_at <= now)
    query = query.where(AttemptRow.exam_id == exam_id) if exam_id is not None else query
    query = query.where(AttemptRow.employee_id == employee_id) if employee_id is not None else query
    return session.scalar(query.order_by(AttemptRow.deadline_at, AttemptRow.id).limit(1))


def close_overdue(session: Session, now: datetime, forms: FormSource | None = None) -> int | None:
    """Hand in one overdue attempt and return its id, None when there is none left.

    One for each transaction: two processes that close many at once would wait for each other's sums.
    """
    found = next_overdue(session, now)
    if found is not None:
        close(session, found, now, forms)
    return found
