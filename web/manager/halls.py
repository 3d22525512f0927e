"""The halls against each other, and one hall: its people, its topics, what it knows least."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session

from kb.db import reading
from quiz.exams.tallies import EXAM
from quiz.people.roles import Unit, UnitKind
from quiz.reports.lines import HallLine, PersonLine
from quiz.reports.overview import TrendPoint, trend
from quiz.reports.participation import Absent, absentees, sitting_of
from quiz.reports.people import people_of
from quiz.reports.questions import ItemLine, missed_in
from quiz.reports.topics import TopicBoard, topics
from quiz.reports.units import Board, board
from web.clock import now
from web.manager import findings
from web.manager.asked import Asked, Scope, asked, scope
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


@dataclass(frozen=True, slots=True)
class HallPage:
    """One hall: its line, None where it has none, topics, months, people, the questions it knows least, and who did not sit."""

    unit: Unit
    board: Board
    line: HallLine | None
    topics: TopicBoard
    trend: tuple[TrendPoint, ...]
    people: list[PersonLine]
    missed: list[ItemLine]
    away: Sequence[Absent]

    @property
    def low(self) -> bool:
        """Whether the hall is lower than chance explains, all topics together."""
        return self.line is not None and self.line.outside == "low"


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the halls."""
    blueprint.add_url_rule("/manager/halls", view_func=halls)
    blueprint.add_url_rule("/manager/halls/<int:unit_id>", view_func=hall)


def halls() -> str:
    """Every hall that one sees; `unit` keeps to a district."""
    by = order(HALL_KEYS, "shrunk")
    with reading(services().engine) as db:
        wanted = asked(db)
        everything = scope(db)
        mine = everything.narrowed(wanted.unit)
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
        page = hall_page(db, wanted, mine, unit)
    own = replace(wanted, unit=unit_id)
    return make_response(
        render_template(
            "manager/hall.html",
            asked=wanted,
            unit=unit,
            board=page.board,
            line=page.line,
            topics=page.topics,
            titles=titles(),
            order=by,
            of_trend=findings.of_trend(page.board, page.trend, page.line),
            of_topics=findings.of_topics(page.topics.lines, low=page.low),
            pictures={"trend": picture("trend", own), "topics": picture("topics", own, len(page.topics.lines))},
            trend=page.trend,
            people=arranged(page.people, by, PERSON_KEYS),
            missed=page.missed,
            away=page.away,
        )
    )


def hall_page(db: Session, wanted: Asked, mine: Scope, unit: Unit) -> HallPage:
    """What there is to know of a hall; `mine` is the hall alone."""
    found = board(db, wanted.period, mine.units, mine.seen, now())
    is_exam = wanted.period.source == EXAM
    sitting = sitting_of(db, wanted.period.last, mine.units, now()) if is_exam else None
    return HallPage(
        unit,
        found,
        next(iter(found.halls), None),
        topics(db, wanted.period, mine.seen, mine.units),
        trend(db, wanted.period, mine.units, mine.seen),
        people_of(db, wanted.period, unit.id, now()),
        missed_in(db, wanted.period, [unit.id], now()) if is_exam else [],
        absentees(db, sitting, mine.units, [unit.id]) if sitting else [],
    )
