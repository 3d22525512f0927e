"""One click from a gap to a draft: a new entry, or more asks for one that is there."""

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from kb.authoring.drafts import Draft
from kb.errors import ConflictError, QueryError
from kb.voice.gapdrafts import MOST_ASKS, draft_asks, draft_new
from web import params
from web.access import me
from web.catalogue import catalogue
from web.clock import now
from web.errors import said
from web.i18n import gettext
from web.insight.surroundings import can_write, last_version
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the route of drafts out of gaps."""
    blueprint.add_url_rule("/insight/gaps/draft", view_func=draft_gap, methods=["POST"])


def draft_gap() -> Response:
    """Open a draft with the ticked phrasings and go to the editor; what cannot be is said on the page of gaps."""
    entry_id = params.text(request.form, "entry", 200)
    phrasings = [text.strip()[:500] for text in request.form.getlist("ask")][:MOST_ASKS]
    first = params.text(request.form, "first", 500)
    try:
        draft = _draft(entry_id, sorted(phrasings, key=lambda text: text != first))
    except (ConflictError, QueryError) as error:
        flash(said(error))
        return make_response(redirect(params.own_path(request.form.get("next", "")) or url_for("insight.gaps"), 303))
    flash(gettext("已把 %(n)s 个问法放进草稿，请补全内容后送审", n=len(phrasings)))
    return make_response(redirect(_editor(draft), 303))


def _draft(entry_id: str, phrasings: list[str]) -> Draft:
    publisher = services().publisher
    if publisher is None:
        raise ConflictError("authoring-off")
    with services().sessions.begin() as db:
        if not entry_id:
            near = last_version(params.text(request.form, "near", 200))
            return draft_new(db, catalogue().library, phrasings, near.topic if near else "", me().number, now())
        entry = catalogue().library.pick(entry_id, now().date())
        return draft_asks(db, publisher.content, entry_id, phrasings, me().number, now(), entry.version if entry else 0)


def _editor(draft: Draft) -> str:
    return url_for("authoring.editor", draft_id=draft.id) if can_write() else url_for("desk.entry", entry_id=draft.entry_id)
