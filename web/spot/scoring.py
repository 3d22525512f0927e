"""The tables of a month: districts, halls, employees."""

from collections.abc import Mapping
from math import ceil

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from kb.calendar import day_of
from kb.db import reading
from kb.errors import QueryError
from quiz.people.directory import units
from quiz.people.roles import Unit
from quiz.spot.listing import months_with_checks
from quiz.spot.scores import PERSON_HEADER, UNIT_HEADER, UnitScores, person_rows, person_scores, unit_rows, unit_scores
from web import params
from web.clock import now
from web.documents import file_of
from web.i18n import gettext
from web.spot.scope import month, seen, this_month
from web.spot.words import LEVELS
from web.times import shown_moment
from web.wiring import services

PER_PAGE = 100
_EVERYBODY = 100_000


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the tables."""
    blueprint.add_url_rule("/spot/scores", view_func=scores)
    blueprint.add_url_rule("/spot/scores.<any(xlsx, pdf):ending>", view_func=export)


def _level() -> str:
    level = params.text(request.args, "level") or "halls"
    if level not in LEVELS:
        raise QueryError("bad-parameter", name="level", value=level, why=" | ".join(LEVELS))
    return level


def _units(db: Session, chosen: str, every: Mapping[int, Unit]) -> UnitScores:
    mine = seen(every)
    return unit_scores(db, chosen, every, list(every) if mine is None else mine, now())


def scores() -> str:
    """A table of the month, best first."""
    level, page = _level(), params.number(request.args, "page", 1, 1, 100_000)
    with reading(services().engine) as db:
        every = units(db)
        months = months_with_checks(db, seen(every))
        chosen = month(months)
        found = _units(db, chosen, every)
        people = person_scores(db, chosen, every, seen(every), page, PER_PAGE) if level == "people" else None
    every_line = found.districts if level == "districts" else found.halls
    return render_template(
        "spot/scores.html",
        level=level,
        month=chosen,
        months=sorted({*months, chosen, this_month()}, reverse=True),
        whole=found.whole if seen(every) is None else None,
        lines=every_line[(page - 1) * PER_PAGE : page * PER_PAGE],
        people=people,
        page=page,
        pages=max(1, ceil((people.total if people else len(every_line)) / PER_PAGE)),
    )


def export(ending: str) -> Response:
    """The table whole, as a file."""
    level = _level()
    with reading(services().engine) as db:
        every = units(db)
        chosen = month(months_with_checks(db, seen(every)))
        if level == "people":
            rows = person_rows(person_scores(db, chosen, every, seen(every), per_page=_EVERYBODY).people)
        else:
            found = _units(db, chosen, every)
            rows = unit_rows(found.districts if level == "districts" else found.halls)
    title = f"{gettext('抽查')}-{LEVELS[level]}-{chosen}"
    header = PERSON_HEADER if level == "people" else UNIT_HEADER
    return file_of(title, gettext("%(moment)s的数据", moment=shown_moment(now())), header, rows, day_of(now()), ending)
