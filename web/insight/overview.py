"""One screen: what needs care."""

from datetime import timedelta

from flask import Blueprint, render_template

from kb.authoring.reviewduty import reviews
from kb.db import reading
from kb.voice.topics import voice
from kb.voice.usage import EntryUse, in_use, usage
from quiz.bank.listing import stale_count
from web.clock import now
from web.insight.items import asked_exam
from web.insight.surroundings import current_gaps, everywhere, library
from web.wiring import services

_BACK = 30
_NAMED = 3


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the first page."""
    blueprint.add_url_rule("/insight", view_func=overview)


def overview() -> str:
    """The first page."""
    held, here = library(), everywhere()
    with reading(services().engine) as db:
        _, report = asked_exam(db)
        stale = stale_count(db)
        heard = voice(db, held, now())
        used: dict[str, EntryUse] = usage(db, now() - timedelta(days=_BACK), now())
    lines = in_use(held, here, used)
    gaps = current_gaps(_BACK)
    suspects = [item for item in report.items if item.suspect] if report else []
    disliked = sorted((line for line in lines if line[1].down), key=lambda line: (line[1].up - line[1].down, line[0].id))
    return render_template(
        "insight/overview.html",
        report=report,
        suspects=suspects,
        stale=stale,
        gaps=gaps,
        voice=heard,
        never=sum(not use.used for _, use in lines),
        down=sum(use.down for _, use in lines),
        disliked=disliked[:_NAMED],
        reviews=reviews(held, here),
        named=_NAMED,
    )
