"""Review cards as the database keeps them. Use cases: they take a Session and never commit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from quiz.practice.schedule import Memory, from_json, to_json
from quiz.tables import CardRow

_AT_ONCE = 500  # people


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A review card 复习卡: when a person should meet a question again.

    `mistake`: it stands in the notebook 错题本; `exams` are the attempts that put it there. `assigned`: a manager asked for it. `five_on` and `five`
    keep the day's questions and why they were chosen, on the last card of them that was answered.
    """

    question_id: str
    due: datetime
    memory: Memory | None = None
    mistake: bool = False
    assigned: bool = False
    exams: tuple[int, ...] = ()
    five_on: date | None = None
    five: tuple[tuple[str, str], ...] = ()


def cards_of(session: Session, employee_id: int, question_ids: Collection[str]) -> dict[str, ReviewCard]:
    """A person's cards of some questions, by question."""
    query = select(CardRow).where(CardRow.employee_id == employee_id, CardRow.question_id.in_(question_ids))
    return {row.question_id: _read(row) for row in session.scalars(query)}


def _read(row: CardRow) -> ReviewCard:
    more: Mapping[str, Any] = row.memory
    return ReviewCard(
        question_id=row.question_id,
        due=row.due,
        memory=from_json(more.get("fsrs", {})),
        mistake=row.mistake,
        assigned=more.get("assigned", False),
        exams=tuple(more.get("exams", ())),
        five_on=date.fromisoformat(more["five_on"]) if more.get("five_on") else None,
        five=tuple((question_id, why) for question_id, why in more.get("five", ())),
    )


def keep_cards(session: Session, employee_id: int, cards: Sequence[ReviewCard]) -> None:
    """Add these cards of a person, or put them in the place of those kept."""
    ids = [card.question_id for card in cards]
    query = select(CardRow).where(CardRow.employee_id == employee_id, CardRow.question_id.in_(ids))
    rows = {row.question_id: row for row in session.scalars(query)}
    for card in cards:
        row = rows.get(card.question_id)
        if row is None:
            row = CardRow(employee_id=employee_id, question_id=card.question_id)
            session.add(row)
        row.due, row.mistake, row.memory = card.due, card.mistake, _memory(card)
    session.flush()


def make_due(session: Session, employee_ids: Sequence[int], question_ids: Sequence[str], now: datetime) -> int:
    """Put these questions before all of these people from now on, ahead of what else is due; returns how many cards that are."""
    fresh: list[dict[str, Any]] = []
    for start in range(0, len(employee_ids), _AT_ONCE):
        some = employee_ids[start : start + _AT_ONCE]
        query = select(CardRow).where(CardRow.employee_id.in_(some), CardRow.question_id.in_(question_ids))
        rows = {(row.employee_id, row.question_id): row for row in session.scalars(query)}
        for row in rows.values():
            row.due, row.memory = min(row.due, now), _memory(replace(_read(row), assigned=True))
        keys = [(person, question) for person in some for question in question_ids if (person, question) not in rows]
        memory = _memory(ReviewCard("", now, assigned=True))
        fresh += [{"employee_id": p, "question_id": q, "due": now, "mistake": False, "memory": memory} for p, q in keys]
    session.flush()
    if fresh:
        session.execute(insert(CardRow), fresh)
    return len(employee_ids) * len(question_ids)


def _memory(card: ReviewCard) -> dict[str, Any]:
    more: dict[str, Any] = {"fsrs": to_json(card.memory)}
    if card.assigned:
        more["assigned"] = True
    if card.exams:
        more["exams"] = list(card.exams)
    if card.five_on:
        more["five_on"], more["five"] = card.five_on.isoformat(), [list(item) for item in card.five]
    return more
