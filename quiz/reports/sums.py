"""The sums behind the reports, read from the tallies: one row per hall, topic or month, however many answers there are. Use cases: they only read."""

from collections.abc import Callable, Collection, Mapping
from threading import Lock
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Double, Engine, Select, and_, case, cast, exists, func, literal, select, true, union_all
from sqlalchemy.orm import Session, aliased

from quiz.exams.tallies import ALL_TOPICS
from quiz.fieldtables import PersonTallyRow, UnitTallyRow
from quiz.statistics.clustered import Pairs, Sums, accuracy_of, dispersion_of
from quiz.statistics.compare import Accuracy
from quiz.statistics.period import Period, months_between

Units = Collection[int] | None  # None: everywhere
_U, _P = UnitTallyRow, PersonTallyRow
_SUMMED = (_U.people, _U.answers, _U.credit, _U.credit_squared, _U.answers_squared, _U.credit_answers, _U.points, _U.full, _U.passed, _U.people)
_MOST_KEPT = 40
_Value = TypeVar("_Value")
_lock = Lock()
_KEPT_SECONDS = 600.0  # what the state does not tell, as a question that moved to another topic, shows within this time
_kept: WeakKeyDictionary[Engine, dict[Any, tuple[Any, Any, float]]] = WeakKeyDictionary()


def months_known(session: Session) -> tuple[str, ...]:
    """Every month from the first to the last that holds an answer of any source."""
    first, last = session.execute(select(select(func.min(_U.month)).scalar_subquery(), select(func.max(_U.month)).scalar_subquery())).one()
    return months_between(first, last) if first else ()


def months_with_answers(session: Session, source: str, months: Collection[str]) -> list[str]:
    """Those of these months in which somebody answered, in order."""
    if not months:
        return []
    offered = union_all(*(select(literal(month).label("month")) for month in sorted(months))).subquery()
    found = exists().where(_U.month == offered.c.month, _U.source == source, _U.people > 0)
    return list(session.scalars(select(offered.c.month).where(found).order_by(offered.c.month)))


def within(units: Units, column: Any) -> ColumnElement[bool]:
    """The condition that a unit is one of these."""
    condition: ColumnElement[bool] = true() if units is None else column.in_(sorted(units))
    return condition


def of_period(row: Any, period: Period, topic: str = ALL_TOPICS) -> ColumnElement[bool]:
    """The rows of a period's months and source, of all topics together or of one."""
    return and_(row.month.in_(period.months), row.source == period.source, row.topic == topic)


def unit_sums(session: Session, period: Period, topic: str = ALL_TOPICS) -> Mapping[int, Sums]:
    """The sums of every unit in which somebody answered in the period; a person counts once however many months they sat."""
    query = select(_U.unit_id, *(func.sum(c) for c in _SUMMED)).where(of_period(_U, period, topic), _U.people > 0)
    rows = session.execute(query.group_by(_U.unit_id).order_by(_U.unit_id)).all()
    monthly = {unit: sums_of(*values) for unit, *values in rows}
    if period.single:
        return monthly
    return kept(session, ("units", period, topic), tuple(monthly.items()), lambda: _over_months(session, period, topic, monthly))


def sums_of(*values: Any) -> Sums:
    """A row's sums as plain numbers: PostgreSQL adds up integers as decimals."""
    people, answers, credit, credit_squared, answers_squared, credit_answers, points, full, passed, sittings = map(float, values)
    sums = (answers, credit, credit_squared, answers_squared, credit_answers, points, full)
    return Sums(int(people), *sums, int(passed), int(sittings))


def _over_months(session: Session, period: Period, topic: str, monthly: Mapping[int, Sums]) -> Mapping[int, Sums]:
    earned = (func.sum(column).label(name) for column, name in ((_P.answers, "a"), (_P.credit, "c"), (_P.points, "p"), (_P.full, "f")))
    persons = select(_P.unit_id, *earned).where(of_period(_P, period, topic), _P.answers > 0).group_by(_P.unit_id, _P.employee_id).subquery()
    a, c = persons.c.a, persons.c.c
    sums = (func.count(), func.sum(a), func.sum(c), func.sum(c * c), func.sum(a * a), func.sum(c * a), func.sum(persons.c.p), func.sum(persons.c.f))
    found = {unit: values for unit, *values in session.execute(select(persons.c.unit_id, *sums).group_by(persons.c.unit_id))}
    return {unit: sums_of(*found[unit], month.passed, month.sittings) for unit, month in monthly.items() if unit in found}


def kept(session: Session, key: Any, state: Any, make: Callable[[], _Value]) -> _Value:
    """What was made for a key while the state of the tallies was the same, for ten minutes at most; of each database the latest forty."""
    bind = session.get_bind()
    engine = bind.engine if isinstance(bind, Connection) else bind
    store = _kept.setdefault(engine, {})
    known = store.get(key)
    if known is None or known[0] != state or known[2] < monotonic():
        known = (state, make(), monotonic() + _KEPT_SECONDS)
        with _lock:
            while len(store) >= _MOST_KEPT:
                store.pop(next(iter(store)))
            store[key] = known
    found: _Value = known[1]
    return found


