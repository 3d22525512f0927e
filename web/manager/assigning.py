"""Practice assigned from a topic: the button beside what to train next."""

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from kb.errors import QueryError
from quiz.exams.tallies import EXAM
from quiz.practice.assignments import Wish, assign_topic
from quiz.statistics.period import Period, is_month
from web import params
from web.access import me
from web.clock import now, today
from web.errors import said
from web.i18n import gettext
from web.manager.asked import SOURCES, scope
from web.manager.topics import DUE_IN
from web.times import shown_date
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the route of assigning."""
    blueprint.add_url_rule("/manager/assign", view_func=assign, methods=["POST"])


def assign() -> Response:
    """Assign a topic to a unit and go back to where one came from. Raises AccessError for a unit that is none of theirs."""
    form = request.form
    back = params.own_path(form.get("next", "")) or url_for("manager.topics")
    try:
        wish = _wish()
        with services().sessions.begin() as db:
            mine = scope(db)
            done = assign_topic(db, wish, mine.units, mine.seen, me().number, now())
    except QueryError as error:
        flash(said(error))
        return make_response(redirect(back, 303))
    said_ = gettext("已给 %(n)s 人安排“%(topic)s”的练习，%(day)s前完成。", n=done.people, topic=wish.topic, day=shown_date(wish.due_on))
    flash(said_)
    return make_response(redirect(back, 303))


def _wish() -> Wish:
    form = request.form
    period = Period(form.get("first", ""), form.get("last", ""), form.get("source", "") or EXAM)
    known = is_month(period.first) and is_month(period.last) and period.source in SOURCES
    missed = period if known and form.get("whom") != "all" else None
    topic, unit = params.text(form, "topic"), params.number(form, "unit", 0, 1, 999_999_999)
    return Wish(topic, unit, params.day(form, "due", today() + DUE_IN), missed)
