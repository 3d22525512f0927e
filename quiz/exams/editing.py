"""Exams made and edited before they open: drawn, drawn again, questions replaced by hand, copied, scheduled. Use cases: they never commit."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb import Library, day_of
from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.audit import note
from quiz.bank.drawable import LiveQuestion, live_questions
from quiz.exams.drawing import balances, drafts_of, draw_forms, item_of, month_number
from quiz.exams.forms import Forms, Placed, blueprint_of, forms_of, picked
from quiz.exams.planning import Audience, Exam, Plan, Window, check_plan, create_draft, exam, schedule, store_forms
from quiz.exams.state import ExamState, Release
from quiz.forms.assembly import Assembly
from quiz.forms.balance import allowed, balance_of, shortfalls_of
from quiz.forms.blueprint import Blueprint
from quiz.forms.blueprintfile import to_json
from quiz.questions.codec import from_json
from quiz.questions.question import Question
from quiz.statistics.period import is_month
from quiz.tables import ExamRow, FormItemRow, FormRow, RevisionRow

MOST_CANDIDATES = 30


@dataclass(frozen=True, slots=True)
class Built:
    """A draw, and the exam that keeps it; no exam where the blueprint cannot be met, and the draw's shortfalls say why."""

    exam_id: int | None
    assembly: Assembly


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may stand in another's place, and what would come of it.

    `expected` and `information` are those of the form, the spreads those of all forms, `faults` how many demands would not be met.
    """

    question: Question
    live: LiveQuestion
    item_expected: float
    expected: float
    information: float
    expected_spread: float
    information_spread: float
    faults: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A place in a form with what may stand there, the most alike forms first."""

    forms: Forms
    number: int
    placed: Placed
    candidates: tuple[Candidate, ...]


def build(
    session: Session, blueprint: Blueprint, month: str, per_page: int, library: Library, actor: str, now: datetime, seed: int | None = None
) -> Built:
    """Draw the forms of a new exam and keep them as a draft. Raises QueryError for values that make no sense."""
    plan = _plan(blueprint, month, per_page)
    chosen = secrets.randbelow(2**31) if seed is None else seed
    live = live_questions(session, library, day_of(now))
    assembly = draw_forms(live, blueprint, month, chosen)
    if not assembly.forms:
        return Built(None, assembly)
    return Built(create_draft(session, plan, drafts_of(assembly, live), actor, now, chosen), assembly)


def _plan(blueprint: Blueprint, month: str, per_page: int) -> Plan:
    if not is_month(month):
        raise QueryError("exam-month")
    plan = Plan(blueprint.title, month, blueprint.minutes, blueprint.pass_mark, per_page, to_json(blueprint))
    check_plan(plan)
    return plan


def copy(session: Session, exam_id: int, month: str, library: Library, actor: str, now: datetime) -> Built:
    """A new draft for a month after the blueprint of an earlier exam. Raises NotFoundError, ConflictError for an exam without blueprint."""
    source = exam(session, exam_id)
    blueprint, drawn = blueprint_of(source)
    if not drawn:
        raise ConflictError("exam-blueprint")
    if not is_month(month):
        raise QueryError("exam-month")
    title = source.title.replace(_words(source.month), _words(month))
    changed = replace(blueprint, title=title, minutes=source.minutes, pass_mark=source.pass_mark)
    return build(session, changed, month, source.per_page, library, actor, now)


def _words(month: str) -> str:
    return f"{int(month[:4])}年{int(month[5:7])}月"


def editable(planned: Exam, now: datetime) -> bool:
    """Whether the forms may still be changed: until the window opens."""
    return planned.state is ExamState.DRAFT or (planned.state is ExamState.SCHEDULED and planned.opens_at is not None and now < planned.opens_at)


