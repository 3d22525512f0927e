"""Intervals for shares and mean credits. PURE.

Every interval is a pair (low, high) within [0, 1]; levels are two-sided, 0.95 by default.
"""

from functools import lru_cache
from math import sqrt

from scipy.special import ndtri, stdtrit

Interval = tuple[float, float]
EVERYTHING: Interval = (0.0, 1.0)
_MOST_GAIN = 4.0


@lru_cache(maxsize=256)
def quantile(level: float, df: float | None = None) -> float:
    """How many standard errors a two-sided interval reaches: of the normal distribution, or of Student's with `df` degrees of freedom."""
    upper = 0.5 + level / 2
    return float(ndtri(upper) if df is None else stdtrit(df, upper))


def wilson(successes: float, n: float, level: float = 0.95) -> Interval:
    """The score interval of a proportion (Wilson 1927; Newcombe 1998, method 3); all of [0, 1] without a trial.

    Numbers may be fractional (effective ones). Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n}")
    return score_interval(successes / n, n, quantile(level)) if n else EVERYTHING


def score_interval(share: float, n: float, reach: float) -> Interval:
    """Wilson's interval of a share that is worth `n` independent answers, `reach` standard errors to both sides."""
    if n <= 0:
        return EVERYTHING
    weight = reach**2 / n
    middle = (share + weight / 2) / (1 + weight)
    half = reach * sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    low = 0.0 if share <= 0 else max(0.0, min(share, middle - half))
    high = 1.0 if share >= 1 else min(1.0, max(share, middle + half))
    return low, high


def mean_interval(mean: float, variance: float, n: float, level: float = 0.95) -> Interval:
    """The interval of a mean credit between 0 and 1 from n independent answers with that variance (n-1 in its denominator).

    Wilson's with the effective size n·m(1-m)/s² (Dean & Pagano 2015): whole credits give Wilson's own to the second order, partial credits vary
    less and give a narrower one. The effective size lies between n and 4n, so that a handful of equal half credits cannot pass for certainty.
    """
    if n <= 0:
        return EVERYTHING
    share = min(1.0, max(0.0, mean))
    gain = share * (1 - share) / variance if variance > 0 else _MOST_GAIN
    if share * (1 - share) < 1e-12:
        gain = 1.0
    return score_interval(share, n * min(_MOST_GAIN, max(1.0, gain)), quantile(level))
