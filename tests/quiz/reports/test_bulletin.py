from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from kb.db import open_engine, open_sessions, upgrade
from kb.library import load_library
from quiz.bank.drawable import live_questions
from quiz.bank.sync import sync_content
from quiz.demo.branch import seed
from quiz.fieldtables import PersonTallyRow, UnitTallyRow
from quiz.people.directory import units
from quiz.people.roles import UnitKind
from quiz.questions.file import load_bank
from quiz.reports.bulletin import bulletin
from quiz.reports.lines import HallLine
from quiz.reports.progress import people_progress
from quiz.reports.rankings import hidden_name
from quiz.reports.sums import forget
from quiz.tables import EmployeeRow
from tests.builders import NOW, TODAY
from tests.test_corpus import CONTENT

MONTH, BEFORE = "2026-10", "2026-09"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A small demo branch over the sample corpus."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('bulletin')}/demo.db")
    upgrade(engine)
    with open_sessions(engine)() as session:
        library = load_library(CONTENT)
        sync_content(session, library, load_bank(CONTENT, library, TODAY).questions, NOW)
        seed(session, live_questions(session, library, TODAY), "hash", NOW, lambda _done, _total: None, 8, 70, months=2)
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture
def session(filled):
    """A session whose changes are undone."""
    with open_sessions(filled)() as session:
        yield session
        session.rollback()
    forget()  # what was made of the changes


def of(session, kind, month=MONTH, which=0):
    every = units(session)
    unit = [unit for unit in every.values() if unit.kind is kind][which]
    return bulletin(session, unit, month, every, NOW)


def test_the_branch_is_compared_with_the_month_before_and_ranked(session):
    found = of(session, UnitKind.BRANCH)
    assert (found.before, found.running, found.branch) == (BEFORE, False, None)
    assert found.now.meant == found.now.sat + found.now.absent
    assert found.now.sat == found.now.sums.people
    assert found.now.score.low <= found.now.score.estimate <= found.now.score.high
    assert found.now.sums.passing[0] == found.now.sums.passed / found.now.sums.sittings
    assert found.then.sums.people > 0
    assert found.change.low <= found.change.estimate <= found.change.high
    assert [posted.line.rank for posted in found.halls if posted.line.rank] == sorted(p.line.rank for p in found.halls if p.line.rank)
    assert found.ranked == ()


def test_the_halls_of_a_bulletin_add_up_to_its_results(session):
    found = of(session, UnitKind.BRANCH)
    assert sum(posted.line.sat for posted in found.halls) == found.now.sat
    assert sum(posted.line.meant for posted in found.halls) == found.now.meant
    assert sum(posted.sums.passed for posted in found.halls) == found.now.sums.passed


def test_weak_topics_lie_below_the_target_and_the_weakest_comes_first(session):
    found = of(session, UnitKind.BRANCH)
    assert 0 < len(found.weak) <= 5
    assert all(line.shrunk < found.target for line in found.weak)
    assert [line.shrunk for line in found.weak] == sorted(line.shrunk for line in found.weak)


def test_entries_to_read_are_those_of_the_questions_most_missed(session):
    found = of(session, UnitKind.BRANCH)
    assert found.reading
    assert all(line.entry_id == one.entry_id for one in found.reading for line in one.questions)
    assert len({one.entry_id for one in found.reading}) == len(found.reading)
    worst = [one.questions[0].shrunk for one in found.reading]
    assert worst == sorted(worst)


def test_a_hall_has_its_people_partly_hidden_and_no_list_of_halls(session):
    found = of(session, UnitKind.HALL)
    assert (found.halls, found.districts) == ((), ())
    assert found.branch.sums.people > found.now.sums.people == len(found.ranked)
    names = set(session.scalars(select(EmployeeRow.name)))
    assert all("*" in line.name and line.name not in names for line in found.ranked)


def test_a_month_without_exam_is_empty_and_says_that_nobody_was_meant(session):
    found = of(session, UnitKind.BRANCH, "2025-03")
    assert (found.now.sums.people, found.now.score, found.now.sums.passing, found.now.meant) == (0, None, None, None)
    assert (found.before, found.change, found.weak, found.reading, found.halls) == ("", None, (), (), ())


def test_a_month_whose_exam_is_open_says_so(session):
    found = of(session, UnitKind.BRANCH, "2026-11")
    assert found.running
    assert found.now.sums.people == 0
    assert found.now.meant > 0


def test_the_first_month_has_nothing_to_be_compared_with(session):
    found = of(session, UnitKind.HALL, "2026-05")
    assert (found.before, found.then, found.change, found.beyond, found.people.compared) == ("", None, None, None, 0)


