"""Short answers that wait: read without a name, marked by a key; and those that were marked, corrected with a reason."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.db import reading
from kb.errors import AppError, QueryError
from quiz.exams.judged import Judged, judged_answers
from quiz.exams.marking import Waiting, count_waiting, judge, waiting
from quiz.exams.planning import exam as exam_of
from quiz.exams.regrade import correct
from web import params
from web.access import me
from web.clock import now
from web.errors import STATUS, said
from web.i18n import gettext
from web.wiring import services

MOST_SHOWN = 20
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Step:
    """A credit that can be given, and the key that gives it."""

    value: str
    shown: str
    key: str


STEPS = (Step("0", "0", "1"), Step("0.25", "¼", "2"), Step("0.5", "½", "3"), Step("0.75", "¾", "4"), Step("1", "1", "5"))
_CREDITS = {step.value: float(step.value) for step in STEPS}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of marking."""
    blueprint.add_url_rule("/planner/marking", view_func=marking)
    blueprint.add_url_rule("/planner/marking", view_func=mark, methods=["POST"])
    blueprint.add_url_rule("/planner/<int:exam_id>/marks", view_func=marks)
    blueprint.add_url_rule("/planner/<int:exam_id>/marks", view_func=correct_mark, methods=["POST"])


def marking() -> str:
    """The answers to the question that is next, up to twenty at once."""
    with reading(services().engine) as db:
        every, total = waiting(db, _LOOKED_AT), count_waiting(db)
    group = [one for one in every if _key(one) == _key(every[0])] if every else []
    return render_template("planner/marking.html", group=group[:MOST_SHOWN], same=len(group), total=total, steps=STEPS)


def _key(one: Waiting) -> tuple[int, str]:
    return one.exam_id, one.question.id


def _credit() -> float:
    value = params.text(request.form, "credit")
    if value not in _CREDITS:
        raise QueryError("mark-credit")
    return _CREDITS[value]


def mark() -> Response:
    """Give a credit and go on with the next answer."""
    attempt, position = (params.number(request.form, name, 0, 1, 999_999_999) for name in ("attempt", "position"))
    with services().sessions.begin() as db:
        judge(db, attempt, position, _credit(), me().number, now())
    return make_response(redirect(url_for("planner.marking"), 303))


def marks(exam_id: int) -> str:
    """The short answers of an exam that were marked by hand."""
    return _marks(exam_id)


def _marks(exam_id: int, fault: str = "", tried: tuple[int, int] = (0, 0)) -> str:
    page = params.number(request.args, "page", 1, 1, 100_000)
    with reading(services().engine) as db:
        found = exam_of(db, exam_id)
        shown: list[Judged]
        shown, total = judged_answers(db, exam_id, page)
    why = request.form.get("why", "")[:200]
    return render_template("planner/marks.html", exam=found, shown=shown, total=total, page=page, steps=STEPS, fault=fault, tried=tried, why=why)


def correct_mark(exam_id: int) -> Response:
    """Give a marked answer another credit, with a reason."""
    attempt, position = (params.number(request.form, name, 0, 1, 999_999_999) for name in ("attempt", "position"))
    try:
        with services().sessions.begin() as db:
            changed = correct(db, attempt, position, _credit(), me().number, now(), request.form.get("why", ""))
    except AppError as error:
        return make_response(_marks(exam_id, said(error), (attempt, position)), STATUS.get(error.code, 400))
    flash(gettext("得分已改，已记入审计") if changed else gettext("得分没有变"))
    return make_response(redirect(url_for("planner.marks", exam_id=exam_id), 303))
