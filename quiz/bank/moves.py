"""What trainers do with the bank: move, reconfirm, edit, and take in questions. Use cases: they take a Session and never commit."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import Context, EntryRef, Fault, Library, Validity, day_of
from kb.errors import ConflictError, NotFoundError
from quiz.audit import note
from quiz.bank.revision import pins_from, worded
from quiz.bank.staleness import Why, reasons
from quiz.bank.standing import FOLLOWED
from quiz.bank.state import SOUND_ONLY, Move, Source, State, after
from quiz.generating.generate import generate
from quiz.questions.check import check_question
from quiz.questions.codec import digest, from_json
from quiz.questions.question import FactRef, Origin, Question
from quiz.tables import CURRENT, QuestionRow, RevisionRow

_IN_FORCE = {Validity.CURRENT, Validity.ENDING}


class Fate(StrEnum):
    """What taking in a question would do."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Planned:
    """A question that may be taken in; `other` is the question of the bank that it is the same as, or would change."""

    question: Question
    fate: Fate
    other: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The ids of what was taken in."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def faults_of(question: Question, library: Library, day: date) -> list[Fault]:
    """Every error of a question as it would be asked on a day; warnings left out."""
    entry = library.pick(question.entry.entry_id, day)
    bound = replace(question, entry=entry.ref if entry else EntryRef(question.entry.entry_id, 0))
    lines = [1] * (len(question.options) + len(question.steps) + bool(question.key))
    return [f for f in check_question(bound, lines, library, day) if not f.warning]


def move(session: Session, library: Library, question_id: str, what: Move, actor: str, now: datetime, *, seen: int = 0) -> State:
    """Move a question, and return its new state.

    `seen` is the revision that the trainer had before them, 0 where that does not matter. Raises NotFoundError, and ConflictError when the
    move is not allowed, somebody else was faster, or the question cannot be asked as it stands.
    """
    if what is Move.RECONFIRM:
        return reconfirm(session, library, question_id, actor, now, seen=seen)
    row, last = _find(session, question_id, seen)
    state = after(State(row.state), what)
    if what in SOUND_ONLY:
        question = from_json(last.written)
        _refuse_unsound(question, library, day_of(now))
        _pin_again(session, row, last, question, library, now, strict=what is Move.RELEASE)
    row.state, row.stale_why, row.stale_since, row.updated_at = state.value, [], None, now
    note(session, now, actor, what.value, "question", row.id, state=state.value)
    return state


def reconfirm(session: Session, library: Library, question_id: str, actor: str, now: datetime, *, seen: int = 0) -> State:
    """Put a stale question back: a new revision with the facts of now, live at once.

    A question made from facts is made anew, so that its wrong options fit the new value. Raises NotFoundError and ConflictError as `move` does.
    """
    row, last = _find(session, question_id, seen)
    day = day_of(now)
    question = fresh(from_json(last.written), row.origin, library, day)
    if row.state in {State.LIVE, State.REVIEWED} and reasons(pins_from(last.written, last.facts), question.type, library, day):
        state = State.LIVE  # stale since this morning, and not marked yet
    else:
        state = after(State(row.state), Move.RECONFIRM)
    _refuse_unsound(question, library, day)
    _append(session, row, question, library, now)
    row.state, row.stale_why, row.stale_since = state.value, [], None
    note(session, now, actor, "reconfirm", "question", row.id, revision=row.revision)
    return state


def fresh(question: Question, source: str, library: Library, day: date) -> Question:
    """The wording to confirm: made anew where the question was made from facts and still can be, else as it was written."""
    if source != Source.GENERATED:
        return question
    return next((made for made in generate(library, day, entry_id=question.entry.entry_id) if made.id == question.id), question)


def edit(session: Session, library: Library, question_id: str, changed: Question, actor: str, now: datetime, *, seen: int = 0) -> State:
    """A new revision with another wording, entry, facts or difficulty; what was live has to be reviewed again.

    A question of the content folder, or one made from facts, follows those no more from then on. Raises ConflictError as `move` does; NotFoundError.
    """
    row, _ = _find(session, question_id, seen)
    _append(session, row, replace(changed, id=row.id), library, now)
    row.origin = (Source.EDITED if row.origin in FOLLOWED else Source(row.origin)).value
    row.state, row.stale_why, row.stale_since = State.DRAFT.value, [], None
    note(session, now, actor, "edit", "question", row.id, revision=row.revision)
    return State.DRAFT


def plan(session: Session, questions: Iterable[Question]) -> list[Planned]:
    """What taking in these questions would do: add, change an imported one of the same id, or nothing because the bank or the list has it already."""
    rows = session.execute(select(QuestionRow, RevisionRow.written, RevisionRow.digest).join(RevisionRow, CURRENT)).all()
    held = {row.id: (row.origin, _binding(from_json(written))) for row, written, _ in rows}
    prints = {p: row.id for row, written, shown in rows if row.state != State.RETIRED for p in (shown, digest(from_json(written)))}
    planned = []
    for question in questions:
        print_ = digest(question)
        named = replace(question, id=question.id or f"i-{print_[:16]}")
        source, bound = held.get(named.id, ("", None))
        ours = source in {Source.IMPORTED, Source.EDITED}
        other = prints.get(print_, "")
        if other and not (other == named.id and ours and bound != _binding(question)):
            planned.append(Planned(named, Fate.SAME, other))
            continue
        fate = Fate.NEW if not source else Fate.CHANGED if ours else Fate.ELSEWHERE
        planned.append(Planned(named, fate, named.id if source else ""))
        prints[print_] = named.id
        held.setdefault(named.id, (Source.IMPORTED.value, _binding(question)))
    return planned


