"""The sums behind the reports, read from the tallies: one row per hall, topic or month, however many answers there are. Use cases: they only read."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from threading import Lock
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Double, Engine, and_, case, cast, func, select, true
from sqlalchemy.orm import Session, aliased

from quiz.exams.tallies import ALL_TOPICS, EXAM
from quiz.fieldtables import MonthTallyRow, PersonTallyRow, UnitTallyRow
from quiz.statistics.clustered import Pairs, Sums, accuracy_of, dispersion_of
from quiz.statistics.compare import Accuracy
from quiz.statistics.period import Period, months_between
from quiz.tables import AttemptRow, ExamRow

Units = Collection[int] | None  # None: everywhere
Table = type[UnitTallyRow] | type[MonthTallyRow]
_U, _P = UnitTallyRow, PersonTallyRow
_MOST_KEPT = 40
_Value = TypeVar("_Value")
_lock = Lock()
_KEPT_SECONDS = 600.0  # what the state does not tell, as a question that moved to another topic, shows within this time
_kept: WeakKeyDictionary[Engine, dict[Any, tuple[Any, Any, float]]] = WeakKeyDictionary()


def _summed(row: Table) -> list[Any]:
    """What `sums_of` takes, added up."""
    columns = (row.people, row.answers, row.credit, row.credit_squared, row.answers_squared, row.credit_answers)
    return [func.sum(column) for column in (*columns, row.points, row.full, row.passed, row.people)]


def _of(units: Units) -> tuple[Table, ColumnElement[bool]]:
    """The table to read, and its rows of these units: for all of them the months' own sums."""
    return (MonthTallyRow, true()) if units is None else (_U, within(units, _U.unit_id))


def months_known(session: Session) -> tuple[str, ...]:
    """Every month from the first to the last that holds an answer of any source."""
    first, last = session.execute(select(func.min(MonthTallyRow.month), func.max(MonthTallyRow.month))).one()
    return months_between(first, last) if first else ()


def months_with_answers(session: Session, source: str, months: Collection[str]) -> list[str]:
    """Those of these months in which somebody answered, in order."""
    m = MonthTallyRow
    where = (m.month.in_(sorted(months)), m.source == source, m.topic == ALL_TOPICS, m.people > 0)
    return list(session.scalars(select(m.month).distinct().where(*where).order_by(m.month)))


def month_to_show(session: Session, source: str, months: Collection[str], open_month: str = "") -> str:
    """The last of these months in which somebody answered, "" where nobody did.

    A month of which an exam is open waits until half as many people have answered as in the month before: what the first few did says nothing yet.
    """
    found = months_with_answers(session, source, months)[-2:]
    if len(found) < 2 or found[-1] != open_month:
        return found[-1] if found else ""
    before, latest = _month_sums(session, source, found, None).values()
    return found[-1] if latest.people * 2 >= before.people else found[-2]


def within(units: Units, column: Any) -> ColumnElement[bool]:
    """The condition that a unit is one of these."""
    condition: ColumnElement[bool] = true() if units is None else column.in_(sorted(units))
    return condition


def of_period(row: Any, period: Period, topic: str = ALL_TOPICS) -> ColumnElement[bool]:
    """The rows of a period's months and source, of all topics together or of one."""
    return and_(row.month.in_(period.months), row.source == period.source, row.topic == topic)


def unit_sums(session: Session, period: Period, topic: str = ALL_TOPICS) -> Mapping[int, Sums]:
    """The sums of every unit in which somebody answered in the period; a person counts once however many months they sat.

    `sittings` of exams are the papers that have a score: a month may hold two exams, and a paper may wait for a trainer.
    """
    query = select(_U.unit_id, *_summed(_U)).where(of_period(_U, period, topic), _U.people > 0)
    rows = session.execute(query.group_by(_U.unit_id).order_by(_U.unit_id)).all()
    monthly = {unit: sums_of(*values) for unit, *values in rows}
    if period.source == EXAM and topic == ALL_TOPICS:
        papers = _papers(session, period)
        monthly = {unit: replace(sums, sittings=papers.get(unit, 0)) for unit, sums in monthly.items()}
    if period.single:
        return monthly
    return kept(session, ("units", period, topic), tuple(monthly.items()), lambda: _over_months(session, period, topic, monthly))


def _papers(session: Session, period: Period) -> Mapping[int, int]:
    """How many papers of these months' exams have a score, by unit."""
    query = select(AttemptRow.unit_id, func.count()).join(ExamRow, ExamRow.id == AttemptRow.exam_id)
    query = query.where(ExamRow.month.in_(period.months), AttemptRow.passed.is_not(None)).group_by(AttemptRow.unit_id)
    return dict(session.execute(query).all())


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
    row, theirs = _of(units)
    wanted = (row.month.in_(sorted(months)), row.source == source, row.topic == topic, theirs)
    return tuple(session.execute(select(*_summed(row)).where(*wanted)).one())


