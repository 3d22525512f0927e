"""Practice 练习: a question is asked, answered, and explained at once. Use cases: they take a Session and never commit."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb import Library, day_of
from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.exams.paper import Asked, Item, ask, draw, to_canonical
from quiz.people.directory import person
from quiz.practice.cards import ReviewCard, cards_of, keep_cards
from quiz.practice.pool import Practicable, read_question
from quiz.practice.schedule import RIGHT_DAYS, rating_of, review
from quiz.practice.today import Five, daily_five
from quiz.questions.codec import from_json
from quiz.questions.grading import Response, credit, tidied, valid_response
from quiz.questions.question import Question
from quiz.tables import QuestionRow, ReviewRow, RevisionRow


@dataclass(frozen=True, slots=True)
class Posed:
    """A question as it stands before somebody.

    `asked` is what may be sent before it is answered; `order` gives the canonical index of each shown option or step; `token` names this asking: an
    answer to it counts once.
    """

    question: Question
    revision_id: int
    topic: str
    entry_id: str
    asked: Asked
    order: tuple[int, ...]
    token: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an answer.

    `response` is canonical, None where the person asked to be told. `right_days_left` is how many further days with a right answer take a mistake
    out of the notebook, 0 where it does not stand in it.
    """

    posed: Posed
    response: Response
    credit: float
    at: datetime
    due: datetime
    right_days_left: int


def pose(session: Session, employee_id: int, question_id: str, now: datetime, library: Library | None = None) -> Posed:
    """A question as it is shown to somebody now: one of their five, or one that they have a card of.

    Raises NotFoundError for any other question, ConflictError for one that may not be practised just now.
    """
    known = bool(cards_of(session, employee_id, [question_id]))
    if not known and question_id not in {item.question_id for item in daily_five(session, employee_id, now, library).items}:
        raise NotFoundError("practice-missing")
    found = read_question(session, employee_id, question_id, now, library)
    if found is None:
        raise ConflictError("practice-waits")
    return _posed(found, token_of(employee_id, question_id, found.revision_id, _times(session, employee_id, question_id)))


def _times(session: Session, employee_id: int, question_id: str) -> int:
    query = select(func.count()).select_from(ReviewRow).join(RevisionRow, RevisionRow.id == ReviewRow.revision_id)
    return session.scalar(query.where(ReviewRow.employee_id == employee_id, RevisionRow.question_id == question_id)) or 0


def token_of(employee_id: int, question_id: str, revision_id: int, times: int) -> str:
    """The name of an asking: the same at every look at the page until the question is answered or worded anew."""
    return hashlib.blake2b(f"{employee_id}:{question_id}:{revision_id}:{times}".encode(), digest_size=16).hexdigest()


def _posed(found: Practicable, token: str) -> Posed:
    """The question with its options in an order drawn from the token."""
    item = Item(1, found.revision_id, 1.0, found.question)
    (slot,) = draw(0, token, [item])
    return Posed(found.question, found.revision_id, found.topic, found.entry_id, ask(1, item, slot), slot.order, token)


def canonical(posed: Posed, shown: object) -> Response:
    """The canonical response of one in shown indexes, None for an empty one. Raises QueryError for one that fits no answer to the question."""
    try:
        return to_canonical(posed.question, posed.order, shown)
    except ValueError:
        raise QueryError("practice-answer") from None


def answer(
    session: Session,
    employee_id: int,
    question_id: str,
    token: str,
    response: Response,
    now: datetime,
    library: Library | None = None,
) -> Outcome:
    """Grade a canonical response, keep it, and set the day of the next meeting; the same token again gives the same outcome and counts nothing.

    None asks to be told and earns nothing. Raises NotFoundError and ConflictError as `pose`, ConflictError where the question was worded anew or
    answered since it was shown, QueryError for a response that fits no answer.
    """
    if known := outcome(session, employee_id, token):
        return known
    posed = pose(session, employee_id, question_id, now, library)
    if posed.token != token:
        raise ConflictError("practice-changed")
    if not valid_response(posed.question, response):
        raise QueryError("practice-answer")
    response, earned = tidied(posed.question, response), credit(posed.question, response) or 0.0
    five = daily_five(session, employee_id, now, library)
    if not _keep(session, employee_id, posed, response, earned, now):
        found = outcome(session, employee_id, token)
        assert found is not None
        return found
    card = _after(cards_of(session, employee_id, [question_id]).get(question_id), question_id, earned, five, now)
    keep_cards(session, employee_id, [card])
    return Outcome(posed, response, earned, now, card.due, _days_left(card))


def _keep(session: Session, employee_id: int, posed: Posed, response: Response, earned: float, now: datetime) -> bool:
    """Add the answer; False where the same one came in at the same time by another way."""
    who = person(session, employee_id, day_of(now))
    if who is None or who.unit is None:
        raise ConflictError("practice-no-unit")
    row = ReviewRow(
        token=posed.token, employee_id=employee_id, unit_id=who.unit.id, revision_id=posed.revision_id, at=now, response=response, credit=earned
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def _after(card: ReviewCard | None, question_id: str, earned: float, five: Five, now: datetime) -> ReviewCard:
    """The card after an answer: a wrong one stands in the notebook until it was right on enough days."""
    before = card or ReviewCard(question_id, now)
    memory, due = review(before.memory, rating_of(earned), now)
    mistake = earned < 1 or (before.mistake and not memory.learnt)
    fresh = replace(before, memory=memory, due=due, mistake=mistake, assigned=False)
    if not any(item.question_id == question_id and not item.token for item in five.items):
        return fresh
    return replace(fresh, five_on=five.day, five=tuple((item.question_id, item.why.value) for item in five.items))


def _days_left(card: ReviewCard) -> int:
    return max(1, RIGHT_DAYS - (card.memory.right_days if card.memory else 0)) if card.mistake else 0


def outcome(session: Session, employee_id: int, token: str) -> Outcome | None:
    """What came of the asking of that name, None where the person has not answered it."""
    query = select(ReviewRow, RevisionRow.shown, QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id)
    query = query.join(RevisionRow, RevisionRow.id == ReviewRow.revision_id).join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    found = session.execute(query.where(ReviewRow.employee_id == employee_id, ReviewRow.token == token)).one_or_none()
    if found is None:
        return None
    row, shown, question_id, topic, entry_id = found
    card = cards_of(session, employee_id, [question_id])[question_id]
    posed = _posed(Practicable(from_json(shown), row.revision_id, topic, entry_id), token)
    return Outcome(posed, row.response, row.credit, row.at, card.due, _days_left(card))
