"""One person: what is known, and every change an administrator may make."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from kb.db import reading
from kb.errors import AppError, ConflictError, QueryError
from quiz.people import personnel, staff
from quiz.people.accounts import first_password, hashed
from quiz.people.directory import units
from quiz.people.roles import Role
from web import params
from web.access import me
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext
from web.identity import may
from web.people.scope import check_sees, options
from web.wiring import services

_FIELD_OF = {
    "number-bad": "number",
    "number-taken": "number",
    "name-bad": "name",
    "last-admin": "role",
    "needs-hall": "unit",
    "unit-missing": "unit",
    "unit-closed": "unit",
    "day-far": "day",
    "bad-parameter": "day",
}
Values = Mapping[str, str]


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of one person."""
    blueprint.add_url_rule("/people/new", view_func=new)
    blueprint.add_url_rule("/people/new", view_func=add, methods=["POST"])
    blueprint.add_url_rule("/people/<int:employee_id>", view_func=person)
    for name, view in {"edit": edit, "move": move, "leave": leave, "return": come_back, "password": password}.items():
        blueprint.add_url_rule(f"/people/<int:employee_id>/{name}", view_func=view, methods=["POST"])


def new() -> str:
    """The form for somebody new."""
    return _new_page({"day": today().isoformat(), "role": Role.CLERK.value, "unit": request.args.get("unit", "")}, {})


def _new_page(shown: Values, faults: Mapping[str, str]) -> str:
    with reading(services().engine) as db:
        every = units(db)
    return render_template("people/new.html", shown=shown, faults=faults, units=options(every.values()))


def add() -> Response:
    """Enter somebody; on errors the form comes back as it was."""
    form = request.form
    if faults := _new_faults(form):
        return make_response(_new_page(form, faults), 400)
    number, name = personnel.clean_number(form["number"]), personnel.clean_name(form["name"])
    try:
        with services().sessions.begin() as db:
            key = personnel.add_person(db, number, name, _role(form), _unit(form), _day(form), me().number, now())
    except (QueryError, ConflictError) as error:
        return make_response(_new_page(form, _faults(error)), STATUS[error.code])
    flash(gettext("已新增 %(name)s（%(number)s）。要让他登录，请发放初始密码。", name=name, number=number))
    return make_response(redirect(url_for("people.person", employee_id=key), 303))


def _new_faults(form: Values) -> dict[str, str]:
    """Everything that is wrong with the form at once."""
    checks: dict[str, Callable[[], object]] = {
        "number": lambda: personnel.clean_number(form.get("number", "")),
        "name": lambda: personnel.clean_name(form.get("name", "")),
        "role": lambda: _role(form),
        "unit": lambda: _unit(form),
        "day": lambda: _day(form),
    }
    faults = {}
    for field, check in checks.items():
        try:
            check()
        except QueryError as error:
            faults[field] = said(error)
    return faults


def person(employee_id: int) -> str:
    """What is known of a person."""
    return _page(employee_id, "", {}, {})


def _page(employee_id: int, tried: str, shown: Values, faults: Mapping[str, str]) -> str:
    with reading(services().engine) as db:
        found, every = staff.detail(db, employee_id, today()), units(db)
    check_sees(found.person, every)
    context: dict[str, Any] = {"found": found, "tried": tried, "shown": shown, "faults": faults, "today": today(), "may_edit": may("people.edit")}
    return render_template("people/person.html", units=options(every.values()) if context["may_edit"] else [], **context)


def edit(employee_id: int) -> Response:
    """Another name or role."""
    form = request.form
    return _do(employee_id, "edit", lambda db: personnel.edit_person(db, employee_id, form.get("name", ""), _role(form), me().number, now()))


def move(employee_id: int) -> Response:
    """To another unit from a day on."""
    form = request.form
    return _do(employee_id, "move", lambda db: personnel.move_person(db, employee_id, _unit(form), _day(form), me().number, now()))


def leave(employee_id: int) -> Response:
    """Has left."""
    return _do(employee_id, "leave", lambda db: personnel.leave(db, employee_id, _day(request.form), me().number, now()))


def come_back(employee_id: int) -> Response:
    """Works here again."""
    form = request.form
    return _do(employee_id, "return", lambda db: personnel.come_back(db, employee_id, _unit(form), _day(form), me().number, now()))


def _do(employee_id: int, form: str, change: Callable[[Session], None]) -> Response:
    try:
        with services().sessions.begin() as db:
            change(db)
    except (QueryError, ConflictError) as error:
        return make_response(_page(employee_id, form, request.form, _faults(error)), STATUS[error.code])
    flash(gettext("已保存"))
    return make_response(redirect(url_for("people.person", employee_id=employee_id), 303))


def password(employee_id: int) -> Response:
    """Give a first password and show it this once."""
    with reading(services().engine) as db:
        found = staff.detail(db, employee_id, today())
    fresh = first_password()
    password_hash = hashed(fresh)
    with services().sessions.begin() as db:
        personnel.give_password(db, employee_id, password_hash, me().number, now())
    response = make_response(render_template("people/password.html", person=found.person, password=fresh))
    response.headers["Cache-Control"] = "no-store"
    return response


def _faults(error: AppError) -> dict[str, str]:
    return {_FIELD_OF.get(error.code, "name"): said(error)}


def _role(form: Values) -> Role:
    text = form.get("role", "")
    if text not in set(Role):
        raise QueryError("bad-parameter", name="role", value=text[:40], why=gettext("请从列表里选"))
    return Role(text)


def _unit(form: Values) -> int:
    text = form.get("unit", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise QueryError("unit-missing")
    return int(text)


def _day(form: Values) -> date:
    return params.day(form, "day", today())
