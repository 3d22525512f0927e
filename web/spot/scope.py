"""Which halls' checks somebody sees, and the moment it is."""

from collections.abc import Mapping

from flask import request

from kb.calendar import day_of
from kb.errors import QueryError
from quiz.people.roles import EVERYWHERE, Unit, units_seen
from quiz.statistics.period import is_month
from web.access import me
from web.clock import now


def this_month() -> str:
    """The month in Shanghai."""
    return f"{day_of(now()):%Y-%m}"


def month() -> str:
    """The month that the address names, "" where it names none. Raises QueryError."""
    asked = request.args.get("month", "").strip()
    if asked and not is_month(asked):
        raise QueryError("bad-parameter", name="month", value=asked[:80], why="2026-11")
    return asked


def seen(every: Mapping[int, Unit]) -> frozenset[int] | None:
    """The units whose checks somebody sees, None for all."""
    return None if me().role in EVERYWHERE else units_seen(me(), every.values())
