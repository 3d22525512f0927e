"""What a browser sends, read as events: shown terms become canonical, and what does not belong on the paper is refused one by one. PURE."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

from kb.errors import QueryError
from quiz.exams.paper import Item, Slot, to_canonical
from quiz.exams.sheet import Event, EventKind, absence

MOST_AT_ONCE = 200
HIGHEST = 1_000_000_000
_DEVICE = re.compile(r"[0-9a-z-]{4,32}")


class Places(Protocol):
    """A paper, as far as reading clicks needs it."""

    def at(self, place: int) -> tuple[Item, Slot]:
        """The question at a place. Raises LookupError."""
        ...


@dataclass(frozen=True, slots=True)
class Refused:
    """A click that cannot be taken, by its device and number, with the reason."""

    device: str
    seq: int
    error: QueryError


@dataclass(frozen=True, slots=True)
class Batch:
    """The clicks of one message."""

    events: tuple[Event, ...]
    refused: tuple[Refused, ...]


def read_batch(paper: Places, told: Any) -> Batch:
    """The events of `[{"device", "seq", "kind", "n", "value"}, …]`; `n` is the place shown.

    Raises QueryError when the message is no such list, has no names to acknowledge by, or is too long. A click that names no question of the paper,
    or answers in a way that the question does not have, is refused; the others are taken.
    """
    if not isinstance(told, list) or len(told) > MOST_AT_ONCE:
        raise QueryError("clicks-malformed", limit=MOST_AT_ONCE)
    events, refused = list[Event](), list[Refused]()
    for click in told:
        device, seq = _name(click)
        try:
            events.append(_event(paper, device, seq, click))
        except QueryError as error:
            refused.append(Refused(device, seq, error))
    return Batch(tuple(events), tuple(refused))


def _name(click: Any) -> tuple[str, int]:
    device, seq = (click.get("device"), click.get("seq")) if isinstance(click, dict) else (None, None)
    if not isinstance(device, str) or not _DEVICE.fullmatch(device) or not _is_whole(seq) or not 1 <= seq <= HIGHEST:
        raise QueryError("clicks-malformed", limit=MOST_AT_ONCE)
    return device, seq


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _event(paper: Places, device: str, seq: int, click: dict[str, Any]) -> Event:
    kind, n, value = click.get("kind"), click.get("n", 0), click.get("value")
    if kind in {EventKind.LEFT.value, EventKind.RETURNED.value}:
        return Event(device, seq, EventKind(kind), 0, absence(value))
    if kind not in {EventKind.ANSWER.value, EventKind.FLAG.value} or not _is_whole(n):
        raise QueryError("click-unknown")
    try:
        item, slot = paper.at(n)
    except LookupError:
        raise QueryError("click-no-question", n=n) from None
    if kind == EventKind.FLAG:
        return Event(device, seq, EventKind.FLAG, item.position, value is True)
    try:
        return Event(device, seq, EventKind.ANSWER, item.position, to_canonical(item.question, slot.order, value))
    except ValueError:
        raise QueryError("click-wrong-form", n=n) from None


def changes(paper: Places, device: str, after: int, told: Sequence[tuple[int, EventKind, Any]]) -> Batch:
    """Events for what a form without a script changed: (place, kind, value in shown terms), numbered after the greatest number it was told of."""
    clicks = [{"device": device, "seq": after + i, "kind": kind.value, "n": n, "value": value} for i, (n, kind, value) in enumerate(told, 1)]
    return read_batch(paper, clicks)
