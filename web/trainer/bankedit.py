"""Editing a question that is kept here: its wording, what it is bound to, how hard it is."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from kb.db import reading
from kb.entry import Context, EntryRef
from kb.errors import ConflictError
from quiz.bank.listing import Detail, detail_of
from quiz.bank.moves import edit, faults_of
from quiz.importers.drafts import meta_of, parse_facts, tidy
from quiz.questions.question import CHOICES, FALSE, TRUE, Option, Question, QuestionType
from web import params
from web.access import me
from web.catalogue import library
from web.clock import now, today
from web.errors import STATUS, said
from web.i18n import gettext, page_language
from web.wiring import services

ROWS = 8
_ALIKE = (CHOICES, frozenset({QuestionType.NUMBER, QuestionType.SHORT}))


def add_to(blueprint: Blueprint) -> None:
    """Add the routes of the edit form."""
    blueprint.add_url_rule("/trainer/questions/<question_id>/edit", view_func=edit_question)
    blueprint.add_url_rule("/trainer/questions/<question_id>/edit", view_func=keep_question, methods=["POST"])


def alike(kind: QuestionType) -> tuple[QuestionType, ...]:
    """The types that are answered in the same form as this one."""
    return tuple(t for t in QuestionType if t is kind or any({t, kind} <= group for group in _ALIKE))


def edit_question(question_id: str) -> str | Response:
    """The form."""
    detail = _detail(question_id)
    return _form(detail, _typed(detail.current.written), {}, detail.line.revision)


def _detail(question_id: str) -> Detail:
    with reading(services().engine) as db:
        return detail_of(db, question_id)


def _typed(question: Question) -> MultiDict[str, str]:
    """A question as the fields of the form."""
    meta = meta_of(question)
    fields = [(name, meta.get(name, "")) for name in ("type", "entry", "facts", "difficulty")]
    fields += [("stem", question.stem), ("key", question.key), ("steps", "\n".join(question.steps)), ("explanation", question.explanation)]
    fields += [(f"option-{i}", option.text) for i, option in enumerate(question.options)]
    fields += [("right", str(i)) for i, option in enumerate(question.options) if option.right]
    return MultiDict(fields)


def _form(detail: Detail, typed: MultiDict[str, str], faults: Mapping[str, str], seen: int) -> str:
    held = library()
    entries = sorted(((e.id, e.title) for e in held.current(Context(today()))), key=lambda pair: pair[1])
    return render_template(
        "trainer/edit.html",
        detail=detail,
        typed=typed,
        right=typed.getlist("right"),
        faults=faults,
        seen=seen,
        entries=entries,
        types=alike(detail.current.written.type),
        rows=ROWS,
        choices=detail.current.written.type in CHOICES,
        truths=(TRUE, FALSE),
    )


def keep_question(question_id: str) -> Response:
    """Keep a new revision; on errors the form comes back with everything that was typed."""
    detail, typed = _detail(question_id), request.form
    seen = params.number(typed, "seen", 0, 1, 1_000_000)
    changed = _read(detail.current.written, typed)
    faults, status = _faults(changed), 400
    if not faults:
        try:
            with services().sessions.begin() as db:
                edit(db, library(), question_id, changed, me().number, now(), seen=seen)
        except ConflictError as error:
            faults, status = {"stem": said(error)}, STATUS.get(error.code, 409)
    if faults:
        return make_response(_form(detail, typed, faults, seen), status)
    flash(gettext("已保存为草稿，审核通过后再上线"))
    return make_response(redirect(url_for("trainer.question", question_id=question_id), 303))


def _read(before: Question, typed: MultiDict[str, str]) -> Question:
    """The question of a form; the type stays among those that are answered alike."""
    written = typed.get("type", "")
    kind = QuestionType(written) if written in alike(before.type) else before.type
    options = [(tidy(typed.get(f"option-{i}", "")), str(i) in typed.getlist("right")) for i in range(ROWS)]
    entry = params.text(typed, "entry", 200)
    return Question(
        id=before.id,
        type=kind,
        entry=EntryRef(entry, 0),
        stem=tidy(typed.get("stem", "")),
        options=tuple(Option(text, right) for text, right in options if text) if kind in CHOICES else (),
        steps=tuple(filter(None, map(tidy, typed.get("steps", "").split("\n")))) if kind is QuestionType.ORDERING else (),
        key=tidy(typed.get("key", "")) if kind not in CHOICES and kind is not QuestionType.ORDERING else "",
        facts=parse_facts(typed.get("facts", ""), entry),
        difficulty=params.number(typed, "difficulty", 3, 1, 5),
        status=before.status,
        explanation=tidy(typed.get("explanation", "")),
        origin=before.origin,
    )


def _faults(question: Question) -> dict[str, str]:
    """What is wrong, by field."""
    held, day = library(), today()
    found = dict[str, str]()
    if question.entry.entry_id and held.pick(question.entry.entry_id, day) is None:
        found["entry"] = gettext("没有这个条目，请从列表里选，或先留空")
    for fault in faults_of(question, held, day):
        field = {"stem-missing": "stem", "question-fact": "facts", "question-entry": "facts"}.get(fault.code, "answer")
        found[field] = "；".join(filter(None, (found.get(field, ""), fault.text(page_language()))))
    return found
