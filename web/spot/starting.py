"""Choosing a hall, looking at what would be drawn, and beginning."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from kb.db import reading
from kb.errors import AppError, QueryError
from quiz.exams.tallies import SPOT
from quiz.people.directory import units
from quiz.people.roles import Unit
from quiz.reports.lines import HallLine
from quiz.reports.units import board
from quiz.spot.checking import start
from quiz.spot.draw import Proposal, Wish, checked_hall, open_halls, propose
from quiz.spot.plan import MOST_CLERKS, MOST_EACH
from quiz.statistics.period import Period
from web import params
from web.access import me
from web.catalogue import catalogue
from web.clock import now
from web.errors import STATUS, said
from web.spot.scope import this_month
from web.wiring import services

CLERKS, EACH = 3, 5
MOST_SHOWN = 100
_SEEDS = 10**9


@dataclass(frozen=True, slots=True)
class Offer:
    """A hall to choose, with how far this month's checks have come there."""

    hall: Unit
    district: str
    line: HallLine | None


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of beginning a check."""
    blueprint.add_url_rule("/spot/new", view_func=new)
    blueprint.add_url_rule("/spot/new", view_func=begin, methods=["POST"])


def new() -> str | Response:
    """The halls to choose from; with one chosen, what would be drawn there."""
    unit_id = params.number(request.args, "unit", 0, 1, 999_999_999)
    return _page(unit_id, request.args, "") if unit_id else _choice(params.text(request.args, "text"))


def _choice(text: str) -> str:
    with reading(services().engine) as db:
        every = units(db)
        halls = open_halls(me(), every)
        wanted = [hall for hall in halls if text.casefold() in f"{hall.name} {hall.code} {_above(hall, every)}".casefold()]
        lines = {line.unit.id: line for line in board(db, Period(this_month(), this_month(), SPOT), every, list(every), now()).halls}
    offers = [Offer(hall, _above(hall, every), lines.get(hall.id)) for hall in wanted[:MOST_SHOWN]]
    offers.sort(key=lambda offer: offer.district)
    return render_template("spot/choose.html", offers=offers, total=len(wanted), text=text, any=bool(halls))


def _above(hall: Unit, every: Mapping[int, Unit]) -> str:
    above = every.get(hall.parent_id or 0)
    return above.name if above else ""


def _page(unit_id: int, values: Mapping[str, str], fault: str, check_id: str = "") -> Response:
    """The draw for a hall; numbers that cannot be used stay in their fields beside what is wrong."""
    shown = {"clerks": values.get("clerks", str(CLERKS))[:9], "each": values.get("each", str(EACH))[:9]}
    seed = secrets.randbelow(_SEEDS)
    proposal: Proposal | None = None
    with reading(services().engine) as db:
        hall = checked_hall(me(), unit_id, units(db))
        try:
            seed = params.number(values, "seed", seed, 0, _SEEDS)
            proposal = _proposal(db, unit_id, values, seed)
        except AppError as error:
            fault = fault or said(error)
            status = STATUS.get(error.code, 500)
    page = render_template(
        "spot/draw.html",
        hall=hall,
        shown=shown,
        fault=fault,
        proposal=proposal,
        people={p.id: p for p in proposal.staff} if proposal else {},
        seed=seed,
        again=secrets.randbelow(_SEEDS),
        check_id=check_id or secrets.token_hex(16),
        limits=(MOST_CLERKS, MOST_EACH),
    )
    return make_response(page, 200 if proposal else status)


def _wish(unit_id: int, values: Mapping[str, str]) -> Wish:
    """What the form asks for; a number that is none is out of bounds."""
    clerks, each = (values.get(name, str(default)).strip() for name, default in (("clerks", CLERKS), ("each", EACH)))
    return Wish(unit_id, _whole(clerks), _whole(each))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _proposal(db: Session, unit_id: int, values: Mapping[str, str], seed: int) -> Proposal:
    return propose(db, catalogue().shown, me(), _wish(unit_id, values), seed, now())


def begin() -> Response:
    """Begin the check that was shown; pressing twice begins one."""
    form = request.form
    unit_id = params.number(form, "unit", 0, 1, 999_999_999)
    if not unit_id:
        raise QueryError("spot-hall")
    check_id, seed = params.text(form, "check"), params.number(form, "seed", 0, 0, _SEEDS)
    try:
        with services().sessions.begin() as db:
            start(db, catalogue().shown, me(), _wish(unit_id, form), seed, check_id, now())
    except QueryError as error:
        if error.code != "spot-numbers":
            raise
        return _page(unit_id, form, said(error), check_id)
    return make_response(redirect(url_for("spot.check", check_id=check_id), 303))
