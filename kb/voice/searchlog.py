"""The log of searches as what people really asked: one row for each query that was typed to its end. Use cases: they only read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select

from kb.db import UtcDateTime
from kb.tables import SearchRow


def asked_key() -> ColumnElement[str]:
    """What the searches of one query being typed have in common."""
    return case((SearchRow.typing == "", SearchRow.id), else_=SearchRow.typing)


def settled(since: datetime, until: datetime) -> Subquery:
    """The last search of every typing within a time: its columns, `asked` (see `asked_key`) and `best`, the reference of the first hit or None.

    `next_at` is when the same employee asked again, None for a guest and for the last.
    """
    key = asked_key()
    place = func.row_number().over(partition_by=key, order_by=(SearchRow.at.desc(), SearchRow.id)).label("place")
    columns = (
        SearchRow.id, SearchRow.at, SearchRow.employee, SearchRow.hall, SearchRow.query, SearchRow.confident, SearchRow.kind, SearchRow.snapshot,
    )  # fmt: skip
    best = SearchRow.hits[0].as_string().label("best")
    inner = select(*columns, key.label("asked"), best, place).where(SearchRow.at > since, SearchRow.at <= until).subquery()
    last: Select[Any] = select(*(c for c in inner.c if c.name != "place"), _next(inner)).where(inner.c.place == 1)
    return last.subquery()


def _next(inner: Subquery) -> ColumnElement[Any]:
    following = func.lead(inner.c.at, type_=UtcDateTime).over(partition_by=(inner.c.employee, inner.c.place), order_by=(inner.c.at, inner.c.id))
    return case((inner.c.employee != "", following), else_=None).label("next_at")
