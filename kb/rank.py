"""Fusion of the legs into one score an entry, and whether the best of them fits at all. PURE."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Positions = NDArray[np.int64]

FEATURES = (
    "dense_short", "dense_long", "dense_mean3", "dense_mean8", "lexical", "lexical_title", "synonyms", "coverage", "sound", "predecessor",
    "number_title", "number_own", "number_conflict",
)  # fmt: skip
CONFIDENCE_FEATURES = ("contrast", "coverage", "synonyms", "sound", "predecessor", "number", "margin")


_GROWTH = 0.007  # of the best similarity, for each e-fold of texts


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature is worth; fitted by `hallwise tune` on the development golden set, never by hand."""

    fusion: tuple[float, ...]
    confidence: tuple[float, ...]
    bias: float


DEFAULT = Weights(
    fusion=(35.03, 49.15, 64.37, 86.89, 0.00, 5.79, 2.84, 6.50, 4.88, 8.04, 4.20, 3.92, -0.78),
    confidence=(130.03, 4.35, 0.00, 0.00, 13.20, 2.79, 0.00),
    bias=-0.15,
)


def entry_best(scores: Floats, starts: Positions) -> Floats:
    """The best passage score of every entry; `starts` as in Snapshot."""
    return np.maximum.reduceat(scores, starts[:-1]) if len(scores) else np.zeros(len(starts) - 1, np.float32)


def dense_features(found: Positions, similarities: Floats, owner: Positions, short: NDArray[np.bool_], sizes: Positions) -> Floats:
    """(entries, 4): best similarity among short passages, among long ones, and the means of the three and the eight best.

    `found` are passage positions, best first; `sizes` counts the passages of every entry. Passages that were not found count as the last that
    was: an upper bound of what they can have. An entry with fewer passages than a mean takes is measured by those it has.
    """
    floor = float(similarities[-1]) if len(similarities) else 0.0
    result = np.full((len(sizes), 4), floor, np.float32)
    owners = owner[found]
    np.maximum.at(result, (owners, np.where(short[found], 0, 1)), similarities)
    order = np.argsort(owners, kind="stable")  # groups the entries, each still best first
    owners, gains = owners[order], similarities[order] - floor
    place = np.arange(len(owners)) - np.searchsorted(owners, owners)
    for column, size in ((2, 3), (3, 8)):
        kept = place < size
        result[:, column] += np.bincount(owners[kept], gains[kept], len(sizes)) / np.clip(sizes, 1, size)
    return result


def background_level(similarities: Floats, passages: int) -> float:
    """The query's best similarity to texts that no entry answers, as it would be were there as many of them as `passages` that were searched.

    The best of n grows with ln n (Gumbel 1958); by how much was measured so that from 14 to 5,000 passages alike shares of such texts are taken
    for questions. Without it a small corpus refuses what it can answer, and a large one answers what it should refuse.
    """
    if not len(similarities):
        return 0.0
    return float(similarities.max()) + _GROWTH * float(np.log(max(passages, 1) / len(similarities)))


def candidates(legs: list[Floats], allowed: NDArray[np.bool_], count: int) -> Positions:
    """The entries worth scoring: the `count` best of every leg among the allowed ones."""
    chosen = np.zeros(len(allowed), np.bool_)
    for leg in legs:
        masked = np.where(allowed, leg, 0.0)
        rest = max(len(leg) - count, 0)
        best = np.argpartition(masked, rest)[rest:] if rest else np.arange(len(leg))
        chosen[best[masked[best] > 0]] = True
    return np.flatnonzero(chosen)


def fuse(features: Floats, weights: Weights) -> Floats:
    """The score of every candidate: features (n, len(FEATURES)) times weights, with contradicted numbers put in their place."""
    return _settle_numbers(np.asarray(features @ np.asarray(weights.fusion, np.float32), np.float32), features)


def _settle_numbers(scores: Floats, features: Floats) -> Floats:
    """A tariff that contradicts the number asked for comes below the best entry that carries it, however alike the words are."""
    conflict = features[:, FEATURES.index("number_conflict")] > 0
    carries = (features[:, FEATURES.index("number_title")] > 0) | (features[:, FEATURES.index("number_own")] > 0)
    if not carries.any() or not (conflict & ~carries).any():
        return scores
    limit = scores[carries].max() - 0.01
    lowered = limit + 1e-3 * np.minimum(scores - scores.max(), 0.0)  # keeps their order
    return np.where(conflict & ~carries, np.minimum(scores, lowered), scores)


def confidence_features(features: Floats, scores: Floats, background: float) -> Floats:
    """What speaks for the best candidate being an answer: its own features, its lead over the background and over the fifth candidate.

    `background` is the query's best similarity to a text that no entry answers.
    """
    ranked = np.argsort(-scores, kind="stable")
    best = dict(zip(FEATURES, features[ranked[0]].tolist(), strict=True))
    dense = max(best["dense_short"], best["dense_long"])
    number = max(best["number_title"], best["number_own"]) - best["number_conflict"]
    margin = float(scores[ranked[0]] - scores[ranked[min(4, len(ranked) - 1)]])
    own = [best[name] for name in ("coverage", "synonyms", "sound", "predecessor")]
    return np.array([dense - background, *own, number, margin], np.float32)


def confidence(features: Floats, scores: Floats, background: float, weights: Weights) -> float:
    """Probability that the best candidate answers the query; 0.0 without candidates."""
    if not len(scores):
        return 0.0
    z = float(confidence_features(features, scores, background) @ np.asarray(weights.confidence, np.float32)) + weights.bias
    return float(1.0 / (1.0 + np.exp(-np.clip(z, -50, 50))))
