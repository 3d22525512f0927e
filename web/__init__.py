"""Hallwise in the browser: a Flask application made by `create_app`."""

from datetime import timedelta

from flask import Flask, session
from flask_babel import Babel
from flask_wtf import CSRFProtect

from kb.config import Settings
from web import (
    access,
    account,
    api,
    authoring,
    bulletin,
    desk,
    errors,
    exam,
    identity,
    insight,
    labels,
    manager,
    people,
    planner,
    practice,
    spot,
    trainer,
    uploads,
)
from web.i18n import LANGUAGES
from web.wiring import Services, build_services, secret_key

__all__ = ["Services", "create_app"]

_LONGEST_FORM = 64 * 1024


def create_app(settings: Settings, services: Services | None = None) -> Flask:
    """The application on the given services, or on those that the settings name.

    It starts without an index: pages then answer 503 and say what to run, and work as soon as there is one.
    Raises AppError for a database or a model that cannot be used.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key or secret_key(settings),
        SESSION_COOKIE_NAME="hallwise",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=365),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),  # every address of a static file carries a fingerprint
        MAX_CONTENT_LENGTH=_LONGEST_FORM,
        MAX_FORM_MEMORY_SIZE=_LONGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # a page that stayed open over lunch still works
        SESSION_COOKIE_SECURE=settings.https == "on",
        SESSION_REFRESH_EACH_REQUEST=False,
        ALLOWED_HOSTS=tuple(filter(None, (host.strip() for host in settings.allowed_hosts.split(",")))),
        UPLOADS=settings.index.parent / "uploads",
        CONTENT=settings.content,
        OPEN_TO_GUESTS=settings.open_to_guests,
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    app.extensions["hallwise"] = services or build_services(settings)
    Babel(app, locale_selector=lambda: language(settings.lang))
    access.guard(app)
    identity.register(app)
    uploads.register(app)  # before the form token is looked for, which reads the body, and after the rights are checked
    CSRFProtect(app)
    errors.register(app)
    labels.register(app)
    for part in (desk, api, account, authoring, bulletin, exam, insight, manager, practice, people, planner, spot, trainer):
        app.register_blueprint(part.blueprint)
    return app


def language(default: str) -> str:
    """The language chosen in the header, kept in the session; never the browser's."""
    chosen = session.get("lang", default)
    return str(chosen) if chosen in LANGUAGES else default
