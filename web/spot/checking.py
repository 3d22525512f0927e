"""Recording: a page that works without a network, what it sends, and the script that keeps it on the device."""

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from kb.db import reading
from kb.errors import AccessError, QueryError
from quiz.questions.grading import key_of
from quiz.questions.question import CHOICES, TRUE, Question, QuestionType
from quiz.spot.checking import Receipt, receive
from quiz.spot.message import LONGEST_NOTE, LONGEST_REMARK, MOST_AT_ONCE, Message, by_clerk, read_message
from quiz.spot.sheet import SpotSheet, own_sheet
from web.access import me
from web.clock import now
from web.errors import said
from web.i18n import gettext
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of recording."""
    blueprint.add_url_rule("/spot/checks/<check_id>", view_func=check)
    blueprint.add_url_rule("/spot/checks/<check_id>/answers", view_func=take, methods=["POST"])
    blueprint.add_url_rule("/spot/checks/<check_id>/state", view_func=state)
    blueprint.add_url_rule("/spot/sw.js", view_func=worker)


def check(check_id: str) -> Response:
    """The check page with all that it needs; somebody else's check is shown as its result."""
    try:
        found = _mine(check_id)
    except AccessError:
        return make_response(redirect(url_for("spot.result", check_id=check_id), 303))
    limits = {"note": LONGEST_NOTE, "remark": LONGEST_REMARK}
    return make_response(render_template("spot/check.html", sheet=found, judged=_judged(found), right_key=right_key, limits=limits))


def _mine(check_id: str) -> SpotSheet:
    with reading(services().engine) as db:
        return own_sheet(db, check_id, me())


def right_key(question: Question) -> str:
    """The right answer in words, "" for choices, whose options are marked."""
    if question.type in CHOICES:
        return ""
    if question.type is QuestionType.TRUE_FALSE:
        return gettext("对") if question.key == TRUE else gettext("错")
    return str(key_of(question))


def _judged(found: SpotSheet) -> list[dict[str, Any]]:
    names = {"employee": "employee_id", "revision": "revision_id", "credit": "credit", "note": "note", "change": "change"}
    return [{name: getattr(j, column) for name, column in names.items()} | {"at": j.asked_at.timestamp() * 1000} for j in found.judged]


def take(check_id: str) -> Response:
    """Take judgements in: `{"kept": [[employee, revision, change], …], "refused", "finished"}` once they are in the database."""
    receipt = Receipt()
    for part in by_clerk(_message()):
        with services().sessions.begin() as db:
            receipt += receive(db, check_id, me(), part, now())
    refused = [{"place": r.place, "code": r.error.code, "message": said(r.error)} for r in receipt.refused]
    return jsonify(kept=receipt.kept, refused=refused, finished=receipt.finished)


def _message() -> Message:
    try:
        return read_message(json.loads(request.form.get("message", "")))
    except (ValueError, RecursionError):
        raise QueryError("spot-message-bad", limit=MOST_AT_ONCE) from None


def state(check_id: str) -> Response:
    """What is known of a check by now, for a page that has been away; with a new form token."""
    found = _mine(check_id)
    return jsonify(judged=_judged(found), finished=found.finished_at is not None, csrf=generate_csrf())


def worker() -> Response:
    """The service worker; it has to come from here, for it may only keep what lies below its own address."""
    response = make_response((Path(current_app.static_folder or "") / "js" / "spot-sw.js").read_bytes())
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["Service-Worker-Allowed"] = "/spot/"
    response.headers["Cache-Control"] = "no-cache"
    return response
