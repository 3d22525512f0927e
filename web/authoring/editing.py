"""The editor: the form of a draft beside its text, saved as it is typed."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for

from kb.authoring.drafts import Action, Draft, Event, Present, State, base_text, draft, history, look_in, presence
from kb.authoring.entryform import EntryForm, FactLine, read_form
from kb.authoring.writing import save_form
from kb.calendar import SHANGHAI
from kb.db import reading
from kb.entry import Kind, Touchpoint
from kb.errors import AppError, ConflictError, ContentError, QueryError
from kb.facts import LABELS
from quiz.people.directory import units
from quiz.people.roles import Unit, UnitKind
from web import params
from web.access import me
from web.authoring.findings import by_field, of_withdrawn, told
from web.authoring.formfields import UNITS, cells, posted
from web.authoring.preview import previewed
from web.authoring.surroundings import topics
from web.authoring.words import STATUSES
from web.clock import now, today
from web.errors import STATUS, said, wants_json
from web.i18n import gettext
from web.wiring import services

_MOST_HALLS = 400


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the editor."""
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>", view_func=editor)
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>", view_func=save, methods=["POST"])
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/state", view_func=state)


def editor(draft_id: int) -> str | Response:
    """A draft with its form; one that is no longer being edited is shown on the page of its review."""
    with services().sessions.begin() as db:
        found = draft(db, draft_id)
        if found.state is State.EDITING:
            look_in(db, draft_id, me().number, now())
    if found.state is not State.EDITING:
        return make_response(redirect(url_for("authoring.review", draft_id=draft_id), 303))
    return page(found, read_form(found.text), "")


def page(found: Draft, form: EntryForm, fault: str) -> str:
    """The editor with a form that need not be saved yet."""
    with reading(services().engine) as db:
        others = presence(db, found.id, now(), me().number)
        events = history(db, found.id)
        tree = units(db)
        was = read_form(base_text(db, found.id)) if found.base_version else None
    faults = [*told(found), *of_withdrawn(form)]
    halls = [u for u in tree.values() if u.kind is UnitKind.HALL and not u.closed_on]
    return render_template(
        "authoring/editor.html",
        draft=found,
        form=form,
        was=was,
        fault=fault,
        faults=by_field(faults),
        told=faults,
        others=others,
        returned=_remark(events),
        lost=_lost(events),
        preview=previewed(found.text),
        facts=[(fact, *cells(fact.value)) for fact in form.facts],
        places=_places(tree.values(), halls, form),
        **_choices(),
    )


def _remark(events: Sequence[Event]) -> Event | None:
    """Why the draft was returned, until it is sent again."""
    last = next((e for e in reversed(events) if e.action in {Action.RETURNED, Action.SENT}), None)
    return last if last and last.action is Action.RETURNED else None


def _lost(events: Sequence[Event]) -> Event | None:
    """One's own text that came too late, until one has saved again."""
    last = next((e for e in reversed(events) if e.actor == me().number and e.action in {Action.LOST, Action.SAVED, Action.REBASED}), None)
    return last if last and last.action is Action.LOST else None


def _choices() -> dict[str, Any]:
    return {
        "kinds": list(Kind), "touchpoints": list(Touchpoint), "topics": topics(), "units": UNITS, "statuses": STATUSES, "labels": LABELS,
        "no_fact": FactLine(""), "today": today(),
    }  # fmt: skip


def _places(tree: Iterable[Unit], halls: Sequence[Unit], form: EntryForm) -> list[tuple[str, list[str]]]:
    """Districts with their halls; halls are left out where there are too many to tick. What the form names and nobody knows comes last."""
    districts = [u for u in tree if u.kind is UnitKind.DISTRICT and not u.closed_on]
    few = len(halls) <= _MOST_HALLS
    found = [(d.name, [h.name for h in halls if h.parent_id == d.id] if few else []) for d in districts]
    known = {name for name, _ in found} | {name for _, names in found for name in names}
    found += [(name, []) for name in form.districts if name not in known]
    strays = [name for name in form.halls if name not in known]
    return [*found, ("", strays)] if strays else found


def save(draft_id: int) -> Response:
    """Save what was typed on top of the revision that was seen; nothing is overwritten, and nothing typed is lost."""
    revision = params.number(request.form, "revision", 0, 1, 1_000_000_000)
    with reading(services().engine) as db:
        before = draft(db, draft_id)
    form = posted(request.form, read_form(before.text))
    try:
        with services().sessions.begin() as db:
            saved = save_form(db, draft_id, form, revision, me().number, now())
            lost = history(db, draft_id)[-1].id if saved.conflict else 0
    except (QueryError, ContentError, ConflictError) as error:
        return _refused(before, form, error)
    if saved.conflict:
        return _too_late(draft_id, lost, saved.conflict)
    if wants_json():
        return jsonify(_standing(saved.draft))
    if request.form.get("then") == "review":
        return make_response(redirect(url_for("authoring.review", draft_id=draft_id), 303))
    return make_response(redirect(url_for("authoring.editor", draft_id=draft_id, _anchor="saved"), 303))


def _refused(before: Draft, form: EntryForm, error: AppError) -> Response:
    if wants_json():
        raise error
    return make_response(page(before, form, said(error)), STATUS.get(error.code, 500))


def _too_late(draft_id: int, lost: int, error: ConflictError) -> Response:
    """Somebody else was faster: both texts are kept, and shown beside each other."""
    address = url_for("authoring.merge", draft_id=draft_id, lost=lost)
    if wants_json():
        return make_response(jsonify(error={"code": error.code, "message": said(error)}, merge=address), STATUS[error.code])
    return make_response(redirect(address, 303))


def _standing(found: Draft) -> dict[str, Any]:
    with services().sessions.begin() as db:
        look_in(db, found.id, me().number, now())
        others = presence(db, found.id, now(), me().number)
    return {
        "revision": found.revision,
        "state": found.state.value,
        "editor": found.editor,
        "id": read_form(found.text).id,
        "saved": f"{found.updated_at.astimezone(SHANGHAI):%H:%M}",
        "others": [_seen(one) for one in others],
    }


def _seen(one: Present) -> str:
    return gettext("%(who)s 也开着这份草稿（%(at)s）", who=one.actor, at=f"{one.at.astimezone(SHANGHAI):%H:%M}")


def state(draft_id: int) -> Response:
    """Where a draft stands, and who else has it open; asked now and then by the page."""
    with reading(services().engine) as db:
        found = draft(db, draft_id)
    return jsonify(_standing(found))