def _to_edit(session: Session, exam_id: int, now: datetime) -> ExamRow:
    row = session.get(ExamRow, exam_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("exam-missing", id=exam_id)
    if not editable(exam(session, exam_id), now):
        raise ConflictError("exam-not-draft")
    return row


def settle(session: Session, exam_id: int, title: str, minutes: int, pass_mark: float, per_page: int, actor: str, now: datetime) -> None:
    """Change title, time, pass mark and page of an exam that has not opened. Raises QueryError and ConflictError."""
    row = _to_edit(session, exam_id, now)
    check_plan(Plan(title, row.month, minutes, pass_mark, per_page))
    before = [row.title, row.minutes, row.pass_mark, row.per_page]
    after = [title.strip(), minutes, pass_mark, per_page]
    if before == after:
        return
    row.title, row.minutes, row.pass_mark, row.per_page = title.strip(), minutes, pass_mark, per_page
    if row.blueprint:
        row.blueprint = {**row.blueprint, "title": row.title, "minutes": minutes, "pass_mark": pass_mark}
    note(session, now, actor, "settings", "exam", exam_id, was=before, became=after)
    session.flush()


def redraw(
    session: Session, exam_id: int, library: Library, actor: str, now: datetime, blueprint: Blueprint | None = None, seed: int | None = None
) -> Assembly:
    """Draw the forms anew, after the kept blueprint or a changed one; they stay as they are where it cannot be met.

    Raises ConflictError for an exam that has opened or has no blueprint.
    """
    row = _to_edit(session, exam_id, now)
    kept, drawn = blueprint_of(exam(session, exam_id))
    if blueprint is None and not drawn:
        raise ConflictError("exam-blueprint")
    wanted = blueprint or kept
    chosen = secrets.randbelow(2**31) if seed is None else seed
    live = live_questions(session, library, _day(exam(session, exam_id), now), besides=exam_id)
    assembly = draw_forms(live, wanted, row.month, chosen)
    if not assembly.forms:
        return assembly
    if blueprint is not None:
        check_plan(Plan(blueprint.title, row.month, blueprint.minutes, blueprint.pass_mark, row.per_page))
        row.title, row.minutes, row.pass_mark, row.blueprint = blueprint.title, blueprint.minutes, blueprint.pass_mark, to_json(blueprint)
    held = select(FormRow.id).where(FormRow.exam_id == exam_id)
    session.execute(delete(FormItemRow).where(FormItemRow.form_id.in_(held)))
    session.execute(delete(FormRow).where(FormRow.exam_id == exam_id))
    row.seed = chosen
    session.flush()
    store_forms(session, exam_id, drafts_of(assembly, live))
    note(session, now, actor, "redraw", "exam", exam_id, seed=chosen, forms=len(assembly.forms))
    return assembly


def _day(planned: Exam, now: datetime) -> date:
    """The day by which questions are judged: the first of the exam, today while there is none or it has begun."""
    return day_of(max(planned.opens_at, now) if planned.opens_at else now)


def preview(session: Session, exam_id: int, library: Library, now: datetime) -> Forms:
    """The forms of an exam, their balance, and which questions have to be replaced."""
    return forms_of(session, exam_id, library, _day(exam(session, exam_id), now))


def choices(session: Session, exam_id: int, number: int, position: int, library: Library, now: datetime) -> Choice:
    """What may stand at a place of a form. Raises NotFoundError."""
    forms, placed = _place(session, exam_id, number, position, library, now)
    live = live_questions(session, library, _day(forms.exam, now), besides=exam_id)
    fitting = [question for question in live if _fits(forms, number, placed, question)]
    fitting.sort(key=lambda question: _distance(placed, question))
    nearest = fitting[:MOST_CANDIDATES]
    shown = _shown(session, [question.revision_id for question in nearest])
    found = [_candidate(forms, number, placed, question, shown[question.revision_id]) for question in nearest]
    return Choice(forms, number, placed, tuple(sorted(found, key=lambda c: (c.faults, round(c.expected_spread, 4), _distance(placed, c.live)))))


def _place(session: Session, exam_id: int, number: int, position: int, library: Library, now: datetime) -> tuple[Forms, Placed]:
    forms = preview(session, exam_id, library, now)
    placed = next((p for p in forms.forms.get(number, ()) if p.position == position), None)
    if placed is None:
        raise NotFoundError("exam-place")
    return forms, placed


def _fits(forms: Forms, number: int, placed: Placed, question: LiveQuestion) -> bool:
    """Whether a question may stand there: it fits the cell, may be asked, and nothing else in its form is the same or tests the same."""
    item, month = item_of(question), month_number(forms.exam.month)
    if question.revision_id == placed.revision_id or not allowed(item, forms.blueprint, month):
        return False
    if 0 <= placed.cell < len(forms.blueprint.cells) and not forms.blueprint.cells[placed.cell].fits(item.attributes, item.expected):
        return False
    others = [p.item for p in forms.forms[number] if p.position != placed.position]
    if any(other.id == item.id or set(other.enemies) & set(item.enemies) for other in others):
        return False
    elsewhere = any(p.item.id == item.id for n, form in forms.forms.items() if n != number for p in form)
    return not elsewhere or forms.blueprint.max_overlap > 0


def _distance(placed: Placed, question: LiveQuestion) -> tuple[float, bool, int, str]:
    """Nearer is as hard, of the same topic, and seldom asked."""
    return round(abs(item_of(question).expected - placed.item.expected), 4), question.topic != placed.topic, question.exposures, question.id


def _shown(session: Session, revisions: Sequence[int]) -> dict[int, Question]:
    query = select(RevisionRow.id, RevisionRow.shown).where(RevisionRow.id.in_(revisions))
    return {key: from_json(shown) for key, shown in session.execute(query)}


def _candidate(forms: Forms, number: int, placed: Placed, live: LiveQuestion, question: Question) -> Candidate:
    item = item_of(live)
    changed = {n: [replace(p, item=item) if (n, p.position) == (number, placed.position) else p for p in form] for n, form in forms.forms.items()}
    every = [picked(form) for form in changed.values()]
    balance = balance_of(every, forms.blueprint)
    row = balance.forms[list(changed).index(number)]
    faults = len(shortfalls_of(every, forms.blueprint, month_number(forms.exam.month)))
    return Candidate(
        question, live, item.expected, row.expected, row.information, balance.expected_spread, balance.information_spread, faults
    )  # fmt: skip


def put(session: Session, exam_id: int, number: int, position: int, question_id: str, library: Library, actor: str, now: datetime) -> None:
    """Put another question in a place of a form.

    Raises NotFoundError, ConflictError for a question that may not stand there or an exam that has opened.
    """
    _to_edit(session, exam_id, now)
    forms, placed = _place(session, exam_id, number, position, library, now)
    live = live_questions(session, library, _day(forms.exam, now), besides=exam_id)
    found = next((q for q in live if q.id == question_id and _fits(forms, number, placed, q)), None)
    if found is None:
        raise ConflictError("exam-candidate")
    form = select(FormRow.id).where(FormRow.exam_id == exam_id, FormRow.number == number).scalar_subquery()
    item = session.execute(select(FormItemRow).where(FormItemRow.form_id == form, FormItemRow.position == position)).scalar_one()
    item.revision_id = found.revision_id
    session.flush()
    _keep_balance(session, preview(session, exam_id, library, now))
    note(session, now, actor, "replace", "exam", exam_id, form=number, position=position, old=placed.item.id, new=found.id)


def _keep_balance(session: Session, forms: Forms) -> None:
    rows = session.scalars(select(FormRow).where(FormRow.exam_id == forms.exam.id).order_by(FormRow.number))
    for row, balance in zip(rows, balances(forms.balance), strict=True):
        row.balance = balance
    session.flush()


def open_for(
    session: Session, exam_id: int, window: Window, audience: Audience, library: Library, actor: str, now: datetime, *, release: Release
) -> None:
    """Schedule an exam whose questions all hold on the day when it opens.

    Raises ConflictError (`exam-stale`) where some do not, and what `schedule` raises.
    """
    troubled = forms_of(session, exam_id, library, day_of(max(window.opens_at, now))).troubled
    if troubled:
        raise ConflictError("exam-stale", count=len({placed.item.id for _, placed in troubled}))
    schedule(session, exam_id, window, audience, actor, now, release=release)
