"""Texts → lexical tokens: characters, bigrams, Latin words; and synonyms. PURE."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType

from kb.faults import Fault, fault
from kb.numerals import normalise

_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]+|[a-z0-9.+]*[a-z0-9]", re.IGNORECASE)
SYNONYMS_FILE = "synonyms.tsv"


def is_hanzi(text: str) -> bool:
    """Whether a text begins with a Chinese character."""
    return "\u3400" <= text[:1] <= "\u9fff" or "\U00020000" <= text[:1] <= "\U0002ffff"


def tokens(text: str) -> list[str]:
    """Characters and bigrams of Chinese runs, whole words of Latin and digits, lower case."""
    found: list[str] = []
    for run in _RUN.findall(normalise(text).lower()):
        if is_hanzi(run):
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            found.append(run)
    return found


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of words of the same meaning, what staff say first."""

    groups: tuple[tuple[str, ...], ...] = ()
    _group_of: MappingProxyType[str, int] = field(default_factory=lambda: MappingProxyType({}))
    _longest: int = 0

    @classmethod
    def of(cls, groups: Iterable[Iterable[str]]) -> "Synonyms":
        """Synonyms of the given groups."""
        kept = tuple(tuple(w.lower() for w in group) for group in groups)
        words = {word: number for number, group in enumerate(kept) for word in group}
        return cls(kept, MappingProxyType(words), max(map(len, words), default=0))

    def names(self, query: str) -> bool:
        """Whether every word of an English query is a word of some group."""
        return query.isascii() and bool(query.split()) and all(word in self._group_of for word in query.lower().split())

    def translate(self, query: str) -> str:
        """A query in English as the Chinese terms of the words it names, with the rest left out; unchanged when it names none or is not all Latin."""
        words = normalise(query).lower().split() if query.isascii() else []
        found, at = list[str](), 0
        while at < len(words):
            size = next((n for n in range(min(4, len(words) - at), 0, -1) if " ".join(words[at : at + n]) in self._group_of), 0)
            if size:
                found.append(self._staff_term(" ".join(words[at : at + size])))
            at += max(size, 1)
        return " ".join(dict.fromkeys(found)) or query

    def rephrase(self, query: str) -> str:
        """The query with every word of a group in the place of which staff say another put as staff say it, longest words first."""
        text = normalise(query).lower()
        found, at = "", 0
        while at < len(text):
            word = next((text[at : at + n] for n in range(min(self._longest, len(text) - at), 1, -1) if text[at : at + n] in self._group_of), "")
            found += self._staff_term(word) if word else text[at]
            at += max(len(word), 1)
        return found

    def _staff_term(self, word: str) -> str:
        return next((w for w in self.groups[self._group_of[word]] if is_hanzi(w)), word)


def parse_synonyms(text: str, path: str) -> tuple[Synonyms, list[Fault]]:
    """Synonyms from tab-separated lines; `#` begins a comment; faulty words are left out."""
    groups, faults, seen = [], list[Fault](), dict[str, int]()
    for number, row in enumerate(text.splitlines(), 1):
        words = [w.strip() for w in row.split("\t") if w.strip()]
        if not words or row.startswith("#"):
            continue
        kept = []
        for word in words:
            if len(word) < 2:
                faults.append(fault(path, number, "synonym-short", word=word))
            elif word.lower() in seen:
                faults.append(fault(path, number, "synonym-twice", word=word, first=seen[word.lower()]))
            else:
                seen[word.lower()] = number
                kept.append(word)
        if len(words) < 2:
            faults.append(fault(path, number, "synonym-lonely"))
        groups.append(kept)
    return Synonyms.of(groups), faults
