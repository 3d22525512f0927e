"""Parallel forms 平行卷 drawn from a bank after a blueprint, by integer programming; the method stands in docs/blueprint.md. PURE."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from quiz.forms.balance import Balance, Form, Item, Picked, Shortfall, allowed, balance_of, shortfalls_of
from quiz.forms.blueprint import Blueprint
from quiz.forms.pool import Pool, fill
from quiz.forms.split import Chosen, Frame, Slot, choose, miss, split, together, totals

__all__ = ["Assembly", "Item", "assemble"]

_ATTEMPTS = 4
_MENDS = 3  # rounds of mending, by forms
_MOST_EXPOSURES = 50
_SPARES = 40


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a draw gave: the forms, each in the order of the cells, how alike they are, and which demands they do not meet.

    There are no forms where counts, exclusions or overlap cannot be met; forms that are merely less alike than wanted are given.
    """

    forms: tuple[Form, ...]
    balance: Balance
    shortfalls: tuple[Shortfall, ...] = ()


@dataclass(frozen=True, slots=True)
class _Supply:
    """The items that may be asked, and the cells that each fits."""

    items: list[Item]
    fits: list[tuple[int, ...]]
    costs: list[float]
    held_back: tuple[int, ...]  # by cell: items that fit but may not be asked


def assemble(items: Sequence[Item], blueprint: Blueprint, forms: int | None = None, seed: int = 0, month: int | None = None) -> Assembly:
    """Draw parallel forms, as many as given or as the blueprint says; the same items, seed and month give the same forms.

    `month` (year · 12 + month) is the month of the exam. Items used in fewer forms before come first, chance decides among equals. Raises
    ValueError for an id given twice, and for a blueprint that looks at earlier use without a month.
    """
    if len({item.id for item in items}) < len(items):
        raise ValueError("an item id is given twice")
    if blueprint.not_used_for_months and month is None:
        raise ValueError("not_used_for_months needs the month of the exam")
    count, rng = forms or blueprint.forms, random.Random(seed)  # noqa: S311 (repeatable, not secret)
    supply = _supply(items, blueprint, rng, month)
    pool = fill(supply.items, supply.fits, supply.costs, blueprint, count)
    found = [*_gaps(supply, pool, blueprint, count), *_sharing(pool, blueprint, count)]
    if found:
        return Assembly((), Balance(), tuple(found))
    frame = Frame(tuple(cell.count for cell in blueprint.cells), blueprint.points, blueprint.max_overlap)
    chosen = _dealt(supply, pool, blueprint, count, frame, rng)
    if chosen is None:
        return Assembly((), Balance(), (Shortfall("draw-undealt", count, {"forms": count}),))
    drawn = tuple(_form(form, supply, blueprint) for form in chosen)
    return Assembly(drawn, balance_of(drawn, blueprint), shortfalls_of(drawn, blueprint, month))


def _supply(items: Sequence[Item], blueprint: Blueprint, rng: random.Random, month: int | None) -> _Supply:
    supply = _Supply([], [], [], (0,) * len(blueprint.cells))
    held = [0] * len(blueprint.cells)
    for item in sorted(items, key=lambda item: item.id):
        cells = tuple(number for number, cell in enumerate(blueprint.cells) if cell.fits(item.attributes, item.expected))
        chance = rng.random()
        if not allowed(item, blueprint, month):
            for cell in cells:
                held[cell] += 1
        elif cells:
            supply.items.append(item)
            supply.fits.append(cells)
            supply.costs.append(min(item.exposures, _MOST_EXPOSURES) + chance)
    return replace(supply, held_back=tuple(held))


def _gaps(supply: _Supply, pool: Pool, blueprint: Blueprint, forms: int) -> list[Shortfall]:
    """Why cells lack questions: too few, or enough that other cells or enemies take away."""
    if not any(pool.missing):
        return []
    friendly = fill([replace(item, enemies=()) for item in supply.items], supply.fits, supply.costs, blueprint, forms)
    reuse = forms if blueprint.max_overlap else 1
    found = []
    for number, (cell, missing) in enumerate(zip(blueprint.cells, pool.missing, strict=True)):
        if not missing:
            continue
        have, need = sum(number in cells for cells in supply.fits), forms * cell.count
        args = {"cell": cell.name, "forms": forms, "need": need, "have": have, "held": supply.held_back[number]}
        code = "draw-short"
        if have * reuse >= need:
            code = "draw-short-enemies" if sum(friendly.missing) < sum(pool.missing) else "draw-short-shared"
        found.append(Shortfall(code, missing, args))
    return found


