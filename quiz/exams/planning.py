"""Exams as trainers plan them: drafts with their forms, the window, the audience, the rule of release. Use cases: they never commit."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.audit import note
from quiz.exams.state import ExamState, Release
from quiz.tables import AttemptRow, EmployeeRow, ExamRow, FormItemRow, FormRow, RevisionRow, UnitRow

SHORTEST, LONGEST = 1, 24 * 60  # minutes
MOST_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sits an exam: everybody who works in one of these units or below it on the day, and these employees wherever they work."""

    units: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a draft is made of; `month` is 2026-11, `pass_mark` a share of the full points, `blueprint` JSON."""

    title: str
    month: str
    minutes: int
    pass_mark: float = 0.6
    per_page: int = 2
    blueprint: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form to be stored: (revision id, points) in order, and what is known of its balance."""

    items: Sequence[tuple[int, float]]
    balance: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """From when (inclusive) to when (exclusive) an exam may be sat, both aware."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam 考试 as it is planned."""

    id: int
    title: str
    month: str
    state: ExamState
    opens_at: datetime | None
    closes_at: datetime | None
    minutes: int
    pass_mark: float
    per_page: int
    release: Release
    released_at: datetime | None
    audience: Audience
    seed: int
    created_by: str
    blueprint: Mapping[str, Any]

    def is_open(self, now: datetime) -> bool:
        """Whether a paper may be started now."""
        return self.state is ExamState.SCHEDULED and bool(self.opens_at and self.closes_at and self.opens_at <= now < self.closes_at)

    def deadline(self, now: datetime) -> datetime:
        """When a paper that is started now ends."""
        ends = now + timedelta(minutes=self.minutes)
        return min(ends, self.closes_at) if self.closes_at else ends


def exam_of(row: ExamRow) -> Exam:
    """The value of a row."""
    return Exam(
        id=row.id,
        title=row.title,
        month=row.month,
        state=ExamState(row.state),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        minutes=row.minutes,
        pass_mark=row.pass_mark,
        per_page=row.per_page,
        release=Release(row.release),
        released_at=row.released_at,
        audience=Audience(frozenset(row.audience.get("units", ())), frozenset(row.audience.get("people", ()))),
        seed=row.seed,
        created_by=row.created_by,
        blueprint=row.blueprint,
    )


def exam(session: Session, exam_id: int) -> Exam:
    """An exam in any state. Raises NotFoundError."""
    return exam_of(_row(session, exam_id))


def _row(session: Session, exam_id: int, *, to_change: bool = False) -> ExamRow:
    row = session.get(ExamRow, exam_id, with_for_update=to_change, populate_existing=to_change)
    if row is None:
        raise NotFoundError("exam-missing", id=exam_id)
    return row


def exams(session: Session, month: str = "") -> list[Exam]:
    """Every exam, or those of a month, newest first."""
    query = select(ExamRow).order_by(ExamRow.month.desc(), ExamRow.id.desc())
    return [exam_of(row) for row in session.scalars(query.where(ExamRow.month == month) if month else query)]


def create_draft(session: Session, plan: Plan, forms: Sequence[Draft], actor: str, now: datetime, seed: int | None = None) -> int:
    """Store an exam with its forms, and return its id; who sits it and when is said by `schedule`. Raises QueryError for what makes no sense."""
    _check(session, plan, forms)
    row = ExamRow(
        title=plan.title.strip(), month=plan.month, state=ExamState.DRAFT.value, blueprint=dict(plan.blueprint), audience={}, minutes=plan.minutes,
        pass_mark=plan.pass_mark, per_page=plan.per_page, release=Release.AT_END.value, created_by=actor, created_at=now,
        seed=secrets.randbelow(2**31) if seed is None else seed,
    )  # fmt: skip
    session.add(row)
    session.flush()
    store_forms(session, row.id, forms)
    note(session, now, actor, "create", "exam", row.id, title=row.title)
    return row.id


def store_forms(session: Session, exam_id: int, forms: Sequence[Draft]) -> None:
    """Store the forms of an exam that has none."""
    for number, form in enumerate(forms, 1):
        row = FormRow(exam_id=exam_id, number=number, balance=dict(form.balance))
        session.add(row)
        session.flush()
        places = enumerate(form.items, 1)
        session.add_all(FormItemRow(form_id=row.id, position=n, revision_id=revision, points=points) for n, (revision, points) in places)
    session.flush()


