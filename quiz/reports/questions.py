"""Entries and questions in a period: how well they are known, and what was answered instead. Use cases: they only read.

Of the whole branch the figures come from the months' sums; of one hall, which has few answers, from the marks themselves. Nothing is told of
questions that stand in an exam which is still open.
"""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session

from kb.errors import ConflictError, NotFoundError
from quiz.exams.state import UNGRADED, ExamState
from quiz.fieldtables import QuestionMonthRow
from quiz.questions.codec import from_json
from quiz.questions.grading import key_of
from quiz.questions.question import CHOICES, Question, QuestionType
from quiz.questions.wording import response_text
from quiz.statistics.compare import shrink
from quiz.statistics.intervals import Interval, mean_interval
from quiz.statistics.period import Period
from quiz.tables import AttemptRow, ExamRow, FormItemRow, FormRow, MarkRow, QuestionRow, RevisionRow

FEWEST = 20  # answers; with fewer nothing is put in an order
_M = QuestionMonthRow
_MOST_OTHERS = 8


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An entry or a question in a period: answers, mean credit with its interval, and the mean shrunk towards that of all lines."""

    id: str
    topic: str
    entry_id: str
    stem: str
    questions: int
    answers: int
    share: float
    interval: Interval
    shrunk: float

    @property
    def few(self) -> bool:
        """Whether there is too little to go by."""
        return self.answers < FEWEST


@dataclass(frozen=True, slots=True)
class MonthOfQuestion:
    """A question's month."""

    month: str
    answers: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Given:
    """One answer that was given: how often, of all who were asked, and whether it is the key; "" for no answer."""

    text: str
    right: bool
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question as it reads now, its months, and what was answered to this wording in the period's exams."""

    question: Question
    topic: str
    entry_id: str
    state: str
    months: tuple[MonthOfQuestion, ...]
    given: tuple[Given, ...]
    answers: int


def sealed(session: Session, now: datetime) -> frozenset[str]:
    """The questions that stand in an exam which has not closed."""
    query = select(RevisionRow.question_id).join(FormItemRow, FormItemRow.revision_id == RevisionRow.id)
    query = query.join(FormRow, FormRow.id == FormItemRow.form_id)
    query = query.join(ExamRow, ExamRow.id == FormRow.exam_id)
    return frozenset(session.scalars(query.where(ExamRow.state == ExamState.SCHEDULED.value, ExamRow.closes_at > now)))


def entries(session: Session, period: Period, topic: str = "") -> list[ItemLine]:
    """Every entry that was asked about in exams and spot checks of these months, the least known first."""
    sums = (func.count(_M.question_id.distinct()), *_sums())
    query = select(QuestionRow.entry_id, func.min(QuestionRow.topic), *sums).join(QuestionRow, QuestionRow.id == _M.question_id)
    query = query.where(_M.month.in_(period.months), QuestionRow.entry_id != "").group_by(QuestionRow.entry_id)
    rows = session.execute(query.where(QuestionRow.topic == topic) if topic else query)
    return _lines([(entry, name, entry, "", count, *sums) for entry, name, count, *sums in rows])


def questions(session: Session, period: Period, now: datetime, *, topic: str = "", entry_id: str = "") -> list[ItemLine]:
    """Every question that was asked in exams and spot checks of these months, the least known first; of a topic or an entry where one is named."""
    query = select(QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id, RevisionRow.shown["stem"].as_string().label("stem"), *_sums())
    query = query.join(QuestionRow, QuestionRow.id == _M.question_id).join(RevisionRow, _current())
    query = query.where(_M.month.in_(period.months)).group_by(QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id, RevisionRow.id)
    if topic or entry_id:
        query = query.where(QuestionRow.topic == topic if topic else QuestionRow.entry_id == entry_id)
    hidden = sealed(session, now)
    rows = [row for row in session.execute(query) if row[0] not in hidden]
    return _lines([(key, name, entry, stem or "", 1, *sums) for key, name, entry, stem, *sums in rows])


def _sums() -> tuple[ColumnElement[Any], ...]:
    return func.sum(_M.answers), func.sum(_M.credit), func.sum(_M.credit_squared)


def _current() -> ColumnElement[bool]:
    return (RevisionRow.question_id == QuestionRow.id) & (RevisionRow.number == QuestionRow.revision)


