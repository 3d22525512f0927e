"""Tables put in order by links in their heads; the order stands in the address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request

from kb.errors import QueryError
from web import params

Line = TypeVar("Line")
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Order:
    """The column that a table is ordered by, the greatest first where `down`."""

    column: str
    down: bool

    @property
    def text(self) -> str:
        """As it stands in the address."""
        return f"-{self.column}" if self.down else self.column

    def toggled(self, column: str) -> str:
        """What a click on a head asks for."""
        return f"-{column}" if column == self.column and not self.down else column

    def aria(self, column: str) -> str:
        """The state of a head for a screen reader, "" where it is not this one."""
        return "" if column != self.column else "descending" if self.down else "ascending"


def order(columns: Iterable[str], default: str) -> Order:
    """The order of the address. Raises QueryError for a column that is none."""
    text = params.text(request.args, "sort") or default
    found = Order(text.removeprefix("-"), text.startswith("-"))
    if found.column not in set(columns):
        raise QueryError("bad-parameter", name="sort", value=text, why=" | ".join(columns))
    return found


def arranged(lines: Iterable[Line], by: Order, keys: Mapping[str, Callable[[Line], Any]]) -> list[Line]:
    """The lines in that order; those without a value come last either way."""
    every, key = list(lines), keys[by.column]
    known = [line for line in every if key(line) is not None]
    return [*sorted(known, key=key, reverse=by.down), *(line for line in every if key(line) is None)]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the lines."""

    lines: list[Any]
    page: int
    pages: int
    total: int


def paged(lines: list[Any]) -> Page:
    """The page of the address. Raises QueryError."""
    pages = max(1, -(-len(lines) // PER_PAGE))
    page = params.number(request.args, "page", 1, 1, pages)
    return Page(lines[(page - 1) * PER_PAGE : page * PER_PAGE], page, pages, len(lines))
