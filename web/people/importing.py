"""Importing a roster: upload, look at what it would do row by row, then do it.

The file is kept between the two requests by `web.uploads`; each page plans afresh against what is in the database by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from kb.db import reading
from kb.errors import ConflictError, ContentError, QueryError
from quiz.files.spreadsheet import read_sheet
from quiz.people.roster import FURTHEST, Choices, Decision, Item, Plan, plan
from quiz.people.rostercolumns import Roster, read_roster
from quiz.people.rosterfile import findings_workbook
from quiz.people.rosterstore import import_roster, roster_state
from web import params, uploads
from web.access import me
from web.clock import now, today
from web.downloads import EXCEL, download
from web.errors import STATUS, said
from web.i18n import gettext, page_language
from web.wiring import services

PER_PAGE = 100
_MOST_SHOWN = 200  # new units and missing people on the page; all are in the totals


@dataclass(frozen=True, slots=True)
class Preview:
    """One page of a plan: faults first, then what has a warning, then by decision."""

    items: list[Item]
    page: int
    pages: int


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of importing."""
    blueprint.add_url_rule("/people/import", view_func=import_form)
    blueprint.add_url_rule("/people/import", view_func=upload, methods=["POST"])
    blueprint.add_url_rule("/people/import/<token>", view_func=preview)
    blueprint.add_url_rule("/people/import/<token>", view_func=confirm, methods=["POST"])
    blueprint.add_url_rule("/people/import/<token>/findings", view_func=findings)


def import_form() -> str:
    """The form for a file."""
    return _form({"day": today().isoformat()}, {})


def _form(shown: Mapping[str, str], faults: Mapping[str, str]) -> str:
    return render_template("people/import.html", shown=shown, faults=faults, limit=uploads.LARGEST >> 20)


def upload() -> Response:
    """Take a file that can be read, and go on to what it would do."""
    try:
        choices = _choices(request.form)
        brought = uploads.brought(request.files.get("file"))
        _read(brought)
    except (ContentError, QueryError) as error:
        field = "day" if error.code in {"bad-parameter", "day-far"} else "file"
        return make_response(_form(request.form, {field: said(error)}), 400)
    return make_response(redirect(url_for("people.preview", token=uploads.keep(brought), **_address(choices)), 303))


def _read(brought: uploads.Upload) -> Roster:
    return read_roster(read_sheet(brought.data, brought.filename))


def _choices(values: MultiDict[str, str]) -> Choices:
    """What was decided on the page. Raises QueryError for a day that makes no sense."""
    day = params.day(values, "day", today())
    if not today() - FURTHEST * 40 <= day <= today() + FURTHEST:
        raise QueryError("day-far", first=(today() - FURTHEST * 40).isoformat(), last=(today() + FURTHEST).isoformat())
    return Choices(frozenset(values.getlist("add")), frozenset(values.getlist("skip")), day, values.get("whole") == "1")


def _address(choices: Choices) -> dict[str, Any]:
    given = {"day": choices.day, "whole": "1" if choices.whole else None, "add": sorted(choices.add), "skip": sorted(choices.skip)}
    return {name: value for name, value in given.items() if value}


def _planned(brought: uploads.Upload, choices: Choices) -> Plan:
    roster = _read(brought)
    with reading(services().engine) as db:
        state = roster_state(db)
    return plan(roster, state, today(), choices)


def preview(token: str) -> str:
    """What the import would do."""
    return _shown(token, uploads.kept(token), _choices(request.args), "")


def _shown(token: str, brought: uploads.Upload, choices: Choices, fault: str) -> str:
    planned, show = _planned(brought, choices), params.text(request.args, "show")
    return render_template(
        "people/preview.html",
        token=token,
        filename=brought.filename,
        plan=planned,
        shown=_page(planned, show),
        show=show,
        choices=choices,
        address=_address(choices),
        most=_MOST_SHOWN,
        fault=fault,
        lang=page_language(),
    )


def _page(planned: Plan, show: str) -> Preview:
    order = {decision: place for place, decision in enumerate(Decision)}
    items = [item for item in planned.items if not show or item.decision.value == show]
    items.sort(key=lambda item: (item.decision is not Decision.FAULTY, not item.findings, order[item.decision], item.line.row))
    pages = max(1, ceil(len(items) / PER_PAGE))
    page = params.number(request.args, "page", 1, 1, pages)
    return Preview(items[(page - 1) * PER_PAGE : page * PER_PAGE], page, pages)


def findings(token: str) -> Response:
    """Everything to be mended or looked at, as Excel."""
    planned = _planned(uploads.kept(token), _choices(request.args))
    rows = [
        (item.line.row, item.line.number, item.line.name, finding.column, finding.text(page_language()))
        for item in planned.items
        for finding in item.findings
    ]
    return download(findings_workbook(rows), f"{gettext('导入问题')}-{today():%Y%m%d}.xlsx", EXCEL)


def confirm(token: str) -> Response:
    """Do what was shown. Faulty rows are left out and shown again."""
    brought, choices = uploads.kept(token), _choices(request.form)
    roster = _read(brought)
    try:
        with services().sessions.begin() as db:
            done = import_roster(db, roster, choices, brought.filename, me().number, now())
    except ConflictError as error:
        return make_response(_shown(token, brought, choices, said(error)), STATUS[error.code])
    totals = done.totals
    counted = {name: totals[Decision(name)] for name in ("new", "moved", "changed", "faulty")}
    counted["left"] = totals[Decision.LEFT] + len(done.missing)
    if counted["faulty"]:
        flash(
            gettext(
                "已导入：新增 %(new)s 人，调动 %(moved)s 人，修改 %(changed)s 人，离职 %(left)s 人。还有 %(faulty)s 行有错误，没有导入。", **counted
            )
        )
        return make_response(redirect(url_for("people.preview", token=token, show="faulty", **_address(choices)), 303))
    uploads.forget(token)
    flash(gettext("已导入：新增 %(new)s 人，调动 %(moved)s 人，修改 %(changed)s 人，离职 %(left)s 人。", **counted))
    return make_response(redirect(url_for("people.people"), 303))
