"""Phrasings put together by what they mean. PURE."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kb.tokens import tokens

Floats = NDArray[np.float32]
THRESHOLD = 0.45
BY_MEANING = 0.7  # the rest is by words


def likeness(texts: Sequence[str], vectors: Floats, centre: Floats) -> Floats:
    """(n, n) how alike texts are: 0.7 x the cosine of their vectors less the centre, 0.3 x the cosine of their weighted tokens.

    The vectors of one language lie in a narrow cone; less their centre they tell topics apart. Words keep names together that the model has never
    met. Without vectors (no columns) the words decide alone.
    """
    words = _words(texts)
    if not vectors.shape[1]:
        return words
    apart = vectors - centre
    apart = apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)
    found: Floats = (BY_MEANING * (apart @ apart.T) + (1 - BY_MEANING) * words).astype(np.float32)
    return found


def _words(texts: Sequence[str]) -> Floats:
    """The cosines of the texts' tokens, rare ones among these texts weighing more."""
    counted = [Counter(tokens(text)) for text in texts]
    known = Counter(token for count in counted for token in count)
    place = {token: i for i, token in enumerate(known)}
    found = np.zeros((len(texts), len(place)), np.float32)
    for row, count in enumerate(counted):
        for token in count:
            found[row, place[token]] = np.log((1 + len(texts)) / (1 + known[token])) + 1
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return found @ found.T


def grouped(alike: Floats, threshold: float = THRESHOLD) -> list[list[int]]:
    """The positions put into groups whose members are on average at least so much alike, by average linkage; every position is in one."""
    size = len(alike)
    if size < 2:
        return [[i] for i in range(size)]
    # Imported here: it takes a quarter of a second to load, and only the trainer's page needs it.
    from scipy.cluster.hierarchy import fcluster, linkage

    upper = np.triu_indices(size, 1)
    tree = linkage(np.clip(1.0 - alike[upper], 0.0, 2.0), "average")
    groups: dict[int, list[int]] = defaultdict(list)
    for position, label in enumerate(fcluster(tree, 1.0 - threshold, "distance").tolist()):
        groups[label].append(position)
    return list(groups.values())


def middle(group: Sequence[int], alike: Floats, counts: Sequence[int]) -> int:
    """The member that stands for a group: the one most like all others, each as often as it was said."""
    weights = np.array([counts[i] for i in group], np.float32)
    towards = alike[np.ix_(group, group)] @ weights
    return group[int(np.argmax(towards))]
