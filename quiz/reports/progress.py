"""Whose accuracy rose beyond what chance explains from one month to another. Use cases: they only read the tallies."""

from collections.abc import Collection
from dataclasses import dataclass

from scipy.special import stdtr
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from quiz.exams.tallies import ALL_TOPICS, EXAM
from quiz.fieldtables import PersonTallyRow
from quiz.reports.lines import FEWEST_ANSWERS
from quiz.reports.sums import pair_sums
from quiz.statistics.change import Change, PairSpread
from quiz.statistics.clustered import mean_change, spread_of
from quiz.statistics.compare import discoveries
from quiz.statistics.intervals import quantile
from quiz.tables import EmployeeRow

_P = PersonTallyRow


@dataclass(frozen=True, slots=True)
class Risen:
    """Somebody whose accuracy rose, beyond the change of everybody."""

    number: str
    name: str
    unit_id: int
    change: Change


@dataclass(frozen=True, slots=True)
class PeopleProgress:
    """How many people of these units answered enough at the same unit in both months, and those who rose, the most first."""

    compared: int
    risen: tuple[Risen, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    number: str
    name: str
    unit_id: int
    difference: float


def people_progress(session: Session, before: str, month: str, seen: Collection[int], source: str = EXAM) -> PeopleProgress:
    """The people of these units whose interval lies above zero, everybody's being compared at once.

    The interval is that of a hall (`quiz.statistics.clustered.paired_change`) for one person: their change less that of everybody, with the spread of
    people's changes within halls. Of those named at most one in twenty is so by chance (Benjamini & Hochberg), whoever looks.
    """
    pairs = pair_sums(session, source, before, month)
    spread, common = spread_of(pairs.values()), mean_change(pairs.values())
    found = _pairs(session, source, before, month)
    own = [pair for pair in found if pair.unit_id in seen]
    if spread is None or spread.sd <= 0:
        return PeopleProgress(len(own), ())
    holds = discoveries([_chance(pair.difference - common, spread) for pair in found])
    changes = [(pair, _change(pair.difference - common, spread)) for pair, sure in zip(found, holds, strict=True) if sure and pair.unit_id in seen]
    risen = [Risen(pair.number, pair.name, pair.unit_id, change) for pair, change in changes if (change.low or 0.0) > 0]
    return PeopleProgress(len(own), tuple(sorted(risen, key=lambda one: (-(one.change.estimate or 0.0), one.number))))


def _pairs(session: Session, source: str, before: str, month: str) -> list[_Pair]:
    """Who answered at the same unit in both months, and enough of it each time."""
    old, new = aliased(_P), aliased(_P)
    query = (
        select(EmployeeRow.number, EmployeeRow.name, old.unit_id, new.credit / new.answers - old.credit / old.answers)
        .select_from(old)
        .join(new, (new.employee_id == old.employee_id) & (new.unit_id == old.unit_id))
        .join(EmployeeRow, EmployeeRow.id == old.employee_id)
        .where(old.month == before, old.source == source, old.topic == ALL_TOPICS, old.answers >= FEWEST_ANSWERS)
        .where(new.month == month, new.source == source, new.topic == ALL_TOPICS, new.answers >= FEWEST_ANSWERS)
        .order_by(EmployeeRow.number)
    )
    return [_Pair(number, name, unit, float(difference)) for number, name, unit, difference in session.execute(query)]


def _chance(difference: float, spread: PairSpread) -> float:
    return 2 * float(stdtr(spread.df, -abs(difference) / spread.sd))


def _change(difference: float, spread: PairSpread) -> Change:
    half, middle = quantile(0.95, spread.df) * spread.sd, max(-1.0, min(1.0, difference))
    return Change(middle, max(-1.0, middle - half), min(1.0, middle + half), "paired", 1, 0, 0, None)
