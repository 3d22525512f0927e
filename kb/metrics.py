"""Retrieval measures. PURE."""

from collections.abc import Sequence
from math import log2

import numpy as np

_RESAMPLES = 2000


def hit_at(found: Sequence[str], relevant: Sequence[str], k: int) -> float:
    """1.0 when a relevant id is among the first k, else 0.0."""
    return float(any(i in relevant for i in found[:k]))


def reciprocal_rank(found: Sequence[str], relevant: Sequence[str], k: int = 10) -> float:
    """1 / place of the first relevant id among the first k, 0.0 when there is none."""
    return next((1.0 / place for place, i in enumerate(found[:k], 1) if i in relevant), 0.0)


def ndcg(found: Sequence[str], relevant: Sequence[str], k: int = 10) -> float:
    """Normalised discounted cumulative gain with binary gains (Järvelin & Kekäläinen 2002)."""
    gain = sum(1.0 / log2(place + 1) for place, i in enumerate(found[:k], 1) if i in relevant)
    ideal = sum(1.0 / log2(place + 1) for place in range(1, min(len(relevant), k) + 1))
    return gain / ideal if ideal else 0.0


def bootstrap_interval(values: Sequence[float], level: float = 0.95, seed: int = 0) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean (Efron 1979), 2,000 resamples; (nan, nan) without values."""
    if not values:
        return float("nan"), float("nan")
    data = np.asarray(values, float)
    rng = np.random.default_rng(seed)
    means = data[rng.integers(0, len(data), (_RESAMPLES, len(data)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
