"""The others in `hallwise bench`: SQLite FTS5 and txtai on the same texts, vectors and queries."""

import importlib.util
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kb.embed import Embedder, Vectors
from kb.golden import Golden
from kb.numerals import normalise
from kb.scripts.bench_job import Job, Result
from kb.scripts.bench_measure import DEPTH, memory_mb, relevance, size_mb, timed
from kb.snapshot import Snapshot
from kb.tokens import tokens

_PASSAGES = 100  # passages asked for, so that ten entries remain after the filter
Rank = Callable[[str], list[int]]


class EntryRanking:
    """Passages → entries: each entry stands where its best passage does, and only entries that hold at the asker's place and day are kept."""

    def __init__(self, snapshot: Snapshot, job: Job) -> None:
        allowed = set(map(id, snapshot.library.current(job.context)))
        self._ids = [e.id if id(e) in allowed else "" for e in snapshot.library.entries]
        self._owner = snapshot.owner.tolist()

    def __call__(self, passages: Sequence[int]) -> list[str]:
        """The ids of the best ten entries."""
        return list(dict.fromkeys(name for p in passages if (name := self._ids[self._owner[p]])))[:DEPTH]


def _measured(rank: Rank, entries: EntryRanking, queries: dict[str, list[str]], golden: Golden | None) -> Result:
    search = partial(_entries, entries, rank)
    for query in queries["warm"]:
        search(query)
    result: Result = {"rss_warm": memory_mb(), "search": timed(search, queries["full"])}
    if golden:
        result["relevance"] = relevance(search, golden)
    return result


def _trigrams(text: str) -> list[str]:
    clean = "".join(c if c.isalnum() else " " for c in text.lower())
    return [word[i : i + 3] for word in clean.split() for i in range(max(len(word) - 2, 0))]


_FTS: dict[str, tuple[str, Callable[[str], str], Callable[[str], list[str]]]] = {
    "trigram": ("trigram", str, _trigrams),
    "characters and bigrams": ("unicode61", lambda text: " ".join(tokens(text)), tokens),
}


def fts5(job: Job) -> Result:
    """BM25 of SQLite in two tokenisations, any of the query's tokens matching."""
    snapshot = job.snapshot
    entries, queries, golden = EntryRanking(snapshot, job), job.queries, job.golden(snapshot)
    texts = [p.text for p in snapshot.passages]
    result: Result = {}
    for name, (tokenizer, prepare, cut) in _FTS.items():
        path = job.folder / "fts5.sqlite"
        path.unlink(missing_ok=True)
        started = time.perf_counter()
        with closing(_fts_table(path, tokenizer, [prepare(normalise(t)) for t in texts])) as db:
            built = time.perf_counter() - started
            rank = partial(_fts_rank, db, cut)
            own = _measured(rank, entries, queries, golden)
            own["lookup"] = timed(partial(_entries, entries, rank), queries["prefixes"])
        own["lookups_without_tokens"] = round(sum(not cut(normalise(q)) for q in queries["prefixes"]) / max(len(queries["prefixes"]), 1), 3)
        result[name] = {"build_s": round(built, 2), "mb": size_mb(path), **own}
        path.unlink()
    return result


def _entries(entries: EntryRanking, rank: Rank, query: str) -> list[str]:
    return entries(rank(query))


def _fts_rank(db: sqlite3.Connection, cut: Callable[[str], list[str]], query: str) -> list[int]:
    wanted = " OR ".join(f'"{t}"' for t in dict.fromkeys(cut(normalise(query))))
    if not wanted:
        return []
    return [row[0] for row in db.execute("SELECT rowid FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT ?", (wanted, _PASSAGES))]


def _fts_table(path: Path, tokenizer: str, texts: Sequence[str]) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    db.execute(f"CREATE VIRTUAL TABLE passage USING fts5(text, content='', tokenize='{tokenizer}')")
    db.executemany("INSERT INTO passage (rowid, text) VALUES (?, ?)", enumerate(texts))
    db.execute("INSERT INTO passage (passage) VALUES ('optimize')")
    db.commit()
    return db


_TXTAI: dict[str, dict[str, Any]] = {
    "hybrid as it comes": {"hybrid": True},
    "hybrid with characters and bigrams": {
        "scoring": {"method": "bm25", "terms": True, "normalize": True, "tokenizer": {"ngrams": {"nmin": 1, "nmax": 2}}},
    },
}


class KnownVectors:
    """What txtai calls for vectors: those of passages are at hand, those of queries are encoded unless kept."""

    def __init__(self, texts: Sequence[str], vectors: Vectors, embedder: Embedder) -> None:
        self._known: dict[str, Vectors] = dict(zip(texts, vectors, strict=True))
        self._embedder = embedder
        self.kept: dict[str, Vectors] = {}

    def query(self, text: str) -> Vectors:
        """The vector of a query."""
        return self.kept[text] if text in self.kept else self._embedder.encode_query([text])[0]

    def indexed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages."""
        return np.stack([self._known[text] for text in texts])


def txtai(job: Job) -> Result:
    """Hybrid search of txtai over the same vectors; `{"missing": …}` when the package is not installed."""
    if importlib.util.find_spec("txtai") is None:
        return {"missing": "txtai is not installed (pip install -c constraints.txt 'hallwise[bench]')"}
    started = time.perf_counter()
    # Imported here: an optional package that brings torch.
    from txtai import Embeddings

    result: Result = {"import_s": round(time.perf_counter() - started, 1)}
    snapshot = job.snapshot
    texts = [p.text for p in snapshot.passages]
    entries = EntryRanking(snapshot, job)
    known = KnownVectors(texts, np.load(job.vectors), job.embedder())
    for name, settings in _TXTAI.items():
        result[name] = _txtai_variant(job, Embeddings, settings, texts, known, entries, job.golden(snapshot))
    return result


def _txtai_variant(
    job: Job,
    make: Callable[[Any], Any],
    settings: dict[str, Any],
    texts: Sequence[str],
    known: KnownVectors,
    entries: EntryRanking,
    golden: Golden | None,
) -> Result:
    asking = False

    def transform(data: Sequence[str]) -> Vectors:
        return np.stack([known.query(t) for t in data]) if asking else known.indexed(data)

    embeddings = make({"method": "external", "transform": transform, **settings})
    started = time.perf_counter()
    embeddings.index((i, text, None) for i, text in enumerate(texts))
    built = time.perf_counter() - started
    asking = True
    folder = job.folder / "txtai"
    embeddings.save(str(folder))
    size = size_mb(folder)
    shutil.rmtree(folder)

    def rank(query: str) -> list[int]:
        return [position for position, _ in embeddings.search(query, _PASSAGES)]

    queries = job.queries
    known.kept = {}
    own = _measured(rank, entries, queries, golden)
    known.kept = {query: known.query(query) for query in queries["full"]}
    own["search_without_encoding"] = timed(partial(_entries, entries, rank), queries["full"])
    return {"build_s": round(built, 2), "mb": size, "ann": embeddings.config["build"]["settings"]["components"], **own}
