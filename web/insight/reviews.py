"""复核: which entries have to be looked over, by owner."""

from flask import Blueprint, render_template, request

from kb.authoring.reviewduty import Duty, ReviewLine, Reviews
from kb.authoring.reviewduty import reviews as reviews_of
from kb.errors import QueryError
from web import params
from web.i18n import gettext
from web.insight.surroundings import everywhere, library, paged

NOBODY = "-"
UNOWNED = "unowned"


def add_to(blueprint: Blueprint) -> None:
    """Add the route of reviews."""
    blueprint.add_url_rule("/insight/reviews", view_func=reviews)


def asked_reviews() -> tuple[Reviews, list[ReviewLine], str, str]:
    """(how all stand, the lines that are wanted, how they stand, whose they are). Raises QueryError."""
    state, owner = params.text(request.args, "state"), params.text(request.args, "owner")
    if state not in {"", UNOWNED, *Duty}:
        raise QueryError("bad-parameter", name="state", value=state, why=gettext("请从列表里选"))
    found = reviews_of(library(), everywhere())
    lines = [line for line in found.lines if _fits(line, state) and owner in {"", line.entry.owner or NOBODY}]
    return found, lines, state, owner


def _fits(line: ReviewLine, state: str) -> bool:
    return not state or (not line.entry.owner if state == UNOWNED else line.duty == state)


def reviews() -> str:
    """Every entry in force and when it has to be looked over, the longest overdue first."""
    found, lines, state, owner = asked_reviews()
    address = {name: value for name, value in {"state": state, "owner": owner}.items() if value}
    return render_template("insight/reviews.html", found=found, shown=paged(lines), state=state, owner=owner, address=address, nobody=NOBODY)
