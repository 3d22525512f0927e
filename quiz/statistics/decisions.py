"""How sure passing and failing are: what another paper of the same kind would decide. PURE."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv

from quiz.statistics.intervals import Interval, wilson
from quiz.statistics.itemstats import FEWEST_ANSWERS, PaperStatistics

_STEPS = 400


@dataclass(frozen=True, slots=True)
class Decision:
    """Of everybody who sat, as shares: whom a second paper like this would decide alike, and whose true level lies on the side they were put on."""

    consistent: float
    right: float


def decision(paper: PaperStatistics, pass_mark: float) -> Decision | None:
    """How far the papers decide the same twice, and rightly (Livingston & Lewis 1995, true levels after a beta distribution).

    None where that cannot be known: after few papers, where all scores are alike, where the reliability is not above 0.
    """
    mean, sd, alpha = paper.mean, paper.sd, paper.alpha
    if paper.n < FEWEST_ANSWERS or mean is None or not sd or alpha is None or not 0 < alpha < 1 or not 0 < pass_mark < 1:
        return None
    level, variance = mean / paper.length, (sd / paper.length) ** 2
    spread = level * (1 - level) / (alpha * variance) - 1
    length = (level * (1 - level) - alpha * variance) / (variance * (1 - alpha))
    if spread <= 0 or length <= 1:
        return None
    true = betaincinv(level * spread, (1 - level) * spread, (np.arange(_STEPS) + 0.5) / _STEPS)
    true = np.clip(true, 1e-9, 1 - 1e-9)
    reached = pass_mark - 0.5 / paper.length
    passes = 1 - betainc(true * (length - 1), (1 - true) * (length - 1), max(0.0, reached))
    return Decision(float(np.mean(passes**2 + (1 - passes) ** 2)), float(np.mean(np.where(true >= pass_mark, passes, 1 - passes))))


def score_interval_of(share: float, questions: float) -> Interval:
    """Where somebody's share of the points may lie with other questions of the same kind: each question one independent answer (Lord 1955)."""
    share = min(1.0, max(0.0, share))
    return wilson(share * questions, questions)
