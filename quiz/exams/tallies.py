"""Sums kept as papers are graded, so that a report reads a few rows however many answers there are. Use cases: they never commit.

`add` is called with every grade, once; `differences` proves the sums equal to a recomputation from the grades themselves, `rebuild` makes them so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, delete, func, insert, literal, literal_column, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.db import Base
from quiz.exams.state import UNGRADED
from quiz.fieldtables import MonthTallyRow, PersonTallyRow, QuestionMonthRow, SpotAnswerRow, SpotCheckRow, UnitTallyRow
from quiz.tables import AttemptRow, ExamRow, FormItemRow, MarkRow, QuestionRow, ReviewRow, RevisionRow

EXAM, SPOT, PRACTICE = "exam", "spot", "practice"
ALL_TOPICS = ""
PARTS = 8
_TOLERANCE = 1e-6
_PERSON_SUMS = ("answers", "credit", "points", "full")
_UNIT_SUMS = ("people", "answers", "credit", "credit_squared", "answers_squared", "credit_answers", "points", "full", "passed")
_QUESTION_SUMS = ("answers", "credit", "credit_squared")


@dataclass(frozen=True, slots=True)
class Graded:
    """One answer's grade: credit from 0 to 1, and the points it earned of those attainable."""

    question_id: str
    topic: str
    credit: float
    points: float
    full: float


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose answers, from where: the month, the source, the person, and the unit where they worked at the time."""

    month: str
    source: str
    employee_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A row whose sums are not what the grades say; `kept` or `right` is None where the row is missing on that side."""

    table: str
    key: tuple[Any, ...]
    kept: tuple[float, ...] | None
    right: tuple[float, ...] | None


def add(session: Session, whose: Whose, grades: Sequence[Graded], *, passed: int = 0) -> None:
    """Count grades in. To take a grade back, as a regrade does, use `replace`."""
    _apply(session, whose, [(grade, 1) for grade in grades], passed)


def replace(session: Session, whose: Whose, old: Sequence[Graded], new: Sequence[Graded], *, passed: int = 0) -> None:
    """Take grades back and count others in their place; `passed` is by how many passed papers the count changes."""
    _apply(session, whose, [*((grade, -1) for grade in old), *((grade, 1) for grade in new)], passed)


def _apply(session: Session, whose: Whose, signed: Sequence[tuple[Graded, int]], passed: int) -> None:
    if not signed and not passed:
        return
    by_topic: dict[str, list[float]] = {ALL_TOPICS: [0, 0, 0, 0]}
    by_question: dict[str, list[float]] = {}
    for grade, sign in signed:
        for topic in {grade.topic, ALL_TOPICS}:
            _accumulate(by_topic.setdefault(topic, [0, 0, 0, 0]), sign, (1, grade.credit, grade.points, grade.full))
        _accumulate(by_question.setdefault(grade.question_id, [0, 0, 0]), sign, (1, grade.credit, grade.credit**2))
    units = _unit_changes(_add_person(session, whose, by_topic), by_topic, passed)
    in_month = {"month": whose.month, "source": whose.source}
    _upsert(
        session, UnitTallyRow, ("month", "source", "unit_id", "topic"), _UNIT_SUMS, [{**in_month, "unit_id": whose.unit_id, **row} for row in units]
    )
    if whose.source != PRACTICE:
        rows = [{"month": whose.month, "question_id": q, **dict(zip(_QUESTION_SUMS, d, strict=True))} for q, d in sorted(by_question.items())]
        _upsert(session, QuestionMonthRow, ("month", "question_id"), _QUESTION_SUMS, rows)
    of_month = [{**in_month, "part": whose.unit_id % PARTS, **row} for row in units]
    _upsert(session, MonthTallyRow, ("month", "source", "topic", "part"), _UNIT_SUMS, of_month)


def _accumulate(sums: list[float], sign: int, values: Iterable[float]) -> None:
    for index, value in enumerate(values):
        sums[index] += sign * value


def _add_person(session: Session, whose: Whose, by_topic: dict[str, list[float]]) -> dict[str, tuple[float, float]]:
    """The person's (answers, credit) by topic after the change."""
    key = {"month": whose.month, "source": whose.source, "employee_id": whose.employee_id, "unit_id": whose.unit_id}
    rows = [{**key, "topic": topic, **dict(zip(_PERSON_SUMS, delta, strict=True))} for topic, delta in sorted(by_topic.items())]
    after = _upsert(session, PersonTallyRow, (*key, "topic"), _PERSON_SUMS, rows, ("topic", "answers", "credit"))
    return {topic: (answers, credit) for topic, answers, credit in after}


