"""Where the branch, the district or the hall stands, and which three things to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from kb.db import reading
from quiz.exams.tallies import EXAM
from quiz.practice.assignments import AT_ONCE, Assignment, Wish, assignments, count_meant
from quiz.reports.overview import Do, Overview
from quiz.reports.overview import overview as overview_of
from quiz.reports.participation import Absent, absentees, sitting_of
from quiz.reports.sums import kept
from web.clock import now, today
from web.manager import findings
from web.manager.asked import Asked, Scope, asked, scope
from web.manager.demand import demand
from web.manager.pictures import picture
from web.manager.titles import titles
from web.manager.topics import DUE_IN
from web.wiring import services

_FEW = 6  # absent people who are named at once
_LATEST = 50  # assignments


@dataclass(frozen=True, slots=True)
class Ready:
    """What one click assigns: a topic, to so many people of a unit, by a day; `given` where that was done already and is not due yet."""

    unit_id: int
    people: int
    due: date
    given: Assignment | None


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the first page."""
    blueprint.add_url_rule("/manager", view_func=overview)


def overview() -> str:
    """The first page."""
    with reading(services().engine) as db:
        wanted = asked(db)
        mine = scope(db, wanted.unit)
        found = overview_of(db, wanted.period, mine.units, mine.seen, now(), demand(db, wanted.period))
        ready, away = _ready(db, wanted, mine, found), _away(db, wanted, mine, found)
    return render_template(
        "manager/overview.html",
        asked=wanted,
        scope=mine,
        found=found,
        board=found.board,
        titles=titles(),
        ready=ready,
        away=away,
        of_trend=findings.of_trend(found.board, found.trend),
        of_funnel=findings.of_funnel(found.board.halls),
        of_topics=findings.of_topics(found.topics.lines, low=[line.outside for line in found.board.halls] == ["low"]),
        pictures={name: picture(name, wanted, len(found.topics.lines)) for name in ("trend", "funnel", "topics")},
    )


def _ready(db: Session, wanted: Asked, mine: Scope, found: Overview) -> Ready | None:
    """The topic to train as one click assigns it; None where the click needs more to be chosen first."""
    topic = next((item.topic for item in found.todo if item.what is Do.TRAIN and item.topic), None)
    if topic is None or not topic.topic or mine.root is None or wanted.period.source != EXAM:
        return None
    known = assignments(db, mine.units, mine.seen, _LATEST)
    given = next((one for one in known if one.topic == topic.topic and one.unit.id == mine.root.id and one.due_on >= today()), None)
    due = today() + DUE_IN
    wish = Wish(topic.topic, mine.root.id, due, wanted.period)
    people = kept(db, ("meant", wish), topic.sums, lambda: count_meant(db, wish, mine.units, now()))  # minutes old at most; assigning counts anew
    return Ready(mine.root.id, people, due, given) if given or 0 < people <= AT_ONCE else None


def _away(db: Session, wanted: Asked, mine: Scope, found: Overview) -> Sequence[Absent]:
    """Who did not sit, where they are few enough to be named at once."""
    item = next((item for item in found.todo if item.what is Do.CALL_IN), None)
    if item is None or item.people > _FEW or wanted.period.source != EXAM:
        return ()
    sitting = sitting_of(db, wanted.period.last, mine.units, now())
    return absentees(db, sitting, mine.units, mine.seen, _FEW) if sitting else ()
