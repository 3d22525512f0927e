"""Entries that answer the same question in different words."""

from collections.abc import Sequence

import numpy as np

from kb.embed import Vectors
from kb.entry import Entry
from kb.faults import Fault, warning

THRESHOLD = 0.955


def phrasings(entry: Entry) -> list[str]:
    """The short texts by which an entry's intent is known: its title and asks."""
    return [entry.title, *entry.asks]


def near_duplicates(entries: Sequence[Entry], vectors: Sequence[Vectors], threshold: float = THRESHOLD) -> list[tuple[int, int, float]]:
    """Pairs (i, j, similarity) of entries of one kind with i < j whose phrasings mean the same, most alike first.

    `vectors[i]` are the unit vectors of `phrasings(entries[i])`. The similarity is the mean over one entry's phrasings of the best match among the
    other's, the lower of both directions, so that a narrow entry inside a broad one is not reported.
    """
    starts = np.cumsum([0, *map(len, vectors)])
    flat = np.concatenate(list(vectors))
    towards = np.array([[m.max(axis=1).mean() for m in np.split(v @ flat.T, starts[1:-1], axis=1)] for v in vectors])
    both = np.minimum(towards, towards.T)
    alike = [(int(i), int(j), float(both[i, j])) for i, j in np.argwhere(np.triu(both >= threshold, 1))]
    return sorted((p for p in alike if _comparable(entries[p[0]], entries[p[1]])), key=lambda pair: -pair[2])


def _comparable(a: Entry, b: Entry) -> bool:
    return a.kind is b.kind and a.id != b.id and a.overlaps(b)


def duplicate_warnings(entries: Sequence[Entry], vectors: Sequence[Vectors]) -> list[Fault]:
    """The near duplicates as warnings at the later entry's title."""
    found = []
    for i, j, similarity in near_duplicates(entries, vectors):
        first, second = entries[i], entries[j]
        args = {"id": first.id, "title": first.title, "similarity": f"{similarity:.3f}"}
        found.append(warning(second.source.path, second.source.line("title"), "near-duplicate", **args))
    return found
