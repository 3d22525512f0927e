"""Taking questions out: a filter, a format, and what the format cannot carry."""

from flask import Blueprint, Response, render_template, request

from kb.db import reading
from kb.errors import QueryError
from quiz.bank.listing import matching, topics_of, types_of
from quiz.importers.formats import FORMATS, Format
from web import params
from web.clock import today
from web.downloads import download
from web.i18n import gettext
from web.trainer.banking import address, wanted
from web.trainer.surroundings import title_of
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of exporting."""
    blueprint.add_url_rule("/trainer/export", view_func=export_questions)
    blueprint.add_url_rule("/trainer/export/file", view_func=exported_questions)


def _shown() -> bool:
    value = params.text(request.args, "numbers")
    if value not in {"", "shown"}:
        raise QueryError("bad-parameter", name="numbers", value=value, why=gettext("请从列表里选"))
    return value == "shown"


def export_questions() -> str:
    """The formats, each with how many of the chosen questions it can carry."""
    asked = wanted(request.args)
    with reading(services().engine) as db:
        types, topics = types_of(db, asked), topics_of(db)
    return render_template(
        "trainer/export.html",
        formats=FORMATS,
        types=types,
        total=sum(types.values()),
        topics=topics,
        asked=asked,
        address=address(asked),
        shown=_shown(),
        entry_title=title_of(asked.entry_id),
    )


def exported_questions() -> Response:
    """The file."""
    chosen = params.text(request.args, "format")
    if chosen not in set(Format):
        raise QueryError("bad-parameter", name="format", value=chosen, why=" | ".join(Format))
    form = FORMATS[Format(chosen)]
    with reading(services().engine) as db:
        found = matching(db, wanted(request.args), shown=_shown())
    return download(form.write(found).data, f"{gettext('题目')}-{today():%Y%m%d}.{form.suffix}", form.mimetype)
