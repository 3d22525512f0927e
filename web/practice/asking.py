"""One question at a time, and what was right."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from kb.calendar import day_of
from kb.db import reading
from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.exams.paper import to_shown
from quiz.practice.asking import Outcome, Posed, answer, canonical, outcome, pose
from quiz.questions.grading import Response as Given
from quiz.questions.grading import key_of
from quiz.questions.question import CHOICES
from web import access, params
from web.answering import ranks_of, shown_response
from web.errors import STATUS, said
from web.practice.rounds import Round, current_round, five_of, library, next_of
from web.wiring import services


@dataclass(frozen=True, slots=True)
class Line:
    """An option as it stood on the page: whether it was ticked, and whether it is right."""

    letter: str
    text: str
    ticked: bool
    right: bool


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of a question and its explanation."""
    blueprint.add_url_rule("/practice/questions/<question_id>", view_func=question)
    blueprint.add_url_rule("/practice/questions/<question_id>", view_func=send, methods=["POST"])
    blueprint.add_url_rule("/practice/answers/<token>", view_func=told)


def question(question_id: str) -> str:
    """A question of today's five or of the notebook."""
    with reading(services().engine) as db:
        posed = pose(db, access.me().id, question_id, services().now(), library())
    return _question_page(posed, current_round())


def _question_page(posed: Posed, round_: Round, given: Given = None, fault: str = "") -> str:
    with reading(services().engine) as db:
        five = None if round_.notebook else five_of(db)
    ids = [item.question_id for item in five.items] if five else []
    place = ids.index(posed.question.id) + 1 if posed.question.id in ids else 0
    ranks = ranks_of(request.form, posed.asked) if request.form else None
    return render_template("practice/question.html", posed=posed, round=round_, five=five, place=place, given=given, fault=fault, ranks=ranks)


def send(question_id: str) -> Response:
    """Grade an answer and go on to what was right; what cannot be graded comes back as it was filled in."""
    round_, token, me, now = current_round(), params.text(request.form, "token"), access.me(), services().now()
    given: Given = None
    try:
        with services().sessions.begin() as db:
            found = outcome(db, me.id, token)
            if found is None:
                posed = pose(db, me.id, question_id, now, library())
                response = None
                if not request.form.get("tell"):
                    given = shown_response(request.form, posed.asked)
                    response = _filled_in(posed, given)
                answer(db, me.id, question_id, token, response, now, library())
    except (QueryError, ConflictError) as error:
        if error.code not in {"practice-answer", "practice-changed", "answer-order"}:
            raise
        given = None if error.code == "practice-changed" else given
        return make_response(_question_page(posed, round_, given, said(error)), STATUS[error.code])
    return make_response(redirect(url_for("practice.told", token=token, **round_.query), 303))


def _filled_in(posed: Posed, given: Given) -> Given:
    response = canonical(posed, given)
    if response is None:
        raise QueryError("practice-answer")
    return response


def told(token: str) -> str:
    """What was answered, what is right and why, and the way on."""
    round_ = current_round()
    with reading(services().engine) as db:
        found = outcome(db, access.me().id, token)
        if found is None:
            raise NotFoundError("practice-missing")
        following = next_of(db, round_)
        five = None if round_.notebook else five_of(db)
    given, key = (to_shown(found.posed.question, found.posed.order, r) for r in (found.response, key_of(found.posed.question)))
    return render_template(
        "practice/told.html",
        due=_shown_due(found),
        found=found,
        round=round_,
        five=five,
        following=following,
        given=given,
        key=key,
        lines=_lines(found),
    )


def _shown_due(found: Outcome) -> date:
    """The day of the next meeting among the five, which is never that of the answer."""
    return max(day_of(found.due), day_of(found.at) + timedelta(days=1))


def _lines(found: Outcome) -> list[Line]:
    """The options in the order shown; none for other types."""
    asked = found.posed.question
    if asked.type not in CHOICES:
        return []
    ticked = found.response if isinstance(found.response, list) else [found.response]
    return [
        Line(chr(ord("A") + place), asked.options[index].text, index in ticked, asked.options[index].right)
        for place, index in enumerate(found.posed.order)
    ]
