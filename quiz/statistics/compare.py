"""Halls against each other: accuracy with its uncertainty, shrunk towards the branch, and limits that chance seldom passes. PURE.

The unit is the person: the answers of one clerk go together, so twelve clerks with fifty answers each are twelve observations, not six hundred.
Formulas, sources, and the simulations behind the choices: docs/statistics.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import betainc, betaincinv, ndtr, ndtri, stdtr

from quiz.statistics.intervals import EVERYTHING, Interval, quantile, score_interval

LEVEL, FLAG_LEVEL = 0.95, 0.998
FEWEST_RANKED = 6
LEAST_PHI = 0.005


@dataclass(frozen=True, slots=True)
class PersonResult:
    """What one person earned of what could be earned, in answers or points."""

    person: str
    credit: float
    full: float

    @property
    def share(self) -> float:
        """The person's accuracy; `full` must not be 0."""
        return self.credit / self.full


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How much persons of the same hall differ: their variance is `phi` x p(1-p), on `df` degrees of freedom.

    1/phi is the number of independent answers that one person is worth.
    """

    phi: float
    df: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The accuracy of a group with an interval that takes each person as one observation.

    `persons` and `effective_persons` (fewer where papers differ in length); `design_effect` says how many times larger the variance is than if
    every answer stood for itself.
    """

    estimate: float
    low: float
    high: float
    persons: int
    effective_persons: float
    answers: float
    design_effect: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Empirical-Bayes estimates in the order given: between the raw accuracy and the mean, the nearer to the mean the less there is to go by.

    `mean` is that of the halls, `between_sd` how much they truly differ (0 where chance explains all), `own` the weight of each raw accuracy.
    """

    mean: float
    between_sd: float
    estimates: tuple[float, ...]
    intervals: tuple[Interval, ...]
    own: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A hall in a comparison.

    By chance it lies within `usual` 19 times of 20 and within `limits` 499 times of 500; `outside` is "low" or "high" beyond the latter, else "".
    `p` is the two-sided chance of lying that far out.
    """

    hall: str
    accuracy: Accuracy
    shrunk: float
    shrunk_interval: Interval
    usual: Interval
    limits: Interval
    p: float
    outside: str
    rankable: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All halls that somebody sat in, in the order given, with the branch's own figures; `mean` is None where nobody sat."""

    mean: float | None
    between_sd: float
    dispersion: Dispersion
    standings: tuple[Standing, ...]


def _sat(persons: Iterable[PersonResult]) -> list[PersonResult]:
    return [p for p in persons if p.full > 0]


def _ratio(persons: Sequence[PersonResult]) -> float:
    return sum(p.credit for p in persons) / sum(p.full for p in persons)


def _squares(persons: Sequence[PersonResult]) -> float:
    """The squared residuals of the ratio, each in shares of the group's mean paper."""
    ratio, mean = _ratio(persons), sum(p.full for p in persons) / len(persons)
    return sum(((p.credit - ratio * p.full) / mean) ** 2 for p in persons)


def effective_persons(persons: Sequence[PersonResult]) -> float:
    """(Σf)²/Σf²: how many persons with equal papers would be as certain (Kish 1965)."""
    sat = _sat(persons)
    return sum(p.full for p in sat) ** 2 / sum(p.full**2 for p in sat) if sat else 0.0


def dispersion(halls: Iterable[Sequence[PersonResult]]) -> Dispersion:
    """How much persons differ within halls, from all halls together; phi 1, the most there can be, where no hall has two persons or all are alike."""
    groups = [sat for hall in halls if (sat := _sat(hall))]
    everybody = [p for group in groups for p in group]
    df = len(everybody) - len(groups)
    mean = _ratio(everybody) if everybody else 0.0
    if df < 1 or mean * (1 - mean) < 1e-12:
        return Dispersion(1.0, max(0, df))
    phi = sum(map(_squares, groups)) / (df * mean * (1 - mean))
    return Dispersion(min(1.0, max(LEAST_PHI, phi)), df)


def accuracy(persons: Sequence[PersonResult], pooled: Dispersion | None = None, level: float = LEVEL) -> Accuracy | None:
    """The accuracy of a group, None where nobody sat.

    The variance is the cluster-robust one of a ratio (Cochran 1977, §6.3), its dispersion the group's own or, better for small halls,
    the one `pooled` from all halls; the interval is Wilson's with the effective number of answers and Student's quantile (Dean & Pagano 2015).
    """
    sat = _sat(persons)
    if not sat:
        return None
    spread = pooled or dispersion([sat])
    share, size = min(1.0, max(0.0, _ratio(sat))), effective_persons(sat)
    reach = quantile(level, max(1, spread.df))
    low, high = score_interval(share, size / spread.phi, reach)
    answers = sum(p.full for p in sat)
    return Accuracy(share, low, high, len(sat), size, answers, spread.phi * answers / size)


