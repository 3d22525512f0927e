"""客户声音: what customers ask, as staff search it; a sudden rise is an early warning."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from kb.calendar import SHANGHAI
from kb.db import reading
from kb.voice.topics import WEEK, Voice
from kb.voice.topics import voice as voice_of
from web import params
from web.access import me
from web.clock import now
from web.insight.surroundings import library
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the customers' voice."""
    blueprint.add_url_rule("/insight/voice", view_func=voice)


def heard() -> tuple[Voice, bool]:
    """(what is asked, whether only in one's own hall). Raises QueryError."""
    mine = params.text(request.args, "mine") == "1" and bool(me().hall)
    with reading(services().engine) as db:
        return voice_of(db, library(), now(), hall=me().hall if mine else ""), mine


def week_names(found: Voice) -> list[str]:
    """The first and the last day of each week, the oldest first: `11-16 ～ 11-22`."""
    names = []
    for ago in reversed(range(found.weeks)):
        last = (found.until - ago * WEEK).astimezone(SHANGHAI)
        first = last - WEEK + timedelta(days=1)
        names.append(f"{first:%m-%d}～{last:%m-%d}")
    return names


def voice() -> str:
    """The topics with their weeks, what rises first."""
    found, mine = heard()
    most = max((n for topic in found.topics for n in topic.weeks), default=0)
    return render_template("insight/voice.html", found=found, weeks=week_names(found), mine=mine, most=most)
