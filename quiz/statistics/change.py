"""What changed between two months: a hall's accuracy, an item's difficulty; and what closing a gap would bring. PURE."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log, pi, sqrt

from quiz.statistics.compare import PersonResult
from quiz.statistics.intervals import quantile

FEWEST_PAIRS = 2
FEWEST_ANCHORS = 3
NOTABLE_DRIFT = 0.43
PAPERS_COUNT_AS = 300  # searches: a share of a tenth is known to 1.7 points from so many


@dataclass(frozen=True, slots=True)
class PairSpread:
    """The standard deviation of persons' own changes, from all halls together, and its degrees of freedom."""

    sd: float
    df: int


@dataclass(frozen=True, slots=True)
class Change:
    """A hall's change in accuracy, beyond that of the whole branch where one was given, with its interval.

    `method` is "paired" (only the `pairs` persons who sat both months), "unpaired" (fewer than two did, so the two groups are compared), or
    "none". `raw` is the plain difference of the two months' mean accuracies, in which those who `joined` and `left` count too.
    """

    estimate: float | None
    low: float | None
    high: float | None
    method: str
    pairs: int
    joined: int
    left: int
    raw: float | None


def _shares(persons: Iterable[PersonResult]) -> dict[str, float]:
    return {p.person: p.share for p in persons if p.full > 0}


def _differences(before: Sequence[PersonResult], after: Sequence[PersonResult]) -> list[float]:
    old, new = _shares(before), _shares(after)
    return [new[person] - old[person] for person in sorted(old.keys() & new.keys())]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _squares(values: Sequence[float]) -> float:
    mean = _mean(values)
    return sum((v - mean) ** 2 for v in values)


def pair_spread(halls: Iterable[tuple[Sequence[PersonResult], Sequence[PersonResult]]]) -> PairSpread | None:
    """How much persons' changes differ within halls, from (before, after) of every hall; None where no hall has two who sat both."""
    found = [d for before, after in halls if len(d := _differences(before, after)) >= FEWEST_PAIRS]
    df = sum(len(d) - 1 for d in found)
    return PairSpread(sqrt(sum(map(_squares, found)) / df), df) if df else None


def hall_change(
    before: Sequence[PersonResult],
    after: Sequence[PersonResult],
    pooled: PairSpread | None = None,
    branch_change: float = 0.0,
    level: float = 0.95,
) -> Change:
    """The change of a hall between two months.

    Who sat both is compared with themselves: somebody moving in or out changes a hall's accuracy without anybody having learned anything, so those
    are counted but not mixed in. The interval is Student's on the differences, with their own spread or the `pooled` one; every person weighs
    the same.
    `branch_change` (see `common_change`) takes away that the second paper was harder or easier.
    """
    old, new = _shares(before), _shares(after)
    pairs, joined, left = len(old.keys() & new.keys()), len(new.keys() - old.keys()), len(old.keys() - new.keys())
    raw = _mean(list(new.values())) - _mean(list(old.values())) if old and new else None
    if pairs >= FEWEST_PAIRS:
        differences = _differences(before, after)
        spread = pooled or PairSpread(sqrt(_squares(differences) / (pairs - 1)), pairs - 1)
        estimate, error, df, method = _mean(differences), spread.sd / sqrt(pairs), spread.df, "paired"
    elif raw is not None and len(old) + len(new) > 2:
        squares, df = _squares(list(old.values())) + _squares(list(new.values())), len(old) + len(new) - 2
        estimate, error, method = raw, sqrt(squares / df * (1 / len(old) + 1 / len(new))), "unpaired"
    else:
        return Change(None, None, None, "none", pairs, joined, left, raw)
    half = quantile(level, df) * error
    middle = max(-1.0, min(1.0, estimate - branch_change))
    return Change(middle, max(-1.0, middle - half), min(1.0, middle + half), method, pairs, joined, left, raw)


def common_change(halls: Iterable[tuple[Sequence[PersonResult], Sequence[PersonResult]]]) -> float:
    """The mean change of everybody who sat both months; 0 where nobody did."""
    differences = [d for before, after in halls for d in _differences(before, after)]
    return _mean(differences) if differences else 0.0


