"""The list of people, and the same list as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from flask import Blueprint, Response, render_template, request

from kb.db import reading
from kb.errors import QueryError
from quiz.people import staff
from quiz.people.directory import units
from quiz.people.roles import Role, Unit
from quiz.people.rosterfile import roster_csv, roster_workbook, template
from web import params
from web.clock import today
from web.downloads import EXCEL, download
from web.i18n import gettext
from web.people.scope import options, seen
from web.wiring import services

PER_PAGE = 50
STATES = {"": True, "left": False, "all": None}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter of the address."""

    text: str = ""
    unit: int = 0
    role: str = ""
    state: str = ""

    def wanted(self, within: frozenset[int] | None) -> staff.Wanted:
        """The filter as the use case takes it."""
        return staff.Wanted(within, Role(self.role) if self.role else None, STATES[self.state], self.text)

    def address(self) -> dict[str, str | int]:
        """The filter as parameters of an address."""
        given: dict[str, str | int] = {"text": self.text, "unit": self.unit, "role": self.role, "state": self.state}
        return {name: value for name, value in given.items() if value}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the list."""
    blueprint.add_url_rule("/people", view_func=people)
    blueprint.add_url_rule("/people/export", view_func=export)
    blueprint.add_url_rule("/people/template", view_func=roster_template, endpoint="template")


def asked() -> Asked:
    """The filter of the address. Raises QueryError."""
    role, state = params.text(request.args, "role"), params.text(request.args, "state")
    if (role and role not in set(Role)) or state not in STATES:
        raise QueryError("bad-parameter", name="role, state", value=f"{role} {state}", why=gettext("请从列表里选"))
    return Asked(params.text(request.args, "text"), params.number(request.args, "unit", 0, 1, 999_999_999), role, state)


def people() -> str:
    """The people one may see, filtered, page by page."""
    wanted, page = asked(), params.number(request.args, "page", 1, 1, 100_000)
    with reading(services().engine) as db:
        every = units(db)
        found = staff.people(db, wanted.wanted(seen(every, wanted.unit)), today(), page, PER_PAGE, every)
    pages = max(1, ceil(found.total / PER_PAGE))
    return render_template(
        "people/list.html",
        found=found,
        asked=wanted,
        units=_units(every, wanted.unit),
        page=page,
        pages=pages,
    )


def _units(every: Mapping[int, Unit], chosen: int) -> list[tuple[Unit, int]]:
    """(unit, depth) of those to filter by."""
    mine = options(every.values(), seen(every), closed=True)
    listed = {unit.id for unit in params.offered((unit for unit, _ in mine), chosen)}
    return [(unit, depth) for unit, depth in mine if unit.id in listed]


def export() -> Response:
    """The filtered list as Excel or CSV, in the columns of an import."""
    wanted, kind = asked(), params.text(request.args, "format") or "xlsx"
    if kind not in {"xlsx", "csv"}:
        raise QueryError("bad-parameter", name="format", value=kind, why="xlsx | csv")
    with reading(services().engine) as db:
        every = units(db)
        rows = staff.roster_rows(staff.everybody(db, wanted.wanted(seen(every, wanted.unit)), today()), every)
    name = f"{gettext('花名册')}-{today():%Y%m%d}.{kind}"
    return download(roster_csv(rows), name, "text/csv; charset=utf-8") if kind == "csv" else download(roster_workbook(rows), name, EXCEL)


def roster_template() -> Response:
    """An empty roster to fill in."""
    return download(template(), f"{gettext('花名册模板')}.xlsx", EXCEL)
