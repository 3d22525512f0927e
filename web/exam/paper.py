"""The paper: every question at once for the script, a page at a time as ordinary forms without it."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask import Response as Answer

from kb.db import reading
from kb.errors import ConflictError, QueryError
from quiz.exams.clicks import changes
from quiz.exams.paper import Asked, to_shown
from quiz.exams.papers import Attempt, Paper
from quiz.exams.sheet import EventKind, Sheet
from quiz.exams.sitting import append, remaining, sheet
from quiz.questions.grading import Response
from web import params
from web.access import me
from web.answering import ranks_of, shown_response
from web.errors import said
from web.exam.memory import my_attempt, my_paper
from web.i18n import gettext
from web.wiring import services

Change = tuple[int, EventKind, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A question where it stands on the page, with what was answered so far in shown terms; `was` tells later whether a form changed it."""

    asked: Asked
    page: int
    response: Response
    flagged: bool
    was: str
    fault: str = ""
    ranks: list[str] | None = None


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the paper."""
    blueprint.add_url_rule("/exams/<int:exam_id>/paper", view_func=paper)
    blueprint.add_url_rule("/exams/<int:exam_id>/paper", view_func=keep, methods=["POST"])


def paper(exam_id: int) -> Answer:
    """The paper as it stands; before it was started to the instructions, after it was handed in to the result."""
    try:
        attempt = my_attempt(exam_id)
    except ConflictError:
        return make_response(redirect(url_for("exam.intro", exam_id=exam_id), 303))
    if attempt.submitted_at is not None:
        return make_response(redirect(url_for("exam.result", exam_id=exam_id), 303))
    return make_response(_page(attempt, {}))


def _page(attempt: Attempt, faults: dict[int, str]) -> str:
    given = my_paper(attempt.exam_id, attempt.id)
    with reading(services().engine) as db:
        held = sheet(db, attempt.id)
    pages = pages_of(given)
    return render_template(
        "exam/paper.html",
        paper=given,
        attempt=attempt,
        places=[_place(given, held, asked, faults) for asked in given.asked],
        page=params.number(request.values, "page", 1, 1, pages),
        pages=pages,
        highest=held.highest,
        remaining=remaining(attempt.deadline_at, services().now()),
    )


def pages_of(given: Paper) -> int:
    """How many pages a paper has."""
    return -(-len(given.layout) // given.per_page)


def shown(given: Paper, held: Sheet) -> dict[int, Response]:
    """The responses by place, in shown terms."""
    places = {n: given.at(n) for n in range(1, len(given.layout) + 1)}
    return {n: to_shown(item.question, slot.order, held.answers.get(item.position)) for n, (item, slot) in places.items()}


def flags(given: Paper, held: Sheet) -> list[int]:
    """The marked places."""
    return sorted(given.place_of[position] for position in held.flags)


def _place(given: Paper, held: Sheet, asked: Asked, faults: dict[int, str]) -> Place:
    item, slot = given.at(asked.n)
    response = to_shown(item.question, slot.order, held.answers.get(item.position))
    ranks = ranks_of(request.form, asked, f"q{asked.n}") if asked.n in faults else None
    page = (asked.n - 1) // given.per_page + 1
    return Place(asked, page, response, item.position in held.flags, _trace(response), faults.get(asked.n, ""), ranks)


def _trace(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def keep(exam_id: int) -> Answer:
    """Save the page of a form without a script, and go where its button leads. Only what was changed on this form is saved."""
    attempt = my_attempt(exam_id)
    given = my_paper(exam_id, params.number(request.form, "attempt", 0, 1, 2**53))
    told, faults = _told(given)
    batch = changes(given, f"form-{secrets.token_hex(8)}", params.number(request.form, "seen", 0, 0, 10**9), told)
    faults |= {int(str(refused.error.args_.get("n", 0))): said(refused.error) for refused in batch.refused}
    try:
        who, now = me().id, services().now()
        services().writer.write(lambda db: append(db, attempt.id, who, batch.events, now))
    except ConflictError as error:
        flash(said(error))
        return make_response(redirect(url_for("exam.result", exam_id=exam_id), 303))
    if faults:
        return make_response(_page(attempt, faults), 400)
    return make_response(redirect(_goal(exam_id, given), 303))


def _told(given: Paper) -> tuple[list[Change], dict[int, str]]:
    """What was changed on the form, and what could not be read of it."""
    told, faults = list[Change](), dict[int, str]()
    for asked in given.asked:
        was = request.form.get(f"was-{asked.n}")
        if was is None:
            continue
        flagged = f"flag-{asked.n}" in request.form
        if flagged != (f"flagged-{asked.n}" in request.form):
            told.append((asked.n, EventKind.FLAG, flagged))
        try:
            response = shown_response(request.form, asked, f"q{asked.n}")
        except QueryError as error:
            faults[asked.n] = said(error)
            continue
        if _trace(response) != was:
            told.append((asked.n, EventKind.ANSWER, response))
    return told, faults


def _goal(exam_id: int, given: Paper) -> str:
    if request.form.get("go") == "hand-in":
        return url_for("exam.confirm", exam_id=exam_id)
    flash(gettext("已保存"))
    return url_for("exam.paper", exam_id=exam_id, page=params.number(request.form, "go", 1, 1, pages_of(given)))
