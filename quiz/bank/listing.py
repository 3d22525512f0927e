"""The bank as trainers read it: lists, a question with its past, and the queue of stale ones. Use cases: they take a Session and never commit."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from kb import Library
from kb.errors import NotFoundError
from quiz.audit import AuditEntry, trail
from quiz.bank.moves import fresh
from quiz.bank.revision import pins_from, reasons_from_json
from quiz.bank.staleness import Pins, Reason, merged, reasons
from quiz.bank.state import CAN_GROW_STALE, Source, State
from quiz.questions.codec import from_json
from quiz.questions.question import Question, QuestionType, rendered
from quiz.tables import CURRENT, QuestionRow, QuestionTallyRow, RevisionRow

PAGE = 50
SORTS = ("topic", "updated", "difficulty")


@dataclass(frozen=True, slots=True)
class BankFilter:
    """What to list; "" and 0 mean anything. `text` is looked for in stem, key, explanation and id."""

    state: str = ""
    topic: str = ""
    entry_id: str = ""
    type: str = ""
    source: str = ""
    difficulty: int = 0
    text: str = ""
    sort: str = "topic"


@dataclass(frozen=True, slots=True)
class Line:
    """A question in a list; answers and credit are those of its wording as it is now, over all its revisions that are worded so."""

    id: str
    state: State
    source: Source
    type: QuestionType
    topic: str
    entry_id: str
    difficulty: int
    revision: int
    stem: str
    updated_at: datetime
    answers: int = 0
    credit: float = 0.0


@dataclass(frozen=True, slots=True)
class BankPage:
    """One page of a list: how many there are by state with all other filters applied, and in all."""

    lines: tuple[Line, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Revision:
    """One wording of a question."""

    id: int
    number: int
    written: Question
    shown: Question
    pins: Pins
    created_at: datetime
    answers: int = 0
    credit: float = 0.0


@dataclass(frozen=True, slots=True)
class Detail:
    """A question with its whole past; revisions newest first."""

    line: Line
    stale_since: datetime | None
    reasons: tuple[Reason, ...]
    revisions: tuple[Revision, ...]
    audit: tuple[AuditEntry, ...]

    @property
    def current(self) -> Revision:
        """The revision in use."""
        return self.revisions[0]


@dataclass(frozen=True, slots=True)
class StaleItem:
    """A question in the trainer's queue: why, as clerks met it, and as it would read with the facts of now.

    `marked` is false where the day alone made it stale.
    """

    line: Line
    since: datetime | None
    reasons: tuple[Reason, ...]
    before: Question
    after: Question
    marked: bool = True


def page_of(session: Session, wanted: BankFilter, page: int = 1) -> BankPage:
    """A page of the questions that fit; the page after the last is empty."""
    tally = select(QuestionRow.state, func.count()).join(RevisionRow, CURRENT).where(*_fits(wanted, any_state=True)).group_by(QuestionRow.state)
    counts = Counter({state: count for state, count in session.execute(tally)})  # noqa: C416 - rows are no pairs to the type checker
    query = select(QuestionRow, RevisionRow.shown, RevisionRow.digest).join(RevisionRow, CURRENT).where(*_fits(wanted))
    rows = session.execute(query.order_by(*_order(wanted.sort)).limit(PAGE).offset((page - 1) * PAGE)).all()
    tallies = tallies_of(session, [row.id for row, _, _ in rows])
    lines = tuple(_line(row, shown, tallies.get((row.id, digest), (0, 0.0))) for row, shown, digest in rows)
    return BankPage(lines, counts[wanted.state] if wanted.state else counts.total(), counts)


def matching(session: Session, wanted: BankFilter, *, shown: bool = False) -> list[Question]:
    """Every question that fits, as written or (`shown`) with the numbers filled in, in the order of the list."""
    query = (
        select(RevisionRow.shown if shown else RevisionRow.written).join(QuestionRow, CURRENT).where(*_fits(wanted)).order_by(*_order(wanted.sort))
    )
    return [from_json(data) for data in session.scalars(query)]


def standing(session: Session, ids: Iterable[str]) -> dict[str, State]:
    """Where these questions stand; those that are not in the bank are left out."""
    query = select(QuestionRow.id, QuestionRow.state).where(QuestionRow.id.in_(list(ids)))
    return {question_id: State(state) for question_id, state in session.execute(query)}


def types_of(session: Session, wanted: BankFilter) -> dict[QuestionType, int]:
    """How many questions of each type fit."""
    query = select(QuestionRow.type, func.count()).join(RevisionRow, CURRENT).where(*_fits(wanted)).group_by(QuestionRow.type)
    return {QuestionType(kind): count for kind, count in session.execute(query)}


def topics_of(session: Session) -> list[str]:
    """The topics that have questions."""
    return [topic for topic in session.scalars(select(QuestionRow.topic).distinct().order_by(QuestionRow.topic)) if topic]


def _fits(wanted: BankFilter, *, any_state: bool = False) -> list[ColumnElement[bool]]:
    columns: list[tuple[Any, str | int]] = [
        (QuestionRow.state, "" if any_state else wanted.state), (QuestionRow.topic, wanted.topic), (QuestionRow.entry_id, wanted.entry_id),
        (QuestionRow.type, wanted.type), (QuestionRow.origin, wanted.source), (QuestionRow.difficulty, wanted.difficulty),
    ]  # fmt: skip
    found: list[ColumnElement[bool]] = [column == value for column, value in columns if value]
    for word in wanted.text.split():
        places = (RevisionRow.shown[name].as_string() for name in ("stem", "key", "explanation"))
        found.append(or_(QuestionRow.id.contains(word, autoescape=True), *(place.icontains(word, autoescape=True) for place in places)))
    return found


def _order(sort: str) -> tuple[Any, ...]:
    first = {"updated": QuestionRow.updated_at.desc(), "difficulty": QuestionRow.difficulty.desc()}.get(sort)
    return (*([] if first is None else [first]), QuestionRow.topic, QuestionRow.entry_id, QuestionRow.id)


def tallies_of(session: Session, ids: Sequence[str] | None = None) -> dict[tuple[str, str], tuple[int, float]]:
    """(question, digest) → answers and credit over all its revisions of that wording."""
    query = select(RevisionRow.question_id, RevisionRow.digest, func.sum(QuestionTallyRow.answers), func.sum(QuestionTallyRow.credit))
    query = query.join(QuestionTallyRow, QuestionTallyRow.revision_id == RevisionRow.id).group_by(RevisionRow.question_id, RevisionRow.digest)
    if ids is not None:
        query = query.where(RevisionRow.question_id.in_(ids))
    return {(question, digest): (int(answers), float(credit)) for question, digest, answers, credit in session.execute(query)}


def _line(row: QuestionRow, shown: Mapping[str, Any], tally: tuple[int, float]) -> Line:
    return Line(
        row.id, State(row.state), Source(row.origin), QuestionType(row.type), row.topic, row.entry_id, row.difficulty, row.revision, shown["stem"],
        row.updated_at, *tally,
    )  # fmt: skip


def detail_of(session: Session, question_id: str) -> Detail:
    """A question with its revisions and what happened to it. Raises NotFoundError."""
    row = session.get(QuestionRow, question_id)
    if row is None:
        raise NotFoundError("question-missing", id=question_id[:80])
    query = select(RevisionRow, QuestionTallyRow.answers, QuestionTallyRow.credit).outerjoin(
        QuestionTallyRow, QuestionTallyRow.revision_id == RevisionRow.id
    )
    rows = session.execute(query.where(RevisionRow.question_id == question_id).order_by(RevisionRow.number.desc())).all()
    revisions = tuple(
        Revision(r.id, r.number, from_json(r.written), from_json(r.shown), pins_from(r.written, r.facts), r.created_at, answers or 0, credit or 0.0)
        for r, answers, credit in rows
    )
    current = rows[0][0]
    same = [(answers or 0, credit or 0.0) for r, answers, credit in rows if r.digest == current.digest]
    line = _line(row, current.shown, (sum(a for a, _ in same), sum(c for _, c in same)))
    return Detail(line, row.stale_since, reasons_from_json(row.stale_why), revisions, tuple(trail(session, "question", question_id)))


def stale_queue(session: Session, library: Library, day: date) -> list[StaleItem]:
    """What waits for a trainer: marked questions, the longest waiting first, then those that the day alone has made stale."""
    states = [State.STALE.value, *(state.value for state in CAN_GROW_STALE)]
    rows = session.execute(select(QuestionRow, RevisionRow).join(RevisionRow, CURRENT).where(QuestionRow.state.in_(states))).all()
    found = []
    for row, last in rows:
        known, kind = reasons_from_json(row.stale_why), QuestionType(row.type)
        why = reasons(pins_from(last.written, last.facts), kind, library, day)
        if row.state == State.STALE or why:
            now = rendered(fresh(from_json(last.written), row.origin, library, day), library, day)
            found.append(
                StaleItem(_line(row, last.shown, (0, 0.0)), row.stale_since, merged(known, why), from_json(last.shown), now, row.state == State.STALE)
            )
    return sorted(found, key=lambda item: (not item.marked, item.since.timestamp() if item.since else 0.0, item.line.id))


def stale_count(session: Session) -> int:
    """How many questions are marked stale."""
    return session.scalar(select(func.count()).select_from(QuestionRow).where(QuestionRow.state == State.STALE)) or 0


def counts_by_entry(session: Session, entry_ids: Iterable[str]) -> dict[str, int]:
    """How many questions that are not retired each entry has."""
    query = select(QuestionRow.entry_id, func.count()).where(QuestionRow.entry_id.in_(list(entry_ids)), QuestionRow.state != State.RETIRED)
    return {str(entry_id): int(count) for entry_id, count in session.execute(query.group_by(QuestionRow.entry_id))}
