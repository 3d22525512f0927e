"""Reading single front-matter values, each with a fault instead of an exception. PURE."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from kb.faults import Fault, fault
from kb.frontmatter import FrontMatter

_E = TypeVar("_E", bound=StrEnum)
_VERSION = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_INTERVAL = re.compile(r"(\d{1,3})\s*(个月|月|天|日|年)")


class Reader:
    """Takes values out of a front matter and collects what is wrong with them."""

    def __init__(self, head: FrontMatter, path: str) -> None:
        self.head, self.path, self.faults = head, path, list[Fault]()

    def complain(self, name: str, code: str, **args: object) -> None:
        """Record a fault at the line of a field."""
        line = self.head.lines.get(name) or self.head.lines.get(name.partition(".")[0], 1)
        self.faults.append(fault(self.path, line, code, **args))

    def plain(self, value: object, name: str) -> str:
        """A scalar as text, "" with a fault for anything nested."""
        if isinstance(value, (list, Mapping)):
            self.complain(name, "bad-text", field=name)
            return ""
        return "" if value is None else str(value).strip()

    def text(self, name: str, default: str = "") -> str:
        """A text field; the default when it is absent or empty."""
        return self.plain(self.head.values.get(name), name) or default

    def required(self, name: str) -> str:
        """A text field that must be there."""
        if name not in self.head.values:
            self.faults.append(fault(self.path, 1, "missing-field", field=name))
            return ""
        value = self.text(name)
        if not value and not isinstance(self.head.values[name], (list, Mapping)):
            self.complain(name, "empty-text", field=name)
        return value

    def items(self, name: str) -> list[tuple[str, object]]:
        """A list field as (dotted name, item) pairs; a single value counts as a list of one."""
        value = self.head.values.get(name)
        if value is None:
            return []
        if isinstance(value, Mapping):
            self.complain(name, "bad-list", field=name)
            return []
        return [(f"{name}.{i}", item) for i, item in enumerate(value if isinstance(value, list) else [value])]

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts without the empty ones."""
        found = [self.plain(item, at) for at, item in self.items(name)]
        return tuple(t for t in found if t)

    def choice(self, name: str, kind: type[_E], default: _E | None) -> _E | None:
        """One of an enumeration's values."""
        value = self.text(name)
        if not value:
            return default
        try:
            return kind(value)
        except ValueError:
            self.complain(name, "bad-choice", field=name, value=value, choices=", ".join(kind))
            return default

    def day(self, name: str) -> date | None:
        """An ISO date."""
        value = self.head.values.get(name)
        if value is None or value == "":
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.complain(name, "bad-date", field=name, value=value)
            return None

    def version(self) -> int:
        """The version, 1 by default."""
        value = self.head.values.get("version", "1")
        if isinstance(value, str) and _VERSION.fullmatch(value):
            return int(value)
        self.complain("version", "bad-version", value=value)
        return 1

    def due(self, name: str, since: date | None) -> date | None:
        """The day until which a review holds, from an interval such as `6 个月`."""
        value = self.text(name)
        m = _INTERVAL.fullmatch(value)
        if value and m is None:
            self.complain(name, "bad-interval", value=value)
        if m is None or since is None:
            return None
        try:
            return add_interval(since, int(m[1]), m[2])
        except (ValueError, OverflowError):  # beyond the year 9999
            self.complain(name, "bad-interval", value=value)
            return None


def add_interval(day: date, count: int, unit: str) -> date:
    """The day `count` days, months or years later; the last of the month where the day does not exist."""
    if unit in {"天", "日"}:
        return day + timedelta(days=count)
    months = day.month - 1 + count * (12 if unit == "年" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
