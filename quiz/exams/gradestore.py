"""Papers and marks read for regrading, and new grades stored with every sum that rests on them. Use cases: they never commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from quiz.audit import note_all
from quiz.exams import tallies
from quiz.exams.remedy import Grade
from quiz.exams.rescoring import Change, Marked, Sat, Standing
from quiz.exams.state import MarkState
from quiz.fieldtables import MonthTallyRow, PersonTallyRow, QuestionMonthRow, UnitTallyRow
from quiz.questions.codec import from_json
from quiz.questions.question import Question
from quiz.tables import AttemptRow, EmployeeRow, FormItemRow, MarkRow, QuestionRow, QuestionTallyRow, RevisionRow, UnitRow


@dataclass(frozen=True, slots=True)
class Regraded:
    """What is regraded: a question, in one of its wordings, in an exam."""

    exam_id: int
    month: str
    pass_mark: float
    revision_id: int
    question_id: str
    topic: str
    question: Question


def wording(session: Session, revision_id: int) -> tuple[str, str, Question] | None:
    """(question id, topic, question as shown) of a revision."""
    query = select(QuestionRow.id, QuestionRow.topic, RevisionRow.shown).join(RevisionRow, RevisionRow.question_id == QuestionRow.id)
    found = session.execute(query.where(RevisionRow.id == revision_id)).one_or_none()
    return (found[0], found[1], from_json(found[2])) if found else None


def papers(session: Session, exam_id: int, attempt_id: int | None = None) -> list[Sat]:
    """The submitted papers of an exam, or one of them."""
    total = select(MarkRow.attempt_id, func.sum(MarkRow.points).label("total")).group_by(MarkRow.attempt_id).subquery()
    query = (
        select(AttemptRow, EmployeeRow.number, EmployeeRow.name, UnitRow.name, total.c.total)
        .join(EmployeeRow, EmployeeRow.id == AttemptRow.employee_id)
        .join(UnitRow, UnitRow.id == AttemptRow.unit_id)
        .join(total, total.c.attempt_id == AttemptRow.id)
        .where(AttemptRow.exam_id == exam_id, AttemptRow.submitted_at.is_not(None))
        .order_by(AttemptRow.id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(query.where(AttemptRow.id == attempt_id) if attempt_id is not None else query)
    return [
        Sat(a.id, a.employee_id, number, name, a.unit_id, hall, Standing(a.score, a.full, a.passed, a.pending), float(points or 0.0))
        for a, number, name, hall, points in rows
    ]


def marks(session: Session, exam_id: int, revision_id: int) -> list[Marked]:
    """The marks of a question on the submitted papers of an exam."""
    query = (
        select(MarkRow, FormItemRow.points)
        .join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
        .join(FormItemRow, (FormItemRow.form_id == AttemptRow.form_id) & (FormItemRow.position == MarkRow.position))
        .where(AttemptRow.exam_id == exam_id, MarkRow.revision_id == revision_id)
        .order_by(MarkRow.attempt_id)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(query)
    return [Marked(m.attempt_id, m.position, m.response, points, Grade(m.credit, m.points, MarkState(m.state))) for m, points in rows]


def lock(session: Session, what: Regraded) -> None:
    """Keep everybody else from these papers and their sums, in the order in which grading takes them, so that nobody waits in a circle."""
    session.execute(select(AttemptRow.id).where(AttemptRow.exam_id == what.exam_id).order_by(AttemptRow.id).with_for_update())
    session.execute(select(QuestionTallyRow.revision_id).where(QuestionTallyRow.revision_id == what.revision_id).with_for_update())
    sat = select(AttemptRow.employee_id).where(AttemptRow.exam_id == what.exam_id)
    p, u, m = PersonTallyRow, UnitTallyRow, MonthTallyRow
    mine = select(p.employee_id).where(p.month == what.month, p.source == tallies.EXAM, p.employee_id.in_(sat))
    session.execute(mine.order_by(p.employee_id, p.unit_id, p.topic).with_for_update())
    halls = select(u.unit_id).where(u.month == what.month, u.source == tallies.EXAM).order_by(u.unit_id, u.topic)
    session.execute(halls.with_for_update())
    row = QuestionMonthRow
    session.execute(select(row.month).where(row.month == what.month, row.question_id == what.question_id).with_for_update())
    parts = select(m.part).where(m.month == what.month, m.source == tallies.EXAM).order_by(m.part, m.topic)
    session.execute(parts.with_for_update())


def store(session: Session, what: Regraded, changes: Sequence[Change], action: str, actor: str, now: datetime, why: str) -> None:
    """Store new grades: the marks, the papers, the sums, and a line of the log for each paper."""
    graded = [(c, c.mark, c.grade) for c in changes if c.mark is not None and c.grade is not None]
    if not graded:
        return
    marks_ = [
        {"attempt_id": m.attempt_id, "position": m.position, "credit": g.credit, "points": g.points, "state": g.state.value} for _, m, g in graded
    ]
    session.execute(update(MarkRow), marks_)
    session.execute(
        update(AttemptRow),
        [
            {"id": c.paper.attempt_id, "score": c.after.score, "full": c.after.full, "passed": c.after.passed, "pending": c.after.pending}
            for c, _, _ in graded
        ],
    )
    session.expire_all()
    _recount(session, what, [(m.grade, g) for _, m, g in graded])
    for change, mark, grade in graded:
        whose = tallies.Whose(what.month, tallies.EXAM, change.paper.employee_id, change.paper.unit_id)
        old, new = ([_counted(what, mark.points, g)] if g.counts else [] for g in (mark.grade, grade))
        tallies.replace(session, whose, old, new, passed=change.passing)
    note_all(session, now, actor, "attempt", ((action, c.paper.attempt_id, _line(what, c, m, g, why)) for c, m, g in graded))


def _counted(what: Regraded, full: float, grade: Grade) -> tallies.Graded:
    return tallies.Graded(what.question_id, what.topic, grade.credit, grade.points, full)


def _recount(session: Session, what: Regraded, pairs: Sequence[tuple[Grade, Grade]]) -> None:
    """Correct how often the wording was answered, and the credit it earned."""
    answers = sum(int(new.counts) - int(old.counts) for old, new in pairs)
    credit = sum((new.credit if new.counts else 0.0) - (old.credit if old.counts else 0.0) for old, new in pairs)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(QuestionTallyRow).values(revision_id=what.revision_id, answers=answers, credit=credit)
    more = {"answers": QuestionTallyRow.answers + fresh.excluded.answers, "credit": QuestionTallyRow.credit + fresh.excluded.credit}
    session.execute(fresh.on_conflict_do_update(index_elements=["revision_id"], set_=more))


def _line(what: Regraded, change: Change, mark: Marked, grade: Grade, why: str) -> dict[str, Any]:
    before, after = change.paper.standing, change.after
    return {
        "exam": what.exam_id, "position": mark.position, "revision": what.revision_id, "was": mark.grade.credit, "credit": grade.credit,
        "state": [mark.grade.state.value, grade.state.value], "score": [before.score, after.score], "full": [before.full, after.full],
        "passed": [before.passed, after.passed], "why": why,
    }  # fmt: skip
