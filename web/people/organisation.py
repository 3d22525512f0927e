"""The organisation: branch, districts and halls, added, renamed, closed and opened again."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from kb.db import reading
from kb.errors import AppError, ConflictError, QueryError
from quiz.people import organisation
from quiz.people.directory import units as every_unit
from quiz.people.roles import UnitKind
from web import params
from web.access import me
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext
from web.wiring import services

_MOST_UNFOLDED = 100
_BELOW = {UnitKind.BRANCH: UnitKind.DISTRICT, UnitKind.DISTRICT: UnitKind.HALL}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the organisation."""
    blueprint.add_url_rule("/people/units", view_func=units)
    blueprint.add_url_rule("/people/units", view_func=add_unit, methods=["POST"])
    blueprint.add_url_rule("/people/units/<int:unit_id>/rename", view_func=rename_unit, methods=["POST"])
    blueprint.add_url_rule("/people/units/<int:unit_id>/close", view_func=close_unit, methods=["POST"])
    blueprint.add_url_rule("/people/units/<int:unit_id>/reopen", view_func=reopen_unit, methods=["POST"])


def units() -> str:
    """The tree with its numbers of people."""
    return _page(0, {}, "")


def _page(tried: int | None, shown: Mapping[str, str], fault: str) -> str:
    """`tried` is the unit that a failed form was about, None for a failed new one."""
    with reading(services().engine) as db:
        tree = organisation.tree(db, today())
    places = [node for node in tree if node.unit.kind in _BELOW and not node.unit.closed_on]
    folded = len(tree) > _MOST_UNFOLDED
    opened = _opened(tree, tried)
    shown_nodes = [node for node in tree if not folded or node.unit.kind in _BELOW or node.unit.parent_id == opened]
    return render_template("people/units.html", tree=shown_nodes, places=places, tried=tried, shown=shown, fault=fault, folded=folded, opened=opened)


def _opened(tree: list[organisation.Branching], about: int | None) -> int:
    """The district whose halls are shown where not all can be: that of the address, or of the hall that a form was about."""
    about = params.number(request.args, "open", 0, 1, 999_999_999) or about
    found = next((node.unit for node in tree if node.unit.id == about), None)
    return (found.parent_id or 0) if found and found.kind is UnitKind.HALL else (found.id if found else 0)


def add_unit() -> Response:
    """A new unit; its kind follows from the one above it."""
    form = request.form
    above = int(text) if (text := form.get("above", "")).isascii() and text.isdigit() and len(text) <= 9 else None

    def change(db: Session) -> None:
        over = every_unit(db).get(above) if above is not None else None
        if above is not None and (over is None or over.kind not in _BELOW):
            raise QueryError("unit-place-bad")
        kind = _BELOW[over.kind] if over else UnitKind.BRANCH
        organisation.add_unit(db, kind, form.get("name", ""), form.get("code", ""), above, me().number, now())

    return _do(None, change)


def rename_unit(unit_id: int) -> Response:
    """Another name or code."""
    form = request.form
    return _do(unit_id, lambda db: organisation.rename_unit(db, unit_id, form.get("name", ""), form.get("code", ""), me().number, now()))


def close_unit(unit_id: int) -> Response:
    """Not in use any more."""
    return _do(unit_id, lambda db: organisation.close_unit(db, unit_id, me().number, now()))


def reopen_unit(unit_id: int) -> Response:
    """In use again."""
    return _do(unit_id, lambda db: organisation.reopen_unit(db, unit_id, me().number, now()))


def _do(unit_id: int | None, change: Callable[[Session], None]) -> Response:
    try:
        with services().sessions.begin() as db:
            change(db)
    except (QueryError, ConflictError) as error:
        return _refused(unit_id, error)
    flash(gettext("已保存"))
    return make_response(redirect(url_for("people.units", open=unit_id, _anchor=f"unit-{unit_id}" if unit_id else None), 303))


def _refused(unit_id: int | None, error: AppError) -> Response:
    return make_response(_page(unit_id, request.form, said(error)), STATUS[error.code])
