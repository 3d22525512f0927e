"""The monthly bulletin 通报 of a branch, a district or a hall: its figures, from the reports on the month's exams. Use cases: they only read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from quiz.people.roles import Unit, UnitKind, subtree
from quiz.reports.lines import GroupLine, HallLine, share_taken
from quiz.reports.people import people_ranked
from quiz.reports.progress import PeopleProgress, people_progress
from quiz.reports.questions import ItemLine, missed_in, questions
from quiz.reports.rankings import RankLine, hidden_name, rank_districts, rank_halls, rank_people
from quiz.reports.sums import kept
from quiz.reports.topics import TARGET, TopicLine, topics
from quiz.reports.units import Board, board
from quiz.statistics.change import Change
from quiz.statistics.clustered import Sums, scored
from quiz.statistics.compare import Accuracy, Dispersion
from quiz.statistics.period import Period

_MOST_WEAK, _MOST_MISSED, _MOST_RISEN = 5, 10, 10


@dataclass(frozen=True, slots=True)
class Result:
    """A month of some units: `sat` people of those meant answered, `absent` did not (None where nobody was meant); no figures without an answer."""

    sums: Sums
    score: Accuracy | None
    accuracy: Accuracy | None
    sat: int
    absent: int | None

    @property
    def taken(self) -> float | None:
        """The share of those meant to answer who did."""
        return share_taken(self.sat, self.absent)

    @property
    def meant(self) -> int | None:
        """How many were meant to answer, None where nobody was."""
        return None if self.absent is None else self.sat + self.absent


@dataclass(frozen=True, slots=True)
class Posted:
    """A unit's line of the ranking, with the sums that it is made of."""

    line: RankLine
    sums: Sums


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry to be read, with the most missed questions on it, the least known first."""

    entry_id: str
    topic: str
    questions: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A unit's month.

    `issuer` is the branch that sends it out. `before` is the month compared with, "" where there is none, `then` its figures; `branch` those of
    everybody, None where the unit is everybody. `change` is that of the unit's people who sat both months; `beyond`, of a hall, what is left of it
    without everybody's change, and `stands_out` whether chance does not explain that. `low` and `high` name the halls whose accuracy chance does not
    explain, the farthest first; `risen` are those that rose beyond chance. Names of people are partly hidden.
    """

    unit: Unit
    issuer: str
    month: str
    running: bool
    now: Result
    before: str
    then: Result | None
    branch: Result | None
    change: Change | None
    beyond: Change | None
    stands_out: bool
    compared: int
    low: tuple[str, ...]
    high: tuple[str, ...]
    risen: tuple[HallLine, ...]
    people: PeopleProgress
    target: float
    weak: tuple[TopicLine, ...]
    reading: tuple[Reading, ...]
    districts: tuple[Posted, ...]
    halls: tuple[Posted, ...]
    ranked: tuple[RankLine, ...]


def bulletin(session: Session, unit: Unit, month: str, units: Mapping[int, Unit], now: datetime) -> Bulletin:
    """The bulletin of a unit's exams of a month; whether somebody may see the unit is for the caller to know."""
    period, seen = Period(month, month), subtree(units.values(), unit.id)
    found = board(session, period, units, seen, now)
    then = board(session, Period(found.before, found.before), units, seen, now) if found.before else None
    whole, only = seen >= units.keys(), _only(found, unit)
    people = people_progress(session, found.before, month, seen) if found.before else PeopleProgress(0, ())
    lines = people_ranked(session, period, seen) if unit.kind is UnitKind.HALL else []
    return Bulletin(
        unit=unit,
        issuer=next((one.name for one in units.values() if one.kind is UnitKind.BRANCH), unit.name),
        month=month,
        running=found.running,
        now=_result(found.own, found.comparison.dispersion),
        before=found.before,
        then=_result(then.own, then.comparison.dispersion) if then else None,
        branch=None if whole else _result(found.branch, found.comparison.dispersion),
        change=found.own.change,
        beyond=only.change if only else None,
        stands_out=bool(only and only.truly),
        compared=sum(1 for line in found.halls if line.change),
        low=_outside(found.halls, "low"),
        high=_outside(found.halls, "high"),
        risen=_risen(found.halls),
        people=_hidden(people),
        target=TARGET,
        weak=_weak(topics(session, period, seen, units).lines),
        reading=_reading(_missed(session, period, seen, now, whole=whole)),
        districts=_districts(found) if unit.kind is UnitKind.BRANCH else (),
        halls=_halls(session, found, unit) if unit.kind is not UnitKind.HALL else (),
        ranked=tuple(rank_people(lines, units)),
    )


