"""What the editor asks while somebody types: faults by field, entries that say the same, facts to quote."""

import time
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from kb.authoring.alike import alike
from kb.authoring.drafts import Draft
from kb.authoring.entryform import EntryForm, read_form
from kb.authoring.entrytext import apply_form
from kb.authoring.writing import check
from kb.entry import Context, Entry
from kb.errors import AppError
from web import params
from web.authoring.findings import Told, of_withdrawn, refused, told
from web.authoring.formfields import posted
from web.authoring.surroundings import draft_of, title_of
from web.catalogue import catalogue, library
from web.clock import today
from web.i18n import gettext
from web.labels import KINDS
from web.wiring import services

_MOST_FACTS = 30


def add_to(blueprint: Blueprint) -> None:
    """Add the routes that the editor's script asks."""
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/check", view_func=checked, methods=["POST"])
    blueprint.add_url_rule("/authoring/drafts/<int:draft_id>/similar", view_func=similar, methods=["POST"])
    blueprint.add_url_rule("/authoring/facts", view_func=facts)


def _typed(draft_id: int) -> tuple[Draft, EntryForm]:
    """The draft with what was typed in the place of what is saved."""
    found = draft_of(draft_id)
    form = posted(request.form, read_form(found.text))
    return replace(found, text=apply_form(found.text, form)), form


def checked(draft_id: int) -> Response:
    """Every fault with its field, and the entries that this one contradicts; nothing is saved."""
    started = time.perf_counter()
    names: list[str] = []
    try:
        found, form = _typed(draft_id)
        names = [fact.name for fact in form.facts]
        faults = [*told(found), *of_withdrawn(form)]
    except AppError as error:
        faults = [refused(error)]
    errors = sum(not one.warning for one in faults)
    took = (time.perf_counter() - started) * 1000
    told_ = [asdict(one) for one in faults]
    return jsonify(findings=told_, facts=names, errors=errors, summary=_summary(faults), against=_against(faults), ms=round(took, 1))


def _summary(faults: list[Told]) -> str:
    errors = sum(not one.warning for one in faults)
    if errors:
        return gettext("%(n)s 处错误要改，改好才能送审", n=errors)
    return gettext("没有错误，%(n)s 处提醒", n=len(faults)) if faults else gettext("没有错误")


def _against(faults: list[Told]) -> list[dict[str, str]]:
    found = {one.about: one.text for one in faults if one.about}
    return [{"title": title_of(id_), "why": why, "url": url_for("desk.entry", entry_id=id_)} for id_, why in found.items()]


def similar(draft_id: int) -> Response:
    """The entries in force that already answer this one's questions."""
    found, _ = _typed(draft_id)
    entry = check(found, library(), today()).entry
    hits = alike(services().search.get(), entry, today()) if entry else []
    return jsonify(similar=[_similar(hit.entry, hit.found, hit.asked) for hit in hits])


def _similar(entry: Entry, found: int, asked: int) -> dict[str, str]:
    return {
        "title": entry.title,
        "kind": str(KINDS[entry.kind.value]),
        "url": url_for("desk.entry", entry_id=entry.id),
        "why": gettext("%(asked)s 句问法里有 %(found)s 句也会查到它", asked=asked, found=found),
    }


def facts() -> Response:
    """The facts of entries in force whose title, label or value holds the words; entries too, by title, for what replaces what."""
    words = params.text(request.args, "q", 60).lower().split()
    shelf = catalogue()
    held = shelf.current(Context(today())) if words else ()
    found: list[dict[str, Any]] = []
    for entry in held:
        for fact in entry.facts.values():
            value = shelf.shown.render(fact.value, entry, today())
            if all(word in f"{entry.title} {fact.label} {value} {entry.id}.{fact.name}".lower() for word in words):
                found.append({"ref": f"{{{{ {entry.id}.{fact.name} }}}}", "title": entry.title, "label": fact.label, "value": value})
    entries = [{"id": e.id, "title": e.title} for e in held if all(word in f"{e.title} {e.id}".lower() for word in words)]
    return jsonify(facts=found[:_MOST_FACTS], entries=entries[:_MOST_FACTS], more=max(0, len(found) - _MOST_FACTS))
