from datetime import timedelta

import pytest

from quiz.fieldtables import QuestionMonthRow
from quiz.people.directory import units
from quiz.practice.assignments import MOST_QUESTIONS, Wish, assign_topic, assignments
from quiz.practice.cards import cards_of
from quiz.tables import EmployeeRow
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
