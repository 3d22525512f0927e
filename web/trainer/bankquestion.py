"""One question: as a clerk meets it, what it rests on, its past, and what can be done with it."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.db import reading
from kb.errors import ConflictError, QueryError
from quiz.bank.listing import Detail, detail_of
from quiz.bank.moves import move
from quiz.bank.staleness import reasons
from quiz.bank.state import Move, State, moves_from
from quiz.questions.question import Question
from web import params
from web.access import me
from web.catalogue import library
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext
from web.trainer.surroundings import as_met, entry_of
from web.trainer.words import MOVES
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of a question."""
    blueprint.add_url_rule("/trainer/questions/<question_id>", view_func=question)
    blueprint.add_url_rule("/trainer/questions/<question_id>/move", view_func=move_question, methods=["POST"])


def question(question_id: str) -> str:
    """The page of a question."""
    return page(question_id)


def page(question_id: str, fault: str = "") -> str:
    """The page of a question, with what went wrong. Raises NotFoundError."""
    with reading(services().engine) as db:
        detail = detail_of(db, question_id)
    entry = entry_of(detail.line.entry_id)
    return render_template(
        "trainer/question.html",
        detail=detail,
        entry=entry,
        asked=as_met(detail.current.shown),
        answer=answer_of(detail.current.shown),
        moves=_moves(detail),
        newer=entry.version if entry and entry.version != detail.current.pins.entry.version else 0,
        fault=fault,
    )


def answer_of(asked: Question) -> tuple[str, ...]:
    """The lines of the key."""
    return asked.right


def _moves(detail: Detail) -> tuple[Move, ...]:
    """What can be done; a question that the day alone has made stale can be reconfirmed before it is marked."""
    offered = moves_from(detail.line.state)
    if detail.line.state is State.LIVE and entry_of(detail.line.entry_id):
        revision = detail.current
        if reasons(revision.pins, revision.written.type, library(), today()):
            return (Move.RECONFIRM, *offered)
    return offered


def move_question(question_id: str) -> Response:
    """Do it, and go on where the trainer was."""
    what = params.text(request.form, "move")
    if what not in set(Move):
        raise QueryError("bad-parameter", name="move", value=what, why=gettext("请从列表里选"))
    seen = params.number(request.form, "seen", 0, 1, 1_000_000)
    try:
        with services().sessions.begin() as db:
            move(db, library(), question_id, Move(what), me().number, now(), seen=seen)
            stem = detail_of(db, question_id).line.stem
    except ConflictError as error:
        return make_response(page(question_id, said(error)), STATUS.get(error.code, 409))
    flash(gettext("%(what)s：%(stem)s", what=str(MOVES[what]), stem=stem))
    goal = params.own_path(request.form.get("next", ""))
    return make_response(redirect(goal or url_for("trainer.question", question_id=question_id), 303))
