"""Bringing questions in from a file: upload, look at it row by row, then take it in as drafts.

The file is kept between the two requests by `web.uploads`; each page reads it afresh against the bank of that moment.
"""

from collections import Counter
from dataclasses import dataclass
from math import ceil

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.db import reading
from kb.errors import AppError, ContentError, QueryError
from kb.faults import Fault
from quiz.bank.moves import Fate, Planned, plan, take_in
from quiz.importers.drafts import Imported
from quiz.importers.formats import FORMATS, Format, read_questions
from quiz.importers.sheet import template
from web import params, uploads
from web.access import me
from web.catalogue import library
from web.clock import now
from web.downloads import download
from web.errors import STATUS, said
from web.i18n import gettext, page_language
from web.trainer.surroundings import entry_of
from web.wiring import services

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the preview: a question with its fate, or what keeps a row from becoming one."""

    path: str
    number: int
    fate: str
    planned: Planned | None
    faults: tuple[Fault, ...]
    unknown: str = ""


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of importing."""
    blueprint.add_url_rule("/trainer/import", view_func=import_questions)
    blueprint.add_url_rule("/trainer/import", view_func=upload_questions, methods=["POST"])
    blueprint.add_url_rule("/trainer/import/template", view_func=question_template)
    blueprint.add_url_rule("/trainer/import/<token>", view_func=preview_questions)
    blueprint.add_url_rule("/trainer/import/<token>", view_func=take_questions, methods=["POST"])


def import_questions() -> str:
    """The form for a file."""
    return _form("", "")


def _form(chosen: str, fault: str) -> str:
    return render_template("trainer/import.html", formats=FORMATS, chosen=chosen, fault=fault, limit=uploads.LARGEST >> 20)


def question_template() -> Response:
    """The workbook to fill in."""
    return download(template(), gettext("题目模板") + ".xlsx", FORMATS[Format.EXCEL].mimetype)


def upload_questions() -> Response:
    """Take a file that can be read, and go on to what it would do."""
    chosen = request.form.get("format", "")
    file = request.files.get("file")
    if file is None or not file.filename:
        return make_response(_form(chosen, gettext("请先选一个文件")), 400)
    try:
        brought = uploads.brought(file)
        _read(brought, chosen)
    except (ContentError, QueryError) as error:
        return make_response(_form(chosen, said(error)), 400)
    return make_response(redirect(url_for("trainer.preview_questions", token=uploads.keep(brought), format=chosen or None), 303))


def _read(brought: uploads.Upload, chosen: str) -> Imported:
    if chosen and chosen not in set(Format):
        raise QueryError("bad-parameter", name="format", value=chosen[:20], why=gettext("请从列表里选"))
    return read_questions(brought.data, brought.filename, Format(chosen) if chosen else None)


def preview_questions(token: str) -> str:
    """What the import would do, faults first."""
    brought, chosen = uploads.kept(token), params.text(request.args, "format")
    read = _read(brought, chosen)
    with reading(services().engine) as db:
        planned = plan(db, read.questions)
    return _preview(token, brought.filename, chosen, _lines(read, planned), "")


def _preview(token: str, filename: str, chosen: str, lines: list[Line], fault: str) -> str:
    show = params.text(request.args, "show")
    fitting = [line for line in lines if show in {"", line.fate}]
    pages = max(1, ceil(len(fitting) / PER_PAGE))
    page = min(params.number(request.args, "page", 1, 1, 100_000), pages)
    counts = Counter(line.fate for line in lines)
    return render_template(
        "trainer/preview.html",
        token=token,
        filename=filename,
        chosen=chosen,
        lines=fitting[(page - 1) * PER_PAGE : page * PER_PAGE],
        counts=counts,
        does=counts[Fate.NEW] + counts[Fate.CHANGED],
        show=show,
        page=page,
        pages=pages,
        fault=fault,
        tongue=page_language(),
    )


def _lines(read: Imported, planned: list[Planned]) -> list[Line]:
    told: dict[tuple[str, int], list[Fault]] = {}
    for fault in read.faults:
        told.setdefault((fault.path, fault.line), []).append(fault)
    lines = []
    for item in planned:
        place, entry_id = item.question.place, item.question.entry.entry_id
        unknown = entry_id if entry_id and entry_of(entry_id) is None else ""
        lines.append(Line(place.path, place.line, item.fate.value, item, tuple(told.pop((place.path, place.line), ())), unknown))
    faulty = [Line(path, number, "faulty", None, tuple(found)) for (path, number), found in told.items()]
    return sorted(faulty, key=lambda line: (line.path, line.number)) + sorted(lines, key=lambda line: (not line.faults, line.path, line.number))


def take_questions(token: str) -> Response:
    """Take in what was shown; rows with errors are left out and said again."""
    brought, chosen = uploads.kept(token), params.text(request.form, "format")
    read = _read(brought, chosen)
    try:
        with services().sessions.begin() as db:
            planned = plan(db, read.questions)
            done = take_in(db, library(), planned, me().number, now())
    except AppError as error:
        return make_response(_preview(token, brought.filename, chosen, _lines(read, []), said(error)), STATUS.get(error.code, 500))
    flash(gettext("已导入为草稿：新增 %(added)s 题，修改 %(changed)s 题", added=len(done.added), changed=len(done.changed)))
    if read.errors:
        flash(gettext("有错误的行没有导入，改好文件后可以再导入一次，已有的题不会重复"))
        return make_response(redirect(url_for("trainer.preview_questions", token=token, format=chosen or None, show="faulty"), 303))
    uploads.forget(token)
    return make_response(redirect(url_for("trainer.questions", source="imported", state="draft"), 303))
