"""What an inspector's device sends: judgements with the device's own clock, and the end of the check. PURE.

    {"sent": ms, "answers": [{"employee", "revision", "credit", "note", "change", "at": ms}, …], "finished": {"at": ms, "remark"} or null}

`at` and `sent` are by the device's clock, whatever it shows: only their difference counts. `change` grows with every judgement of the same question
by the same clerk, so that an old message which arrives late takes nothing back.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kb.errors import QueryError

CREDITS = (0.0, 0.5, 1.0)  # 不对, 部分对, 对
MOST_AT_ONCE, LONGEST_NOTE, LONGEST_REMARK = 200, 500, 2000
_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement at a place (from 0) of a message; `ago` is how long before the message was sent it was made."""

    employee_id: int
    revision_id: int
    credit: float
    note: str
    change: int
    ago: timedelta
    place: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """The check is over: how long before the message, and what the inspector remarks on it."""

    ago: timedelta
    remark: str


@dataclass(frozen=True, slots=True)
class Message:
    """What can be used of a message; `faulty` are the places (from 0) of answers that cannot."""

    answers: tuple[Judged, ...] = ()
    faulty: tuple[int, ...] = ()
    ending: Ending | None = None


def answer_id(check_id: str, employee_id: int, revision_id: int) -> str:
    """The key of an answer: the same question to the same clerk in the same check is one answer, from whichever device it comes."""
    return hashlib.sha256(f"{check_id}:{employee_id}:{revision_id}".encode()).hexdigest()[:32]


def read_message(data: object) -> Message:
    """A message out of JSON. Raises QueryError when it is none; single answers that are wrong are told by their place."""
    if not isinstance(data, Mapping) or not _is_number(data.get("sent")) or not isinstance(data.get("answers"), list):
        raise QueryError("spot-message-bad", limit=MOST_AT_ONCE)
    items, ending = data["answers"], data.get("finished")
    if len(items) > MOST_AT_ONCE:
        raise QueryError("spot-message-bad", limit=MOST_AT_ONCE)
    read = [_judged(item, data["sent"], place) for place, item in enumerate(items)]
    faulty = tuple(place for place, judged in enumerate(read) if judged is None)
    return Message(tuple(judged for judged in read if judged), faulty, _ending(ending, data["sent"]) if ending is not None else None)


def by_clerk(message: Message) -> tuple[Message, ...]:
    """The message in parts of one clerk each, the end with the last.

    Each part is a transaction of its own: one that counted several clerks would hold the sums of the first while it waits for those of the next, and
    two of them could wait for each other.
    """
    clerks = sorted({judged.employee_id for judged in message.answers})
    parts = [Message(tuple(judged for judged in message.answers if judged.employee_id == clerk)) for clerk in clerks] or [Message()]
    return (*parts[:-1], Message(parts[-1].answers, message.faulty, message.ending))


def _judged(item: object, sent: float, place: int) -> Judged | None:
    if not isinstance(item, Mapping):
        return None
    keys, credit, note, at = [item.get(name) for name in ("employee", "revision", "change")], item.get("credit"), item.get("note", ""), item.get("at")
    whole = all(isinstance(key, int) and not isinstance(key, bool) and 0 < key < _LARGEST for key in keys)
    if not whole or isinstance(credit, bool) or credit not in CREDITS or not _is_text(note, LONGEST_NOTE) or not _is_number(at):
        return None
    employee, revision, change = (int(str(key)) for key in keys)
    return Judged(employee, revision, float(str(credit)), str(note).strip(), change, _ago(sent, at), place)


def _ending(item: object, sent: float) -> Ending:
    if not isinstance(item, Mapping) or not _is_number(item.get("at")) or not _is_text(item.get("remark", ""), LONGEST_REMARK):
        raise QueryError("spot-message-bad", limit=MOST_AT_ONCE)
    return Ending(_ago(sent, item["at"]), str(item.get("remark", "")).strip())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and all(c.isprintable() or c in "\n\t\r" for c in value)


def _ago(sent: float, at: Any) -> timedelta:
    """Never negative, at most a year: a clock that was set between the two makes no date that the database cannot hold."""
    return timedelta(milliseconds=min(max(0.0, sent - at), 366 * 86_400_000.0))


def moment(ago: timedelta, started: datetime, now: datetime) -> datetime:
    """When something happened by our clock: never before the check began."""
    return max(started, now - ago)
