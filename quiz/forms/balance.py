"""What forms hold and how alike they are, counted from the forms themselves: after a draw as after an edit by hand. PURE."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from kb.messages import message
from quiz.forms.blueprint import Blueprint

# The expected shares of two forms differ by at most half a point of a hundred, their information by at most two percent of its mean.
EXPECTED_TOLERANCE = 0.005
INFORMATION_TOLERANCE = 0.02
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Item:
    """A question as a draw sees it.

    `expected` is the share of the credit that people earn, `information` what `quiz.bank.difficulty` makes of it. Of the items that share one of
    the `enemies` (a fact of an entry, say) a form holds one at most. `exposures` counts the forms it was in, `last_used` is a month as
    year · 12 + month, None for never.
    """

    id: str
    expected: float
    information: float
    attributes: Mapping[str, str] = field(default_factory=dict)
    entry_id: str = ""
    enemies: tuple[str, ...] = ()
    exposures: int = 0
    last_used: int | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """An item in a form, for one cell of the blueprint (its number from 0)."""

    item: Item
    cell: int
    points: float


Form = tuple[Picked, ...]


@dataclass(frozen=True, slots=True)
class FormBalance:
    """One form: its full points, the expected share of them, its information, its items by cell and by attribute and value."""

    questions: int
    points: float
    expected: float
    information: float
    cells: tuple[int, ...]
    content: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Balance:
    """All forms: largest less smallest expected share, the same of the information as a share of its mean, and the most items two share."""

    forms: tuple[FormBalance, ...] = ()
    expected_spread: float = 0.0
    information_spread: float = 0.0
    overlap: int = 0


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A demand of the blueprint that is not met, and by how much: `by` is in questions, or in the unit that the sentence names."""

    code: str
    by: float
    args: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str = "zh") -> str:
        """The sentence in `zh` or `en`."""
        return message(self.code, lang, by=self.by, **self.args)


def allowed(item: Item, blueprint: Blueprint, month: int | None = None) -> bool:
    """Whether a question may be asked: not excluded, and not used too lately for an exam in this month; no month, no such rule."""
    if item.id in blueprint.exclude_questions or item.entry_id in blueprint.exclude_entries:
        return False
    return month is None or item.last_used is None or abs(month - item.last_used) >= blueprint.not_used_for_months


def balance_of(forms: Sequence[Sequence[Picked]], blueprint: Blueprint) -> Balance:
    """The balance of any forms, edited ones too. An item counts for its cell only where it really fits there."""
    rows = tuple(_form_balance(form, blueprint) for form in forms)
    ids = [{picked.item.id for picked in form} for form in forms]
    amounts = [row.information for row in rows]
    mean = sum(amounts) / len(amounts) if amounts else 0.0
    return Balance(
        forms=rows,
        expected_spread=_spread([row.expected for row in rows]),
        information_spread=_spread(amounts) / mean if mean else 0.0,
        overlap=max((len(a & b) for a, b in combinations(ids, 2)), default=0),
    )


def _form_balance(form: Sequence[Picked], blueprint: Blueprint) -> FormBalance:
    points = sum(picked.points for picked in form)
    held = Counter(p.cell for p in form if 0 <= p.cell < len(blueprint.cells) and blueprint.cells[p.cell].fits(p.item.attributes, p.item.expected))
    names = dict.fromkeys(name for cell in blueprint.cells for name in cell.filters)
    return FormBalance(
        questions=len(form),
        points=points,
        expected=sum(p.item.expected * p.points for p in form) / points if points else 0.0,
        information=sum(p.item.information for p in form),
        cells=tuple(held[number] for number in range(len(blueprint.cells))),
        content={name: dict(sorted(Counter(p.item.attributes.get(name, "") for p in form).items())) for name in names},
    )


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values) if values else 0.0


def shortfalls_of(forms: Sequence[Sequence[Picked]], blueprint: Blueprint, month: int | None = None) -> tuple[Shortfall, ...]:
    """Everything that these forms do not keep of the blueprint: counts, exclusions, doubles, overlap, alike scores and information."""
    balance = balance_of(forms, blueprint)
    found: list[Shortfall] = []
    for number, (form, row) in enumerate(zip(forms, balance.forms, strict=True), 1):
        found += _form_shortfalls(number, form, row, blueprint)
        if held_back := sum(not allowed(picked.item, blueprint, month) for picked in form):
            found.append(Shortfall("draw-excluded", held_back, {"form": number}))
    if balance.overlap > blueprint.max_overlap:
        found.append(Shortfall("draw-overlap", balance.overlap - blueprint.max_overlap, {"found": balance.overlap, "limit": blueprint.max_overlap}))
    for code, spread, limit in (
        ("draw-expected-spread", balance.expected_spread, EXPECTED_TOLERANCE),
        ("draw-information-spread", balance.information_spread, INFORMATION_TOLERANCE),
    ):
        if spread > limit + _ROUNDING:
            found.append(Shortfall(code, round((spread - limit) * 100, 2), {"found": round(spread * 100, 2), "limit": limit * 100}))
    return tuple(found)


def _form_shortfalls(number: int, form: Sequence[Picked], row: FormBalance, blueprint: Blueprint) -> list[Shortfall]:
    found = [
        Shortfall("draw-count", held - cell.count, {"form": number, "cell": cell.name, "found": held, "want": cell.count})
        for cell, held in zip(blueprint.cells, row.cells, strict=True)
        if held != cell.count
    ]
    if (strange := row.questions - sum(row.cells)) > 0:
        found.append(Shortfall("draw-misplaced", strange, {"form": number}))
    words = Counter(word for picked in form for word in (f"\0{picked.item.id}", *set(picked.item.enemies)))
    if twice := sum(count - 1 for count in words.values() if count > 1):
        found.append(Shortfall("draw-enemies", twice, {"form": number}))
    return found
