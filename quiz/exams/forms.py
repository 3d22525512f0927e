"""The forms of an exam as a trainer looks at them before it opens: questions, balance, and what no longer holds. Use cases: they only read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kb import Library
from quiz.bank.difficulty import Band, band
from quiz.bank.drawable import drawn_questions
from quiz.bank.staleness import Reason
from quiz.bank.state import State
from quiz.exams.drawing import item_of, month_number
from quiz.exams.planning import Exam, exam
from quiz.forms.balance import Balance, Form, Item, Picked, Shortfall, balance_of, shortfalls_of
from quiz.forms.blueprint import Blueprint, Cell
from quiz.forms.blueprintfile import from_json as blueprint_from_json
from quiz.questions.codec import from_json
from quiz.questions.question import Question
from quiz.tables import FormItemRow, FormRow, QuestionRow, RevisionRow


class Trouble(StrEnum):
    """Why a question may not stay in a form."""

    OUT = "out"  # no longer live
    REWORDED = "reworded"  # another wording was released since the draw
    OUTDATED = "outdated"  # what it rests on does not hold on the day of the exam


@dataclass(frozen=True, slots=True)
class Placed:
    """A question at a position of a form, and for which cell of the blueprint (from 0) it stands there."""

    position: int
    revision_id: int
    question: Question
    topic: str
    points: float
    cell: int
    item: Item
    trouble: Trouble | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def band(self) -> Band:
        """How hard it is."""
        return band(self.item.expected)


@dataclass(frozen=True, slots=True)
class Forms:
    """An exam with its forms by number; `blueprint` is a plain one where none was kept, and `drawn` tells which."""

    exam: Exam
    blueprint: Blueprint
    drawn: bool
    forms: Mapping[int, Sequence[Placed]]
    balance: Balance
    shortfalls: tuple[Shortfall, ...]

    @property
    def troubled(self) -> list[tuple[int, Placed]]:
        """(form, question) of everything that has to be replaced."""
        return [(number, placed) for number, form in self.forms.items() for placed in form if placed.trouble]

    @property
    def picked(self) -> tuple[Form, ...]:
        """The forms as the balance is counted from."""
        return tuple(picked(form) for form in self.forms.values())


def picked(form: Sequence[Placed]) -> Form:
    """One form as the balance is counted from."""
    return tuple(Picked(placed.item, placed.cell, placed.points) for placed in form)


def forms_of(session: Session, exam_id: int, library: Library, day: date) -> Forms:
    """The forms of an exam, judged by what holds on a day. Raises NotFoundError."""
    planned = exam(session, exam_id)
    rows = _rows(session, exam_id)
    known = drawn_questions(session, {row[1].revision_id for row in rows}, library, day, besides=exam_id)
    by_form: dict[int, list[tuple[FormItemRow, Question, Trouble | None]]] = {}
    for number, row, shown, trouble in rows:
        by_form.setdefault(number, []).append((row, from_json(shown), trouble))
    blueprint, drawn = blueprint_of(planned, next(iter(by_form.values()), []))
    forms: dict[int, Sequence[Placed]] = {}
    for number, held in by_form.items():
        cells = cells_of(blueprint, len(held))
        forms[number] = []
        for (row, question, trouble), cell in zip(held, cells, strict=True):
            live, reasons = known[row.revision_id]
            found = trouble or (Trouble.OUTDATED if reasons else None)
            placed = Placed(row.position, row.revision_id, question, live.topic, row.points, cell, item_of(live), found, reasons)
            forms[number] = [*forms[number], placed]
    every = tuple(picked(form) for form in forms.values())
    shortfalls = shortfalls_of(every, blueprint, month_number(planned.month))
    return Forms(planned, blueprint, drawn, forms, balance_of(every, blueprint), shortfalls)


def _rows(session: Session, exam_id: int) -> list[tuple[int, FormItemRow, dict[str, object], Trouble | None]]:
    """(form number, item, question as shown, trouble by the bank) in order."""
    current = aliased(RevisionRow)
    query = (
        select(FormRow.number, FormItemRow, RevisionRow.shown, QuestionRow.state, RevisionRow.digest, current.digest)
        .join(FormItemRow, FormItemRow.form_id == FormRow.id)
        .join(RevisionRow, RevisionRow.id == FormItemRow.revision_id)
        .join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
        .join(current, (current.question_id == QuestionRow.id) & (current.number == QuestionRow.revision))
        .where(FormRow.exam_id == exam_id)
        .order_by(FormRow.number, FormItemRow.position)
    )
    found = []
    for number, row, shown, state, digest, now in session.execute(query):
        trouble = Trouble.OUT if state != State.LIVE else Trouble.REWORDED if digest != now else None
        found.append((number, row, shown, trouble))
    return found


def blueprint_of(planned: Exam, held: Sequence[tuple[FormItemRow, Question, object]] = ()) -> tuple[Blueprint, bool]:
    """The blueprint kept with an exam; where none was kept or it cannot be read, one that asks for what the form holds."""
    found = blueprint_from_json(dict(planned.blueprint))[0] if planned.blueprint else None
    if found is not None:
        return found, True
    points = held[0][0].points if held else 1.0
    return Blueprint(planned.title, (Cell(planned.title, max(1, len(held)), points),), planned.minutes, planned.pass_mark), False


def cells_of(blueprint: Blueprint, questions: int) -> list[int]:
    """The cell of each position: a form stands in the order of its cells."""
    cells = [number for number, cell in enumerate(blueprint.cells) for _ in range(cell.count)]
    return [*cells, *([-1] * questions)][:questions]