@dataclass(frozen=True, slots=True)
class ItemMonth:
    """How an item fared in one month: answers, and their mean credit."""

    n: int
    mean: float


@dataclass(frozen=True, slots=True)
class Drift:
    """How much easier (above 0) an item became, in logits, beyond the change of the group on the `anchors`, the other items asked in both months.

    `drifted`: by 0.43 or more, beyond chance with all items considered; never without three anchors, where nothing can be told from the group.
    """

    estimate: float
    low: float
    high: float
    anchors: int
    drifted: bool


def drift(before: Mapping[str, ItemMonth], after: Mapping[str, ItemMonth], level: float = 0.95) -> dict[str, Drift]:
    """The drift of every item answered in both months.

    Each item's change in logits, less the weighted median of the others' changes, which a few that drifted do not move. The interval holds for
    the item itself; `drifted` asks for Bonferroni's, over all items, and for the size that is called moderate (Dorans & Holland 1993: 1 on
    the delta scale).
    """
    common = [i for i in before if i in after and before[i].n > 0 and after[i].n > 0]
    moves = {i: (_logit(after[i]) - _logit(before[i]), _error(after[i]) + _error(before[i])) for i in common}
    return {item: _drift(item, moves, level) for item in common}


def _drift(item: str, moves: Mapping[str, tuple[float, float]], level: float) -> Drift:
    own, variance = moves[item]
    others = [moves[i] for i in moves if i != item]
    shift, shift_variance = _shift(others) if len(others) >= FEWEST_ANCHORS else (0.0, 0.0)
    estimate, error = own - shift, sqrt(variance + shift_variance)
    half, wide = quantile(level) * error, quantile(1 - (1 - level) / len(moves)) * error
    drifted = len(others) >= FEWEST_ANCHORS and abs(estimate) >= max(NOTABLE_DRIFT, wide)
    return Drift(estimate, estimate - half, estimate + half, len(others), drifted)


def _shift(moves: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """(the weighted median, its variance: π/2 that of the weighted mean)."""
    ranked = sorted((move, 1 / variance) for move, variance in moves)
    weight = sum(w for _, w in ranked)
    low = next(move for (move, _), gone in zip(ranked, accumulate(w for _, w in ranked), strict=True) if gone >= weight / 2 * (1 - 1e-9))
    high = next(move for (move, _), gone in zip(ranked, accumulate(w for _, w in ranked), strict=True) if gone > weight / 2 * (1 + 1e-9))
    return (low + high) / 2, pi / 2 / weight


def _counted(month: ItemMonth) -> tuple[float, float]:
    """(right, wrong), half an answer added to each (Haldane 1956; Anscombe 1956)."""
    return month.n * month.mean + 0.5, month.n * (1 - month.mean) + 0.5


def _logit(month: ItemMonth) -> float:
    right, wrong = _counted(month)
    return log(right / wrong)


def _error(month: ItemMonth) -> float:
    right, wrong = _counted(month)
    return 1 / right + 1 / wrong


def expected_gain(weight: float, gap: float, people: int) -> float:
    """What closing a gap would bring, to put topics in order: weight x gap x people.

    The topic's weight is its share of what customers ask, 0 to 1; the gap how far accuracy lies below the target, 0 to 1, nothing above it; people
    are those who have it. Raises ValueError for negative weights or people.
    """
    if weight < 0 or people < 0:
        raise ValueError(f"weight {weight}, people {people}")
    return weight * max(0.0, gap) * people


def asked_shares(asked: Mapping[str, int], papers: Mapping[str, float], prior: int = PAPERS_COUNT_AS) -> Mapping[str, float]:
    """Each topic's share of what customers ask, 0 to 1, drawn towards its share of the papers as if that were so many further questions of customers.

    (asked + prior x share of the papers) / (all asked + prior): the mean of a Dirichlet posterior. `papers` are shares that add up to 1, or nothing.
    Without a search they are the weights; with many they no longer matter, and nothing jumps in between.
    """
    everything = sum(asked.values()) + (prior if papers else 0)
    topics = sorted({*asked, *papers})
    return {topic: (asked.get(topic, 0) + prior * papers.get(topic, 0.0)) / everything for topic in topics} if everything else {}
