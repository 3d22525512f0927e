"""Short answers that trainers have marked, to be looked at again. Use cases: they only read."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quiz.exams.state import MarkState
from quiz.questions.codec import from_json
from quiz.questions.question import Question
from quiz.tables import AttemptRow, FormItemRow, MarkRow, RevisionRow

PAGE = 50


@dataclass(frozen=True, slots=True)
class Judged:
    """A marked answer; whose it is is not said."""

    attempt_id: int
    position: int
    question: Question
    response: str
    credit: float
    points: float
    full: float


def judged_answers(session: Session, exam_id: int, page: int = 1) -> tuple[list[Judged], int]:
    """A page of an exam's marked answers, question by question, and how many there are."""
    query = (
        select(MarkRow, RevisionRow.shown, FormItemRow.points)
        .join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
        .join(RevisionRow, RevisionRow.id == MarkRow.revision_id)
        .join(FormItemRow, (FormItemRow.form_id == AttemptRow.form_id) & (FormItemRow.position == MarkRow.position))
        .where(AttemptRow.exam_id == exam_id, MarkRow.state == MarkState.BY_HAND.value)
    )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(MarkRow.revision_id, MarkRow.attempt_id).limit(PAGE).offset((page - 1) * PAGE))
    found = [Judged(m.attempt_id, m.position, from_json(shown), str(m.response or ""), m.credit, m.points, full) for m, shown, full in rows]
    return found, total
