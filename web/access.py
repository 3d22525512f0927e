"""Who asks, from where, and what a request must be like to be answered.

A guest says who and where they are on the page 我的岗位, which is kept in the signed session; who is signed in works where the roster says.
"""

from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request, session
from werkzeug.exceptions import HTTPException

from kb.calendar import SHANGHAI
from kb.config import is_loopback
from kb.entry import Context
from kb.querylog import Asker
from web.errors import problem
from web.i18n import gettext
from web.identity import me, viewer
from web.wiring import services

__all__ = ["Post", "asker", "context", "guard", "keep_post", "me", "post", "viewer"]
_CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Post:
    """我的岗位: who works where; empty while not said."""

    employee: str = ""
    district: str = ""
    hall: str = ""
    channel: str = ""


def post() -> Post:
    """Where the signed-in employee works, or what a guest said; what is of an older form counts as nothing."""
    kept = session.get("post")
    said = Post(**{name: str(kept.get(name, "")) for name in Post.__slots__}) if isinstance(kept, dict) else Post()
    who = viewer()
    return Post(who.number, who.district, who.hall, said.channel) if who else said


def keep_post(value: Post) -> None:
    """Remember a post in the session for a year."""
    session["post"] = asdict(value)
    session.permanent = True


def asker() -> Asker:
    """Who asks, for the log."""
    mine = post()
    return Asker(mine.employee, mine.hall)


def context() -> Context:
    """Where the clerk works, and today in Shanghai: the browser's clock never decides what may be said."""
    mine = post()
    return Context(services().now().astimezone(SHANGHAI).date(), mine.district, mine.hall, mine.channel)


def guard(app: Flask) -> None:
    """Refuse requests under a foreign name, and send the security headers with every answer."""
    app.before_request(refuse_foreign_host)
    app.after_request(harden)


def refuse_foreign_host() -> Response | None:
    """A page of somebody else's must not reach this machine under a name of its own (DNS rebinding).

    `ALLOWED_HOSTS` in the configuration names further hosts; `*` allows any.
    """
    allowed = current_app.config["ALLOWED_HOSTS"]
    host = _host()
    if "*" in allowed or host in allowed or is_loopback(host):
        return None
    return problem("bad-host", 421, gettext("请用本机地址（如 http://127.0.0.1）打开本站，不能用 %(host)s", host=host[:80] or "?"))


def _host() -> str:
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except (ValueError, HTTPException):
        return ""


def harden(response: Response) -> Response:
    """Add the security headers; only files with a fingerprint in their address are shown from a cache without asking."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-cache")
    elif "v" not in request.args:  # a module imported by another has no fingerprint in its address: ask each time
        response.headers["Cache-Control"] = "no-cache"
    return response