def _sharing(pool: Pool, blueprint: Blueprint, forms: int) -> list[Shortfall]:
    """Even the pool that shares least may make pairs of forms share more than is allowed."""
    pairs = forms * (forms - 1) // 2
    if any(pool.missing) or pool.shared <= blueprint.max_overlap * pairs:
        return []
    least = -(-pool.shared // pairs)
    return [Shortfall("draw-overlap", least - blueprint.max_overlap, {"found": least, "limit": blueprint.max_overlap})]


def _slot(supply: _Supply, blueprint: Blueprint, item: int, cell: int, left: int = 1) -> Slot:
    own = supply.items[item]
    return Slot(item, cell, own.expected * blueprint.cells[cell].points, own.information, (f"\0{own.id}", *own.enemies), left)


def _dealt(supply: _Supply, pool: Pool, blueprint: Blueprint, forms: int, frame: Frame, rng: random.Random) -> list[Chosen] | None:
    """The best of some attempts: the first that is alike enough ends the search."""
    slots = [_slot(supply, blueprint, item, cell, times) for item, cell, times in pool.uses]
    used = {slot.item for slot in slots}
    spares = _spares(supply, blueprint, used)
    best: list[Chosen] | None = None
    for _ in range(_ATTEMPTS):
        rng.shuffle(slots)
        found = split(slots, forms, frame, rng) or together([*(replace(s, left=1) for s in slots), *spares], forms, frame, rng)
        if found is None:
            continue
        found = _mended(found, spares, frame, rng)
        if best is None or miss(found, frame) < miss(best, frame):
            best = found
        if miss(best, frame) <= 1:
            break
    return best


def _spares(supply: _Supply, blueprint: Blueprint, used: set[int]) -> list[Slot]:
    """The cheapest items of each cell that the pool leaves."""
    found: list[Slot] = []
    order = sorted((n for n in range(len(supply.items)) if n not in used), key=supply.costs.__getitem__)
    for cell in range(len(blueprint.cells)):
        fitting = [n for n in order if cell in supply.fits[n]]
        found += [_slot(supply, blueprint, n, cell) for n in fitting[:_SPARES]]
    return found


def _mended(forms: list[Chosen], spares: Sequence[Slot], frame: Frame, rng: random.Random) -> list[Chosen]:
    """The forms with the unlike ones chosen anew: from their own and spare items, or two of them from what both hold."""
    sums = [totals(form) for form in forms]
    goal = (sum(points for points, _ in sums) / len(forms), sum(amount for _, amount in sums) / len(forms))
    for _ in range(_MENDS * len(forms)):
        before = miss(forms, frame)
        if before <= 1 or len(forms) < 2:
            break
        order = sorted(range(len(forms)), key=lambda n: _distance(forms[n], goal, frame), reverse=True)
        tries = [_renewed(forms, order[0], spares, frame, goal, rng), *(_swapped(forms, order[0], n, frame, rng) for n in order[:0:-1][:3])]
        better = min((found for found in tries if found), key=lambda found: miss(found, frame), default=forms)
        if miss(better, frame) >= before - 1e-9:
            break
        forms = better
    return forms


def _distance(form: Chosen, goal: tuple[float, float], frame: Frame) -> float:
    points, amount = totals(form)
    apart = abs(amount - goal[1]) / goal[1] if goal[1] else 0.0
    return max(abs(points - goal[0]) / frame.points, apart / 4)  # the tolerances differ fourfold


def _renewed(
    forms: list[Chosen], number: int, spares: Sequence[Slot], frame: Frame, goal: tuple[float, float], rng: random.Random
) -> list[Chosen] | None:
    taken = {slot.item for form in forms for slot in form}
    free = [slot for slot in spares if slot.item not in taken]
    others = [*forms[:number], *forms[number + 1 :]]
    own = [replace(slot, left=1) for slot in forms[number]]
    found = choose([*own, *free], frame, goal, rng, done=others) if free else None
    return [*forms[:number], found, *forms[number + 1 :]] if found else None


def _swapped(forms: list[Chosen], first: int, second: int, frame: Frame, rng: random.Random) -> list[Chosen] | None:
    """Two forms dealt anew from what both hold; None where forms may share items, for others may share these."""
    if frame.max_overlap:
        return None
    found = split([replace(slot, left=1) for slot in (*forms[first], *forms[second])], 2, frame, rng)
    if found is None:
        return None
    changed = list(forms)
    changed[first], changed[second] = found
    return changed


def _form(chosen: Chosen, supply: _Supply, blueprint: Blueprint) -> Form:
    """In the order of the cells, then of the ids."""
    picked = (Picked(supply.items[slot.item], slot.cell, blueprint.cells[slot.cell].points) for slot in chosen)
    return tuple(sorted(picked, key=lambda p: (p.cell, p.item.id)))
