"""The page of the day, and the notebook of mistakes."""

from collections.abc import Mapping
from math import ceil

from flask import Blueprint, render_template, request
from flask_babel import LazyString, lazy_gettext

from kb.calendar import day_of
from kb.db import reading
from quiz.practice import mistakes as notebook
from quiz.practice.dailyfive import Why
from quiz.practice.streak import streak
from web import access, params
from web.practice.rounds import Round, five_of, library, next_of
from web.wiring import services

WHYS: Mapping[Why, LazyString] = {
    Why.MISTAKE: lazy_gettext("错题"),
    Why.ASSIGNED: lazy_gettext("安排给您的"),
    Why.DUE: lazy_gettext("该复习了"),
    Why.CHANGED: lazy_gettext("口径有更新"),
    Why.WEAK: lazy_gettext("薄弱分类"),
    Why.NEW: lazy_gettext("新题"),
}
_LAST_PAGE = 10_000


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the day and the notebook."""
    blueprint.add_url_rule("/practice", view_func=today)
    blueprint.add_url_rule("/practice/mistakes", view_func=mistakes)


def today() -> str:
    """Today's five, how regularly one practises, and how many mistakes wait."""
    _take_mistakes()
    now, me = services().now(), access.me()
    with reading(services().engine) as db:
        five, run = five_of(db), streak(db, me.id, now)
        count = notebook.how_many(db, me.id)
    return render_template("practice/today.html", five=five, run=run, mistakes=count, whys=WHYS)


def mistakes() -> str:
    """The notebook, of one topic or whole."""
    _take_mistakes()
    topic, page = params.text(request.args, "topic"), params.number(request.args, "page", 1, 1, _LAST_PAGE)
    now, me = services().now(), access.me()
    with reading(services().engine) as db:
        found = notebook.mistakes(db, me.id, now, topic=topic, page=page, library=library())
        first = next_of(db, Round(notebook=True, topic=topic))
    pages = ceil(found.total / notebook.PAGE)
    return render_template(
        "practice/mistakes.html", notebook=found, topic=topic, page=page, pages=pages, first=first, today=day_of(now), day_of=day_of
    )


def _take_mistakes() -> None:
    """Bring in the mistakes of exams whose results came out since the last look; writes only when there are any."""
    now, me = services().now(), access.me()
    with reading(services().engine) as db:
        fresh = notebook.untaken(db, me.id, now)
    if fresh:
        with services().sessions.begin() as db:
            for attempt_id in fresh:
                notebook.take_mistakes(db, attempt_id, now)
