"""Values out of addresses and forms. Each raises QueryError with the name of what is wrong."""

from collections.abc import Iterable, Mapping
from datetime import date

from kb.entry import Kind, Touchpoint
from kb.errors import QueryError
from quiz.people.roles import Unit, UnitKind

MOST_OFFERED = 300


def text(values: Mapping[str, str], name: str, longest: int = 80) -> str:
    """A short line of text, "" where it is missing; control characters are refused."""
    value = values.get(name, "").strip()
    if len(value) > longest or not value.isprintable():
        raise QueryError("bad-parameter", name=name, value=value[:longest], why=f"≤ {longest}")
    return value


def own_path(address: str) -> str:
    """A path of our own site, "" for an address that leads anywhere else."""
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if own else ""


def number(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number within bounds."""
    value = values.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) <= 9) or not low <= int(value) <= high:
        raise QueryError("bad-parameter", name=name, value=value[:80], why=f"{low}–{high}")
    return int(value)


def day(values: Mapping[str, str], name: str, default: date) -> date:
    """A day written as 2026-12-31."""
    value = values.get(name, "").strip()
    try:
        return date.fromisoformat(value) if value else default
    except ValueError:
        raise QueryError("bad-parameter", name=name, value=value[:80], why="2026-12-31") from None


def kind(values: Mapping[str, str]) -> Kind | None:
    """The kind of entry asked for, None for all."""
    value = values.get("kind", "").strip()
    try:
        return Kind(value) if value else None
    except ValueError:
        raise QueryError("bad-parameter", name="kind", value=value[:80], why=" | ".join(Kind)) from None


def touchpoint(values: Mapping[str, str]) -> Touchpoint | None:
    """The touchpoint asked for, None for all."""
    value = values.get("touchpoint", "").strip()
    try:
        return Touchpoint(value) if value else None
    except ValueError:
        raise QueryError("bad-parameter", name="touchpoint", value=value[:80], why=" | ".join(Touchpoint)) from None


def offered(units: Iterable[Unit], chosen: int = 0) -> list[Unit]:
    """The units that a filter lists: all of them, or, where the halls are more than 300, those above them and the chosen one."""
    every = list(units)
    few = sum(unit.kind is UnitKind.HALL for unit in every) <= MOST_OFFERED
    return [unit for unit in every if few or unit.kind is not UnitKind.HALL or unit.id == chosen]
