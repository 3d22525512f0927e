"""What may be drawn into a paper, with all that a draw weighs. Use cases: they take a Session and never commit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session, defer

from kb import Library
from quiz.bank.listing import tallies_of
from quiz.bank.revision import pins_from
from quiz.bank.staleness import Pins, Reason, reasons
from quiz.bank.state import State
from quiz.questions.question import QuestionType
from quiz.tables import CURRENT, ExamRow, FormItemRow, FormRow, QuestionRow, RevisionRow

_COLUMNS = select(QuestionRow, RevisionRow).options(defer(RevisionRow.shown))
_Tallies = Mapping[tuple[str, str], tuple[int, float]]
_Used = Mapping[str, tuple[str, int]]


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


def live_questions(session: Session, library: Library | None = None, day: date | None = None, besides: int = 0) -> list[LiveQuestion]:
    """Every live question, by id; the use that the exam `besides` makes of them does not count.

    With a library and a day, those are left out too that no longer hold on that day though nothing was published since, such as questions on a
    tariff that ended yesterday.
    """
    rows = session.execute(_COLUMNS.join(RevisionRow, CURRENT).where(QuestionRow.state == State.LIVE).order_by(QuestionRow.id)).all()
    tallies, used = tallies_of(session), _used(session, besides)
    found = []
    for row, revision in rows:
        kind, pinned = QuestionType(row.type), pins_from(revision.written, revision.facts)
        if not (library and day and reasons(pinned, kind, library, day)):
            found.append(_question(row, revision, pinned, tallies, used))
    return found


def drawn_questions(
    session: Session, revision_ids: Iterable[int], library: Library, day: date, besides: int = 0
) -> dict[int, tuple[LiveQuestion, tuple[Reason, ...]]]:
    """The questions of these revisions whatever became of them since, each with why its wording does not hold on a day."""
    query = _COLUMNS.join(RevisionRow, RevisionRow.question_id == QuestionRow.id).where(RevisionRow.id.in_(list(revision_ids)))
    rows = session.execute(query).all()
    tallies, used = tallies_of(session, [row.id for row, _ in rows]), _used(session, besides)
    found = {}
    for row, revision in rows:
        kind, pinned = QuestionType(row.type), pins_from(revision.written, revision.facts)
        found[revision.id] = (_question(row, revision, pinned, tallies, used), tuple(reasons(pinned, kind, library, day)))
    return found


def _question(row: QuestionRow, revision: RevisionRow, pinned: Pins, tallies: _Tallies, used: _Used) -> LiveQuestion:
    tested = tuple((f.entry_id, f.name) for f in pinned.facts)
    tally, usage = tallies.get((row.id, revision.digest), (0, 0.0)), used.get(row.id, ("", 0))
    return LiveQuestion(row.id, revision.id, row.topic, QuestionType(row.type), row.entry_id, row.difficulty, tested, *tally, *usage)


def _used(session: Session, besides: int) -> _Used:
    """Question → (last month, number of exams)."""
    query = select(RevisionRow.question_id, func.max(ExamRow.month), func.count(distinct(ExamRow.id)))
    query = query.join(FormItemRow, FormItemRow.revision_id == RevisionRow.id).join(FormRow, FormRow.id == FormItemRow.form_id)
    query = query.join(ExamRow, ExamRow.id == FormRow.exam_id)
    query = query.where(ExamRow.state != "cancelled", ExamRow.id != besides).group_by(RevisionRow.question_id)
    return {question: (month, count) for question, month, count in session.execute(query)}


def states_of(session: Session, revision_ids: Iterable[int]) -> dict[int, State]:
    """Where the questions of these revisions stand now; a paper that was built earlier asks this before it opens."""
    query = select(RevisionRow.id, QuestionRow.state).join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    return {revision: State(state) for revision, state in session.execute(query.where(RevisionRow.id.in_(list(revision_ids))))}
