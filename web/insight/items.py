"""The items of an exam with their flags in words, and one question over the months."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from kb.db import reading
from kb.errors import NotFoundError, QueryError
from quiz.reports.drift import exams_with, months_of
from quiz.reports.items import ExamItems, ExamLine, ItemResult, exams_sat
from quiz.statistics.itemstats import Flag
from web import params
from web.clock import now
from web.i18n import gettext
from web.insight.surroundings import kept, paged, titles
from web.wiring import services

SHOWN: Mapping[str, Callable[[ItemResult], bool]] = {
    "": lambda _: True,
    "suspect": lambda item: item.suspect,
    "drifted": lambda item: item.drifted,
    **{flag.value: (lambda item, flag=flag: flag in item.flags) for flag in Flag},  # type: ignore[misc]
}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of items."""
    blueprint.add_url_rule("/insight/items", view_func=items)
    blueprint.add_url_rule("/insight/items/<question_id>", view_func=item)


def asked_exam(db: Session) -> tuple[list[ExamLine], ExamItems | None]:
    """The exams there are, and the items of the one of the address, or of the last that is over. Raises NotFoundError."""
    exams = exams_sat(db)
    wanted = params.number(request.args, "exam", 0, 1, 999_999_999)
    if wanted and wanted not in {exam.id for exam in exams}:
        raise NotFoundError("exam-missing")
    over = [exam for exam in exams if exam.closes_at is None or exam.closes_at <= now()]
    chosen = wanted or next((exam.id for exam in (*over, *exams)), 0)
    return exams, kept().items.get(db, chosen) if chosen else None


def asked_show() -> str:
    """Which items are wanted. Raises QueryError."""
    show = params.text(request.args, "show")
    if show not in SHOWN:
        raise QueryError("bad-parameter", name="show", value=show, why=gettext("请从列表里选"))
    return show


def items() -> str:
    """Every item of an exam, what needs care first."""
    show = asked_show()
    with reading(services().engine) as db:
        exams, report = asked_exam(db)
    found = [one for one in report.items if SHOWN[show](one)] if report else []
    counts = {name: sum(map(fits, report.items)) for name, fits in SHOWN.items()} if report else {}
    running = bool(report and report.closes_at and report.closes_at > now())
    exam = next((one for one in exams if report and one.id == report.exam_id), None)
    return render_template(
        "insight/items.html", exams=exams, exam=exam, report=report, shown=paged(found), show=show, counts=counts, running=running, titles=titles()
    )


def item(question_id: str) -> str:
    """One question: what was chosen by whom in an exam, and its months. Raises NotFoundError."""
    wanted = params.number(request.args, "exam", 0, 1, 999_999_999)
    with reading(services().engine) as db:
        asked, sat = exams_with(db, question_id), {exam.id: exam for exam in exams_sat(db)}
        exams = [sat[key] for key in asked if key in sat]
        if not exams or (wanted and wanted not in {exam.id for exam in exams}):
            raise NotFoundError("report-question")
        report = kept().items.get(db, wanted or exams[0].id)
        months = months_of(db, question_id)
    found = next((one for one in report.items if one.question.id == question_id), None)
    if found is None:
        raise NotFoundError("report-question")
    return render_template("insight/item.html", item=found, report=report, exams=exams, months=months, titles=titles())
