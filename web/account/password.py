"""One's own password: changed at the first sign-in, and whenever one likes."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from kb.db import reading
from kb.errors import QueryError
from quiz.audit import note
from quiz.people.accounts import checked_password, credentials_of, hashed, matches, set_password
from web import identity
from web.errors import said
from web.i18n import gettext
from web.params import own_path
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of one's password."""
    blueprint.add_url_rule("/account/password", view_func=password)
    blueprint.add_url_rule("/account/password", view_func=keep_password, methods=["POST"])


def password() -> str:
    """The form."""
    return _form({}, own_path(request.args.get("next", "")))


def _form(faults: dict[str, str], goal: str) -> str:
    return render_template("account/password.html", faults=faults, first=current_user.must_change, next=goal)


def keep_password() -> Response:
    """Change the password; other devices are signed out."""
    who, goal = identity.me(), own_path(request.form.get("next", ""))
    faults = _faults(request.form.get("old", ""), request.form.get("new", ""), request.form.get("again", ""))
    if faults:
        return make_response(_form(faults, goal), 400)
    fresh = hashed(request.form["new"])
    with services().sessions.begin() as db:
        epoch = set_password(db, who.id, fresh, must_change=False)
        note(db, services().now(), who.number, "password", "employee", who.number)
    identity.enter(identity.Member(who, epoch, must_change=False))
    flash(gettext("密码已修改，其他设备上的登录已退出"))
    return make_response(redirect(goal or url_for("desk.search"), 303))


def _faults(old: str, new: str, again: str) -> dict[str, str]:
    who, faults = identity.me(), dict[str, str]()
    with reading(services().engine) as db:
        found = credentials_of(db, who.id)
    if not matches(found, old):
        faults["old"] = gettext("原密码不对")
    try:
        checked_password(new, who.number)
    except QueryError as error:
        faults["new"] = said(error)
    if "new" not in faults and new == old:
        faults["new"] = gettext("新密码不能和原密码一样")
    if new != again:
        faults["again"] = gettext("两次输入的新密码不一样")
    return faults
