"""What of training and exams rests on an entry: its questions, the facts they test, and the exams that ask them. Use cases: they never commit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quiz.bank.state import CAN_GROW_STALE, State
from quiz.exams.state import ExamState
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


def facts_tested(session: Session) -> dict[str, list[tuple[str, str]]]:
    """The facts, as (entry id, name), that each question in use tests, by its id: those that a new value makes stale."""
    states = [state.value for state in CAN_GROW_STALE]
    query = select(QuestionRow.id, RevisionRow.facts).join(RevisionRow, CURRENT).where(QuestionRow.state.in_(states))
    return {id_: [(fact["entry"], fact["name"]) for fact in facts] for id_, facts in session.execute(query)}


def asked_of(session: Session, entry_id: str) -> list[Asked]:
    """The questions of an entry that are not retired."""
    return _asked(session, QuestionRow.entry_id == entry_id, QuestionRow.state != State.RETIRED)


def asked_by_id(session: Session, ids: Collection[str]) -> list[Asked]:
    """Some questions, by their ids."""
    return _asked(session, QuestionRow.id.in_(ids))


def _asked(session: Session, *conditions: object) -> list[Asked]:
    query = select(QuestionRow.id, QuestionRow.state, RevisionRow.shown).join(RevisionRow, CURRENT)
    rows = session.execute(query.where(*conditions).order_by(QuestionRow.id))  # type: ignore[arg-type]  # conditions of SQLAlchemy
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
