"""Drift of an exam's items against the last month in which the same wording was asked. Use cases: they only read."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.fieldtables import QuestionMonthRow
from quiz.statistics.change import Drift, ItemMonth, drift
from quiz.statistics.intervals import Interval, mean_interval
from quiz.tables import ExamRow, FormItemRow, FormRow, RevisionRow

Months = Mapping[str, Mapping[str, ItemMonth]]


def drifts_of(session: Session, month: str, questions: Collection[str]) -> dict[str, tuple[Drift, str]]:
    """Question → (its drift, the earlier month it is compared with), for those asked before in the same wording.

    All that were last asked in the same earlier month anchor each other; fewer than three others and nothing is called drifted.
    """
    months = _months(session, month, questions)
    wordings = _wordings(session, questions)
    last: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        earlier = [m for m in months if m < month and question in months[m] and wordings.get((question, m)) == wordings.get((question, month))]
        if earlier and question in months.get(month, {}):
            last[max(earlier)].append(question)
    found: dict[str, tuple[Drift, str]] = {}
    for since, same in last.items():
        before, after = ({q: months[m][q] for q in same} for m in (since, month))
        found.update({q: (d, since) for q, d in drift(before, after).items()})
    return found


def _months(session: Session, month: str, questions: Collection[str]) -> Months:
    row = QuestionMonthRow
    query = select(row.month, row.question_id, row.answers, row.credit)
    found: dict[str, dict[str, ItemMonth]] = defaultdict(dict)
    wanted = set(questions)
    for when, question, n, earned in session.execute(query.where(row.month <= month, row.answers > 0)):
        if question in wanted:
            found[when][question] = ItemMonth(n, min(1.0, max(0.0, earned / n)))
    return found


def _wordings(session: Session, questions: Collection[str]) -> dict[tuple[str, str], frozenset[int]]:
    """(question, month) → the wordings that stood in that month's exams."""
    query = select(RevisionRow.question_id, ExamRow.month, RevisionRow.id).join(FormItemRow, FormItemRow.revision_id == RevisionRow.id)
    query = query.join(FormRow, FormRow.id == FormItemRow.form_id).join(ExamRow, ExamRow.id == FormRow.exam_id).distinct()
    wanted, found = set(questions), defaultdict[tuple[str, str], set[int]](set)
    for question, when, revision in session.execute(query):
        if question in wanted:
            found[question, when].add(revision)
    return {key: frozenset(value) for key, value in found.items()}


@dataclass(frozen=True, slots=True)
class QuestionMonth:
    """A question's month: answers in exams and spot checks, their mean credit and its interval."""

    month: str
    answers: int
    share: float
    interval: Interval


def months_of(session: Session, question_id: str) -> tuple[QuestionMonth, ...]:
    """Every month in which a question was asked, the oldest first."""
    row = QuestionMonthRow
    query = select(row.month, row.answers, row.credit, row.credit_squared).where(row.question_id == question_id, row.answers > 0).order_by(row.month)
    return tuple(_question_month(month, n, earned, squared) for month, n, earned, squared in session.execute(query))


def _question_month(month: str, n: int, earned: float, squared: float) -> QuestionMonth:
    mean = min(1.0, max(0.0, earned / n))
    return QuestionMonth(month, n, mean, mean_interval(mean, max(0.0, squared - n * mean**2) / max(1, n - 1), n))


def exams_with(session: Session, question_id: str) -> list[int]:
    """The exams in whose forms a question stands, the newest first."""
    query = select(ExamRow.id, ExamRow.month).join(FormRow, FormRow.exam_id == ExamRow.id).join(FormItemRow, FormItemRow.form_id == FormRow.id)
    query = query.join(RevisionRow, RevisionRow.id == FormItemRow.revision_id).where(RevisionRow.question_id == question_id).distinct()
    return [key for key, _ in session.execute(query.order_by(ExamRow.month.desc(), ExamRow.id.desc()))]
