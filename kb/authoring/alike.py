"""The entries that clerks would meet beside a draft: asked as its customers ask, they answer too."""

from dataclasses import dataclass
from datetime import date

from kb.authoring.similar import phrasings
from kb.entry import Context, Entry
from kb.search import LONGEST_QUERY, Searcher

_MOST_PHRASINGS = 6
_HITS = 3


@dataclass(frozen=True, slots=True)
class Alike:
    """An entry that answers `found` of the `asked` phrasings of another."""

    entry: Entry
    found: int
    asked: int


def alike(searcher: Searcher, entry: Entry, day: date, most: int = 5) -> list[Alike]:
    """The entries in force that are among the first answers to a draft's title and first asks, those that answer most of them first."""
    asked = [text for text in dict.fromkeys(phrasings(entry)[:_MOST_PHRASINGS]) if 0 < len(text) <= LONGEST_QUERY]
    counts: dict[str, int] = {}
    ranks: dict[str, int] = {}
    entries: dict[str, Entry] = {}
    for text in asked:
        answer = searcher.search(text, Context(day), _HITS)
        for rank, hit in enumerate(answer.hits if answer.confident else ()):
            other = hit.entry
            if other.id != entry.id:
                entries[other.id] = other
                counts[other.id] = counts.get(other.id, 0) + 1
                ranks[other.id] = min(rank, ranks.get(other.id, rank))
    order = sorted(entries, key=lambda other: (-counts[other], ranks[other], other))
    return [Alike(entries[other], counts[other], len(asked)) for other in order[:most]]
