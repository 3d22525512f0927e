"""The demo: a fictional branch with its people, six past monthly exams and one that is open. Use cases: they take a Session and never commit.

Papers are drawn, answered and graded by the same functions as real ones; only the people and what they know are simulated (`quiz.demo.simulate`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kb import SHANGHAI
from kb.errors import ConflictError
from quiz.bank.drawable import LiveQuestion
from quiz.demo.papers import DAYS_OPEN, sit_past_exam
from quiz.demo.simulate import DEMO_NAME, DemoBranch, DemoPerson, demo_branch
from quiz.exams.drawing import drafts_of, draw_forms
from quiz.exams.planning import Audience, Plan, Window, create_draft, schedule
from quiz.exams.state import ExamState, Release
from quiz.exams.tallies import rebuild
from quiz.forms.blueprint import Blueprint
from quiz.forms.blueprintfile import from_yaml, to_json
from quiz.tables import (
    AccountRow,
    EmployeeRow,
    ExamRow,
    MarkRow,
    MembershipRow,
    QuestionTallyRow,
    UnitRow,
)  # fmt: skip

MONTHS = 6
_FORMS, _MINUTES, _PASS_MARK = 3, 40, 0.7
_DAY_OF_EXAM = 20

MONTHLY = """
title: 月度业务考试
minutes: 40
pass_mark: 0.7
forms: 3
not_used_for_months: 1
cells:
  - {name: 资费与营销规则（选择）, types: [single, best_reply], count: 9, points: 5}
  - {name: 数字, types: [number], count: 2, points: 5}
  - {name: 判断, types: [true_false], count: 4, points: 5}
  - {name: 多选, types: [multiple], count: 3, points: 5}
  - {name: 步骤, types: [ordering], count: 2, points: 5}
"""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Login:
    """A demo account to try: number, and whose it is."""

    number: str
    name: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made."""

    units: int
    people: int
    exams: int
    papers: int


def is_empty(session: Session) -> bool:
    """Whether nobody is in the roster yet."""
    return session.scalar(select(EmployeeRow.id).limit(1)) is None


def seed(
    session: Session,
    questions: Sequence[LiveQuestion],
    password_hash: str,
    now: datetime,
    progress: Progress,
    halls: int = 60,
    people: int = 800,
    months: int = MONTHS,
) -> Seeded:
    """Make the demo branch, with an exam in each of so many past months and one that is open.

    Raises ConflictError when there are people already, or when the bank is too small for the exams.
    """
    if not is_empty(session):
        raise ConflictError("demo-not-empty")
    today = now.astimezone(SHANGHAI).date()
    branch = demo_branch(today, halls, people)
    units = _units(session, branch)
    staff = _people(session, branch, units, password_hash)
    exams = [_month(today, back) for back in range(months, -1, -1)]
    used: dict[str, tuple[str, int]] = {}
    papers = 0
    for done, month in enumerate(exams):
        exam_id = _exam(session, _aged(questions, used), month, done, now)
        if done < months:
            papers += sit_past_exam(session, exam_id, branch, staff, units, months - done, used)
        else:
            _open_now(session, exam_id, units["SF"], now)
        progress(done + 1, len(exams))
    _tally_questions(session)
    rebuild(session)
    return Seeded(len(units), len(staff), len(exams), papers)


def _units(session: Session, branch: DemoBranch) -> dict[str, int]:
    ids: dict[str, int] = {}
    for unit in branch.units:
        row = UnitRow(code=unit.code, kind=unit.kind.value, name=unit.name, parent_id=ids.get(unit.parent))
        session.add(row)
        session.flush()
        ids[unit.code] = row.id
    return ids


def _people(session: Session, branch: DemoBranch, units: dict[str, int], password_hash: str) -> dict[str, int]:
    rows = [EmployeeRow(number=p.number, name=p.name, role=p.role.value) for p in branch.people]
    session.add_all(rows)
    session.flush()
    ids = {row.number: row.id for row in rows}
    stays = [stay for person in branch.people for stay in _stays(person, ids, units)]
    session.execute(insert(MembershipRow), stays)
    accounts = [{"employee_id": key, "password_hash": password_hash, "must_change": False, "epoch": 1} for key in ids.values()]
    session.execute(insert(AccountRow), accounts)
    return ids


