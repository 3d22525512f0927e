"""The items of an exam as its papers show them: difficulty, discrimination, wrong keys, drift. Use cases: they only read.

One query fetches an exam's marks, whatever the number of forms; `ItemReports` keeps what was computed until a paper is handed in or graded anew.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from kb.errors import NotFoundError
from quiz.exams.state import UNGRADED, ExamState
from quiz.questions.codec import from_json
from quiz.questions.question import Question, QuestionType
from quiz.reports.drift import drifts_of
from quiz.statistics.change import Drift
from quiz.statistics.decisions import Decision, decision
from quiz.statistics.itemchoices import chosen_by, offered, right_option
from quiz.statistics.itemstats import Flag, ItemStatistics, Matrix, PaperStatistics, analyse, rest_scores
from quiz.statistics.optionstats import OptionStatistics, option_flags, option_statistics
from quiz.statistics.rasch import OneParameter, band, fit
from quiz.tables import AttemptRow, ExamRow, MarkRow, QuestionRow, RevisionRow

_KEPT = 24
_GIVEN_SLOPE = 1.0
Mark = tuple[int, int, str | None, float]  # attempt, revision, response as JSON, credit


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One wording of a question in one exam.

    `options` are empty for orderings and short answers; `difficulty` is b of the one-parameter model, `band` 1 (nearly all know it) to 5, `guess` the
    author's; `drift` compares with `since`, the last month in which the same wording was asked.
    """

    question: Question
    number: int
    topic: str
    entry_id: str
    guess: int
    current: bool
    statistics: ItemStatistics
    flags: tuple[Flag, ...]
    options: tuple[OptionStatistics, ...]
    difficulty: float | None
    error: float | None
    band: int | None
    drift: Drift | None = None
    since: str = ""

    @property
    def drifted(self) -> bool:
        """Whether it became easier or harder beyond chance."""
        return self.drift is not None and self.drift.drifted

    @property
    def suspect(self) -> bool:
        """Whether a trainer should look at it before the result is used."""
        return self.drifted or bool(set(self.flags) - {Flag.FEW_ANSWERS, Flag.TOO_EASY, Flag.IDLE_DISTRACTOR, Flag.NO_VARIANCE})


@dataclass(frozen=True, slots=True)
class ExamItems:
    """An exam's items, what needs care first; `slope` is that of the one-parameter model, 1 where the items tell none.

    `decision` tells how far its papers would pass the same people again, None where that cannot be known.
    """

    exam_id: int
    title: str
    month: str
    closes_at: datetime | None
    paper: PaperStatistics
    slope: float
    items: tuple[ItemResult, ...]
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class ExamLine:
    """An exam that somebody has sat; `papers` handed in, `waiting` of them not graded to the end."""

    id: int
    title: str
    month: str
    closes_at: datetime | None
    papers: int
    waiting: int


def exams_sat(session: Session) -> list[ExamLine]:
    """Every exam with papers, the newest first."""
    waiting = func.count(case((AttemptRow.pending > 0, 1)))
    query = select(ExamRow.id, ExamRow.title, ExamRow.month, ExamRow.closes_at, func.count(), waiting).join(
        AttemptRow, AttemptRow.exam_id == ExamRow.id
    )
    query = query.where(AttemptRow.submitted_at.is_not(None), ExamRow.state != ExamState.CANCELLED.value).group_by(ExamRow.id)
    rows = session.execute(query.order_by(ExamRow.month.desc(), ExamRow.id.desc()))
    return [ExamLine(key, title, month, closes, n, int(w or 0)) for key, title, month, closes, n, w in rows]


def exam_items(session: Session, exam_id: int) -> ExamItems:
    """The statistics of every item of an exam, over all its forms. Raises NotFoundError for an exam that is none."""
    exam = session.get(ExamRow, exam_id)
    if exam is None:
        raise NotFoundError("exam-missing")
    marks = _marks(session, exam_id)
    revisions = sorted({revision for _, revision, _, _ in marks})
    about = _questions(session, exam_id)
    scores, frequencies = _matrix(marks, revisions), np.ones(len({attempt for attempt, *_ in marks}))
    found = analyse(scores) if revisions else None
    model, slope = _model(scores) if revisions else (None, _GIVEN_SLOPE)
    rest = rest_scores(scores, frequencies) if revisions else scores
    given = _given(marks, revisions)
    drifts = drifts_of(session, exam.month, [about[r][0].id for r in revisions])
    items = [
        _item(about[revision], found.items[j], chosen, rest[:, j], model, j, drifts)
        for j, (revision, chosen) in enumerate(zip(revisions, given, strict=True))
        if found is not None
    ]
    paper = found.paper if found else analyse(np.empty((0, 1))).paper
    decided = decision(paper, exam.pass_mark)
    return ExamItems(exam_id, exam.title, exam.month, exam.closes_at, paper, slope, tuple(sorted(items, key=_care)), decided)


