"""Routes of the API. Places and days are parameters; what is not given comes from the session and from today in Shanghai."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request

from kb.chunk import Passage, PassageKind
from kb.entry import Context, Entry, EntryRef
from kb.errors import ConflictError, NotFoundError
from kb.hit import hit_json, make_hit
from kb.library import Library
from kb.numbers import NumberMatch
from web import access, params
from web.catalogue import PAGE, catalogue
from web.searching import search
from web.wiring import services

OPENAPI = Path(__file__).with_name("openapi.json")
_MOST_HITS = 20
_MOST_PER_PAGE = 100


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the API."""
    blueprint.add_url_rule("/search", view_func=find)
    blueprint.add_url_rule("/entries", view_func=entries)
    blueprint.add_url_rule("/entries/<entry_id>", view_func=entry)
    blueprint.add_url_rule("/openapi.json", view_func=openapi)


def find() -> Response:
    """The full search, logged like any other."""
    place, kind = _place(), params.kind(request.args)
    k = params.number(request.args, "k", 5, 1, _MOST_HITS)
    logged = search(request.args.get("q", ""), place, k, kind)
    answer = logged.answer
    return jsonify(
        query=answer.query,
        words=answer.words,
        confident=answer.confident,
        as_of=place.as_of.isoformat(),
        took_ms=round(answer.took_ms, 2),
        snapshot=answer.snapshot,
        search_id=logged.search_id,
        hits=[hit_json(hit) for hit in answer.hits],
    )


def entries() -> Response:
    """The entries in force, filtered and paged."""
    place, kind, touchpoint = _place(), params.kind(request.args), params.touchpoint(request.args)
    topic = params.text(request.args, "topic")
    size = params.number(request.args, "per_page", PAGE, 1, _MOST_PER_PAGE)
    page = params.number(request.args, "page", 1, 1, 1_000_000)
    found = [
        e
        for e in catalogue().current(place)
        if (kind is None or e.kind is kind) and (touchpoint is None or e.touchpoint is touchpoint) and topic in {"", e.topic}
    ]
    shown = [_summary(e, catalogue().shown, place) for e in found[(page - 1) * size : page * size]]
    return jsonify(total=len(found), page=page, per_page=size, as_of=place.as_of.isoformat(), entries=shown)


def entry(entry_id: str) -> Response:
    """One entry whole, with the numbers of the day."""
    place, library = _place(), catalogue().shown
    version = params.number(request.args, "version", 0, 1, 1_000_000)
    found = library.get(EntryRef(entry_id, version)) if version else library.pick(entry_id, place.as_of)
    if found is None:
        raise NotFoundError("entry-missing", id=entry_id[:80])
    if gone := services().withdrawn.get().get(found.id):
        raise ConflictError("entry-withdrawn", id=found.id, reason=gone.reason)
    return jsonify(as_of=place.as_of.isoformat(), **_detail(found, library, place))


def openapi() -> Response:
    """The description of this API."""
    return Response(OPENAPI.read_text(encoding="utf-8"), mimetype="application/json")


def _place() -> Context:
    mine = access.context()
    day = params.day(request.args, "as_of", mine.as_of)
    return Context(day, *(params.text(request.args, name) or getattr(mine, name) for name in ("district", "hall", "channel")))


def _summary(found: Entry, library: Library, place: Context) -> dict[str, Any]:
    return {
        "id": found.id,
        "version": found.version,
        "title": found.title,
        "kind": found.kind.value,
        "topic": found.topic,
        "touchpoint": found.touchpoint.value if found.touchpoint else None,
        "validity": library.validity(found, place).value,
        "effective_from": found.effective_from.isoformat() if found.effective_from else None,
        "effective_to": found.effective_to.isoformat() if found.effective_to else None,
    }


def _detail(found: Entry, library: Library, place: Context) -> dict[str, Any]:
    hit = make_hit(library, found, place, "", Passage(PassageKind.TITLE, found.title), 0.0, NumberMatch())
    shared = {name: value for name, value in hit_json(hit).items() if name not in {"score", "matched", "numbers"}}
    replaced = library.superseded_by(found, place)
    return {
        **shared,
        "asks": list(found.asks),
        "empower": [{"role": p.role, "may": library.render(p.may, found, place.as_of)} for p in found.empower],
        "body": library.render(found.body, found, place.as_of),
        "scope": {"districts": list(found.scope.districts), "halls": list(found.scope.halls), "channels": list(found.scope.channels)},
        "owner": found.owner,
        "reviewed_on": found.reviewed_on.isoformat() if found.reviewed_on else None,
        "review_due": found.review_due.isoformat() if found.review_due else None,
        "supersedes": list(found.supersedes),
        "superseded_by": replaced.id if replaced else None,
        "versions": [e.version for e in library.versions(found.id)],
    }
