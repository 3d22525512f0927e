"""紧急下架: an entry out of every answer at once, and back."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.authoring.withdrawals import LONGEST_REASON, lift, withdraw
from kb.entry import Entry
from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.audit import note
from web.access import me
from web.catalogue import catalogue
from web.errors import STATUS, said
from web.i18n import gettext
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of withdrawals."""
    blueprint.add_url_rule("/trainer/entries/<entry_id>/withdraw", view_func=take_out, methods=["POST"], endpoint="withdraw")
    blueprint.add_url_rule("/trainer/entries/<entry_id>/lift", view_func=put_back, methods=["POST"], endpoint="lift")


def take_out(entry_id: str) -> Response:
    """Withdraw an entry; without a reason the form comes back with what was typed."""
    entry, reason, now = _entry(entry_id), request.form.get("reason", ""), services().now()
    try:
        with services().sessions.begin() as db:
            withdraw(db, entry.id, reason, me().number, now)
            note(db, now, me().number, "withdrawn", "entry", entry.id, reason=reason.strip())
    except QueryError as error:
        page = render_template("authoring/withdraw.html", entry=entry, reason=reason, fault=said(error), longest=LONGEST_REASON)
        return make_response(page, STATUS[error.code])
    except ConflictError as error:  # somebody else was faster: what was wanted has happened
        flash(said(error))
    else:
        flash(gettext("已紧急下架，各厅马上查不到这条口径"))
    return _back_to(entry)


def put_back(entry_id: str) -> Response:
    """Lift a withdrawal."""
    entry, now = _entry(entry_id), services().now()
    with services().sessions.begin() as db:
        lift(db, entry.id, me().number, now)
        note(db, now, me().number, "lifted", "entry", entry.id)
    flash(gettext("已恢复上架，各厅马上能查到这条口径"))
    return _back_to(entry)


def _back_to(entry: Entry) -> Response:
    services().withdrawn.forget()
    return make_response(redirect(url_for("desk.entry", entry_id=entry.id), 303))


def _entry(entry_id: str) -> Entry:
    """The entry in its last version. Raises NotFoundError for one that nobody ever saw."""
    versions = catalogue().library.versions(entry_id)
    if not versions:
        raise NotFoundError("entry-missing", id=entry_id[:80])
    return versions[-1]
