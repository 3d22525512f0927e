"""What rests on an entry: its questions, which of them a change makes stale, the exams that ask them. Use cases: they never commit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb import Library
from quiz.bank.revision import pins_from
from quiz.bank.staleness import reasons
from quiz.bank.state import CAN_GROW_STALE, State
from quiz.exams.state import ExamState
from quiz.questions.question import QuestionType
from quiz.tables import CURRENT, ExamRow, FormItemRow, FormRow, QuestionRow, RevisionRow


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the bank, in a few words."""

    id: str
    stem: str
    state: State


@dataclass(frozen=True, slots=True)
class TouchedExam:
    """An exam that is open or still to come, and how many different questions of it rest on what changes."""

    id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    questions: int


def turning_stale(session: Session, after: Library, entries: Collection[str], carried: Collection[tuple[str, str]], day: date) -> list[Asked]:
    """The questions in use that no longer hold once `after` is the library, by the rules of publishing.

    Looked at are those of `entries` and those that test a fact of `carried`, (entry id, name).
    """
    states = [state.value for state in CAN_GROW_STALE]
    query = select(QuestionRow.id, QuestionRow.entry_id, RevisionRow.facts).join(RevisionRow, CURRENT).where(QuestionRow.state.in_(states))
    near = [id_ for id_, own, facts in session.execute(query) if own in entries or any((f["entry"], f["name"]) in carried for f in facts)]
    rows = session.execute(
        select(QuestionRow, RevisionRow.written, RevisionRow.facts, RevisionRow.shown)
        .join(RevisionRow, CURRENT)
        .where(QuestionRow.id.in_(near))
        .order_by(QuestionRow.id)
    )
    return [
        Asked(row.id, str(shown["stem"]), State(row.state))
        for row, written, facts, shown in rows
        if reasons(pins_from(written, facts), QuestionType(row.type), after, day)
    ]


def asked_of(session: Session, entry_id: str) -> list[Asked]:
    """The questions of an entry that are not retired."""
    query = select(QuestionRow.id, QuestionRow.state, RevisionRow.shown).join(RevisionRow, CURRENT).order_by(QuestionRow.id)
    rows = session.execute(query.where(QuestionRow.entry_id == entry_id, QuestionRow.state != State.RETIRED))
    return [Asked(id_, str(shown["stem"]), State(state)) for id_, state, shown in rows]


def touched_exams(session: Session, entry_id: str, question_ids: Collection[str], now: datetime) -> list[TouchedExam]:
    """The scheduled exams that are not over and ask a question of this entry, or one of these questions; the next first."""
    query = (
        select(ExamRow.id, ExamRow.title, ExamRow.opens_at, ExamRow.closes_at, func.count(func.distinct(QuestionRow.id)))
        .join(FormRow, FormRow.exam_id == ExamRow.id)
        .join(FormItemRow, FormItemRow.form_id == FormRow.id)
        .join(RevisionRow, RevisionRow.id == FormItemRow.revision_id)
        .join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
        .where(ExamRow.state == ExamState.SCHEDULED, ExamRow.closes_at > now)
        .where((QuestionRow.entry_id == entry_id) | QuestionRow.id.in_(question_ids))
        .group_by(ExamRow.id, ExamRow.title, ExamRow.opens_at, ExamRow.closes_at)
        .order_by(ExamRow.opens_at, ExamRow.id)
    )
    rows = session.execute(query)
    return [TouchedExam(id_, title, opens, closes, count) for id_, title, opens, closes, count in rows if opens and closes]
