"""A made-up organisation with a year of graded papers, written straight into the tables."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kb import EntryRef
from kb.scripts.bench_report import Result
from quiz.exams.tallies import rebuild
from quiz.people.roles import Role, UnitKind
from quiz.questions.codec import to_json
from quiz.questions.question import Option, Question, QuestionType
from quiz.statistics.period import months_before
from quiz.tables import (
    AccountRow,
    AttemptRow,
    EmployeeRow,
    ExamRow,
    FormItemRow,
    FormRow,
    MarkRow,
    MembershipRow,
    QuestionRow,
    RevisionRow,
    UnitRow,
)  # fmt: skip

MONTHS, QUESTIONS, FORMS = 12, 20, 3
_PER_HALL, _PER_DISTRICT = 14, 10
_BANK, _TOPICS = 600, 40
_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: its size, and who may look: a branch manager, a hall manager, a clerk."""

    size: Result
    branch: int
    hall: int
    clerk: int
    clerk_number: str
    hall_unit: int
    district_unit: int
    last: str


def fill(session: Session, answers: int, now: datetime, seed: int = 1) -> Made:
    """About so many answers: twelve monthly exams of twenty questions on three forms, sat by everybody but a few."""
    people = max(2 * _PER_HALL, round(answers / (MONTHS * QUESTIONS)))
    halls = max(2, round(people / _PER_HALL))
    units, districts = _units(session, halls)
    _people(session, people, units)
    revisions = _bank(session)
    rng, months = random.Random(seed), months_before(f"{now:%Y-%m}", MONTHS + 1)[:-1]  # noqa: S311 (a simulation, not a secret)
    papers = sum(_month(session, month, people, units, revisions, rng) for month in months)
    rebuild(session)
    return _made(papers, people, halls, districts, months[-1])


def _made(papers: int, people: int, halls: int, districts: int, last: str) -> Made:
    size = {"answers": papers * QUESTIONS, "people": people, "halls": halls, "districts": districts, "months": MONTHS}
    return Made(size, people + 1, 1, 2, _number(2), 2 + districts, 2, last)


def made_before(session: Session) -> Made | None:
    """What `fill` made of this database earlier; None where it did not."""
    if session.scalar(select(EmployeeRow.name).where(EmployeeRow.number == _number(1))) != _name(1):
        return None
    kinds = dict(session.execute(select(UnitRow.kind, func.count()).group_by(UnitRow.kind)).all())
    people = session.scalar(select(func.count()).select_from(EmployeeRow).where(EmployeeRow.role != Role.BRANCH_MANAGER.value)) or 0
    papers, last = session.execute(select(select(func.count(AttemptRow.id)).scalar_subquery(), func.max(ExamRow.month))).one()
    return _made(papers, people, kinds[UnitKind.HALL.value], kinds[UnitKind.DISTRICT.value], last)


def _number(n: int) -> str:
    return f"B{n:07}"


def _name(n: int) -> str:
    return f"演示{n}"


def _units(session: Session, halls: int) -> tuple[list[int], int]:
    """(the halls' keys, the number of districts); the branch is unit 1."""
    districts = max(2, round(halls / _PER_DISTRICT))
    rows = [{"id": 1, "kind": UnitKind.BRANCH.value, "code": "B", "name": "示例分公司", "parent_id": None}]
    rows += [{"id": 2 + n, "kind": UnitKind.DISTRICT.value, "code": f"D{n:04}", "name": f"示例区{n + 1}", "parent_id": 1} for n in range(districts)]
    first = 2 + districts
    rows += [
        {"id": first + n, "kind": UnitKind.HALL.value, "code": f"H{n:05}", "name": f"示例{n + 1}号厅", "parent_id": 2 + n % districts}
        for n in range(halls)
    ]
    session.execute(insert(UnitRow), rows)
    return list(range(first, first + halls)), districts


def _people(session: Session, people: int, units: list[int]) -> None:
    """The first of each hall is its manager; the last person of all manages the branch."""
    roles = [Role.HALL_MANAGER if n < len(units) else Role.CLERK for n in range(people)] + [Role.BRANCH_MANAGER]
    staff = [{"id": n, "number": _number(n), "name": _name(n), "role": role.value} for n, role in enumerate(roles, 1)]
    session.execute(insert(EmployeeRow), staff)
    since = date(2020, 1, 1)
    places = [units[n % len(units)] for n in range(people)] + [1]
    session.execute(insert(MembershipRow), [{"employee_id": n, "unit_id": unit, "from_day": since} for n, unit in enumerate(places, 1)])
    looking = {1, 2, people + 1}
    session.execute(insert(AccountRow), [{"employee_id": n, "password_hash": "", "must_change": False, "epoch": 1} for n in sorted(looking)])


