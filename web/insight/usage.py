"""How entries are used, and what staff say of them."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import Blueprint, render_template, request

from kb.db import reading
from kb.entry import Entry
from kb.errors import QueryError
from kb.voice.usage import EntryUse, Remark, in_use, remarks
from kb.voice.usage import usage as usage_of
from web import params
from web.clock import now
from web.i18n import gettext
from web.insight.surroundings import DAYS, days, everywhere, library, paged, titles
from web.wiring import services

Line = tuple[Entry, EntryUse]
SHOWN: Mapping[str, Callable[[EntryUse], bool]] = {"": lambda _: True, "never": lambda use: not use.used, "down": lambda use: use.down > 0}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of usage and feedback."""
    blueprint.add_url_rule("/insight/usage", view_func=usage)
    blueprint.add_url_rule("/insight/feedback", view_func=feedback)


def asked_lines() -> tuple[list[Line], str, str, int]:
    """(the lines that are wanted, which, of which topic, within how many days). Raises QueryError."""
    back, show, topic = days(), params.text(request.args, "show"), params.text(request.args, "topic")
    if show not in SHOWN:
        raise QueryError("bad-parameter", name="show", value=show, why=gettext("请从列表里选"))
    with reading(services().engine) as db:
        used = usage_of(db, now() - timedelta(days=back), now())
    lines = in_use(library(), everywhere(), used)
    found = [line for line in lines if SHOWN[show](line[1]) and topic in {"", line[0].topic}]
    return (sorted(found, key=lambda line: -line[1].down) if show == "down" else found), show, topic, back


def usage() -> str:
    """Every entry in force with its use, the most used first."""
    lines, show, topic, back = asked_lines()
    address = _address(days=back, show=show, topic=topic)
    return render_template(
        "insight/usage.html", shown=paged(lines), show=show, topic=topic, topics=_topics(), days=back, choices=DAYS, address=address
    )


def asked_remarks() -> tuple[list[Remark], int, str]:
    """(what staff said, within how many days, of which entry). Raises QueryError."""
    back, entry_id = days(), params.text(request.args, "entry", 200)
    with reading(services().engine) as db:
        return remarks(db, now() - timedelta(days=back), now(), entry_id), back, entry_id


def feedback() -> str:
    """What staff said, the newest first."""
    found, back, entry_id = asked_remarks()
    address = _address(days=back, entry=entry_id)
    return render_template("insight/feedback.html", shown=paged(found, 50), entry=entry_id, titles=titles(), days=back, choices=DAYS, address=address)


def _address(**given: str | int) -> dict[str, str | int]:
    return {name: value for name, value in given.items() if value and (name, value) != ("days", 30)}


def _topics() -> list[str]:
    return sorted({entry.topic for entry in library().current(everywhere())})
