"""Wrong options for facts that are texts, such as whom a tariff is for: what other tariffs say, when it excludes the key. PURE."""

import re
from functools import lru_cache
from random import Random

from kb import Entry, Fact
from quiz.generating.distractors import Market

LONGEST = 40
_FEWEST, _WANTED = 2, 3
_ALIKE = 0.5
# conditions do not exclude each other (`账户无欠费` is asked for nearly everywhere), and what is open to all is open to every part too
_NOT_ASKED = frozenset({"conditions", "start", "end"})
_EVERYBODY = "全体"
_CLAUSES = re.compile(r"[，。；、,;]")


def text_options(entry: Entry, fact: Fact, market: Market, rng: Random) -> list[tuple[str, Entry]]:
    """Two or three (text, the tariff that says so), none alike the key or another; empty when the fact cannot be asked so.

    Of tariffs as near as each other those that speak most like the key come first: strangers are ruled out at a glance.
    Texts that share half their character pairs with the key, or a clause with it, might be right too and are left out.
    """
    key = market.library.render(fact.value, entry, market.day)
    if fact.type != "text" or not 4 <= len(key) <= LONGEST or fact.name in _NOT_ASKED or key.startswith(_EVERYBODY):
        return []
    pool = [(rank, rng.random(), _said(other, fact, market), other) for other, rank in market.siblings(entry) if _says(other, fact)]
    if not any(other.topic == entry.topic for *_, other in pool):
        return []
    chosen: list[tuple[str, Entry]] = []
    for _, _, text, other in sorted(pool, key=lambda item: (item[0], -len(_pairs(item[2]) & _pairs(key)), item[1])):
        fits = not text.startswith(_EVERYBODY) and 4 <= len(text) <= LONGEST and abs(len(text) - len(key)) <= max(12, len(key) // 2)
        if fits and not any(alike(text, known) for known in [key, *(t for t, _ in chosen)]):
            chosen.append((text, other))
        if len(chosen) == _WANTED:
            break
    return chosen if len(chosen) >= _FEWEST else []


def _said(other: Entry, fact: Fact, market: Market) -> str:
    return market.library.render(other.facts[fact.name].value, other, market.day)


def _says(other: Entry, fact: Fact) -> bool:
    theirs = other.facts.get(fact.name)
    return theirs is not None and theirs.type == "text" and theirs.label == fact.label


def alike(a: str, b: str) -> bool:
    """Whether two texts may mean the same: a clause in common, or half of the shorter one's character pairs."""
    clauses_a, clauses_b = ({c.strip() for c in _CLAUSES.split(text) if len(c.strip()) > 3} for text in (a, b))
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    smaller = min(len(pairs_a), len(pairs_b)) or 1
    return bool(clauses_a & clauses_b) or len(pairs_a & pairs_b) / smaller >= _ALIKE


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    bare = _CLAUSES.sub("", text)
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))
