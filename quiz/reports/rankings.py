"""The tables that the branch already knows: rank 名次, unit 单位, share examined, score 分数; beside them what chance leaves open. PURE."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from quiz.people.roles import Unit, UnitKind, district_of
from quiz.reports.lines import FEWEST_ANSWERS, GroupLine, HallLine, PersonLine
from quiz.statistics.clustered import rank_ranges, scored
from quiz.statistics.compare import Dispersion, rankable
from quiz.statistics.decisions import score_interval_of


@dataclass(frozen=True, slots=True)
class RankLine:
    """A line of such a table.

    `score` is points of a hundred with the interval `low` to `high`; `rank` None where too few answered, or nobody. `best` and `worst` are the first
    and last place that the intervals leave open. `sat` of those `meant` to answered in the last month. `number` is an employee's, whose `name` is
    then partly hidden, or a unit's code.
    """

    name: str
    score: float | None
    low: float | None
    high: float | None
    people: int
    answers: float
    taken: float | None = None
    sat: int = 0
    meant: int | None = None
    number: str = ""
    district: str = ""
    hall: str = ""
    rank: int | None = None
    best: int | None = None
    worst: int | None = None
    unit_id: int = 0


def hidden_name(name: str) -> str:
    """A name as it may be posted: 王小明 as 王*明, 王明 as 王*; three stars at most."""
    name = name.strip()
    return name[:1] + "*" * max(1, min(3, len(name) - 2)) + (name[-1] if len(name) > 2 else "") if name else ""


def rank_districts(lines: Iterable[GroupLine], spread: Dispersion) -> list[RankLine]:
    """The districts by score; those of fewer than six people have no rank."""
    return _rank_units([_unit(line.unit, "", line, spread) for line in lines if line.unit])


def rank_halls(lines: Iterable[HallLine], spread: Dispersion) -> list[RankLine]:
    """The halls by score; those of fewer than six people have no rank."""
    return _rank_units([_unit(line.unit, line.district, line, spread) for line in lines])


def _rank_units(lines: Sequence[RankLine]) -> list[RankLine]:
    return ranked(lines, {line.unit_id: not rankable(line.people) for line in lines})


def _unit(unit: Unit, district: str, known: GroupLine | HallLine, spread: Dispersion) -> RankLine:
    found, sums = scored(known.sums, spread), known.sums
    score, low, high = (100 * found.estimate, 100 * found.low, 100 * found.high) if found else (None, None, None)
    hall = unit.name if unit.kind is UnitKind.HALL else ""
    meant = None if known.absent is None else known.sat + known.absent
    return RankLine(
        unit.name, score, low, high, sums.people, sums.answers, known.taken, known.sat, meant, unit.code, district, hall, unit_id=unit.id
    )  # fmt: skip


def rank_people(lines: Iterable[tuple[PersonLine, int]], units: Mapping[int, Unit], fewest: int = FEWEST_ANSWERS) -> list[RankLine]:
    """People by score, their names partly hidden; who gave fewer answers than `fewest` has no rank."""
    found = []
    for place, (line, unit_id) in enumerate(lines):
        unit = units.get(unit_id)
        low, high = (None, None) if line.score is None else (100 * end for end in score_interval_of(line.score / 100, line.answers))
        named = RankLine(hidden_name(line.name), line.score, low, high, 1, line.answers)
        hall, district = (unit.name, district_of(unit, units)) if unit else ("", "")
        found.append((line.answers < fewest, replace(named, number=line.number, hall=hall, district=district, unit_id=place)))
    return ranked([line for _, line in found], {line.unit_id: few for few, line in found})


def ranked(lines: Sequence[RankLine], small: Mapping[int, bool]) -> list[RankLine]:
    """The lines with ranks, equal scores (to a tenth, as printed) sharing one; then those without a rank, the best first."""
    known = [line for line in lines if line.score is not None and not small.get(line.unit_id)]
    known.sort(key=lambda line: (-_printed(line), line.number or line.name))
    ranges = rank_ranges([(line.low or 0.0, line.high or 0.0) for line in known])
    first: dict[float, int] = {}
    for place, line in enumerate(known, 1):
        first.setdefault(_printed(line), place)
    done = [replace(line, rank=first[_printed(line)], best=best, worst=worst) for line, (best, worst) in zip(known, ranges, strict=True)]
    rest = [line for line in lines if line.score is None or small.get(line.unit_id)]
    return [*done, *sorted(rest, key=lambda line: (-_printed(line), line.number or line.name))]


def _printed(line: RankLine) -> float:
    return -1.0 if line.score is None else round(line.score, 1)