def missed_in(session: Session, period: Period, units: Collection[int], now: datetime, most: int = 10) -> list[ItemLine]:
    """The questions of the exams that a hall's people know least, as its own marks say; asked of three people at least."""
    query = (
        select(
            QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id, RevisionRow.shown["stem"].as_string(), func.count(), func.sum(MarkRow.credit),
            func.sum(MarkRow.credit * MarkRow.credit),
        )
        .join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
        .join(ExamRow, ExamRow.id == AttemptRow.exam_id)
        .join(RevisionRow, RevisionRow.id == MarkRow.revision_id)
        .join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
        .where(AttemptRow.unit_id.in_(sorted(units)), AttemptRow.submitted_at.is_not(None), ExamRow.month.in_(period.months))
        .where(MarkRow.state.not_in(UNGRADED))
        .group_by(QuestionRow.id, QuestionRow.topic, QuestionRow.entry_id, RevisionRow.id)
        .having(func.count() >= 3)
    )  # fmt: skip
    hidden = sealed(session, now)
    rows = [(key, topic, entry, stem or "", 1, *sums) for key, topic, entry, stem, *sums in session.execute(query) if key not in hidden]
    return [line for line in _lines(rows) if line.share < 1][:most]


def _lines(rows: Sequence[tuple[Any, ...]]) -> list[ItemLine]:
    """The lines by shrunk estimate; rows are (id, topic, entry, stem, questions, answers, credit, credit squared)."""
    counted = [row for row in rows if row[5] > 0]
    if not counted:
        return []
    known = [_mean(*map(float, row[5:8])) for row in counted]
    overall = min(0.98, max(0.02, sum(float(row[6]) for row in counted) / sum(int(row[5]) for row in counted)))
    got = shrink([mean for mean, _ in known], [overall * (1 - overall) / int(row[5]) for row in counted])
    lines = [
        ItemLine(key, topic, entry, stem, int(count), int(n), mean, interval, estimate)
        for (key, topic, entry, stem, count, n, *_), (mean, interval), estimate in zip(counted, known, got.estimates, strict=True)
    ]
    return sorted(lines, key=lambda line: (line.shrunk, line.id))


def _mean(n: float, credit: float, squared: float) -> tuple[float, Interval]:
    """A mean credit with its interval."""
    mean = min(1.0, max(0.0, credit / n))
    return mean, mean_interval(mean, max(0.0, squared - n * mean**2) / max(1.0, n - 1), n)


def question_page(session: Session, period: Period, question_id: str, now: datetime) -> QuestionPage:
    """A question with what was answered. Raises NotFoundError; ConflictError while it stands in an open exam."""
    query = select(QuestionRow, RevisionRow).join(RevisionRow, _current()).where(QuestionRow.id == question_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFoundError("report-question")
    if question_id in sealed(session, now):
        raise ConflictError("report-sealed")
    row, revision = found
    question = from_json(revision.shown)
    rows = session.execute(_responses(period, revision.id)).all()
    given, answers = _given(question, rows), sum(times for _, times in rows)
    return QuestionPage(question, row.topic, row.entry_id, row.state, _months(session, question_id), given, answers)


def _months(session: Session, question_id: str) -> tuple[MonthOfQuestion, ...]:
    query = select(_M.month, *(_M.answers, _M.credit, _M.credit_squared)).where(_M.question_id == question_id, _M.answers > 0).order_by(_M.month)
    rows = session.execute(query)
    return tuple(MonthOfQuestion(month, n, *_mean(n, credit, squared)) for month, n, credit, squared in rows)


def _responses(period: Period, revision_id: int) -> Select[str, int]:
    """Equal responses counted together, told apart by their JSON."""
    text = cast(MarkRow.response, String)
    exams = select(AttemptRow.id).join(ExamRow, ExamRow.id == AttemptRow.exam_id).where(ExamRow.month.in_(period.months))
    query = select(text.label("response"), func.count().label("times"))
    return query.where(MarkRow.revision_id == revision_id, MarkRow.attempt_id.in_(exams)).group_by(text)


def _given(question: Question, rows: Sequence[tuple[str | None, int]]) -> tuple[Given, ...]:
    """Of choices every option, in order, with who ticked it; of other types the most frequent answers."""
    counts, everybody = Counter[str](), sum(times for _, times in rows)
    for response, times in rows:
        for text in _parts(question, response):
            counts[text] += times
    if question.type in CHOICES:
        offered = {option.text: option.right for option in question.options}
        order = [*offered, *([""] if counts[""] else [])]
        return tuple(Given(text, offered.get(text, False), counts[text], _share(counts[text], everybody)) for text in order)
    right = response_text(question, key_of(question))
    return tuple(Given(text, text == right, count, _share(count, everybody)) for text, count in counts.most_common(_MOST_OTHERS))


def _share(count: int, everybody: int) -> float:
    return count / everybody if everybody else 0.0


def _parts(question: Question, response: str | None) -> list[str]:
    value = json.loads(response) if response else None
    if question.type is QuestionType.MULTIPLE and isinstance(value, list) and value:
        return [response_text(question, [index]) for index in value]
    return [response_text(question, value)]
