"""The remedies in force and the credits given by hand, as the audit log tells them. Use cases: they only read."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from quiz.exams.remedy import AS_KEYED, Remedy, RemedyKind, remedy_from_json
from quiz.tables import AuditRow

REGRADE, JUDGE, CORRECT = "regrade", "judge", "correct"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Applied:
    """A remedy of a question (its revision) in an exam: since when, by whom, why."""

    exam_id: int
    revision_id: int
    remedy: Remedy
    at: datetime
    actor: str
    why: str


def applied(session: Session, exam_id: int | None = None) -> dict[tuple[int, int], Applied]:
    """(exam, revision) → the remedy in force, of one exam or of all. A remedy that was taken back is listed with the kind `none`."""
    query = select(AuditRow).where(AuditRow.subject == "exam", AuditRow.action == REGRADE).order_by(AuditRow.id)
    query = query.where(AuditRow.subject_id == str(exam_id)) if exam_id is not None else query
    found: dict[tuple[int, int], Applied] = {}
    for row in session.scalars(query):
        key = (int(row.subject_id), int(row.detail["revision"]))
        found[key] = Applied(*key, remedy_from_json(row.detail["remedy"]), row.at, row.actor, str(row.detail.get("why", "")))
    return found


def in_force(session: Session, exam_id: int, revision_id: int) -> Remedy:
    """The remedy of a question in an exam."""
    found = applied(session, exam_id).get((exam_id, revision_id))
    return found.remedy if found else AS_KEYED


def mended(session: Session, exam_id: int) -> list[Applied]:
    """What a result page has to say: the remedies of an exam that are in force, the latest first."""
    found = (a for a in applied(session, exam_id).values() if a.remedy.kind is not RemedyKind.NONE)
    return sorted(found, key=lambda a: a.at, reverse=True)


def judged(session: Session, attempts: Collection[int]) -> dict[tuple[int, int], float]:
    """(attempt, position) → the credit that a trainer gave last."""
    found: dict[tuple[int, int], float] = {}
    for query in _judged(sorted(attempts)):
        for subject_id, detail in session.execute(query):
            found[int(subject_id), int(detail["position"])] = float(detail["credit"])
    return found


def _judged(attempts: list[int]) -> Iterator[Select[str, dict[str, Any]]]:
    for start in range(0, len(attempts), _AT_ONCE):
        some = [str(attempt) for attempt in attempts[start : start + _AT_ONCE]]
        query = select(AuditRow.subject_id, AuditRow.detail).where(AuditRow.subject == "attempt", AuditRow.subject_id.in_(some))
        yield query.where(AuditRow.action.in_((JUDGE, CORRECT))).order_by(AuditRow.id)
