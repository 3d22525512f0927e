"""Questions made from an entry's facts, to be looked at and taken as drafts."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.db import reading
from kb.entry import Context, Kind
from kb.errors import NotFoundError
from quiz.bank.listing import standing
from quiz.bank.moves import take_generated
from quiz.generating.generate import generate
from quiz.questions.question import rendered
from web import params
from web.access import me
from web.catalogue import library
from web.clock import now, today
from web.i18n import gettext
from web.wiring import services

MOST_SEEDS = 9_999


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of making questions."""
    blueprint.add_url_rule("/trainer/generate", view_func=generate_questions)
    blueprint.add_url_rule("/trainer/generate", view_func=take_made, methods=["POST"])


def generate_questions() -> str:
    """The tariffs to choose from, and what the chosen one's facts give."""
    held, day = library(), today()
    entry_id, seed = params.text(request.args, "entry", 200), params.number(request.args, "seed", 0, 0, MOST_SEEDS)
    tariffs = sorted((e for e in held.current(Context(day)) if e.kind is Kind.TARIFF), key=lambda e: (e.topic, e.title))
    chosen = held.pick(entry_id, day) if entry_id else None
    if entry_id and chosen is None:
        raise NotFoundError("entry-missing", id=entry_id[:80])
    made = [rendered(q, held, day) for q in generate(held, day, seed, entry_id)] if chosen else []
    with reading(services().engine) as db:
        states = standing(db, [q.id for q in made])
    return render_template("trainer/generate.html", tariffs=tariffs, chosen=chosen, made=made, states=states, seed=seed)


def take_made() -> Response:
    """Take the ticked ones as drafts."""
    entry_id, seed = params.text(request.form, "entry", 200), params.number(request.form, "seed", 0, 0, MOST_SEEDS)
    with services().sessions.begin() as db:
        done = take_generated(db, library(), entry_id, request.form.getlist("id"), seed, me().number, now())
    taken = len(done.added) + len(done.changed)
    flash(gettext("已采用 %(n)s 题为草稿", n=taken) if taken else gettext("没有采用题目：没有勾选，或题目已在使用"))
    return make_response(redirect(url_for("trainer.generate_questions", entry=entry_id, seed=seed or None), 303))
