"""What a manager's page is asked for: the period out of the address, and the units that the one who looks may see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from kb.errors import AccessError, NotFoundError, QueryError
from quiz.exams.tallies import EXAM, PRACTICE, SPOT
from quiz.people.directory import units as every_unit
from quiz.people.roles import EVERYWHERE, Unit, UnitKind, subtree, units_seen
from quiz.reports.participation import last_day, open_month
from quiz.reports.sums import month_to_show, months_known, months_with_answers
from quiz.statistics.period import LONGEST, Period, is_month, months_between
from web import params
from web.access import me
from web.clock import now, today

SOURCES = (EXAM, SPOT, PRACTICE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A period, the months there are to choose from, and the unit to which the page keeps, 0 for all.

    `opened` is a later month that has begun and waits behind this one, with the day on which its exam or the month itself ends; None where the
    address chose.
    `underway` tells that the period's last month is not over and answers of its source still come in (an exam says so itself); `earlier` is then the
    last month before it in which somebody answered, "" for none.
    """

    period: Period
    months: tuple[str, ...]
    unit: int = 0
    opened: tuple[str, date] | None = None
    underway: bool = False
    earlier: str = ""

    def address(self, **changes: Any) -> dict[str, Any]:
        """The parameters that lead back here, with changes."""
        period = self.period
        given: dict[str, Any] = {"first": period.first, "last": period.last, "source": period.source, "unit": self.unit, **changes}
        if given["source"] == EXAM:
            given["source"] = ""
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Scope:
    """Every unit, and those whose people's results may be seen; `root` is the highest of them."""

    units: Mapping[int, Unit]
    seen: frozenset[int]
    root: Unit | None

    @property
    def within(self) -> frozenset[int] | None:
        """The units to keep to in a query, None where that is all of them."""
        return None if self.seen >= self.units.keys() else self.seen

    def narrowed(self, unit_id: int) -> "Scope":
        """A unit and what is below it, everything for 0. Raises NotFoundError, and AccessError for a unit that is none of theirs."""
        if not unit_id:
            return self
        if unit_id not in self.units:
            raise NotFoundError("report-unit")
        if unit_id not in self.seen:
            raise AccessError("not-allowed")
        return replace(self, seen=subtree(self.units.values(), unit_id), root=self.units[unit_id])

    @property
    def halls(self) -> list[Unit]:
        """The halls seen, by code."""
        return [unit for unit in self.units.values() if unit.id in self.seen and unit.kind is UnitKind.HALL]

    @property
    def choices(self) -> list[Unit]:
        """The units that a form offers: districts and halls, as many as a list can bear."""
        return params.offered([*self.districts, *self.halls])

    @property
    def districts(self) -> list[Unit]:
        """The districts seen, by code."""
        return [unit for unit in self.units.values() if unit.id in self.seen and unit.kind is UnitKind.DISTRICT]


def asked(db: Session, *, own: bool = False) -> Asked:
    """The period of the address, or else the last month that says something, of `own` results the last one with any. Raises QueryError."""
    months = months_known(db)
    source = params.text(request.args, "source") or EXAM
    if source not in SOURCES:
        raise QueryError("bad-parameter", name="source", value=source, why=" | ".join(SOURCES))
    first, last = (_month(name) for name in ("first", "last"))
    opened = _begun(db, source) if not own and not (first or last) else None
    if not (first or last):
        first = last = month_to_show(db, source, months[-60:], opened[0] if opened else "") or f"{today():%Y-%m}"
    first, last = sorted((first or last, last or first))
    if len(months_between(first, last)) > LONGEST:
        raise QueryError("report-range", most=LONGEST)
    waiting = opened if opened and opened[0] > last else None
    unit = params.number(request.args, "unit", 0, 1, 999_999_999)
    underway = source != EXAM and last == f"{today():%Y-%m}"
    before = months_with_answers(db, source, [month for month in months[-60:] if month < last]) if underway else []
    return Asked(Period(first, last, source), tuple(sorted({*months, first, last})), unit, waiting, underway, before[-1] if before else "")


def _begun(db: Session, source: str) -> tuple[str, date] | None:
    """The month that has begun and is not over: that of an open exam, the calendar's for what is answered every day."""
    if source == EXAM:
        return open_month(db, now())
    month = f"{today():%Y-%m}"
    return month, last_day(month, now())


def _month(name: str) -> str:
    text = params.text(request.args, name)
    if text and not is_month(text):
        raise QueryError("bad-parameter", name=name, value=text, why="2026-10")
    return text


def scope(db: Session, unit_id: int = 0) -> Scope:
    """What the one who looks may see, or of that one unit and below. Raises NotFoundError, and AccessError for a unit that is none of theirs."""
    units = every_unit(db)
    who = me()
    mine = frozenset(units) if who.role in EVERYWHERE else units_seen(who, units.values())
    return Scope(units, mine, _highest(units, mine)).narrowed(unit_id)


def _highest(units: Mapping[int, Unit], seen: frozenset[int]) -> Unit | None:
    """The unit above all others seen, None where there are several such or none."""
    tops = [units[key] for key in seen if units[key].parent_id not in seen]
    return tops[0] if len(tops) == 1 else None
