"""What `hallwise bench` searches: entries recombined from real ones until they are as many as wanted, and vectors for them."""

import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kb.chunk import Passage, passages
from kb.embed import Embedder, Vectors
from kb.entry import Entry
from kb.library import Library
from kb.markdown import turns

_SEED = 20


@dataclass(frozen=True, slots=True)
class _Pool:
    """The pieces that new entries are made of."""

    titles: list[str]
    asks: list[str]
    said: list[str]
    rows: list[str]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "_Pool":
        said = [f"{t.speaker}：{t.text}" for e in entries for t in turns(e.body)]
        rows = [row for e in entries for row in e.body.split("\n") if _is_text(row)]
        return cls([e.title for e in entries], [a for e in entries for a in e.asks], said, rows)


def synthetic_library(base: Library, size: int, day: date) -> Library:
    """A library of at least `size` passages: entries of `base` in shuffled order, then copies of them whose titles, asks and lines are recombined.

    The same base, size and day give the same library. Facts, dates, scopes and states are those of the copied entry, so filters have work to do.
    """
    rng = random.Random(_SEED)  # noqa: S311 (repeatable, not secret)
    order = rng.sample(base.entries, len(base.entries))
    chosen: list[Entry] = []
    count = 0
    for entry in _stream(order, rng):
        chosen.append(entry)
        count += len(library_passages(base, entry, day))
        if count >= size:
            break
    return Library.of(chosen, f"bench-{size}-{base.digest}")


def library_passages(library: Library, entry: Entry, day: date) -> list[Passage]:
    """The passages of one entry as the index cuts them."""
    return passages(entry, lambda text: library.render(text, entry, day))


def _stream(order: Sequence[Entry], rng: random.Random) -> Iterator[Entry]:
    yield from order
    pool, number = _Pool.of(order), 0
    while True:
        for template in order:
            number += 1
            yield _copy(template, pool, rng, number)


def _copy(template: Entry, pool: _Pool, rng: random.Random, number: int) -> Entry:
    return replace(
        template,
        id=f"bench-{number:06d}",
        title=_spliced(pool.titles, rng),
        asks=tuple(_spliced(pool.asks, rng) for _ in template.asks),
        body="\n".join(_row(row, pool, rng) for row in template.body.split("\n")),
        supersedes=(),
        version=1,
    )


def _spliced(texts: Sequence[str], rng: random.Random) -> str:
    first, second = rng.choice(texts), rng.choice(texts)
    return first[: (len(first) + 1) // 2] + second[len(second) // 2 :]


def _row(row: str, pool: _Pool, rng: random.Random) -> str:
    if row.startswith(("客户：", "营业员：")) and pool.said:
        speaker, _, _ = row.partition("：")
        return f"{speaker}：" + _spliced([s.partition("：")[2] for s in rng.choices(pool.said, k=2)], rng)
    return rng.choice(pool.rows) if _is_text(row) else row


def _is_text(row: str) -> bool:
    return bool(row.strip()) and not row.startswith(("#", "客户：", "营业员：", "|"))


class TimedEmbedder:
    """An embedder that keeps what it made and how long that took; what is in `made` at the start is given back without encoding.

    The name stays that of the inner one, so the snapshot can be served with the real model.
    """

    def __init__(self, inner: Embedder, made: dict[str, Vectors] | None = None) -> None:
        self.name, self.dim, self._inner = inner.name, inner.dim, inner
        self.seconds, self.encoded = 0.0, 0
        self.made = made or {}

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return self._inner.encode_query(texts)

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        fresh = [text for text in texts if text not in self.made]
        if fresh:
            started = time.perf_counter()
            self.made.update(zip(fresh, self._inner.encode_document(fresh), strict=True))
            self.seconds += time.perf_counter() - started
            self.encoded += len(fresh)
        return np.stack([self.made[text] for text in texts])


class SyntheticEmbedder:
    """Vectors for texts without reading them: mixtures of two real vectors with a little noise, picked by the text's digest."""

    def __init__(self, real: Vectors, model: Embedder) -> None:
        self.name, self.dim, self._real, self._model = model.name, model.dim, real, model

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """See Embedder; queries are read by the real model."""
        return self._model.encode_query(texts)

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        rng = np.random.default_rng(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big"))
        first, second = self._real[rng.integers(0, len(self._real), 2)]
        share = rng.uniform(0.5, 1.0)
        mixed = share * first + (1 - share) * second + rng.normal(0.0, 0.15 / self.dim**0.5, self.dim)
        return np.asarray(mixed / np.linalg.norm(mixed), np.float32)


def prefixes(queries: Sequence[str], count: int) -> list[str]:
    """What stands in the search box between keystrokes: `count` beginnings of queries, every length equally likely to be met."""
    found = [query[:size] for query in queries for size in range(1, len(query) + 1)]
    return random.Random(_SEED).sample(found, min(count, len(found)))  # noqa: S311 (repeatable, not secret)
