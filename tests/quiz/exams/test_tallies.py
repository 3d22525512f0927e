import random

import pytest
from alembic import command
from sqlalchemy import select, text

from kb import db
from kb.db import open_engine, open_sessions, upgrade
from quiz.exams.tallies import EXAM, PRACTICE, SPOT, Graded, Whose, add, differences, rebuild, replace
from quiz.fieldtables import MonthTallyRow, PersonTallyRow, SpotAnswerRow, SpotCheckRow, UnitTallyRow
from quiz.tables import (
    AttemptRow,
    EmployeeRow,
    ExamRow,
    FormItemRow,
    FormRow,
    MarkRow,
    QuestionRow,
    ReviewRow,
    RevisionRow,
    UnitRow,
)  # fmt: skip
from tests.builders import NOW

TOPICS = ("资费", "服务规范", "")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def session(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    if request.param == "postgresql":  # others share the server, and every row counts here
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    upgrade(engine)
    session = open_sessions(engine)()
    yield session
    session.rollback()
    session.close()
    engine.dispose()


class World:
    """Two halls, four people, six questions of three topics, two monthly exams."""

    def __init__(self, session):
        self.session, self.draw = session, random.Random(7)
        self.units = self.put(*(UnitRow(kind="hall", code=f"h{n}", name=f"厅{n}") for n in range(2)))
        self.people = self.put(*(EmployeeRow(number=f"AL{n}", name="演示", role="clerk") for n in range(4)))
        questions = [QuestionRow(id=f"q-{n}", origin="content", type="single", topic=TOPICS[n % 3], state="live", updated_at=NOW) for n in range(6)]
        self.put(*questions)
        self.questions = questions
        self.revisions = self.put(
            *(RevisionRow(question_id=q.id, number=1, entry_version=1, written={}, shown={}, facts=[], digest="d", created_at=NOW) for q in questions)
        )
        self.exams = self.put(
            *(
                ExamRow(
                    title="月考", month=month, state="scheduled", blueprint={}, audience={}, minutes=30, pass_mark=0.6, release="at_once",
                    seed=1, created_by="AL0", created_at=NOW,
                )
                for month in ("2026-10", "2026-11")
            )
        )  # fmt: skip
        self.forms = self.put(*(FormRow(exam_id=exam, number=1, balance={}) for exam in self.exams))
        for form in self.forms:
            self.put(*(FormItemRow(form_id=form, position=n, revision_id=r, points=n) for n, r in enumerate(self.revisions, 1)))

    def put(self, *rows):
        self.session.add_all(rows)
        self.session.flush()
        return [row.id for row in rows]

    def sit(self, exam, person, unit):
        """A paper with drawn credits, counted in; returns its id."""
        passed = self.draw.random() < 0.5
        attempt = AttemptRow(
            exam_id=self.exams[exam], employee_id=self.people[person], unit_id=self.units[unit], form_id=self.forms[exam], layout=[], started_at=NOW,
            deadline_at=NOW, submitted_at=NOW, score=1.0, full=21.0, passed=passed,
        )  # fmt: skip
        [key] = self.put(attempt)
        marks = []
        for position, revision in enumerate(self.revisions, 1):
            credit = self.draw.choice([0, 1 / 3, 0.5, 1])
            pending = position == 6 and self.draw.random() < 0.3
            marks.append(
                MarkRow(attempt_id=key, position=position, revision_id=revision, response=0, credit=credit, points=credit * position,
                        state="pending" if pending else "auto")
            )  # fmt: skip
        self.session.add_all(marks)
        self.session.flush()
        add(self.session, self.whose(attempt), [self.graded(m) for m in marks if m.state != "pending"], passed=int(passed))
        return key

    def whose(self, attempt):
        month = ("2026-10", "2026-11")[self.exams.index(attempt.exam_id)]
        return Whose(month, EXAM, attempt.employee_id, attempt.unit_id)

    def graded(self, mark):
        question = self.questions[mark.position - 1]
        return Graded(question.id, question.topic, mark.credit, mark.points, float(mark.position))


def test_sums_kept_paper_by_paper_are_those_of_a_recomputation(session):
    world = World(session)
    for exam in range(2):
        for person in range(4):
            world.sit(exam, person, unit=person % 2)
    assert differences(session) == []
    rebuild(session)
    assert differences(session) == []


def test_a_grade_taken_back_and_given_anew_leaves_no_trace_of_the_old(session):
    world = World(session)
    keys = [world.sit(1, person, unit=0) for person in range(4)]
    attempt = session.get_one(AttemptRow, keys[2])
    mark = session.get_one(MarkRow, (keys[2], 1))
    old = world.graded(mark)
    mark.credit, mark.points = 0.25, 0.25
    change = int(not attempt.passed) - int(bool(attempt.passed))
    attempt.passed = not attempt.passed
    session.flush()
    replace(session, world.whose(attempt), [old], [world.graded(mark)], passed=change)
    assert differences(session) == []


def test_an_answer_marked_later_is_counted_when_it_is_marked(session):
    world = World(session)
    key = world.sit(0, 0, unit=0)
    mark = session.get_one(MarkRow, (key, 6))
    mark.state = "pending"
    session.flush()
    assert differences(session) != [] or mark.credit == 0
    rebuild(session)
    mark.state, mark.credit, mark.points = "by_hand", 0.5, 3.0
    session.flush()
    add(session, world.whose(session.get_one(AttemptRow, key)), [world.graded(mark)])
    assert differences(session) == []


def test_spot_checks_and_practice_stand_in_the_same_ledger(session):
    world = World(session)
    session.add(SpotCheckRow(id="c", month="2026-11", unit_id=world.units[1], inspector_id=world.people[0], plan=[], staff=5, started_at=NOW))
    session.flush()
    session.add(
        SpotAnswerRow(
            id="a",
            check_id="c",
            employee_id=world.people[1],
            revision_id=world.revisions[0],
            credit=0.5,
            response=None,
            asked_at=NOW,
            received_at=NOW,
        )
    )
    late = NOW.replace(month=11, day=30, hour=17)  # past midnight in Shanghai: December there
    session.add(
        ReviewRow(token="t", employee_id=world.people[1], unit_id=world.units[1], revision_id=world.revisions[1], at=late, response=0, credit=1.0)
    )
    session.flush()
    add(session, Whose("2026-11", SPOT, world.people[1], world.units[1]), [Graded("q-0", TOPICS[0], 0.5, 0.5, 1.0)])
    add(session, Whose("2026-12", PRACTICE, world.people[1], world.units[1]), [Graded("q-1", TOPICS[1], 1.0, 1.0, 1.0)])
    assert differences(session) == []
    rows = session.scalars(select(PersonTallyRow).where(PersonTallyRow.topic != "")).all()
    assert {(r.month, r.source, r.credit) for r in rows} == {("2026-11", SPOT, 0.5), ("2026-12", PRACTICE, 1.0)}


def test_a_sum_that_went_astray_is_found_and_mended(session):
    world = World(session)
    world.sit(0, 0, unit=0)
    row = session.scalars(select(UnitTallyRow).where(UnitTallyRow.topic == "")).one()
    row.credit += 0.5
    session.flush()
    of_month = session.scalars(select(MonthTallyRow).where(MonthTallyRow.topic == "")).one()
    of_month.people += 1
    session.flush()
    unit, month = differences(session)
    assert (unit.table, unit.kept[2] - unit.right[2]) == ("unit_tally", pytest.approx(0.5))
    assert (month.table, month.kept[0] - month.right[0]) == ("month_tally", 1)
    rebuild(session)
    assert differences(session) == []


def test_a_database_from_before_has_its_months_added_up_when_it_is_upgraded(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'before.db'}")
    upgrade(engine)
    with open_sessions(engine).begin() as session:
        world = World(session)
        for person, unit in ((0, 0), (1, 1), (2, 1)):
            world.sit(0, person, unit=unit)
    command.downgrade(db._config(engine), "0004")
    upgrade(engine)
    with open_sessions(engine)() as session:
        assert len(session.scalars(select(MonthTallyRow)).all()) == 2 * len(TOPICS)
        assert differences(session) == []
    engine.dispose()


def test_sums_of_squares_give_the_clustered_variance_of_a_ratio(session):
    world = World(session)
    for person in range(3):
        world.sit(0, person, unit=0)
    people = session.scalars(select(PersonTallyRow).where(PersonTallyRow.topic == "")).all()
    unit = session.scalars(select(UnitTallyRow).where(UnitTallyRow.topic == "")).one()
    ratio = unit.credit / unit.answers
    direct = sum((p.credit - ratio * p.answers) ** 2 for p in people)
    assert unit.credit_squared - 2 * ratio * unit.credit_answers + ratio**2 * unit.answers_squared == pytest.approx(direct)
    assert unit.people == 3
