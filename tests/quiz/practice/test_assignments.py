from datetime import timedelta

import pytest
from sqlalchemy import select

from quiz.exams.tallies import EXAM
from quiz.fieldtables import PersonTallyRow, QuestionMonthRow
from quiz.people.directory import units
from quiz.practice.assignments import MOST_QUESTIONS, Wish, assign_topic, assignments, count_meant, meant
from quiz.practice.cards import cards_of
from quiz.statistics.period import Period
from quiz.tables import EmployeeRow, UnitRow
from tests.builders import NOW, TODAY
from tests.quiz.practising import Practising


@pytest.fixture
def session(sessions):
    with sessions() as session:
        yield session
        session.rollback()


def test_a_topic_is_practised_over_all_its_entries_the_most_missed_question_of_each_first(session):
    world = Practising(session)
    clerk = world.person()
    for entry in range(4):
        for number in range(4):
            world.question(f"q-{entry}-{number}", entry_id=f"tariff-{entry}")
    session.add(QuestionMonthRow(month="2026-10", question_id="q-0-3", answers=40, credit=10.0))
    session.add(QuestionMonthRow(month="2026-10", question_id="q-1-0", answers=40, credit=39.0))
    session.flush()
    tree = units(session)
    wish = Wish("资费", next(iter(tree)), TODAY + timedelta(days=7))
    done = assign_topic(session, wish, tree, frozenset(tree), "BRANCH", NOW)
    chosen = {q for entry in range(4) for q in cards_of(session, clerk, [f"q-{entry}-{n}" for n in range(4)])}
    assert (done.people, done.cards, len(chosen)) == (1, MOST_QUESTIONS, MOST_QUESTIONS)
    of_entry = [sum(q.startswith(f"q-{entry}-") for q in chosen) for entry in range(4)]
    assert sorted(of_entry) == [2, 2, 3, 3]
    assert "q-0-3" in chosen
    assert "q-1-0" not in chosen
    assert all(card.assigned for card in cards_of(session, clerk, chosen).values())
    assert session.query(EmployeeRow).count() == 1


def test_a_list_of_assignments_tells_how_many_have_practised_since(session):
    world = Practising(session)
    before, after, never = world.person("AL1"), world.person("AL2"), world.person("AL3")
    world.bank(topics=("资费", "话术"), each=2)
    world.reviewed(before, "q-0-0", NOW - timedelta(hours=1))
    tree = units(session)
    for unit in tree:
        assign_topic(session, Wish("资费", unit, TODAY + timedelta(days=7)), tree, frozenset(tree), "BRANCH", NOW)
    world.reviewed(after, "q-0-0", NOW + timedelta(hours=1), 0)
    world.reviewed(never, "q-1-0", NOW + timedelta(hours=1))
    assert sum(one.people for one in assignments(session, tree, frozenset(tree))) == 3
    assert sum(one.practised for one in assignments(session, tree, frozenset(tree))) == 1


def test_who_knew_a_topic_wholly_is_not_meant_and_the_count_is_that_of_the_people(session):
    world = Practising(session)
    knows, missed, never = world.person("AL1"), world.person("AL2"), world.person("AL3")
    branch = UnitRow(kind="branch", code="B", name="示例分公司")
    session.add(branch)
    session.flush()
    halls = list(session.scalars(select(UnitRow).where(UnitRow.kind == "hall")))
    for hall in halls[:2]:  # the third belongs to nobody
        hall.parent_id = branch.id
    for person, credit in ((knows, 4.0), (missed, 3.0)):
        session.add(PersonTallyRow(month="2026-10", source=EXAM, employee_id=person, unit_id=halls[0].id, topic="资费", answers=4, credit=credit))
    session.flush()
    tree, due, october = units(session), TODAY + timedelta(days=7), Period("2026-10", "2026-10", EXAM)
    asked = {Wish("资费", branch.id, due): [knows, missed], Wish("资费", branch.id, due, october): [missed], Wish("资费", halls[2].id, due): [never]}
    for wish, people in asked.items():
        assert meant(session, wish, tree, NOW) == people
        assert count_meant(session, wish, tree, NOW) == len(people)
