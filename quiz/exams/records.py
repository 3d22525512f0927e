"""Training records proved: every paper recomputed from the log of clicks, and compared with what is kept. Use cases: they only read.

What a paper has to be follows from the clicks as they were acknowledged, the questions as they were worded, the credits that trainers gave and the
remedies of wrong keys (both from the audit log). Papers are read in batches, so that any number of them fits in memory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quiz.exams import tallies
from quiz.exams.papers import Items, form_items
from quiz.exams.remedies import Applied, applied, judged
from quiz.exams.remedy import AS_KEYED, Grade, grade
from quiz.exams.rescoring import passes
from quiz.exams.sheet import Event, EventKind, answers_hash, fold
from quiz.exams.state import UNGRADED, MarkState
from quiz.tables import AnswerEventRow, AttemptRow, AuditRow, ExamRow, MarkRow, QuestionTallyRow, ReviewRow

_BATCH = 500
_TOLERANCE = 1e-4  # of a point, in a sum of rounded marks
_CREDIT_TOLERANCE = 1e-6
_COUNTED = (AnswerEventRow, MarkRow, ReviewRow, AuditRow)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that is not what the log says: what (receipt, response, mark, score, full, passed, pending, late, tally), where, kept and right."""

    what: str
    where: tuple[Any, ...]
    kept: object
    right: object


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and every difference; `retained` counts the papers whose receipt the log reproduces, `running` those not handed in."""

    papers: int
    retained: int
    running: int
    clicks: int
    marks: int
    reviews: int
    entries: int  # of the audit log
    differences: tuple[Discrepancy, ...] = ()

    @property
    def retention(self) -> float:
        """The share of the submitted papers that the log reproduces; 1 where there are none."""
        return self.retained / self.papers if self.papers else 1.0


@dataclass(slots=True)
class _Checked:
    papers: int = 0
    retained: int = 0
    found: list[Discrepancy] = field(default_factory=list)
    forms: dict[int, Items] = field(default_factory=dict)


def verify(session: Session, progress: Progress = lambda _done, _all: None) -> Verified:
    """Recompute every submitted paper and every sum. `progress` hears of (papers done, papers in all)."""
    total = session.scalar(select(func.count()).select_from(AttemptRow).where(AttemptRow.submitted_at.is_not(None))) or 0
    running = session.scalar(select(func.count()).select_from(AttemptRow).where(AttemptRow.submitted_at.is_(None))) or 0
    pass_marks = dict(session.execute(select(ExamRow.id, ExamRow.pass_mark)).all())
    remedies, checked = applied(session), _Checked()
    for batch in _batches(session):
        keys = [row.id for row in batch]
        events, marks, by_hand = _events(session, keys), _marks(session, keys), judged(session, keys)
        for row in batch:
            if row.form_id not in checked.forms:
                checked.forms[row.form_id] = form_items(session, row.form_id)
            right = _Right(row, checked.forms[row.form_id], events.get(row.id, []), marks.get(row.id, {}), by_hand, remedies)
            checked.found += right.differences(pass_marks[row.exam_id])
            checked.retained += right.receipt == row.receipt
        checked.papers += len(batch)
        session.expunge_all()
        progress(checked.papers, total)
    sums = [Discrepancy("tally", (d.table, *d.key), d.kept, d.right) for d in tallies.differences(session)]
    found = (*checked.found, *sums, *_question_tallies(session))
    return Verified(checked.papers, checked.retained, running, *_totals(session), found)


def _totals(session: Session) -> tuple[int, int, int, int]:
    clicks, marks, reviews, entries = (session.scalar(select(func.count()).select_from(row)) or 0 for row in _COUNTED)
    return clicks, marks, reviews, entries


def _batches(session: Session) -> Iterator[Sequence[AttemptRow]]:
    last = 0
    query = select(AttemptRow).where(AttemptRow.submitted_at.is_not(None)).order_by(AttemptRow.id).limit(_BATCH)
    while batch := session.scalars(query.where(AttemptRow.id > last).execution_options(populate_existing=True)).all():
        yield batch
        last = batch[-1].id


@dataclass(frozen=True, slots=True)
class _Click:
    event: Event
    late: bool


def _events(session: Session, keys: Sequence[int]) -> dict[int, list[_Click]]:
    row = AnswerEventRow
    columns = (row.attempt_id, row.device, row.seq, row.kind, row.position, row.value, row.at >= AttemptRow.deadline_at)
    query = select(*columns).join(AttemptRow, AttemptRow.id == row.attempt_id).where(row.attempt_id.in_(keys))
    found: dict[int, list[_Click]] = {}
    for key, device, seq, kind, position, value, late in session.execute(query.execution_options(yield_per=10_000)):
        found.setdefault(key, []).append(_Click(Event(device, seq, EventKind(kind), position, value), bool(late)))
    return found


def _marks(session: Session, keys: Sequence[int]) -> dict[int, dict[int, tuple[Any, Grade]]]:
    row = MarkRow
    query = select(row.attempt_id, row.position, row.response, row.credit, row.points, row.state).where(row.attempt_id.in_(keys))
    found: dict[int, dict[int, tuple[Any, Grade]]] = {}
    for key, position, response, credit, points, state in session.execute(query.execution_options(yield_per=10_000)):
        found.setdefault(key, {})[position] = (response, Grade(credit, points, MarkState(state)))
    return found


class _Right:
    """A paper as the log says it has to be."""

    def __init__(
        self,
        row: AttemptRow,
        items: Items,
        clicks: Sequence[_Click],
        marks: Mapping[int, tuple[Any, Grade]],
        by_hand: Mapping[tuple[int, int], float],
        remedies: Mapping[tuple[int, int], Applied],
    ) -> None:
        self.row, self.items, self.marks = row, items, marks
        self.late = sum(click.late for click in clicks)
        self.answers = fold(click.event for click in clicks).answers
        self.receipt = answers_hash(row.id, self.answers)
        self.grades: dict[int, Grade] = {}
        for item in items:
            told = remedies.get((row.exam_id, item.revision_id))
            remedy, given = told.remedy if told else AS_KEYED, by_hand.get((row.id, item.position))
            self.grades[item.position] = grade(item.question, self.answers.get(item.position), item.points, remedy, given)

    def differences(self, pass_mark: float) -> list[Discrepancy]:
        """Everything about the paper that is kept otherwise."""
        row, key = self.row, self.row.id
        found = [Discrepancy("receipt", (key,), row.receipt, self.receipt)] if row.receipt != self.receipt else []
        found += [Discrepancy("late", (key,), self.late, 0)] if self.late else []
        for position in sorted({*self.grades, *self.marks}):
            found += self._mark(position)
        pending = sum(g.state is MarkState.PENDING for g in self.grades.values())
        full = sum(item.points for item in self.items if self.grades[item.position].state is not MarkState.VOID)
        score = None if pending else sum(g.points for g in self.grades.values())
        passed = None if score is None else passes(score, full, pass_mark)
        for what, kept, right in (
            ("pending", row.pending, pending),
            ("full", row.full, full),
            ("score", row.score, score),
            ("passed", row.passed, passed),
        ):
            if not _same(kept, right):
                found.append(Discrepancy(what, (key,), kept, right))
        return found

    def _mark(self, position: int) -> list[Discrepancy]:
        where, right, held = (self.row.id, position), self.grades.get(position), self.marks.get(position)
        if right is None or held is None:
            return [Discrepancy("mark", where, held and _told(held[1]), right and _told(right))]
        response, kept = held
        found = [Discrepancy("response", where, response, self.answers.get(position))] if response != self.answers.get(position) else []
        alike = abs(kept.credit - right.credit) <= _CREDIT_TOLERANCE and _same(kept.points, right.points) and kept.state is right.state
        return found if alike else [*found, Discrepancy("mark", where, _told(kept), _told(right))]


def _told(found: Grade) -> tuple[float, float, str]:
    return found.credit, found.points, found.state.value


def _same(kept: float | None, right: float | None) -> bool:
    if kept is None or right is None or isinstance(kept, bool):
        return kept is right
    return abs(kept - right) <= _TOLERANCE


def _question_tallies(session: Session) -> list[Discrepancy]:
    """The sums by wording against the marks."""
    query = select(MarkRow.revision_id, func.count(), func.sum(MarkRow.credit)).where(MarkRow.state.not_in(UNGRADED)).group_by(MarkRow.revision_id)
    right = {revision: (int(count), float(credit)) for revision, count, credit in session.execute(query)}
    row = QuestionTallyRow
    kept = {revision: (answers, credit) for revision, answers, credit in session.execute(select(row.revision_id, row.answers, row.credit))}
    found = []
    for key in sorted({*kept, *right}):
        (answers, credit), (wanted, earned) = kept.get(key, (0, 0.0)), right.get(key, (0, 0.0))
        if answers != wanted or abs(credit - earned) > _TOLERANCE:
            found.append(Discrepancy("tally", ("question_tally", key), kept.get(key), right.get(key)))
    return found
