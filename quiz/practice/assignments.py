"""Practice assigned by managers and trainers: a topic, to people of a unit, by a day. Use cases: they take a Session and `now`, and never commit."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kb import day_of
from kb.db import UtcDateTime
from kb.errors import AccessError, NotFoundError, QueryError
from quiz.audit import note
from quiz.bank.state import State
from quiz.fieldtables import AssignmentRow, PersonTallyRow, QuestionMonthRow
from quiz.people.organisation import on_day
from quiz.people.roles import Role, Unit, subtree
from quiz.practice.cards import make_due
from quiz.practice.pool import PRACTISED
from quiz.statistics.period import Period
from quiz.tables import EmployeeRow, MembershipRow, QuestionRow, ReviewRow, RevisionRow

AT_ONCE = 3000  # people; each gets cards of their own
MOST_QUESTIONS = 10
LONGEST = timedelta(days=60)
_PRACTISES = (Role.CLERK.value, Role.HALL_MANAGER.value)


@dataclass(frozen=True, slots=True)
class Wish:
    """What to assign: a topic, to a unit and below, by a day; `missed` keeps to those who lost credit on it in a period, or did not answer it."""

    topic: str
    unit_id: int
    due_on: date
    missed: Period | None = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """What was assigned: to how many people, and how many cards that made due."""

    people: int
    cards: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment as it is listed; `practised` of its people have answered a question of the topic in practice since."""

    topic: str
    unit: Unit
    people: int
    practised: int
    due_on: date
    by: str
    at: datetime


def assign_topic(session: Session, wish: Wish, units: Mapping[int, Unit], seen: Collection[int], actor: str, now: datetime) -> Assigned:
    """Put the topic's questions before the people, and keep that it was done.

    Raises NotFoundError for a unit that is none, AccessError for one that the actor does not see; QueryError for a topic without questions, a day
    that makes no sense, nobody to assign it to, or too many people at once.
    """
    if wish.unit_id not in units:
        raise NotFoundError("report-unit")
    if wish.unit_id not in seen:
        raise AccessError("not-allowed")
    today = day_of(now)
    if not today <= wish.due_on <= today + LONGEST:
        raise QueryError("assign-day", last=(today + LONGEST).isoformat())
    chosen = _questions(session, wish.topic)
    if not chosen:
        raise QueryError("assign-topic", topic=wish.topic)
    people = meant(session, wish, units, now)
    if not people:
        raise QueryError("assign-nobody")
    if len(people) > AT_ONCE:
        raise QueryError("assign-many", count=len(people), most=AT_ONCE)
    cards = make_due(session, people, chosen, now)
    session.add(AssignmentRow(unit_id=wish.unit_id, topic=wish.topic, people=people, due_on=wish.due_on, by=actor, at=now))
    note(session, now, actor, "assign", "unit", wish.unit_id, topic=wish.topic, people=len(people), due=wish.due_on.isoformat())
    session.flush()
    return Assigned(len(people), cards)


def _questions(session: Session, topic: str) -> list[str]:
    """The questions that are put before people: those of each entry that were missed most, an entry after the other."""
    q, m = QuestionRow, QuestionMonthRow
    query = select(q.id, q.entry_id, func.sum(m.answers), func.sum(m.credit)).outerjoin(m, m.question_id == q.id).group_by(q.id, q.entry_id)
    rows = session.execute(query.where(q.topic == topic, q.state == State.LIVE.value, q.type.in_(PRACTISED))).all() if topic else []
    ranked = sorted((_known(answers, credit), question, entry) for question, entry, answers, credit in rows)
    turns: Counter[str] = Counter()
    order: list[tuple[int, int]] = []
    for place, (_, _, entry) in enumerate(ranked):
        order.append((turns[entry], place))
        turns[entry] += 1
    return [ranked[place][1] for _, place in sorted(order)[:MOST_QUESTIONS]]


def _known(answers: int | None, credit: float | None) -> float:
    """How well a question is known, four answers of three quarters right being taken as given, so that the never asked stand among the others."""
    return ((credit or 0.0) + 3) / ((answers or 0) + 4)


def meant(session: Session, wish: Wish, units: Mapping[int, Unit], now: datetime) -> list[int]:
    """The people of a unit and below who work at a counter today; all of them, or those who do not know the topic wholly."""
    return list(session.scalars(_meant(wish, units, now).order_by(EmployeeRow.id)))


def count_meant(session: Session, wish: Wish, units: Mapping[int, Unit], now: datetime) -> int:
    """How many they are; where they are more than can be assigned at once, one more than that."""
    return session.scalar(select(func.count()).select_from(_meant(wish, units, now).limit(AT_ONCE + 1).subquery())) or 0


def _meant(wish: Wish, units: Mapping[int, Unit], now: datetime) -> Select[int]:
    query = select(EmployeeRow.id).join(MembershipRow, MembershipRow.employee_id == EmployeeRow.id)
    query = query.where(on_day(day_of(now)), EmployeeRow.active, EmployeeRow.role.in_(_PRACTISES))
    below = subtree(units.values(), wish.unit_id)
    if not below >= units.keys():
        query = query.where(MembershipRow.unit_id.in_(sorted(below)))
    if wish.missed is None:
        return query
    p = PersonTallyRow
    knows = select(p.employee_id).where(p.month.in_(wish.missed.months), p.source == wish.missed.source, p.topic == wish.topic)
    knows = knows.group_by(p.employee_id).having(func.sum(p.answers) > 0, func.sum(p.credit) >= func.sum(p.answers) - 1e-6)
    return query.where(EmployeeRow.id.not_in(knows))


def assignments(session: Session, units: Mapping[int, Unit], seen: Collection[int], limit: int = 20) -> list[Assignment]:
    """What was assigned to these units, the latest first."""
    query = select(AssignmentRow).order_by(AssignmentRow.at.desc(), AssignmentRow.id.desc()).limit(limit)
    if not units.keys() <= set(seen):
        query = query.where(AssignmentRow.unit_id.in_(sorted(seen)))
    rows = list(session.scalars(query))
    last = _last_practised(session, rows, units)
    return [Assignment(r.topic, units[r.unit_id], len(r.people), _since(r, last), r.due_on, r.by, r.at) for r in rows]


def _since(row: AssignmentRow, last: Mapping[tuple[int, str], datetime]) -> int:
    return sum(1 for person in row.people if (at := last.get((person, row.topic))) and at >= row.at)


def _last_practised(session: Session, rows: Sequence[AssignmentRow], units: Mapping[int, Unit]) -> Mapping[tuple[int, str], datetime]:
    """(person, topic) → when that person last answered a question of the topic in practice, as far back as the first of these assignments."""
    if not rows:
        return {}
    where = frozenset[int]().union(*(subtree(units.values(), unit) for unit in {row.unit_id for row in rows}))
    theirs = select(MembershipRow.employee_id).where(MembershipRow.unit_id.in_(sorted(where)))
    query = select(ReviewRow.employee_id, QuestionRow.topic, func.max(ReviewRow.at, type_=UtcDateTime)).group_by(
        ReviewRow.employee_id, QuestionRow.topic
    )
    query = query.join(RevisionRow, RevisionRow.id == ReviewRow.revision_id).join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    query = query.where(
        ReviewRow.employee_id.in_(theirs), ReviewRow.at >= min(row.at for row in rows), QuestionRow.topic.in_({row.topic for row in rows})
    )
    return {(person, topic): at for person, topic, at in session.execute(query)}
