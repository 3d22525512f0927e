"""编写口径: the drafts, and beginning one."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.authoring.confirming import confirm_review
from kb.authoring.drafts import OPEN, Draft, State, drafts, open_draft_of
from kb.authoring.entryform import EntryForm, read_form
from kb.authoring.slugs import entry_slug
from kb.authoring.writing import open_draft, open_new, open_rollback
from kb.db import reading
from kb.entry import EntryRef, Kind
from kb.errors import AppError, ConflictError, QueryError
from quiz.audit import note
from web import params
from web.access import me
from web.authoring.surroundings import publisher, topics
from web.catalogue import library
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext
from web.wiring import services

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A draft in the list."""

    draft: Draft
    title: str
    mine: bool


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the list and of beginning a draft."""
    blueprint.add_url_rule("/authoring", view_func=listed, endpoint="drafts")
    blueprint.add_url_rule("/authoring/new", view_func=new)
    blueprint.add_url_rule("/authoring/new", view_func=begin, methods=["POST"])
    blueprint.add_url_rule("/authoring/entries/<entry_id>/edit", view_func=edit, methods=["POST"])
    blueprint.add_url_rule("/authoring/entries/<entry_id>/rollback", view_func=rollback, methods=["POST"])
    blueprint.add_url_rule("/authoring/entries/<entry_id>/still-right", view_func=still_right, methods=["POST"])


def listed() -> str:
    """The open drafts, or those of one state; those that changed last first."""
    state, mine = params.text(request.args, "state"), params.text(request.args, "mine") == "1"
    if state not in {"", *State}:
        raise QueryError("bad-parameter", name="state", value=state, why=" | ".join(State))
    page = params.number(request.args, "page", 1, 1, 100_000)
    wanted = (State(state),) if state else OPEN
    with reading(services().engine) as db:
        found = drafts(db, states=wanted, author=me().number if mine else "", limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
        counts = {one.value: len(drafts(db, states=(one,), limit=1000)) for one in OPEN}
    number = me().number
    lines = [Line(d, read_form(d.text).title or d.entry_id, number in {d.author, d.editor}) for d in found[:PER_PAGE]]
    return render_template(
        "authoring/drafts.html", lines=lines, counts=counts, state=state, mine=mine, page=page, more=len(found) > PER_PAGE, number=number
    )


def new() -> str:
    """The few things that a new entry begins with."""
    return _new_form({}, "")


def _new_form(typed: dict[str, str], fault: str) -> str:
    return render_template("authoring/new.html", typed=typed, fault=fault, kinds=list(Kind), topics=topics())


def begin() -> Response:
    """Begin a new entry; its id is made out of the title where none is given."""
    typed = {name: request.form.get(name, "").strip() for name in ("title", "kind", "topic", "id")}
    try:
        form = _first_form(typed)
        with services().sessions.begin() as db:
            draft = open_new(db, library(), form, me().number, now())
    except (QueryError, ConflictError) as error:
        return make_response(_new_form(typed, said(error)), STATUS[error.code])
    return _to_editor(draft.id)


def _first_form(typed: dict[str, str]) -> EntryForm:
    if not typed["title"] or len(typed["title"]) > 120:
        raise QueryError("bad-parameter", name=gettext("标题"), value=typed["title"][:20], why=gettext("1 到 120 个字"))
    if typed["kind"] not in set(Kind):
        raise QueryError("bad-parameter", name=gettext("种类"), value=typed["kind"][:20], why=gettext("请从列表里选"))
    taken = {entry.id for entry in library().entries}
    return EntryForm(id=typed["id"] or entry_slug(typed["title"], taken), title=typed["title"], kind=typed["kind"], topic=typed["topic"])


def _to_editor(draft_id: int) -> Response:
    return make_response(redirect(url_for("authoring.editor", draft_id=draft_id), 303))


def edit(entry_id: str) -> Response:
    """Open the draft of an entry: the one that is open already, or a new one from its file."""
    with services().sessions.begin() as db:
        draft = open_draft_of(db, entry_id) or open_draft(db, publisher().content, entry_id, me().number, now())
    return _to_editor(draft.id)


def rollback(entry_id: str) -> Response:
    """A draft with the wording of an older version."""
    version = params.number(request.form, "version", 1, 1, 1_000_000)
    reason = request.form.get("reason", "").strip()[:1000] or gettext("回到第 %(n)s 版", n=version)
    try:
        with services().sessions.begin() as db:
            draft = open_rollback(db, publisher().content, EntryRef(entry_id, version), me().number, now(), reason)
    except ConflictError as error:
        flash(said(error))
        return make_response(redirect(url_for("authoring.versions", entry_id=entry_id), 303))
    flash(gettext("已用第 %(n)s 版的内容开了一份草稿，核对后送审", n=version))
    return _to_editor(draft.id)


def still_right(entry_id: str) -> Response:
    """仍然正确: today's date as that of the last review, without a new version."""
    moment = now()
    found = library().pick(entry_id, today())
    try:
        confirm_review(publisher(), services().sessions, entry_id, me().number, moment, found.version if found else 0)
    except AppError as error:
        if STATUS.get(error.code, 500) != 409:
            raise
        flash(said(error))
    else:
        with services().sessions.begin() as db:
            note(db, moment, me().number, "reviewed", "entry", entry_id)
        flash(gettext("已记下：今天复核过，口径仍然正确"))
    back = params.own_path(request.form.get("next", ""))
    return make_response(redirect(back or url_for("desk.entry", entry_id=entry_id), 303))
