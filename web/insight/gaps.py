"""知识缺口: what people searched in vain, put together by meaning."""

from flask import Blueprint, render_template, request

from kb.errors import QueryError
from web import params
from web.i18n import gettext
from web.insight.surroundings import DAYS, current_gaps, days, paged

PER_PAGE = 20
KINDS = ("", "empty", "abandoned")


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the gaps."""
    blueprint.add_url_rule("/insight/gaps", view_func=gaps)


def gaps() -> str:
    """The groups, the widest first."""
    back, kind = days(), params.text(request.args, "kind")
    if kind not in KINDS:
        raise QueryError("bad-parameter", name="kind", value=kind, why=gettext("请从列表里选"))
    every = current_gaps(back)
    found = [gap for gap in every if not kind or (gap.empty if kind == "empty" else gap.abandoned)]
    address = {name: value for name, value in {"days": back, "kind": kind}.items() if value and (name, value) != ("days", 30)}
    return render_template("insight/gaps.html", shown=paged(found, PER_PAGE), every=len(every), days=back, choices=DAYS, kind=kind, address=address)
