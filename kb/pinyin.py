"""Looking up Chinese texts by typed pinyin and initials: `taocan`, `jdwl`, `taoc`. PURE."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin, load_single_dict, pinyin_dict

from kb.numerals import normalise
from kb.tokens import is_hanzi

# readings that the trade uses where the dictionary's first one is another: 靓号
load_single_dict({ord("靓"): "liàng,jìng"})
_BEAM = 8
_MOST_MATCHES = 400
_LONGEST_RUN = 32
_RUN = re.compile(r"[a-z]+", re.IGNORECASE)
_PLAIN = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê", "aaaaeeeeiiiioooouuuuvvvvvnnnme", "\u0300\u0301\u0304\u030c")


@cache
def _syllables() -> frozenset[str]:
    common = (pinyin_dict.pinyin_dict[code] for code in range(0x4E00, 0x9FA6) if code in pinyin_dict.pinyin_dict)
    return frozenset(s.translate(_PLAIN) for readings in common for s in readings.split(","))


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(s[:size] for s in _syllables() for size in range(1, len(s) + 1))


@lru_cache(maxsize=65536)
def syllables(text: str) -> tuple[str, ...]:
    """The toneless syllable of every Chinese character of a text (`套餐` → `tao`, `can`); "" stands for any other character."""
    found: list[str] = []
    for run in re.split(r"([\u3400-\u9fff]+)", normalise(text)):
        if is_hanzi(run):
            read = lazy_pinyin(run)
            found += [s if s in _syllables() else "" for s in read] if len(read) == len(run) else [""] * len(run)
        else:
            found += [""] * len(run)
    return tuple(found)


def sounds(reading: Sequence[str]) -> list[str]:
    """Bigrams of syllables: the tokens by which words that sound alike find each other."""
    return [f"{a} {b}" for a, b in pairwise(reading) if a and b]


def segmentations(letters: str) -> list[tuple[str, ...]]:
    """The ways to read letters as syllables or beginnings of syllables, fewest and fullest pieces first, at most a few."""
    ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in letters)]
    for end in range(1, len(letters) + 1):
        found = [(*way, letters[at:end]) for at in range(max(0, end - 6), end) if letters[at:end] in _prefixes() for way in ways[at]]
        ways[end] = sorted(found, key=_cost)[:_BEAM]
    return ways[-1]


def _cost(way: tuple[str, ...]) -> tuple[int, int]:
    partial = sum(piece not in _syllables() for piece in way)
    return 2 * partial + len(way), partial


def is_full(letters: str) -> bool:
    """Whether letters read as whole syllables throughout."""
    return any(all(piece in _syllables() for piece in way) for way in segmentations(letters))


def _is_pinyin(letters: str) -> bool:
    """Whole syllables, initials alone, or whole syllables with a last one half typed: what few English words are."""
    if not set(letters) & set("aeiou"):
        return True
    return any(all(piece in _syllables() for piece in way[:-1]) for way in segmentations(letters))


@dataclass(frozen=True, slots=True)
class PinyinMatch:
    """One place where letters fit: the text's number, the characters they stand for, and whether it begins there."""

    text: int
    surface: str
    at_start: bool


class PinyinIndex:
    """Texts by their pinyin: syllables are numbered in alphabetical order, so a beginning of a syllable is a range of numbers."""

    def __init__(self, texts: Iterable[str], readings: Iterable[Sequence[str]] | None = None) -> None:
        """`readings` are the `syllables` of each text, where they are at hand already."""
        self._texts = [normalise(text) for text in texts]
        self._starts: list[int] = []
        flat: list[str] = []
        for reading in readings if readings is not None else map(syllables, self._texts):
            self._starts.append(len(flat))
            flat += [*reading, ""]
        self._names = sorted({"", *flat})
        number = {name: i for i, name in enumerate(self._names)}
        self._codes = np.array([number[s] for s in flat] + [0] * _LONGEST_RUN, np.int16)
        self._places = lru_cache(maxsize=1024)(self._find_places)

    def _range(self, piece: str) -> tuple[int, int]:
        """The numbers of the syllables that begin with a piece: the first, and the one after the last."""
        return bisect_left(self._names, piece), bisect_left(self._names, piece + "{")

    def _find_places(self, piece: str) -> NDArray[np.int64]:
        low, high = self._range(piece)
        return np.flatnonzero((self._codes >= low) & (self._codes < high))

    def match(self, letters: str) -> list[PinyinMatch]:
        """Every place where the letters fit, at most a few hundred."""
        found: dict[tuple[int, int], PinyinMatch] = {}
        for way in segmentations(letters.lower()[:_LONGEST_RUN]):
            self._scan(way, found)
            if len(found) >= _MOST_MATCHES:
                break
        return list(found.values())

    def _scan(self, way: Sequence[str], found: dict[tuple[int, int], PinyinMatch]) -> None:
        rarest = min(range(len(way)), key=lambda i: len(self._places(way[i])))
        places = self._places(way[rarest]) - rarest
        places = places[places >= 0]
        for i, piece in enumerate(way):
            low, high = self._range(piece)
            codes = self._codes[places + i]
            places = places[(codes >= low) & (codes < high)]
        for at in places[: _MOST_MATCHES - len(found)].tolist():
            number = bisect_right(self._starts, at) - 1
            offset = at - self._starts[number]
            surface = self._texts[number][offset : offset + len(way)]
            found.setdefault((number, offset), PinyinMatch(number, surface, offset == 0))

    def to_hanzi(self, letters: str) -> str:
        """The characters that letters most often stand for in the texts, piece by longest piece; "" where they fit nowhere."""
        rest, result = letters.lower()[:_LONGEST_RUN], ""
        while rest:
            for size in range(len(rest), 1, -1):
                if size < len(rest) and not is_full(rest[:size]):
                    continue
                if surface := self._commonest(rest[:size]):
                    result, rest = result + surface, rest[size:]
                    break
            else:
                return ""
        return result

    def _commonest(self, letters: str) -> str:
        counts = Counter(m.surface for m in self.match(letters))
        return max(counts, key=lambda s: (counts[s], s)) if counts else ""

    def rewrite(self, query: str, known: frozenset[str] | set[str]) -> str:
        """The query with pinyin turned into characters; unchanged where it reads as a word of `known` or as English."""
        runs = _RUN.findall(query)
        strange = [run for run in runs if run.lower() not in known]
        if not strange or (len(runs) > 1 and not all(_is_pinyin(run.lower()) for run in strange)):
            return query

        def replace(m: re.Match[str]) -> str:
            word = m[0].lower()
            start = max((n for n in range(3, len(word) + 1) if word[:n] in known), default=0)  # `pukma`
            return m[0] if start == len(word) else m[0][:start] + (self.to_hanzi(word[start:]) or m[0][start:])

        return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", _RUN.sub(replace, query))
