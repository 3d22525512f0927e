import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.exams.sheet import Event, EventKind, Evidence, absence, answers_hash, fold

VALUES = st.none() | st.integers(0, 5) | st.booleans() | st.text(max_size=5) | st.lists(st.integers(0, 5), max_size=4)


def _event(device, seq, kind, position, value):
    if kind is EventKind.FLAG:
        return Event(device, seq, kind, position, value is not None)
    if kind is EventKind.ANSWER:
        return Event(device, seq, kind, position, value)
    return Event(device, seq, kind, 0, absence(value))


EVENTS = st.lists(
    st.builds(_event, st.sampled_from("abc"), st.integers(1, 30), st.sampled_from(EventKind), st.integers(1, 4), VALUES),
    unique_by=lambda event: event.turn,
    max_size=40,
)


@given(EVENTS, st.randoms(use_true_random=False), st.data())
def test_any_order_and_any_repetition_of_clicks_end_in_the_same_sheet_and_receipt(events, chance, data):
    again = [*events, *data.draw(st.lists(st.sampled_from(events), max_size=20))] if events else []
    chance.shuffle(again)
    assert fold(again) == fold(events)
    assert answers_hash(7, fold(again).answers) == answers_hash(7, fold(events).answers)


@given(EVENTS, EVENTS)
def test_a_device_that_heard_of_every_click_has_the_last_word(before, after):
    highest = fold(before).highest
    later = [Event("z" + e.device, e.seq + highest, e.kind, e.position, e.value) for e in after]
    both, alone = fold(before + later), fold(later)
    for event in later:
        if event.kind is EventKind.ANSWER:
            assert both.answers.get(event.position) == alone.answers.get(event.position)


def test_the_later_click_holds_and_an_answer_can_be_taken_back():
    answers = [Event("a", 1, EventKind.ANSWER, 1, 2), Event("a", 2, EventKind.ANSWER, 1, 3), Event("a", 3, EventKind.ANSWER, 2, True)]
    assert fold(answers).answers == {1: 3, 2: True}
    assert fold([*answers, Event("a", 4, EventKind.ANSWER, 1, None)]).answers == {2: True}


def test_flags_are_set_and_taken_away():
    clicks = [Event("a", 1, EventKind.FLAG, 1, True), Event("a", 2, EventKind.FLAG, 2, True), Event("a", 3, EventKind.FLAG, 1, False)]
    assert fold(clicks).flags == {2}


def test_two_devices_at_the_same_number_are_told_apart_by_name():
    clicks = [Event("b", 5, EventKind.ANSWER, 1, 2), Event("a", 5, EventKind.ANSWER, 1, 3)]
    assert fold(clicks).answers == fold(clicks[::-1]).answers == {1: 2}
    assert fold(clicks).highest == 5


def test_absences_are_counted_once_however_often_they_arrive():
    clicks = [Event("a", 1, EventKind.LEFT), Event("a", 2, EventKind.RETURNED, 0, 12), Event("a", 3, EventKind.LEFT)]
    assert fold(clicks * 3).evidence == Evidence(left=2, returned=1, seconds=12)


@pytest.mark.parametrize(
    ("told", "seconds"), [(3.9, 3), (-5, 0), (10**9, 86400), ("12", 0), (None, 0), (True, 0), (float("inf"), 86400), (float("nan"), 0)]
)
def test_an_absence_is_a_sane_number_of_seconds(told, seconds):
    assert absence(told) == seconds


def test_the_receipt_is_the_hash_of_the_attempt_and_its_answers():
    text = '{"answers":{"1":2,"2":[0,3],"3":"\\u4e94"},"attempt":41}'
    assert answers_hash(41, {3: "五", 1: 2, 2: [0, 3], 4: None}) == hashlib.sha256(text.encode()).hexdigest()
    assert answers_hash(42, {1: 2}) != answers_hash(41, {1: 2})


def test_ten_thousand_clicks_are_folded_whatever_their_order():
    chance = random.Random(3)
    clicks = [Event("a", seq, EventKind.ANSWER, seq % 16 + 1, seq) for seq in range(1, 10_001)]
    wanted = {position: max(s for s in range(1, 10_001) if s % 16 + 1 == position) for position in range(1, 17)}
    chance.shuffle(clicks)
    assert fold(clicks).answers == wanted
