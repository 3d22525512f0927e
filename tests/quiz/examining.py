"""Questions of every type, an exam on them, and answers: for the tests of sitting and grading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kb import EntryRef
from quiz.exams.planning import Audience, Draft, Plan, Window, create_draft, schedule
from quiz.exams.sheet import Event, EventKind
from quiz.exams.state import Release
from quiz.people.roles import Person, Role, Unit, UnitKind
from quiz.questions.codec import digest, to_json
from quiz.questions.grading import Response, key_of
from quiz.questions.question import Option, Question, QuestionType
from quiz.tables import EmployeeRow, MembershipRow, QuestionRow, RevisionRow, UnitRow
from tests.builders import NOW, TODAY

OPENS, CLOSES = NOW - timedelta(hours=1), NOW + timedelta(hours=3)
WINDOW = Window(OPENS, CLOSES)
MINUTES = 30


def make_question(kind: QuestionType, **changes: Any) -> Question:
    """A question with three or four lines, or a key."""
    given: dict[str, Any] = {
        "id": f"q-{kind.value}", "type": kind, "entry": EntryRef("tariff-59", 2), "stem": f"示例题干 {kind.value}", "explanation": "解析在此。",
    }  # fmt: skip
    if kind in {QuestionType.SINGLE, QuestionType.BEST_REPLY}:
        given["options"] = tuple(Option(text, text == "丙") for text in "甲乙丙丁")
    elif kind is QuestionType.MULTIPLE:
        given["options"] = tuple(Option(text, text in "甲丙") for text in "甲乙丙丁")
    elif kind is QuestionType.ORDERING:
        given["steps"] = ("第一步", "第二步", "第三步", "第四步")
    else:
        given["key"] = {"true_false": "对", "number": "59元/月"}.get(kind.value, "先安抚再核实")
    return Question(**{**given, **changes})


EVERY = tuple(make_question(kind) for kind in QuestionType)
CLOSED = tuple(question for question in EVERY if question.type is not QuestionType.SHORT)


def wrong_of(question: Question) -> Response:
    """A response that earns nothing."""
    wrong: dict[QuestionType, Response] = {
        QuestionType.SINGLE: 0, QuestionType.BEST_REPLY: 0, QuestionType.MULTIPLE: [1], QuestionType.TRUE_FALSE: False,
        QuestionType.NUMBER: "60", QuestionType.ORDERING: [3, 2, 1, 0], QuestionType.SHORT: "不知道",
    }  # fmt: skip
    return wrong[question.type]


def store_questions(session: Session, questions: Sequence[Question]) -> list[int]:
    """Live questions of the bank; their revisions' ids."""
    rows = []
    for question in questions:
        session.add(
            QuestionRow(
                id=question.id, origin="content", type=question.type.value, topic="个人套餐", entry_id="tariff-59", state="live", updated_at=NOW
            )
        )
        session.flush()
        shown = to_json(question)
        rows.append(
            RevisionRow(
                question_id=question.id, number=1, entry_version=2, written=shown, shown=shown, facts=[], digest=digest(question), created_at=NOW
            )
        )
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


@dataclass(frozen=True)
class Hall:
    """A branch with a hall, and people in it."""

    branch: Unit
    hall: Unit
    people: tuple[Person, ...]


def store_hall(session: Session, people: int = 2) -> Hall:
    """The hall with its people; they work there since January."""
    units = []
    for kind, code in ((UnitKind.BRANCH, "AL"), (UnitKind.HALL, "ZQ")):
        row = UnitRow(kind=kind.value, code=code, name=f"示例{code}", parent_id=units[-1].id if units else None)
        session.add(row)
        session.flush()
        units.append(Unit(row.id, kind, code, row.name, row.parent_id))
    found = []
    for n in range(people):
        employee = EmployeeRow(number=f"AL{n:04}", name=f"演示{n}", role=Role.CLERK.value)
        session.add(employee)
        session.flush()
        session.add(MembershipRow(employee_id=employee.id, unit_id=units[1].id, from_day=TODAY.replace(month=1)))
        found.append(Person(employee.id, employee.number, employee.name, Role.CLERK, units[1], units[1].name))
    session.flush()
    return Hall(units[0], units[1], tuple(found))


def store_exam(
    session: Session,
    audience: Audience,
    forms: Sequence[Sequence[int]],
    *,
    window: Window = WINDOW,
    release: Release = Release.AT_END,
    now: datetime = NOW - timedelta(days=1),
    **changes: Any,
) -> int:
    """A scheduled exam; every question is worth five points."""
    plan = Plan(**{"title": "十一月业务考试", "month": "2026-11", "minutes": MINUTES, "pass_mark": 0.6, "per_page": 2, **changes})
    exam_id = create_draft(session, plan, [Draft([(revision, 5.0) for revision in form]) for form in forms], "AL0001", now, seed=11)
    schedule(session, exam_id, window, audience, "AL0001", now, release=release)
    return exam_id


def answers(questions: Mapping[int, Question], *, wrong: bool = False, device: str = "desk", first: int = 1) -> list[Event]:
    """An event for each question by position: the key, or what earns nothing."""
    return [
        Event(device, seq, EventKind.ANSWER, position, wrong_of(question) if wrong else key_of(question))
        for seq, (position, question) in enumerate(sorted(questions.items()), first)
    ]
