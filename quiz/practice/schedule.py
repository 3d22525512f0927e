"""When somebody should meet a question again: FSRS, values in and values out. PURE.

The published parameters of FSRS-6 and its steps within a day, a recall of 90 % at the due date, and no fuzz, so that the same answers always
give the same days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Any

from fsrs import Card, Scheduler, State
from fsrs import Rating as Grade

from kb import SHANGHAI, day_of

RETENTION = 0.9
RIGHT_DAYS = 2  # right on so many different days in a row, and a mistake leaves the notebook
_SCHEDULER = Scheduler(desired_retention=RETENTION, enable_fuzzing=False)


class Rating(Enum):
    """How an answer went, for the scheduler."""

    AGAIN = Grade.Again
    HARD = Grade.Hard
    GOOD = Grade.Good


@dataclass(frozen=True, slots=True)
class Memory:
    """What the scheduler knows of one person and one question.

    `stability` is in days; `step` counts the steps within a day and is None once the intervals are whole days. `right_days` are the different
    days in a row, up to `right_on`, on which every answer was right.
    """

    state: int
    step: int | None
    stability: float
    difficulty: float
    reviewed_at: datetime
    right_days: int = 0
    right_on: date | None = None

    @property
    def learnt(self) -> bool:
        """Whether a mistake may leave the notebook."""
        return self.right_days >= RIGHT_DAYS


def rating_of(credit: float) -> Rating:
    """Whole credit is good, a part of it hard, none is again.

    Hesitation is not rated: at a counter the time an answer takes says more about who came in than about memory.
    """
    if credit >= 1:
        return Rating.GOOD
    return Rating.HARD if credit > 0 else Rating.AGAIN


def review(memory: Memory | None, rating: Rating, at: datetime) -> tuple[Memory, datetime]:
    """What is known after an answer at an aware moment, and when the question is due again (UTC); None for a question never answered."""
    moment = at.astimezone(UTC)
    card, _ = _SCHEDULER.review_card(_card(memory, moment), rating.value, moment)
    assert card.stability is not None
    assert card.difficulty is not None
    days, on = _right_days(memory, rating, day_of(moment))
    return Memory(card.state.value, card.step, card.stability, card.difficulty, moment, days, on), card.due


def _card(memory: Memory | None, moment: datetime) -> Card:
    """The library's own value; a number is always given, because it waits a millisecond to draw one."""
    if memory is None:
        return Card(card_id=0, due=moment)
    return Card(0, State(memory.state), memory.step, memory.stability, memory.difficulty, moment, min(memory.reviewed_at, moment))


def _right_days(memory: Memory | None, rating: Rating, today: date) -> tuple[int, date | None]:
    if rating is not Rating.GOOD:
        return 0, None
    if memory is None or memory.right_on is None:
        return 1, today
    return memory.right_days + (today > memory.right_on), max(today, memory.right_on)


def day_ends(at: datetime) -> datetime:
    """The end of a moment's day in Shanghai (UTC, exclusive): what is due before it is due today."""
    return datetime.combine(day_of(at) + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def day_begins(at: datetime) -> datetime:
    """The beginning of a moment's day in Shanghai (UTC)."""
    return day_ends(at) - timedelta(days=1)


def to_json(memory: Memory | None) -> dict[str, Any]:
    """A JSON object that `from_json` reads back; empty for None."""
    if memory is None:
        return {}
    return {
        "state": memory.state,
        "step": memory.step,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "reviewed_at": memory.reviewed_at.isoformat(),
        "right_days": memory.right_days,
        "right_on": memory.right_on.isoformat() if memory.right_on else None,
    }


def from_json(data: Mapping[str, Any]) -> Memory | None:
    """The memory of a JSON object made by `to_json`."""
    if not data:
        return None
    return Memory(
        state=data["state"],
        step=data["step"],
        stability=data["stability"],
        difficulty=data["difficulty"],
        reviewed_at=datetime.fromisoformat(data["reviewed_at"]),
        right_days=data["right_days"],
        right_on=date.fromisoformat(data["right_on"]) if data["right_on"] else None,
    )
