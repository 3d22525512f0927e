"""How far an exam is: who was meant to sit it, who has begun, who has handed in, who left the page. Use cases: they only read."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kb import day_of
from quiz.exams.planning import Exam
from quiz.exams.sheet import Event, EventKind, fold
from quiz.people.directory import units
from quiz.people.roles import Unit, UnitKind, subtree
from quiz.tables import AnswerEventRow, AttemptRow, EmployeeRow, MembershipRow

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class HallTurnout:
    """A unit: how many were meant, have begun, have handed in. Who sat elsewhere than where they work now counts where they sat."""

    unit: Unit
    district: str
    expected: int
    started: int
    submitted: int


@dataclass(frozen=True, slots=True)
class Turnout:
    """An exam by unit, in the order of districts, and in all; `passed` of those `graded`, `share` their mean share of the full points."""

    halls: tuple[HallTurnout, ...]
    expected: int
    started: int
    submitted: int
    graded: int
    passed: int
    share: float | None
    pending: int  # answers that wait for a trainer


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who was meant to sit an exam and has not begun."""

    number: str
    name: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who left the page while sitting: evidence to be read by people, never punished by the program."""

    number: str
    name: str
    hall: str
    times: int
    seconds: int


def turnout(session: Session, planned: Exam, now: datetime) -> Turnout:
    """Expected against begun against handed in, by unit. Three statements."""
    every = units(session)
    meant = {employee: unit for employee, (unit, _, _) in _meant(session, planned, every, now).items()}
    query = select(
        AttemptRow.employee_id, AttemptRow.unit_id, AttemptRow.submitted_at, AttemptRow.score, AttemptRow.full, AttemptRow.passed, AttemptRow.pending
    )
    rows = session.execute(query.where(AttemptRow.exam_id == planned.id)).all()
    where = {**meant, **{row.employee_id: row.unit_id for row in rows}}
    expected, started = Counter(where.values()), Counter(row.unit_id for row in rows)
    submitted = Counter(row.unit_id for row in rows if row.submitted_at)
    halls = [HallTurnout(every[key], district_of(every, key), expected[key], started[key], submitted[key]) for key in expected]
    halls.sort(key=lambda hall: (hall.district, hall.unit.code))
    graded = [row for row in rows if row.score is not None]
    shares = [row.score / row.full if row.full else 0.0 for row in graded]
    return Turnout(
        tuple(halls), len(where), len(rows), submitted.total(), len(graded), sum(bool(row.passed) for row in graded),
        sum(shares) / len(shares) if shares else None, sum(row.pending for row in rows),
    )  # fmt: skip


def absent(session: Session, planned: Exam, now: datetime, unit_id: int) -> list[Absent]:
    """Who of a unit was meant and has not begun, by number."""
    begun = set(session.scalars(select(AttemptRow.employee_id).where(AttemptRow.exam_id == planned.id)))
    meant = _meant(session, planned, units(session), now)
    found = [Absent(number, name, unit) for employee, (unit, number, name) in meant.items() if employee not in begun and unit == unit_id]
    return sorted(found, key=lambda one: one.number)


def expected(session: Session, named: Collection[int], people: Collection[int], day: date) -> int:
    """How many people an audience of units and people would be on a day."""
    return len(_audience(session, units(session), named, people, day))


def district_of(every: Mapping[int, Unit], unit_id: int | None) -> str:
    """The district's name of a unit, "" above the districts."""
    while unit_id is not None:
        unit = every[unit_id]
        if unit.kind is UnitKind.DISTRICT:
            return unit.name
        unit_id = unit.parent_id
    return ""


def _meant(session: Session, planned: Exam, every: Mapping[int, Unit], now: datetime) -> dict[int, tuple[int, str, str]]:
    """Employee → (unit, number, name) of everybody who is meant, as the roster says while the exam is open."""
    moment = max(now, planned.opens_at) if planned.opens_at else now
    day = day_of(min(moment, planned.closes_at) if planned.closes_at else moment)
    return _audience(session, every, planned.audience.units, planned.audience.people, day)


def _audience(
    session: Session, every: Mapping[int, Unit], named: Collection[int], people: Collection[int], day: date
) -> dict[int, tuple[int, str, str]]:
    meant = frozenset[int]().union(*(subtree(every.values(), unit) for unit in named))
    query = select(MembershipRow.employee_id, MembershipRow.unit_id, EmployeeRow.number, EmployeeRow.name).join(EmployeeRow)
    query = query.where(EmployeeRow.active, MembershipRow.from_day <= day, or_(MembershipRow.to_day.is_(None), MembershipRow.to_day > day))
    if not meant.issuperset(every):
        query = query.where(or_(MembershipRow.unit_id.in_(sorted(meant)), MembershipRow.employee_id.in_(sorted(people))))
    return {employee: (unit, number, name) for employee, unit, number, name in session.execute(query)}


def left(session: Session, exam_id: int, every: Mapping[int, Unit], most: int = MOST_LISTED) -> Sequence[Left]:
    """Who left the page most often, and for how long as the browser told it."""
    row = AnswerEventRow
    query = (
        select(row.attempt_id, row.device, row.seq, row.kind, row.value)
        .join(AttemptRow, AttemptRow.id == row.attempt_id)
        .where(AttemptRow.exam_id == exam_id, row.kind.in_((EventKind.LEFT.value, EventKind.RETURNED.value)))
    )
    events: dict[int, list[Event]] = defaultdict(list)
    for attempt, device, seq, kind, value in session.execute(query):
        events[attempt].append(Event(device, seq, EventKind(kind), 0, value))
    told = {attempt: fold(held).evidence for attempt, held in events.items()}
    worst = sorted(told, key=lambda key: (-told[key].left, -told[key].seconds, key))[:most]
    people = select(AttemptRow.id, EmployeeRow.number, EmployeeRow.name, AttemptRow.unit_id)
    people = people.join(EmployeeRow, EmployeeRow.id == AttemptRow.employee_id).where(AttemptRow.id.in_(worst))
    known = {key: (number, name, every[unit].name) for key, number, name, unit in session.execute(people)}
    return [Left(*known[key], told[key].left, told[key].seconds) for key in worst if told[key].left]


def sums(session: Session, exam_ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """Exam → (begun, handed in, answers that wait) of many exams in one statement."""
    query = select(AttemptRow.exam_id, func.count(), func.count(AttemptRow.submitted_at), func.sum(AttemptRow.pending))
    query = query.where(AttemptRow.exam_id.in_(list(exam_ids))).group_by(AttemptRow.exam_id)
    return {exam: (begun, done, int(waiting or 0)) for exam, begun, done, waiting in session.execute(query)}


def numbered(session: Session, numbers: Collection[str] = (), ids: Collection[int] = ()) -> dict[str, int]:
    """Number → id of the working employees of these numbers and ids."""
    named = or_(EmployeeRow.number.in_(list(numbers)), EmployeeRow.id.in_(list(ids)))
    return dict(session.execute(select(EmployeeRow.number, EmployeeRow.id).where(EmployeeRow.active, named)).all())
