"""Every page as a file to pass on: Excel to reckon with, PDF to print."""

from collections.abc import Callable

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from kb.calendar import day_of
from kb.db import reading
from kb.errors import NotFoundError
from kb.printing.document import Document
from quiz.people.roles import UnitKind
from quiz.reports.overview import overview
from quiz.reports.questions import entries, question_page, questions
from quiz.reports.units import board
from web import params
from web.clock import now
from web.documents import as_pdf, as_tables
from web.downloads import EXCEL, PDF, download
from web.manager import printed
from web.manager.absent import away_in
from web.manager.asked import Asked, Scope, asked, scope
from web.manager.demand import demand
from web.manager.entries import ITEM_KEYS
from web.manager.halls import HALL_KEYS, PERSON_KEYS, hall_page
from web.manager.ordering import arranged, order
from web.manager.people import own_shown, person_shown
from web.manager.pictures import Drawn, drawing, undrawn
from web.manager.tables import level_asked, table_of
from web.manager.titles import titles
from web.manager.topics import TOPIC_KEYS, topic_page, topics_page
from web.manager.words import shown_period
from web.wiring import services

_WRITERS = {"xlsx": (as_tables, EXCEL), "pdf": (as_pdf, PDF)}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the files."""
    blueprint.add_url_rule("/manager/export/<name>.<any(xlsx, pdf):ending>", view_func=export)
    blueprint.add_url_rule("/me.<any(xlsx, pdf):ending>", view_func=export_mine)


def export(name: str, ending: str) -> Response:
    """A page as a file, its subject in the address. Raises NotFoundError for one that is none, and where no Chinese font is installed."""
    make = _DOCUMENTS.get(name)
    if make is None:
        raise NotFoundError("report-table")
    with reading(services().engine) as db:
        wanted = asked(db)
        mine = scope(db, wanted.unit)
        found = make(db, wanted, mine, drawing(db, wanted, mine) if ending == "pdf" else undrawn)
    return _file(found, wanted, ending)


def export_mine(ending: str) -> Response:
    """One's own results as a file."""
    with reading(services().engine) as db:
        wanted = asked(db, own=True)
        found = printed.person(wanted, own_shown(db, wanted), titles())
    return _file(found, wanted, ending)


def _file(found: Document, wanted: Asked, ending: str) -> Response:
    write, content_type = _WRITERS[ending]
    return download(write(found, day_of(now())), f"{found.title}-{shown_period(wanted.period)}.{ending}", content_type)


def _overview(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:
    found = overview(db, wanted.period, mine.units, mine.seen, now(), demand(db, wanted.period))
    return printed.overview(wanted, mine, found, titles(), drawn)


def _absent(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:  # noqa: ARG001  # it has no plot
    return printed.absent(wanted, mine, away_in(db, wanted, mine))


def _halls(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:
    found = board(db, wanted.period, mine.units, mine.seen, now())
    lines = arranged(found.halls, order(HALL_KEYS, "shrunk"), HALL_KEYS)
    return printed.halls(wanted, mine, found, lines, drawn)


def _hall(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:
    """The hall that the address keeps to. Raises NotFoundError where it names none."""
    unit = mine.units.get(wanted.unit)
    if unit is None or unit.kind is not UnitKind.HALL:
        raise NotFoundError("report-unit")
    page = hall_page(db, wanted, mine, unit)
    people = arranged(page.people, order(PERSON_KEYS, "shrunk"), PERSON_KEYS)
    return printed.hall(wanted, page, people, drawn)


def _topics(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:
    page = topics_page(db, wanted, mine)
    lines = arranged(page.found.lines, order(TOPIC_KEYS, "-gain"), TOPIC_KEYS)
    return printed.topics(wanted, mine, page, lines, drawn)


def _topic(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:  # noqa: ARG001  # it has no plot
    name = params.text(request.args, "topic")
    page = topic_page(db, wanted, mine, name)
    lines = arranged([line for line in page.board.halls if line.accuracy], order(HALL_KEYS, "shrunk"), HALL_KEYS)
    return printed.topic(wanted, name, page, lines, titles())


def _entries(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:  # noqa: ARG001  # figures of entries are the whole branch's
    return printed.entries(wanted, arranged(entries(db, wanted.period), order(ITEM_KEYS, "shrunk"), ITEM_KEYS), titles())


def _entry(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:  # noqa: ARG001  # as above
    entry_id = params.text(request.args, "entry", 200)
    lines = arranged(questions(db, wanted.period, now(), entry_id=entry_id), order(ITEM_KEYS, "shrunk"), ITEM_KEYS)
    return printed.entry(wanted, titles().get(entry_id, entry_id), lines)


def _question(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:  # noqa: ARG001  # as above
    return printed.question(wanted, question_page(db, wanted.period, params.text(request.args, "question", 120), now()), titles())


def _tables(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:  # noqa: ARG001  # likewise
    return printed.tables(wanted, table_of(db, wanted, mine, level_asked(mine)))


def _person(db: Session, wanted: Asked, mine: Scope, drawn: Drawn) -> Document:  # noqa: ARG001  # likewise
    return printed.person(wanted, person_shown(db, wanted, mine, params.text(request.args, "number", 40)), titles())


_DOCUMENTS: dict[str, Callable[[Session, Asked, Scope, Drawn], Document]] = {
    "overview": _overview,
    "absent": _absent,
    "halls": _halls,
    "hall": _hall,
    "topics": _topics,
    "topic": _topic,
    "entries": _entries,
    "entry": _entry,
    "question": _question,
    "tables": _tables,
    "person": _person,
}
