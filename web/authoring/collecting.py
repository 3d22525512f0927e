"""Bringing a collection of scripts in: a Word, Excel, PDF or text file, looked at first, then taken as drafts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.authoring.draftcheck import with_entries
from kb.authoring.entrytext import new_text
from kb.authoring.writing import open_new
from kb.check import check_entries
from kb.entry import Entry
from kb.errors import AppError, ContentError, QueryError
from kb.exchange.outline import MOST_ENTRIES, Block, Candidate, candidates, levels, likely_level, questions_as_headings
from kb.exchange.outlinesheet import sheet_candidates
from kb.exchange.outlinetext import text_blocks
from kb.faults import Fault
from kb.parse import parse_entry
from quiz.files.archive import open_archive, weigh
from quiz.files.csvtable import decode_text
from quiz.files.spreadsheet import read_sheets
from web import params, uploads
from web.access import me
from web.catalogue import library
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext, page_language
from web.wiring import services

_WORD, _SHEET, _PDF, _TEXT = (".docx",), (".xlsx", ".xls", ".csv"), (".pdf",), (".txt", ".md")
PER_PAGE = 100
_ROWS_APART = 10_000_000  # more than a sheet has rows: the places of different sheets differ
SUFFIXES = (*_WORD, *_SHEET, *_PDF, *_TEXT)


@dataclass(frozen=True, slots=True)
class Found:
    """A file as entries: how many headings of which level it has, and the level that begins an entry."""

    candidates: tuple[Candidate, ...]
    levels: dict[int, int]
    level: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the preview: what would become a draft, an entry of the same title, and how many errors and remarks it would have."""

    candidate: Candidate
    twin: Entry | None
    errors: tuple[str, ...]
    warnings: int


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of importing."""
    blueprint.add_url_rule("/authoring/import", view_func=collection, endpoint="import_form")
    blueprint.add_url_rule("/authoring/import", view_func=upload, methods=["POST"])
    blueprint.add_url_rule("/authoring/import/<token>", view_func=look, endpoint="import_preview")
    blueprint.add_url_rule("/authoring/import/<token>", view_func=take, endpoint="import_take", methods=["POST"])


def collection() -> str:
    """The form for a file."""
    return _form("")


def _form(fault: str) -> str:
    return render_template("authoring/import.html", fault=fault, limit=uploads.LARGEST >> 20, suffixes=",".join(SUFFIXES))


def upload() -> Response:
    """Take a file that can be read, and go on to what would come of it."""
    try:
        brought = uploads.brought(request.files.get("file"))
        read(brought, 0)
    except (ContentError, QueryError) as error:
        return make_response(_form(said(error)), STATUS.get(error.code, 400))
    return make_response(redirect(url_for("authoring.import_preview", token=uploads.keep(brought)), 303))


def read(brought: uploads.Upload, level: int) -> Found:
    """The entries that a file holds. Raises ContentError for one that cannot be read, or holds none, or too many."""
    name = brought.filename
    weigh(brought.data)
    taken = {entry.id for entry in library().entries}
    if name.lower().endswith(_SHEET):
        result = Found(tuple(_of_sheets(brought, taken)), {}, 0)
    else:
        blocks = questions_as_headings(_blocks(brought))
        chosen = level or likely_level(blocks)
        result = Found(tuple(candidates(blocks, chosen, _stem(name), taken)), levels(blocks), chosen)
    if not result.candidates:
        raise ContentError("collection-empty", file=name)
    if len(result.candidates) > MOST_ENTRIES:
        raise ContentError("collection-many", count=len(result.candidates), limit=MOST_ENTRIES)
    return result


def _of_sheets(brought: uploads.Upload, taken: set[str]) -> Iterator[Candidate]:
    """The rows of every sheet; where there are several each names the topic of its rows."""
    sheets = read_sheets(brought.data, brought.filename)
    for number, (name, sheet) in enumerate(sheets.items()):
        topic = name[:30] if len(sheets) > 1 else _stem(brought.filename)
        for found in sheet_candidates(sheet.header, [(row.number, row.cells) for row in sheet.rows], topic, taken):
            taken.add(found.form.id)
            yield replace(found, place=number * _ROWS_APART + found.place)


def _stem(name: str) -> str:
    return name.rpartition(".")[0][:30]


def _blocks(brought: uploads.Upload) -> Sequence[Block]:
    # Imported here: the readers of Word and PDF are seconds that a site does not need in order to start.
    from kb.exchange.outlinefiles import pdf_blocks, word_blocks

    name = brought.filename.lower()
    if name.endswith(_WORD):
        open_archive(brought.data)  # weighed before it is unpacked
        return word_blocks(brought.data, brought.filename)
    if name.endswith(_PDF):
        return pdf_blocks(brought.data, brought.filename)
    if name.endswith(_TEXT):
        return text_blocks(decode_text(brought.data, brought.filename))
    raise ContentError("collection-foreign", file=brought.filename)


def look(token: str) -> str:
    """What would become drafts; nothing is kept yet."""
    return _preview(token, params.number(request.args, "level", 0, 1, 9), "")


def _preview(token: str, level: int, fault: str) -> str:
    brought = uploads.kept(token)
    found = read(brought, level)
    pages = max(1, ceil(len(found.candidates) / PER_PAGE))
    page = min(params.number(request.args, "page", 1, 1, 1000), pages)
    rows = _rows(found.candidates)[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "authoring/import_preview.html",
        token=token,
        filename=brought.filename,
        found=found,
        rows=rows,
        level=level,
        fault=fault,
        page=page,
        pages=pages,
    )


def _rows(found: Sequence[Candidate]) -> list[Row]:
    """The lines of the preview; all of them are checked together, as if they stood beside what clerks have."""
    held = library()
    faults: dict[str, list[Fault]] = {}
    entries = []
    for candidate in found:
        path = f"{candidate.place}.md"
        entry, faults[path] = parse_entry(new_text(candidate.form), path)
        entries += [entry] if entry else []
    for fault in check_entries(with_entries(held, entries, ()), entries, today()):
        if fault.path in faults:
            faults[fault.path].append(fault)
    twins = {entry.title: entry for entry in held.entries}
    return [_row(candidate, twins.get(candidate.form.title), faults[f"{candidate.place}.md"]) for candidate in found]


def _row(candidate: Candidate, twin: Entry | None, faults: list[Fault]) -> Row:
    errors = tuple(fault.text(page_language()) for fault in faults if not fault.warning)
    return Row(candidate, twin, errors, len(faults) - len(errors))


def take(token: str) -> Response:
    """Begin a draft for each ticked entry, or for all whose title nobody has yet."""
    level = params.number(request.form, "level", 0, 1, 9)
    found = read(uploads.kept(token), level)
    ticked, known = set(request.form.getlist("place")), {entry.title for entry in library().entries}
    if request.form.get("all"):
        chosen = [candidate for candidate in found.candidates if candidate.form.title not in known]
    else:
        chosen = [candidate for candidate in found.candidates if str(candidate.place) in ticked]
    if not chosen:
        return make_response(_preview(token, level, gettext("请至少勾选一条")), 400)
    try:
        with services().sessions.begin() as db:
            for candidate in chosen:
                open_new(db, library(), candidate.form, me().number, now())
    except AppError as error:
        return make_response(_preview(token, level, said(error)), STATUS.get(error.code, 500))
    if len(found.candidates) <= PER_PAGE:  # of a longer one other pages may follow
        uploads.forget(token)
    flash(gettext("已开 %(n)s 份草稿，一份也没有发布；请逐份核对后送审", n=len(chosen)))
    return make_response(redirect(url_for("authoring.drafts", mine=1), 303))