def _unit_changes(after: dict[str, tuple[float, float]], by_topic: dict[str, list[float]], passed: int) -> list[dict[str, Any]]:
    """By how much the sums of the person's unit change, topic by topic: a sum of squares by the new square less the old one."""
    rows = []
    for topic, (d_answers, d_credit, d_points, d_full) in sorted(by_topic.items()):
        n, c = after[topic]
        m, b = n - d_answers, c - d_credit
        values = (int(n > 0) - int(m > 0), d_answers, d_credit, c * c - b * b, n * n - m * m, c * n - b * m, d_points, d_full)
        rows.append({"topic": topic, **dict(zip(_UNIT_SUMS, (*values, passed if topic == ALL_TOPICS else 0), strict=True))})
    return rows


def _upsert(
    session: Session, row: type[Base], key: Sequence[str], sums: Sequence[str], rows: list[dict[str, Any]], back: Sequence[str] = ()
) -> Sequence[Any]:
    """Add to rows or make them, in the order of their keys, so that two writers never wait for each other in a circle."""
    if not rows:
        return ()
    statement = _upserting(session.get_bind().dialect.name, row, tuple(key), tuple(sums), tuple(back))
    found = session.connection().execute(statement, rows)
    return found.all() if back else ()


@lru_cache(maxsize=16)
def _upserting(dialect_name: str, row: type[Base], key: tuple[str, ...], sums: tuple[str, ...], back: tuple[str, ...]) -> Any:
    """The statement for one row, made and compiled once for each table."""
    table = row.__table__
    assert isinstance(table, Table)
    fresh = (postgresql if dialect_name == "postgresql" else sqlite).insert(table)
    statement = fresh.on_conflict_do_update(index_elements=list(key), set_={name: table.c[name] + fresh.excluded[name] for name in sums})
    return statement.returning(*(table.c[name] for name in back)) if back else statement


