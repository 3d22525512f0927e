"""Announcements from the reader's side: what is new, and saying that one has read it."""

import logging

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from sqlalchemy.exc import SQLAlchemyError

from kb.authoring.announcements import Announcement, acknowledge, announcement, unread
from kb.db import reading
from kb.errors import AccessError, AppError, NotFoundError
from quiz.exams.myexams import chain_of
from quiz.people.roles import Person
from web.access import me, viewer
from web.clock import now
from web.i18n import gettext
from web.insight.surroundings import titles
from web.wiring import services

_log = logging.getLogger(__name__)


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of reading announcements, and the number of unread ones to every page."""
    blueprint.add_url_rule("/announcements", view_func=my_announcements)
    blueprint.add_url_rule("/announcements/<int:announcement_id>/read", view_func=read_announcement, methods=["POST"])
    blueprint.app_context_processor(lambda: {"unread_count": unread_count})


def _unread(who: Person) -> list[Announcement]:
    with reading(services().engine) as db:
        return unread(db, who.number, lambda: chain_of(db, who))


def unread_count() -> int:
    """How many announcements the one who looks has still to read; 0 for a guest, and where the database does not answer."""
    who = viewer()
    if who is None:
        return 0
    try:
        return len(_unread(who))
    except (SQLAlchemyError, AppError):
        _log.exception("the unread announcements could not be counted")
        return 0


def my_announcements() -> str:
    """What one has still to read, the newest first."""
    return render_template("insight/mine.html", unread=_unread(me()), titles=titles())


def read_announcement(announcement_id: int) -> Response:
    """Note that one has read an announcement. Raises NotFoundError, and AccessError for one that was told to others."""
    who = me()
    if announcement_id > 2**31 - 1:
        raise NotFoundError("announcement-missing")
    with services().sessions.begin() as db:
        found = announcement(db, announcement_id)
        if found.audience and not set(found.audience) & chain_of(db, who):
            raise AccessError("announcement-foreign")
        acknowledge(db, announcement_id, who.number, who.hall, now())
    flash(gettext("已记下：“%(title)s”您已阅读", title=found.title))
    return make_response(redirect(url_for("insight.my_announcements"), 303))
