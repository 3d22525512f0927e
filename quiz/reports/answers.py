"""The answers of one paper, each with the entry it came from. Use cases: they only read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from kb.errors import NotFoundError
from quiz.exams.state import MarkState
from quiz.practice.pool import released
from quiz.questions.codec import from_json
from quiz.questions.grading import key_of
from quiz.questions.question import QuestionType
from quiz.questions.wording import response_text
from quiz.reports.sums import Units, within
from quiz.tables import AttemptRow, ExamRow, FormItemRow, MarkRow, QuestionRow, RevisionRow


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer; `given` is "" where nothing was answered, `credit` None while a trainer has to judge, `void` where the question was taken out."""

    position: int
    question_id: str
    type: QuestionType
    topic: str
    entry_id: str
    stem: str
    given: str
    right: str
    credit: float | None
    points: float
    full: float
    void: bool = False


def visible(now: datetime, *, own: bool) -> ColumnElement[bool]:
    """The condition on exams that a paper's answers may be looked at: once released, by others than its owner not before the exam has closed."""
    return released(now) if own else and_(released(now), ExamRow.closes_at <= now)


def answers_of(session: Session, attempt_id: int, employee_id: int, units: Units, now: datetime, *, own: bool = False) -> Sequence[AnswerLine]:
    """The answers of somebody's submitted paper.

    Raises NotFoundError for one that is not theirs, not of these units, or not to be looked at yet; `own` where its owner looks.
    """
    mine = (
        select(AttemptRow.id)
        .join(ExamRow, ExamRow.id == AttemptRow.exam_id)
        .where(AttemptRow.id == attempt_id, AttemptRow.employee_id == employee_id)
    )
    if session.scalar(mine.where(within(units, AttemptRow.unit_id), AttemptRow.submitted_at.is_not(None), visible(now, own=own))) is None:
        raise NotFoundError("report-paper")
    query = (
        select(MarkRow, RevisionRow.shown, QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id, FormItemRow.points)
        .join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
        .join(FormItemRow, (FormItemRow.form_id == AttemptRow.form_id) & (FormItemRow.position == MarkRow.position))
        .join(RevisionRow, RevisionRow.id == MarkRow.revision_id)
        .join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
        .where(MarkRow.attempt_id == attempt_id)
        .order_by(MarkRow.position)
    )
    found = []
    for mark, shown, question_id, topic, entry_id, full in session.execute(query):
        question = from_json(shown)
        credit = None if mark.state == MarkState.PENDING else mark.credit
        given, right = response_text(question, mark.response), response_text(question, key_of(question))
        void = mark.state == MarkState.VOID
        about = (mark.position, question_id, question.type, topic, entry_id, question.stem)
        found.append(AnswerLine(*about, given, right, credit, mark.points, 0.0 if void else full, void))
    return found
