"""The bank follows the content: new questions, new wordings, and what a new price makes stale. Use cases: they take a Session and never commit."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kb import Library, day_of
from quiz.audit import note
from quiz.bank.revision import Wording, as_authored, pins_from, reasons_from_json, reasons_to_json, worded
from quiz.bank.staleness import Reason, Why, merged, reasons
from quiz.bank.standing import FOLLOWED, known_questions, rows_of
from quiz.bank.state import CAN_GROW_STALE, Source, State
from quiz.questions.codec import to_json
from quiz.questions.question import Origin, Question, QuestionType
from quiz.tables import QuestionRow, RevisionRow

_CHINESE = {
    "added": "新增",
    "revised": "改写",
    "repinned": "换绑",
    "stale": "待复核",
    "retired": "停用",
    "revived": "恢复",
    "moved": "改状态",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Synced:
    """How many questions were added, got a new wording, were pinned anew unchanged, turned stale, were retired, came back, or were moved."""

    added: int = 0
    revised: int = 0
    repinned: int = 0
    stale: int = 0
    retired: int = 0
    revived: int = 0
    moved: int = 0

    @property
    def changes(self) -> int:
        """How many changes that are in all."""
        return sum(asdict(self).values())

    def chinese(self) -> str:
        """The same as `str`, in Chinese."""
        return "，".join(f"{_CHINESE[name]} {count} 题" for name, count in asdict(self).items() if count) or "没有变化"

    def __str__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in asdict(self).items() if count) or "0 changed"


@dataclass(slots=True)
class _Sync:
    """One run: where it writes, and what it counts."""

    session: Session
    library: Library
    now: datetime
    day: date
    counts: Counter[str] = field(default_factory=Counter)

    def told(self, counted: str, row: QuestionRow, **detail: Any) -> None:
        """Count a change and put it into the audit log."""
        self.counts[counted] += 1
        row.updated_at = self.now
        note(self.session, self.now, "", counted, "question", row.id, **detail)

    def append(self, row: QuestionRow, wording: Wording, counted: str) -> None:
        """A further revision."""
        row.revision += 1
        self.session.add(RevisionRow(question_id=row.id, number=row.revision, created_at=self.now, **asdict(wording)))
        self.told(counted, row, revision=row.revision, version=wording.entry_version)

    def move(self, row: QuestionRow, state: State, counted: str, why: Sequence[Reason] = ()) -> None:
        """Another state, with its reasons."""
        row.state, row.stale_why = state.value, reasons_to_json(why)
        row.stale_since = self.now if state is State.STALE else None
        self.told(counted, row, state=state.value, why=row.stale_why)


def sync_content(
    session: Session, library: Library, questions: Iterable[Question], now: datetime, *, broken: Iterable[Question] = (), complete: bool = True
) -> Synced:
    """Bring the bank to the questions of the content folder and to those made from facts, as they are now; a second run changes nothing.

    What is new is added (made ones as drafts), a changed wording becomes a new revision, and what rests on a changed fact turns stale, whatever
    its source, until a trainer reconfirms it. A question whose entry got a new version that changes nothing of it is pinned to that version.
    `broken` ones turn stale and keep their last sound wording. What is gone from the content is retired, unless the reading was not `complete`.
    """
    run = _Sync(session, library, now, day_of(now))
    given = {q.id: q for q in questions}
    spoilt, made = {q.id for q in broken}, any(q.origin is Origin.GENERATED for q in given.values())
    known = known_questions(session)
    for question in given.values():
        if question.id not in known:
            _add(run, question)
    session.flush()  # revisions refer to their questions
    moving = [k.id for k in known.values() if not k.stands(given.get(k.id), library, run.day, spoilt=k.id in spoilt)]
    for row, last in rows_of(session, moving):
        if row.id in given and row.origin in FOLLOWED:
            _follow(run, row, last, given[row.id])
        elif (row.origin == Source.CONTENT and row.id not in spoilt and complete) or (
            row.origin == Source.GENERATED and row.state == State.DRAFT and made
        ):
            _vanish(run, row)
        else:
            _weigh(run, row, last, spoilt=row.id in spoilt)
    session.flush()
    return Synced(**run.counts)


def _add(run: _Sync, question: Question) -> None:
    made = question.origin is Origin.GENERATED
    wording = worded(question, run.library, run.day)
    why = reasons(pins_from(wording.written, wording.facts), question.type, run.library, run.day)
    state = State.DRAFT if made else State(question.status.value)
    stale = bool(why) and state in CAN_GROW_STALE
    row = QuestionRow(
        id=question.id, origin=(Source.GENERATED if made else Source.CONTENT).value, type=question.type.value, topic=_topic(run, question),
        entry_id=question.entry.entry_id, state=(State.STALE if stale else state).value, difficulty=question.difficulty, revision=1,
        stale_since=run.now if stale else None, stale_why=reasons_to_json(why) if stale else [], updated_at=run.now,
    )  # fmt: skip
    run.session.add(row)
    run.session.add(RevisionRow(question_id=row.id, number=1, created_at=run.now, **asdict(wording)))
    run.told("added", row, state=row.state)


def _topic(run: _Sync, question: Question) -> str:
    entry = run.library.pick(question.entry.entry_id, run.day)
    return entry.topic if entry else ""


def _follow(run: _Sync, row: QuestionRow, last: RevisionRow, question: Question) -> None:
    """A question that the content or the generator still has."""
    authored = as_authored(to_json(question))
    before = as_authored(last.written)
    frozen = row.origin == Source.GENERATED and row.state != State.DRAFT  # somebody has taken it as it was
    reworded = authored != before and not frozen
    pinned = pins_from(last.written, last.facts)
    why = reasons(pinned, QuestionType(row.type), run.library, run.day)
    row.topic = _topic(run, question) or row.topic
    if reworded or (why and row.state == State.DRAFT):
        row.type, row.entry_id, row.difficulty = question.type.value, question.entry.entry_id, question.difficulty
        wording = worded(question, run.library, run.day)
        if reworded or (wording.shown, wording.facts) != (last.shown, last.facts):
            run.append(row, wording, "revised")
    elif not why and row.state not in {State.STALE, State.RETIRED}:
        _repin(run, row, last)
    state, status = State(row.state), State.DRAFT if row.origin == Source.GENERATED else State(question.status.value)
    back = state is State.RETIRED and any(item["why"] == Why.VANISHED for item in row.stale_why)
    decided = back or (reworded and authored["status"] != before["status"])
    if state is State.STALE and status is not State.RETIRED:
        _still_stale(run, row, [*why, *([Reason(Why.REWORDED, row.entry_id)] if reworded else [])])
    else:
        _settle(run, row, status if decided else state, why)


def _settle(run: _Sync, row: QuestionRow, wanted: State, why: Sequence[Reason]) -> None:
    """The state that the author has decided on, or stale where that cannot be."""
    state = State(row.state)
    if why and wanted in CAN_GROW_STALE:
        run.move(row, State.STALE, "stale", why)
    elif wanted is not state:
        run.move(row, wanted, "retired" if wanted is State.RETIRED else "revived" if state is State.RETIRED else "moved")


def _still_stale(run: _Sync, row: QuestionRow, why: Sequence[Reason]) -> None:
    """Keep the reasons up to date; the day since when does not move."""
    known = reasons_to_json(merged(reasons_from_json(row.stale_why), why))
    if known != row.stale_why:
        row.stale_why = known
        note(run.session, run.now, "", "stale", "question", row.id, why=known)


def _repin(run: _Sync, row: QuestionRow, last: RevisionRow) -> None:
    """Note a new version of the entry that leaves the question as it was."""
    entry = run.library.pick(row.entry_id, run.day)
    if entry and entry.version != last.entry_version:
        wording = Wording(
            entry.version, {**last.written, "version": entry.version}, {**last.shown, "version": entry.version}, last.facts, last.digest
        )
        run.append(row, wording, "repinned")


def _weigh(run: _Sync, row: QuestionRow, last: RevisionRow, *, spoilt: bool) -> None:
    """A question that is only watched: imported, edited here, or no longer sound in the content."""
    state = State(row.state)
    if not row.entry_id or state in {State.DRAFT, State.RETIRED}:
        return
    why = [*reasons(pins_from(last.written, last.facts), QuestionType(row.type), run.library, run.day)]
    why += [Reason(Why.UNSOUND, row.entry_id)] if spoilt else []
    if state is State.STALE:
        _still_stale(run, row, why)
    elif why:
        run.move(row, State.STALE, "stale", why)
    else:
        _repin(run, row, last)


def _vanish(run: _Sync, row: QuestionRow) -> None:
    if row.state != State.RETIRED:
        run.move(row, State.RETIRED, "retired", [Reason(Why.VANISHED, row.entry_id)])
