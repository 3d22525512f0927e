"""Which approximate FAISS index answers fastest at the wanted recall: the measurement behind the choice in kb.vectors."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from kb.embed import Vectors
from kb.scripts.bench_job import Job, Result
from kb.scripts.bench_measure import size_mb
from kb.vectors import RECALL_AT, RECALL_WANTED, VectorIndex

FOUND = 256  # passages that the search asks for
_PROBES = (4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
_EF = (256, 320, 384, 512, 768, 1024, 2048)
Mask = NDArray[np.bool_] | None
Parameters = Callable[[Any, int], Any]


def ann(job: Job) -> Result:
    """Every candidate over the vectors of a build job, with the encoded queries of the golden set."""
    vectors = np.load(job.vectors)
    queries = job.embedder().encode_query(job.queries["full"])
    return {"vectors": len(vectors), "queries": len(queries), "rows": list(compared(vectors, queries, job.folder))}


def compared(vectors: Vectors, queries: Vectors, folder: Path) -> Iterator[dict[str, Any]]:
    """One row a candidate and filter: setting, recall@50, milliseconds a query; build seconds and size."""
    half = np.random.default_rng(0).random(len(vectors)) < 0.5
    truths = [(name, mask, exact(vectors, queries, mask)) for name, mask in (("100 %", None), ("50 %", half))]
    yield from _as_built(vectors, queries, truths)
    for name, make, settings, parameters in _candidates(len(vectors), vectors.shape[1]):
        started = time.perf_counter()
        index = make()
        if not index.is_trained:
            index.train(vectors)
        index.add(vectors)
        built = time.perf_counter() - started
        path = folder / "candidate.faiss"
        faiss.write_index(index, str(path))
        for filter_name, mask, truth in truths:
            row = calibrated(index, queries, truth, settings, partial(parameters, _selector(mask)))
            yield {"index": name, "filter": filter_name, "build_s": round(built, 1), "mb": size_mb(path), **row}
        path.unlink()


def exact(vectors: Vectors, queries: Vectors, mask: Mask) -> NDArray[np.int64]:
    """The positions of the true best ones among the allowed."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    found: NDArray[np.int64] = index.search(queries, RECALL_AT, params=faiss.SearchParameters(sel=_selector(mask)))[1]
    return found


def _selector(mask: Mask) -> Any:
    return None if mask is None else faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def _recall(found: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    return sum(len(np.intersect1d(a, b)) for a, b in zip(truth, found[:, :RECALL_AT], strict=True)) / truth.size


def calibrated(index: Any, queries: Vectors, truth: NDArray[np.int64], settings: Sequence[int], parameters: Callable[[int], Any]) -> dict[str, Any]:
    """The least setting that reaches the wanted recall, or the last one; `reached` says which."""
    setting, recall, spent = 0, 0.0, 0.0
    for setting in settings:
        chosen = parameters(setting)
        found, spent = _one_by_one(partial(_found, index, chosen), queries)
        recall = _recall(found, truth)
        if recall >= RECALL_WANTED:
            break
    return {"setting": setting, "recall": round(recall, 4), "reached": recall >= RECALL_WANTED, "ms": round(spent, 3)}


def _found(index: Any, parameters: Any, query: Vectors) -> NDArray[np.int64]:
    found: NDArray[np.int64] = index.search(query, FOUND, params=parameters)[1]
    return found


def _one_by_one(search: Callable[[Vectors], NDArray[np.int64]], queries: Vectors) -> tuple[NDArray[np.int64], float]:
    """(what was found, median milliseconds a query)."""
    rows, spent = [], []
    for query in queries:
        started = time.perf_counter()
        rows.append(search(query.reshape(1, -1)))
        spent.append((time.perf_counter() - started) * 1000)
    return np.vstack(rows), float(np.median(spent))


def _as_built(vectors: Vectors, queries: Vectors, truths: Sequence[tuple[str, Mask, NDArray[np.int64]]]) -> Iterator[dict[str, Any]]:
    """What kb.vectors makes of it: its own setting, held against queries it was not calibrated with."""
    started = time.perf_counter()
    index = VectorIndex.build(vectors)
    built = round(time.perf_counter() - started, 1)
    for name, mask, truth in truths:
        rows, spent = [], []
        for query in queries:
            begun = time.perf_counter()
            found = index.search(query, FOUND, mask)[0]
            spent.append((time.perf_counter() - begun) * 1000)
            rows.append(np.pad(found, (0, FOUND - len(found)), constant_values=-1))
        recall = _recall(np.vstack(rows), truth)
        row = {"setting": index.probes, "recall": round(recall, 4), "reached": recall >= RECALL_WANTED, "ms": round(float(np.median(spent)), 3)}
        yield {"index": "kb.vectors", "filter": name, "build_s": built, "mb": round(len(vectors) * index.dim * 4 / 1e6, 2), **row}


def _candidates(count: int, dim: int) -> list[tuple[str, Callable[[], Any], Sequence[int], Parameters]]:
    lists = int(4 * count**0.5)

    def factory(kind: str) -> Callable[[], Any]:
        return lambda: faiss.index_factory(dim, kind, faiss.METRIC_INNER_PRODUCT)

    def inverted(selector: Any, value: int) -> Any:
        return faiss.SearchParametersIVF(sel=selector, nprobe=value)

    def refined(selector: Any, value: int) -> Any:
        return faiss.IndexRefineSearchParameters(k_factor=2, base_index_params=inverted(selector, value))

    def graph(selector: Any, value: int) -> Any:
        return faiss.SearchParametersHNSW(sel=selector, efSearch=value)

    def flat(selector: Any, _value: int) -> Any:
        return faiss.SearchParameters(sel=selector)

    def flat_refined(selector: Any, _value: int) -> Any:
        return faiss.IndexRefineSearchParameters(k_factor=2, base_index_params=flat(selector, 0))

    return [
        ("Flat (exact)", factory("Flat"), (0,), flat),
        ("SQ8, refined", factory("SQ8,RFlat"), (0,), flat_refined),
        ("IVF, Flat", factory(f"IVF{lists},Flat"), _PROBES, inverted),
        ("IVF, SQ8", factory(f"IVF{lists},SQ8"), _PROBES, inverted),
        ("IVF, SQ8, refined", factory(f"IVF{lists},SQ8,RFlat"), _PROBES, refined),
        ("HNSW, M 32", factory("HNSW32,Flat"), _EF, graph),
    ]
