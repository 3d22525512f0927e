"""Saving clicks, the state of the paper for another device, and handing in.

Saving is the busiest route of the site: the paper comes out of the process's memory, the database sees one read and one insert.
"""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from kb.db import reading
from kb.errors import ConflictError, QueryError
from quiz.exams.clicks import MOST_AT_ONCE, Batch, Refused, read_batch
from quiz.exams.papers import Paper
from quiz.exams.sitting import append, remaining, sheet, submit
from web import params
from web.access import me
from web.errors import said, wants_json
from web.exam.memory import my_attempt, my_paper
from web.exam.paper import flags, shown
from web.i18n import gettext
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of saving and handing in."""
    blueprint.add_url_rule("/exams/<int:exam_id>/events", view_func=events, methods=["POST"])
    blueprint.add_url_rule("/exams/<int:exam_id>/sheet", view_func=state)
    blueprint.add_url_rule("/exams/<int:exam_id>/submit", view_func=confirm)
    blueprint.add_url_rule("/exams/<int:exam_id>/submit", view_func=hand_in, methods=["POST"])


def _paper(exam_id: int) -> Paper:
    """The paper that the page sends for, which is not always that of the one who is signed in by now."""
    return my_paper(exam_id, params.number(request.form, "attempt", 0, 1, 2**53))


def _batch(paper: Paper) -> Batch:
    try:
        return read_batch(paper, json.loads(request.form.get("batch", "[]")))
    except ValueError:
        raise QueryError("clicks-malformed", limit=MOST_AT_ONCE) from None


def events(exam_id: int) -> Response:
    """Save clicks: `{"highest", "remaining", "refused"}` once they are in the database; sending them again does no harm."""
    paper = _paper(exam_id)
    batch = _batch(paper)
    now = services().now()
    who = me().id
    ack = services().writer.write(lambda db: append(db, paper.attempt_id, who, batch.events, now))
    return jsonify(highest=ack.highest, remaining=ack.remaining, refused=_reasons(batch.refused))


def _reasons(refused: tuple[Refused, ...]) -> list[dict[str, Any]]:
    return [{"device": r.device, "seq": r.seq, "code": r.error.code, "message": said(r.error)} for r in refused]


def state(exam_id: int) -> Response:
    """What the paper holds by now, in shown terms, for a page that has been away; with a new form token."""
    attempt = my_attempt(exam_id)
    paper = my_paper(exam_id, attempt.id)
    with reading(services().engine) as db:
        held = sheet(db, attempt.id)
    return jsonify(
        attempt=attempt.id,
        answers=shown(paper, held),
        flags=flags(paper, held),
        highest=held.highest,
        remaining=0 if attempt.submitted_at else remaining(attempt.deadline_at, services().now()),
        submitted=attempt.submitted_at is not None,
        csrf=generate_csrf(),
    )


def confirm(exam_id: int) -> Response:
    """What is not answered yet, before handing in without a script."""
    attempt = my_attempt(exam_id)
    if attempt.submitted_at is not None:
        return make_response(redirect(url_for("exam.result", exam_id=exam_id), 303))
    paper = my_paper(exam_id, attempt.id)
    with reading(services().engine) as db:
        held = sheet(db, attempt.id)
    empty = [n for n, response in shown(paper, held).items() if response is None]
    return make_response(
        render_template(
            "exam/confirm.html",
            paper=paper,
            empty=empty,
            flagged=flags(paper, held),
            remaining=remaining(attempt.deadline_at, services().now()),
        )
    )


def hand_in(exam_id: int) -> Response:
    """Hand in, with the clicks that were still under way; however often the button is pressed, one paper is handed in and the receipt is the same."""
    paper = _paper(exam_id)
    batch = _batch(paper)
    now = services().now()
    who = me().id
    late = _append_last(paper.attempt_id, who, batch, now)
    receipt = services().writer.write(lambda db: submit(db, paper.attempt_id, who, now, paper))
    goal = url_for("exam.result", exam_id=exam_id)
    if wants_json():
        return jsonify(receipt=receipt.receipt, how=receipt.how.value, late=late, refused=_reasons(batch.refused), result=goal)
    flash(gettext("已交卷"))
    return make_response(redirect(goal, 303))


def _append_last(attempt_id: int, who: int, batch: Batch, now: datetime) -> str:
    """Save what was under way, before and apart from handing in, which wants the attempt for itself; why it came too late, "" where it did not."""
    if not batch.events:
        return ""
    try:
        services().writer.write(lambda db: append(db, attempt_id, who, batch.events, now))
    except ConflictError as error:
        return said(error)
    return ""
