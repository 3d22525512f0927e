"""The sheet 作答: what a paper holds after any number of clicks, in whatever order and however often they arrived. PURE.

Every click is an event with a number that its device gave it. A device begins above every number it was told of (Lamport 1978), so a later click
has a greater number also across devices; of two events on one question the greater (number, device) holds. The sheet depends on the set of events
alone: sending again, late, or in another order changes nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from quiz.questions.grading import Response

_LONGEST_ABSENCE = 24 * 3600


class EventKind(StrEnum):
    """What a click did, or that the page was left and returned to."""

    ANSWER = "answer"
    FLAG = "flag"
    LEFT = "left"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Event:
    """One click: `position` is that of the form, 0 for leaving and returning.

    `value` is a canonical response, a bool for a flag, the seconds of an absence for a return.
    """

    device: str
    seq: int
    kind: EventKind
    position: int = 0
    value: Response = None

    @property
    def turn(self) -> tuple[int, str]:
        """By which the later of two events is told."""
        return self.seq, self.device


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often and how long the page was left, as the browser told it: to be read by people, never punished by the program."""

    left: int = 0
    returned: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a paper holds: responses by position, marked positions, the greatest number of any event, and absences."""

    answers: Mapping[int, Response] = field(default_factory=dict)
    flags: frozenset[int] = frozenset()
    highest: int = 0
    evidence: Evidence = Evidence()


def fold(events: Iterable[Event]) -> Sheet:
    """The sheet of a set of events. An answer that was taken back is left out."""
    latest: dict[tuple[EventKind, int], Event] = {}
    absences: dict[tuple[int, str], Event] = {}
    highest = 0
    for event in events:
        highest = max(highest, event.seq)
        if event.kind in {EventKind.LEFT, EventKind.RETURNED}:
            absences[event.turn] = event
            continue
        known = latest.get((event.kind, event.position))
        if known is None or event.turn > known.turn:
            latest[event.kind, event.position] = event
    told = sorted(latest.values(), key=lambda event: event.position)
    return Sheet(
        answers={e.position: e.value for e in told if e.kind is EventKind.ANSWER and e.value is not None},
        flags=frozenset(e.position for e in told if e.kind is EventKind.FLAG and e.value is True),
        highest=highest,
        evidence=_evidence(absences.values()),
    )


def _evidence(absences: Iterable[Event]) -> Evidence:
    found = list(absences)
    returned = [event for event in found if event.kind is EventKind.RETURNED]
    return Evidence(len(found) - len(returned), len(returned), sum(absence(event.value) for event in returned))


def absence(value: object) -> int:
    """The seconds of an absence as a browser told them: whole, not negative, at most a day; 0 for anything that is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(min(max(0, value), _LONGEST_ABSENCE))  # in this order a NaN is 0


def answers_hash(attempt_id: int, answers: Mapping[int, Response]) -> str:
    """The receipt: SHA-256 in hexadecimal of the attempt and its answers as JSON, keys sorted, without spaces, ASCII only."""
    held = {str(position): value for position, value in answers.items() if value is not None}
    text = json.dumps({"answers": held, "attempt": attempt_id}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
