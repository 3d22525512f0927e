"""What may be drawn into a paper, with all that a draw weighs. Use cases: they take a Session and never commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, distinct, func, select
from sqlalchemy.orm import Session

from kb import Library
from quiz.banklist import tallies_of
from quiz.bankstate import State
from quiz.question import QuestionType
from quiz.revision import pins_from
from quiz.staleness import reasons
from quiz.tables import ExamRow, FormItemRow, FormRow, QuestionRow, RevisionRow

_CURRENT = and_(RevisionRow.question_id == QuestionRow.id, RevisionRow.number == QuestionRow.revision)


@dataclass(frozen=True, slots=True)
class LiveQuestion:
    """A question that may be drawn.

    `facts` are (entry, name) of what it tests or shows; `answers` and `credit` (a sum of values from 0 to 1) are what its present wording has earned;
    `last_month` (`2026-11`, "" for never) and `exposures` tell of the exams that used it, whatever its wording, called-off ones left out.
    """

    id: str
    revision_id: int
    topic: str
    type: QuestionType
    entry_id: str
    difficulty: int
    facts: tuple[tuple[str, str], ...] = ()
    answers: int = 0
    credit: float = 0.0
    last_month: str = ""
    exposures: int = 0


def live_questions(session: Session, library: Library | None = None, day: date | None = None) -> list[LiveQuestion]:
    """Every live question, by id.

    With a library and a day, those are left out too that no longer hold on that day though nothing was published since, such as questions on a
    tariff that ended yesterday.
    """
    query = select(QuestionRow, RevisionRow.id, RevisionRow.written, RevisionRow.facts, RevisionRow.digest).join(RevisionRow, _CURRENT)
    rows = session.execute(query.where(QuestionRow.state == State.LIVE).order_by(QuestionRow.id)).all()
    tallies, used = tallies_of(session), _used(session)
    found = []
    for row, revision_id, written, facts, digest in rows:
        kind, pinned = QuestionType(row.type), pins_from(written, facts)
        if library and day and reasons(pinned, kind, library, day):
            continue
        tested = tuple((f.entry_id, f.name) for f in pinned.facts)
        tally, usage = tallies.get((row.id, digest), (0, 0.0)), used.get(row.id, ("", 0))
        found.append(LiveQuestion(row.id, revision_id, row.topic, kind, row.entry_id, row.difficulty, tested, *tally, *usage))
    return found


def _used(session: Session) -> dict[str, tuple[str, int]]:
    """Question → (last month, number of exams)."""
    query = select(RevisionRow.question_id, func.max(ExamRow.month), func.count(distinct(ExamRow.id)))
    query = query.join(FormItemRow, FormItemRow.revision_id == RevisionRow.id).join(FormRow, FormRow.id == FormItemRow.form_id)
    query = query.join(ExamRow, ExamRow.id == FormRow.exam_id).where(ExamRow.state != "cancelled").group_by(RevisionRow.question_id)
    return {question: (month, count) for question, month, count in session.execute(query)}


def states_of(session: Session, revision_ids: Iterable[int]) -> dict[int, State]:
    """Where the questions of these revisions stand now; a paper that was built earlier asks this before it opens."""
    query = select(RevisionRow.id, QuestionRow.state).join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    return {revision: State(state) for revision, state in session.execute(query.where(RevisionRow.id.in_(list(revision_ids))))}
