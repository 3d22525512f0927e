"""A branch of two districts and four halls, a bank of four questions on two topics, monthly exams, and papers counted as they are graded."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from kb import EntryRef
from quiz.exams.tallies import EXAM, Graded, Whose, add, replace
from quiz.people.directory import units
from quiz.people.roles import UnitKind
from quiz.questions.codec import digest, to_json
from quiz.questions.question import Option, Question, QuestionType
from quiz.tables import (
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
from tests.builders import NOW

TREE = [
    ("AL", UnitKind.BRANCH, "示例分公司", None), ("SQ", UnitKind.DISTRICT, "沙区", "AL"), ("TB", UnitKind.DISTRICT, "天北", "AL"),
    ("ZQ", UnitKind.HALL, "中泉厅", "SQ"), ("BJ", UnitKind.HALL, "北京路厅", "SQ"), ("XB", UnitKind.HALL, "西北路厅", "TB"), ("ONE", UnitKind.HALL, "一人厅", "TB"),
]  # fmt: skip
QUESTIONS = [("q-a1", "资费", "tariff-59"), ("q-a2", "资费", "tariff-59"), ("q-b1", "话术", "script-cheaper"), ("q-b2", "话术", "script-cheaper")]
POINTS = 25.0


def moment(month: str, day: int) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), day, tzinfo=UTC)


@dataclass
class Reporting:
    """Writes rows for tests, on whichever engine the session speaks to."""

    session: object
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    exams: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)

    def __post_init__(self):
        for code, kind, name, above in TREE:
            if code not in self.units:
                self.units[code] = self.put(UnitRow(code=code, kind=kind.value, name=name, parent_id=self.units.get(above or "")))
        self.revisions = []
        for key, topic, entry in QUESTIONS:
            question = Question(key, QuestionType.SINGLE, EntryRef(entry, 2), f"示例题干 {key}", tuple(Option(t, t == "丙") for t in "甲乙丙丁"))
            shown = to_json(question)
            self.put(QuestionRow(id=key, origin="content", type="single", topic=topic, entry_id=entry, state="live", updated_at=NOW))
            row = RevisionRow(
                question_id=key, number=1, entry_version=2, written=shown, shown=shown, facts=[], digest=digest(question), created_at=NOW
            )
            self.revisions.append(self.put(row))

    def put(self, row):
        self.session.add(row)
        self.session.flush()
        return getattr(row, "id", None)

    def hire(self, hall, count, role="clerk", since=date(2026, 1, 1)):
        """People of a hall; their numbers."""
        numbers = [f"{hall}{len(self.people) + n:03}" for n in range(count)]
        for number in numbers:
            self.people[number] = self.put(EmployeeRow(number=number, name=f"演示{number}", role=role))
            self.put(MembershipRow(employee_id=self.people[number], unit_id=self.units[hall], from_day=since))
        return numbers

    def exam(self, month, closes=None, release="at_end"):
        """A monthly exam for everybody."""
        row = ExamRow(
            title=f"{month}业务考试", month=month, state="scheduled", blueprint={}, audience={"units": [self.units["AL"]], "people": []}, minutes=30,
            pass_mark=0.6, release=release, seed=1, created_by="AL0", created_at=NOW, opens_at=moment(month, 10), closes_at=closes or moment(month, 15),
        )  # fmt: skip
        self.exams[month] = self.put(row)
        self.forms[month] = self.put(FormRow(exam_id=row.id, number=1, balance={}))
        for position, revision in enumerate(self.revisions, 1):
            self.put(FormItemRow(form_id=self.forms[month], position=position, revision_id=revision, points=POINTS))

    def sit(self, month, number, hall, earned):
        """A paper with these credits, one for each question; returns its id."""
        attempt = AttemptRow(
            exam_id=self.exams[month], employee_id=self.people[number], unit_id=self.units[hall], form_id=self.forms[month], layout=[],
            started_at=moment(month, 11), deadline_at=moment(month, 12), submitted_at=moment(month, 11), submitted_how="button",
            score=POINTS * sum(earned), full=POINTS * len(earned), passed=sum(earned) >= 0.6 * len(earned),
        )  # fmt: skip
        key = self.put(attempt)
        for position, credit in enumerate(earned, 1):
            revision = self.revisions[position - 1]
            response = 2 if credit == 1 else 0
            mark = {"attempt_id": key, "position": position, "revision_id": revision, "response": response}
            self.session.add(MarkRow(**mark, credit=credit, points=POINTS * credit, state="auto"))
        self.session.flush()
        add(self.session, self.whose(month, number, hall), [self.graded(p, c) for p, c in enumerate(earned, 1)], passed=int(attempt.passed))
        return key

    def regrade(self, month, number, hall, position, old, new):
        """Another credit for an answer that was counted before."""
        replace(self.session, self.whose(month, number, hall), [self.graded(position, old)], [self.graded(position, new)])

    def whose(self, month, number, hall):
        return Whose(month, EXAM, self.people[number], self.units[hall])

    def graded(self, position, credit):
        key, topic, _ = QUESTIONS[position - 1]
        return Graded(key, topic, credit, POINTS * credit, POINTS)

    def tree(self):
        return units(self.session)

    def everything(self):
        return frozenset(self.tree())


def weak_and_strong(world, month, before=""):
    """Seven people of each of three halls sit: one hall knows little, two know nearly everything. Returns the numbers by hall."""
    staff = {hall: world.hire(hall, 7) for hall in ("ZQ", "BJ", "XB")}
    for each in filter(None, (before, month)):
        world.exam(each)
        for hall, numbers in staff.items():
            for place, number in enumerate(numbers):
                earned = [place != 3, place == 2, 0, 0] if hall == "ZQ" else [1, 1, 1, place != 0]
                world.sit(each, number, hall, [float(c) for c in earned])
    return staff
