"""The lexical leg: BM25 over characters and bigrams, scores of every passage for a query."""

import json
import logging
from collections.abc import Iterable
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

logging.getLogger("bm25s").setLevel(logging.WARNING)  # the library sets itself to DEBUG
Scores = NDArray[np.float32]
_K1 = 1.2


class LexicalIndex:
    """BM25 (Lucene's form, Robertson & Zaragoza 2009) of tokenised passages.

    `weight` is the sum of the tokens' inverse document frequencies, by which scores of different queries can be compared.
    """

    def __init__(self, retriever: "bm25s.BM25", vocabulary: dict[str, int], weights: Scores) -> None:
        self._retriever, self.vocabulary, self._weights = retriever, vocabulary, weights

    @classmethod
    def build(cls, texts: Iterable[Iterable[str]], length_matters: float = 0.6) -> "LexicalIndex":
        """An index of token lists, one a passage; `length_matters` is BM25's b."""
        vocabulary: dict[str, int] = {"": 0}
        ids = [[vocabulary.setdefault(token, len(vocabulary)) for token in text] or [0] for text in texts]
        retriever = bm25s.BM25(k1=_K1, b=length_matters)
        retriever.index((ids, vocabulary), show_progress=False)
        return cls(retriever, vocabulary, _token_weights(retriever, len(vocabulary), len(ids)))

    def scores(self, query: Iterable[str]) -> Scores:
        """The score of every passage; zeros when no token is known."""
        ids = [self.vocabulary[token] for token in query if token in self.vocabulary]
        if not ids:
            return np.zeros(self._retriever.scores["num_docs"], np.float32)
        return np.asarray(self._retriever.get_scores_from_ids(ids), np.float32)

    def weight(self, tokens: Iterable[str]) -> float:
        """The summed weight of tokens; those that no passage holds weigh as much as the rarest."""
        rare = float(self._weights.max(initial=0.0))
        return sum(float(self._weights[self.vocabulary[t]]) if t in self.vocabulary else rare for t in tokens)

    def save(self, folder: Path) -> None:
        """Write the index into a new folder."""
        folder.mkdir()
        scores = self._retriever.scores
        for name in ("data", "indices", "indptr"):
            np.save(folder / f"{name}.npy", scores[name], allow_pickle=False)
        np.save(folder / "weights.npy", self._weights, allow_pickle=False)
        text = json.dumps({"vocabulary": list(self.vocabulary), "passages": scores["num_docs"]}, ensure_ascii=False)
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read what `save` wrote; the arrays stay on disk until touched."""
        meta = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        retriever = bm25s.BM25(k1=_K1)
        # plain views of the mappings: every slice of a memmap object costs microseconds of Python
        arrays = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in ("data", "indices", "indptr")}
        retriever.nonoccurrence_array = None
        retriever.scores = {**arrays, "num_docs": meta["passages"]}
        vocabulary = {token: number for number, token in enumerate(meta["vocabulary"])}
        retriever.vocab_dict = vocabulary
        return cls(retriever, vocabulary, np.load(folder / "weights.npy"))


def _token_weights(retriever: "bm25s.BM25", size: int, passages: int) -> Scores:
    """Inverse document frequency of each token, ln(1 + (n - df + ½) / (df + ½))."""
    frequency = np.diff(retriever.scores["indptr"])
    frequency = np.pad(frequency, (0, max(0, size - len(frequency))))[:size]
    return np.log1p((passages - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
