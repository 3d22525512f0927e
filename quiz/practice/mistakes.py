"""The notebook of mistakes 错题本: what was wrong in exams and in practice, until it is known. Use cases: they take a Session and never commit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, true
from sqlalchemy.orm import Session

from kb import Library
from quiz.exams.state import UNGRADED
from quiz.practice.cards import ReviewCard, cards_of, keep_cards
from quiz.practice.pool import PRACTISED, available, holding, practicable, released
from quiz.practice.schedule import RIGHT_DAYS, day_begins
from quiz.questions.question import QuestionType
from quiz.tables import CURRENT, AttemptRow, CardRow, ExamRow, MarkRow, QuestionRow, ReviewRow, RevisionRow

PAGE = 50


@dataclass(frozen=True, slots=True)
class Mistake:
    """A question in the notebook; `open` tells whether it may be practised now, `right_days_left` on how many more days it has to be right."""

    question_id: str
    topic: str
    type: QuestionType
    stem: str
    entry_id: str
    due: datetime
    right_days_left: int
    open: bool


@dataclass(frozen=True, slots=True)
class Notebook:
    """A page of the notebook; `total` counts those of the topic asked for, `topics` all of them by topic, the fullest first."""

    lines: tuple[Mistake, ...]
    total: int
    topics: Mapping[str, int]


def untaken(session: Session, employee_id: int, now: datetime) -> list[int]:
    """The person's attempts whose results may be seen and whose mistakes do not stand in the notebook yet."""
    query = _wrong(now).where(AttemptRow.employee_id == employee_id)
    rows = session.execute(query).all()
    cards = cards_of(session, employee_id, {row.question_id for row in rows})
    return sorted({row.attempt_id for row in rows if row.question_id not in cards or row.attempt_id not in cards[row.question_id].exams})


def _wrong(now: datetime) -> Select[int, int, str]:
    """(attempt, employee, question) of everything that did not earn its whole credit, once results may be seen."""
    query = select(MarkRow.attempt_id, AttemptRow.employee_id, RevisionRow.question_id).join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
    query = query.join(ExamRow, ExamRow.id == AttemptRow.exam_id).join(RevisionRow, RevisionRow.id == MarkRow.revision_id)
    query = query.join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    graded = and_(AttemptRow.submitted_at.is_not(None), AttemptRow.score.is_not(None), MarkRow.state.not_in(UNGRADED))
    return query.where(graded, MarkRow.credit < 1, QuestionRow.type.in_(PRACTISED), released(now))


def take_mistakes(session: Session, attempt_id: int, now: datetime) -> int:
    """Put what was wrong or partly wrong in an attempt into its person's notebook, due now. Returns how many questions were put there.

    Nothing happens before results may be seen, nor the second time. What was answered since stays as it is known; the days in a row begin anew.
    """
    rows: list[Row[int, int, str]] = list(session.execute(_wrong(now).where(MarkRow.attempt_id == attempt_id)).all())
    if not rows:
        return 0
    employee_id = rows[0].employee_id
    cards = cards_of(session, employee_id, {row.question_id for row in rows})
    old = [cards.get(row.question_id, ReviewCard(row.question_id, now)) for row in rows]
    taken = [_wronged(card, attempt_id, now) for card in old if attempt_id not in card.exams]
    keep_cards(session, employee_id, taken)
    return len(taken)


def _wronged(card: ReviewCard, attempt_id: int, now: datetime) -> ReviewCard:
    memory = replace(card.memory, right_days=0, right_on=None) if card.memory else None
    return replace(card, memory=memory, due=min(card.due, now), mistake=True, exams=(*card.exams, attempt_id))


def how_many(session: Session, employee_id: int) -> int:
    """How many mistakes stand in somebody's notebook."""
    return session.scalar(select(func.count()).where(CardRow.employee_id == employee_id, CardRow.mistake)) or 0


def mistakes(session: Session, employee_id: int, now: datetime, *, topic: str = "", page: int = 1, library: Library | None = None) -> Notebook:
    """A page of somebody's notebook, the first due first; the page after the last is empty."""
    mine = and_(CardRow.employee_id == employee_id, CardRow.mistake)
    count = func.count()
    counted = select(QuestionRow.topic, count).join(CardRow, CardRow.question_id == QuestionRow.id).where(mine)
    topics = dict(session.execute(counted.group_by(QuestionRow.topic).order_by(count.desc(), QuestionRow.topic)).all())
    query = select(QuestionRow.id, QuestionRow.topic, QuestionRow.type, QuestionRow.entry_id, RevisionRow.shown["stem"].as_string().label("stem"))
    query = query.join(RevisionRow, CURRENT).join(CardRow, CardRow.question_id == QuestionRow.id).where(mine, _of_topic(topic))
    rows = session.execute(query.order_by(CardRow.due, QuestionRow.id).limit(PAGE).offset((page - 1) * PAGE)).all()
    ids = [row.id for row in rows]
    cards, open_ = cards_of(session, employee_id, ids), available(session, employee_id, ids, now, library)
    lines = tuple(_line(row, cards[row.id], open_now=row.id in open_) for row in rows)
    return Notebook(lines, topics.get(topic, 0) if topic else sum(topics.values()), topics)


def _of_topic(topic: str) -> ColumnElement[bool]:
    return QuestionRow.topic == topic if topic else true()


def _line(row: Row[Any], card: ReviewCard, *, open_now: bool) -> Mistake:
    known = card.memory.right_days if card.memory else 0
    return Mistake(row.id, row.topic, QuestionType(row.type), row.stem, row.entry_id, card.due, max(1, RIGHT_DAYS - known), open_now)


def following(session: Session, employee_id: int, now: datetime, *, topic: str = "", library: Library | None = None) -> str:
    """The notebook's question to practise next: the first due that was not answered today, "" when all were or none may be asked."""
    today = select(RevisionRow.question_id).join(ReviewRow, ReviewRow.revision_id == RevisionRow.id)
    today = today.where(ReviewRow.employee_id == employee_id, ReviewRow.at >= day_begins(now))
    query = (
        select(QuestionRow.id)
        .join(CardRow, CardRow.question_id == QuestionRow.id)
        .where(CardRow.employee_id == employee_id, CardRow.mistake, _of_topic(topic), QuestionRow.id.not_in(today), practicable(employee_id, now))
    )
    ordered = list(session.scalars(query.order_by(CardRow.due, QuestionRow.id).limit(PAGE)))
    held = holding(session, ordered, now, library)
    return next((question_id for question_id in ordered if question_id in held), "")
