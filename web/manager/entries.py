"""The entries and the questions on them: how well they are known, and what is answered instead."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template

from kb.db import reading
from quiz.reports.questions import ItemLine, question_page, questions
from quiz.reports.questions import entries as entries_of
from web.clock import now
from web.manager.asked import asked
from web.manager.ordering import arranged, order, paged
from web.manager.titles import titles
from web.wiring import services

ITEM_KEYS: Mapping[str, Callable[[ItemLine], Any]] = {
    "shrunk": lambda line: line.shrunk,
    "raw": lambda line: line.share,
    "answers": lambda line: line.answers,
    "questions": lambda line: line.questions,
    "topic": lambda line: line.topic,
    "id": lambda line: line.id,
}


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of entries and questions."""
    blueprint.add_url_rule("/manager/entries", view_func=entries)
    blueprint.add_url_rule("/manager/entries/<entry_id>", view_func=entry)
    blueprint.add_url_rule("/manager/questions/<question_id>", view_func=question)


def entries() -> str:
    """Every entry that was asked about, the least known first."""
    by = order(ITEM_KEYS, "shrunk")
    with reading(services().engine) as db:
        wanted = asked(db)
        found = entries_of(db, wanted.period)
    return render_template("manager/entries.html", asked=wanted, shown=paged(arranged(found, by, ITEM_KEYS)), order=by, titles=titles())


def entry(entry_id: str) -> str:
    """The questions on one entry."""
    by = order(ITEM_KEYS, "shrunk")
    with reading(services().engine) as db:
        wanted = asked(db)
        found = questions(db, wanted.period, now(), entry_id=entry_id)
    known = titles()
    title, shown = known.get(entry_id, entry_id), paged(arranged(found, by, ITEM_KEYS))
    return render_template("manager/entry.html", asked=wanted, entry_id=entry_id, title=title, known=entry_id in known, shown=shown, order=by)


def question(question_id: str) -> str:
    """One question with what was answered. Raises NotFoundError, and ConflictError while it stands in an open exam."""
    with reading(services().engine) as db:
        wanted = asked(db)
        found = question_page(db, wanted.period, question_id, now())
    return render_template("manager/question.html", asked=wanted, found=found, titles=titles())