def _stays(person: DemoPerson, ids: dict[str, int], units: dict[str, int]) -> list[dict[str, Any]]:
    now_at = {"employee_id": ids[person.number], "unit_id": units[person.unit], "from_day": person.moved_on or person.joined, "to_day": None}
    if person.moved_on is None:
        return [now_at]
    return [{**now_at, "unit_id": units[person.moved_from], "from_day": person.joined, "to_day": person.moved_on}, now_at]


def _month(today: date, back: int) -> str:
    number = today.year * 12 + today.month - 1 - back
    return f"{number // 12}-{number % 12 + 1:02}"


def _blueprint() -> Blueprint:
    blueprint, faults = from_yaml(MONTHLY, "demo")
    assert blueprint is not None
    assert not faults
    return blueprint


def _aged(questions: Sequence[LiveQuestion], used: dict[str, tuple[str, int]]) -> list[LiveQuestion]:
    """The questions with their use in the exams made so far."""
    return [
        LiveQuestion(q.id, q.revision_id, q.topic, q.type, q.entry_id, q.difficulty, q.facts, q.answers, q.credit, *used.get(q.id, ("", 0)))
        for q in questions
    ]


def _exam(session: Session, questions: Sequence[LiveQuestion], month: str, number: int, now: datetime) -> int:
    """A monthly exam with its forms, its window in the past where the month is."""
    blueprint = _blueprint()
    drawn = draw_forms(questions, blueprint, month, seed=number)
    if not drawn.forms:
        raise ConflictError("demo-bank-small", why="；".join(shortfall.text() for shortfall in drawn.shortfalls))
    year, _, at = month.partition("-")
    plan = Plan(f"{year}年{int(at)}月业务考试", month, _MINUTES, _PASS_MARK, 2, to_json(blueprint))
    exam_id = create_draft(session, plan, drafts_of(drawn, questions), "", now, seed=number)
    row = session.get_one(ExamRow, exam_id)
    opens = datetime(int(year), int(at), _DAY_OF_EXAM, 8, tzinfo=SHANGHAI).astimezone(UTC)
    row.state, row.release = ExamState.SCHEDULED.value, Release.AT_END.value
    row.opens_at, row.closes_at, row.created_at = opens, opens + timedelta(days=DAYS_OPEN), opens - timedelta(days=7)
    return exam_id


def _open_now(session: Session, exam_id: int, branch_id: int, now: datetime) -> None:
    """This month's exam: open for the next days to everybody, results at once."""
    row = session.get_one(ExamRow, exam_id)
    row.state = ExamState.DRAFT.value
    session.flush()
    day = now.astimezone(SHANGHAI).replace(hour=8, minute=0, second=0, microsecond=0).astimezone(UTC)
    window = Window(day - timedelta(days=1), day + timedelta(days=8))
    row.opens_at = row.closes_at = None
    schedule(session, exam_id, window, Audience(frozenset({branch_id})), "", now, release=Release.AT_ONCE)


def _tally_questions(session: Session) -> None:
    sums = select(MarkRow.revision_id, func.count(), func.sum(MarkRow.credit)).group_by(MarkRow.revision_id)
    session.execute(insert(QuestionTallyRow).from_select(["revision_id", "answers", "credit"], sums))


def logins(session: Session) -> list[Login]:
    """One account of each role among the demo's people who are still there, as they were seeded."""
    query = (
        select(EmployeeRow.number, EmployeeRow.name, EmployeeRow.role, UnitRow.name)
        .join(MembershipRow, MembershipRow.employee_id == EmployeeRow.id)
        .join(UnitRow, UnitRow.id == MembershipRow.unit_id)
        .where(EmployeeRow.active, MembershipRow.to_day.is_(None), EmployeeRow.name.startswith(DEMO_NAME, autoescape=True))
        .order_by(EmployeeRow.id)
    )
    first: dict[str, Login] = {}
    for number, name, role, unit in session.execute(query):
        first.setdefault(role, Login(number, name, role, unit))
    return list(first.values())
