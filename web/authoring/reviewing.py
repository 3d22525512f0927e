"""The review of a draft: what it changes, who did what with it, and every step from sending to publishing."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from kb.authoring.announcements import LONGEST_TEXT, LONGEST_TITLE, announce
from kb.authoring.drafts import Action, Draft, Event, State, base_text, draft, history
from kb.authoring.entrydiff import FactChange
from kb.authoring.entryform import EntryForm, read_form
from kb.authoring.writing import approve, drop, send_back, send_to_review, take_back
from kb.db import reading
from kb.entry import EntryRef
from kb.errors import AppError
from quiz.audit import note
from quiz.exams.touched import asked_of
from quiz.people.directory import units
from quiz.people.roles import UnitKind
from web import params
from web.access import me
from web.authoring.differences import Difference, difference
from web.authoring.findings import of_withdrawn, told
from web.authoring.surroundings import publisher
from web.catalogue import library
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext
from web.wiring import services

_SHOWN_EVENTS = 50


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of reviewing and publishing."""
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/review", view_func=review)
    for name, view in (("send", send), ("approve", passed), ("return", returned), ("take-back", taken_back), ("drop", dropped)):
        endpoint = name.replace("-", "_")
        blueprint.add_url_rule(f"/authoring/drafts/<int:draft_id>/{name}", view_func=view, endpoint=endpoint, methods=["POST"])
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/publish", view_func=publish, methods=["POST"])
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/announce", view_func=tell, endpoint="announce", methods=["POST"])
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/live", view_func=live)


def review(draft_id: int) -> str:
    """A draft as its reviewer reads it."""
    return _page(draft_id)


def _page(draft_id: int, error: AppError | None = None) -> str:
    with reading(services().engine) as db:
        found, events, base = draft(db, draft_id), history(db, draft_id), base_text(db, draft_id)
        questions = asked_of(db, found.entry_id)
        districts = [u for u in units(db).values() if u.kind is UnitKind.DISTRICT and not u.closed_on]
    form, was = read_form(found.text), read_form(base) if base else EntryForm()
    changes = difference(was, form)
    ref = published_ref(events)
    editing = found.state in {State.EDITING, State.REVIEW, State.APPROVED}
    return render_template(
        "authoring/review.html",
        draft=found,
        form=form,
        was=was if base else None,
        changes=changes,
        told=[*told(found), *of_withdrawn(form)] if editing else [],
        events=list(reversed(events))[:_SHOWN_EVENTS],
        own=me().number in {found.author, found.editor},
        fault=said(error) if error else "",
        code=error.code if error else "",
        ref=ref,
        live=ref is not None and library().get(ref) is not None,
        starts=_starts(form),
        questions=questions,
        districts=districts,
        letter=_letter(found, form, changes),
        longest=(LONGEST_TITLE, LONGEST_TEXT),
    )


def published_ref(events: list[Event]) -> EntryRef | None:
    """The version under which a draft was published."""
    told_as = next((event.remark for event in reversed(events) if event.action is Action.PUBLISHED), "")
    entry_id, _, version = told_as.rpartition("@")
    return EntryRef(entry_id, int(version)) if entry_id and version.isdigit() else None


def _starts(form: EntryForm) -> date | None:
    """The day from which the draft holds, when that is still to come."""
    try:
        day = date.fromisoformat(form.effective_from)
    except ValueError:
        return None
    return day if day > today() else None


def _letter(found: Draft, form: EntryForm, changes: Difference) -> tuple[str, str]:
    """Title and text of an announcement, to begin with."""
    lines = [found.reason, *(f"{c.label or c.name}：{_step_of(c)}" for c in changes.facts)]
    return gettext("口径更新：%(title)s", title=form.title)[:LONGEST_TITLE], "\n".join(filter(None, lines))[:LONGEST_TEXT]


def _step_of(change: FactChange) -> str:
    """From what to what a fact changes; what is new has no before."""
    return " → ".join(filter(None, (change.before, change.after or gettext("取消"))))


def _step(draft_id: int, words: str, work: Callable[[Session, int], object]) -> Response:
    """One step of the way; where it is refused the page says why and keeps what was typed."""
    try:
        revision = params.number(request.form, "revision", 0, 1, 2**31)
        with services().sessions.begin() as db:
            work(db, revision)
    except AppError as error:
        return make_response(_page(draft_id, error), STATUS.get(error.code, 500))
    flash(words)
    return make_response(redirect(url_for("authoring.review", draft_id=draft_id), 303))


def send(draft_id: int) -> Response:
    """送审, with the reason of the change."""
    reason = request.form.get("reason", "")
    return _step(
        draft_id,
        gettext("已送审，请另一位培训师审核"),
        lambda db, seen: send_to_review(db, library(), draft_id, seen, reason, me().number, now()),
    )


def passed(draft_id: int) -> Response:
    """审核通过: four eyes."""
    return _step(draft_id, gettext("审核通过，可以发布了"), lambda db, seen: approve(db, draft_id, seen, me().number, now()))


def returned(draft_id: int) -> Response:
    """退回, with what has to change."""
    remark = request.form.get("remark", "")
    return _step(draft_id, gettext("已退回给编写人"), lambda db, seen: send_back(db, draft_id, seen, remark, me().number, now()))


def taken_back(draft_id: int) -> Response:
    """收回: go on editing."""
    return _step(draft_id, gettext("已收回，可以接着改"), lambda db, _seen: take_back(db, draft_id, me().number, now()))


def dropped(draft_id: int) -> Response:
    """放弃 a draft; its text stays in the history."""
    return _step(draft_id, gettext("已放弃这份草稿，内容还留在经过里"), lambda db, _seen: drop(db, draft_id, me().number, now()))


def publish(draft_id: int) -> Response:
    """发布: clerks have it when this answers."""
    moment = now()
    try:
        done = publisher().publish(draft_id, me().number, moment)
    except AppError as error:
        return make_response(_page(draft_id, error), STATUS.get(error.code, 500))
    with services().sessions.begin() as db:
        note(db, moment, me().number, "published", "entry", done.ref.entry_id, version=done.ref.version, draft=draft_id)
    return make_response(redirect(url_for("authoring.review", draft_id=draft_id, _anchor="published"), 303))


def live(draft_id: int) -> Response:
    """Whether clerks have what was published; asked by the page until they do."""
    with reading(services().engine) as db:
        draft(db, draft_id)
        ref = published_ref(history(db, draft_id))
    there = ref is not None and publisher().live()[0].get(ref) is not None and library().get(ref) is not None
    return jsonify(live=there)


def tell(draft_id: int) -> Response:
    """Write an announcement of what was published to the halls."""
    audience = [int(value) for value in request.form.getlist("unit") if value.isascii() and value.isdigit()]
    title, text = request.form.get("title", ""), request.form.get("text", "")

    def work(db: Session, _seen: int) -> None:
        ref = published_ref(history(db, draft_id)) or EntryRef(draft(db, draft_id).entry_id, 1)
        told_ = announce(db, ref, title, text, audience, me().number, now())
        note(db, now(), me().number, "announced", "entry", ref.entry_id, announcement=told_.id)

    return _step(draft_id, gettext("通知已发给各厅"), work)
