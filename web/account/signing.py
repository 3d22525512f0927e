"""Signing in with employee number and password, again in place, and out."""

import json
from math import ceil

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from kb.calendar import SHANGHAI
from kb.db import reading
from kb.errors import AccessError, AppError, QueryError
from quiz.people.accounts import Credentials, credentials, matches, note_sign_in
from quiz.people.directory import person
from quiz.people.roles import Person
from web import identity
from web.errors import STATUS, said
from web.i18n import gettext
from web.navigation import home
from web.params import own_path
from web.wiring import services

_MOST_KEPT = 200


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of signing in."""
    blueprint.add_url_rule("/account/sign-in", view_func=sign_in)
    blueprint.add_url_rule("/account/sign-in", view_func=enter, methods=["POST"])
    blueprint.add_url_rule("/account/sign-in-again", view_func=sign_in_again, methods=["POST"])
    blueprint.add_url_rule("/account/sign-out", view_func=sign_out, methods=["POST"])


def sign_in() -> Response:
    """The form; whoever is signed in already goes on."""
    goal = own_path(request.args.get("next", ""))
    if who := identity.viewer():
        return make_response(redirect(goal or url_for(home(who.role)), 303))
    return make_response(_form("", "", goal, "", []))


def _form(number: str, fault: str, goal: str, resume_to: str, kept: list[tuple[str, str]]) -> str:
    return render_template("account/sign_in.html", number=number, fault=fault, next=goal, resume_to=resume_to, kept=kept)


def enter() -> Response:
    """Sign in; a form that was being sent when the session ended is offered to go on with."""
    number, goal = request.form.get("number", "").strip(), own_path(request.form.get("next", ""))
    resume_to, kept = own_path(request.form.get("resume_to", "")), _kept(request.form.get("kept", ""))
    try:
        found = _checked(number, request.form.get("password", ""))
    except AppError as error:
        return make_response(_form(number, said(error), goal, resume_to, kept), STATUS[error.code])
    identity.enter(found)
    if resume_to:
        return make_response(render_template("account/resume.html", resume_to=resume_to, kept=kept))
    return make_response(redirect(goal or url_for(home(found.person.role)), 303))


def _kept(text: str) -> list[tuple[str, str]]:
    try:
        pairs = json.loads(text) if text else []
        return [(str(name), str(value)) for name, value in pairs][:_MOST_KEPT]
    except (ValueError, TypeError):
        return []


def sign_in_again() -> Response:
    """Sign in without leaving the page, as the one whose page it is. Answers with a new form token."""
    number = request.form.get("number", "").strip()
    if not number:
        raise QueryError("bad-parameter", name="number", value="", why=gettext("请填写工号"))
    member = _checked(number, request.form.get("password", ""))
    identity.enter(member)
    return jsonify(ok=True, csrf=generate_csrf())


def _checked(number: str, password: str) -> identity.Member:
    """The member whose password it is; counts what was wrong. Raises AccessError."""
    now = services().now()
    with reading(services().engine) as db:
        found = credentials(db, number)
    if found and found.locked_until and found.locked_until > now:
        raise AccessError("sign-in-locked", minutes=ceil((found.locked_until - now).total_seconds() / 60))
    right = matches(found, password)
    if found:
        with services().sessions.begin() as db:
            note_sign_in(db, found.employee_id, right=right, now=now)
    if not right or found is None:
        raise AccessError("sign-in-failed")
    return identity.Member(_person(found), found.epoch, must_change=found.must_change)


def _person(found: Credentials) -> Person:
    with reading(services().engine) as db:
        who = person(db, found.employee_id, services().now().astimezone(SHANGHAI).date())
    if who is None:
        raise AccessError("sign-in-failed")
    return who


def sign_out() -> Response:
    """End the session."""
    identity.leave()
    return make_response(redirect(url_for("account.sign_in"), 303))
