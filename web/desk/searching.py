"""The search page, and the pieces of it that its script fetches while somebody types."""

import logging
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from kb.db import reading
from kb.entry import Kind
from kb.errors import AppError, QueryError
from kb.hit import Answer
from kb.querylog import popular_queries, recent_queries
from kb.search import LONGEST_QUERY
from web import access, params
from web.catalogue import catalogue
from web.desk.hits import hit_views
from web.errors import STATUS, said
from web.i18n import gettext
from web.searching import search
from web.wiring import services

_log = logging.getLogger(__name__)
SHOWN = 6  # hits a page shows; also those between keystrokes, so that nothing jumps when the full answer comes


@dataclass(frozen=True, slots=True)
class Start:
    """What the page shows before anything is typed: one's own last queries, everybody's, and the number of entries by touchpoint."""

    recent: list[str]
    popular: list[str]
    touchpoints: dict[str, int]


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the search page."""
    blueprint.add_url_rule("/", view_func=page, endpoint="search")
    blueprint.add_url_rule("/search", view_func=fragment, endpoint="fragment")
    blueprint.add_url_rule("/lookup", view_func=lookup)
    blueprint.add_url_rule("/healthz", view_func=health)


def page() -> Response:
    """The whole page; with `q` it holds the answer, so that it works without a script. What cannot be asked is said under the box."""
    text, kind, fault = request.args.get("q", ""), _kind(), None
    try:
        answer = _answer(text, kind)
    except QueryError as error:
        fault, answer = error, _start()
    response = make_response(
        render_template("desk/search.html", text=text, kind=kind, fault=said(fault) if fault else "", longest=LONGEST_QUERY, **answer)
    )
    response.status_code = STATUS[fault.code] if fault else 200
    return response


def fragment() -> str:
    """The answer alone, by the full search, logged; `typing` names the query being typed."""
    return render_template("desk/_answer.html", kind=_kind(), **_answer(request.args.get("q", ""), _kind(), request.args.get("typing", "")))


def lookup() -> str:
    """The answer between keystrokes, by words and pinyin alone, not logged."""
    place, kind = access.context(), _kind()
    answer = services().search.get().lookup(request.args.get("q", ""), place, SHOWN, kind, services().withdrawn.ids())
    return render_template("desk/_answer.html", kind=kind, **_shown(answer, "", "lookup"))


def health() -> Response:
    """`ok` and the snapshot in use, or 503 and what is wrong; plain text, for machines that watch."""
    try:
        name = services().search.get().snapshot.manifest.get("name", "")
    except AppError as error:
        return Response(f"{error.code}: {error.text('en')}\n", STATUS.get(error.code, 500), mimetype="text/plain")
    return Response(f"ok {name}\n", mimetype="text/plain")


def _kind() -> Kind | None:
    """A kind that does not exist is no reason to refuse a customer's question."""
    try:
        return params.kind(request.args)
    except QueryError:
        return None


def _answer(text: str, kind: Kind | None, typing: str = "") -> dict[str, object]:
    if not text.strip():
        return _start()
    logged = search(text, access.context(), SHOWN, kind, typing)
    return _shown(logged.answer, logged.search_id, "full")


def _shown(answer: Answer, search_id: str, mode: str) -> dict[str, object]:
    hits = hit_views(answer, access.context().as_of, catalogue())
    return {"answer": answer, "hits": hits, "search_id": search_id, "mode": mode, "status": _status(answer)}


def _status(answer: Answer) -> str:
    if not answer.confident:
        return gettext("没有找到合适的口径，下面是最接近的 %(n)s 条", n=len(answer.hits)) if answer.hits else gettext("没有找到合适的口径")
    found = gettext("最合适的 %(n)s 条，第一条：%(title)s", n=len(answer.hits), title=answer.hits[0].entry.title)
    read = (
        answer.words if any(c.isascii() and c.isalpha() for c in answer.query) and answer.words.casefold() != answer.query.strip().casefold() else ""
    )
    return gettext("按“%(words)s”查找。", words=read) + found if read else found


def _start() -> dict[str, object]:
    recent, popular = _queries()
    counts = catalogue().touchpoints(access.context())
    return {"start": Start(recent, popular, dict(counts)), "mode": "start", "status": ""}


def _queries() -> tuple[list[str], list[str]]:
    try:
        with reading(services().engine) as session:
            recent = recent_queries(session, access.asker())
            return recent, [q for q, _ in popular_queries(session, services().now()) if q not in recent]
    except SQLAlchemyError:
        _log.exception("the queries of the start page could not be read")
        return [], []
