"""Grades: what a paper earns when it is handed in, and the short answers that wait for a trainer. Use cases: they never commit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.audit import note
from quiz.exams import tallies
from quiz.exams.paper import Item
from quiz.exams.papers import Paper
from quiz.exams.rescoring import passes
from quiz.exams.state import MarkState
from quiz.questions.codec import from_json
from quiz.questions.grading import Response, credit
from quiz.questions.question import Question
from quiz.tables import AttemptRow, ExamRow, FormItemRow, MarkRow, QuestionRow, QuestionTallyRow, RevisionRow

_DIGITS = 6


def _tallying(insert_: Any) -> Any:
    table = QuestionTallyRow.__table__
    fresh = insert_(table)
    more = {"answers": table.c.answers + fresh.excluded.answers, "credit": table.c.credit + fresh.excluded.credit}
    return fresh.on_conflict_do_update(index_elements=["revision_id"], set_=more)


_TALLY = {"sqlite": _tallying(sqlite.insert), "postgresql": _tallying(postgresql.insert)}  # made once: every paper needs it


@dataclass(frozen=True, slots=True)
class Waiting:
    """A short answer that waits for a trainer; whose it is does not matter and is not said."""

    attempt_id: int
    position: int
    exam_id: int
    exam_title: str
    question: Question
    response: str
    points: float  # attainable


def grade(session: Session, given: Paper, answers: Mapping[int, Response], receipt: str) -> None:
    """Mark every question of a paper that was handed in just now, and count the marks."""
    rows = [_mark(given.attempt_id, item, answers.get(item.position)) for item in given.items.values()]
    session.execute(insert(MarkRow), rows)
    pending = sum(row["state"] == MarkState.PENDING for row in rows)
    score = round(sum(row["points"] for row in rows), _DIGITS)
    done = update(AttemptRow).where(AttemptRow.id == given.attempt_id).execution_options(synchronize_session=False)
    session.execute(done.values(receipt=receipt, pending=pending, **_outcome(session, given.attempt_id, score, pending)))
    counted = [(row["revision_id"], row["position"], row["credit"], row["points"]) for row in rows if row["state"] != MarkState.PENDING]
    _count(session, given.attempt_id, counted, {item.position: item.points for item in given.items.values()})


def _mark(attempt_id: int, item: Item, response: Response) -> dict[str, Any]:
    earned = credit(item.question, response)
    state = MarkState.PENDING if earned is None else MarkState.AUTO
    return {
        "attempt_id": attempt_id,
        "position": item.position,
        "revision_id": item.revision_id,
        "response": response,
        "credit": round(earned or 0.0, _DIGITS),
        "points": round((earned or 0.0) * item.points, _DIGITS),
        "state": state.value,
    }


def _outcome(session: Session, attempt_id: int, score: float, pending: int) -> dict[str, Any]:
    if pending:
        return {"score": None, "passed": None}
    query = select(AttemptRow.full, ExamRow.pass_mark).join(ExamRow, ExamRow.id == AttemptRow.exam_id).where(AttemptRow.id == attempt_id)
    full, pass_mark = session.execute(query).one()
    return {"score": score, "passed": passes(score, full, pass_mark)}


def _count(session: Session, attempt_id: int, marks: Sequence[tuple[int, int, float, float]], full: Mapping[int, float]) -> None:
    """Add marks (revision, position, credit, points) to the sums, in an order that never makes two papers wait for each other in a circle."""
    _tally(session, ((revision, credit_) for revision, _, credit_, _ in marks))
    query = select(ExamRow.month, AttemptRow.employee_id, AttemptRow.unit_id, AttemptRow.passed).join(AttemptRow, AttemptRow.exam_id == ExamRow.id)
    month, employee_id, unit_id, passed = session.execute(query.where(AttemptRow.id == attempt_id)).one()
    about = select(RevisionRow.id, QuestionRow.id, QuestionRow.topic).join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    known = {r: (q, topic) for r, q, topic in session.execute(about.where(RevisionRow.id.in_([mark[0] for mark in marks])))}
    grades = [tallies.Graded(*known[revision], credit_, points, full[position]) for revision, position, credit_, points in marks]
    tallies.add(session, tallies.Whose(month, tallies.EXAM, employee_id, unit_id), grades, passed=int(bool(passed)))


def _tally(session: Session, credits_: Iterable[tuple[int, float]]) -> None:
    rows = [{"revision_id": revision, "answers": 1, "credit": earned} for revision, earned in sorted(credits_)]
    if not rows:
        return
    session.connection().execute(_TALLY[session.get_bind().dialect.name], rows)


def waiting(session: Session, limit: int = 100) -> list[Waiting]:
    """The short answers that wait, question by question, so that equal questions are judged alike."""
    query = (
        select(MarkRow, AttemptRow.exam_id, ExamRow.title, RevisionRow.shown, FormItemRow.points)
        .join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
        .join(ExamRow, ExamRow.id == AttemptRow.exam_id)
        .join(RevisionRow, RevisionRow.id == MarkRow.revision_id)
        .join(FormItemRow, (FormItemRow.form_id == AttemptRow.form_id) & (FormItemRow.position == MarkRow.position))
        .where(MarkRow.state == MarkState.PENDING.value)
        .order_by(ExamRow.id, MarkRow.revision_id, MarkRow.attempt_id)
        .limit(limit)
    )
    found = session.execute(query)
    return [Waiting(m.attempt_id, m.position, exam_id, title, from_json(shown), str(m.response), p) for m, exam_id, title, shown, p in found]


def count_waiting(session: Session) -> int:
    """How many short answers wait."""
    return session.scalar(select(func.count()).select_from(MarkRow).where(MarkRow.state == MarkState.PENDING.value)) or 0


def judge(session: Session, attempt_id: int, position: int, earned: float, actor: str, now: datetime) -> None:
    """Give a waiting short answer its credit, once; with the last one the paper has its score.

    Raises QueryError for a credit outside 0 to 1, NotFoundError, ConflictError when another trainer was faster.
    """
    if not 0 <= earned <= 1:
        raise QueryError("mark-credit")
    attempt = session.get(AttemptRow, attempt_id, with_for_update=True, populate_existing=True)
    mark = session.get(MarkRow, (attempt_id, position), populate_existing=True)
    if attempt is None or mark is None:
        raise NotFoundError("mark-missing")
    if mark.state != MarkState.PENDING:
        raise ConflictError("mark-done")
    item = select(FormItemRow.points).where(FormItemRow.form_id == attempt.form_id, FormItemRow.position == position)
    full = session.execute(item).scalar_one()
    mark.credit, mark.points, mark.state = round(earned, _DIGITS), round(earned * full, _DIGITS), MarkState.BY_HAND.value
    attempt.pending -= 1
    session.flush()
    score = round(session.execute(select(func.sum(MarkRow.points)).where(MarkRow.attempt_id == attempt_id)).scalar_one(), _DIGITS)
    for name, value in _outcome(session, attempt_id, score, attempt.pending).items():
        setattr(attempt, name, value)
    session.flush()
    _count(session, attempt_id, [(mark.revision_id, position, mark.credit, mark.points)], {position: full})
    note(session, now, actor, "judge", "attempt", attempt_id, position=position, credit=mark.credit)
