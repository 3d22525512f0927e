"""The comparison of halls from sums over their people, as the tallies keep them, instead of person by person. PURE.

Everything equals what `quiz.statistics.compare` and `quiz.statistics.change` make of the persons themselves; a test holds them together.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import attrgetter

from scipy.special import stdtr

from quiz.statistics.change import FEWEST_PAIRS, Change, PairSpread
from quiz.statistics.compare import (
    FLAG_LEVEL,
    LEAST_PHI,
    LEVEL,
    Accuracy,
    Comparison,
    Dispersion,
    chances_beyond,
    compared,
    discoveries,
    funnel,
)
from quiz.statistics.intervals import Interval, quantile, score_interval, wilson

_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Sums:
    """What a group's people earned: how many they are, and sums over them of answers, credit, their squares and product, and points.

    `passed` counts papers, of `sittings` that have a score; where no papers are asked for, `sittings` counts people month by month.
    """

    people: int = 0
    answers: float = 0.0
    credit: float = 0.0
    credit_squared: float = 0.0
    answers_squared: float = 0.0
    credit_answers: float = 0.0
    points: float = 0.0
    full: float = 0.0
    passed: int = 0
    sittings: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        mine = (getattr(self, name) for name in Sums.__slots__)
        return Sums(*(a + b for a, b in zip(mine, (getattr(other, name) for name in Sums.__slots__), strict=True)))

    @property
    def share(self) -> float:
        """The mean credit of an answer, within [0, 1]; 0 where there is no answer."""
        return _bounded(self.credit / self.answers) if self.answers > 0 else 0.0

    @property
    def score(self) -> float | None:
        """Points of a hundred; None where nothing could be earned."""
        return 100 * _bounded(self.points / self.full) if self.full > 0 else None

    @property
    def passing(self) -> tuple[float, Interval] | None:
        """The share of the papers that passed, with Wilson's interval; None where none has a score."""
        return (self.passed / self.sittings, wilson(self.passed, self.sittings)) if self.sittings else None

    @property
    def effective(self) -> float:
        """How many people with equal papers would be as certain (Kish 1965)."""
        return self.answers**2 / self.answers_squared if self.answers_squared > 0 else 0.0

    @property
    def squares(self) -> float:
        """The squared residuals of the ratio over people, each as a share of a paper of the group's quadratic mean length."""
        if self.people < 1 or self.answers <= 0:
            return 0.0
        ratio = self.credit / self.answers
        found = self.credit_squared - 2 * ratio * self.credit_answers + ratio**2 * self.answers_squared
        return max(0.0, found) * self.people / self.answers_squared


def _bounded(share: float) -> float:
    return min(1.0, max(0.0, share))


_each = attrgetter(*Sums.__slots__)


def total(groups: Iterable[Sums]) -> Sums:
    """The sums of all groups together; somebody who stands in two of them is two people."""
    columns = zip(*map(_each, groups), strict=True)
    found = [sum(column) for column in columns]
    return Sums(*found) if found else Sums()


def pooled(groups: Iterable[Sums]) -> Dispersion:
    """How much people differ within groups, as `quiz.statistics.compare.dispersion`."""
    sat = [g for g in groups if g.answers > 0]
    everybody = total(sat)
    return dispersion_of(sum(g.squares for g in sat), everybody.people - len(sat), everybody.share)


def dispersion_of(squares: float, df: int, mean: float) -> Dispersion:
    """The dispersion from the squared residuals within groups and their degrees of freedom; phi 1 where nothing can be said."""
    if df < 1 or mean * (1 - mean) < _NOTHING:
        return Dispersion(1.0, max(0, df))
    return Dispersion(min(1.0, max(LEAST_PHI, squares / (df * mean * (1 - mean)))), df)


def accuracy_of(group: Sums, spread: Dispersion | None = None, level: float = LEVEL) -> Accuracy | None:
    """The accuracy of a group with its interval, None where nobody answered; without a pooled dispersion, with its own."""
    if group.answers <= 0:
        return None
    spread = spread or pooled([group])
    return _accuracy(group, group.share, spread, level)


def scored(group: Sums, spread: Dispersion) -> Accuracy | None:
    """The share of the points with its interval, for the tables that show scores; None where nothing could be earned."""
    return None if group.score is None or group.answers <= 0 else _accuracy(group, group.score / 100, spread, LEVEL)


def _accuracy(group: Sums, share: float, spread: Dispersion, level: float) -> Accuracy:
    low, high = score_interval(share, group.effective / spread.phi, quantile(level, max(1, spread.df)))
    effect = spread.phi * group.answers / group.effective
    return Accuracy(share, low, high, group.people, group.effective, group.answers, effect)


def compare_sums(halls: Iterable[tuple[str, Sums]], level: float = LEVEL, flag_level: float = FLAG_LEVEL) -> Comparison:
    """`quiz.statistics.compare.compare_halls` from sums."""
    sat = [(hall, group) for hall, group in halls if group.answers > 0]
    spread = pooled(group for _, group in sat)
    if not sat:
        return Comparison(None, 0.0, spread, ())
    mean = total(group for _, group in sat).share
    own = [_accuracy(group, group.share, spread, level) for _, group in sat]
    return compared([hall for hall, _ in sat], own, mean, spread, level, flag_level)


