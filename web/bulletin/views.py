"""The bulletin's page and files."""

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, url_for

from kb.calendar import day_of
from kb.db import reading
from kb.errors import AccessError, SnapshotError
from kb.printing.document import Document
from quiz.reports.bulletin import Bulletin, bulletin
from web.bulletin.asked import Asked, asked
from web.bulletin.compose import compose, compose_tables
from web.documents import WRITERS
from web.downloads import EXCEL, PDF, download
from web.wiring import services

blueprint = Blueprint("bulletin", __name__)
MOST_SHOWN = 100  # units of a ranking on the page
_TYPES = {".xlsx": EXCEL, ".pdf": PDF}


@blueprint.get("/bulletin")
def page() -> str:
    """The bulletin to read and to print."""
    wanted, found = _found()
    return render_template("bulletin/page.html", asked=wanted, document=_made(found, MOST_SHOWN) if found else None)


@blueprint.get("/bulletin.xlsx")
def excel() -> Response:
    """The bulletin as a workbook."""
    return _file(_known(), ".xlsx")


@blueprint.get("/bulletin.pdf")
def pdf() -> Response:
    """The bulletin on A4 sheets. Raises NotFoundError where no Chinese font is installed."""
    return _file(_known(), ".pdf")


@blueprint.get("/bulletin/tables.pdf")
def tables() -> Response:
    """The ranking tables alone on A4 sheets. Raises NotFoundError where no Chinese font is installed."""
    _, found = _found()
    return _file(compose_tables(_some(found), day_of(services().now())), ".pdf")


def _found() -> tuple[Asked, Bulletin | None]:
    """The bulletin asked for; none for somebody who has no unit."""
    with reading(services().engine) as db:
        wanted = asked(db)
        if wanted.unit is None:
            return wanted, None
        return wanted, bulletin(db, wanted.unit, wanted.month, wanted.units, services().now())


def _made(found: Bulletin, most: int | None = None) -> Document:
    """The bulletin in words, its entries linked as far as they can be opened."""
    known = _titles()
    return compose(found, known, day_of(services().now()), lambda entry: url_for("desk.entry", entry_id=entry) if entry in known else "", most)


def _known() -> Document:
    return _made(_some(_found()[1]))


def _some(found: Bulletin | None) -> Bulletin:
    if found is None:
        raise AccessError("not-allowed")
    return found


def _file(document: Document, ending: str) -> Response:
    return download(WRITERS[ending](document, day_of(services().now())), document.title + ending, _TYPES[ending])


def _titles() -> Mapping[str, str]:
    """The title of every entry's latest version; none while there is no index."""
    try:
        library = services().search.get().snapshot.library
    except SnapshotError:
        return {}
    return {entry.id: entry.title for entry in library.entries}
