"""The list of the bank: filters kept in the address, pages, and moves of many at once."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from kb.db import reading
from kb.errors import AppError, QueryError
from quiz.bank.listing import PAGE, SORTS, BankFilter, page_of, stale_count, topics_of
from quiz.bank.moves import move
from quiz.bank.state import Move, Source, State
from quiz.questions.question import QuestionType
from web import params
from web.access import me
from web.catalogue import library
from web.clock import now
from web.errors import said
from web.i18n import gettext
from web.trainer.surroundings import title_of
from web.wiring import services

IN_BULK = (Move.REVIEW, Move.RELEASE, Move.RETIRE)
_CHOICES: dict[str, frozenset[str]] = {
    "state": frozenset(State), "type": frozenset(QuestionType), "source": frozenset(Source), "sort": frozenset(SORTS),
}  # fmt: skip


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the list."""
    blueprint.add_url_rule("/trainer/questions", view_func=questions)
    blueprint.add_url_rule("/trainer/questions/move", view_func=move_questions, methods=["POST"])


def wanted(values: Mapping[str, str]) -> BankFilter:
    """The filter of an address. Raises QueryError."""
    given = {name: params.text(values, name, 200) for name in ("state", "topic", "entry", "type", "source", "text", "sort")}
    for name, choices in _CHOICES.items():
        if given[name] and given[name] not in choices:
            raise QueryError("bad-parameter", name=name, value=given[name], why=gettext("请从列表里选"))
    return BankFilter(
        given["state"], given["topic"], given["entry"], given["type"], given["source"], params.number(values, "difficulty", 0, 1, 5), given["text"],
        given["sort"] or "topic",
    )  # fmt: skip


def address(asked: BankFilter) -> dict[str, Any]:
    """A filter as parameters of an address."""
    given = {
        "state": asked.state, "topic": asked.topic, "entry": asked.entry_id, "type": asked.type, "source": asked.source,
        "difficulty": asked.difficulty, "text": asked.text, "sort": "" if asked.sort == "topic" else asked.sort,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


def questions() -> str:
    """The questions that fit, page by page."""
    return _list(request.args, ())


def _list(values: Mapping[str, str], failures: tuple[tuple[str, str], ...]) -> str:
    asked, page = wanted(values), params.number(values, "page", 1, 1, 100_000)
    with reading(services().engine) as db:
        found = page_of(db, asked, page)
        topics, waiting = topics_of(db), stale_count(db)
    titles = {line.entry_id: title_of(line.entry_id) for line in found.lines}
    return render_template(
        "trainer/questions.html",
        found=found,
        asked=asked,
        address=address(asked),
        topics=topics,
        titles=titles,
        stale=waiting,
        page=page,
        pages=max(1, ceil(found.total / PAGE)),
        bulk=IN_BULK,
        failures=failures,
        entry_title=title_of(asked.entry_id),
    )


def move_questions() -> Response:
    """Move every ticked question; those that cannot be moved stay, each with its reason."""
    what, ids = params.text(request.form, "move"), request.form.getlist("id")[:PAGE]
    if what not in IN_BULK:
        raise QueryError("bad-parameter", name="move", value=what, why=gettext("请从列表里选"))
    if not ids:
        flash(gettext("没有选中题目，请先勾选"))
        return _back()
    held, moment, failures = library(), now(), list[tuple[str, str]]()
    with services().sessions.begin() as db:
        for question_id in ids:
            try:
                move(db, held, question_id, Move(what), me().number, moment)
            except AppError as error:  # raised before anything was changed
                failures.append((question_id, said(error)))
    if done := len(ids) - len(failures):
        flash(gettext("已处理 %(n)s 题", n=done))
    return make_response(_list(request.form, tuple(failures)), 409) if failures else _back()


def _back() -> Response:
    page = params.number(request.form, "page", 1, 1, 100_000)
    return make_response(redirect(url_for("trainer.questions", page=page if page > 1 else None, **address(wanted(request.form))), 303))
