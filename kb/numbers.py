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
    """`titled` and `stated` are (base unit, value) pairs of the title and the own facts; a tariff is contradicted in the units of `rivalled`."""

    own: tuple[Fact, ...]
    referred: tuple[Fact, ...]
    titled: frozenset[tuple[str, float]]
    stated: frozenset[tuple[str, float]]
    rivalled: frozenset[str]


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
        titled = frozenset(reading for q in quantities(normalise(entry.title)) for reading in q.readings)
        stated = frozenset((f.unit, f.amount) for f in own if f.amount is not None)
        rivalled = frozenset(f.unit for f in own) if entry.kind is Kind.TARIFF else frozenset[str]()
        return _Numbers(own, tuple(referred), titled, stated, rivalled)

    def features(self, asked: Sequence[Quantity], positions: NDArray[np.int64], day: date) -> NDArray[np.float32]:
        """(len(positions), 3): share of the asked numbers in the title, among its own facts, contradicted by them."""
        if not asked or not len(positions):
            return np.zeros((len(positions), 3), np.float32)
        shares = [[_shares(q, numbers) for q in asked] for numbers in (self._of(position, day) for position in positions.tolist())]
        result: NDArray[np.float32] = np.array(shares, np.float32).mean(axis=1)
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


def _shares(quantity: Quantity, numbers: _Numbers) -> tuple[bool, bool, bool]:
    own = not numbers.stated.isdisjoint(quantity.readings)
    conflict = not own and any(unit in numbers.rivalled for unit, _ in quantity.readings)
    return not numbers.titled.isdisjoint(quantity.readings), own, conflict
