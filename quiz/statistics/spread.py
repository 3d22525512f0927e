"""How much halls truly differ, given accuracies of which each has its own noise. PURE."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_BETWEEN = 0.29  # the standard deviation of accuracies spread evenly from 0 to 1
_GRID, _UNLIKELY = 41, 15.0
_SETTLED = 1e-12
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likely:
    """What the standard deviation between halls may be: a row for each on a grid, a column for each noise that occurs.

    `weights` are 1/(noise + between²), `level` says which column a hall has; `chances` how likely each row is, `means` the mean of the halls in it,
    `errors` the variance of that mean.
    """

    weights: Numbers
    level: NDArray[np.int64]
    chances: Numbers
    means: Numbers
    errors: Numbers


def likely_spreads(values: Numbers, noise: Numbers) -> Likely:
    """A grid from 0 to the spread of accuracies anywhere in [0, 1], drawn together around what is likely; halls of one noise are taken together."""
    middle = float(values.mean())
    levels, level, counts = np.unique(noise, return_inverse=True, return_counts=True)
    sums, squares = (np.bincount(level, weights=(values - middle) ** power, minlength=len(levels)) for power in (1, 2))
    low, high = 0.0, MOST_BETWEEN
    for last in (False, False, True):
        between = np.linspace(low, high, _GRID)[:, None]
        weights = 1 / (levels + between**2)
        total, pulled = weights @ counts, weights @ sums
        likely = (np.log(weights) @ counts - np.log(total) - weights @ squares + pulled**2 / total) / 2
        places = np.flatnonzero(likely > likely.max() - _UNLIKELY)
        if not last:
            low, high = float(between[max(0, places[0] - 1), 0]), float(between[min(_GRID - 1, places[-1] + 1), 0])
    chances = np.exp(likely - likely.max()) * between[:, 0]
    return Likely(weights, level, chances / chances.sum(), middle + pulled / total, 1 / total)


def moment_spread(values: Numbers, noise: Numbers) -> float:
    """The variance between halls at which the weighted squares are what chance leaves on average.

    Their excess falls and is convex in that variance, so that Newton's steps from 0 come to its root from below (DerSimonian & Kacker 2007).
    """
    between = 0.0
    for _ in range(100):
        weights = 1 / (noise + between)
        squares = (values - weights @ values / weights.sum()) ** 2
        excess = float(weights @ squares) - (len(values) - 1)
        if excess <= _SETTLED * len(values):
            break
        between += excess / float(weights**2 @ squares)
    return min(1.0, between)
