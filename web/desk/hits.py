"""A hit as the page shows it."""

from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from kb.entry import Entry
from kb.hit import Answer, FactView, Hit
from kb.numerals import asked_quantities
from web.catalogue import Catalogue
from web.rendering import highlighted


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit with its facts parted into numbers and words, the reason why it matched, and the numbers it does not carry.

    `missing` are numbers asked for that the entry does not carry, worth saying only where it carries another of the same sort (`hit.numbers.others`).
    `days_left` is set where the entry ends soon; `quotes` are withdrawn entries whose numbers it would say.
    """

    hit: Hit
    figures: tuple[FactView, ...]
    notes: tuple[FactView, ...]
    why: Markup
    missing: tuple[str, ...]
    days_left: int | None
    quotes: tuple[Entry, ...] = ()


def hit_views(answer: Answer, today: date, shelf: Catalogue) -> list[HitView]:
    """The hits of an answer, best first."""
    asked = tuple(dict.fromkeys(q.text for q in asked_quantities(answer.words)))
    return [replace(_view(hit, asked, today), quotes=shelf.quotes(hit.entry)) for hit in answer.hits]


def _view(hit: Hit, asked: tuple[str, ...], today: date) -> HitView:
    entry = hit.entry
    figures = tuple(f for f in hit.facts if entry.facts[f.name].amount is not None)
    ending = hit.validity.value == "ending" and entry.effective_to is not None
    return HitView(
        hit=hit,
        figures=figures,
        notes=tuple(f for f in hit.facts if f not in figures),
        why=highlighted(hit.matched.text, hit.words),
        missing=tuple(q for q in asked if q not in hit.numbers.carried) if hit.numbers.others else (),
        days_left=(entry.effective_to - today).days if ending and entry.effective_to else None,
    )