def chances_of(shares: Sequence[float], targets: Sequence[float], spreads: Sequence[Dispersion], sizes: Sequence[float]) -> list[float]:
    """`quiz.statistics.compare.chance_beyond` of each share half an answer nearer to its target.

    Accuracies move in steps, the beta distribution does not: without this a few people who know everything would seem beyond all chance.
    """
    nearer = [_nearer(*each) for each in zip(shares, targets, spreads, sizes, strict=True)]
    chances = chances_beyond(nearer, targets, spreads, sizes)
    return [1.0 if near == target else p for near, target, p in zip(nearer, targets, chances, strict=True)]


def _nearer(share: float, target: float, spread: Dispersion, size: float) -> float:
    step = _half_answer(spread, size)
    return max(target, share - step) if share > target else min(target, share + step)


def limits_of(target: float, spread: Dispersion, effective: float, level: float = FLAG_LEVEL) -> Interval:
    """The funnel's limits as they are drawn, half an answer wider: outside lies who is farther out than `chances_of` allows, and nobody else."""
    (low, high), step = funnel(target, spread, effective, level), _half_answer(spread, effective)
    return max(0.0, low - step), min(1.0, high + step)


def _half_answer(spread: Dispersion, effective: float) -> float:
    return 0.5 * spread.phi / effective if effective > 0 else 1.0


def named(comparison: Comparison, rate: float = 0.05) -> dict[str, str]:
    """Hall → "low" or "high" of those to be named.

    Beyond limits that chance passes once in 500 times, and, where halls are so many that some do, also found by Benjamini & Hochberg at that rate.
    """
    mean, spread = comparison.mean or 0.0, comparison.dispersion
    shares, sizes = [s.accuracy.estimate for s in comparison.standings], [s.accuracy.effective_persons for s in comparison.standings]
    ps = chances_of(shares, [mean] * len(shares), [spread] * len(shares), sizes)
    found = zip(comparison.standings, ps, discoveries(ps, rate), strict=True)
    return {s.hall: "low" if s.accuracy.estimate < mean else "high" for s, p, holds in found if holds and p < 1 - FLAG_LEVEL}


def one_month_inflation(group: Sums, months: int, answers_each: float, monthly: Dispersion) -> float:
    """By how much sums in which a person stands once a month understate the variance of a topic's accuracy over so many months.

    With r the correlation of two answers of one person (from the monthly dispersion phi of papers of k answers: phi = r + (1 - r)/k, Kish 1965),
    the papers of a person's months go together like two answers do: 1 + (months - 1) r / (r + (1 - r)/k of the topic).
    """
    k = max(1.0, group.answers / group.people) if group.people else 1.0
    if months <= 1 or answers_each <= 1:
        return 1.0
    r = max(0.0, (monthly.phi - 1 / answers_each) / (1 - 1 / answers_each))
    return 1 + (months - 1) * r / (r + (1 - r) / k) if r > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """The people of a hall who sat two months: how many, and the sum and the sum of squares of their changes in accuracy."""

    count: int
    change: float
    change_squared: float

    @property
    def squares(self) -> float:
        """Squared residuals from the mean change."""
        return max(0.0, self.change_squared - self.change**2 / self.count) if self.count else 0.0


def spread_of(halls: Iterable[Pairs]) -> PairSpread | None:
    """`quiz.statistics.change.pair_spread` from sums."""
    found = [pairs for pairs in halls if pairs.count >= FEWEST_PAIRS]
    df = sum(pairs.count - 1 for pairs in found)
    return PairSpread(sqrt(sum(pairs.squares for pairs in found) / df), df) if df else None


def mean_change(halls: Iterable[Pairs]) -> float:
    """The mean change of everybody who sat both months; 0 where nobody did."""
    every = list(halls)
    count = sum(pairs.count for pairs in every)
    return sum(pairs.change for pairs in every) / count if count else 0.0


def paired_change(pairs: Pairs, spread: PairSpread | None, common: float = 0.0, level: float = LEVEL) -> Change | None:
    """A hall's change in those who sat both months, less the `common` one; None where fewer than two did."""
    if pairs.count < FEWEST_PAIRS or spread is None:
        return None
    middle = max(-1.0, min(1.0, pairs.change / pairs.count - common))
    half = quantile(level, spread.df) * spread.sd / sqrt(pairs.count)
    return Change(middle, max(-1.0, middle - half), min(1.0, middle + half), "paired", pairs.count, 0, 0, None)


def sure_changes(halls: Mapping[int, Pairs], spread: PairSpread | None, common: float = 0.0, rate: float = 0.05) -> frozenset[int]:
    """The halls that truly changed beyond the `common` change: of those named at most this share by chance (Benjamini & Hochberg)."""
    known = {hall: pairs for hall, pairs in halls.items() if pairs.count >= FEWEST_PAIRS}
    if spread is None or spread.sd <= 0:
        return frozenset()
    ts = [(pairs.change / pairs.count - common) / spread.sd * sqrt(pairs.count) for pairs in known.values()]
    ps = [2 * float(stdtr(spread.df, -abs(t))) for t in ts]
    return frozenset(hall for hall, holds in zip(known, discoveries(ps, rate), strict=True) if holds)


def rank_ranges(intervals: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """For each interval the first and the last place (1 is the best) that it leaves open: those surely above, and those surely not below."""
    lows, highs = sorted(low for low, _ in intervals), sorted(high for _, high in intervals)
    return [(1 + len(lows) - bisect_right(lows, high), len(highs) - bisect_left(highs, low)) for low, high in intervals]
