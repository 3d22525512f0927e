"""The yardsticks of `hallwise bench`: one core, latencies, memory, sizes, relevance."""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from kb.golden import OFF_TOPIC, Golden
from kb.metrics import bootstrap_interval, hit_at, reciprocal_rank
from kb.vectors import use_threads

DEPTH = 10
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


def one_core() -> None:
    """Keep this process on one core and its libraries to one thread."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    threadpool_limits(limits=1)
    use_threads(1)


def latencies(call: Callable[[str], object], queries: Iterable[str], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Time of every call in milliseconds, by the wall or by another clock."""
    found = []
    for query in queries:
        started = clock()
        call(query)
        found.append((clock() - started) * 1000)
    return found


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 of milliseconds, and how many there were; zeros for none."""
    cuts = np.percentile(values, (50, 95, 99)) if len(values) else (0.0, 0.0, 0.0)
    return {"p50": round(float(cuts[0]), 2), "p95": round(float(cuts[1]), 2), "p99": round(float(cuts[2]), 2), "n": len(values)}


def timed(call: Callable[[str], object], queries: Sequence[str]) -> dict[str, float]:
    """Percentiles of the latencies of a call; `cpu` and `cpu_p95` are mean and p95 of its processor time, little moved by other work."""
    spent: list[float] = []
    found = percentiles(latencies(lambda query: spent.extend(latencies(call, [query], time.process_time)), queries))
    return {**found, "cpu": round(sum(spent) / max(len(spent), 1), 2), "cpu_p95": percentiles(spent)["p95"]}


def memory_mb() -> dict[str, float]:
    """Resident memory of this process in MB: all of it, and the part that is not a mapped file; where /proc is missing the peak stands for both."""
    try:
        rows = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
        return {"rss": round(peak, 1), "anonymous": round(peak, 1)}
    kilobytes = {name: int(value.split()[0]) for name, _, value in (row.partition(":") for row in rows) if name in {"VmRSS", "RssAnon"}}
    return {"rss": round(kilobytes["VmRSS"] / 1024, 1), "anonymous": round(kilobytes.get("RssAnon", kilobytes["VmRSS"]) / 1024, 1)}


def size_mb(path: Path) -> float:
    """Size of a file or of all files below a folder in MB."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return round(sum(p.stat().st_size for p in files) / 1e6, 2)


def evict(path: Path) -> None:
    """Ask the system to drop the cached pages of the files below a path, so that the next read comes from the disk."""
    if not hasattr(os, "posix_fadvise"):
        return
    for file in [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]:
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def relevance(rank: Callable[[str], Sequence[str]], golden: Golden) -> dict[str, Any]:
    """hit@1, hit@3 and MRR@10 of a ranking of entry ids, each with its 95 % bootstrap interval; off-topic queries are left out."""
    rows = [(list(rank(j.query)), j.relevant) for j in golden.judgements if j.kind != OFF_TOPIC]
    columns = {
        "hit@1": [hit_at(found, relevant, 1) for found, relevant in rows],
        "hit@3": [hit_at(found, relevant, 3) for found, relevant in rows],
        "mrr@10": [reciprocal_rank(found, relevant) for found, relevant in rows],
    }
    result: dict[str, Any] = {"queries": len(rows)}
    for name, column in columns.items():
        low, high = bootstrap_interval(column)
        result[name] = {"value": round(sum(column) / max(len(column), 1), 4), "low": round(low, 4), "high": round(high, 4)}
    return result