def _care(item: ItemResult) -> tuple[Any, ...]:
    worst = [list(Flag).index(flag) for flag in item.flags if flag is not Flag.FEW_ANSWERS]
    return not item.suspect, min(worst, default=99), item.statistics.facility if item.statistics.facility is not None else 1.0, item.question.id


def _marks(session: Session, exam_id: int) -> list[Mark]:
    """The graded marks of the papers handed in, in the order of papers."""
    query = select(MarkRow.attempt_id, MarkRow.revision_id, cast(MarkRow.response, String), MarkRow.credit)
    query = query.join(AttemptRow, AttemptRow.id == MarkRow.attempt_id).where(AttemptRow.exam_id == exam_id, AttemptRow.submitted_at.is_not(None))
    return [(a, r, text, c) for a, r, text, c in session.execute(query.where(MarkRow.state.not_in(UNGRADED)).order_by(MarkRow.attempt_id))]


About = tuple[
    Question, int, str, str, int, bool
]  # question, number of the wording, topic, entry, the author's guess, whether it is the wording of now


def _questions(session: Session, exam_id: int) -> dict[int, About]:
    marked = select(MarkRow.revision_id).join(AttemptRow, AttemptRow.id == MarkRow.attempt_id).where(AttemptRow.exam_id == exam_id)
    query = select(RevisionRow.id, RevisionRow.shown, RevisionRow.number, QuestionRow).join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    rows = session.execute(query.where(RevisionRow.id.in_(marked)))
    return {key: (from_json(shown), n, row.topic, row.entry_id, row.difficulty, n == row.revision) for key, shown, n, row in rows}


def _matrix(marks: Sequence[Mark], revisions: Sequence[int]) -> Matrix:
    """Credits: a row a paper, a column a wording; NaN where it was not in the paper."""
    rows = {attempt: i for i, attempt in enumerate(dict.fromkeys(attempt for attempt, *_ in marks))}
    columns = {revision: j for j, revision in enumerate(revisions)}
    scores = np.full((len(rows), len(columns)), np.nan)
    for attempt, revision, _, earned in marks:
        scores[rows[attempt], columns[revision]] = min(1.0, max(0.0, earned))
    return scores


def _given(marks: Sequence[Mark], revisions: Sequence[int]) -> list[list[tuple[str | None, float] | None]]:
    """For each wording what each paper answered to it, with the credit; None where it was not in the paper."""
    rows = {attempt: i for i, attempt in enumerate(dict.fromkeys(attempt for attempt, *_ in marks))}
    found: dict[int, list[tuple[str | None, float] | None]] = {revision: [None] * len(rows) for revision in revisions}
    for attempt, revision, text, earned in marks:
        found[revision][rows[attempt]] = (text, earned)
    return [found[revision] for revision in revisions]


def _model(scores: Matrix) -> tuple[OneParameter | None, float]:
    """The model with a slope of its own, or else with the slope 1."""
    model = fit(scores)
    model = model if model is not None else fit(scores, slope=_GIVEN_SLOPE)
    return model, model.a if model else _GIVEN_SLOPE


def _item(
    about: About,
    statistics: ItemStatistics,
    given: Sequence[tuple[str | None, float] | None],
    rest: Matrix,
    model: OneParameter | None,
    j: int,
    drifts: Mapping[str, tuple[Drift, str]],
) -> ItemResult:
    question, number, topic, entry_id, guess, current = about
    chosen = chosen_by(question, given)
    options = option_statistics(chosen, right_option(question), rest, np.ones(len(chosen)), offered(question)) if chosen else ()
    flags = option_flags(statistics, options) if chosen else statistics.flags
    if question.type not in {QuestionType.SINGLE, QuestionType.BEST_REPLY}:
        flags = tuple(flag for flag in flags if flag is not Flag.IDLE_DISTRACTOR)
    b, se = (model.b[j], model.se[j]) if model else (None, None)
    hard = band(model.a, b) if model and b is not None else None
    drift, since = drifts.get(question.id, (None, ""))
    return ItemResult(question, number, topic, entry_id, guess, current, statistics, flags, options, b, se, hard, drift, since)


Fingerprint = tuple[Any, ...]


def fingerprint(session: Session, exam_id: int) -> Fingerprint:
    """What changes whenever a paper of the exam is handed in, graded by hand or graded anew."""
    row = AttemptRow
    query = select(func.count(), func.max(row.submitted_at), func.sum(row.score), func.sum(row.pending), func.sum(row.full))
    return tuple(session.execute(query.where(row.exam_id == exam_id, row.submitted_at.is_not(None))).one())


class ItemReports:
    """Exams' items as last computed; safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[Fingerprint, ExamItems]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session: Session, exam_id: int) -> ExamItems:
        """See `exam_items`; computed only where something was graded since."""
        now = fingerprint(session, exam_id)
        with self._lock:
            kept = self._kept.get(exam_id)
            if kept is not None and kept[0] == now:
                return kept[1]
        found = exam_items(session, exam_id)
        with self._lock:
            self._kept[exam_id] = (now, found)
            self._kept.move_to_end(exam_id)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found
