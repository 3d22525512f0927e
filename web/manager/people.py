"""One person, for those who may see them; and one's own results, for everybody."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from kb.db import reading
from quiz.people.directory import units as every_unit
from quiz.people.roles import EVERYWHERE
from quiz.reports.answers import AnswerLine, answers_of
from quiz.reports.people import PersonPage, employee_id_of, own_page, person_page
from quiz.reports.sums import topic_sums
from web import params
from web.access import me
from web.clock import now
from web.manager.asked import SOURCES, Asked, Scope, asked, scope
from web.manager.titles import titles
from web.wiring import services


@dataclass(frozen=True, slots=True)
class Shown:
    """A person's page with the paper that is open on it, 0 for none, everybody's accuracy by topic, and the other sources that tell something."""

    page: PersonPage
    paper: int
    answers: tuple[AnswerLine, ...]
    branch: dict[str, float]
    units: dict[int, str]
    beside: tuple[str, ...]


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of people."""
    blueprint.add_url_rule("/manager/people/<number>", view_func=person)
    blueprint.add_url_rule("/me", view_func=mine)


def person(number: str) -> Response:
    """Somebody's months, topics, papers and answers. Raises NotFoundError and AccessError; one's own number leads to one's own results."""
    if number.upper() == me().number:
        args: dict[str, Any] = request.args.to_dict()
        return make_response(redirect(url_for("manager.mine", **args), 302))
    with reading(services().engine) as db:
        wanted, seen = asked(db), scope(db)
        shown = person_shown(db, wanted, seen, number)
    return make_response(render_template("manager/person.html", asked=wanted, shown=shown, own=False, titles=titles()))


def mine() -> str:
    """One's own results, as far as they are released."""
    with reading(services().engine) as db:
        wanted = asked(db, own=True)
        shown = own_shown(db, wanted)
    return render_template("manager/person.html", asked=wanted, shown=shown, own=True, titles=titles())


def person_shown(db: Session, wanted: Asked, mine: Scope, number: str) -> Shown:
    """Somebody, as far as the one who looks may see. Raises NotFoundError and AccessError."""
    within = None if me().role in EVERYWHERE else mine.seen
    key = employee_id_of(db, number)
    page = person_page(db, wanted.period, key, within, now())
    whole = within is None or (page.person.unit is not None and page.person.unit.id in within)
    return _shown(db, wanted, page, [] if not _paper() else list(answers_of(db, _paper(), key, None if whole else within, now())))


def own_shown(db: Session, wanted: Asked) -> Shown:
    """The one who looks, as far as results are released."""
    page = own_page(db, wanted.period, me().id, now())
    return _shown(db, wanted, page, [] if not _paper() else list(answers_of(db, _paper(), me().id, None, now(), own=True)))


def _paper() -> int:
    return params.number(request.args, "paper", 0, 1, 2**31)


def _shown(db: Session, wanted: Asked, page: PersonPage, answers: list[AnswerLine]) -> Shown:
    branch = {topic: sums.share for topic, sums in topic_sums(db, wanted.period).items()}
    names = {unit.id: unit.name for unit in every_unit(db).values()}
    known = {source for topic in page.topics for source in topic.sources}
    beside = tuple(source for source in SOURCES if source in known and source != wanted.period.source)
    return Shown(page, _paper(), tuple(answers), branch, names, beside)
