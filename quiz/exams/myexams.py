"""Exams as those who sit them see them: which are theirs, and beginning one. Use cases: they take a Session and never commit."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.errors import AccessError, ConflictError, NotFoundError
from quiz.exams.paper import draw, form_for, layout_to_json
from quiz.exams.papers import Attempt, FormSource, attempt_of, attempt_of_row, form_items
from quiz.exams.planning import Exam, exam_of
from quiz.exams.state import ExamState, is_released
from quiz.people.roles import Person
from quiz.tables import AttemptRow, ExamRow, FormRow, UnitRow

_MOST = 200


class Standing(StrEnum):
    """What an exam is to somebody now."""

    OPEN = "open"  # may be started
    RUNNING = "running"  # started, to be gone on with
    COMING = "coming"
    DONE = "done"
    MISSED = "missed"  # closed without a paper


@dataclass(frozen=True, slots=True)
class MyExam:
    """An exam, how it stands for somebody, their attempt, and whether its result may be seen."""

    exam: Exam
    standing: Standing
    attempt: Attempt | None
    released: bool


def chain_of(session: Session, person: Person) -> frozenset[int]:
    """The unit where somebody works, and those above it."""
    found: list[int] = []
    parent = person.unit.id if person.unit else None
    while parent is not None and parent not in found:
        found.append(parent)
        parent = session.scalar(select(UnitRow.parent_id).where(UnitRow.id == parent))
    return frozenset(found)


def is_meant(exam: Exam, person: Person, chain: frozenset[int]) -> bool:
    """Whether somebody belongs to the audience of an exam."""
    return person.active and (person.id in exam.audience.people or bool(exam.audience.units & chain))


def standing(exam: Exam, attempt: Attempt | None, now: datetime) -> Standing:
    """What an exam is to somebody who belongs to its audience or has an attempt."""
    if attempt is not None:
        return Standing.RUNNING if attempt.submitted_at is None and now < attempt.deadline_at else Standing.DONE
    if exam.is_open(now):
        return Standing.OPEN
    return Standing.COMING if exam.opens_at and now < exam.opens_at else Standing.MISSED


def my_exams(session: Session, person: Person, now: datetime) -> list[MyExam]:
    """The exams of somebody: those they are meant to sit and those they have sat, the latest first."""
    query = select(ExamRow).where(ExamRow.state == ExamState.SCHEDULED.value).order_by(ExamRow.opens_at.desc(), ExamRow.id.desc()).limit(_MOST)
    attempts = {a.exam_id: attempt_of_row(a) for a in session.scalars(select(AttemptRow).where(AttemptRow.employee_id == person.id))}
    chain = chain_of(session, person)
    every = [exam_of(row) for row in session.scalars(query)]
    return [_mine(exam, attempts.get(exam.id), now) for exam in every if exam.id in attempts or is_meant(exam, person, chain)]


def _mine(exam: Exam, attempt: Attempt | None, now: datetime) -> MyExam:
    done = attempt is not None and attempt.submitted_at is not None
    return MyExam(exam, standing(exam, attempt, now), attempt, done and is_released(exam.release, exam.closes_at, exam.released_at, now))


def my_exam(session: Session, exam_id: int, person: Person, now: datetime) -> MyExam:
    """An exam of somebody. Raises NotFoundError for one that does not exist or is not theirs, which reads alike."""
    row = session.get(ExamRow, exam_id)
    attempt = attempt_of(session, exam_id, person.id)
    if row is None or (attempt is None and not (row.state == ExamState.SCHEDULED and is_meant(exam_of(row), person, chain_of(session, person)))):
        raise NotFoundError("exam-missing", id=exam_id)
    return _mine(exam_of(row), attempt, now)


def start(session: Session, exam_id: int, person: Person, now: datetime, forms: FormSource | None = None) -> int:
    """Begin an exam, and return the attempt's id; beginning it again, on however many devices at once, gives the same attempt.

    The hall is where the person works now, the time ends after the exam's minutes or with its window. `forms` may answer from memory.
    Raises NotFoundError as `my_exam` does, ConflictError outside the window, AccessError for somebody whom the roster places nowhere.
    """
    row = session.get(ExamRow, exam_id, with_for_update={"read": True}, populate_existing=True)  # so that nobody cancels it meanwhile
    mine = my_exam(session, exam_id, person, now)
    if mine.attempt is not None:
        return mine.attempt.id
    assert row is not None
    if mine.standing is not Standing.OPEN:
        raise ConflictError("exam-not-open" if mine.standing is Standing.COMING else "exam-closed")
    if person.unit is None:
        raise AccessError("exam-no-hall")
    ids = session.scalars(select(FormRow.id).where(FormRow.exam_id == exam_id).order_by(FormRow.number)).all()
    form_id = ids[form_for(row.seed, person.number, len(ids))]
    items = forms(form_id) if forms else form_items(session, form_id)
    values = {
        "exam_id": exam_id, "employee_id": person.id, "unit_id": person.unit.id, "form_id": form_id, "started_at": now, "submitted_how": "",
        "layout": layout_to_json(draw(row.seed, person.number, items)), "deadline_at": mine.exam.deadline(now), "receipt": "",
        "full": sum(item.points for item in items), "pending": 0,
    }  # fmt: skip
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(AttemptRow).values(values).on_conflict_do_nothing(index_elements=["exam_id", "employee_id"]))
    begun = attempt_of(session, exam_id, person.id)
    assert begun is not None
    return begun.id
