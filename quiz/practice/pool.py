"""What somebody may practise, and how well they know which topic. Use cases: they take a Session and never commit."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kb import Library, day_of
from quiz.bank.revision import pins_from
from quiz.bank.staleness import reasons
from quiz.bank.state import State
from quiz.exams.state import UNGRADED, ExamState, Release
from quiz.practice.cards import cards_of
from quiz.practice.dailyfive import Candidate, Tally, Why
from quiz.practice.schedule import day_begins, day_ends
from quiz.questions.codec import from_json
from quiz.questions.question import Question, QuestionType
from quiz.tables import CURRENT, AttemptRow, CardRow, ExamRow, FormItemRow, FormRow, MarkRow, QuestionRow, ReviewRow, RevisionRow

PRACTISED = tuple(kind.value for kind in QuestionType if kind is not QuestionType.SHORT)  # nobody marks a short answer in practice
_CHANGED_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Practicable:
    """A question that may be practised now, as it reads now; `entry_id` is "" where it is bound to no entry."""

    question: Question
    revision_id: int
    topic: str
    entry_id: str


def released(now: datetime) -> ColumnElement[bool]:
    """The condition on exams that their results may be seen, as `quiz.exams.state.is_released`: before that the notebook would give away the key."""
    at_once = ExamRow.release == Release.AT_ONCE.value
    at_end = and_(ExamRow.release == Release.AT_END.value, ExamRow.closes_at <= now)
    return and_(ExamRow.state != ExamState.CANCELLED.value, or_(at_once, at_end, ExamRow.released_at <= now))


def _sealed(employee_id: int, now: datetime) -> Select[str]:
    """The questions of every exam that is open now, whoever sits it, and of the person's own paper while it lasts."""
    query = (
        select(RevisionRow.question_id).join(FormItemRow, FormItemRow.revision_id == RevisionRow.id).join(FormRow, FormRow.id == FormItemRow.form_id)
    )
    query = query.join(ExamRow, ExamRow.id == FormRow.exam_id).where(ExamRow.state != ExamState.CANCELLED.value)
    mine = select(AttemptRow.exam_id).where(AttemptRow.employee_id == employee_id, AttemptRow.submitted_at.is_(None), AttemptRow.deadline_at > now)
    return query.where(or_(and_(ExamRow.opens_at <= now, ExamRow.closes_at > now), ExamRow.id.in_(mine)))


def practicable(employee_id: int, now: datetime) -> ColumnElement[bool]:
    """The condition on questions that the person may practise them now: live, marked by the program, and in no open exam."""
    return and_(QuestionRow.state == State.LIVE.value, QuestionRow.type.in_(PRACTISED), QuestionRow.id.not_in(_sealed(employee_id, now)))


def read_question(session: Session, employee_id: int, question_id: str, now: datetime, library: Library | None) -> Practicable | None:
    """A question by id, None where the person may not practise it now."""
    query = select(QuestionRow.topic, QuestionRow.entry_id, RevisionRow.id, RevisionRow.shown).join(RevisionRow, CURRENT)
    row = session.execute(query.where(QuestionRow.id == question_id, practicable(employee_id, now))).one_or_none()
    if row is None or not holding(session, [question_id], now, library):
        return None
    return Practicable(from_json(row.shown), row.id, row.topic, row.entry_id)


def available(session: Session, employee_id: int, question_ids: Collection[str], now: datetime, library: Library | None) -> set[str]:
    """Those of these questions that the person may practise now."""
    query = select(QuestionRow.id).where(QuestionRow.id.in_(question_ids), practicable(employee_id, now))
    return holding(session, list(session.scalars(query)), now, library)


def holding(session: Session, question_ids: Collection[str], now: datetime, library: Library | None) -> set[str]:
    """Those of these questions that still hold today, though nothing was published since; all of them without a library."""
    if library is None or not question_ids:
        return set(question_ids)
    query = select(QuestionRow.id, QuestionRow.type, RevisionRow.written, RevisionRow.facts).join(RevisionRow, CURRENT)
    rows = session.execute(query.where(QuestionRow.id.in_(question_ids))).all()
    day = day_of(now)
    return {row.id for row in rows if not reasons(pins_from(row.written, row.facts), QuestionType(row.type), library, day)}


def due_candidates(session: Session, employee_id: int, now: datetime, without: Collection[str]) -> list[Candidate]:
    """The cards that are due before the day ends, except those of some questions."""
    query = select(QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id).join(CardRow, CardRow.question_id == QuestionRow.id)
    query = query.where(CardRow.employee_id == employee_id, CardRow.due < day_ends(now), practicable(employee_id, now))
    rows = [row for row in session.execute(query) if row.id not in without]
    cards = cards_of(session, employee_id, [row.id for row in rows])
    found = []
    for row in rows:
        card = cards[row.id]
        why = Why.MISTAKE if card.mistake else Why.ASSIGNED if card.assigned else Why.DUE
        found.append(Candidate(row.id, row.topic, row.entry_id, why, card.due))
    return found


def new_topics(session: Session, employee_id: int, now: datetime) -> list[str]:
    """The topics with questions that the person has never met."""
    return list(session.scalars(select(QuestionRow.topic).where(_never_met(employee_id), practicable(employee_id, now)).distinct()))


def new_candidates(session: Session, employee_id: int, now: datetime, topics: Iterable[str], without: Collection[str]) -> list[Candidate]:
    """Questions never met of some topics, and of any topic where the wording changed within two weeks."""
    query = select(QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id, QuestionRow.revision, RevisionRow.created_at).join(RevisionRow, CURRENT)
    since = day_begins(now) - _CHANGED_WITHIN
    changed = and_(QuestionRow.revision > 1, RevisionRow.created_at >= since)
    query = query.where(_never_met(employee_id), practicable(employee_id, now), or_(QuestionRow.topic.in_(list(topics)), changed))
    return [
        Candidate(row.id, row.topic, row.entry_id, Why.CHANGED if row.revision > 1 and row.created_at >= since else Why.NEW)
        for row in session.execute(query)
        if row.id not in without
    ]


def _never_met(employee_id: int) -> ColumnElement[bool]:
    met = select(CardRow.question_id).where(CardRow.employee_id == employee_id)
    return and_(QuestionRow.id.not_in(met), QuestionRow.entry_id != "")


def topic_tallies(session: Session, employee_id: int, now: datetime) -> dict[str, Tally]:
    """How the person answered by topic before the day began, in practice and in exams whose results were to be seen by then."""
    before = day_begins(now)
    asked = select(QuestionRow.topic, func.count(), func.sum(ReviewRow.credit)).join(RevisionRow, RevisionRow.question_id == QuestionRow.id)
    practice = asked.join(ReviewRow, ReviewRow.revision_id == RevisionRow.id).where(ReviewRow.employee_id == employee_id, ReviewRow.at < before)
    marked = select(QuestionRow.topic, func.count(), func.sum(MarkRow.credit)).join(RevisionRow, RevisionRow.question_id == QuestionRow.id)
    marked = marked.join(MarkRow, MarkRow.revision_id == RevisionRow.id).join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
    marked = marked.join(ExamRow, ExamRow.id == AttemptRow.exam_id).where(
        AttemptRow.employee_id == employee_id, AttemptRow.submitted_at < before, MarkRow.state.not_in(UNGRADED), released(before)
    )
    found: dict[str, Tally] = {}
    for query in (practice, marked):
        for topic, answers, credit in session.execute(query.group_by(QuestionRow.topic)):
            known = found.get(topic, Tally())
            found[topic] = Tally(known.answers + answers, known.credit + float(credit))
    return found