def shrink(raw: Sequence[float], variances: Sequence[float], level: float = LEVEL) -> Shrunk:
    """Normal-normal empirical Bayes of accuracies with known sampling variances.

    The variance between halls is Paule & Mandel's (1982), cut at 0, where everybody is put at the mean; the intervals carry Morris' (1983) correction
    for its being estimated. Raises ValueError without a hall or for a variance that is not positive.
    """
    if not raw or len(raw) != len(variances) or min(variances) <= 0:
        raise ValueError(f"{len(raw)} accuracies, {len(variances)} variances")
    between = _between(raw, variances)
    weights = [1 / (v + between) for v in variances]
    mean = sum(w * y for w, y in zip(weights, raw, strict=True)) / sum(weights)
    reach, count = quantile(level), len(raw)
    estimates, intervals, own = [], [], []
    for y, v in zip(raw, variances, strict=True):
        toward = v / (v + between)
        estimate = mean + (1 - toward) * (y - mean)
        unsure = 2 / max(1, count - 3) * toward**2 * (y - mean) ** 2
        half = reach * sqrt((1 - toward) * v + toward / sum(weights) * toward + unsure)
        estimates.append(estimate)
        intervals.append((max(0.0, estimate - half), min(1.0, estimate + half)))
        own.append(1 - toward)
    return Shrunk(mean, sqrt(between), tuple(estimates), tuple(intervals), tuple(own))


def _between(raw: Sequence[float], variances: Sequence[float]) -> float:
    """The variance between halls at which the weighted squares are what chance leaves on average."""
    values, noise = np.asarray(raw), np.asarray(variances)

    def excess(between: float) -> float:
        weights = 1 / (noise + between)
        mean = weights @ values / weights.sum()
        return float(weights @ (values - mean) ** 2) - (len(raw) - 1)

    low, high = 0.0, 1.0
    if len(raw) < 2 or excess(low) <= 0:
        return low
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return low


def funnel(target: float, spread: Dispersion, persons: float, level: float = FLAG_LEVEL, between_sd: float = 0.0) -> Interval:
    """The limits within which a hall of that many (effective) persons lies by chance alone, when its true accuracy is the target.

    Quantiles of the beta distribution with that mean and variance: bounded and skewed as accuracies are (Spiegelhalter 2005, in his place for the
    binomial). `between_sd` adds differences between halls that are taken as usual, so that only the unusual ones lie outside.
    """
    shape = _beta(target, spread, persons, between_sd)
    if shape is None:
        return EVERYTHING
    tail = _tail(level, spread.df)
    return float(betaincinv(*shape, tail)), float(betaincinv(*shape, 1 - tail))


def chance_beyond(share: float, target: float, spread: Dispersion, persons: float, between_sd: float = 0.0) -> float:
    """The two-sided chance that a hall of that size and the target's accuracy lies as far out as this share."""
    shape = _beta(target, spread, persons, between_sd)
    if shape is None:
        return 1.0
    below = float(betainc(*shape, share))
    return min(1.0, 2 * float(stdtr(max(1, spread.df), ndtri(min(below, 1 - below)))))


def _beta(target: float, spread: Dispersion, persons: float, between_sd: float) -> tuple[float, float] | None:
    if not 0 < target < 1 or persons <= 0:
        return None
    variance = spread.phi * target * (1 - target) / persons + between_sd**2
    size = target * (1 - target) / variance - 1
    return (target * size, (1 - target) * size) if size > 0 else None


def _tail(level: float, df: int) -> float:
    """The share beyond each limit, smaller where the dispersion itself is known from few persons: the normal tail at Student's quantile."""
    return float(ndtr(-quantile(level, max(1, df))))


def compare_halls(halls: Mapping[str, Sequence[PersonResult]], level: float = LEVEL, flag_level: float = FLAG_LEVEL) -> Comparison:
    """Every hall with its accuracy, its shrunk accuracy, and whether it lies beyond the funnel's limits around the branch."""
    sat = {hall: group for hall, persons in halls.items() if (group := _sat(persons))}
    spread = dispersion(sat.values())
    if not sat:
        return Comparison(None, 0.0, spread, ())
    mean = min(1.0, max(0.0, _ratio([p for group in sat.values() for p in group])))
    found = [found for group in sat.values() if (found := accuracy(group, spread, level))]
    base = max(1e-6, mean * (1 - mean))
    shrunk = shrink([a.estimate for a in found], [spread.phi * base / a.effective_persons for a in found], level)
    standings = []
    for place, (hall, own) in enumerate(zip(sat, found, strict=True)):
        usual, limits = (funnel(mean, spread, own.effective_persons, wide) for wide in (level, flag_level))
        outside = "low" if own.estimate < limits[0] else "high" if own.estimate > limits[1] else ""
        p = chance_beyond(own.estimate, mean, spread, own.effective_persons)
        estimate, interval = shrunk.estimates[place], shrunk.intervals[place]
        standings.append(Standing(hall, own, estimate, interval, usual, limits, p, outside, rankable(own.persons)))
    return Comparison(mean, shrunk.between_sd, spread, tuple(standings))


def rankable(persons: int) -> bool:
    """Whether a hall may be given a rank: six persons or more have sat. Smaller halls fill the ends of any raw ranking by chance."""
    return persons >= FEWEST_RANKED


def discoveries(ps: Sequence[float], rate: float = 0.05) -> tuple[bool, ...]:
    """Which of many findings hold when on average at most this share of those named may be false (Benjamini & Hochberg 1995)."""
    ranked = sorted(ps)
    bound = max((p for place, p in enumerate(ranked, 1) if p <= rate * place / len(ps)), default=-1.0)
    return tuple(p <= bound for p in ps)
