"""What somebody's paper came to, question by question. Use cases: they take a Session and never commit."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.exams.paper import Item, Slot
from quiz.exams.papers import Paper
from quiz.exams.state import MarkState
from quiz.questions.grading import Response
from quiz.tables import MarkRow


@dataclass(frozen=True, slots=True)
class Marked:
    """A question of a submitted paper: the place where it was shown, the response in canonical terms, and what it earned."""

    n: int
    item: Item
    slot: Slot
    response: Response
    credit: float
    points: float
    state: MarkState


def marks_of(session: Session, given: Paper) -> Sequence[Marked]:
    """The marks of a submitted paper in the order in which it was shown; none before it is submitted."""
    rows = {row.position: row for row in session.scalars(select(MarkRow).where(MarkRow.attempt_id == given.attempt_id))}
    places = ((n, slot, rows[slot.position]) for n, slot in enumerate(given.layout, 1) if slot.position in rows)
    return [Marked(n, given.items[slot.position], slot, r.response, r.credit, r.points, MarkState(r.state)) for n, slot, r in places]