def _only(found: Board, unit: Unit) -> HallLine | None:
    return next((line for line in found.halls if line.unit.id == unit.id), None)


def _result(line: GroupLine | HallLine, spread: Dispersion) -> Result:
    return Result(line.sums, scored(line.sums, spread), line.accuracy, line.sat, line.absent)


def _posted(ranks: Iterable[RankLine], lines: Iterable[GroupLine | HallLine]) -> tuple[Posted, ...]:
    """The lines of a ranking; units where nobody answered and nobody was meant to are left out."""
    sums = {line.unit.id: line.sums for line in lines if line.unit}
    return tuple(Posted(rank, sums[rank.unit_id]) for rank in ranks if rank.people or rank.meant)


def _halls(session: Session, found: Board, unit: Unit) -> tuple[Posted, ...]:
    """The halls ranked, which is kept as long as their lines are the same."""
    spread = found.comparison.dispersion
    return kept(session, ("posted", found.period, unit.id), found.halls, lambda: _posted(rank_halls(found.halls, spread), found.halls))


def _districts(found: Board) -> tuple[Posted, ...]:
    return _posted(rank_districts(found.districts, found.comparison.dispersion), found.districts) if len(found.districts) > 1 else ()


def _outside(halls: Iterable[HallLine], side: str) -> tuple[str, ...]:
    known = sorted((line.shrunk or 0.0, line.unit.code, line.unit.name) for line in halls if line.outside == side)
    return tuple(name for _, _, name in (known if side == "low" else reversed(known)))


def _risen(halls: Iterable[HallLine]) -> tuple[HallLine, ...]:
    known = [(line, line.change.estimate or 0.0) for line in halls if line.truly and line.change and (line.change.low or 0.0) > 0]
    return tuple(line for line, _ in sorted(known, key=lambda pair: (-pair[1], pair[0].unit.code))[:_MOST_RISEN])


def _hidden(found: PeopleProgress) -> PeopleProgress:
    return replace(found, risen=tuple(replace(one, name=hidden_name(one.name)) for one in found.risen[:_MOST_RISEN]))


def _weak(lines: Iterable[TopicLine]) -> tuple[TopicLine, ...]:
    """The topics below the target, the least known first."""
    return tuple(sorted((line for line in lines if line.gap > 0), key=lambda line: (line.shrunk, line.topic))[:_MOST_WEAK])


def _missed(session: Session, period: Period, seen: Collection[int], now: datetime, *, whole: bool) -> Sequence[ItemLine]:
    """The questions known least: of everybody from the month's sums, of some units from their own marks."""
    if not whole:
        return missed_in(session, period, seen, now, _MOST_MISSED)
    return [line for line in questions(session, period, now) if line.share < 1 and not line.few][:_MOST_MISSED]


def _reading(missed: Iterable[ItemLine]) -> tuple[Reading, ...]:
    groups: dict[str, list[ItemLine]] = {}
    for line in missed:
        if line.entry_id:
            groups.setdefault(line.entry_id, []).append(line)
    return tuple(Reading(entry, lines[0].topic, tuple(lines)) for entry, lines in groups.items())
