"""Which entries carry the numbers that a query asks for. PURE."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kb.entry import Entry, Kind
from kb.facts import Fact
from kb.library import Library
from kb.numerals import Quantity, normalise, quantities
from kb.references import references, resolve


@dataclass(frozen=True, slots=True)
class NumberMatch:
    """Of the numbers asked for: those the entry carries, and the entry's own values where it carries another."""

    carried: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Numbers:
    title: tuple[Quantity, ...]
    own: tuple[Fact, ...]
    referred: tuple[Fact, ...]


class NumberTable:
    """The numeric facts of every entry of a library, its own and those it refers to."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._of = lru_cache(maxsize=65536)(self._compute)

    def _compute(self, position: int, day: date) -> _Numbers:
        entry = self._library.entries[position]
        own = tuple(f for f in entry.facts.values() if f.amount is not None)
        lookup = self._library.lookup(day)
        found = (resolve(r, entry, lookup) for text in _texts(entry) for r in references(text) if r.entry_id)
        referred = dict.fromkeys(f for f in found if f is not None and f.amount is not None)
        return _Numbers(tuple(quantities(normalise(entry.title))), own, tuple(referred))

    def features(self, asked: Sequence[Quantity], positions: NDArray[np.int64], day: date) -> NDArray[np.float32]:
        """(len(positions), 3): share of the asked numbers in the title, among its own facts, contradicted by them."""
        result = np.zeros((len(positions), 3), np.float32)
        if asked:
            for row, position in enumerate(positions.tolist()):
                numbers = self._of(position, day)
                parts = [_shares(q, numbers, self._library.entries[position]) for q in asked]
                result[row] = np.mean(parts, axis=0)
        return result

    def match(self, asked: Sequence[Quantity], position: int, day: date) -> NumberMatch:
        """What to show beside a hit."""
        carried, others = list[str](), list[str]()
        for quantity in asked:
            numbers = self._of(position, day)
            # a tariff that mentions its sibling's price does not carry it
            tariff = self._library.entries[position].kind is Kind.TARIFF
            facts = numbers.own if tariff else (*numbers.own, *numbers.referred)
            if any(f.says(quantity) for f in facts):
                carried.append(quantity.text)
            else:
                others += [f"{f.label}{f.value}" for f in numbers.own if quantity.same_unit(f.unit)]
        return NumberMatch(tuple(dict.fromkeys(carried)), tuple(dict.fromkeys(others))[:4])


def _texts(entry: Entry) -> tuple[str, ...]:
    return (entry.body, *entry.must_say, *(n.reason for n in entry.never_say), *(p.may for p in entry.empower))


def _shares(quantity: Quantity, numbers: _Numbers, entry: Entry) -> tuple[float, float, float]:
    title = any(quantity.equals(unit, value) for q in numbers.title for unit, value in q.readings)
    own = any(f.says(quantity) for f in numbers.own)
    rivals = any(quantity.same_unit(f.unit) for f in numbers.own)
    conflict = entry.kind is Kind.TARIFF and rivals and not own
    return float(title), float(own), float(conflict)
