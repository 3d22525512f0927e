"""A spot check with everything the inspector's device needs where there is no network, and what was judged so far. Use cases: they only read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import AccessError, NotFoundError
from quiz.audit import trail
from quiz.bank.state import State
from quiz.fieldtables import SpotAnswerRow, SpotCheckRow
from quiz.people.directory import units
from quiz.people.roles import Person, Role, Unit
from quiz.people.staff import described
from quiz.questions.codec import from_json
from quiz.questions.question import Question
from quiz.spot.checking import change_of
from quiz.spot.plan import plan_from_json
from quiz.tables import EmployeeRow, QuestionRow, RevisionRow


@dataclass(frozen=True, slots=True)
class SpotQuestion:
    """A question as the inspector asks it: the wording of the plan, with key and explanation; `live` tells whether it still stands in the bank."""

    revision_id: int
    topic: str
    question: Question
    live: bool = True


@dataclass(frozen=True, slots=True)
class SpotTurn:
    """Whose turn it is, and what they are asked."""

    person: Person
    questions: tuple[SpotQuestion, ...]


@dataclass(frozen=True, slots=True)
class SpotJudgement:
    """A judgement as it is kept; `change` counts how often it was made anew."""

    employee_id: int
    revision_id: int
    credit: float
    note: str
    change: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Amended:
    """A judgement that was put right after the end of a check."""

    employee_id: int
    revision_id: int
    before: float
    after: float
    at: datetime


@dataclass(frozen=True, slots=True)
class SpotSheet:
    """A check: its hall, its turns, who may step in, and what was judged so far."""

    id: str
    month: str
    hall: Unit
    inspector_id: int
    started_at: datetime
    finished_at: datetime | None
    remark: str
    staff: int
    turns: tuple[SpotTurn, ...]
    reserves: tuple[Person, ...]
    judged: tuple[SpotJudgement, ...]


def own_sheet(session: Session, check_id: str, inspector: Person) -> SpotSheet:
    """One's own check. Raises NotFoundError and AccessError."""
    found = sheet(session, check_id)
    if found.inspector_id != inspector.id:
        raise AccessError("spot-foreign")
    return found


def sheet(session: Session, check_id: str) -> SpotSheet:
    """Any check. Five statements, however long it is. Raises NotFoundError."""
    row = session.get(SpotCheckRow, check_id)
    if row is None:
        raise NotFoundError("spot-missing")
    every, plan = units(session), plan_from_json(row.plan)
    hall = every[row.unit_id]
    people, questions = _people(session, plan.people, every, hall), _questions(session, plan.revisions)
    return SpotSheet(
        id=row.id,
        month=row.month,
        hall=hall,
        inspector_id=row.inspector_id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        remark=row.remark,
        staff=row.staff,
        turns=tuple(SpotTurn(people[turn.employee_id], tuple(questions[r] for r in turn.revisions)) for turn in plan.turns),
        reserves=tuple(people[employee] for employee in plan.reserves),
        judged=_judged(session, check_id),
    )


def amended(session: Session, check_id: str) -> tuple[Amended, ...]:
    """What was put right after the end of a check, the first first, as the audit log tells it."""
    told = [(entry.at, change) for entry in trail(session, "spot", check_id) if entry.action == "spot-rejudge" for change in entry.detail["changes"]]
    return tuple(Amended(who, revision, before, after, at) for at, (who, revision, before, after, late) in reversed(told) if late)


def _people(session: Session, employee_ids: Iterable[int], every: Mapping[int, Unit], hall: Unit) -> dict[int, Person]:
    """As they worked in the hall that was checked, wherever they are now."""
    rows = session.scalars(select(EmployeeRow).where(EmployeeRow.id.in_(list(employee_ids))))
    return {row.id: described(row.id, row.number, row.name, Role(row.role), every, hall.id, active=row.active) for row in rows}


def _questions(session: Session, revision_ids: Iterable[int]) -> dict[int, SpotQuestion]:
    query = select(RevisionRow.id, RevisionRow.shown, QuestionRow.topic, QuestionRow.state)
    query = query.join(QuestionRow, QuestionRow.id == RevisionRow.question_id).where(RevisionRow.id.in_(list(revision_ids)))
    rows = session.execute(query)
    return {key: SpotQuestion(key, topic, from_json(shown), state == State.LIVE) for key, shown, topic, state in rows}


def _judged(session: Session, check_id: str) -> tuple[SpotJudgement, ...]:
    query = select(SpotAnswerRow).where(SpotAnswerRow.check_id == check_id).order_by(SpotAnswerRow.asked_at, SpotAnswerRow.id)
    return tuple(SpotJudgement(a.employee_id, a.revision_id, a.credit, a.remark, change_of(a.response), a.asked_at) for a in session.scalars(query))