def _month_of(session: Session, moment: Any) -> ColumnElement[str]:
    """The month in Shanghai (UTC+8, without summer time since 1991) of a moment kept in UTC."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(moment + literal_column("interval '8 hours'"), "YYYY-MM", type_=String)
    return func.strftime("%Y-%m", moment, "+8 hours", type_=String)


def _exam_grades() -> Select[*tuple[Any, ...]]:
    """Every grade of a submitted paper that neither waits for a trainer nor is void."""
    return (
        select(
            ExamRow.month.label("month"), literal(EXAM).label("source"), AttemptRow.employee_id.label("employee_id"),
            AttemptRow.unit_id.label("unit_id"), QuestionRow.topic.label("topic"), QuestionRow.id.label("question_id"),
            MarkRow.credit.label("credit"), MarkRow.points.label("points"), FormItemRow.points.label("full"),
        )
        .join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
        .join(ExamRow, ExamRow.id == AttemptRow.exam_id)
        .join(FormItemRow, (FormItemRow.form_id == AttemptRow.form_id) & (FormItemRow.position == MarkRow.position))
        .join(RevisionRow, RevisionRow.id == MarkRow.revision_id)
        .join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
        .where(AttemptRow.submitted_at.is_not(None), MarkRow.state.not_in(UNGRADED))
    )  # fmt: skip


def _spot_grades() -> Select[*tuple[Any, ...]]:
    return (
        select(
            SpotCheckRow.month, literal(SPOT), SpotAnswerRow.employee_id, SpotCheckRow.unit_id, QuestionRow.topic, QuestionRow.id,
            SpotAnswerRow.credit, SpotAnswerRow.credit, literal(1.0),
        )
        .join(SpotCheckRow, SpotCheckRow.id == SpotAnswerRow.check_id)
        .join(RevisionRow, RevisionRow.id == SpotAnswerRow.revision_id)
        .join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    )  # fmt: skip


def _practice_grades(session: Session) -> Select[*tuple[Any, ...]]:
    return (
        select(
            _month_of(session, ReviewRow.at), literal(PRACTICE), ReviewRow.employee_id, ReviewRow.unit_id, QuestionRow.topic, QuestionRow.id,
            ReviewRow.credit, ReviewRow.credit, literal(1.0),
        )
        .join(RevisionRow, RevisionRow.id == ReviewRow.revision_id)
        .join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
    )  # fmt: skip


def _person_sums(session: Session) -> Select[*tuple[Any, ...]]:
    """The rows that `person_tally` has to hold."""
    grades = union_all(_exam_grades(), _spot_grades(), _practice_grades(session)).subquery()
    key = (grades.c.month, grades.c.source, grades.c.employee_id, grades.c.unit_id)
    sums = (
        func.count().label("answers"),
        func.sum(grades.c.credit).label("credit"),
        func.sum(grades.c.points).label("points"),
        func.sum(grades.c.full).label("full"),
    )
    by_topic = select(*key, grades.c.topic.label("topic"), *sums).where(grades.c.topic != ALL_TOPICS).group_by(*key, grades.c.topic)
    over_all = select(*key, literal(ALL_TOPICS).label("topic"), *sums).group_by(*key)
    both = union_all(by_topic, over_all).subquery()
    return select(*(both.c[name] for name in ("month", "source", "employee_id", "unit_id", "topic", *_PERSON_SUMS)))


def _unit_sums() -> Select[*tuple[Any, ...]]:
    """The rows that `unit_tally` has to hold, from those of `person_tally` and the papers passed."""
    p = PersonTallyRow
    passed = (
        select(ExamRow.month.label("month"), AttemptRow.unit_id.label("unit_id"), func.count().label("passed"))
        .join(ExamRow, ExamRow.id == AttemptRow.exam_id)
        .where(AttemptRow.passed.is_(True))
        .group_by(ExamRow.month, AttemptRow.unit_id)
        .subquery()
    )
    of_all = (passed.c.month == p.month) & (passed.c.unit_id == p.unit_id) & (p.topic == ALL_TOPICS) & (p.source == EXAM)
    return (
        select(
            p.month, p.source, p.unit_id, p.topic, func.count().label("people"), func.sum(p.answers), func.sum(p.credit),
            func.sum(p.credit * p.credit), func.sum(p.answers * p.answers), func.sum(p.credit * p.answers), func.sum(p.points), func.sum(p.full),
            func.coalesce(func.max(passed.c.passed), 0),
        )
        .outerjoin(passed, of_all)
        .where(p.answers > 0)
        .group_by(p.month, p.source, p.unit_id, p.topic)
    )  # fmt: skip


def _month_sums() -> Select[*tuple[Any, ...]]:
    """The rows that `month_tally` has to hold, from those that `unit_tally` has to hold."""
    units = _unit_sums().subquery()
    u = dict(zip(_UNIT_COLUMNS, units.c, strict=True))
    key = (u["month"], u["source"], u["topic"], (u["unit_id"] % PARTS).label("part"))
    return select(*key, *(func.sum(u[name]) for name in _UNIT_SUMS)).group_by(*key)


def _question_sums() -> Select[*tuple[Any, ...]]:
    """The rows that `question_month` has to hold."""
    grades = union_all(_exam_grades(), _spot_grades()).subquery()
    sums = (func.count(), func.sum(grades.c.credit), func.sum(grades.c.credit * grades.c.credit))
    return select(grades.c.month, grades.c.question_id, *sums).group_by(grades.c.month, grades.c.question_id)


_UNIT_COLUMNS = ("month", "source", "unit_id", "topic", *_UNIT_SUMS)
_QUESTION_COLUMNS = ("month", "question_id", *_QUESTION_SUMS)
_MONTH_COLUMNS = ("month", "source", "topic", "part", *_UNIT_SUMS)
_PERSON_COLUMNS = ("month", "source", "employee_id", "unit_id", "topic", *_PERSON_SUMS)


def rebuild(session: Session) -> None:
    """Make every sum anew from the grades."""
    for row, columns, sums in (
        (PersonTallyRow, _PERSON_COLUMNS, _person_sums(session)),
        (UnitTallyRow, _UNIT_COLUMNS, _unit_sums()),
        (MonthTallyRow, _MONTH_COLUMNS, _month_sums()),
        (QuestionMonthRow, _QUESTION_COLUMNS, _question_sums()),
    ):
        session.execute(delete(row))
        session.execute(insert(row).from_select(list(columns), sums))
    session.flush()


def differences(session: Session) -> list[Difference]:
    """Every row whose sums are not those of the grades, to a millionth; rows of zeros count as missing."""
    return [
        *_compare(session, PersonTallyRow, 5, _PERSON_COLUMNS, _person_sums(session)),
        *_compare(session, UnitTallyRow, 4, _UNIT_COLUMNS, _unit_sums()),
        *_compare(session, MonthTallyRow, 4, _MONTH_COLUMNS, _month_sums()),
        *_compare(session, QuestionMonthRow, 2, _QUESTION_COLUMNS, _question_sums()),
    ]


def _compare(session: Session, row: type[Base], width: int, columns: Sequence[str], sums: Select[*tuple[Any, ...]]) -> list[Difference]:
    table = row.__table__
    assert isinstance(table, Table)
    kept = {tuple(r[:width]): tuple(map(float, r[width:])) for r in session.execute(select(*(table.c[name] for name in columns)))}
    right = {tuple(r[:width]): tuple(map(float, r[width:])) for r in session.execute(sums)}
    empty = (0.0,) * (len(columns) - width)
    return [
        Difference(table.name, key, kept.get(key), right.get(key))
        for key in sorted({*kept, *right})
        if any(abs(a - b) > _TOLERANCE for a, b in zip(kept.get(key, empty), right.get(key, empty), strict=True))
    ]
