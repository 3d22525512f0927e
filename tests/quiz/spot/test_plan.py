"""Laws of the draw of spot checks."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.spot.plan import (
    LONGEST_WAIT,
    Askable,
    Colleague,
    clerk_weight,
    draw,
    is_campaign,
    plan_from_json,
    plan_to_json,
    question_weight,
    shrunk,
)  # fmt: skip
from tests.builders import TODAY

DAYS = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2026, 12, 31)))
STAFF = st.lists(DAYS, max_size=15).map(lambda days: [Colleague(n, day) for n, day in enumerate(days, 1)])
QUESTIONS = st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1), DAYS, DAYS, DAYS), max_size=25).map(
    lambda rows: [Askable(n, f"q-{n}", f"e-{entry}", accuracy, begins, ends, asked) for n, (entry, accuracy, begins, ends, asked) in enumerate(rows)]
)
SEEDS = st.integers(0, 10**9)


@given(SEEDS, STAFF, QUESTIONS, st.integers(1, 20), st.integers(1, 10))
def test_everybody_stands_once_in_a_plan_and_nobody_is_asked_a_question_twice(seed, staff, questions, clerks, each):
    plan = draw(seed, TODAY, staff, questions, clerks, each)
    assert sorted(plan.people) == [p.employee_id for p in staff]
    assert len(plan.turns) == min(clerks, len(staff))
    for turn in plan.turns:
        assert len(turn.revisions) == len(set(turn.revisions)) == min(each, len(questions))


@given(SEEDS, STAFF, QUESTIONS, st.integers(1, 20), st.integers(1, 10))
def test_colleagues_are_asked_different_questions_while_there_are_any(seed, staff, questions, clerks, each):
    plan = draw(seed, TODAY, staff, questions, clerks, each)
    asked = Counter(revision for turn in plan.turns for revision in turn.revisions)
    if sum(asked.values()) <= len(questions):
        assert set(asked.values()) <= {1}


@given(SEEDS, QUESTIONS, st.integers(1, 6))
def test_one_clerk_meets_every_entry_once_while_there_are_others(seed, questions, each):
    plan = draw(seed, TODAY, [Colleague(1)], questions, 1, each)
    entry = {q.revision_id: q.entry_id for q in questions}
    met = {entry[revision] for turn in plan.turns for revision in turn.revisions}
    assert len(met) == min(each, len(set(entry.values())))


@given(SEEDS, STAFF, QUESTIONS)
def test_the_same_seed_draws_the_same_plan_however_the_signals_are_listed(seed, staff, questions):
    plan = draw(seed, TODAY, staff, questions, 3, 4)
    assert plan == draw(seed, TODAY, staff[::-1], questions[::-1], 3, 4)
    if questions:
        assert plan_from_json(plan_to_json(plan)) == plan


def shares(weigh, draws=4000):
    """How often each of several came first."""
    found = Counter(weigh(seed) for seed in range(draws))
    return {key: count / draws for key, count in found.items()}


def test_clerks_come_in_proportion_to_their_weights():
    staff = [Colleague(1, TODAY - timedelta(days=100)), Colleague(2, TODAY - timedelta(days=50)), Colleague(3, TODAY - timedelta(days=5))]
    weights = [clerk_weight(p.last_checked, TODAY) for p in staff]
    assert weights == [1000, 500, 5]
    found = shares(lambda seed: draw(seed, TODAY, staff, [Askable(1, "q")], 1, 1).turns[0].employee_id)
    for who, weight in zip((1, 2, 3), weights, strict=True):
        assert found.get(who, 0) == pytest.approx(weight / sum(weights), abs=0.03)


def test_questions_come_in_proportion_to_their_weights():
    questions = [
        Askable(1, "known"), Askable(2, "unknown", accuracy=0.0), Askable(3, "campaign", begins=TODAY - timedelta(days=3)),
        Askable(4, "asked", last_asked=TODAY),
    ]  # fmt: skip
    weights = [question_weight(q, TODAY) for q in questions]
    assert weights == [1, 4, 2, 0.1]
    found = shares(lambda seed: draw(seed, TODAY, [Colleague(1)], questions, 1, 1).turns[0].revisions[0])
    for key, weight in zip((1, 2, 3, 4), weights, strict=True):
        assert found.get(key, 0) == pytest.approx(weight / sum(weights), abs=0.03)


def test_who_was_never_checked_waits_a_year_and_this_month_counts_tenfold():
    assert clerk_weight(None, TODAY) == LONGEST_WAIT * 10
    assert clerk_weight(TODAY - timedelta(days=2000), TODAY) == LONGEST_WAIT * 10
    assert clerk_weight(date(2026, 11, 1), TODAY) == 21
    assert clerk_weight(date(2026, 10, 31), TODAY) == 220
    assert clerk_weight(TODAY + timedelta(days=3), TODAY) == 1


@given(st.floats(0, 1), DAYS, DAYS, DAYS)
def test_every_weight_is_above_nothing(accuracy, begins, ends, asked):
    assert 0.1 <= question_weight(Askable(1, "q", "e", accuracy, begins, ends, asked), TODAY) <= 8


def test_a_campaign_is_recent_for_sixty_days_and_ending_for_fourteen():
    assert is_campaign(TODAY - timedelta(days=60), None, TODAY)
    assert not is_campaign(TODAY - timedelta(days=61), None, TODAY)
    assert not is_campaign(TODAY + timedelta(days=1), None, TODAY)
    assert is_campaign(None, TODAY + timedelta(days=14), TODAY)
    assert not is_campaign(date(2020, 1, 1), TODAY + timedelta(days=15), TODAY)


def test_a_hall_without_evidence_knows_what_the_branch_knows():
    assert shrunk(0, 0, 0.8) == 0.8
    assert shrunk(0, 20, 0.8) == pytest.approx(0.4)
