"""What came of a paper: the receipt at once, results, keys and explanations when the rule releases them."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, url_for

from kb.db import reading
from kb.errors import ConflictError
from quiz.exams.myexams import my_exam
from quiz.exams.paper import ask, to_shown
from quiz.exams.remedies import mended
from quiz.exams.results import Marked, marks_of
from quiz.exams.sitting import sheet
from quiz.exams.state import MarkState
from quiz.questions.grading import Response as Given
from quiz.questions.grading import key_of
from quiz.questions.question import CHOICES
from web.access import me
from web.exam.memory import my_attempt, my_paper
from web.wiring import services


@dataclass(frozen=True, slots=True)
class Line:
    """An option as it stood on the paper."""

    letter: str
    text: str
    ticked: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """A question with what was answered and what is right, in shown terms; `look` is ok, warn, bad, wait or void."""

    mark: Marked
    lines: tuple[Line, ...]
    steps: tuple[str, ...]
    given: Given
    key: Given
    look: str


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the result."""
    blueprint.add_url_rule("/exams/<int:exam_id>/result", view_func=result)


def result(exam_id: int) -> Response:
    """One's own result; who has not handed in is led to the paper."""
    try:
        attempt = my_attempt(exam_id)
    except ConflictError:
        return make_response(redirect(url_for("exam.intro", exam_id=exam_id), 303))
    if attempt.submitted_at is None:
        return make_response(redirect(url_for("exam.paper", exam_id=exam_id), 303))
    with reading(services().engine) as db:
        mine = my_exam(db, exam_id, me(), services().now())
        paper = my_paper(exam_id, attempt.id)
        answered = len(sheet(db, attempt.id).answers)
        explained = [explain(mark) for mark in marks_of(db, paper)] if mine.released else []
        mends = {one.revision_id: one for one in mended(db, exam_id)} if mine.released else {}
    asked = len(paper.layout)
    context = {"attempt": attempt, "explained": explained, "answered": answered, "asked": asked, "mends": mends}
    return make_response(render_template("exam/result.html", mine=mine, exam=mine.exam, **context))


def explain(mark: Marked) -> Explained:
    """A mark as it is shown."""
    question, order = mark.item.question, mark.slot.order
    given, key = (to_shown(question, order, response) for response in (mark.response, key_of(question)))
    shown = ask(mark.n, mark.item, mark.slot).lines
    ticked, right = (r if isinstance(r, list) else [r] for r in (given, key))
    lines = [Line(chr(ord("A") + i), text, i in ticked, i in right) for i, text in enumerate(shown)] if question.type in CHOICES else []
    settled = "ok" if mark.credit >= 1 else "warn" if mark.credit > 0 else "bad"
    look = {MarkState.PENDING: "wait", MarkState.VOID: "void"}.get(mark.state, settled)
    return Explained(mark, tuple(lines), shown, given, key, look)
