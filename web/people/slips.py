"""First passwords for a hall or a district, as a list to print and cut apart."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.db import reading
from quiz.people.accounts import first_password, hashed
from quiz.people.directory import units
from quiz.people.roles import Person, Unit, subtree
from quiz.people.rosterfile import slips as slips_file
from quiz.people.slips import hand_out, waiting
from web import params
from web.access import me
from web.clock import now, today
from web.downloads import EXCEL, download
from web.i18n import gettext
from web.people.scope import options
from web.wiring import services

AT_ONCE = 200  # hashing one takes some 30 ms: a file of slips comes within ten seconds


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the slips."""
    blueprint.add_url_rule("/people/slips", view_func=slips)
    blueprint.add_url_rule("/people/slips", view_func=give_slips, methods=["POST"])


def slips() -> str:
    """Who still waits for a first password, of a unit and below."""
    unit_id, again = params.number(request.args, "unit", 0, 1, 999_999_999), request.args.get("again") == "1"
    every, people = _waiting(unit_id, again=again)
    return render_template(
        "people/slips.html", units=options(every.values()), unit_id=unit_id, again=again, people=people[:AT_ONCE], total=len(people), at_once=AT_ONCE
    )


def _waiting(unit_id: int, *, again: bool) -> tuple[dict[int, Unit], list[Person]]:
    with reading(services().engine) as db:
        every = units(db)
        within = subtree(every.values(), unit_id) if unit_id in every else frozenset(every)
        return every, waiting(db, within, today(), again=again)


def give_slips() -> Response:
    """Make the passwords and hand out the file; what is in it stands nowhere else."""
    unit_id, again = params.number(request.form, "unit", 0, 1, 999_999_999), request.form.get("again") == "1"
    every, people = _waiting(unit_id, again=again)
    passwords = {person.id: first_password() for person in people[:AT_ONCE]}
    hashes = {key: hashed(text) for key, text in passwords.items()}
    with services().sessions.begin() as db:
        got = hand_out(db, people[:AT_ONCE], hashes, me().number, now(), again=again)
    if not got:
        flash(gettext("这里的人都已经有密码了"))
        return make_response(redirect(url_for("people.slips", unit=unit_id or None), 303))
    where = every[unit_id].name if unit_id in every else ""
    return download(slips_file(got, passwords), f"{gettext('初始密码')}-{where}-{today():%Y%m%d}.xlsx", EXCEL)
