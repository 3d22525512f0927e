"""Who is signed in, and whether they may have the page: Flask-Login for the session, one table for the rights."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from kb.calendar import SHANGHAI
from kb.db import reading
from kb.errors import AccessError
from quiz.people.accounts import credentials_of
from quiz.people.directory import person
from quiz.people.roles import Person
from web.i18n import gettext
from web.permissions import ANYONE, PERMISSIONS, READER
from web.wiring import services

IDLE = timedelta(hours=12)  # a shift; after that one signs in again
_NOTED_EVERY = timedelta(minutes=10)
_KEPT_SECONDS = 20.0  # a changed role or hall shows within this time; a lock-out or a new password at once
_WITHOUT_A_PASSWORD_OF_ONES_OWN = {"account.password", "account.keep_password", "account.sign_out", "desk.choose_language"}


class Member(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The signed-in employee as Flask-Login keeps them."""

    def __init__(self, person_: Person, epoch: int, *, must_change: bool) -> None:
        self.person, self.epoch, self.must_change = person_, epoch, must_change

    def get_id(self) -> str:
        """What the session holds: the employee, and the epoch of the account, which grows when sessions have to end."""
        return f"{self.person.id}.{self.epoch}"


@dataclass(frozen=True, slots=True)
class _Kept:
    person: Person
    until: float


def register(app: Flask) -> None:
    """Load who is signed in, and refuse what they may not have."""
    manager = LoginManager()
    manager.session_protection = None  # addresses change between a hall's network and a handheld's
    manager.user_loader(load)
    manager.init_app(app)
    app.extensions["hallwise_people"] = {}
    app.before_request(authorise)
    app.context_processor(lambda: {"member": viewer(), "may": may})


def load(user_id: str) -> Member | None:
    """The member of a session; None when the account is gone, its password was changed, or nobody used the session for a shift."""
    key, _, epoch = user_id.partition(".")
    if not (key.isdigit() and epoch.isdigit()) or _idle():
        return None
    now = services().now()
    with reading(services().engine) as db:
        found = credentials_of(db, int(key))
        if found is None or found.epoch != int(epoch):
            return None
        kept: dict[int, _Kept] = current_app.extensions["hallwise_people"]
        if (known := kept.get(found.employee_id)) is None or known.until < time.monotonic():
            who = person(db, found.employee_id, now.astimezone(SHANGHAI).date())
            if who is None:
                return None
            known = kept[found.employee_id] = _Kept(who, time.monotonic() + _KEPT_SECONDS)
    return Member(known.person, found.epoch, must_change=found.must_change)


def _idle() -> bool:
    now, seen = services().now(), session.get("seen", 0)
    last = datetime.fromtimestamp(seen, SHANGHAI) if isinstance(seen, int | float) else None
    if last is None or now - last > IDLE:
        return True
    if now - last > _NOTED_EVERY:
        session["seen"] = int(now.timestamp())
    return False


def enter(member: Member) -> None:
    """Open a session for somebody whose password was right."""
    current_app.extensions["hallwise_people"].pop(member.person.id, None)
    session["seen"] = int(services().now().timestamp())
    session.permanent = True
    login_user(member)


def leave() -> None:
    """End the session; the language stays."""
    logout_user()
    session.pop("seen", None)


def viewer() -> Person | None:
    """Who is signed in, None for a guest."""
    user = current_user._get_current_object() if current_user else None  # noqa: SLF001  # the user once, not through the proxy each time
    return user.person if isinstance(user, Member) else None


def me() -> Person:
    """Who is signed in. Raises AccessError for a guest."""
    who = viewer()
    if who is None:
        raise AccessError("signed-out")
    return who


def may(endpoint: str) -> bool:
    """Whether the one who looks at the page may follow a link to an endpoint."""
    audience, who = PERMISSIONS.get(endpoint), viewer()
    if audience == ANYONE or (audience == READER and current_app.config["OPEN_TO_GUESTS"]):
        return True
    return who is not None and audience is not None and (isinstance(audience, str) or who.role in audience)


def authorise() -> Response | None:
    """Refuse what the table does not allow: a guest is asked to sign in, anybody else is told."""
    endpoint = request.endpoint
    if endpoint is None or PERMISSIONS.get(endpoint) == ANYONE:
        return None
    if viewer() is None:
        return None if may(endpoint) else ask_to_sign_in()
    if current_user.must_change and endpoint not in _WITHOUT_A_PASSWORD_OF_ONES_OWN:
        return make_response(redirect(url_for("account.password", next=request.full_path if request.method == "GET" else "/"), 303))
    if not may(endpoint):
        raise AccessError("not-allowed")
    return None


def ask_to_sign_in() -> Response:
    """To the sign-in page; a form that was being sent is kept there, and goes on after signing in."""
    if request.path.startswith("/api/") or request.headers.get("X-Requested-With") == "fetch":
        raise AccessError("signed-out")
    if request.method == "GET":
        return make_response(redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")), 303))
    flash(gettext("登录已过期。您填的内容还在，登录后可以接着提交。"))
    kept: list[tuple[str, str]] = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    context: dict[str, Any] = {"number": "", "fault": "", "next": "", "resume_to": request.path, "kept": kept}
    return make_response(render_template("account/sign_in.html", **context), 401)
