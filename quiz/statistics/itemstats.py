"""Classical statistics of a paper and its items. PURE.

Scores are a matrix, a row a paper and a column an item, credits between 0 and 1, NaN where the item was not presented; `frequencies` counts how
often each row occurred. What is undefined is None, never NaN. Formulas, sources and the reasons for the thresholds: docs/statistics.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atanh, isfinite, sqrt, tanh

import numpy as np
from numpy.typing import NDArray

from quiz.statistics.intervals import Interval, mean_interval, quantile

Matrix = NDArray[np.float64]
FEWEST_ANSWERS = 20
EASY, HARD = 0.95, 0.30
LOW_ITEM_REST = 0.15
_NOTHING = 1e-12


class Flag(StrEnum):
    """What a trainer should look at in an item."""

    FEW_ANSWERS = "few_answers"
    NO_VARIANCE = "no_variance"
    MISKEY = "miskey"
    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    NEGATIVE_DISCRIMINATION = "negative_discrimination"
    LOW_DISCRIMINATION = "low_discrimination"
    IDLE_DISTRACTOR = "idle_distractor"


@dataclass(frozen=True, slots=True)
class PaperStatistics:
    """A paper as a whole, in points of its mean length: each item counts 1.

    Skewness, kurtosis and the n-1 variances are those of Moodle's quiz report; `alpha` is Cronbach's, `error_ratio` √(1-alpha),
    `standard_error` that of a single paper's score.
    """

    n: int
    length: float
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    error_ratio: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item: facility with its 95 % interval, and how it goes with the rest of the paper; indexes and weights in percent."""

    n: int
    facility: float | None
    facility_interval: Interval
    sd: float | None
    item_rest: float | None
    item_rest_interval: tuple[float, float] | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    effective_weight: float | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A paper and its items, in the order of the columns."""

    paper: PaperStatistics
    items: tuple[ItemStatistics, ...]


def analyse(scores: Matrix, frequencies: Sequence[int] | None = None) -> Analysis:
    """The statistics of a matrix of scores. Raises ValueError for credits outside [0, 1] or frequencies that do not fit."""
    x, w = checked(scores, frequencies)
    rest, total = rest_scores(x, w), _total_deviation(x, w)
    covariances = [_covariance(x[:, j], total, w) for j in range(x.shape[1])]
    roots = [sqrt(c) if c is not None and c >= 0 else None for c in covariances]
    whole = sum(r for r in roots if r is not None)
    weights = [100 * r / whole if r is not None and whole > _NOTHING else None for r in roots]
    return Analysis(_paper(x, w), tuple(_item(x[:, j], rest[:, j], w, weights[j]) for j in range(x.shape[1])))


def checked(scores: Matrix, frequencies: Sequence[int] | None) -> tuple[Matrix, Matrix]:
    """(scores, frequencies) as arrays, rows of frequency 0 left out. Raises ValueError when they make no sense."""
    x = np.asarray(scores, np.float64)
    w = np.ones(len(x)) if frequencies is None else np.asarray(frequencies, np.float64)
    if x.ndim != 2 or w.shape != (len(x),):
        raise ValueError(f"scores {x.shape}, frequencies {w.shape}")
    if (w < 0).any() or (w % 1 != 0).any() or (x < 0).any() or (x > 1).any():
        raise ValueError("credits lie between 0 and 1, frequencies are whole numbers")
    return x[w > 0], w[w > 0]


def rest_scores(scores: Matrix, frequencies: Matrix) -> Matrix:
    """For each paper and item, how far its mean credit on the other items presented lies above what all achieve on them; NaN where there is none.

    On one form for all this is the rest of the paper, shifted and scaled, so every correlation is the usual one; between forms it takes away
    that one is harder than the other.
    """
    above, shown = _above(scores, frequencies)
    others = shown.sum(axis=1, keepdims=True) - shown
    rest: Matrix = np.divide(above.sum(axis=1, keepdims=True) - above, others, out=np.full(scores.shape, np.nan), where=others > 0)
    rest[shown == 0] = np.nan
    return rest


def _total_deviation(scores: Matrix, frequencies: Matrix) -> Matrix:
    above, shown = _above(scores, frequencies)
    counts = shown.sum(axis=1)
    found: Matrix = np.divide(above.sum(axis=1), counts, out=np.full(len(scores), np.nan), where=counts > 0)
    return found


def _above(scores: Matrix, frequencies: Matrix) -> tuple[Matrix, Matrix]:
    """(credits less the item's mean, 0 where not presented; 1.0 where presented)."""
    shown = np.isfinite(scores).astype(np.float64)
    bare = np.where(shown > 0, scores, 0.0)
    counts = frequencies @ shown
    facility = np.divide(frequencies @ bare, counts, out=np.zeros(scores.shape[1]), where=counts > 0)
    return (bare - facility) * shown, shown


def _item(x: Matrix, rest: Matrix, w: Matrix, weight: float | None) -> ItemStatistics:
    shown = np.isfinite(x)
    n = int(w[shown].sum())
    facility = float(w[shown] @ x[shown] / n) if n else None
    variance = _covariance(x, x, w)
    correlation = correlate(x, rest, w)
    apart = None if correlation is None else _fisher(correlation, float(w[np.isfinite(rest)].sum()))
    span = (0.0, 1.0) if facility is None else mean_interval(facility, variance or 0.0, n)
    return ItemStatistics(
        n=n,
        facility=facility,
        facility_interval=span,
        sd=None if variance is None else sqrt(variance),
        item_rest=correlation,
        item_rest_interval=apart,
        discrimination_index=None if correlation is None else 100 * correlation,
        discriminative_efficiency=_efficiency(x, rest, w),
        effective_weight=weight,
        flags=_flags(n, variance, span, apart),
    )


def _flags(n: int, variance: float | None, facility: Interval, item_rest: tuple[float, float] | None) -> tuple[Flag, ...]:
    """What the whole of an interval says, so that chance alone seldom raises a flag; below 20 answers nothing else is said."""
    if n < FEWEST_ANSWERS:
        return (Flag.FEW_ANSWERS,)
    highest = 1.0 if item_rest is None else item_rest[1]
    found = {
        Flag.NO_VARIANCE: variance is not None and variance < _NOTHING,
        Flag.TOO_EASY: facility[0] > EASY,
        Flag.TOO_HARD: facility[1] < HARD,
        Flag.NEGATIVE_DISCRIMINATION: highest < 0,
        Flag.LOW_DISCRIMINATION: 0 <= highest < LOW_ITEM_REST,
    }
    return tuple(flag for flag, raised in found.items() if raised)


def _covariance(a: Matrix, b: Matrix, w: Matrix) -> float | None:
    """Over the rows where both are known; None for fewer than two."""
    both = np.isfinite(a) & np.isfinite(b)
    n = w[both].sum()
    if n < 2:
        return None
    da, db = (v[both] - w[both] @ v[both] / n for v in (a, b))
    return float((w[both] * da) @ db / (n - 1))


def correlate(a: Matrix, b: Matrix, w: Matrix) -> float | None:
    """Pearson's correlation over the rows where both are known; None where one of them does not vary."""
    both = np.isfinite(a) & np.isfinite(b)
    a, b, w = a[both], b[both], w[both]
    together, first, second = _covariance(a, b, w), _covariance(a, a, w), _covariance(b, b, w)
    if together is None or first is None or second is None or min(first, second) < _NOTHING:
        return None
    return max(-1.0, min(1.0, together / sqrt(first * second)))


def _fisher(r: float, n: float) -> tuple[float, float] | None:
    """The 95 % interval of a correlation (Fisher 1921)."""
    if n <= 3:
        return None
    middle, half = atanh(max(-1 + 1e-12, min(1 - 1e-12, r))), quantile(0.95) / sqrt(n - 3)
    return tanh(middle - half), tanh(middle + half)


def _efficiency(x: Matrix, rest: Matrix, w: Matrix) -> float | None:
    """The covariance of item and rest as a percentage of what it would be were both in the same order."""
    both = np.isfinite(x) & np.isfinite(rest)
    x, rest, w = x[both], rest[both], w[both]
    found = _covariance(x, rest, w)
    if found is None:
        return None
    edges = np.unique(np.concatenate([np.cumsum(w[np.argsort(v, kind="stable")]) for v in (x, rest)]))
    spans = np.diff(edges, prepend=0.0)
    best = _covariance(at_ranks(x, w, edges - spans / 2), at_ranks(rest, w, edges - spans / 2), spans)
    return None if best is None or best < _NOTHING else 100 * found / best


def at_ranks(values: Matrix, w: Matrix, ranks: Matrix) -> Matrix:
    """The values that stand at these ranks (from 0, exclusive of whole numbers) when all are put in order, each as often as it occurred."""
    order = np.argsort(values, kind="stable")
    found: Matrix = values[order][np.searchsorted(np.cumsum(w[order]), ranks, side="right")]
    return found


def _paper(x: Matrix, w: Matrix) -> PaperStatistics:
    shown = np.isfinite(x).sum(axis=1)
    x, w, shown = x[shown > 0], w[shown > 0], shown[shown > 0]
    n = int(w.sum())
    if not n:
        return PaperStatistics(0, 0.0, *[None] * 8)
    length = float(w @ shown / n)
    totals = np.nansum(x, axis=1) / shown * length
    middle = at_ranks(totals, w, np.array([(n - 1) // 2 + 0.5, n // 2 + 0.5]))
    alpha, variance = _alpha(x, w, length)
    ratio = sqrt(1 - alpha) if alpha is not None and alpha <= 1 else None
    error = ratio * sqrt(variance) if ratio is not None and variance is not None else None
    mean, (sd, skewness, kurtosis) = float(w @ totals / n), _moments(totals, w)
    return PaperStatistics(n, length, mean, float(middle.mean()), sd, skewness, kurtosis, alpha, ratio, error)


def _moments(totals: Matrix, w: Matrix) -> tuple[float | None, float | None, float | None]:
    """(SD, skewness, kurtosis) from Fisher's k-statistics."""
    n = w.sum()
    apart = totals - w @ totals / n
    m2, m3, m4 = (float(w @ apart**power / n) for power in (2, 3, 4))
    if n < 2:
        return None, None, None
    k2 = n * m2 / (n - 1)
    if k2 < _NOTHING:
        return 0.0, None, None
    skewness = float(n**2 * m3 / ((n - 1) * (n - 2)) / k2**1.5) if n > 2 else None
    k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3)) if n > 3 else None
    return sqrt(k2), skewness, None if k4 is None else float(k4 / k2**2)


def _alpha(x: Matrix, w: Matrix, length: float) -> tuple[float | None, float | None]:
    """(Cronbach's alpha, the variance of a paper of the mean length) from the mean variance and the mean covariance of pairs presented together."""
    above, shown = _above(x, w)
    n = (shown * w[:, None]).T @ shown
    sums = (above * w[:, None]).T @ shown
    with np.errstate(divide="ignore", invalid="ignore"):
        covariances = ((above * w[:, None]).T @ above - sums * sums.T / n) / (n - 1)
    pairs = ~np.eye(len(n), dtype=bool) & (n > 1)
    own = np.diag(n) > 1
    if not pairs.any() or not own.any():
        return None, None
    common = float(np.average(covariances[pairs], weights=n[pairs] - 1))
    single = float(np.average(np.diag(covariances)[own], weights=np.diag(n)[own]))
    variance = length * (single + (length - 1) * common)
    if length <= 1 or variance < _NOTHING or not isfinite(variance):
        return None, None
    return float(length**2 * common / variance), variance
