from collections import Counter
from random import Random

import pytest

from kb import EntryRef
from quiz.demo.simulate import ability, answered, chance, demo_branch, knows, misleads
from quiz.people.roles import Role, UnitKind
from quiz.questions.question import FALSE, TRUE, Option, Question, QuestionType
from tests.builders import TODAY


def make(kind, **changes):
    return Question(id="q-a", type=kind, entry=EntryRef("a", 1), stem="问", **changes)


QUESTIONS = [
    make(QuestionType.SINGLE, options=(Option("甲", False), Option("乙", True), Option("丙", False))),
    make(QuestionType.BEST_REPLY, options=(Option("甲", True), Option("乙", False))),
    make(QuestionType.MULTIPLE, options=(Option("甲", True), Option("乙", True), Option("丙", False))),
    make(QuestionType.TRUE_FALSE, key=TRUE),
    make(QuestionType.TRUE_FALSE, key=FALSE),
    make(QuestionType.NUMBER, key="100元"),
    make(QuestionType.ORDERING, steps=("一", "二", "三")),
    make(QuestionType.SHORT, key="照实说"),
]


def key(question):
    if question.type is QuestionType.MULTIPLE:
        return [n for n, o in enumerate(question.options) if o.right]
    if question.options:
        return next(n for n, o in enumerate(question.options) if o.right)
    if question.type is QuestionType.TRUE_FALSE:
        return question.key == TRUE
    return list(range(len(question.steps))) or question.key


def test_the_branch_has_the_size_asked_for_and_every_role():
    branch = demo_branch(TODAY)
    assert Counter(u.kind for u in branch.units) == {UnitKind.BRANCH: 1, UnitKind.DISTRICT: 6, UnitKind.HALL: 60}
    assert len(branch.people) == len({p.number for p in branch.people}) == 800
    assert {p.role for p in branch.people} == set(Role)
    assert len({u.name for u in branch.units}) == len(branch.units)
    sizes = Counter(p.unit for p in branch.people if p.role in {Role.CLERK, Role.HALL_MANAGER})
    assert (len(sizes), min(sizes.values()) >= 3) == (60, True)


def test_everybody_is_plainly_a_demo():
    assert all(p.name.startswith("演示") for p in demo_branch(TODAY, 5, 60).people)


def test_the_same_seed_gives_the_same_branch():
    assert demo_branch(TODAY, 5, 60, seed=3) == demo_branch(TODAY, 5, 60, seed=3) != demo_branch(TODAY, 5, 60, seed=4)


def test_some_have_moved_from_another_hall_in_the_past():
    moved = [p for p in demo_branch(TODAY).people if p.moved_on]
    assert moved
    assert all(p.moved_from != p.unit and p.joined < p.moved_on < TODAY for p in moved)


def test_people_learn_and_the_able_answer_better():
    person = demo_branch(TODAY, 5, 60).people[20]
    assert ability(person, 0) > ability(person, 5)
    assert chance(0, 0.7) == pytest.approx(0.7 * 0.96)
    assert chance(1, 0.7) > chance(0, 0.7) > chance(0, 0.5)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.type.value)
def test_who_knows_gives_the_key_and_who_does_not_something_else(question):
    rng = Random(1)
    assert answered(question, True, rng) == key(question)
    assert all(answered(question, False, rng) != key(question) for _ in range(20))


def test_a_few_questions_lead_those_astray_who_know_much():
    options = (Option("甲", True), Option("乙", False))
    bank = [Question(id=f"q-{n}", type=QuestionType.SINGLE, entry=EntryRef("a", 1), stem="问", options=options) for n in range(600)]
    odd = [question for question in bank if misleads(question)]
    assert 1 <= len(odd) <= 30
    rng, plain = Random(1), next(question for question in bank if not misleads(question))
    share = {(q.id, level): sum(knows(q, level, rng) for _ in range(400)) / 400 for q in (odd[0], plain) for level in (-0.5, 1.0)}
    assert share[odd[0].id, 1.0] < share[odd[0].id, -0.5]
    assert share[plain.id, 1.0] > share[plain.id, -0.5]
