"""The exams of the one who is signed in: what there is to sit, what to know before, and beginning."""

from datetime import datetime
from itertools import groupby

from flask import Blueprint, Response, make_response, redirect, render_template, url_for

from kb.calendar import SHANGHAI
from kb.db import reading
from quiz.exams.myexams import MyExam, Standing, my_exam, my_exams, start
from quiz.exams.papers import size_of
from quiz.exams.sitting import close, next_overdue
from web.access import me
from web.exam.memory import form, sweep
from web.i18n import gettext
from web.times import shown_moment
from web.wiring import services

_ORDER = {Standing.RUNNING: 0, Standing.OPEN: 0, Standing.COMING: 1, Standing.DONE: 2, Standing.MISSED: 2}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of one's exams."""
    blueprint.add_app_template_global(shown_window)
    blueprint.add_url_rule("/exams", view_func=mine)
    blueprint.add_url_rule("/exams/<int:exam_id>", view_func=intro)
    blueprint.add_url_rule("/exams/<int:exam_id>/start", view_func=begin, methods=["POST"])


def shown_window(opens: datetime, closes: datetime) -> str:
    """`2026年11月22日 09:00 至 13:00`, with the second day where it is another."""
    last = closes.astimezone(SHANGHAI)
    same = opens.astimezone(SHANGHAI).date() == last.date()
    return gettext("%(opens)s 至 %(closes)s", opens=shown_moment(opens), closes=f"{last:%H:%M}" if same else shown_moment(closes))


def mine() -> str:
    """Everything there is to sit, to come, and done."""
    now = services().now()
    sweep(now)
    _settle()
    with reading(services().engine) as db:
        found = my_exams(db, me(), now)
    groups = {rank: list(group) for rank, group in groupby(sorted(found, key=_rank), key=_rank)}
    return render_template("exam/mine.html", now=groups.get(0, []), coming=groups.get(1, [])[::-1], past=groups.get(2, []), any=bool(found))


def _rank(found: MyExam) -> int:
    return _ORDER[found.standing]


def _settle() -> None:
    """Hand in one's own papers whose time is up, without waiting for the sweep."""
    with reading(services().engine) as db:
        overdue = next_overdue(db, services().now(), employee_id=me().id)
    if overdue is not None:
        with services().sessions.begin() as db:
            close(db, overdue, services().now(), form)


def intro(exam_id: int) -> Response:
    """What to know before beginning; who has finished is led to the result."""
    with reading(services().engine) as db:
        found = my_exam(db, exam_id, me(), services().now())
        questions, points = size_of(db, exam_id)
    if found.standing is Standing.DONE:
        return make_response(redirect(url_for("exam.result", exam_id=exam_id), 303))
    return make_response(render_template("exam/intro.html", mine=found, exam=found.exam, questions=questions, points=points))


def begin(exam_id: int) -> Response:
    """Begin, or go on with what was begun."""
    who, now = me(), services().now()
    services().writer.write(lambda db: start(db, exam_id, who, now, form))
    return make_response(redirect(url_for("exam.paper", exam_id=exam_id), 303))
