"""What the bank has, read lightly, and which of it stands as it is: most questions, after most publications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import Library
from quiz.bank.revision import pins_from, says_the_same
from quiz.bank.staleness import reasons
from quiz.bank.state import Source, State
from quiz.questions.question import Question, QuestionType
from quiz.tables import CURRENT, QuestionRow, RevisionRow

FOLLOWED = frozenset({Source.CONTENT, Source.GENERATED})
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A question of the bank with its current revision, as far as it takes to tell whether it stands."""

    id: str
    origin: str
    type: str
    topic: str
    entry_id: str
    state: str
    version: int
    written: Mapping[str, Any]
    facts: Sequence[Mapping[str, Any]]

    def stands(self, question: Question | None, library: Library, day: date, *, spoilt: bool) -> bool:
        """Whether following `question` (None where there is none any more) would change nothing at all.

        False says only that a closer look is needed.
        """
        followed = question is not None and self.origin in FOLLOWED
        if self.state == State.RETIRED or not self.entry_id:
            return not followed
        if self.state == State.STALE or spoilt or (self.origin in FOLLOWED and not followed):
            return False
        if question is not None and followed:
            frozen = self.origin == Source.GENERATED and self.state != State.DRAFT
            if not frozen and not says_the_same(self.written, question):
                return False
            asked = library.pick(question.entry.entry_id, day)
            if asked and asked.topic not in {"", self.topic}:
                return False
        elif self.state == State.DRAFT:
            return True
        return self._holds(library, day)

    def _holds(self, library: Library, day: date) -> bool:
        entry = library.pick(self.entry_id, day)
        pinned = entry is None or entry.version == self.version
        return pinned and not reasons(pins_from(self.written, self.facts), QuestionType(self.type), library, day)


def known_questions(session: Session) -> dict[str, Known]:
    """Every question of the bank by its id."""
    columns = (
        QuestionRow.id, QuestionRow.origin, QuestionRow.type, QuestionRow.topic, QuestionRow.entry_id, QuestionRow.state,
        RevisionRow.entry_version, RevisionRow.written, RevisionRow.facts,
    )  # fmt: skip
    return {row.id: Known(*row) for row in session.execute(select(*columns).join(RevisionRow, CURRENT))}


def rows_of(session: Session, ids: Sequence[str]) -> list[tuple[QuestionRow, RevisionRow]]:
    """The rows of some questions, each with its current revision, in the order given."""
    found = dict[str, tuple[QuestionRow, RevisionRow]]()
    for start in range(0, len(ids), _AT_ONCE):
        some = QuestionRow.id.in_(ids[start : start + _AT_ONCE])
        found |= {row.id: (row, last) for row, last in session.execute(select(QuestionRow, RevisionRow).join(RevisionRow, CURRENT).where(some))}
    return [found[question_id] for question_id in ids]
