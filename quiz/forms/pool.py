"""The questions that a draw will use, before they are dealt out to forms: a flow of least cost from items to cells. PURE."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from quiz.forms.balance import Item
from quiz.forms.blueprint import Blueprint
from quiz.forms.program import Program

# Costs of an item are below 100 (see `quiz.forms.assembly`): sharing one more question between two forms outweighs any of them, a gap outweighs that.
_SHARING, _GAP = 200.0, 100_000.0
_SPARE = 60


@dataclass(frozen=True, slots=True)
class Pool:
    """How often each item is used and for which cell, what is missing by cell, and how many pairs of forms share an item, summed over items."""

    uses: tuple[tuple[int, int, int], ...]  # (item, cell, times)
    missing: tuple[int, ...]
    shared: int


def fill(items: Sequence[Item], fits: Sequence[Sequence[int]], costs: Sequence[float], blueprint: Blueprint, forms: int) -> Pool:
    """The cheapest pool for so many forms.

    Without overlap each item is used once. Where that leaves a gap and the blueprint allows overlap, items are used again, as few and as
    evenly as can be. Only the cheapest items of each cell are looked at unless they do not suffice.
    """
    few = _cheapest(fits, costs, [3 * forms * cell.count + _SPARE for cell in blueprint.cells])
    pool = _flow(items, few, costs, blueprint, forms, 1)
    if any(pool.missing) and few != fits:
        pool = _flow(items, fits, costs, blueprint, forms, 1)
    for most in sorted({2, 3, forms}) if blueprint.max_overlap and forms > 1 else ():
        if any(pool.missing) and most <= forms:
            pool = _flow(items, fits, costs, blueprint, forms, most)
    return pool


def _cheapest(fits: Sequence[Sequence[int]], costs: Sequence[float], wanted: Sequence[int]) -> list[tuple[int, ...]]:
    left = list(wanted)
    found: list[tuple[int, ...]] = [()] * len(fits)
    for number in sorted(range(len(fits)), key=costs.__getitem__):
        if any(left[cell] > 0 for cell in fits[number]):
            found[number] = tuple(fits[number])
            for cell in fits[number]:
                left[cell] -= 1
    return found


def _flow(items: Sequence[Item], fits: Sequence[Sequence[int]], costs: Sequence[float], blueprint: Blueprint, forms: int, most: int) -> Pool:
    """Its matrix is that of a network unless an item has several enemies, so that the relaxed program is whole by itself."""
    program = Program()
    arcs: list[tuple[int, int, int]] = []  # (item, cell, variable)
    words: dict[str, list[int]] = defaultdict(list)
    copies: list[tuple[int, int]] = []  # (variable, pairs of forms that it adds)
    for number, cells in enumerate(fits):
        own = [(cell, program.variable(costs[number], most)) for cell in cells]
        arcs += [(number, cell, variable) for cell, variable in own]
        for word in items[number].enemies:
            words[word] += [variable for _, variable in own]
        if most > 1 and own:
            layers = [program.variable(_SHARING * layer) for layer in range(most)]
            copies += list(zip(layers, range(most), strict=True))
            program.row([*((v, 1.0) for _, v in own), *((v, -1.0) for v in layers)], 0, 0)
        elif len(own) > 1:
            program.row(((v, 1.0) for _, v in own), high=1)
    for variables in words.values():
        if len(variables) * most > forms:
            program.row(((v, 1.0) for v in set(variables)), high=forms)
    gaps = _cell_rows(program, arcs, blueprint, forms)
    values = program.solve(network=True)
    if values is None:  # cannot be: gaps fill everything
        raise RuntimeError("the pool has no solution")
    return Pool(
        uses=tuple((number, cell, times) for number, cell, variable in arcs if (times := round(values[variable]))),
        missing=tuple(round(values[gap]) for gap in gaps),
        shared=sum(pairs for variable, pairs in copies if round(values[variable])),
    )


def _cell_rows(program: Program, arcs: Sequence[tuple[int, int, int]], blueprint: Blueprint, forms: int) -> list[int]:
    by_cell: dict[int, list[int]] = defaultdict(list)
    for _, cell, variable in arcs:
        by_cell[cell].append(variable)
    gaps = []
    for number, want in enumerate(blueprint.cells):
        gaps.append(program.variable(_GAP, forms * want.count))
        program.row([(gaps[-1], 1.0), *((v, 1.0) for v in by_cell[number])], forms * want.count, forms * want.count)
    return gaps
