"""Vectors by model and text, kept in the index folder so that only what is new has to be embedded."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from kb.embed import Embedder, Vectors

_BATCH = 128
_CACHE = "vectors.sqlite"
Progress = Callable[[int, int], None]


def cached_vectors(texts: Sequence[str], index: Path, embedder: Embedder, progress: Progress) -> tuple[Vectors, int]:
    """(vectors of all texts, how many were embedded anew).

    What is new is kept batch by batch, so an interrupted build loses little. A damaged cache is made anew; one that cannot be written is an OSError
    like any other file.
    """
    cache = index / _CACHE
    try:
        return _from(cache, texts, embedder, progress)
    except sqlite3.OperationalError as error:
        raise OSError(f"{cache.name}: {error}") from error
    except sqlite3.DatabaseError:
        cache.unlink()
        return _from(cache, texts, embedder, progress)


def _from(cache: Path, texts: Sequence[str], embedder: Embedder, progress: Progress) -> tuple[Vectors, int]:
    keys = _keys(texts)
    with closing(sqlite3.connect(cache, timeout=60)) as db:
        db.execute("CREATE TABLE IF NOT EXISTS vector (model TEXT, passage BLOB, value BLOB, PRIMARY KEY (model, passage)) WITHOUT ROWID")
        right = (embedder.name, 4 * embedder.dim)  # a folder of that name may hold another model by now
        known = dict(db.execute("SELECT passage, value FROM vector WHERE model = ? AND length(value) = ?", right))
        first = {key: text for key, text in zip(reversed(keys), reversed(texts), strict=True) if key not in known}
        missing = sorted(first, key=lambda key: len(first[key]))
        progress(0, len(missing))
        for at in range(0, len(missing), _BATCH):
            batch = missing[at : at + _BATCH]
            found = embedder.encode_document([first[key] for key in batch])
            rows = [(embedder.name, key, vector.tobytes()) for key, vector in zip(batch, found, strict=True)]
            db.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
            db.commit()
            known.update((key, value) for _, key, value in rows)
            progress(min(at + _BATCH, len(missing)), len(missing))
    return np.frombuffer(b"".join(known[key] for key in keys), np.float32).reshape(len(texts), -1), len(missing)


def forget_stale(texts: Sequence[str], index: Path, model: str) -> None:
    """Drop a model's vectors of texts long gone once they outnumber those of `texts`, which are all that an index holds.

    A cache that cannot be written is an OSError like any other file.
    """
    used = set(_keys(texts))
    try:
        with closing(sqlite3.connect(index / _CACHE, timeout=60)) as db:
            held = [key for (key,) in db.execute("SELECT passage FROM vector WHERE model = ?", (model,))]
            if len(held) > 2 * len(used) + 10_000:
                db.executemany("DELETE FROM vector WHERE model = ? AND passage = ?", [(model, key) for key in held if key not in used])
                db.commit()
    except sqlite3.OperationalError as error:
        raise OSError(f"{_CACHE}: {error}") from error


def _keys(texts: Sequence[str]) -> list[bytes]:
    return [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
