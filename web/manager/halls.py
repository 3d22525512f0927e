"""The halls against each other, and one hall: its people, its topics, what it knows least."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, url_for

from kb.db import reading
from quiz.exams.tallies import EXAM
from quiz.people.roles import UnitKind
from quiz.reports.lines import HallLine, PersonLine
from quiz.reports.overview import trend
from quiz.reports.participation import absentees, sitting_of
from quiz.reports.people import people_of
from quiz.reports.questions import missed_in
from quiz.reports.topics import topics
from quiz.reports.units import board
from web.access import me
from web.clock import now
from web.manager import findings
from web.manager.asked import asked, scope
from web.manager.ordering import arranged, order, paged
from web.manager.pictures import picture
from web.manager.titles import titles
from web.wiring import services

HALL_KEYS: Mapping[str, Callable[[HallLine], Any]] = {
    "code": lambda line: line.unit.code,
    "name": lambda line: line.unit.name,
    "district": lambda line: line.district,
    "people": lambda line: line.sums.people or None,
    "taken": lambda line: line.taken,
    "answers": lambda line: line.sums.answers or None,
    "raw": lambda line: line.accuracy.estimate if line.accuracy else None,
    "shrunk": lambda line: line.shrunk,
    "change": lambda line: line.change.estimate if line.change else None,
}
PERSON_KEYS: Mapping[str, Callable[[PersonLine], Any]] = {
    "number": lambda line: line.number,
    "name": lambda line: line.name,
    "answers": lambda line: line.answers or None,
    "raw": lambda line: line.share,
    "shrunk": lambda line: line.shrunk,
}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the halls."""
    blueprint.add_url_rule("/manager/halls", view_func=halls)
    blueprint.add_url_rule("/manager/halls/<int:unit_id>", view_func=hall)


def halls() -> str:
    """Every hall that one sees; `unit` keeps to a district."""
    by = order(HALL_KEYS, "shrunk")
    with reading(services().engine) as db:
        wanted = asked(db)
        everything, mine = scope(db), scope(db, wanted.unit)
        found = board(db, wanted.period, mine.units, mine.seen, now())
    return render_template(
        "manager/halls.html",
        asked=wanted,
        scope=mine,
        every=everything,
        board=found,
        shown=paged(arranged(found.halls, by, HALL_KEYS)),
        order=by,
        of_funnel=findings.of_funnel(found.halls),
        pictures={"funnel": picture("funnel", wanted)},
    )


def hall(unit_id: int) -> Response:
    """One hall; the address of a district leads to its halls. Raises NotFoundError and AccessError."""
    by = order(PERSON_KEYS, "shrunk")
    with reading(services().engine) as db:
        wanted, mine = asked(db), scope(db, unit_id)
        unit = mine.units[unit_id]
        if unit.kind is not UnitKind.HALL:
            return make_response(redirect(url_for("manager.halls", **wanted.address(unit=unit_id)), 302))
        found = board(db, wanted.period, mine.units, mine.seen, now())
        known = topics(db, wanted.period, mine.seen, mine.units)
        sitting = sitting_of(db, wanted.period.last, mine.units, now()) if wanted.period.source == EXAM else None
        points = trend(db, wanted.period, mine.units, mine.seen)
        people = arranged(people_of(db, wanted.period, unit_id, now()), by, PERSON_KEYS)
        missed = missed_in(db, wanted.period, [unit_id], now()) if wanted.period.source == EXAM else []
        away = absentees(db, sitting, mine.units, [unit_id]) if sitting else []
    own = replace(wanted, unit=unit_id)
    return make_response(
        render_template(
            "manager/hall.html",
            asked=wanted,
            unit=unit,
            board=found,
            line=next(iter(found.halls), None),
            topics=known,
            titles=titles(),
            order=by,
            me_number=me().number,
            of_trend=findings.of_trend(found, points, next(iter(found.halls), None)),
            of_topics=findings.of_topics(known.lines),
            pictures={"trend": picture("trend", own), "topics": picture("topics", own, len(known.lines))},
            trend=points,
            people=people,
            missed=missed,
            away=away,
        )
    )
