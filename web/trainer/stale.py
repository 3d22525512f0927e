"""The queue of questions that a new price or a new wording has put out of date."""

from dataclasses import dataclass
from math import ceil

from flask import Blueprint, render_template, request

from kb.db import reading
from kb.faults import Fault
from quiz.bank.listing import StaleItem, stale_queue
from quiz.bank.moves import faults_of
from web import params
from web.catalogue import library
from web.clock import today
from web.trainer.differences import Pair, pairs
from web.trainer.surroundings import title_of
from web.wiring import services

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question of the queue as the page shows it."""

    item: StaleItem
    pairs: tuple[Pair, ...]
    why_not: tuple[Fault, ...]


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the queue."""
    blueprint.add_url_rule("/trainer/stale", view_func=stale)


def stale() -> str:
    """What waits, the longest waiting first."""
    held, day = library(), today()
    with reading(services().engine) as db:
        queue = stale_queue(db, held, day)
    pages = max(1, ceil(len(queue) / PER_PAGE))
    page = min(params.number(request.args, "page", 1, 1, 100_000), pages)
    shown = [
        Waiting(item, pairs(item.before, item.after), tuple(faults_of(item.after, held, day)))
        for item in queue[(page - 1) * PER_PAGE : page * PER_PAGE]
    ]
    titles = {reason.entry_id: title_of(reason.entry_id) for waiting in shown for reason in waiting.item.reasons}
    return render_template("trainer/stale.html", queue=shown, total=len(queue), page=page, pages=pages, titles=titles)
