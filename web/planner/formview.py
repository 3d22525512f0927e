"""The forms side by side with their balance; drawing them again, and putting another question in a place."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.db import reading
from quiz.audit import trail
from quiz.exams.editing import choices, copy, editable, preview, put, redraw
from quiz.forms.balance import EXPECTED_TOLERANCE, INFORMATION_TOLERANCE
from web import params
from web.access import me
from web.catalogue import library
from web.clock import now
from web.i18n import gettext
from web.planner.surroundings import month_after, this_month, to_forms
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the forms."""
    place = "/planner/<int:exam_id>/forms/<int:number>/<int:position>"
    blueprint.add_url_rule("/planner/<int:exam_id>/forms", view_func=forms)
    blueprint.add_url_rule("/planner/<int:exam_id>/redraw", view_func=draw_other, methods=["POST"])
    blueprint.add_url_rule("/planner/<int:exam_id>/copy", view_func=copy_exam, methods=["POST"])
    blueprint.add_url_rule(place, view_func=candidates)
    blueprint.add_url_rule(place, view_func=put_question, methods=["POST"])


def forms(exam_id: int) -> str:
    """The forms of an exam: every question, the balance, and what has to be replaced."""
    with reading(services().engine) as db:
        shown = preview(db, exam_id, library(), now())
        log = trail(db, "exam", exam_id, 20)
    limits = {"expected": EXPECTED_TOLERANCE, "information": INFORMATION_TOLERANCE}
    return render_template("planner/forms.html", shown=shown, exam=shown.exam, can_edit=editable(shown.exam, now()), limits=limits, log=log)


def draw_other(exam_id: int) -> Response:
    """Draw the forms anew after the same blueprint."""
    with services().sessions.begin() as db:
        drawn = redraw(db, exam_id, library(), me().number, now())
    if not drawn.forms:
        flash(gettext("按现在的题库组不出新卷，原来的试卷没有变。请调整蓝图。"))
        return make_response(redirect(url_for("planner.edit", exam_id=exam_id), 303))
    flash(gettext("已换一批题重新组卷"))
    return to_forms(exam_id)


def copy_exam(exam_id: int) -> Response:
    """A new draft for the next month after the same blueprint; where it cannot be met, the builder says why."""
    with services().sessions.begin() as db:
        month = params.text(request.form, "month") or max(month_after(preview(db, exam_id, library(), now()).exam.month), this_month())
        made = copy(db, exam_id, month, library(), me().number, now())
    if made.exam_id is None:
        flash(gettext("按原来的蓝图现在组不出卷，请在这里调整后再组"))
        return make_response(redirect(f"{url_for('planner.new')}?from={exam_id}", 303))
    flash(gettext("已照原来的蓝图组好新的试卷，请预览"))
    return to_forms(made.exam_id)


def candidates(exam_id: int, number: int, position: int) -> str:
    """What may stand in a place, and what the balance would be."""
    with reading(services().engine) as db:
        choice = choices(db, exam_id, number, position, library(), now())
    can_edit = editable(choice.forms.exam, now())
    limits = {"expected": EXPECTED_TOLERANCE, "information": INFORMATION_TOLERANCE}
    return render_template("planner/candidates.html", choice=choice, exam=choice.forms.exam, can_edit=can_edit, limits=limits)


def put_question(exam_id: int, number: int, position: int) -> Response:
    """Put the chosen question there."""
    chosen = params.text(request.form, "question", 120)
    with services().sessions.begin() as db:
        put(db, exam_id, number, position, chosen, library(), me().number, now())
    flash(gettext("第 %(form)s 套第 %(n)s 题已换", form=number, n=position))
    return to_forms(exam_id, f"q-{number}-{position}")
