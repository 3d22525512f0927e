"""The print view: pocket cards and the little-helper booklet of what is in force, as a page for the browser's own printing."""

from itertools import groupby
from pathlib import Path

from flask import Blueprint, current_app, render_template, request

from kb.entry import Kind
from kb.errors import NotFoundError
from kb.printing.cards import PocketCard, brief, make_cards
from kb.printing.notice import read_imprint
from web import access, params
from web.catalogue import catalogue

_LAYOUTS = ("cards", "booklet")
_MOST = 60  # cards on one page: more would be heavy to load and long to print
_SHORT = 60


def add_to(blueprint: Blueprint) -> None:
    """Add the print view."""
    blueprint.add_url_rule("/print", view_func=print_view)


def print_view() -> str:
    """Choose a topic, kind and layout, see the cards, print them; every card says until when it holds."""
    place, kind, topic = access.context(), params.kind(request.args), params.text(request.args, "topic")
    layout = request.args.get("layout") if request.args.get("layout") in _LAYOUTS else _LAYOUTS[0]
    topics = list(catalogue().topics(place))
    cards = _cards(topic or (topics[0] if topics and not kind else ""), kind)
    pages = max(1, -(-len(cards) // _MOST))
    page = params.number(request.args, "page", 1, 1, pages)
    shown = cards[(page - 1) * _MOST : page * _MOST]
    grouped = [(name, list(group)) for name, group in groupby(shown, key=lambda card: card.topic)]
    imprint = read_imprint(Path(current_app.config["CONTENT"]), place.hall)
    return render_template(
        "desk/print.html",
        groups=grouped, topics=topics, topic=topic or (topics[0] if topics and not kind else ""), kind=kind.value if kind else "", layout=layout,
        imprint=imprint, day=place.as_of, total=len(cards), page=page, pages=pages,
    )  # fmt: skip


def _cards(topic: str, kind: Kind | None) -> list[PocketCard]:
    try:
        made = make_cards(catalogue().shown, access.context(), (topic,) if topic else (), kind)
    except NotFoundError:
        return []
    return [brief(card, _SHORT) for card in made]
