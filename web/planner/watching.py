"""An exam while it runs and after: who sat it, who left the page, releasing, calling off, results to save."""

from datetime import datetime

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.db import reading
from quiz.audit import trail
from quiz.exams.editing import editable, preview
from quiz.exams.planning import cancel, release
from quiz.exams.planning import exam as exam_of
from quiz.exams.recordfile import record_workbook
from quiz.exams.remedies import mended
from quiz.exams.sitting import close_overdue
from quiz.exams.state import ExamState, is_released
from quiz.exams.turnout import absent, left, turnout
from quiz.people.directory import units
from web import params
from web.access import me
from web.catalogue import library
from web.clock import now, today
from web.downloads import EXCEL, download
from web.i18n import gettext
from web.planner.surroundings import to_exam
from web.wiring import services

_MOST_CLOSED = 50


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of one exam."""
    blueprint.add_url_rule("/planner/<int:exam_id>", view_func=exam)
    blueprint.add_url_rule("/planner/<int:exam_id>/cancel", view_func=call_off, methods=["POST"])
    blueprint.add_url_rule("/planner/<int:exam_id>/release", view_func=publish, methods=["POST"])
    blueprint.add_url_rule("/planner/<int:exam_id>/results", view_func=results)


def collect(moment: datetime) -> None:
    """Hand in papers whose time is up, so that what is shown is settled; each in a transaction of its own."""
    for _ in range(_MOST_CLOSED):
        with services().sessions.begin() as db:
            if close_overdue(db, moment) is None:
                return


def exam(exam_id: int) -> str:
    """Everything about an exam; `?hall=` lists who of a hall has not begun."""
    hall = params.number(request.args, "hall", 0, 1, 999_999_999)
    moment = now()
    with reading(services().engine) as db:
        found = exam_of(db, exam_id)
    if found.state is ExamState.SCHEDULED and found.opens_at is not None and found.opens_at <= moment:
        collect(moment)
    with reading(services().engine) as db:
        every = units(db)
        planned = found.state is ExamState.SCHEDULED
        can_edit = editable(found, moment)
        return render_template(
            "planner/exam.html",
            exam=found,
            can_edit=can_edit,
            troubled=preview(db, exam_id, library(), moment).troubled if can_edit else [],
            turnout=turnout(db, found, moment) if planned else None,
            left=left(db, exam_id, every) if planned else [],
            absent=absent(db, found, moment, hall) if planned and hall in every else [],
            hall=every.get(hall),
            named=[every[key] for key in sorted(found.audience.units) if key in every],
            released=is_released(found.release, found.closes_at, found.released_at, moment),
            mended=mended(db, exam_id),
            log=trail(db, "exam", exam_id, 50),
            clock=moment,
        )


def call_off(exam_id: int) -> Response:
    """Call the exam off while nobody has started it."""
    with services().sessions.begin() as db:
        cancel(db, exam_id, me().number, now())
    flash(gettext("考试已取消"))
    return make_response(redirect(url_for("planner.exams"), 303))


def publish(exam_id: int) -> Response:
    """Release the results by hand."""
    with services().sessions.begin() as db:
        release(db, exam_id, me().number, now())
    flash(gettext("成绩和解析已公布"))
    return to_exam(exam_id)


def results(exam_id: int) -> Response:
    """Every paper of the exam as an Excel file."""
    with reading(services().engine) as db:
        found = exam_of(db, exam_id)
        data, _ = record_workbook(db, exam_id=exam_id)
    return download(data, f"{found.title}-{gettext('成绩')}-{today():%Y%m%d}.xlsx", EXCEL)
