"""When, for whom, and under which rules an exam is sat."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Blueprint, Response, flash, jsonify, make_response, render_template, request
from sqlalchemy.orm import Session

from kb.calendar import SHANGHAI, day_of
from kb.db import reading
from kb.errors import AppError
from quiz.exams.editing import editable, open_for, preview, settle
from quiz.exams.planning import Audience, Exam, Window
from quiz.exams.planning import exam as exam_of
from quiz.exams.state import Release
from quiz.exams.turnout import expected, numbered
from quiz.people.directory import units
from quiz.people.organisation import Branching, tree
from quiz.people.roles import subtree
from web import params
from web.access import me
from web.catalogue import library
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext
from web.planner.surroundings import local, moment_of, to_exam
from web.wiring import services

_WORDS = re.compile(r"[\s,，;；、]+")
_MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as typed; units by key, people by employee number."""

    title: str
    opens: str
    closes: str
    minutes: str
    pass_mark: str
    per_page: str
    release: str
    units: frozenset[int] = frozenset()
    people: str = ""


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of scheduling."""
    blueprint.add_url_rule("/planner/<int:exam_id>/schedule", view_func=schedule)
    blueprint.add_url_rule("/planner/<int:exam_id>/schedule", view_func=keep_schedule, methods=["POST"])
    blueprint.add_url_rule("/planner/audience", view_func=audience_size, methods=["POST"])


def schedule(exam_id: int) -> str:
    """The form with what is planned so far; a fresh draft proposes the coming five days and everybody."""
    with reading(services().engine) as db:
        found = exam_of(db, exam_id)
        return _page(db, found, _planned(db, found), {})


def _planned(db: Session, found: Exam) -> Typed:
    start = datetime.combine(today() + timedelta(days=1), datetime.min.time(), SHANGHAI).replace(hour=8)
    opens, closes = found.opens_at or start, found.closes_at or start + timedelta(days=5, hours=12)
    named = numbered(db, ids=found.audience.people)
    everybody = frozenset(unit.id for unit in units(db).values() if unit.parent_id is None)
    chosen = found.audience.units if found.audience.units or found.audience.people else everybody
    return Typed(
        found.title, local(opens), local(closes), str(found.minutes), f"{100 * found.pass_mark:g}", str(found.per_page), found.release.value,
        chosen, "\n".join(sorted(named)),
    )  # fmt: skip


def _page(db: Session, found: Exam, typed: Typed, faults: Mapping[str, str]) -> str:
    shown = preview(db, found.id, library(), now())
    every = units(db)
    covered = frozenset[int]().union(*(subtree(every.values(), unit) for unit in typed.units if unit in every))
    named = numbered(db, numbers=_numbers(typed.people))
    return render_template(
        "planner/schedule.html",
        exam=found,
        typed=typed,
        faults=faults,
        troubled=shown.troubled,
        groups=_groups(tree(db, today())),
        covered=covered,
        size=expected(db, typed.units & every.keys(), named.values(), today()),
        can_edit=editable(found, now()),
        clock=now(),
    )


def _groups(nodes: Sequence[Branching]) -> list[tuple[Branching, list[Branching]]]:
    """The units above the halls, each with its halls; closed ones left out."""
    found: list[tuple[Branching, list[Branching]]] = []
    for node in nodes:
        if node.unit.closed_on:
            continue
        if node.depth < 2:
            found.append((node, []))
        elif found:
            found[-1][1].append(node)
    return found


def _numbers(text: str) -> list[str]:
    return list(dict.fromkeys(word.upper() for word in _WORDS.split(text) if word))[:_MOST_NAMED]


def _read(before: Typed) -> Typed:
    plain = {name: request.form.get(name, "").strip() for name in Typed.__slots__ if name not in {"units", "people"}}
    chosen = frozenset(int(key) for key in request.form.getlist("units") if key.isascii() and key.isdigit() and len(key) < 10)
    return replace(before, **plain, units=chosen, people=request.form.get("people", "").strip()[:8000])


def keep_schedule(exam_id: int) -> Response:
    """Schedule the exam; on errors the form comes back with everything that was typed."""
    with reading(services().engine) as db:
        found = exam_of(db, exam_id)
        typed = _read(_planned(db, found))
        named = numbered(db, numbers=_numbers(typed.people))
    faults, status = _faults(typed, frozenset(named)), 400
    if not faults:
        try:
            _keep(exam_id, typed, frozenset(named.values()))
        except AppError as error:
            faults, status = {_FIELDS.get(error.code, "form"): said(error)}, STATUS.get(error.code, 409)
    if faults:
        with reading(services().engine) as db:
            return make_response(_page(db, found, typed, faults), status)
    flash(gettext("考试已安排，到时间自动开放"))
    return to_exam(exam_id)


_FIELDS = {
    "exam-title": "title", "exam-minutes": "minutes", "exam-pass-mark": "pass_mark", "exam-per-page": "per_page", "exam-window": "closes",
    "exam-audience": "units",
}  # fmt: skip


def _keep(exam_id: int, typed: Typed, people: frozenset[int]) -> None:
    opens, closes = moment_of(typed.opens), moment_of(typed.closes)
    assert opens is not None
    assert closes is not None
    with services().sessions.begin() as db:
        settle(db, exam_id, typed.title, int(typed.minutes), float(typed.pass_mark) / 100, int(typed.per_page), me().number, now())
        audience = Audience(typed.units, people)
        open_for(db, exam_id, Window(opens, closes), audience, library(), me().number, now(), release=Release(typed.release))


def _faults(typed: Typed, known: frozenset[str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    for name, text in (("opens", typed.opens), ("closes", typed.closes)):
        if moment_of(text) is None:
            faults[name] = gettext("请填日期和时间，例如 2026-11-22 08:00")
    for name, text, top in (("minutes", typed.minutes, 1440), ("per_page", typed.per_page, 50), ("pass_mark", typed.pass_mark, 100)):
        if not _is_number(text, top, whole=name != "pass_mark"):
            faults[name] = gettext("填 1 到 %(top)s 的数", top=top)
    if typed.release not in set(Release):
        faults["release"] = gettext("请选一种公布办法")
    if unknown := [number for number in _numbers(typed.people) if number not in known]:
        faults["people"] = gettext("花名册上没有这些工号：%(numbers)s", numbers=gettext("、").join(unknown[:10]))
    return faults


def _is_number(text: str, top: int, *, whole: bool) -> bool:
    digits = text if whole else text.replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(text) < 9 and 1 <= float(text) <= top


def audience_size() -> Response:
    """How many people the audience on the form would be, for the page's script."""
    chosen = frozenset(int(key) for key in request.form.getlist("units") if key.isascii() and key.isdigit() and len(key) < 10)
    opens = moment_of(params.text(request.form, "opens"))
    with reading(services().engine) as db:
        named = numbered(db, numbers=_numbers(request.form.get("people", "")[:8000]))
        size = expected(db, chosen & units(db).keys(), named.values(), day_of(opens) if opens else today())
    return jsonify(size=size, text=gettext("共 %(n)s 人参加", n=size))