def test_a_hall_of_one_has_figures_but_no_change_of_its_own(session):
    hall = of(session, UnitKind.HALL).unit
    one = session.scalars(select(PersonTallyRow.employee_id).where(PersonTallyRow.unit_id == hall.id, PersonTallyRow.month == MONTH)).first()
    session.execute(delete(PersonTallyRow).where(PersonTallyRow.unit_id == hall.id, PersonTallyRow.employee_id != one))
    own = session.scalars(
        select(PersonTallyRow).where(PersonTallyRow.employee_id == one, PersonTallyRow.topic == "", PersonTallyRow.month == MONTH)
    ).one()
    square = {"credit_squared": own.credit**2, "answers_squared": own.answers**2, "credit_answers": own.credit * own.answers}
    plain = {"people": 1, "answers": own.answers, "credit": own.credit, "points": own.points, "full": own.full, "passed": 1}
    wanted = (UnitTallyRow.unit_id == hall.id, UnitTallyRow.topic == "", UnitTallyRow.month == MONTH)
    session.execute(update(UnitTallyRow).where(*wanted).values(**square, **plain))
    forget()
    found = of(session, UnitKind.HALL)
    assert (found.now.sums.people, len(found.ranked)) == (1, 1)
    assert (found.change, found.beyond, found.stands_out) == (None, None, False)
    assert found.now.score.low < found.now.score.estimate < found.now.score.high
    branch = next(posted for posted in of(session, UnitKind.BRANCH).halls if posted.line.unit_id == hall.id)
    assert branch.line.rank is None


def raise_somebody(session):
    """Make one person of the first hall go from nothing to everything; their number."""
    hall = of(session, UnitKind.HALL).unit
    both = select(PersonTallyRow.employee_id).where(PersonTallyRow.month == BEFORE, PersonTallyRow.topic == "", PersonTallyRow.unit_id == hall.id)
    one = session.scalars(
        select(PersonTallyRow.employee_id).where(
            PersonTallyRow.month == MONTH, PersonTallyRow.topic == "", PersonTallyRow.unit_id == hall.id, PersonTallyRow.employee_id.in_(both)
        )
    ).first()
    mine = (PersonTallyRow.employee_id == one, PersonTallyRow.topic == "", PersonTallyRow.source == "exam")
    session.execute(update(PersonTallyRow).where(*mine, PersonTallyRow.month == BEFORE).values(credit=0.0))
    session.execute(update(PersonTallyRow).where(*mine, PersonTallyRow.month == MONTH).values(credit=PersonTallyRow.answers))
    forget()
    return session.get_one(EmployeeRow, one), hall


def test_who_rose_beyond_chance_is_named_partly_and_only_where_they_answered(session):
    person, hall = raise_somebody(session)
    found = of(session, UnitKind.HALL)
    assert [one.number for one in found.people.risen] == [person.number]
    risen = found.people.risen[0]
    assert risen.name == hidden_name(person.name)
    assert risen.change.low > 0
    every = units(session)
    others = [unit.id for unit in every.values() if unit.id != hall.id]
    assert people_progress(session, BEFORE, MONTH, others).risen == ()


def test_who_answered_few_questions_needs_a_greater_rise(session):
    person, _hall = raise_somebody(session)
    wide = people_progress(session, BEFORE, MONTH, list(units(session))).risen[0].change
    for month, right in ((BEFORE, 0), (MONTH, 10)):
        rows = (PersonTallyRow.employee_id == person.id, PersonTallyRow.month == month, PersonTallyRow.source == "exam", PersonTallyRow.topic == "")
        session.execute(update(PersonTallyRow).where(*rows).values(answers=10, credit=right))
    forget()  # what was made of the answers before
    [few] = people_progress(session, BEFORE, MONTH, list(units(session))).risen
    assert few.number == person.number
    assert few.change.estimate - few.change.low > 1.2 * (wide.estimate - wide.low)


def test_nobody_is_named_where_chance_explains_every_change(session):
    session.execute(update(PersonTallyRow).where(PersonTallyRow.topic == "").values(credit=PersonTallyRow.answers * 0.5))
    found = people_progress(session, BEFORE, MONTH, list(units(session)))
    assert found.risen == ()
    assert found.compared > 10


def test_halls_that_rose_are_those_that_truly_changed(session):
    found = of(session, UnitKind.BRANCH)
    assert all(isinstance(line, HallLine) and line.truly and line.change.low > 0 for line in found.risen)
    assert replace(found, risen=()).compared >= len(found.risen)
