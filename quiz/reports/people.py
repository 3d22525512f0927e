"""The people of a hall, and one of them, in a period. Use cases: they only read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from kb import day_of
from kb.errors import AccessError, NotFoundError
from quiz.exams.tallies import ALL_TOPICS, EXAM, SPOT
from quiz.fieldtables import PersonTallyRow
from quiz.people.directory import person as person_on
from quiz.people.organisation import on_day
from quiz.people.roles import Person
from quiz.reports.answers import visible
from quiz.reports.lines import FEWEST_ANSWERS, FEWEST_ASKED, PersonLine
from quiz.reports.sums import Units, of_period, within
from quiz.statistics.compare import shrink
from quiz.statistics.decisions import score_interval_of
from quiz.statistics.intervals import Interval, wilson
from quiz.statistics.period import Period
from quiz.tables import AttemptRow, EmployeeRow, ExamRow, FormItemRow, MembershipRow

_P = PersonTallyRow


@dataclass(frozen=True, slots=True)
class MonthLine:
    """Somebody's month at a unit, by source."""

    month: str
    source: str
    unit_id: int
    answers: float
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Evidence:
    """What somebody's answers of one source tell of a topic."""

    answers: float
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class TopicOfPerson:
    """Somebody's ledger of a topic in a period: what each source (exam, spot, practice) tells; `own` is what the period's source tells."""

    topic: str
    sources: Mapping[str, Evidence]
    own: Evidence | None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper that somebody sat; `shown` tells whether its results are released.

    `interval` holds the share of the points with other questions of the same kind, None before it is graded; `close`: the pass mark lies within, so
    that another paper might have decided otherwise.
    """

    attempt_id: int
    title: str
    month: str
    unit_id: int
    submitted_at: datetime | None
    score: float | None
    full: float
    passed: bool | None
    shown: bool
    interval: Interval | None = None
    close: bool = False


@dataclass(frozen=True, slots=True)
class PersonPage:
    """All of somebody that the one who looks may see."""

    person: Person
    months: tuple[MonthLine, ...]
    topics: tuple[TopicOfPerson, ...]
    papers: tuple[PaperLine, ...]


def people_of(session: Session, period: Period, unit_id: int, now: datetime) -> list[PersonLine]:
    """Who answered for a hall in a period, and who works there without having answered; by number."""
    sums = _sums(session, period, [unit_id])
    query = select(EmployeeRow.id, EmployeeRow.number, EmployeeRow.name).join(MembershipRow, MembershipRow.employee_id == EmployeeRow.id)
    there = {row.id: row for row in session.execute(query.where(MembershipRow.unit_id == unit_id, on_day(day_of(now))))}
    shrunk = _shrunk([row for row in sums if row.answers > 0])
    lines = [_line(row, shrunk.get(row.id), here=row.id in there) for row in sums]
    waiting = [row for key, row in there.items() if key not in {line.employee_id for line in lines}]
    lines += [PersonLine(row.id, row.number, row.name, 0.0, None, None, None, None, 0, here=True) for row in waiting]
    return sorted(lines, key=lambda line: line.number)


def people_ranked(session: Session, period: Period, units: Units) -> list[tuple[PersonLine, int]]:
    """Everybody who answered in these units with the unit they answered in, the best score first, equal ones by number."""
    lines = [(_line(row, None, here=True), row.unit_id) for row in _sums(session, period, units)]
    return sorted(lines, key=lambda pair: (-(pair[0].score or 0.0), pair[0].number))


def fewest_answers(source: str) -> int:
    """How many answers of a source somebody needs for a rank."""
    return FEWEST_ASKED if source == SPOT else FEWEST_ANSWERS


def count_people(session: Session, period: Period, units: Units) -> int:
    """At most how many people answered in these units."""
    query = select(func.count()).select_from(_P).where(of_period(_P, period), within(units, _P.unit_id), _P.answers > 0)
    return session.scalar(query) or 0


def _sums(session: Session, period: Period, units: Units) -> Sequence[Any]:
    sums = [
        func.sum(column).label(name) for column, name in ((_P.answers, "answers"), (_P.credit, "credit"), (_P.points, "points"), (_P.full, "full"))
    ]
    query = select(EmployeeRow.id, EmployeeRow.number, EmployeeRow.name, _P.unit_id, *sums, func.count().label("months"))
    query = query.join(EmployeeRow, EmployeeRow.id == _P.employee_id).where(of_period(_P, period), within(units, _P.unit_id), _P.answers > 0)
    rows: Sequence[Any] = session.execute(query.group_by(EmployeeRow.id, EmployeeRow.number, EmployeeRow.name, _P.unit_id)).all()
    return rows


def _line(row: Any, shrunk: float | None, *, here: bool) -> PersonLine:
    answers = float(row.answers)
    share = bounded(row.credit / answers)
    score = 100 * bounded(row.points / row.full) if row.full > 0 else None
    return PersonLine(row.id, row.number, row.name, answers, share, wilson(share * answers, answers), score, shrunk, row.months, here)


def bounded(share: float) -> float:
    """A share within [0, 1], whatever was lost in adding up."""
    return min(1.0, max(0.0, float(share)))


def _shrunk(rows: Sequence[Any]) -> Mapping[int, float]:
    """Each person's accuracy, shrunk towards the hall's."""
    answers = sum(float(row.answers) for row in rows)
    if not answers:
        return {}
    mean = min(0.98, max(0.02, sum(row.credit for row in rows) / answers))
    got = shrink([bounded(row.credit / row.answers) for row in rows], [mean * (1 - mean) / float(row.answers) for row in rows])
    return dict(zip((row.id for row in rows), got.estimates, strict=True))


def employee_id_of(session: Session, number: str) -> int:
    """The employee of a number. Raises NotFoundError."""
    found = session.scalar(select(EmployeeRow.id).where(EmployeeRow.number == number.upper()))
    if found is None:
        raise NotFoundError("employee-missing", number=number[:40])
    return found


def person_page(session: Session, period: Period, employee_id: int, seen: Units, now: datetime) -> PersonPage:
    """Somebody's months, topics and papers.

    A manager of the unit where the person works now sees all of it, one of a unit where they worked before what was answered there; `seen` None sees
    everything. Raises NotFoundError, and AccessError where nothing is left to be seen.
    """
    found = person_on(session, employee_id, day_of(now))
    if found is None:
        raise NotFoundError("employee-missing", number=employee_id)
    units = None if seen is None or (found.unit and found.unit.id in seen) else seen
    months, papers = _months(session, employee_id, units), _papers(session, employee_id, units, now, own=False)
    if units is not None and not months and not papers:
        raise AccessError("not-allowed")
    return PersonPage(found, tuple(months), tuple(_topics(session, period, employee_id, units, ())), tuple(papers))


def own_page(session: Session, period: Period, employee_id: int, now: datetime) -> PersonPage:
    """Somebody's own results: nothing of exams whose results are not released."""
    found = person_on(session, employee_id, day_of(now))
    if found is None:
        raise NotFoundError("employee-missing", number=employee_id)
    papers = _papers(session, employee_id, None, now, own=True)
    hidden = {paper.month for paper in papers if not paper.shown}
    months = [line for line in _months(session, employee_id, None) if not (line.source == EXAM and line.month in hidden)]
    return PersonPage(found, tuple(months), tuple(_topics(session, period, employee_id, None, hidden)), tuple(papers))


