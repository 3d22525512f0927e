import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.practice.schedule import RIGHT_DAYS, Rating, day_begins, day_ends, from_json, rating_of, review, to_json
from tests.builders import NOW

AGAIN, HARD, GOOD = Rating.AGAIN, Rating.HARD, Rating.GOOD
RATINGS = st.sampled_from(list(Rating))
HISTORIES = st.lists(st.tuples(RATINGS, st.integers(0, 400 * 24)), min_size=1, max_size=12)


def told(history, start=NOW):
    """The memory after answers of (rating, hours since the one before)."""
    memory, at = None, start
    for rating, hours in history:
        at += timedelta(hours=hours)
        memory, _ = review(memory, rating, at)
    return memory, at


def test_the_published_history_of_the_library_comes_out_of_our_scheduler():
    at, memory, days = datetime(2022, 11, 29, 12, 30, tzinfo=UTC), None, []
    for rating in [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5:
        memory, due = review(memory, rating, at)
        days.append((due - at).days)
        at = due
    assert days == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_published_history_survives_being_stored():
    at, stored, days = datetime(2022, 11, 29, 12, 30, tzinfo=UTC), "{}", []
    for rating in [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5:
        memory, due = review(from_json(json.loads(stored)), rating, at)
        stored = json.dumps(to_json(memory))
        days.append((due - at).days)
        at = due
    assert days == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


@given(HISTORIES)
def test_the_next_meeting_lies_ahead(history):
    memory, at = told(history[:-1])
    rating, hours = history[-1]
    _, due = review(memory, rating, at + timedelta(hours=hours))
    assert due > at + timedelta(hours=hours)


@given(HISTORIES)
def test_a_memory_is_stored_and_read_back_whole(history):
    memory, _ = told(history)
    assert from_json(json.loads(json.dumps(to_json(memory)))) == memory


@given(HISTORIES, st.integers(0, 400))
def test_a_better_answer_is_never_due_before_a_worse_one(history, days):
    memory, at = told(history)
    moment = at + timedelta(days=days)
    again, hard, good = (review(memory, rating, moment)[1] for rating in (AGAIN, HARD, GOOD))
    assert again <= hard <= good


@given(HISTORIES)
def test_the_same_answers_give_the_same_days_in_any_zone(history):
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-9)))
    assert told(history) == told(history, elsewhere)


@given(HISTORIES)
def test_a_mistake_is_learnt_by_right_answers_on_different_days_in_a_row_only(history):
    memory, _ = told(history)
    run = set()
    at = NOW
    for rating, hours in history:
        at += timedelta(hours=hours)
        run = run | {day_begins(at)} if rating is GOOD else set()
    assert memory.right_days == len(run)
    assert memory.learnt == (len(run) >= RIGHT_DAYS)


def test_a_clock_that_was_put_back_does_no_harm():
    memory, due = review(review(None, GOOD, NOW)[0], GOOD, NOW - timedelta(days=3))
    assert due > NOW - timedelta(days=3)
    assert memory.right_days == 1


@pytest.mark.parametrize(("credit", "rating"), [(1.0, GOOD), (0.99, HARD), (0.01, HARD), (0.0, AGAIN)])
def test_the_credit_of_an_answer_is_its_rating(credit, rating):
    assert rating_of(credit) is rating


def test_a_day_ends_at_midnight_in_shanghai():
    assert day_ends(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert day_ends(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert day_begins(NOW) == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