def topic_sums(session: Session, period: Period, units: Units = None) -> Mapping[str, Sums]:
    """The sums of every topic over these units; a person counts once for each month."""
    row, theirs = _of(units)
    query = select(row.topic, *_summed(row)).where(_by_topic(row, period), theirs).group_by(row.topic).order_by(row.topic)
    return {topic: sums_of(*values) for topic, *values in session.execute(query)}


def all_topics(session: Session, period: Period) -> Sums:
    """The sums of all units and topics together; a person counts once for each month."""
    found = session.execute(select(*_summed(MonthTallyRow)).where(of_period(MonthTallyRow, period))).one()
    return Sums() if found[0] is None else sums_of(*found)


def cell_sums(session: Session, period: Period, units: Collection[int]) -> Mapping[tuple[int, str], Sums]:
    """The sums of every topic in each of these units."""
    query = select(_U.unit_id, _U.topic, *_summed(_U)).where(_by_topic(_U, period), _U.unit_id.in_(sorted(units)))
    rows = session.execute(query.group_by(_U.unit_id, _U.topic).order_by(_U.unit_id, _U.topic))
    return {(unit, topic): sums_of(*values) for unit, topic, *values in rows}


def _by_topic(row: Table, period: Period) -> ColumnElement[bool]:
    return and_(row.month.in_(period.months), row.source == period.source, row.topic != ALL_TOPICS, row.people > 0)


def month_accuracies(session: Session, source: str, months: Collection[str], units: Units = None) -> Mapping[str, tuple[Accuracy, Sums]]:
    """The accuracy of these units together, month by month, people as clusters within their halls."""
    key = ("months", source, tuple(months), None if units is None else frozenset(units))
    state = tuple(_month_sums(session, source, months, units).items())
    return kept(session, key, state, lambda: _month_accuracies(session, source, months, units))


def _month_sums(session: Session, source: str, months: Collection[str], units: Units) -> Mapping[str, Sums]:
    row, theirs = _of(units)
    wanted = (row.month.in_(sorted(months)), row.source == source, row.topic == ALL_TOPICS, row.people > 0, theirs)
    query = select(row.month, *_summed(row)).where(*wanted).group_by(row.month).order_by(row.month)
    return {month: sums_of(*values) for month, *values in session.execute(query)}


def _month_accuracies(session: Session, source: str, months: Collection[str], units: Units) -> Mapping[str, tuple[Accuracy, Sums]]:
    ratio = _U.credit / cast(_U.answers, Double)
    residual = _U.credit_squared - 2 * ratio * _U.credit_answers + ratio * ratio * _U.answers_squared
    squares = case((residual > 0, residual), else_=0.0) * _U.people / _U.answers_squared
    query = select(_U.month, func.count(), func.sum(squares), *_summed(_U)).group_by(_U.month).order_by(_U.month)
    query = query.where(_U.month.in_(sorted(months)), _U.source == source, _U.topic == ALL_TOPICS, _U.people > 0, within(units, _U.unit_id))
    found = {}
    for month, halls, within_halls, *values in session.execute(query):
        group = sums_of(*values)
        accuracy = accuracy_of(group, dispersion_of(float(within_halls), group.people - halls, group.share))
        if accuracy:
            found[month] = (accuracy, group)
    return found


def both_months(source: str, before: str, after: str, fewest: int = 1) -> tuple[Any, Any, Any, ColumnElement[bool]]:
    """(the earlier tally, the later, the change in accuracy, the condition) of who gave so many answers at the same unit in both months."""
    old, new = aliased(_P), aliased(_P)
    change = new.credit / cast(new.answers, Double) - old.credit / cast(old.answers, Double)
    in_month = (
        and_(row.month == month, row.source == source, row.topic == ALL_TOPICS, row.answers >= fewest)
        for row, month in ((old, before), (new, after))
    )  # fmt: skip
    return old, new, change, and_(new.employee_id == old.employee_id, new.unit_id == old.unit_id, *in_month)


def pair_sums(session: Session, source: str, before: str, after: str) -> Mapping[int, Pairs]:
    """Of every unit, the changes of the people who answered there in both months."""
    old, _, change, both = both_months(source, before, after)
    query = select(old.unit_id, func.count(), func.sum(change), func.sum(change * change)).where(both).group_by(old.unit_id)
    return {unit: Pairs(int(count), float(total), float(squared)) for unit, count, total, squared in session.execute(query)}
