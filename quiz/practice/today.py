"""The five questions of somebody's day. Use cases: they take a Session and never commit."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import Library, day_of
from quiz.practice.cards import cards_of
from quiz.practice.dailyfive import FIVE, Candidate, Why, accuracies, is_weak, pick_due, pick_new, weakest
from quiz.practice.pool import available, due_candidates, holding, new_candidates, new_topics, topic_tallies
from quiz.practice.schedule import day_begins
from quiz.tables import QuestionRow, ReviewRow, RevisionRow

_TOPICS_WEIGHED = 8


@dataclass(frozen=True, slots=True)
class Item:
    """One of the five; `token` and `credit` are those of the day's first answer, "" and None before it."""

    question_id: str
    topic: str
    entry_id: str
    why: Why
    token: str = ""
    credit: float | None = None


@dataclass(frozen=True, slots=True)
class Five:
    """A day's questions, in the order they are asked; fewer where there is no more to practise."""

    day: date
    items: tuple[Item, ...]

    @property
    def done(self) -> int:
        """How many were answered."""
        return sum(bool(item.token) for item in self.items)

    @property
    def following(self) -> Item | None:
        """The first that was not answered yet."""
        return next((item for item in self.items if not item.token), None)


@dataclass(frozen=True, slots=True)
class _Given:
    token: str
    credit: float


def daily_five(session: Session, employee_id: int, now: datetime, library: Library | None = None) -> Five:
    """Today's five: due cards, mistakes first; then new questions on changed entries and weak topics; never two of an entry.

    They stay the same from the day's first answer on, and are the same at each look before it unless the bank or the cards change; what may no
    longer be asked makes room for another. With a library, questions that ceased to hold since they were published are left out too.
    """
    today = day_of(now)
    given = _given_on(session, employee_id, now)
    planned = _planned(session, employee_id, list(given), today)
    left = [c.question_id for c in planned if c.question_id not in given]
    still = available(session, employee_id, left, now, library) if left else set()
    kept = [c for c in planned if c.question_id in given or c.question_id in still]
    if len(kept) < FIVE:
        kept += _more(session, employee_id, now, library, kept, {*given, *left})
    return Five(today, tuple(_item(c, given.get(c.question_id)) for c in kept))


def _item(chosen: Candidate, given: _Given | None) -> Item:
    credit = given.credit if given else None
    return Item(chosen.question_id, chosen.topic, chosen.entry_id, chosen.why, given.token if given else "", credit)


def _given_on(session: Session, employee_id: int, now: datetime) -> dict[str, _Given]:
    """The day's first answer to each question, in the order given."""
    query = select(RevisionRow.question_id, ReviewRow.token, ReviewRow.credit).join(RevisionRow, RevisionRow.id == ReviewRow.revision_id)
    query = query.where(ReviewRow.employee_id == employee_id, ReviewRow.at >= day_begins(now)).order_by(ReviewRow.at, ReviewRow.id)
    found: dict[str, _Given] = {}
    for question_id, token, credit in session.execute(query):
        found.setdefault(question_id, _Given(token, credit))
    return found


def _planned(session: Session, employee_id: int, given: Sequence[str], today: date) -> list[Candidate]:
    """The questions of the day as the last answer to one of them left them, none before the first."""
    cards = cards_of(session, employee_id, given)
    plan = next((cards[q].five for q in reversed(given) if q in cards and cards[q].five_on == today), ())
    query = select(QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id).where(QuestionRow.id.in_([q for q, _ in plan]))
    rows = {row.id: row for row in session.execute(query)} if plan else {}
    return [Candidate(q, rows[q].topic, rows[q].entry_id, Why(why)) for q, why in plan if q in rows]


def _more(
    session: Session, employee_id: int, now: datetime, library: Library | None, kept: Sequence[Candidate], without: Collection[str]
) -> list[Candidate]:
    """What fills the five."""
    room, entries = FIVE - len(kept), {c.entry_id for c in kept}
    due = due_candidates(session, employee_id, now, without)
    first = _settled(session, now, library, due, lambda these: pick_due(these, entries, room))
    room -= len(first)
    if not room:
        return first
    entries |= {c.entry_id for c in first}
    tallies = topic_tallies(session, employee_id, now)
    accuracy, seed = accuracies(tallies, new_topics(session, employee_id, now)), f"{employee_id}:{day_of(now)}"
    ranked = {topic: place for place, topic in enumerate(weakest(accuracy, seed)[:_TOPICS_WEIGHED])}
    fresh = new_candidates(session, employee_id, now, ranked, without)
    new = _settled(session, now, library, fresh, lambda these: pick_new(these, ranked, seed, entries, room))
    weak = {topic for topic in tallies if is_weak(accuracy.get(topic, 1.0))}
    return [*first, *(replace(c, why=Why.WEAK) if c.why is Why.NEW and c.topic in weak else c for c in new)]


def _settled(
    session: Session, now: datetime, library: Library | None, candidates: Sequence[Candidate], pick: Callable[[Sequence[Candidate]], list[Candidate]]
) -> list[Candidate]:
    """What is picked of the candidates that still hold today; all of them are looked at only where one of the first choice does not."""
    chosen = pick(candidates)
    found = {c.question_id for c in chosen}
    if holding(session, found, now, library) == found:
        return chosen
    held = holding(session, {c.question_id for c in candidates}, now, library)
    return pick([c for c in candidates if c.question_id in held])
