"""The audit log: who changed what, and when. Use cases: they take a Session and never commit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from quiz.tables import AuditRow


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change; `actor` is an employee number, "" for the program itself."""

    at: datetime
    actor: str
    action: str
    subject: str
    subject_id: str
    detail: Mapping[str, Any]


def note(session: Session, now: datetime, actor: str, action: str, subject: str, subject_id: object, **detail: Any) -> None:
    """Add a line to the log; `detail` has to be JSON."""
    session.add(AuditRow(at=now, actor=actor, action=action, subject=subject, subject_id=str(subject_id), detail=detail))


def trail(session: Session, subject: str, subject_id: object, limit: int = 200) -> list[AuditEntry]:
    """What happened to a subject, newest first."""
    query = select(AuditRow).where(AuditRow.subject == subject, AuditRow.subject_id == str(subject_id))
    rows = session.scalars(query.order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit))
    return [AuditEntry(r.at, r.actor, r.action, r.subject, r.subject_id, r.detail) for r in rows]


def note_all(session: Session, now: datetime, actor: str, subject: str, changes: Iterable[tuple[str, object, Mapping[str, Any]]]) -> None:
    """Add many lines of one moment at once: (action, subject_id, detail) each."""
    rows = [{"at": now, "actor": actor, "action": a, "subject": subject, "subject_id": str(i), "detail": dict(d)} for a, i, d in changes]
    if rows:
        session.execute(insert(AuditRow), rows)
