"""The builder: a blueprint line by line, how many questions there are for each, and the draw."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, flash, jsonify, make_response, render_template, request
from sqlalchemy.orm import Session

from kb.db import reading
from quiz.bank.drawable import live_questions
from quiz.bank.listing import topics_of
from quiz.exams.drawing import item_of, month_number
from quiz.exams.editing import build, redraw
from quiz.exams.forms import blueprint_of
from quiz.exams.planning import Exam
from quiz.exams.planning import exam as exam_of
from quiz.exams.planning import exams as all_exams
from quiz.forms.assembly import Assembly
from quiz.forms.balance import Item, allowed
from quiz.forms.blueprint import Blueprint as Plan
from quiz.statistics.period import is_month
from web import params
from web.access import me
from web.catalogue import library
from web.clock import now, today
from web.i18n import gettext
from web.planner.blueprintform import Typed, cells_typed, read, typed_of, understood, with_row, without_row
from web.planner.surroundings import month_after, this_month, to_forms
from web.wiring import services

_SOURCES = 24


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the builder."""
    blueprint.add_url_rule("/planner/new", view_func=new)
    blueprint.add_url_rule("/planner/new", view_func=make, methods=["POST"])
    blueprint.add_url_rule("/planner/count", view_func=count, methods=["POST"])
    blueprint.add_url_rule("/planner/<int:exam_id>/blueprint", view_func=edit)
    blueprint.add_url_rule("/planner/<int:exam_id>/blueprint", view_func=draw_again, methods=["POST"])


def new() -> str:
    """The empty form, or that of an earlier exam (`?from=`)."""
    source = params.number(request.args, "from", 0, 1, 999_999_999)
    month = this_month()
    typed = Typed(title=gettext("%(year)s年%(month)s月业务考试", year=month[:4], month=int(month[5:])), month=month)
    if source:
        with reading(services().engine) as db:
            found = exam_of(db, source)
        later = max(month_after(found.month), month)
        name = found.title.replace(_month_words(found.month), _month_words(later))
        kept = typed_of(blueprint_of(found)[0], later, found.per_page)
        typed = replace(kept, title=name, minutes=str(found.minutes), pass_mark=f"{100 * found.pass_mark:g}")
    return _page(typed)


def _month_words(month: str) -> str:
    return f"{int(month[:4])}年{int(month[5:7])}月"


def edit(exam_id: int) -> str:
    """The form of an exam that has not opened."""
    with reading(services().engine) as db:
        found = exam_of(db, exam_id)
    kept = typed_of(blueprint_of(found)[0], found.month, found.per_page)
    return _page(replace(kept, title=found.title, minutes=str(found.minutes), pass_mark=f"{100 * found.pass_mark:g}"), exam=found)


def make() -> Response:
    """One line more or less, a look at what there is, or the draw."""
    typed = read(request.form)
    if (changed := _changed(typed)) is not None:
        return make_response(_page(changed))
    plan, faults = understood(typed, _titles())
    if plan is None:
        return make_response(_page(typed, faults), 400)
    with services().sessions.begin() as db:
        built = build(db, plan, typed.month, int(typed.per_page), library(), me().number, now())
    if built.exam_id is None:
        return make_response(_page(typed, short=built.assembly), 409)
    flash(gettext("已组成 %(n)s 套试卷，请预览", n=len(built.assembly.forms)))
    return to_forms(built.exam_id)


def draw_again(exam_id: int) -> Response:
    """The same for an exam that is there: its forms are drawn anew."""
    typed = read(request.form)
    with reading(services().engine) as db:
        found = exam_of(db, exam_id)
    typed = replace(typed, month=found.month, per_page=str(found.per_page))
    if (changed := _changed(typed)) is not None:
        return make_response(_page(changed, exam=found))
    plan, faults = understood(typed, _titles())
    if plan is None:
        return make_response(_page(typed, faults, exam=found), 400)
    with services().sessions.begin() as db:
        drawn = redraw(db, exam_id, library(), me().number, now(), plan)
    if not drawn.forms:
        return make_response(_page(typed, short=drawn, exam=found), 409)
    flash(gettext("已按新的要求重新组卷"))
    return to_forms(exam_id)


def _changed(typed: Typed) -> Typed | None:
    """The form after a button that does not draw; None for the one that does."""
    what = params.text(request.form, "do")
    if what == "add":
        return with_row(typed)
    if what.startswith("remove-") and what[7:].isdigit():
        return without_row(typed, int(what[7:]))
    return None if what == "draw" else typed


def _titles() -> dict[str, str]:
    """Entries by title."""
    return {entry.title: entry.id for entry in library().entries}


def _page(typed: Typed, faults: dict[str, str] | None = None, short: Assembly | None = None, exam: Exam | None = None) -> str:
    with reading(services().engine) as db:
        topics = topics_of(db)
        pool = _pool(db, typed, exam.id if exam else 0)
        sources = [one for one in all_exams(db) if one.blueprint][:_SOURCES] if exam is None else []
    return render_template(
        "planner/builder.html",
        typed=typed,
        faults=faults or {},
        short=short,
        exam=exam,
        topics=sorted({*topics, *(t for row in typed.rows for t in row.topics)}),
        available=_available(typed, pool),
        sources=sources,
    )


def _pool(db: Session, typed: Typed, besides: int) -> list[Item]:
    """What may be drawn, as far as the rules on the form can be read."""
    month = month_number(typed.month) if is_month(typed.month) else None
    months = int(typed.not_used_for_months) if typed.not_used_for_months.isascii() and typed.not_used_for_months.isdigit() else 0
    questions, entries = (frozenset(text.split()) for text in (typed.exclude_questions, typed.exclude_entries))
    rule = Plan("", (), exclude_questions=questions, exclude_entries=entries, not_used_for_months=months)
    items = (item_of(question) for question in live_questions(db, library(), today(), besides))
    return [item for item in items if allowed(item, rule, month)]


def _available(typed: Typed, pool: Sequence[Item]) -> list[int]:
    """How many questions there are for each line."""
    return [sum(cell.fits(item.attributes, item.expected) for item in pool) if cell else 0 for cell in cells_typed(typed)]


def count() -> Response:
    """How many questions there are for each line, for the page's script."""
    typed = read(request.form)
    with reading(services().engine) as db:
        pool = _pool(db, typed, params.number(request.form, "exam", 0, 1, 999_999_999))
    return jsonify(available=_available(typed, pool))
