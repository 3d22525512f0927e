"""The paper 试卷: which form somebody gets, in which order questions and options are shown, and what of it may be sent to them. PURE.

The drawing depends on the exam's seed and the employee's number alone. Whoever sits the exam speaks in shown terms, numbers from 1 and indexes of
options as they stand on the screen; what is kept is canonical.
"""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from quiz.questions.grading import Response, tidied, valid_response
from quiz.questions.question import CHOICES, Question, QuestionType


@dataclass(frozen=True, slots=True)
class Item:
    """A question at a position (from 1) of a form."""

    position: int
    revision_id: int
    points: float
    question: Question


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands at one place of somebody's paper; `order` gives for each shown option or step its canonical index."""

    position: int
    order: tuple[int, ...] = ()


Layout = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it may be sent to whoever sits the exam: no key, no explanation, no difficulty, no sign of what is right."""

    n: int
    type: QuestionType
    stem: str
    lines: tuple[str, ...]  # options or steps in the order shown
    points: float


def _chance(seed: int, number: str, what: str) -> random.Random:
    return random.Random(hashlib.sha256(f"{seed}:{number}:{what}".encode()).digest())  # noqa: S311 - drawn again from the same seed, not secret


def form_for(seed: int, number: str, forms: int) -> int:
    """Which of so many forms an employee gets, from 0."""
    return _chance(seed, number, "form").randrange(forms)


def draw(seed: int, number: str, items: Sequence[Item]) -> Layout:
    """The order in which an employee sees questions and options. Steps to be put in order never stand in the right order."""
    chance = _chance(seed, number, "layout")
    drawn = [Slot(item.position, _order(item.question, chance)) for item in items]
    chance.shuffle(drawn)
    return tuple(drawn)


def _order(question: Question, chance: random.Random) -> tuple[int, ...]:
    canonical = list(range(len(lines_of(question))))
    order = chance.sample(canonical, len(canonical))
    while question.type is QuestionType.ORDERING and len(order) > 1 and order == canonical:
        chance.shuffle(order)
    return tuple(order)


def lines_of(question: Question) -> tuple[str, ...]:
    """The texts of options or steps in canonical order; none for the types that have neither."""
    if question.type in CHOICES:
        return tuple(option.text for option in question.options)
    return question.steps if question.type is QuestionType.ORDERING else ()


def layout_to_json(layout: Layout) -> list[dict[str, Any]]:
    """As `AttemptRow.layout` keeps it."""
    return [{"position": slot.position, "order": list(slot.order)} for slot in layout]


def layout_from_json(data: Sequence[Mapping[str, Any]]) -> Layout:
    """The layout kept by `layout_to_json`."""
    return tuple(Slot(slot["position"], tuple(slot["order"])) for slot in data)


def to_canonical(question: Question, order: Sequence[int], shown: object) -> Response:
    """The canonical response of one in shown terms, tidied. Raises ValueError when it is no response to the question."""
    if not valid_response(question, shown):
        raise ValueError(shown)
    return tidied(question, _mapped(question, order, cast("Response", shown)))


def to_shown(question: Question, order: Sequence[int], response: Response) -> Response:
    """A canonical response in shown terms."""
    back = [0] * len(order)
    for place, index in enumerate(order):
        back[index] = place
    return tidied(question, _mapped(question, back, response))


def _mapped(question: Question, order: Sequence[int], response: Response) -> Response:
    if isinstance(response, list):
        return [order[index] for index in response]
    return order[response] if question.type in CHOICES and isinstance(response, int) else response


def ask(n: int, item: Item, slot: Slot) -> Asked:
    """The question at a place of a paper, as it may be sent."""
    lines = lines_of(item.question)
    return Asked(n, item.question.type, item.question.stem, tuple(lines[index] for index in slot.order), item.points)
