"""What a draw is measured against: forms picked at random, blueprints in proportion to a bank, and made-up banks. PURE."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from types import MappingProxyType

from quiz.bank.difficulty import information
from quiz.forms.balance import Form, Item, Picked, balance_of
from quiz.forms.blueprint import Blueprint, Cell


def proportional(items: Sequence[Item], attributes: Sequence[str], questions: int, title: str = "proportional") -> Blueprint:
    """A blueprint of so many questions whose cells are the combinations of attribute values, by the largest remainders of their shares."""
    held = Counter(tuple(item.attributes.get(name, "") for name in attributes) for item in items)
    exact = {values: questions * count / len(items) for values, count in held.items()}
    counts = {values: int(share) for values, share in exact.items()}
    for values in sorted(exact, key=lambda v: (counts[v] - exact[v], v))[: questions - sum(counts.values())]:
        counts[values] += 1
    cells = (
        Cell(" ".join(values) or title, count, filters=MappingProxyType({name: (value,) for name, value in zip(attributes, values, strict=True)}))
        for values, count in sorted(counts.items())
        if count
    )
    return Blueprint(title, tuple(cells))


def random_forms(items: Sequence[Item], blueprint: Blueprint, forms: int, seed: int = 0) -> tuple[Form, ...]:
    """Forms with the right counts whose questions are picked by chance, each form by itself; cells may not overlap."""
    rng = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    by_cell = [[item for item in items if cell.fits(item.attributes, item.expected)] for cell in blueprint.cells]
    return tuple(
        tuple(
            Picked(item, number, cell.points)
            for number, cell in enumerate(blueprint.cells)
            for item in rng.sample(by_cell[number], min(cell.count, len(by_cell[number])))
        )
        for _ in range(forms)
    )


def random_difference(items: Sequence[Item], blueprint: Blueprint, forms: int = 60, seed: int = 0) -> float:
    """By how much the expected shares of two forms picked at random differ on average."""
    shares = [row.expected for row in balance_of(random_forms(items, blueprint, forms, seed), blueprint).forms]
    apart = [abs(a - b) for a, b in combinations(shares, 2)]
    return sum(apart) / len(apart) if apart else 0.0


def synthetic_items(count: int, seed: int = 0) -> list[Item]:
    """A made-up bank: twelve topics of unequal size, five types, four questions to an entry on two of its facts, some used before."""
    rng = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    types = ("single", "multiple", "true_false", "number", "best_reply")
    found = []
    for number in range(count):
        entry = number // 4
        expected = rng.betavariate(6, 2)
        found.append(
            Item(
                id=f"q-{number:06d}",
                expected=expected,
                information=information(expected),
                attributes=MappingProxyType({"topic": f"topic-{entry % 40 % 12:02d}", "type": types[rng.choices(range(5), (50, 15, 15, 10, 10))[0]]}),
                entry_id=f"entry-{entry:05d}",
                enemies=(f"entry-{entry:05d}.fact-{number % 2}",),
                exposures=rng.choices((0, 1, 2, 3), (60, 25, 10, 5))[0],
            )
        )
    return found
