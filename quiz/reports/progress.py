"""Whose accuracy rose beyond what chance explains from one month to another. Use cases: they only read the tallies."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr
from sqlalchemy import Double, cast, select
from sqlalchemy.orm import Session

from quiz.exams.tallies import EXAM
from quiz.reports.lines import FEWEST_ANSWERS
from quiz.reports.sums import both_months, kept, pair_sums, state_of
from quiz.statistics.change import Change, PairSpread
from quiz.statistics.clustered import mean_change, spread_of
from quiz.statistics.compare import discoveries
from quiz.statistics.intervals import quantile
from quiz.tables import EmployeeRow


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
class _Everybody:
    """Of every unit how many were compared, and who rose, the same for whoever looks."""

    compared: Mapping[int, int]
    risen: tuple[Risen, ...]


def people_progress(session: Session, before: str, month: str, seen: Collection[int], source: str = EXAM) -> PeopleProgress:
    """The people of these units whose interval lies above zero, everybody's being compared at once.

    The interval is that of a hall (`quiz.statistics.clustered.paired_change`) for one person: their change less that of everybody, with the spread of
    people's changes within halls, larger for who answered less than the others. Of those named at most one in twenty is so by chance (Benjamini &
    Hochberg), whoever looks. It is kept as long as the sums of both months stay the same, ten minutes at most.
    """
    state = state_of(session, source, (before, month))
    whole = kept(session, ("progress", source, before, month), state, lambda: _everybody(session, source, before, month))
    risen = tuple(one for one in whole.risen if one.unit_id in seen)
    return PeopleProgress(sum(count for unit, count in whole.compared.items() if unit in seen), risen)


def _everybody(session: Session, source: str, before: str, month: str) -> _Everybody:
    found = _pairs(session, source, before, month)
    compared = Counter(unit for _, unit, *_ in found)
    pairs = pair_sums(session, source, before, month)
    spread, common = spread_of(pairs.values()), mean_change(pairs.values())
    if not found or spread is None or spread.sd <= 0:
        return _Everybody(compared, ())
    beyond, noise = np.array([difference for _, _, difference, _ in found]) - common, np.array([noise for *_, noise in found])
    wide = spread.sd * np.sqrt(np.maximum(1.0, noise / noise.mean()))
    holds = discoveries((2 * stdtr(spread.df, -np.abs(beyond) / wide)).tolist())
    each = zip(found, beyond.tolist(), wide.tolist(), holds, strict=True)
    known = [(person, unit, _change(change, PairSpread(sd, spread.df))) for (person, unit, *_), change, sd, sure in each if sure]
    rose = [(person, unit, change) for person, unit, change in known if (change.low or 0.0) > 0]
    names = _names(session, [person for person, _, _ in rose])
    risen = (Risen(*names[person], unit, change) for person, unit, change in rose)
    return _Everybody(compared, tuple(sorted(risen, key=lambda one: (-(one.change.estimate or 0.0), one.number))))


def _pairs(session: Session, source: str, before: str, month: str) -> list[tuple[int, int, float, float]]:
    """(person, unit, change, noise) of who answered at the same unit in both months, and enough of it each time.

    The noise, 1/answers of both months together, is what few questions add to the variance of a change.
    """
    old, new, change, both = both_months(source, before, month, FEWEST_ANSWERS)
    query = select(old.employee_id, old.unit_id, change, 1.0 / cast(new.answers, Double) + 1.0 / cast(old.answers, Double)).where(both)
    return [(person, unit, difference, float(noise)) for person, unit, difference, noise in session.execute(query)]


def _names(session: Session, people: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """The number and the name of each."""
    query = select(EmployeeRow.id, EmployeeRow.number, EmployeeRow.name).where(EmployeeRow.id.in_(people))
    return {key: (number, name) for key, number, name in session.execute(query)}


def _change(difference: float, spread: PairSpread) -> Change:
    half, middle = quantile(0.95, spread.df) * spread.sd, max(-1.0, min(1.0, difference))
    return Change(middle, max(-1.0, middle - half), min(1.0, middle + half), "paired", 1, 0, 0, None)
