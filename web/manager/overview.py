"""Where the branch, the district or the hall stands, and which three things to do."""

from flask import Blueprint, render_template

from kb.db import reading
from quiz.reports.overview import overview as overview_of
from web.clock import now
from web.manager import findings
from web.manager.asked import asked, scope
from web.manager.pictures import picture
from web.manager.titles import titles
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the first page."""
    blueprint.add_url_rule("/manager", view_func=overview)


def overview() -> str:
    """The first page."""
    with reading(services().engine) as db:
        wanted = asked(db)
        mine = scope(db, wanted.unit)
        found = overview_of(db, wanted.period, mine.units, mine.seen, now())
    return render_template(
        "manager/overview.html",
        asked=wanted,
        scope=mine,
        found=found,
        board=found.board,
        titles=titles(),
        of_trend=findings.of_trend(found.board, found.trend),
        of_funnel=findings.of_funnel(found.board.halls),
        pictures={"trend": picture("trend", wanted), "funnel": picture("funnel", wanted)},
    )