def _bank(session: Session) -> list[int]:
    made = datetime(2020, 1, 1, tzinfo=UTC)
    options = tuple(Option(text, text == "丙") for text in "甲乙丙丁")
    questions, revisions = [], []
    for n in range(_BANK):
        question = Question(f"q-{n:04}", QuestionType.SINGLE, EntryRef(f"entry-{n // 3:03}", 1), f"示例题干 {n}", options)
        given = {"origin": "content", "type": "single", "state": "live", "updated_at": made}
        questions.append({"id": question.id, "topic": f"分类{n % _TOPICS + 1}", "entry_id": question.entry.entry_id, **given})
        shown = to_json(question)
        pinned = {"number": 1, "entry_version": 1, "facts": [], "digest": "", "created_at": made}
        revisions.append({"id": n + 1, "question_id": question.id, "written": shown, "shown": shown, **pinned})
    session.execute(insert(QuestionRow), questions)
    session.execute(insert(RevisionRow), revisions)
    return list(range(1, _BANK + 1))


def _month(session: Session, month: str, people: int, units: list[int], revisions: list[int], rng: random.Random) -> int:
    """An exam with its papers; returns their number."""
    opens = datetime(int(month[:4]), int(month[5:]), 10, tzinfo=UTC)
    exam = ExamRow(
        title=f"{month} 业务考试", month=month, state="scheduled", blueprint={}, audience={"units": [1], "people": []}, minutes=40, pass_mark=0.7,
        release="at_end", seed=1, created_by="", created_at=opens, opens_at=opens, closes_at=opens + timedelta(days=5),
    )  # fmt: skip
    session.add(exam)
    session.flush()
    forms = [_form(session, exam.id, number, rng.sample(revisions, QUESTIONS)) for number in range(1, FORMS + 1)]
    first, waiting, count = exam.id * 10_000_000, list[dict[str, Any]](), 0
    attempts, kept = list[dict[str, Any]](), {}
    for n in range(people):
        if rng.random() < 0.05:
            continue
        form, key = rng.choice(forms), first + n
        kept[key] = (form, rng.gauss(0.78, 0.08) + 0.03 * ((n % len(units)) % 5 - 2))
        attempts.append(_attempt(key, exam, form[0], n + 1, units[n % len(units)]))
        count += 1
    session.execute(insert(AttemptRow), attempts)
    for marks in _marks(kept, rng):
        waiting += marks
        if len(waiting) >= _AT_ONCE:
            session.execute(insert(MarkRow), waiting)
            waiting.clear()
    if waiting:
        session.execute(insert(MarkRow), waiting)
    return count


def _form(session: Session, exam_id: int, number: int, revisions: list[int]) -> tuple[int, list[int]]:
    row = FormRow(exam_id=exam_id, number=number, balance={})
    session.add(row)
    session.flush()
    session.execute(insert(FormItemRow), [{"form_id": row.id, "position": p, "revision_id": r, "points": 5.0} for p, r in enumerate(revisions, 1)])
    return row.id, revisions


def _attempt(key: int, exam: ExamRow, form_id: int, employee_id: int, unit_id: int) -> dict[str, Any]:
    assert exam.opens_at is not None
    ends = exam.opens_at + timedelta(minutes=30)
    given = {"layout": [], "submitted_how": "button", "receipt": "", "pending": 0, "score": 75.0, "full": 5.0 * QUESTIONS, "passed": True}
    where = {"exam_id": exam.id, "employee_id": employee_id, "unit_id": unit_id, "form_id": form_id}
    return {"id": key, **where, "started_at": exam.opens_at, "deadline_at": ends, "submitted_at": ends, **given}


def _marks(kept: dict[int, tuple[tuple[int, list[int]], float]], rng: random.Random) -> Iterator[list[dict[str, Any]]]:
    for key, ((_, revisions), level) in kept.items():
        rights = [float(rng.random() < level) for _ in revisions]
        yield [
            {"attempt_id": key, "position": p, "revision_id": r, "response": 2 if right else 0, "credit": right, "points": 5 * right, "state": "auto"}
            for p, (r, right) in enumerate(zip(revisions, rights, strict=True), 1)
        ]
