"""Urgent withdrawals: an entry out of every answer at once, until somebody lifts it. Use cases: they take a Session and never commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.authoring.entryform import storable
from kb.errors import ConflictError, NotFoundError, QueryError
from kb.tables import WithdrawalRow

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One withdrawal; `lifted_at` is None while it lasts."""

    entry_id: str
    reason: str
    by: str
    at: datetime
    lifted_at: datetime | None = None
    lifted_by: str = ""


def _value(row: WithdrawalRow) -> Withdrawal:
    return Withdrawal(row.entry_id, row.reason, row.by, row.at, row.lifted_at, row.lifted_by)


def withdraw(session: Session, entry_id: str, reason: str, by: str, now: datetime) -> Withdrawal:
    """Take an entry out of every answer. Raises QueryError without a reason, ConflictError when it is out already."""
    said = storable(reason).strip()
    if not said or len(said) > LONGEST_REASON:
        raise QueryError("withdrawal-reason", limit=LONGEST_REASON)
    if entry_id in withdrawn(session):
        raise ConflictError("withdrawn-already", id=entry_id[:80])
    row = WithdrawalRow(entry_id=entry_id, reason=said, by=by, at=now)
    session.add(row)
    session.flush()
    return _value(row)


def lift(session: Session, entry_id: str, by: str, now: datetime) -> Withdrawal:
    """Let an entry back into the answers. Raises NotFoundError when it is not withdrawn."""
    rows = session.scalars(select(WithdrawalRow).where(WithdrawalRow.entry_id == entry_id, WithdrawalRow.lifted_at.is_(None))).all()
    if not rows:
        raise NotFoundError("withdrawal-missing", id=entry_id[:80])
    for row in rows:
        row.lifted_at, row.lifted_by = now, by
    session.flush()
    return _value(rows[-1])


def withdrawn(session: Session) -> Mapping[str, Withdrawal]:
    """What is withdrawn now, by entry id."""
    rows = session.scalars(select(WithdrawalRow).where(WithdrawalRow.lifted_at.is_(None)).order_by(WithdrawalRow.id))
    return {row.entry_id: _value(row) for row in rows}


def withdrawn_ids(session: Session) -> frozenset[str]:
    """The ids of what is withdrawn now: nothing of them may be said, asked in an exam or printed."""
    return frozenset(session.scalars(select(WithdrawalRow.entry_id).where(WithdrawalRow.lifted_at.is_(None))))


def withdrawals_of(session: Session, entry_id: str) -> list[Withdrawal]:
    """Every withdrawal of an entry, the newest first."""
    rows = session.scalars(select(WithdrawalRow).where(WithdrawalRow.entry_id == entry_id).order_by(WithdrawalRow.id.desc()))
    return [_value(row) for row in rows]


def withdrawals(session: Session, limit: int = 100) -> list[Withdrawal]:
    """The last withdrawals of all entries, the newest first."""
    return [_value(row) for row in session.scalars(select(WithdrawalRow).order_by(WithdrawalRow.id.desc()).limit(limit))]
