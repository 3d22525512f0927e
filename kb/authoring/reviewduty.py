"""The duty to look an entry over: what is due, overdue, or nobody's. PURE."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kb.entry import Context, Entry
from kb.library import Library

SOON = timedelta(days=30)


class Duty(StrEnum):
    """How an entry's review stands."""

    OVERDUE = "overdue"
    DUE = "due"
    UNDATED = "undated"  # it says nowhere when it has to be looked over again
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """An entry in force and its review; `days` until it is due, below 0 when overdue, None without a date."""

    entry: Entry
    duty: Duty
    days: int | None


@dataclass(frozen=True, slots=True)
class Reviews:
    """All entries in force, the longest overdue first."""

    lines: tuple[ReviewLine, ...]

    def count(self, duty: Duty | str) -> int:
        """How many stand so."""
        return sum(line.duty == duty for line in self.lines)

    @property
    def unowned(self) -> int:
        """How many nobody answers for."""
        return sum(not line.entry.owner for line in self.lines)

    @property
    def verified(self) -> int:
        """How many somebody answers for, looked over in time."""
        return sum(is_verified(line) for line in self.lines)

    @property
    def share(self) -> float | None:
        """The verified share, None where there are no entries."""
        return self.verified / len(self.lines) if self.lines else None

    @property
    def owners(self) -> tuple[tuple[str, int, int, int], ...]:
        """(owner, entries, due, overdue), most overdue first; "" for nobody."""
        names = {line.entry.owner for line in self.lines}
        rows = [(name, *_counts(line for line in self.lines if line.entry.owner == name)) for name in names]
        return tuple(sorted(rows, key=lambda row: (-row[3], -row[2], row[0])))


def _counts(lines: Iterable[ReviewLine]) -> tuple[int, int, int]:
    own = list(lines)
    return len(own), sum(line.duty is Duty.DUE for line in own), sum(line.duty is Duty.OVERDUE for line in own)


def is_verified(line: ReviewLine) -> bool:
    """Whether somebody answers for an entry and looked it over in time."""
    return bool(line.entry.owner) and line.duty in {Duty.DUE, Duty.VERIFIED}


def reviews(library: Library, context: Context) -> Reviews:
    """How the reviews of the entries in force stand on that day."""
    entries = {entry.id: entry for entry in library.current(context)}
    lines = [_line(entry, context.as_of) for entry in entries.values()]
    return Reviews(tuple(sorted(lines, key=lambda line: (line.days is None, line.days or 0, line.entry.id))))


def _line(entry: Entry, today: date) -> ReviewLine:
    if entry.review_due is None:
        return ReviewLine(entry, Duty.UNDATED, None)
    left = entry.review_due - today
    duty = Duty.OVERDUE if left.days < 0 else Duty.DUE if left <= SOON else Duty.VERIFIED
    return ReviewLine(entry, duty, left.days)
