"""Reading papers: the forms of an exam and what somebody was given. Use cases: they take a Session and never commit.

A form does not change once its exam has begun, nor does what an attempt was given: a process may keep both as long as it runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import ConflictError
from quiz.exams.paper import Asked, Item, Layout, Slot, ask, layout_from_json
from quiz.exams.state import HandedIn
from quiz.questions.codec import from_json
from quiz.tables import AttemptRow, ExamRow, FormItemRow, FormRow, RevisionRow

Items = tuple[Item, ...]
FormSource = Callable[[int], Items]


@dataclass(frozen=True)
class Paper:
    """What somebody was given to answer; nothing in it ever changes. Places count from 1 in the order shown."""

    attempt_id: int
    exam_id: int
    employee_id: int
    title: str
    per_page: int
    started_at: datetime
    deadline_at: datetime
    items: Mapping[int, Item]  # by position of the form
    layout: Layout

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The questions as they may be sent, in the order shown."""
        return tuple(ask(n, self.items[slot.position], slot) for n, slot in enumerate(self.layout, 1))

    @cached_property
    def place_of(self) -> dict[int, int]:
        """The place of each position."""
        return {slot.position: n for n, slot in enumerate(self.layout, 1)}

    def at(self, place: int) -> tuple[Item, Slot]:
        """The question at a place. Raises LookupError."""
        if not 1 <= place <= len(self.layout):
            raise LookupError(place)
        slot = self.layout[place - 1]
        return self.items[slot.position], slot


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt 答卷 stands; `score` and `passed` are None until every answer is graded."""

    id: int
    exam_id: int
    employee_id: int
    unit_id: int
    form_id: int
    started_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    submitted_how: HandedIn | None
    receipt: str
    score: float | None
    full: float
    passed: bool | None
    pending: int


def attempt_of_row(row: AttemptRow) -> Attempt:
    """The value of a row."""
    return Attempt(
        id=row.id,
        exam_id=row.exam_id,
        employee_id=row.employee_id,
        unit_id=row.unit_id,
        form_id=row.form_id,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        submitted_at=row.submitted_at,
        submitted_how=HandedIn(row.submitted_how) if row.submitted_how else None,
        receipt=row.receipt,
        score=row.score,
        full=row.full,
        passed=row.passed,
        pending=row.pending,
    )


def attempt_of(session: Session, exam_id: int, employee_id: int) -> Attempt | None:
    """Somebody's attempt of an exam, None when they have not started."""
    query = select(AttemptRow).where(AttemptRow.exam_id == exam_id, AttemptRow.employee_id == employee_id)
    row = session.scalar(query.execution_options(populate_existing=True))
    return attempt_of_row(row) if row else None


def size_of(session: Session, exam_id: int) -> tuple[int, float]:
    """How many questions a paper of an exam has, and the points attainable; its forms are alike."""
    query = select(func.count(), func.coalesce(func.sum(FormItemRow.points), 0.0)).join(FormRow, FormRow.id == FormItemRow.form_id)
    count, points = session.execute(query.where(FormRow.exam_id == exam_id, FormRow.number == 1)).one()
    return count, points


def form_items(session: Session, form_id: int) -> Items:
    """The questions of a form in order."""
    query = select(FormItemRow, RevisionRow.shown).join(RevisionRow).where(FormItemRow.form_id == form_id).order_by(FormItemRow.position)
    return tuple(Item(row.position, row.revision_id, row.points, from_json(shown)) for row, shown in session.execute(query))


def paper(session: Session, attempt_id: int, forms: FormSource | None = None) -> Paper:
    """What an attempt was given. `forms` may answer from memory. Raises ConflictError when there is no such attempt."""
    query = select(AttemptRow, ExamRow.title, ExamRow.per_page).join(ExamRow).where(AttemptRow.id == attempt_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise ConflictError("exam-not-started")
    row, title, per_page = found
    items = forms(row.form_id) if forms else form_items(session, row.form_id)
    return Paper(
        attempt_id=row.id,
        exam_id=row.exam_id,
        employee_id=row.employee_id,
        title=title,
        per_page=per_page,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        items={item.position: item for item in items},
        layout=layout_from_json(row.layout),
    )
