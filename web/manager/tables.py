"""The tables that the branch already knows: rank, unit, share examined, score; by district, hall and person; on the page, printed, and as Excel."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from kb.db import reading
from kb.errors import QueryError
from quiz.people.roles import UnitKind
from quiz.reports.people import count_people, fewest_answers, people_ranked
from quiz.reports.rankings import RankLine, rank_districts, rank_halls, rank_people
from quiz.reports.units import board
from web import params
from web.clock import now
from web.manager.asked import Asked, Scope, asked, scope
from web.manager.ordering import paged
from web.wiring import services

LEVELS = ("district", "hall", "person")
MOST_PEOPLE = 3000  # in one table


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `many` where there are too many people for one, and a district has to be chosen."""

    level: str
    lines: tuple[RankLine, ...]
    running: bool
    many: bool = False


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the tables."""
    blueprint.add_url_rule("/manager/tables", view_func=tables)


def level_asked(mine: Scope) -> str:
    """The level of the address, or the highest that one sees several of. Raises QueryError."""
    default = "district" if len(mine.districts) > 1 else "hall" if len(mine.halls) > 1 else "person"
    level = params.text(request.args, "level") or default
    if level not in LEVELS:
        raise QueryError("bad-parameter", name="level", value=level, why=" | ".join(LEVELS))
    return level


def table_of(db: Session, wanted: Asked, mine: Scope, level: str) -> Table:
    """The table of a level; halls and districts are ranked among all that one sees."""
    found = board(db, wanted.period, mine.units, mine.seen, now())
    spread = found.comparison.dispersion
    if level == "district":
        return Table(level, tuple(rank_districts(found.districts, spread)), found.running)
    if level == "hall":
        return Table(level, tuple(rank_halls(found.halls, spread)), found.running)
    halls = None if mine.within is None else {unit.id for unit in mine.units.values() if unit.id in mine.seen}
    if count_people(db, wanted.period, halls) > MOST_PEOPLE * len(wanted.period.months):
        return Table(level, (), found.running, many=True)
    people = people_ranked(db, wanted.period, halls)
    return Table(level, tuple(rank_people(people, mine.units, fewest_answers(wanted.period.source))), found.running)


def tables() -> str:
    """One of the tables."""
    with reading(services().engine) as db:
        wanted = asked(db)
        everything = scope(db)
        mine = everything.narrowed(wanted.unit)
        level = level_asked(mine)
        table = table_of(db, wanted, mine, level)
    kinds = {unit.id: unit.kind for unit in everything.units.values()}
    return render_template(
        "manager/tables.html",
        asked=wanted,
        scope=mine,
        every=everything,
        table=table,
        fewest=fewest_answers(wanted.period.source),
        shown=paged(list(table.lines)),
        levels=[name for name in LEVELS if name == "person" or _several(everything, name)],
        is_branch=kinds.get(wanted.unit) is UnitKind.BRANCH or not wanted.unit,
    )


def _several(everything: Scope, level: str) -> bool:
    return bool(everything.districts if level == "district" else len(everything.halls) > 1)