def forget() -> None:
    """Keep nothing any more."""
    with _lock:
        _kept.clear()


def state_of(session: Session, source: str, months: Collection[str], topic: str = ALL_TOPICS, units: Units = None) -> tuple[Any, ...]:
    """The months' totals: while they stay the same, so does whatever is made of them, but for changes that cancel out."""
    wanted = (_U.month.in_(sorted(months)), _U.source == source, _U.topic == topic, within(units, _U.unit_id))
    return tuple(session.execute(select(func.count(), *(func.sum(c) for c in _SUMMED)).where(*wanted)).one())


def topic_sums(session: Session, period: Period, units: Units = None) -> Mapping[str, Sums]:
    """The sums of every topic over these units; a person counts once for each month."""
    state = state_of(session, period.source, period.months, units=units)
    return kept(session, ("topics", period, frozenset(units or ())), state, lambda: _topic_sums(session, period, units))


def _topic_sums(session: Session, period: Period, units: Units) -> Mapping[str, Sums]:
    return {topic: sums_of(*values) for topic, *values in session.execute(_by_topic(period, units, _U.topic))}


def all_topics(session: Session, period: Period, units: Units = None) -> Sums:
    """The sums of these units and of all topics together; a person counts once for each month."""
    where = (of_period(_U, period), _U.people > 0, within(units, _U.unit_id))
    found = session.execute(select(*(func.sum(c) for c in _SUMMED)).where(*where)).one()
    return Sums() if found[0] is None else sums_of(*found)


def cell_sums(session: Session, period: Period, units: Collection[int]) -> Mapping[tuple[int, str], Sums]:
    """The sums of every topic in each of these units."""
    rows = session.execute(_by_topic(period, units, _U.unit_id, _U.topic))
    return {(unit, topic): sums_of(*values) for unit, topic, *values in rows}


def _by_topic(period: Period, units: Units, *key: Any) -> Select[Any]:
    wanted = (_U.month.in_(period.months), _U.source == period.source, _U.topic != ALL_TOPICS, _U.people > 0, within(units, _U.unit_id))
    return select(*key, *(func.sum(c) for c in _SUMMED)).where(*wanted).group_by(*key).order_by(*key)


def month_accuracies(session: Session, source: str, months: Collection[str], units: Units = None) -> Mapping[str, tuple[Accuracy, Sums]]:
    """The accuracy of these units together, month by month, people as clusters within their halls."""
    state, key = state_of(session, source, [max(months)], units=units), ("months", source, tuple(months), frozenset(units or ()))
    return kept(session, key, state, lambda: _month_accuracies(session, source, months, units))


def _month_accuracies(session: Session, source: str, months: Collection[str], units: Units) -> Mapping[str, tuple[Accuracy, Sums]]:
    ratio = _U.credit / cast(_U.answers, Double)
    residual = _U.credit_squared - 2 * ratio * _U.credit_answers + ratio * ratio * _U.answers_squared
    squares = case((residual > 0, residual), else_=0.0) * _U.people * _U.people / (cast(_U.answers, Double) * _U.answers)
    query = select(_U.month, func.count(), func.sum(squares), *(func.sum(c) for c in _SUMMED)).group_by(_U.month).order_by(_U.month)
    query = query.where(_U.month.in_(sorted(months)), _U.source == source, _U.topic == ALL_TOPICS, _U.people > 0, within(units, _U.unit_id))
    found = {}
    for month, halls, within_halls, *values in session.execute(query):
        group = sums_of(*values)
        accuracy = accuracy_of(group, dispersion_of(float(within_halls), group.people - halls, group.share))
        if accuracy:
            found[month] = (accuracy, group)
    return found


def pair_sums(session: Session, source: str, before: str, after: str) -> Mapping[int, Pairs]:
    """Of every unit, the changes of the people who answered there in both months."""
    old, new = aliased(_P), aliased(_P)
    difference = new.credit / cast(new.answers, Double) - old.credit / cast(old.answers, Double)
    query = (
        select(old.unit_id, func.count(), func.sum(difference), func.sum(difference * difference))
        .join(new, (new.employee_id == old.employee_id) & (new.unit_id == old.unit_id))
        .where(old.month == before, old.source == source, old.topic == ALL_TOPICS, old.answers > 0)
        .where(new.month == after, new.source == source, new.topic == ALL_TOPICS, new.answers > 0)
        .group_by(old.unit_id)
    )
    return {unit: Pairs(int(count), float(change), float(squared)) for unit, count, change, squared in session.execute(query)}