def _binding(question: Question) -> tuple[str, tuple[FactRef, ...], int, str]:
    return question.entry.entry_id, question.facts, question.difficulty, question.type.value


def take_in(session: Session, library: Library, planned: Sequence[Planned], actor: str, now: datetime) -> TakenIn:
    """Add what is new and change what was imported before; all of it comes in as drafts, bound where it names an entry."""
    added, changed = list[str](), list[str]()
    for item in planned:
        if item.fate is Fate.NEW and session.get(QuestionRow, item.question.id) is None:
            _add(session, item.question, library, now)
            note(session, now, actor, "import", "question", item.question.id)
            added.append(item.question.id)
        elif item.fate in {Fate.NEW, Fate.CHANGED}:
            edit(session, library, item.question.id, item.question, actor, now)
            changed.append(item.question.id)
    return TakenIn(tuple(added), tuple(changed))


def take_generated(session: Session, library: Library, entry_id: str, ids: Sequence[str], seed: int, actor: str, now: datetime) -> TakenIn:
    """Take questions made from an entry's facts as drafts; with another seed a draft that is there already gets the new wrong options."""
    added, changed = list[str](), list[str]()
    for question in (q for q in generate(library, day_of(now), seed, entry_id) if q.id in ids):
        row = session.get(QuestionRow, question.id)
        if row is None:
            _add(session, question, library, now)
            added.append(question.id)
        elif row.state == State.RETIRED or (row.state == State.DRAFT and _written_digest(session, row) != digest(question)):
            _append(session, row, question, library, now)
            row.stale_since = None
            row.state, row.stale_why = State.DRAFT.value, []
            row.origin = (Source.EDITED if seed else Source.GENERATED).value
            changed.append(question.id)
        else:
            continue
        note(session, now, actor, "take", "question", question.id, seed=seed)
    return TakenIn(tuple(added), tuple(changed))


def _find(session: Session, question_id: str, seen: int) -> tuple[QuestionRow, RevisionRow]:
    """A question and its current revision, held until the transaction ends."""
    query = select(QuestionRow, RevisionRow).join(RevisionRow, CURRENT).where(QuestionRow.id == question_id)
    found = session.execute(query.with_for_update(of=QuestionRow)).one_or_none()
    if found is None:
        raise NotFoundError("question-missing", id=question_id[:80])
    if seen and found[0].revision != seen:
        raise ConflictError("question-changed", id=question_id)
    return found[0], found[1]


def _refuse_unsound(question: Question, library: Library, day: date) -> None:
    entry = library.pick(question.entry.entry_id, day)
    if entry is None:
        raise ConflictError("question-unbound", id=question.id)
    if library.validity(entry, Context(day)) not in _IN_FORCE:
        raise ConflictError("question-not-in-force", id=question.id, entry=entry.title)
    if found := faults_of(question, library, day):
        why, why_en = ("；".join(f.text(lang) for f in found) for lang in ("zh", "en"))
        raise ConflictError("question-unsound", id=question.id, why=why, why_en=why_en)


def _pin_again(session: Session, row: QuestionRow, last: RevisionRow, question: Question, library: Library, now: datetime, *, strict: bool) -> None:
    """Bring an old draft to the facts of now; what was reviewed with other facts is not released unseen."""
    why = [r for r in reasons(pins_from(last.written, last.facts), question.type, library, day_of(now)) if r.why is not Why.REWORDED]
    if why and strict:
        raise ConflictError("question-outdated", id=row.id)
    if why or last.entry_version == 0:
        _append(session, row, question, library, now)


def _written_digest(session: Session, row: QuestionRow) -> str:
    query = select(RevisionRow.written).where(RevisionRow.question_id == row.id, RevisionRow.number == row.revision)
    return digest(from_json(session.scalars(query).one()))


def _append(session: Session, row: QuestionRow, question: Question, library: Library, now: datetime) -> None:
    wording, entry = worded(question, library, day_of(now)), library.pick(question.entry.entry_id, day_of(now))
    row.revision += 1
    row.type, row.entry_id, row.difficulty, row.updated_at = question.type.value, entry.id if entry else "", question.difficulty, now
    row.topic = entry.topic if entry else row.topic
    session.add(RevisionRow(question_id=row.id, number=row.revision, created_at=now, **asdict(wording)))


def _add(session: Session, question: Question, library: Library, now: datetime) -> None:
    wording, entry = worded(question, library, day_of(now)), library.pick(question.entry.entry_id, day_of(now))
    source = Source.GENERATED if question.origin is Origin.GENERATED else Source.IMPORTED
    session.add(
        QuestionRow(
            id=question.id, origin=source.value, type=question.type.value, topic=entry.topic if entry else "", entry_id=entry.id if entry else "",
            state=State.DRAFT.value, difficulty=question.difficulty, revision=1, stale_why=[], updated_at=now,
        )
    )  # fmt: skip
    session.flush()
    session.add(RevisionRow(question_id=question.id, number=1, created_at=now, **asdict(wording)))
