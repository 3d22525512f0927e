"""A wrong key mended: choose the question, choose the remedy, see whose score changes, confirm."""

from math import ceil

from flask import Blueprint, Response, flash, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from kb.db import reading
from kb.errors import AppError, NotFoundError, QueryError
from quiz.exams.planning import exam as exam_of
from quiz.exams.regrade import LONGEST_WHY, Used, dry_run, questions_of, regrade
from quiz.exams.remedies import applied
from quiz.exams.remedy import AS_KEYED, MOST_ALSO, Remedy, RemedyKind, offered, suits
from quiz.exams.rescoring import Rescored
from quiz.questions.question import CHOICES, QuestionType
from web import params
from web.access import me
from web.clock import now
from web.errors import STATUS, said
from web.i18n import gettext
from web.planner.surroundings import to_exam
from web.planner.watching import collect
from web.wiring import services

PAGE = 100


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of regrading."""
    blueprint.add_url_rule("/planner/<int:exam_id>/regrade", view_func=questions)
    blueprint.add_url_rule("/planner/<int:exam_id>/regrade/<int:revision_id>", view_func=remedy)
    blueprint.add_url_rule("/planner/<int:exam_id>/regrade/<int:revision_id>", view_func=apply, methods=["POST"])


def questions(exam_id: int) -> str:
    """The questions of the exam, the worst answered first."""
    with reading(services().engine) as db:
        found, used, log = exam_of(db, exam_id), questions_of(db, exam_id), applied(db, exam_id)
    closed = found.closes_at is not None and found.closes_at <= now()
    return render_template("planner/questions.html", exam=found, used=used, log=log, closed=closed)


def _used(exam_id: int, revision_id: int) -> Used:
    with reading(services().engine) as db:
        found = next((one for one in questions_of(db, exam_id) if one.revision_id == revision_id), None)
    if found is None:
        raise NotFoundError("regrade-missing")
    return found


def remedy(exam_id: int, revision_id: int) -> str:
    """The remedies that suit, and the dry run of the one in the address."""
    return _page(exam_id, _used(exam_id, revision_id), request.args)


def _page(exam_id: int, used: Used, values: MultiDict[str, str], fault: str = "") -> str:
    chosen = params.text(values, "kind")
    found: Rescored | None = None
    wanted: Remedy | None = None
    if chosen and not fault:
        try:
            wanted = read(used, values)
            with reading(services().engine) as db:
                found = dry_run(db, exam_id, used.revision_id, wanted)
        except QueryError as error:
            fault = said(error)
    with reading(services().engine) as db:
        exam = exam_of(db, exam_id)
    page = params.number(values, "page", 1, 1, 100_000)
    changes = found.restated if found else ()
    return render_template(
        "planner/remedy.html", exam=exam, used=used, offered=offered(used.question, used.later), chosen=chosen, also=values.getlist("also"),
        also_text=values.get("also_text", ""), fault=fault, found=found, wanted=wanted, changes=changes[(page - 1) * PAGE : page * PAGE], page=page,
        pages=max(1, ceil(len(changes) / PAGE)), closed=exam.closes_at is not None and exam.closes_at <= now(), why=values.get("why", ""),
        longest=LONGEST_WHY, address=_address(values),
    )  # fmt: skip


def _address(values: MultiDict[str, str]) -> dict[str, object]:
    given: dict[str, object] = {"kind": values.get("kind", ""), "also": values.getlist("also"), "also_text": values.get("also_text", "")}
    return {name: value for name, value in given.items() if value}


def read(used: Used, values: MultiDict[str, str]) -> Remedy:
    """The remedy of a form. Raises QueryError for one that does not suit the question."""
    kind = params.text(values, "kind")
    if kind not in set(RemedyKind):
        raise QueryError("regrade-remedy")
    wanted = Remedy(RemedyKind(kind))
    if wanted.kind is RemedyKind.NONE:
        return AS_KEYED
    if wanted.kind is RemedyKind.REKEY:
        wanted = Remedy(wanted.kind, key=used.later)
    if wanted.kind is RemedyKind.ACCEPT:
        wanted = Remedy(wanted.kind, _also(used, values))
    if not suits(used.question, wanted):
        raise QueryError("regrade-remedy")
    return wanted


def _also(used: Used, values: MultiDict[str, str]) -> tuple[int | bool | str, ...]:
    kind = used.question.type
    if kind in CHOICES:
        ticked = values.getlist("also")
        return tuple(sorted({int(text) for text in ticked if text.isascii() and text.isdigit() and len(text) < 3}))
    if kind is QuestionType.TRUE_FALSE:
        return tuple(value for value in (True, False) if ("true" if value else "false") in values.get("also", ""))
    lines = (line.strip()[:60] for line in values.get("also_text", "").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))[:MOST_ALSO]


def apply(exam_id: int, revision_id: int) -> Response:
    """Apply the remedy whose dry run was shown."""
    used = _used(exam_id, revision_id)
    collect(now())
    try:
        with services().sessions.begin() as db:
            done = regrade(db, exam_id, revision_id, read(used, request.form), me().number, now(), request.form.get("why", ""))
    except AppError as error:
        return make_response(_page(exam_id, used, request.form, said(error)), STATUS.get(error.code, 400))
    flash(gettext("已更正重判：%(n)s 份答卷的得分有变", n=len(done.restated)))
    return to_exam(exam_id)
