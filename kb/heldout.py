"""More to learn confidence from: asks that are taken out of the index one fold at a time, and off-topic lines likewise."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from kb.embed import Embedder
from kb.entry import Context, Entry
from kb.index import background, build_index, current_snapshot
from kb.library import Library
from kb.search import Searcher
from kb.snapshot import read_snapshot
from kb.tune import Example

FOLDS = 5


def held_out(library: Library, synonyms: str, index: Path, embedder: Embedder, day: date, progress: Callable[[int, int], None]) -> Iterator[Example]:
    """Every ask of an entry in force as a query to an index without it, its entry the right answer, and every off-topic line as one to be refused.

    The indexes are built in a temporary folder; the vectors of `index` are used again.
    """
    asks = [(entry.id, ask) for entry in library.current(Context(day)) for ask in entry.asks]
    lines = background()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "index"
        shutil.copytree(index, copy)
        for fold in range(FOLDS):
            out, off = set(asks[fold::FOLDS]), set(lines[fold::FOLDS])
            entries = [_without(entry, out) for entry in library.entries]
            part = Library.of(entries, f"{library.digest}-{fold}")
            build_index(part, synonyms, copy, embedder, day, off_topic=[line for line in lines if line not in off])
            searcher = Searcher(read_snapshot(current_snapshot(copy), embedder.name), embedder)
            for entry_id, query in [*sorted(out), *(("", line) for line in sorted(off))]:
                yield _example(searcher, entry_id, query, day)
            progress(fold + 1, FOLDS)


def _without(entry: Entry, out: set[tuple[str, str]]) -> Entry:
    return replace(entry, asks=tuple(ask for ask in entry.asks if (entry.id, ask) not in out))


def _example(searcher: Searcher, entry_id: str, query: str, day: date) -> Example:
    scored = searcher.score(searcher.read(query), Context(day))
    entries = searcher.snapshot.library.entries
    relevant = np.array([entries[i].id == entry_id for i in scored.entries], np.bool_)
    return Example(scored.features.astype(np.float64), relevant, bool(entry_id), scored.background)
