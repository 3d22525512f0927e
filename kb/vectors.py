"""The dense leg: inner products of unit vectors in FAISS, filtered before ranking."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from kb.embed import Vectors

EXACT_UP_TO = 50_000
RECALL_AT = 50
RECALL_WANTED = 0.98
_PROBES = (4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
_REFINED = 2.0  # how many times the wanted count is compared again with the full vectors
_SAMPLE = 200


class VectorIndex:
    """Exact up to `EXACT_UP_TO` vectors.

    Above that an inverted file of 8-bit codes refined with the full vectors, the fastest of those measured (docs/benchmarks.md); how many of its
    lists are probed is measured at build time to keep recall@50 ≥ 0.98.
    """

    def __init__(self, index: "faiss.Index", probes: int = 0) -> None:
        self._index, self.probes = index, probes

    @property
    def exact(self) -> bool:
        """Whether every vector is compared."""
        return self.probes == 0

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    @classmethod
    def build(cls, vectors: Vectors) -> "VectorIndex":
        """An index of (n, dim) unit vectors."""
        count, dim = vectors.shape
        if count <= EXACT_UP_TO:
            index = faiss.IndexFlatIP(dim)
            index.add(vectors)
            return cls(index)
        index = faiss.index_factory(dim, f"IVF{int(4 * count**0.5)},SQ8,RFlat", faiss.METRIC_INNER_PRODUCT)
        rng = np.random.default_rng(0)
        index.train(vectors[rng.choice(count, min(count, 100_000), replace=False)])
        index.add(vectors)
        return cls(index, calibrated_probes(index, vectors))

    def search(self, query: Vectors, count: int, allowed: NDArray[np.bool_] | None) -> tuple[NDArray[np.int64], Vectors]:
        """(positions, similarities) of the best `count` vectors among the allowed ones, best first; fewer where there are fewer."""
        params = self._parameters(allowed)
        similarities, found = self._index.search(query.reshape(1, -1), min(count, len(self)), params=params)
        kept = found[0] >= 0
        return found[0][kept], similarities[0][kept]

    def _parameters(self, allowed: NDArray[np.bool_] | None) -> "faiss.SearchParameters | None":
        selector = None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self.exact:
            return None if selector is None else faiss.SearchParameters(sel=selector)
        return _inverted_parameters(self.probes if allowed is None else self._probes_among(allowed), selector)

    def _probes_among(self, allowed: NDArray[np.bool_]) -> int:
        """Probes that meet as many allowed vectors as `probes` meet of all; every list where few are allowed."""
        lists = _lists(self._index)
        return min(lists, int(np.ceil(self.probes / max(float(allowed.mean()), 1 / lists))))

    def save(self, path: Path) -> None:
        """Write the index to a file. Raises OSError where it cannot be written."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"{path.name}: {error}") from error

    @classmethod
    def load(cls, path: Path, probes: int) -> "VectorIndex":
        """Read what `save` wrote. Raises RuntimeError for a file that is not a FAISS index."""
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC), probes)


def calibrated_probes(index: "faiss.Index", vectors: Vectors) -> int:
    """The fewest probes whose recall@50 against exact search, measured on a sample with noise added, reaches the wanted one."""
    rng = np.random.default_rng(1)
    sample = vectors[rng.choice(len(vectors), min(_SAMPLE, len(vectors)), replace=False)]
    noisy = sample + rng.normal(0.0, 0.5 / sample.shape[1] ** 0.5, sample.shape).astype(np.float32)
    queries = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    truth = faiss.knn(queries, vectors, RECALL_AT, metric=faiss.METRIC_INNER_PRODUCT)[1]
    for probes in (n for n in _PROBES if n < _lists(index)):
        found = index.search(queries, RECALL_AT, params=_inverted_parameters(probes))[1]
        hits = sum(len(np.intersect1d(a, b)) for a, b in zip(truth, found, strict=True))
        if hits >= RECALL_WANTED * truth.size:
            return probes
    return _lists(index)


def _inverted_parameters(probes: int, selector: "faiss.IDSelector | None" = None) -> "faiss.SearchParameters":
    inner = faiss.SearchParametersIVF(sel=selector, nprobe=probes)
    return faiss.IndexRefineSearchParameters(k_factor=_REFINED, base_index_params=inner)


def _lists(index: "faiss.Index") -> int:
    return int(faiss.downcast_index(index.base_index).nlist)


def use_threads(count: int) -> None:
    """How many threads FAISS and BLAS may use in this process; for single queries two are slower than one, and much slower under load."""
    faiss.omp_set_num_threads(count)
    threadpool_limits(count)
