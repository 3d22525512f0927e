"""Browsing by touchpoint and by topic."""

from flask import Blueprint, abort, render_template, request

from kb.entry import Entry, Touchpoint
from web import access, params
from web.catalogue import PAGE, catalogue


def add_to(blueprint: Blueprint) -> None:
    """Add the routes for browsing."""
    blueprint.add_url_rule("/touchpoints", view_func=touchpoints)
    blueprint.add_url_rule("/touchpoints/<name>", view_func=touchpoint)
    blueprint.add_url_rule("/topics", view_func=topics)
    blueprint.add_url_rule("/topics/<path:name>", view_func=topic)


def touchpoints() -> str:
    """The customer's way through the hall, with the number of entries at every station."""
    return render_template("desk/touchpoints.html", counts=catalogue().touchpoints(access.context()))


def touchpoint(name: str) -> str:
    """The entries in force at one station."""
    if name not in set(Touchpoint):
        abort(404)
    return _listed([e for e in catalogue().current(access.context()) if e.touchpoint == name], touchpoint=name)


def topics() -> str:
    """Every topic with its number of entries."""
    return render_template("desk/topics.html", topics=catalogue().topics(access.context()))


def topic(name: str) -> str:
    """The entries in force of one topic."""
    found = [e for e in catalogue().current(access.context()) if e.topic == name]
    if not found:
        abort(404)
    return _listed(found, topic=name)


def _listed(entries: list[Entry], **where: str) -> str:
    pages = max(1, -(-len(entries) // PAGE))
    page = params.number(request.args, "page", 1, 1, pages)
    shown = entries[(page - 1) * PAGE : page * PAGE]
    library, place = catalogue().shown, access.context()
    validities = {e.ref: library.validity(e, place).value for e in shown}
    return render_template("desk/list.html", entries=shown, total=len(entries), page=page, pages=pages, validities=validities, **where)
