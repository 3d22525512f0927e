"""What a bulletin is asked for: a month, and a unit that the one who looks may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from kb.calendar import day_of
from kb.errors import AccessError, NotFoundError, QueryError
from quiz.exams.tallies import EXAM
from quiz.people.directory import units as every_unit
from quiz.people.roles import Unit, UnitKind, units_seen
from quiz.reports.sums import months_known, months_with_answers
from quiz.statistics.period import is_month
from web import params
from web.access import me
from web.wiring import services

_MONTHS_BACK = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A month and a unit (None where one sees none), what there is to choose from, and every unit."""

    month: str
    unit: Unit | None
    months: tuple[str, ...]
    seen: tuple[Unit, ...]
    units: Mapping[int, Unit]

    @property
    def offered(self) -> list[Unit]:
        """The units that the form offers."""
        return params.offered(self.seen, self.unit.id if self.unit else 0)


def asked(db: Session) -> Asked:
    """The month and the unit of the address, or the last month with a paper and the highest unit seen.

    Raises QueryError, NotFoundError, and AccessError for a unit that is none of theirs.
    """
    units = every_unit(db)
    mine = units_seen(me(), units.values())
    seen = sorted((unit for unit in units.values() if unit.id in mine), key=lambda unit: _place(unit, units))
    months = months_known(db)[-_MONTHS_BACK:]
    month = _month(db, months)
    return Asked(month, _unit(units, mine, seen), tuple(sorted({*months, month}, reverse=True)), tuple(seen), units)


def _month(db: Session, months: tuple[str, ...]) -> str:
    month = params.text(request.args, "month")
    if month and not is_month(month):
        raise QueryError("bad-parameter", name="month", value=month, why="2026-10")
    if month:
        return month
    found = months_with_answers(db, EXAM, months)
    return found[-1] if found else f"{day_of(services().now()):%Y-%m}"


def _unit(units: Mapping[int, Unit], mine: frozenset[int], seen: list[Unit]) -> Unit | None:
    wanted = params.number(request.args, "unit", 0, 1, 999_999_999)
    if not wanted:
        return seen[0] if seen else None
    if wanted not in units:
        raise NotFoundError("report-unit")
    if wanted not in mine:
        raise AccessError("not-allowed")
    return units[wanted]


def _place(unit: Unit, units: Mapping[int, Unit]) -> tuple[tuple[str, ...], str]:
    """The codes down to a unit: units stand below the one above them."""
    codes, above = [unit.code], unit.parent_id
    while above is not None:
        codes.append(units[above].code)
        above = units[above].parent_id
    return tuple(reversed(codes)), unit.kind.value if unit.kind is UnitKind.HALL else ""
