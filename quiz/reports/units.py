"""Halls and districts in a period, honestly compared. Use cases: they only read the tallies.

The comparison is always one of all halls, whoever looks: a manager sees fewer lines of it, not other figures.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from quiz.exams.tallies import EXAM
from quiz.people.roles import Unit, UnitKind, district_of
from quiz.reports.lines import GroupLine, HallLine
from quiz.reports.participation import Sitting, absences, missing, roster_state, sitting_of
from quiz.reports.sums import kept, months_with_answers, pair_sums, state_of, unit_sums
from quiz.statistics.change import PairSpread
from quiz.statistics.clustered import Pairs, Sums, accuracy_of, compare_sums, mean_change, named, paired_change, spread_of, sure_changes, total
from quiz.statistics.compare import Comparison, Standing, shrink
from quiz.statistics.intervals import Interval
from quiz.statistics.period import Period, months_before

_FEW_HALLS = 2  # make no funnel


@dataclass(frozen=True, slots=True)
class Board:
    """The halls that somebody sees against all halls of the branch.

    `own` is everything seen together, `branch` everything there is. `before` is the month with which the last one was compared, "" where there is
    none; `running` tells that an exam of the last month is open and figures may change.
    """

    period: Period
    comparison: Comparison
    branch: GroupLine
    own: GroupLine
    districts: tuple[GroupLine, ...]
    halls: tuple[HallLine, ...]
    before: str
    running: bool

    @property
    def many(self) -> bool:
        """Whether somebody answered in halls enough for a funnel, three at least."""
        return sum(1 for line in self.halls if line.accuracy) > _FEW_HALLS


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the lines are made of."""

    units: Mapping[int, Unit]
    sums: Mapping[int, Sums]
    comparison: Comparison
    sat: Mapping[int, int]
    absent: Mapping[int, int] | None
    pairs: Mapping[int, Pairs]
    spread: PairSpread | None
    common: float
    truly: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Whole:
    """The comparison of all halls, the same for whoever looks."""

    facts: _Facts
    branch: GroupLine
    districts: tuple[GroupLine, ...]
    halls: tuple[HallLine, ...]


