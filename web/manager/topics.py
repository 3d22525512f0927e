"""The topics: which are known least, by which halls, and which to train next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from kb.db import reading
from quiz.people.roles import UnitKind
from quiz.practice.assignments import assignments
from quiz.reports.questions import ItemLine, entries, questions
from quiz.reports.topics import Matrix, TopicBoard, TopicLine, matrix
from quiz.reports.topics import topics as topics_of
from quiz.reports.units import Board, board
from web.clock import now, today
from web.manager import findings
from web.manager.asked import Asked, Scope, asked, scope
from web.manager.demand import demand, untested_said, weights_said
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
    "searches": lambda line: line.searches,
    "weight": lambda line: line.weight,
}


@dataclass(frozen=True, slots=True)
class TopicsPage:
    """Every topic, and halls × topics: the halls of the matrix by name."""

    found: TopicBoard
    halls: dict[int, str]
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic: the comparison of the halls in it, its entries and its questions."""

    board: Board
    entries: list[ItemLine]
    questions: list[ItemLine]


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the topics."""
    blueprint.add_url_rule("/manager/topics", view_func=topics)
    blueprint.add_url_rule("/manager/topics/<path:name>", view_func=topic)


def topics() -> str:
    """Every topic that was answered, what to train next, and halls × topics."""
    by = order(TOPIC_KEYS, "-gain")
    with reading(services().engine) as db:
        wanted = asked(db)
        everything = scope(db)
        mine = everything.narrowed(wanted.unit)
        page = topics_page(db, wanted, mine)
        given = assignments(db, everything.units, everything.seen, limit=10)
    return render_template(
        "manager/topics.html",
        asked=wanted,
        scope=mine,
        every=everything,
        found=page.found,
        lines=arranged(page.found.lines, by, TOPIC_KEYS),
        order=by,
        halls=page.halls,
        matrix=page.matrix,
        given=given,
        assigning=assigning_form(wanted, mine),
        weights_said=weights_said(page.found),
        untested_said=untested_said(page.found),
        of_matrix=findings.of_matrix(page.matrix, page.halls),
        pictures={"heat": picture("heat", wanted, len(page.halls), len(page.matrix.topics))},
    )


def topics_page(db: Session, wanted: Asked, mine: Scope) -> TopicsPage:
    """Every topic that was answered, and halls × topics."""
    halls = dict(heat_halls(db, wanted, mine))
    found = topics_of(db, wanted.period, mine.seen, mine.units, demand(db, wanted.period))
    return TopicsPage(found, halls, matrix(db, wanted.period, list(halls)))


def assigning_form(wanted: Asked, mine: Scope) -> dict[str, Any]:
    """What the form that assigns practice begins with."""
    whole = [mine.root] if mine.root and mine.root.kind is UnitKind.BRANCH else []
    return {"unit": mine.root.id if mine.root else wanted.unit, "due": (today() + DUE_IN).isoformat(), "units": [*whole, *mine.choices]}


def topic(name: str) -> str:
    """One topic: hall by hall, its entries and its questions."""
    by = order(HALL_KEYS, "shrunk")
    with reading(services().engine) as db:
        wanted = asked(db)
        mine = scope(db, wanted.unit)
        page = topic_page(db, wanted, mine, name)
    return render_template(
        "manager/topic.html",
        asked=wanted,
        scope=mine,
        name=name,
        board=page.board,
        shown=paged(arranged([line for line in page.board.halls if line.accuracy], by, HALL_KEYS)),
        order=by,
        entries=page.entries[:100],
        questions=page.questions[:100],
        titles=titles(),
        assigning=assigning_form(wanted, mine),
    )


def topic_page(db: Session, wanted: Asked, mine: Scope, name: str) -> TopicPage:
    """One topic with its halls, entries and questions."""
    found = board(db, wanted.period, mine.units, mine.seen, now(), name)
    return TopicPage(found, entries(db, wanted.period, name), questions(db, wanted.period, now(), topic=name))
