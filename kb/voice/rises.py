"""Which counts of a week rose beyond chance. PURE.

The exact test of two Poisson rates (Przyborowski & Wilenski 1940): given both counts, that of the week is binomial with the week's share of all
searches, so that more use of the search as a whole is no rise. Over all topics the false discovery rate is kept (Benjamini & Hochberg 1995).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import bdtrc

LEVEL = 0.05
FEWEST = 10
FEWEST_PEOPLE = 3
LEAST_RATIO = 1.5


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was asked in the week, by how many people, and in all earlier weeks together."""

    now: int
    people: int
    before: int


@dataclass(frozen=True, slots=True)
class Rise:
    """`expected` is what the earlier weeks let expect, `p` the chance of so many or more; `rises`: beyond chance, notable, not one person's doing."""

    expected: float
    p: float
    rises: bool


def rises(counts: Sequence[Count], level: float = LEVEL) -> list[Rise]:
    """Test every count against the earlier weeks, all together at one rate of false discoveries.

    Something rises when it is significant, was asked ten times or more by three people or more, and half as often again as expected. Without earlier
    searches nothing can rise.
    """
    total, before = sum(c.now for c in counts), sum(c.before for c in counts)
    if not total or not before:
        return [Rise(0.0, 1.0, rises=False) for _ in counts]
    share = total / (total + before)
    chances = [float(bdtrc(c.now - 1, c.now + c.before, share)) if c.now else 1.0 for c in counts]
    significant = _discoveries(chances, level)
    found = []
    for count, p, beyond in zip(counts, chances, significant, strict=True):
        expected = count.before * total / before
        notable = count.now >= FEWEST and count.people >= FEWEST_PEOPLE and count.now >= LEAST_RATIO * expected
        found.append(Rise(expected, p, rises=beyond and notable))
    return found


def _discoveries(chances: Sequence[float], level: float) -> list[bool]:
    ranked = sorted(chances)
    bounds = [p for rank, p in enumerate(ranked, 1) if p <= level * rank / len(ranked)]
    bound = max(bounds, default=-1.0)
    return [p <= bound for p in chances]
