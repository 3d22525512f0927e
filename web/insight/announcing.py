"""Announcements from the writer's side: telling the halls of a changed wording, and seeing who has read it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.authoring.announcements import LONGEST_TEXT, LONGEST_TITLE, HallRate, announce, announcement, announcements, close, read_rates
from kb.db import reading
from kb.entry import Entry
from kb.errors import NotFoundError, QueryError
from quiz.audit import note
from quiz.people.audience import staff_by_unit
from quiz.people.directory import units as every_unit
from quiz.people.roles import Unit, UnitKind
from web import params
from web.access import me
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext
from web.insight.surroundings import everywhere, library, paged, titles
from web.wiring import services


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of writing announcements."""
    blueprint.add_url_rule("/insight/announcements", view_func=announced)
    blueprint.add_url_rule("/insight/announcements", view_func=tell, methods=["POST"])
    blueprint.add_url_rule("/insight/announcements/<int:announcement_id>", view_func=announced_one)
    blueprint.add_url_rule("/insight/announcements/<int:announcement_id>/close", view_func=close_one, methods=["POST"])


def announced() -> str:
    """Every announcement, and the form of a new one; `entry` chooses the entry."""
    entry = library().pick(params.text(request.args, "entry", 200), today())
    typed: dict[str, Any] = {"entry": entry.id, "title": entry.title} if entry else {}
    return _page(typed, {})


def _page(typed: Mapping[str, Any], faults: Mapping[str, str]) -> str:
    with reading(services().engine) as db:
        every, told = every_unit(db), announcements(db)
    entries = sorted({entry.id: entry for entry in library().current(everywhere())}.values(), key=lambda entry: (entry.topic, entry.title))
    return render_template(
        "insight/announcements.html",
        shown=paged(told, 50),
        units=_audiences(every),
        names={unit.id: unit.name for unit in every.values()},
        entries=entries,
        titles=titles(),
        typed=typed,
        faults=faults,
        longest=(LONGEST_TITLE, LONGEST_TEXT),
    )


def _audiences(every: Mapping[int, Unit]) -> list[tuple[Unit, list[Unit]]]:
    """The districts with their halls, closed ones left out."""
    there = [unit for unit in every.values() if unit.closed_on is None]
    districts = [unit for unit in there if unit.kind is UnitKind.DISTRICT]
    return [(district, [unit for unit in there if unit.kind is UnitKind.HALL and unit.parent_id == district.id]) for district in districts]


def tell() -> Response:
    """Send an announcement; what is missing is said beside its field, and nothing typed is lost."""
    form = request.form
    typed = {name: form.get(name, "").strip() for name in ("entry", "title", "text")}
    chosen = [int(key) for key in form.getlist("unit")[:1000] if key.isascii() and key.isdigit() and len(key) <= 9]
    entry = library().pick(typed["entry"], today())
    faults = _faults(typed, entry, form.get("whom", ""), chosen)
    if not faults and entry is not None:
        try:
            with services().sessions.begin() as db:
                audience = [] if form.get("whom") == "all" else [key for key in chosen if key in every_unit(db)]
                told = announce(db, entry.ref, typed["title"], typed["text"], audience, me().number, now())
                note(db, now(), me().number, "announced", "entry", entry.id, announcement=told.id)
        except QueryError as error:
            return make_response(_page({**typed, "whom": form.get("whom", ""), "units": chosen}, {"text": said(error)}), STATUS[error.code])
        flash(gettext("已发布，相关员工下次打开页面就会看到"))
        return make_response(redirect(url_for("insight.announced_one", announcement_id=told.id), 303))
    return make_response(_page({**typed, "whom": form.get("whom", ""), "units": chosen}, faults), 400)


def _faults(typed: Mapping[str, str], entry: Entry | None, whom: str, chosen: list[int]) -> dict[str, str]:
    wrong = {
        "entry": gettext("请选择口径有变的条目") if entry is None else "",
        "title": gettext("请写标题，1 到 %(n)s 个字", n=LONGEST_TITLE) if not 0 < len(typed["title"]) <= LONGEST_TITLE else "",
        "text": gettext("请写正文，1 到 %(n)s 个字", n=LONGEST_TEXT) if not 0 < len(typed["text"]) <= LONGEST_TEXT else "",
        "whom": gettext("请选择发给谁") if whom not in {"all", "some"} or (whom == "some" and not chosen) else "",
    }
    return {name: fault for name, fault in wrong.items() if fault}


def announced_one(announcement_id: int) -> str:
    """One announcement with who has read it, the laggards first. Raises NotFoundError."""
    found, rates, names = rates_of(announcement_id)
    staff, read = sum(rate.staff for rate in rates), sum(rate.read for rate in rates)
    return render_template("insight/announcement.html", told=found, rates=rates, names=names, staff=staff, read=read, titles=titles())


def rates_of(announcement_id: int) -> tuple[Any, list[HallRate], dict[int, str]]:
    """(an announcement, its rates by hall, the names of units). Raises NotFoundError."""
    with reading(services().engine) as db:
        found = announcement(db, announcement_id)
        rates = read_rates(db, announcement_id, staff_by_unit(db, today(), found.audience))
        names = {unit.id: unit.name for unit in every_unit(db).values()}
    return found, rates, names


def close_one(announcement_id: int) -> Response:
    """Stop showing an announcement. Raises NotFoundError."""
    if announcement_id > 2**31 - 1:
        raise NotFoundError("announcement-missing")
    with services().sessions.begin() as db:
        found = close(db, announcement_id, now())
        note(db, now(), me().number, "unannounced", "entry", found.ref.entry_id, announcement=found.id)
    flash(gettext("已停止显示，阅读情况保留"))
    return make_response(redirect(url_for("insight.announced_one", announcement_id=announcement_id), 303))
