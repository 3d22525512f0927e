"""Who was meant to sit the month's exams and did not: the list to call them in by."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from kb.db import reading
from quiz.people.roles import district_of
from quiz.reports.participation import Absent, absentees, sitting_of
from web.clock import now
from web.manager.asked import Asked, Scope, asked, scope
from web.manager.ordering import paged
from web.wiring import services

MOST = 3000


@dataclass(frozen=True, slots=True)
class Away:
    """Who did not sit, by district and hall; `running` while they still may."""

    people: Sequence[Absent]
    units: dict[int, tuple[str, str]]  # unit → its name, the name of its district
    held: bool
    running: bool


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the absent."""
    blueprint.add_url_rule("/manager/absent", view_func=absent)


def away_in(db: Session, wanted: Asked, mine: Scope) -> Away:
    """Who did not sit the exams of the period's last month."""
    sitting = sitting_of(db, wanted.period.last, mine.units, now())
    found = absentees(db, sitting, mine.units, [unit.id for unit in mine.halls], MOST) if sitting else []
    units = {unit.id: (unit.name, district_of(unit, mine.units)) for unit in mine.halls}
    ordered = sorted(found, key=lambda one: (units[one.unit_id][::-1], one.number))
    return Away(ordered, units, sitting is not None, sitting is not None and sitting.open)


def absent() -> str:
    """The list."""
    with reading(services().engine) as db:
        wanted = asked(db)
        every = scope(db)
        mine = every.narrowed(wanted.unit)
        found = away_in(db, wanted, mine)
    return render_template("manager/absent.html", asked=wanted, every=every, scope=mine, found=found, shown=paged(list(found.people)))
