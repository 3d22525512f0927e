"""The tokens of many texts as numbers, counted in the order in which they first appear; what is known of an earlier index is not read again. PURE."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
_NOTHING = np.zeros(1, np.int32)


@dataclass(frozen=True, slots=True)
class KnownTokens:
    """What an earlier index holds: its words, and by text the numbers of its tokens among them."""

    words: Sequence[str] = ("",)
    by_text: Mapping[str, Numbers] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Tokenised:
    """`words[n]` is token number n, the empty word first; `ids` are the tokens of all texts one after the other, `lengths` how many each text has.

    A text without tokens has the empty word.
    """

    words: Sequence[str]
    ids: Numbers
    lengths: Numbers

    @property
    def owner(self) -> NDArray[np.int64]:
        """The text of every token."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @classmethod
    def of(cls, texts: Iterable[Iterable[str]]) -> "Tokenised":
        """The tokens of texts that are cut already."""
        words = {"": 0}
        parts = [_numbered(text, words) for text in texts]
        return _in_order(list(words), parts)

    @classmethod
    def read(cls, texts: Iterable[str], cut: Callable[[str], Iterable[str]], known: KnownTokens) -> "Tokenised":
        """The tokens of texts; those that are known are not cut again, and the result is the same."""
        words = {word: number for number, word in enumerate(known.words)}
        parts = [known.by_text[text] if text in known.by_text else _numbered(cut(text), words) for text in texts]
        return _in_order(list(words), parts)

    def sets(self, sizes: Sequence[int]) -> "Tokenised":
        """The set of the tokens of each run of texts; `sizes` says how many texts are in each."""
        owner = np.repeat(np.arange(len(sizes)), sizes)[self.owner]
        empty = np.arange(len(sizes)) * len(self.words)  # the empty word stands only where there is no other
        cells = np.setdiff1d(owner * len(self.words) + self.ids, empty)
        lonely = np.setdiff1d(np.arange(len(sizes)), cells // len(self.words))
        cells = np.union1d(cells, lonely * len(self.words))
        runs, ids = np.divmod(cells, len(self.words))
        return Tokenised(self.words, ids.astype(np.int32), np.bincount(runs, minlength=len(sizes)).astype(np.int32))

    def by_text(self, texts: Sequence[str]) -> KnownTokens:
        """As a later index may look it up."""
        return KnownTokens(self.words, dict(zip(texts, np.split(self.ids, np.cumsum(self.lengths)[:-1]), strict=True)))


def _numbered(tokens: Iterable[str], words: dict[str, int]) -> Numbers:
    found = np.array([words.setdefault(token, len(words)) for token in tokens], np.int32)
    return found if len(found) else _NOTHING


def _in_order(words: Sequence[str], parts: Sequence[Numbers]) -> Tokenised:
    """Numbered by first appearance and without words that no text holds: however they were found, the same texts give the same numbers."""
    ids = np.concatenate([_NOTHING[:0], *parts])
    first = np.full(len(words), len(ids))
    first[ids[::-1]] = np.arange(len(ids))[::-1]  # of several values for one place the last one stays: the first appearance
    first[0] = -1
    order = np.argsort(first, kind="stable")[: int((first < len(ids)).sum())]
    number = np.zeros(len(words), np.int32)
    number[order] = np.arange(len(order))
    return Tokenised([words[i] for i in order.tolist()], number[ids], np.array([len(part) for part in parts], np.int32))
