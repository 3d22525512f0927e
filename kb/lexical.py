"""The lexical leg: BM25 over characters and bigrams, scores of every passage for a query."""

import json
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from kb.tokenised import Numbers, Tokenised

logging.getLogger("bm25s").setLevel(logging.WARNING)  # the library sets itself to DEBUG
Scores = NDArray[np.float32]
_K1 = 1.2
_ARRAYS = ("data", "indices", "indptr")


class LexicalIndex:
    """BM25 (Lucene's form, Robertson & Zaragoza 2009) of tokenised passages.

    `weight` is the sum of the tokens' inverse document frequencies, by which scores of different queries can be compared.
    """

    def __init__(self, columns: Mapping[str, Any], words: Sequence[str], weights: Scores) -> None:
        """`columns` is the matrix of scores as bm25s keeps it: passages by tokens, column after column."""
        self.vocabulary = {token: number for number, token in enumerate(words)}
        self._weights = weights
        self._retriever = bm25s.BM25(k1=_K1)
        self._retriever.nonoccurrence_array = None
        self._retriever.scores = columns
        self._retriever.vocab_dict = self.vocabulary

    @classmethod
    def build(cls, texts: Tokenised, length_matters: float = 0.6) -> "LexicalIndex":
        """An index of passages; `length_matters` is BM25's b."""
        cells, often = np.unique(texts.ids.astype(np.int64) * len(texts.lengths) + texts.owner, return_counts=True)
        token, passage = np.divmod(cells, len(texts.lengths))
        frequency = np.bincount(token, minlength=len(texts.words))
        columns = {
            "data": _scores(
                token, often, texts.lengths[passage], float(texts.lengths.mean()), _rarity(frequency, len(texts.lengths)), length_matters
            ),
            "indices": passage.astype(np.int32),
            "indptr": np.concatenate([[0], np.cumsum(frequency)]).astype(np.int32),
            "num_docs": len(texts.lengths),
        }
        return cls(columns, texts.words, _rarity(frequency, len(texts.lengths)))

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
        columns = self._retriever.scores
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", columns[name], allow_pickle=False)
        np.save(folder / "weights.npy", self._weights, allow_pickle=False)
        text = json.dumps({"vocabulary": list(self.vocabulary), "passages": columns["num_docs"]}, ensure_ascii=False)
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read what `save` wrote; the arrays stay on disk until touched."""
        meta = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        # plain views of the mappings: every slice of a memmap object costs microseconds of Python
        arrays = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS}
        return cls({**arrays, "num_docs": meta["passages"]}, meta["vocabulary"], np.load(folder / "weights.npy"))


def _rarity(frequency: NDArray[np.int64], passages: int) -> Scores:
    """Inverse document frequency of each token, ln(1 + (n - df + ½) / (df + ½)); a logarithm for each frequency that occurs."""
    found, where = np.unique(frequency, return_inverse=True)
    return np.array([math.log(1 + (passages - df + 0.5) / (df + 0.5)) for df in found.tolist()], np.float32)[where]


def _scores(token: NDArray[np.int64], often: NDArray[np.int64], length: Numbers, mean: float, rarity: Scores, length_matters: float) -> Scores:
    """What bm25s computes passage by passage, all at once and to the bit: the rarity of a token by how often a passage has it for its length."""
    count = often.astype(np.float32)
    saturated = count / (_K1 * (1 - length_matters + length_matters * length / mean) + count)
    return np.asarray(rarity[token] * saturated, np.float32)