def check_plan(plan: Plan) -> None:
    """Raises QueryError for a title, a time, a pass mark or a page that makes no sense."""
    if not plan.title.strip() or len(plan.title) > 120:
        raise QueryError("exam-title", limit=120)
    if not SHORTEST <= plan.minutes <= LONGEST:
        raise QueryError("exam-minutes", low=SHORTEST, high=LONGEST)
    if not 0 <= plan.pass_mark <= 1:
        raise QueryError("exam-pass-mark")
    if not 1 <= plan.per_page <= MOST_PER_PAGE:
        raise QueryError("exam-per-page", high=MOST_PER_PAGE)


def _check(session: Session, plan: Plan, forms: Sequence[Draft]) -> None:
    check_plan(plan)
    if not forms or not all(_is_whole(form) for form in forms):
        raise QueryError("exam-forms")
    wanted = {revision for form in forms for revision, _ in form.items}
    if session.scalar(select(func.count()).select_from(RevisionRow).where(RevisionRow.id.in_(wanted))) != len(wanted):
        raise QueryError("exam-revisions")


def _is_whole(form: Draft) -> bool:
    revisions = [revision for revision, _ in form.items]
    return bool(revisions) and len(set(revisions)) == len(revisions) and all(points > 0 for _, points in form.items)


def schedule(
    session: Session, exam_id: int, window: Window, audience: Audience, actor: str, now: datetime, *, release: Release = Release.AT_END
) -> None:
    """Open an exam to its audience for a window; may be said again until the window opens.

    Raises NotFoundError; ConflictError when the exam has begun or was cancelled; QueryError for a window or an audience that makes no sense.
    """
    row = _row(session, exam_id, to_change=True)
    _refuse_begun(row, now)
    if window.closes_at <= window.opens_at or window.closes_at <= now:
        raise QueryError("exam-window")
    _check_audience(session, audience)
    row.state, row.release = ExamState.SCHEDULED.value, release.value
    row.opens_at, row.closes_at = window.opens_at, window.closes_at
    row.audience = {"units": sorted(audience.units), "people": sorted(audience.people)}
    note(session, now, actor, "schedule", "exam", row.id, opens=window.opens_at.isoformat(), closes=window.closes_at.isoformat(), **row.audience)
    session.flush()


def _refuse_begun(row: ExamRow, now: datetime) -> None:
    if row.state == ExamState.CANCELLED:
        raise ConflictError("exam-cancelled")
    if row.state == ExamState.SCHEDULED and row.opens_at is not None and row.opens_at <= now:
        raise ConflictError("exam-begun")


def _check_audience(session: Session, audience: Audience) -> None:
    units = session.scalar(select(func.count()).select_from(UnitRow).where(UnitRow.id.in_(audience.units)))
    people = session.scalar(select(func.count()).select_from(EmployeeRow).where(EmployeeRow.id.in_(audience.people)))
    if not (audience.units or audience.people) or (units, people) != (len(audience.units), len(audience.people)):
        raise QueryError("exam-audience")


def cancel(session: Session, exam_id: int, actor: str, now: datetime) -> None:
    """Call an exam off, as long as nobody has started it. Raises NotFoundError and ConflictError."""
    row = _row(session, exam_id, to_change=True)
    if session.scalar(select(AttemptRow.id).where(AttemptRow.exam_id == exam_id).limit(1)) is not None:
        raise ConflictError("exam-started")
    row.state = ExamState.CANCELLED.value
    note(session, now, actor, "cancel", "exam", exam_id)
    session.flush()


def release(session: Session, exam_id: int, actor: str, now: datetime) -> None:
    """Release the results by hand, whatever the rule. Raises NotFoundError, and ConflictError before the window has closed."""
    row = _row(session, exam_id, to_change=True)
    if row.state != ExamState.SCHEDULED or row.closes_at is None or now < row.closes_at:
        raise ConflictError("exam-still-open")
    if row.released_at is None:
        row.released_at = now
        note(session, now, actor, "release", "exam", exam_id)
        session.flush()
