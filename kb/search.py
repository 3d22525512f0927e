"""The search: a query, a place and a day → the entries that may be said there and then."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.chunk import SHORT, Passage, PassageKind, passages
from kb.embed import Embedder
from kb.entry import Context, Entry, Kind
from kb.errors import QueryError, SnapshotError
from kb.hit import Answer, Hit, Shown, make_hit, shown
from kb.library import Library
from kb.masking import masked_library, quoted
from kb.numbers import NumberTable
from kb.numerals import Quantity, asked_quantities, normalise
from kb.pinyin import sounds, syllables
from kb.rank import DEFAULT, Floats, Positions, Weights, background_level, candidates, confidence, dense_features, entry_best, fuse
from kb.snapshot import Snapshot
from kb.tokens import tokens

LONGEST_QUERY = 500
_DENSE_PASSAGES = 256
_CANDIDATES = 40
_EMBEDDED_CHARACTERS = 120
_COVERAGE_SCALE = 2.2  # BM25 gives a token that occurs once 1 / (1 + k1) of its weight
Mask = NDArray[np.bool_]
Ids = frozenset[str]
_NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Query:
    """A cleaned query: `text` as typed, `words` with pinyin turned into characters, what numbers it asks for."""

    text: str
    words: str
    numbers: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """The candidates of a query, best first, with their features; what tuning and evaluation look at."""

    entries: Positions
    scores: Floats
    features: Floats
    matched: Positions
    confidence: float
    background: float


@dataclass(frozen=True, slots=True)
class Allowed:
    """What holds for a context: masks over entries and passages, and pairs of a replaced entry and the one in force in its place."""

    entries: Mask
    passages: Mask
    replaced: Positions
    successors: Positions


@dataclass(frozen=True, slots=True)
class _View:
    """The library as it may be quoted while some entries are withdrawn, and its numbers."""

    library: Library
    numbers: NumberTable


class Searcher:
    """Answers queries from one snapshot. Immutable after construction and safe to share between threads.

    `without` names entries that are withdrawn at the moment: they are in no answer, and nor are their numbers.
    Raises SnapshotError when the embedder's vectors are not as long as the snapshot's.
    """

    def __init__(self, snapshot: Snapshot, embedder: Embedder | None, weights: Weights = DEFAULT) -> None:
        if embedder is not None and embedder.dim != snapshot.vectors.dim:
            what = {"what": "dim", "got": snapshot.vectors.dim, "want": embedder.dim}
            raise SnapshotError("index-foreign", path=snapshot.manifest.get("name"), **what)
        self.snapshot, self._embedder, self._weights = snapshot, embedder, weights
        self._sizes = np.diff(snapshot.starts)
        self._short = np.array([p.kind in SHORT for p in snapshot.passages], np.bool_)
        self._title = np.array([p.kind is PassageKind.TITLE for p in snapshot.passages], np.float32)
        self._no_dense = np.zeros((len(snapshot.library.entries), 4), np.float32)
        self._view = lru_cache(maxsize=4)(self._compute_view)
        self._allowed = lru_cache(maxsize=128)(self._compute_allowed)
        self._shown = lru_cache(maxsize=8192)(self._compute_shown)
        self._passages_of = lru_cache(maxsize=2048)(self._compute_passages)
        self._vector = lru_cache(maxsize=1024)(self._encode)
        self._ahead: Mapping[str, Floats] = {}

    def search(self, query: str, context: Context, k: int = 5, kind: Kind | None = None, without: Ids = _NONE) -> Answer:
        """The k best entries by all legs. Raises QueryError for a query that is too long."""
        return self._answer(query, context, k, kind, without, dense=True)

    def lookup(self, query: str, context: Context, k: int = 8, kind: Kind | None = None, without: Ids = _NONE) -> Answer:
        """The k best entries by words and pinyin alone: what is shown between keystrokes."""
        return self._answer(query, context, k, kind, without, dense=False)

    def _answer(self, query: str, context: Context, k: int, kind: Kind | None, without: Ids, *, dense: bool) -> Answer:
        started = time.perf_counter()
        read = self.read(query)
        name = str(self.snapshot.manifest.get("name", ""))
        if not read.words:
            return Answer(query, "", confident=False, hits=(), snapshot=name)
        scored = self.score(read, context, kind, without, dense=dense)
        hits = tuple(self._hit(read, scored, i, context, without) for i in range(min(k, len(scored.entries))))
        certain = scored.confidence >= 0.5 if dense else bool(hits)
        return Answer(query, read.words, certain, hits, (time.perf_counter() - started) * 1000, name)

    def read(self, query: str) -> Query:
        """Clean a query. Raises QueryError when it is longer than `LONGEST_QUERY` characters."""
        if len(query) > LONGEST_QUERY:
            raise QueryError("query-too-long", length=len(query), limit=LONGEST_QUERY)
        text = " ".join(normalise(query).split())
        words = self._in_chinese(text)
        return Query(text, words if tokens(words) else "", tuple(asked_quantities(words)))

    def prepare(self, queries: Sequence[str]) -> None:
        """Encode queries that are about to be asked, in the place of those prepared before: together they take half the time."""
        words = [self.read(query).words[:_EMBEDDED_CHARACTERS] for query in queries if len(query) <= LONGEST_QUERY]
        asked = [text for text in dict.fromkeys(words) if text]
        self._ahead = dict(zip(asked, self._embedder.encode_query(asked), strict=True)) if self._embedder and asked else {}

    def meanings(self, queries: Sequence[str]) -> Floats:
        """(len(queries), dim) the vectors by which the search understands queries; no columns without an embedder."""
        words = [self.read(query[:LONGEST_QUERY]).words[:_EMBEDDED_CHARACTERS] for query in queries]
        if self._embedder is None or not words:
            return np.zeros((len(words), 0), np.float32)
        return np.asarray(self._embedder.encode_query(words), np.float32)

    def _in_chinese(self, text: str) -> str:
        """The query as staff would have typed it: English through the synonyms, pinyin through the texts."""
        synonyms = self.snapshot.synonyms
        if synonyms.names(text):
            return synonyms.translate(text)
        words = self.snapshot.pinyin.rewrite(text, self.snapshot.latin_words)
        return synonyms.translate(text) if words == text else words

    def score(self, query: Query, context: Context, kind: Kind | None = None, without: Ids = _NONE, *, dense: bool = True) -> Scored:
        """Every candidate entry that holds for the context, best first."""
        allowed = self._allowed(context, kind, without)
        lexical, legs = self._lexical(query, allowed)
        dense_part, best_dense, background = self._dense(query, allowed) if dense else (self._no_dense, {}, 0.0)
        chosen = candidates([dense_part[:, :2].max(axis=1), *legs], allowed.entries, _CANDIDATES)
        numbers = self._view(without).numbers.features(query.numbers, chosen, context.as_of)
        features = np.hstack([dense_part[chosen], *(leg[chosen, None] for leg in legs), numbers]).astype(np.float32)
        scores = fuse(features, self._weights)
        certainty = confidence(features, scores, background, self._weights)
        order = np.argsort(-scores, kind="stable")
        ranked = chosen[order]
        matched = np.array([best_dense.get(int(e), self._best_lexical(lexical, int(e))) for e in ranked[:20]], np.int64)
        return Scored(ranked, scores[order], features[order], matched, certainty, background)

    def _dense(self, query: Query, allowed: Allowed) -> tuple[Floats, dict[int, int], float]:
        """Dense features of every entry, the best passage of those that were found, and the best similarity to the background."""
        snapshot = self.snapshot
        if self._embedder is None or not allowed.entries.any():
            return self._no_dense, {}, 0.0
        vector = self._vector(query.words[:_EMBEDDED_CHARACTERS])
        found, similarities = snapshot.vectors.search(vector, _DENSE_PASSAGES, allowed.passages)
        features = dense_features(found, similarities, snapshot.owner, self._short, self._sizes)
        best = dict(zip(snapshot.owner[found[::-1]].tolist(), found[::-1].tolist(), strict=True))
        return features, best, background_level(snapshot.background @ vector, int(allowed.passages.sum()))

    def _lexical(self, query: Query, allowed: Allowed) -> tuple[Floats, list[Floats]]:
        """Scores of every passage; and by entry: lexical, title, synonyms, coverage, sound, predecessor."""
        index, starts = self.snapshot.lexical, self.snapshot.starts
        asked = tokens(query.words)
        ideal = max(index.weight(asked), 1e-6)
        raw = index.scores(asked) / ideal
        scores = np.where(allowed.passages, raw, 0.0).astype(np.float32)
        staff = tokens(self.snapshot.synonyms.rephrase(query.words))
        named = np.where(allowed.passages, index.scores(staff) / max(index.weight(staff), 1e-6), 0.0).astype(np.float32)
        whole = self.snapshot.whole
        words = sorted(set(asked))
        coverage = whole.scores(words) * _COVERAGE_SCALE / max(whole.weight(words), 1e-6)
        before = self._predecessor(raw, allowed)
        return scores, [
            entry_best(scores, starts),
            entry_best(scores * self._title, starts),
            entry_best(named, starts),
            coverage,
            self._sound(query, allowed),
            before,
        ]

    def _sound(self, query: Query, allowed: Allowed) -> Floats:
        index = self.snapshot.phonetic
        asked = sounds(syllables(query.words))
        scores = np.where(allowed.passages, index.scores(asked) / max(index.weight(asked), 1e-6), 0.0).astype(np.float32)
        return entry_best(scores, self.snapshot.starts)

    def _predecessor(self, raw: Floats, allowed: Allowed) -> Floats:
        """What the short passages of withdrawn entries score, credited to the entries that took their place."""
        result = np.zeros(len(self.snapshot.library.entries), np.float32)
        if allowed.replaced.size:
            best = entry_best(np.where(self._short, raw, 0.0).astype(np.float32), self.snapshot.starts)
            np.maximum.at(result, allowed.successors, best[allowed.replaced])
        return result

    def _best_lexical(self, scores: Floats, entry: int) -> int:
        start, end = self.snapshot.starts[entry], self.snapshot.starts[entry + 1]
        return int(start + np.argmax(scores[start:end]))

    def _compute_view(self, without: Ids) -> _View:
        library = masked_library(self.snapshot.library, without)
        return _View(library, NumberTable(library))

    def _compute_allowed(self, context: Context, kind: Kind | None, without: Ids) -> Allowed:
        library = self._view(without).library
        current = {e.ref for e in library.current(context) if kind is None or e.kind is kind}
        entries = np.array([e.ref in current for e in library.entries], np.bool_)
        place = {e.ref: i for i, e in enumerate(library.entries)}
        pairs = [(i, place[last.ref]) for i, e in enumerate(library.entries) if (last := library.successor(e, context)) and last.ref in current]
        replaced, successors = np.array(pairs, np.int64).reshape(-1, 2).T
        return Allowed(entries, np.repeat(entries, np.diff(self.snapshot.starts)), replaced, successors)

    def _encode(self, text: str) -> Floats:
        assert self._embedder is not None
        return self._ahead[text] if text in self._ahead else np.asarray(self._embedder.encode_query([text])[0], np.float32)

    def _hit(self, query: Query, scored: Scored, place: int, context: Context, without: Ids) -> Hit:
        position, view = int(scored.entries[place]), self._view(without)
        entry = view.library.entries[position]
        numbers = view.numbers.match(query.numbers, position, context.as_of)
        matched = self._matched(position, int(scored.matched[place]), context, without) if place < len(scored.matched) else _titled(entry)
        score, texts = float(scored.scores[place]), self._shown(position, context.as_of, without)
        return make_hit(view.library, entry, context, query.words, matched, score, numbers, texts)

    def _compute_shown(self, position: int, day: date, without: Ids) -> Shown:
        library = self._view(without).library
        return shown(library, library.entries[position], day)

    def _compute_passages(self, position: int, day: date, without: Ids) -> list[Passage]:
        library = self._view(without).library
        entry = library.entries[position]
        return passages(entry, lambda text: library.render(text, entry, day))

    def _matched(self, position: int, passage: int, context: Context, without: Ids) -> Passage:
        """The passage with the numbers of the day and moment that were asked for; the index holds those of the day on which it was built."""
        snapshot, found = self.snapshot, self.snapshot.passages[passage]
        entry, start, end = snapshot.library.entries[position], snapshot.starts[position], snapshot.starts[position + 1]
        as_built = snapshot.manifest.get("day") == context.as_of.isoformat() and not quoted(entry, snapshot.library, without)
        if found.kind in SHORT or as_built:
            return found
        own = self._passages_of(position, context.as_of, without)
        return own[passage - start] if len(own) == end - start else _titled(entry)


def _titled(entry: Entry) -> Passage:
    return Passage(PassageKind.TITLE, entry.title)
