"""The topics: which are known least, by which halls, and which to train next."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template

from kb.db import reading
from quiz.practice.assignments import assignments
from quiz.reports.questions import entries, questions
from quiz.reports.topics import TopicLine, matrix
from quiz.reports.topics import topics as topics_of
from quiz.reports.units import board
from web.clock import now, today
from web.manager import findings
from web.manager.asked import Asked, Scope, asked, scope
from web.manager.halls import HALL_KEYS
from web.manager.ordering import arranged, order, paged
from web.manager.pictures import heat_halls, picture
from web.manager.titles import titles
from web.wiring import services

DUE_IN = timedelta(days=7)
TOPIC_KEYS: Mapping[str, Callable[[TopicLine], Any]] = {
    "gain": lambda line: line.gain,
    "topic": lambda line: line.topic,
    "people": lambda line: line.sums.people,
    "answers": lambda line: line.sums.answers,
    "raw": lambda line: line.accuracy.estimate,
    "shrunk": lambda line: line.shrunk,
    "branch": lambda line: line.branch,
    "weight": lambda line: line.weight,
}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the topics."""
    blueprint.add_url_rule("/manager/topics", view_func=topics)
    blueprint.add_url_rule("/manager/topics/<path:name>", view_func=topic)


def topics() -> str:
    """Every topic that was answered, what to train next, and halls × topics."""
    by = order(TOPIC_KEYS, "-gain")
    with reading(services().engine) as db:
        wanted = asked(db)
        everything, mine = scope(db), scope(db, wanted.unit)
        found = topics_of(db, wanted.period, mine.seen, mine.units)
        halls = dict(heat_halls(db, wanted, mine))
        cells = matrix(db, wanted.period, list(halls))
        given = assignments(db, everything.units, everything.seen, limit=10)
    return render_template(
        "manager/topics.html",
        asked=wanted,
        scope=mine,
        every=everything,
        found=found,
        lines=arranged(found.lines, by, TOPIC_KEYS),
        order=by,
        halls=halls,
        matrix=cells,
        given=given,
        assigning=assigning_form(wanted, mine),
        of_matrix=findings.of_matrix(cells, halls),
        pictures={"heat": picture("heat", wanted, len(halls), len(cells.topics))},
    )


def assigning_form(wanted: Asked, mine: Scope) -> dict[str, Any]:
    """What the form that assigns practice begins with."""
    unit = mine.root.id if mine.root else wanted.unit
    return {"unit": unit, "due": (today() + DUE_IN).isoformat(), "units": mine.choices}


def topic(name: str) -> str:
    """One topic: hall by hall, its entries and its questions."""
    by = order(HALL_KEYS, "shrunk")
    with reading(services().engine) as db:
        wanted = asked(db)
        mine = scope(db, wanted.unit)
        found = board(db, wanted.period, mine.units, mine.seen, now(), name)
        known, asked_ = entries(db, wanted.period, name), questions(db, wanted.period, now(), topic=name)
    return render_template(
        "manager/topic.html",
        asked=wanted,
        scope=mine,
        name=name,
        board=found,
        shown=paged(arranged([line for line in found.halls if line.accuracy], by, HALL_KEYS)),
        order=by,
        entries=known[:100],
        questions=asked_[:100],
        titles=titles(),
        assigning=assigning_form(wanted, mine),
    )
