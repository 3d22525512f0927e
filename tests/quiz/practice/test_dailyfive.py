from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.practice.dailyfive import FIVE, Candidate, Tally, Why, accuracies, pick_due, pick_new, weakest
from tests.builders import NOW

TOPICS = st.sampled_from(["资费", "话术", "证件"])
TALLIES = st.dictionaries(TOPICS, st.integers(1, 50).flatmap(lambda n: st.builds(Tally, st.just(n), st.floats(0, n))))
ENTRIES = st.sampled_from(["e1", "e2", "e3", "e4"])
NEW = st.builds(Candidate, st.uuids().map(str), TOPICS, ENTRIES, st.sampled_from([Why.CHANGED, Why.NEW]))
DUE = st.builds(
    Candidate, st.uuids().map(str), TOPICS, ENTRIES, st.sampled_from([Why.MISTAKE, Why.ASSIGNED, Why.DUE]),
    st.integers(0, 900).map(lambda hours: NOW - timedelta(hours=hours)),
)  # fmt: skip


@given(TALLIES, st.sets(TOPICS, min_size=1))
def test_an_accuracy_lies_between_the_topic_and_the_mean(tallies, topics):
    total = sum(t.answers for t in tallies.values())
    mean = sum(t.credit for t in tallies.values()) / total if total else 1.0
    for topic, value in accuracies(tallies, topics).items():
        own = tallies[topic].credit / tallies[topic].answers if topic in tallies else mean
        assert min(own, mean) - 1e-9 <= value <= max(own, mean) + 1e-9


def test_one_slip_makes_no_topic_weaker_than_many():
    found = accuracies({"资费": Tally(1, 0.0), "话术": Tally(20, 6.0), "证件": Tally(40, 38.0)}, ["资费", "话术", "证件", "投诉"])
    assert weakest(found, "seed")[0] == "话术"
    assert found["投诉"] == pytest.approx(44 / 61)
    assert found["资费"] == pytest.approx((0 + 5 * 44 / 61) / 6)


def test_who_never_answered_meets_the_topics_in_an_order_of_the_day():
    found = accuracies({}, [f"t{i}" for i in range(8)])
    assert set(found.values()) == {1.0}
    assert weakest(found, "1:2026-11-22") == weakest(found, "1:2026-11-22") != weakest(found, "1:2026-11-23")


def test_mistakes_come_before_what_was_assigned_and_that_before_the_rest():
    due = [
        Candidate("old", "t", "e1", Why.DUE, NOW - timedelta(days=9)), Candidate("assigned", "t", "e2", Why.ASSIGNED, NOW),
        Candidate("wrong", "t", "e3", Why.MISTAKE, NOW), Candidate("wrong-before", "t", "e4", Why.MISTAKE, NOW - timedelta(days=1)),
    ]  # fmt: skip
    assert [c.question_id for c in pick_due(due, (), FIVE)] == ["wrong-before", "wrong", "assigned", "old"]


@given(st.lists(DUE), st.sets(ENTRIES), st.integers(0, 5))
def test_due_cards_never_share_an_entry_or_overflow(due, taken, room):
    chosen = pick_due(due, taken, room)
    assert len(chosen) <= room
    assert max(Counter(c.entry_id for c in chosen).values(), default=0) <= 1
    assert not {c.entry_id for c in chosen} & taken


@given(st.lists(NEW), st.sets(ENTRIES), st.integers(0, 5), st.randoms())
def test_new_questions_never_share_an_entry_and_do_not_depend_on_the_order_they_come_in(fresh, taken, room, chance):
    ranked = {"资费": 0, "话术": 1, "证件": 2}
    chosen = pick_new(fresh, ranked, "seed", taken, room)
    assert len(chosen) <= room
    assert max(Counter(c.entry_id for c in chosen).values(), default=0) <= 1
    assert not {c.entry_id for c in chosen} & taken
    assert len(chosen) == min(room, len({c.entry_id for c in fresh} - taken))
    shuffled = list(fresh)
    chance.shuffle(shuffled)
    assert pick_new(shuffled, ranked, "seed", taken, room) == chosen


def test_new_questions_are_one_of_a_changed_entry_then_two_of_each_weak_topic():
    fresh = [Candidate(f"{t}{i}", t, f"e-{t}{i}", Why.NEW) for t in "abc" for i in range(4)] + [Candidate("new-wording", "c", "e", Why.CHANGED)]
    chosen = pick_new(fresh, {"b": 0, "a": 1, "c": 2}, "seed", (), FIVE)
    assert chosen[0].question_id == "new-wording"
    assert [c.topic for c in chosen[1:]] == ["b", "b", "a", "a"]


def test_questions_bound_to_no_entry_are_not_new_ones():
    assert pick_new([Candidate("q", "t", "", Why.NEW)], {"t": 0}, "seed", (), FIVE) == []
