"""A pool dealt out to forms that are alike: one small integer program a form. PURE."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from quiz.forms.balance import EXPECTED_TOLERANCE, INFORMATION_TOLERANCE
from quiz.forms.program import INFINITE, Program

# A form may miss its target by an eighth of what two forms may differ; misses add up, for the last form is what remains.
_WINDOW = 0.125
_MISS = 1_000.0


@dataclass(frozen=True, slots=True)
class Slot:
    """An item for a cell: its expected points, its information, the words that no other item of its form may have, and uses left."""

    item: int
    cell: int
    points: float
    information: float
    words: tuple[str, ...]
    left: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """What every form holds: the count of each cell, the full points, the most items it may share with another."""

    counts: tuple[int, ...]
    points: float
    max_overlap: int


Chosen = tuple[Slot, ...]


def totals(form: Sequence[Slot]) -> tuple[float, float]:
    """Expected points and information of a form."""
    return sum(slot.points for slot in form), sum(slot.information for slot in form)


def miss(forms: Sequence[Chosen], frame: Frame) -> float:
    """How unlike the forms are: 1 where the worse of expected share and information is just within what is allowed."""
    points, amounts = zip(*map(totals, forms), strict=True)
    mean = sum(amounts) / len(amounts)
    apart = (max(amounts) - min(amounts)) / mean if mean else 0.0
    return float(max((max(points) - min(points)) / frame.points / EXPECTED_TOLERANCE, apart / INFORMATION_TOLERANCE))


def split(slots: Sequence[Slot], forms: int, frame: Frame, rng: random.Random) -> list[Chosen] | None:
    """Deal every use of every slot out to so many forms, None where a form finds no solution.

    Each form is chosen so that what remains can still be dealt: a word that stands on as many uses as forms are left must be in this
    one, and the pairs of forms that remaining uses will share stay within what is allowed. Targets are the averages of what remains.
    """
    left, done = list(slots), list[Chosen]()
    for remaining in range(forms, 1, -1):
        points, amount = (sum(total) for total in zip(*((s.points * s.left, s.information * s.left) for s in left), strict=True))
        target = (points / remaining, amount / remaining)
        chosen = choose(left, frame, target, rng, done=done, remaining=remaining)
        if chosen is None:
            return None
        done.append(chosen)
        taken = {(slot.item, slot.cell) for slot in chosen}
        left = [replace(s, left=s.left - ((s.item, s.cell) in taken)) for s in left]
        left = [s for s in left if s.left]
    return [*done, tuple(left)]


def together(slots: Sequence[Slot], forms: int, frame: Frame, rng: random.Random) -> list[Chosen] | None:
    """So many forms in one program, none sharing an item, likeness left aside: for what dealing one form after another cannot solve."""
    program = Program()
    own = [[program.variable(rng.random()) for _ in slots] for _ in range(forms)]
    for columns in own:
        _count_rows(program, slots, columns, frame)
        _word_rows(program, slots, columns, 0)
    uses: dict[int, list[int]] = defaultdict(list)
    for columns in own:
        for column, slot in zip(columns, slots, strict=True):
            uses[slot.item].append(column)
    for once in uses.values():
        program.row(((column, 1.0) for column in once), high=1)
    values = program.solve(gap=1.0)
    if values is None:
        return None
    return [tuple(slot for column, slot in zip(columns, slots, strict=True) if round(values[column])) for columns in own]


def choose(
    slots: Sequence[Slot], frame: Frame, target: tuple[float, float], rng: random.Random, done: Sequence[Chosen] = (), remaining: int = 0
) -> Chosen | None:
    """One form near a target; `remaining` counts it and the forms that must use up what it leaves, 0 where nothing has to be used up."""
    program = Program()
    columns = [program.variable(0.5 + rng.random()) for _ in slots]
    _count_rows(program, slots, columns, frame)
    _word_rows(program, slots, columns, remaining)
    if done or any(slot.left > 1 for slot in slots):
        _overlap_rows(program, slots, columns, frame, done, remaining)
    windows = (_WINDOW * EXPECTED_TOLERANCE * frame.points, _WINDOW * INFORMATION_TOLERANCE * target[1])
    for part, window, scale in ((0, windows[0], 1 / windows[0]), (1, windows[1], 1 / windows[1] if windows[1] else 1.0)):
        over, under = program.variable(_MISS, INFINITE, whole=False), program.variable(_MISS, INFINITE, whole=False)
        own = [(column, (slot.points, slot.information)[part] * scale) for column, slot in zip(columns, slots, strict=True)]
        program.row([*own, (over, -1.0), (under, 1.0)], (target[part] - window) * scale, (target[part] + window) * scale)
    values = program.solve(nodes=500, gap=0.1)
    if values is None:
        return None
    return tuple(slot for column, slot in zip(columns, slots, strict=True) if round(values[column]))


def _count_rows(program: Program, slots: Sequence[Slot], columns: Sequence[int], frame: Frame) -> None:
    by_cell: dict[int, list[int]] = defaultdict(list)
    for column, slot in zip(columns, slots, strict=True):
        by_cell[slot.cell].append(column)
    for cell, count in enumerate(frame.counts):
        program.row(((column, 1.0) for column in by_cell[cell]), count, count)


def _word_rows(program: Program, slots: Sequence[Slot], columns: Sequence[int], remaining: int) -> None:
    by_word: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for column, slot in zip(columns, slots, strict=True):
        for word in slot.words:
            by_word[word].append((column, slot.left))
    for own in by_word.values():
        forced = remaining and sum(left for _, left in own) >= remaining
        if forced or len(own) > 1:
            program.row(((column, 1.0) for column, _ in own), 1 if forced else 0, 1)


def _overlap_rows(program: Program, slots: Sequence[Slot], columns: Sequence[int], frame: Frame, done: Sequence[Chosen], remaining: int) -> None:
    """With n uses left, an item is shared by n(n-1)/2 pairs of the forms to come: n-1 of them with this form."""
    later = max(remaining - 1, 0)
    allowed = frame.max_overlap
    pairs = list(zip(columns, slots, strict=True))
    if shared := [(column, float(slot.left - 1)) for column, slot in pairs if slot.left > 1]:
        program.row(shared, high=allowed * later)
        among = sum(slot.left * (slot.left - 1) / 2 for slot in slots)
        program.row(shared, low=among - allowed * later * (later - 1) / 2)
    for form in done:
        items = {slot.item for slot in form}
        again = [(column, slot) for column, slot in pairs if slot.item in items]
        if again:
            uses = sum(slot.left for _, slot in again)
            program.row(((column, 1.0) for column, _ in again), low=uses - allowed * later if remaining else 0, high=allowed)
