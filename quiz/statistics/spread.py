"""How much halls truly differ, given accuracies of which each has its own noise. PURE."""

import numpy as np
from numpy.typing import NDArray

MOST_BETWEEN = 0.29  # the standard deviation of accuracies spread evenly from 0 to 1
_GRID, _UNLIKELY = 41, 15.0
_SETTLED = 1e-12
Numbers = NDArray[np.float64]


def likely_spreads(values: Numbers, noise: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Of possible standard deviations between halls: the weight 1/(noise + between²) of each hall, how likely it is, and the mean of the halls.

    A grid from 0 to that of accuracies spread evenly over all of [0, 1], drawn together around what is likely.
    """
    middle = float(values.mean())
    low, high = 0.0, MOST_BETWEEN
    for last in (False, False, True):
        between = np.linspace(low, high, _GRID)[:, None]
        weights = 1 / (noise + between**2)
        total, pulled = weights.sum(axis=1), weights @ (values - middle)
        spread = weights @ (values - middle) ** 2 - pulled**2 / total
        likely = (np.log(weights).sum(axis=1) - np.log(total) - spread) / 2
        places = np.flatnonzero(likely > likely.max() - _UNLIKELY)
        if not last:
            low, high = float(between[max(0, places[0] - 1), 0]), float(between[min(_GRID - 1, places[-1] + 1), 0])
    chances = np.exp(likely - likely.max()) * between[:, 0]
    return weights, chances / chances.sum(), middle + pulled / total


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
