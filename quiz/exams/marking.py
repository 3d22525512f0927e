"""Grades: what a paper earns when it is handed in, and the short answers that wait for a trainer. Use cases: they never commit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update
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


# Statements of every paper that is handed in, made once and on tables: most of what they cost is making them.
_MARKS, _ATTEMPTS, _EXAMS = MarkRow.__table__, AttemptRow.__table__, ExamRow.__table__
assert isinstance(_MARKS, Table)
assert isinstance(_ATTEMPTS, Table)
_REVISIONS, _QUESTIONS = RevisionRow.__table__, QuestionRow.__table__
_INSERT = insert(_MARKS)
_SAT = (
    select(_ATTEMPTS.c.employee_id, _ATTEMPTS.c.unit_id, _ATTEMPTS.c.full, _EXAMS.c.month, _EXAMS.c.pass_mark)
    .join_from(_ATTEMPTS, _EXAMS, _EXAMS.c.id == _ATTEMPTS.c.exam_id)
    .where(_ATTEMPTS.c.id == bindparam("attempt"))
)
_GRADED = (
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == bindparam("attempt"))
    .values(receipt=bindparam("receipt_"), pending=bindparam("pending_"), score=bindparam("score"), passed=bindparam("passed"))
)
_ABOUT = (
    select(_REVISIONS.c.id, _QUESTIONS.c.id, _QUESTIONS.c.topic)
    .join_from(_REVISIONS, _QUESTIONS, _QUESTIONS.c.id == _REVISIONS.c.question_id)
    .where(_REVISIONS.c.id.in_(bindparam("revisions", expanding=True)))
)
_TALLY = {"sqlite": _tallying(sqlite.insert), "postgresql": _tallying(postgresql.insert)}  # made once: every paper needs it


@dataclass(frozen=True, slots=True)
class _Sat:
    """Whose a paper is, and by what it is judged."""

    employee_id: int
    unit_id: int
    full: float
    month: str
    pass_mark: float


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
    session.connection().execute(_INSERT, rows)
    pending = sum(row["state"] == MarkState.PENDING for row in rows)
    sat = _sat(session, given.attempt_id)
    score = round(sum(row["points"] for row in rows), _DIGITS)
    outcome = _outcome(sat, score, pending)
    session.connection().execute(_GRADED, {"attempt": given.attempt_id, "receipt_": receipt, "pending_": pending, **outcome})
    counted = [(row["revision_id"], row["position"], row["credit"], row["points"]) for row in rows if row["state"] != MarkState.PENDING]
    full = {item.position: item.points for item in given.items.values()}
    _count(session, sat, counted, full, passed=bool(outcome["passed"]))


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


def _sat(session: Session, attempt_id: int) -> _Sat:
    return _Sat(*session.connection().execute(_SAT, {"attempt": attempt_id}).one())


def _outcome(sat: _Sat, score: float, pending: int) -> dict[str, Any]:
    return {"score": None, "passed": None} if pending else {"score": score, "passed": passes(score, sat.full, sat.pass_mark)}


def _count(session: Session, sat: _Sat, marks: Sequence[tuple[int, int, float, float]], full: Mapping[int, float], *, passed: bool) -> None:
    """Add marks (revision, position, credit, points) to the sums, in an order that never makes two papers wait for each other in a circle."""
    _tally(session, ((revision, credit_) for revision, _, credit_, _ in marks))
    found = session.connection().execute(_ABOUT, {"revisions": [mark[0] for mark in marks]})
    known = {revision: (question, topic) for revision, question, topic in found}
    grades = [tallies.Graded(*known[revision], credit_, points, full[position]) for revision, position, credit_, points in marks]
    tallies.add(session, tallies.Whose(sat.month, tallies.EXAM, sat.employee_id, sat.unit_id), grades, passed=int(passed))


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
    sat = _sat(session, attempt_id)
    for name, value in _outcome(sat, score, attempt.pending).items():
        setattr(attempt, name, value)
    session.flush()
    _count(session, sat, [(mark.revision_id, position, mark.credit, mark.points)], {position: full}, passed=bool(attempt.passed))
    note(session, now, actor, "judge", "attempt", attempt_id, position=position, credit=mark.credit)
