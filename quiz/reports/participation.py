"""Who was meant to answer and did not: expected against sat. Use cases: they only read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import Session

from kb import day_of
from quiz.exams.state import ExamState
from quiz.exams.tallies import ALL_TOPICS
from quiz.fieldtables import PersonTallyRow
from quiz.people.roles import Unit, subtree
from quiz.statistics.period import month_at, ordinal
from quiz.tables import AttemptRow, EmployeeRow, ExamRow, MembershipRow


@dataclass(frozen=True, slots=True)
class Sitting:
    """The exams of a month: which, the day on which the roster is read, and the units and people who were meant; `open` while results may change."""

    month: str
    exams: tuple[int, ...]
    day: date
    units: frozenset[int]
    people: frozenset[int]
    open: bool


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who was meant to answer in a month and did not."""

    number: str
    name: str
    unit_id: int


def sitting_of(session: Session, month: str, units: Mapping[int, Unit], now: datetime) -> Sitting | None:
    """The exams of a month together, None when there was none that has begun."""
    query = select(ExamRow.id, ExamRow.opens_at, ExamRow.closes_at, ExamRow.audience).where(ExamRow.month == month)
    rows = session.execute(query.where(ExamRow.state == ExamState.SCHEDULED.value, ExamRow.opens_at <= now).order_by(ExamRow.id)).all()
    if not rows:
        return None
    closes = max(row.closes_at for row in rows if row.closes_at)
    named = [unit for row in rows for unit in row.audience.get("units", ())]
    meant = frozenset[int]().union(*(subtree(units.values(), unit) for unit in named))
    people = frozenset(person for row in rows for person in row.audience.get("people", ()))
    return Sitting(month, tuple(row.id for row in rows), day_of(min(now, closes)), meant, people, now < closes)


def open_month(session: Session, now: datetime) -> tuple[str, date] | None:
    """(the latest month of which an exam is open, the day on which it ends), None where none is."""
    query = select(ExamRow.month, ExamRow.closes_at).where(
        ExamRow.state == ExamState.SCHEDULED.value, ExamRow.opens_at <= now, ExamRow.closes_at > now
    )
    row = session.execute(query.order_by(ExamRow.month.desc(), ExamRow.closes_at.desc()).limit(1)).one_or_none()
    return (row.month, day_of(row.closes_at)) if row else None


def last_day(month: str, now: datetime) -> date:
    """The last day of a month, or today while it lasts."""
    following = date.fromisoformat(f"{month_at(ordinal(month) + 1)}-01")
    return min(date.fromordinal(following.toordinal() - 1), day_of(now))


def absences(session: Session, sitting: Sitting, units: Mapping[int, Unit]) -> Mapping[int, int]:
    """How many people of each unit were meant to sit the month's exams and handed no paper in."""
    query = select(MembershipRow.unit_id, func.count(MembershipRow.employee_id.distinct())).where(*_missed(sitting, units))
    return dict(session.execute(query.group_by(MembershipRow.unit_id)).all())


def absentees(session: Session, sitting: Sitting, units: Mapping[int, Unit], seen: Collection[int], most: int = 200) -> Sequence[Absent]:
    """Who of these units was meant to sit and handed no paper in, by unit and number."""
    query = select(EmployeeRow.number, EmployeeRow.name, MembershipRow.unit_id).join(EmployeeRow, EmployeeRow.id == MembershipRow.employee_id)
    query = query.where(*_missed(sitting, units), MembershipRow.unit_id.in_(sorted(seen)))
    rows = session.execute(query.order_by(MembershipRow.unit_id, EmployeeRow.number).limit(most))
    return [Absent(number, name, unit_id) for number, name, unit_id in rows]


def _missed(sitting: Sitting, units: Mapping[int, Unit]) -> tuple[ColumnElement[bool], ...]:
    return _there(sitting.day), _meant(sitting, units), ~exists(_paper(sitting))


def _there(day: date) -> ColumnElement[bool]:
    return (MembershipRow.from_day <= day) & or_(MembershipRow.to_day.is_(None), MembershipRow.to_day > day)


def _meant(sitting: Sitting, units: Mapping[int, Unit]) -> ColumnElement[bool]:
    if sitting.units.issuperset(units):
        return true()
    return or_(MembershipRow.unit_id.in_(sorted(sitting.units)), MembershipRow.employee_id.in_(sorted(sitting.people)))


def _paper(sitting: Sitting) -> Select[int]:
    query = select(AttemptRow.id).where(AttemptRow.employee_id == MembershipRow.employee_id, AttemptRow.exam_id.in_(sitting.exams))
    return query.where(AttemptRow.submitted_at.is_not(None))


def missing(session: Session, month: str, source: str, now: datetime) -> Mapping[int, int]:
    """How many people who worked in each unit at the end of a month answered nowhere.

    Who answered and moved since counts where they answered, and nowhere else: in a district or a branch everybody counts once.
    """
    p = PersonTallyRow
    there = select(p.employee_id).where(p.month == month, p.source == source, p.topic == ALL_TOPICS, p.answers > 0)
    answered = there.where(p.employee_id == MembershipRow.employee_id)
    query = select(MembershipRow.unit_id, func.count(MembershipRow.employee_id.distinct()))
    query = query.where(_there(last_day(month, now)), ~exists(answered)).group_by(MembershipRow.unit_id)
    return dict(session.execute(query).all())


def roster_state(session: Session, sitting: Sitting | None) -> tuple[int, ...]:
    """Numbers that change when somebody joins, moves, leaves, or hands a paper of these exams in."""
    roster = session.execute(select(func.count(), func.count(MembershipRow.to_day), func.max(MembershipRow.id))).one()
    if sitting is None:
        return tuple(roster)
    papers = select(func.count()).where(AttemptRow.exam_id.in_(sitting.exams), AttemptRow.submitted_at.is_not(None))
    return (*roster, session.scalar(papers) or 0)
