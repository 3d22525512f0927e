"""Halls against each other: accuracy with its uncertainty, shrunk towards the branch, and limits that chance seldom passes. PURE.

The unit is the person: the answers of one clerk go together, so twelve clerks with fifty answers each are twelve observations, not six hundred.
Formulas, sources, and the simulations behind the choices: docs/statistics.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, ndtr, ndtri, stdtr

from quiz.statistics.intervals import Interval, quantile, score_interval
from quiz.statistics.spread import Numbers, likely_spreads, moment_spread

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

    `mean` is that of the halls, `between_sd` how much they seem to differ truly (0 where chance explains all), `own` the weight of each raw accuracy.
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
    """The squared residuals of the ratio, each as a share of a paper of the group's quadratic mean length.

    So that, divided by the effective persons (Σf)²/Σf², they give the variance of the ratio whatever the lengths: the residuals of long papers are
    large and those papers weigh much, and only one of the two may count.
    """
    ratio, length = _ratio(persons), sum(p.full**2 for p in persons) / len(persons)
    return sum((p.credit - ratio * p.full) ** 2 for p in persons) / length


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
    """Empirical Bayes of accuracies with known sampling variances, averaged over what the variance between halls may be.

    Normal within and between, every variance between halls taken as equally likely beforehand (Morris & Tang 2011), so that the intervals hold even
    where little is known of it; the one reported is Paule & Mandel's (1982), cut at 0. Raises ValueError without a hall or for a variance that is not
    positive.
    """
    if not raw or len(raw) != len(variances) or min(variances) <= 0:
        raise ValueError(f"{len(raw)} accuracies, {len(variances)} variances")
    values, noise = np.asarray(raw, np.float64), np.asarray(variances, np.float64)
    found = likely_spreads(values, noise)
    mean, weights = float(found.chances @ found.means), found.weights
    once, twice = ((found.chances @ weights**power)[found.level] for power in (1, 2))
    toward = noise * once
    estimates = mean + (1 - toward) * (values - mean)
    unsure_mean = noise**2 * ((found.chances * (found.errors + (found.means - mean) ** 2)) @ weights**2)[found.level]
    unsure_between = np.maximum(0.0, noise**2 * twice - toward**2) * (values - mean) ** 2
    half = quantile(level) * np.sqrt((1 - toward) * noise + unsure_mean + unsure_between)
    low, high = (np.clip(ends, 0.0, 1.0).tolist() for ends in (estimates - half, estimates + half))
    own = tuple((1 - toward).tolist())
    return Shrunk(mean, sqrt(moment_spread(values, noise)), tuple(estimates.tolist()), tuple(zip(low, high, strict=True)), own)


def funnel(target: float, spread: Dispersion, persons: float, level: float = FLAG_LEVEL, between_sd: float = 0.0) -> Interval:
    """The limits within which a hall of that many (effective) persons lies by chance alone, when its true accuracy is the target.

    Quantiles of the beta distribution with that mean and variance: bounded and skewed as accuracies are (Spiegelhalter 2005, in his place for the
    binomial). `between_sd` adds differences between halls that are taken as usual, so that only the unusual ones lie outside.
    """
    return funnels(target, spread, [persons], level, between_sd)[0]


def funnels(target: float, spread: Dispersion, persons: Sequence[float], level: float = FLAG_LEVEL, between_sd: float = 0.0) -> list[Interval]:
    """`funnel` of many halls at once; halls of one size, as most are where papers have one length, are looked up once."""
    sizes, place = np.unique(np.asarray(persons, float), return_inverse=True)
    a, b, known = _beta(np.asarray(target, float), np.asarray(spread.phi), sizes, between_sd)
    tail = _tail(level, spread.df)
    low, high = np.where(known, betaincinv(a, b, tail), 0.0), np.where(known, betaincinv(a, b, 1 - tail), 1.0)
    return list(zip(low[place].tolist(), high[place].tolist(), strict=True))


def chance_beyond(share: float, target: float, spread: Dispersion, persons: float, between_sd: float = 0.0) -> float:
    """The two-sided chance that a hall of that size and the target's accuracy lies as far out as this share."""
    return chances_beyond([share], [target], [spread], [persons], between_sd)[0]


def chances_beyond(
    shares: Sequence[float], targets: Sequence[float], spreads: Sequence[Dispersion], persons: Sequence[float], between_sd: float = 0.0
) -> list[float]:
    """`chance_beyond` of many halls at once."""
    a, b, known = _beta(np.asarray(targets, float), np.asarray([s.phi for s in spreads]), np.asarray(persons, float), between_sd)
    below = betainc(a, b, np.asarray(shares, float))
    df = np.asarray([max(1, s.df) for s in spreads])
    chances = np.minimum(1.0, 2 * stdtr(df, ndtri(np.minimum(below, 1 - below))))
    found: list[float] = np.where(known, chances, 1.0).tolist()
    return found


def _beta(target: Numbers, phi: Numbers, persons: Numbers, between_sd: float) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """(the two shapes, where there is such a distribution); elsewhere the shapes are 1."""
    base = target * (1 - target)
    there = (base > 0) & (persons > 0)
    size = np.where(there, base, 1.0) / np.where(there, phi * base / np.where(there, persons, 1.0) + between_sd**2, 1.0) - 1
    known = there & (size > 0)
    return np.where(known, target * size, 1.0), np.where(known, (1 - target) * size, 1.0), known


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
    own = [found for group in sat.values() if (found := accuracy(group, spread, level))]
    return compared(list(sat), own, mean, spread, level, flag_level)


def compared(
    halls: Sequence[str], own: Sequence[Accuracy], mean: float, spread: Dispersion, level: float = LEVEL, flag_level: float = FLAG_LEVEL
) -> Comparison:
    """The comparison of halls, of which there is one at least, whose accuracies are known, around the branch's mean."""
    shares, sizes = [a.estimate for a in own], [a.effective_persons for a in own]
    base = max(1e-6, mean * (1 - mean))
    shrunk = shrink(shares, [spread.phi * base / size for size in sizes], level)
    usual, limits = (funnels(mean, spread, sizes, wide) for wide in (level, flag_level))
    ps = chances_beyond(shares, [mean] * len(own), [spread] * len(own), sizes)
    columns = zip(halls, own, shrunk.estimates, shrunk.intervals, usual, limits, ps, strict=True)
    return Comparison(mean, shrunk.between_sd, spread, tuple(_standing(*values) for values in columns))


def _standing(hall: str, own: Accuracy, shrunk: float, interval: Interval, usual: Interval, limits: Interval, p: float) -> Standing:
    outside = "low" if own.estimate < limits[0] else "high" if own.estimate > limits[1] else ""
    return Standing(hall, own, shrunk, interval, usual, limits, p, outside, rankable(own.persons))


def rankable(persons: int) -> bool:
    """Whether a hall may be given a rank: six persons or more have sat. Smaller halls fill the ends of any raw ranking by chance."""
    return persons >= FEWEST_RANKED


def discoveries(ps: Sequence[float], rate: float = 0.05) -> tuple[bool, ...]:
    """Which of many findings hold when on average at most this share of those named may be false (Benjamini & Hochberg 1995)."""
    ranked = sorted(ps)
    bound = max((p for place, p in enumerate(ranked, 1) if p <= rate * place / len(ps)), default=-1.0)
    return tuple(p <= bound for p in ps)
