"""Months and ranges of months that a report is about. PURE."""

import re
from dataclasses import dataclass

LONGEST = 24  # months
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Period:
    """From a month to a month, both inclusive (2026-10), and whose answers count: exam, spot or practice."""

    first: str
    last: str
    source: str = "exam"

    @property
    def months(self) -> tuple[str, ...]:
        """Every month of the range; a range that ends before it begins has none."""
        return months_between(self.first, self.last)

    @property
    def single(self) -> bool:
        """Whether it is one month."""
        return self.first == self.last


def ordinal(month: str) -> int:
    """The number of a month, to count with."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_at(number: int) -> str:
    """The month of a number."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def is_month(text: str) -> bool:
    """Whether a text is a month of this century written as 2026-10."""
    return _MONTH.fullmatch(text) is not None


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Every month from the first to the last."""
    return tuple(month_at(n) for n in range(ordinal(first), ordinal(last) + 1))


def months_before(month: str, count: int) -> tuple[str, ...]:
    """So many months that end with this one."""
    return months_between(month_at(ordinal(month) - count + 1), month)
