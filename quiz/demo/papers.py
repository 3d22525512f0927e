"""The papers of the demo's past exams: drawn, answered, saved and graded as real ones are. Use cases: they never commit."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kb import SHANGHAI
from quiz.demo.simulate import DemoBranch, DemoPerson, ability, answered, knows
from quiz.exams.paper import Item, draw, form_for, layout_to_json
from quiz.exams.rescoring import passes
from quiz.exams.sheet import EventKind, answers_hash
from quiz.exams.state import HandedIn, MarkState
from quiz.questions.codec import from_json
from quiz.questions.grading import credit
from quiz.tables import AnswerEventRow, AttemptRow, ExamRow, FormItemRow, FormRow, MarkRow, RevisionRow

DAYS_OPEN = 5
_ABSENT = 0.05


def sit_past_exam(
    session: Session,
    exam_id: int,
    branch: DemoBranch,
    staff: dict[str, int],
    units: dict[str, int],
    months_ago: int,
    used: dict[str, tuple[str, int]],
) -> int:
    """Everybody in the halls but a few sits the exam; returns the number of papers."""
    exam, rng = session.get_one(ExamRow, exam_id), Random(exam_id)  # noqa: S311 (a simulation, not a secret)
    exam.audience = {"units": [units["SF"]], "people": []}
    forms = _forms(session, exam_id, exam.month, used)
    assert exam.opens_at is not None
    day = exam.opens_at.astimezone(SHANGHAI).date()
    sitters = [p for p in branch.people if hall_on(p, day) in units and len(p.unit) > 4 and p.joined <= day and rng.random() >= _ABSENT]
    attempts = [_attempt(exam, forms, person, staff, units, rng) for person in sitters]
    session.add_all(attempts)
    session.flush()
    events, marks = list[dict[str, Any]](), list[dict[str, Any]]()
    numbers = sorted(forms)
    for person, attempt in zip(sitters, attempts, strict=True):
        items = forms[numbers[form_for(exam.seed, person.number, len(numbers))]]
        _answer(attempt, items, ability(person, months_ago), exam.pass_mark, rng, events, marks)
    session.flush()
    for row, values in ((AnswerEventRow, events), (MarkRow, marks)):
        session.execute(insert(row), values)
    return len(attempts)


def hall_on(person: DemoPerson, day: date) -> str:
    """The code of the unit where somebody worked on a day."""
    return person.moved_from if person.moved_on and day < person.moved_on else person.unit


def _forms(session: Session, exam_id: int, month: str, used: dict[str, tuple[str, int]]) -> dict[int, list[Item]]:
    """The items of every form by its id; notes that their questions were used."""
    query = select(FormRow.id, FormItemRow.position, FormItemRow.points, RevisionRow.id, RevisionRow.shown)
    query = query.join(FormItemRow, FormItemRow.form_id == FormRow.id).join(RevisionRow, RevisionRow.id == FormItemRow.revision_id)
    found: dict[int, list[Item]] = {}
    for form_id, position, points, revision_id, shown in session.execute(
        query.where(FormRow.exam_id == exam_id).order_by(FormRow.id, FormItemRow.position)
    ):
        question = from_json(shown)
        found.setdefault(form_id, []).append(Item(position, revision_id, points, question))
        used[question.id] = (month, used.get(question.id, ("", 0))[1] + 1)
    return found


def _attempt(
    exam: ExamRow, forms: dict[int, list[Item]], person: DemoPerson, staff: dict[str, int], units: dict[str, int], rng: Random
) -> AttemptRow:
    assert exam.opens_at is not None
    form_id = sorted(forms)[form_for(exam.seed, person.number, len(forms))]
    started = exam.opens_at + timedelta(days=rng.randrange(DAYS_OPEN), minutes=rng.randrange(600))
    return AttemptRow(
        exam_id=exam.id,
        employee_id=staff[person.number],
        unit_id=units[hall_on(person, exam.opens_at.astimezone(SHANGHAI).date())],
        form_id=form_id,
        layout=layout_to_json(draw(exam.seed, person.number, forms[form_id])),
        started_at=started,
        deadline_at=started + timedelta(minutes=exam.minutes),
        submitted_at=started + timedelta(minutes=rng.randint(12, exam.minutes - 2)),
        submitted_how=HandedIn.BUTTON.value,
        full=sum(item.points for item in forms[form_id]),
    )


def _answer(
    attempt: AttemptRow,
    items: Sequence[Item],
    level: float,
    pass_mark: float,
    rng: Random,
    events: list[dict[str, Any]],
    marks: list[dict[str, Any]],
) -> None:
    """What somebody of that ability answers, saved and graded as a real paper is."""
    given: dict[int, Any] = {}
    score, device = 0.0, f"demo{attempt.id}"
    for seq, item in enumerate(items, 1):
        response = answered(item.question, knows(item.question, level, rng), rng)
        earned = round(credit(item.question, response) or 0.0, 6)
        given[item.position] = response
        score += earned * item.points
        at = attempt.started_at + timedelta(seconds=25 * seq)
        base = {"attempt_id": attempt.id, "position": item.position}
        events.append({**base, "device": device, "seq": seq, "at": at, "kind": EventKind.ANSWER.value, "value": response})
        marks.append(
            {
                **base, "revision_id": item.revision_id, "response": response, "credit": earned, "points": round(earned * item.points, 6),
                "state": MarkState.AUTO.value,
            }
        )  # fmt: skip
    attempt.score, attempt.passed, attempt.receipt = score, passes(score, attempt.full, pass_mark), answers_hash(attempt.id, given)