def _months(session: Session, employee_id: int, units: Units) -> list[MonthLine]:
    query = select(_P.month, _P.source, _P.unit_id, _P.answers, _P.credit)
    query = query.where(_P.employee_id == employee_id, _P.topic == ALL_TOPICS, _P.answers > 0)
    rows = session.execute(query.where(within(units, _P.unit_id)).order_by(_P.month.desc(), _P.source, _P.unit_id))
    return [MonthLine(month, source, unit, float(n), bounded(c / n), wilson(bounded(c / n) * n, n)) for month, source, unit, n, c in rows]


def _topics(session: Session, period: Period, employee_id: int, units: Units, hidden: Collection[str]) -> Iterable[TopicOfPerson]:
    """By topic: those that the period's source asked about first, the least known on top."""
    query = select(_P.topic, _P.source, func.sum(_P.answers), func.sum(_P.credit)).where(
        _P.employee_id == employee_id, _P.month.in_(period.months), _P.topic != ALL_TOPICS, _P.answers > 0, within(units, _P.unit_id)
    )
    if hidden:
        query = query.where(~and_(_P.source == EXAM, _P.month.in_(sorted(hidden))))
    found: dict[str, dict[str, Evidence]] = {}
    for topic, source, n, c in session.execute(query.group_by(_P.topic, _P.source)):
        share = bounded(c / float(n))
        found.setdefault(topic, {})[source] = Evidence(float(n), share, wilson(share * float(n), float(n)))
    lines = [TopicOfPerson(topic, sources, sources.get(period.source)) for topic, sources in found.items()]
    return sorted(lines, key=lambda line: (line.own is None, line.own.share if line.own else 0.0, line.topic))


def _papers(session: Session, employee_id: int, units: Units, now: datetime, *, own: bool) -> list[PaperLine]:
    shown = visible(now, own=own).label("shown")
    asked = select(func.count()).where(FormItemRow.form_id == AttemptRow.form_id).scalar_subquery()
    query = select(AttemptRow, ExamRow.title, ExamRow.month, ExamRow.pass_mark, asked, shown).join(ExamRow, ExamRow.id == AttemptRow.exam_id)
    query = query.where(AttemptRow.employee_id == employee_id, within(units, AttemptRow.unit_id))
    rows = session.execute(query.order_by(ExamRow.month.desc(), AttemptRow.id.desc()).limit(100))
    return [
        _paper(row, title, month, mark, asked, shown=bool(seen) and row.submitted_at is not None)
        for row, title, month, mark, asked, seen in rows
    ]  # fmt: skip


def _paper(row: AttemptRow, title: str, month: str, pass_mark: float, asked: int, *, shown: bool) -> PaperLine:
    line = PaperLine(row.id, title, month, row.unit_id, row.submitted_at, row.score, row.full, row.passed, shown)
    if row.score is None or row.full <= 0:
        return line
    low, high = score_interval_of(row.score / row.full, asked)
    return replace(line, interval=(low, high), close=low < pass_mark <= high)