def board(session: Session, period: Period, units: Mapping[int, Unit], seen: Collection[int], now: datetime, topic: str = "") -> Board:
    """The comparison of a period; of one topic where it is named, then without participation and change.

    It is kept as long as the tallies, the roster and the papers handed in stay the same, ten minutes at most; while an exam is running, for a minute.
    """
    before = "" if topic else _before(session, period)
    sitting = None if topic or period.source != EXAM else sitting_of(session, period.last, units, now)
    running = sitting is not None and sitting.open
    state = (hash(tuple(units.items())), now.timestamp() // 60 if running else _state(session, period, before, sitting, topic))
    whole = kept(session, ("board", period, topic, before), state, lambda: _whole(session, period, units, before, sitting, topic=topic, now=now))
    mine = frozenset(seen)
    return Board(
        period=period,
        comparison=whole.facts.comparison,
        branch=whole.branch,
        own=whole.branch if mine >= units.keys() else _group(whole.facts, None, mine),
        districts=tuple(line for line in whole.districts if line.unit and line.unit.id in mine),
        halls=tuple(line for line in whole.halls if line.unit.id in mine),
        before=before,
        running=running,
    )


def _state(session: Session, period: Period, before: str, sitting: Sitting | None, topic: str) -> tuple[Any, ...]:
    months = sorted({*period.months, *filter(None, (before,))})
    return state_of(session, period.source, months, topic), roster_state(session, sitting), sitting


def _whole(session: Session, period: Period, units: Mapping[int, Unit], before: str, sitting: Sitting | None, *, topic: str, now: datetime) -> _Whole:
    sums = unit_sums(session, period, topic)
    pairs = pair_sums(session, period.source, before, period.last) if before else {}
    latest = sums if period.single or topic else unit_sums(session, Period(period.last, period.last, period.source))
    sat = {unit: group.people for unit, group in latest.items()}
    absent = None if topic else _absent(session, period, units, sitting, now)
    spread, common = spread_of(pairs.values()), mean_change(pairs.values())
    truly = sure_changes(_of_halls(pairs, units), spread, common)
    facts = _Facts(units, sums, _compared(sums, units), sat, absent, pairs, spread, common, truly)
    return _Whole(facts, _group(facts, None, units), _districts(facts), _halls(facts))


def _compared(sums: Mapping[int, Sums], units: Mapping[int, Unit]) -> Comparison:
    return compare_sums(tuple((str(i), s) for i, s in sorted(sums.items()) if i in units and units[i].kind is UnitKind.HALL))


def _before(session: Session, period: Period) -> str:
    """The last month in which somebody answered before the period's last one, "" where there is none in a year."""
    found = months_with_answers(session, period.source, months_before(period.last, 13)[:-1])
    return found[-1] if found else ""


def _of_halls(pairs: Mapping[int, Pairs], units: Mapping[int, Unit]) -> Mapping[int, Pairs]:
    return {unit: found for unit, found in pairs.items() if unit in units and units[unit].kind is UnitKind.HALL}


def _absent(session: Session, period: Period, units: Mapping[int, Unit], sitting: Sitting | None, now: datetime) -> Mapping[int, int] | None:
    if period.source != EXAM:
        return missing(session, period.last, period.source, now)
    return absences(session, sitting, units) if sitting else None


def _halls(facts: _Facts) -> tuple[HallLine, ...]:
    standings = {standing.hall: standing for standing in facts.comparison.standings}
    outside = named(facts.comparison)
    halls = [unit for unit in facts.units.values() if unit.kind is UnitKind.HALL]
    shown = (unit for unit in halls if not unit.closed_on or unit.id in facts.sums)
    return tuple(_hall(facts, unit, standings.get(str(unit.id)), outside.get(str(unit.id), "")) for unit in shown)


def _hall(facts: _Facts, unit: Unit, standing: Standing | None, outside: str) -> HallLine:
    pairs = facts.pairs.get(unit.id)
    return HallLine(
        unit=unit,
        district=district_of(unit, facts.units),
        sums=facts.sums.get(unit.id, Sums()),
        accuracy=standing.accuracy if standing else None,
        shrunk=standing.shrunk if standing else None,
        shrunk_interval=standing.shrunk_interval if standing else None,
        outside=outside,
        rankable=bool(standing and standing.rankable),
        sat=facts.sat.get(unit.id, 0),
        absent=None if facts.absent is None else facts.absent.get(unit.id, 0),
        change=paired_change(pairs, facts.spread, facts.common) if pairs else None,
        truly=unit.id in facts.truly,
    )


def _group(facts: _Facts, unit: Unit | None, members: Collection[int]) -> GroupLine:
    """These units together. Who is meant to answer is counted in halls only; a change here holds the paper's being harder or easier."""
    inside = [facts.sums[i] for i in members if i in facts.sums]
    halls = [i for i in members if i in facts.units and facts.units[i].kind is UnitKind.HALL]
    sums, pairs = total(inside), [facts.pairs[i] for i in members if i in facts.pairs]
    together = Pairs(sum(p.count for p in pairs), sum(p.change for p in pairs), sum(p.change_squared for p in pairs))
    return GroupLine(
        unit=unit,
        sums=sums,
        accuracy=accuracy_of(sums, facts.comparison.dispersion) if facts.comparison.standings else accuracy_of(sums),
        shrunk=None,
        shrunk_interval=None,
        halls=sum(1 for i in halls if i in facts.sums),
        sat=sum(facts.sat.get(i, 0) for i in halls),
        absent=None if facts.absent is None else sum(facts.absent.get(i, 0) for i in halls),
        change=paired_change(together, facts.spread),
    )


def _districts(facts: _Facts) -> tuple[GroupLine, ...]:
    """The districts, each shrunk towards the mean of all districts."""
    members: dict[int, list[int]] = {unit.id: [unit.id] for unit in facts.units.values() if unit.kind is UnitKind.DISTRICT}
    for unit in facts.units.values():
        if unit.parent_id in members:
            members[unit.parent_id].append(unit.id)
    lines = [_group(facts, facts.units[key], inside) for key, inside in members.items()]
    return tuple(shrunk_groups(lines, facts.comparison))


def shrunk_groups(lines: Sequence[GroupLine], comparison: Comparison) -> Iterable[GroupLine]:
    """The lines with their shrunk estimates, as far as they have any."""
    known = [line.accuracy for line in lines if line.accuracy]
    if not known or comparison.mean is None:
        return lines
    base = comparison.dispersion.phi * max(1e-6, comparison.mean * (1 - comparison.mean))
    found = shrink([a.estimate for a in known], [base / a.effective_persons for a in known])
    each = iter(zip(found.estimates, found.intervals, strict=True))
    return [_with(line, *next(each)) if line.accuracy else line for line in lines]


def _with(line: GroupLine, shrunk: float, interval: Interval) -> GroupLine:
    return replace(line, shrunk=shrunk, shrunk_interval=interval)
