"""The life of an exam 考试 and of its results. PURE."""

from datetime import datetime
from enum import StrEnum


class ExamState(StrEnum):
    """Where an exam stands; whether a scheduled one is open follows from its window."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


class Release(StrEnum):
    """When those who sat an exam see results, explanations and links."""

    AT_ONCE = "at_once"  # as soon as the paper is handed in
    AT_END = "at_end"  # when the window has closed
    BY_HAND = "by_hand"  # when a trainer releases them


class HandedIn(StrEnum):
    """How a paper was handed in."""

    BUTTON = "button"
    DEADLINE = "deadline"


class MarkState(StrEnum):
    """Who gave the credit of an answer, or that somebody still has to."""

    AUTO = "auto"
    PENDING = "pending"
    BY_HAND = "by_hand"
    VOID = "void"  # the question was taken out of the paper after a wrong key


UNGRADED = (MarkState.PENDING.value, MarkState.VOID.value)  # marks that count for nothing


def is_released(rule: Release, closes_at: datetime | None, released_at: datetime | None, now: datetime) -> bool:
    """Whether the results of a submitted paper may be seen; a release by hand opens them under any rule."""
    if released_at is not None and released_at <= now:
        return True
    return rule is Release.AT_ONCE or (rule is Release.AT_END and closes_at is not None and closes_at <= now)
