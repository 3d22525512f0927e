"""What a device sends, and what can be made of it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import QueryError
from quiz.spot.message import MOST_AT_ONCE, answer_id, by_clerk, moment, read_message
from tests.builders import NOW
from tests.quiz.spotting import answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sent", "answers", "employee", "credit", "at"]), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_anything_is_a_message_or_refused(data):
    with suppress(QueryError):
        assert all(judged.credit in {0, 0.5, 1} for judged in read_message(data).answers)


@pytest.mark.parametrize(
    "changes",
    [
        {"employee": 0}, {"employee": True}, {"revision": "1"}, {"revision": None}, {"credit": 0.7}, {"credit": True}, {"credit": None}, {"change": 0},
        {"at": "x"}, {"at": float("nan")}, {"note": 3}, {"note": "x" * 501}, {"note": "\x00"}, {"employee": 2**60},
    ],
)  # fmt: skip
def test_an_answer_that_is_wrong_is_told_by_its_place_and_the_others_are_read(changes):
    message = read_message({"sent": 5, "answers": [answer(1, 2), {**answer(1, 3), **changes}, "?", answer(1, 4)]})
    assert [(j.revision_id, j.place) for j in message.answers] == [(2, 0), (4, 3)]
    assert message.faulty == (1, 2)


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, {"sent": 1}, {"answers": []}, {"sent": "1", "answers": []}, {"sent": 1, "answers": [], "finished": {}},
        {"sent": 1, "answers": [], "finished": {"at": 1, "remark": 5}}, {"sent": 1, "answers": [{}] * (MOST_AT_ONCE + 1)},
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(data):
    with pytest.raises(QueryError):
        read_message(data)


def test_only_the_difference_of_a_wrong_clock_counts():
    year_1970 = read_message({"sent": 90_000, "answers": [answer(1, 2, at=30_000)]}).answers[0]
    year_2090 = read_message({"sent": 3_800_000_090_000, "answers": [answer(1, 2, at=3_800_000_030_000)]}).answers[0]
    assert year_1970.ago == year_2090.ago == timedelta(minutes=1)
    assert read_message({"sent": 0, "answers": [answer(1, 2, at=9e12)]}).answers[0].ago == timedelta(0)
    far = read_message({"sent": 9e15, "answers": [answer(1, 2, at=0)]}).answers[0]
    assert moment(far.ago, NOW - timedelta(hours=1), NOW) == NOW - timedelta(hours=1)
    assert moment(timedelta(minutes=5), NOW - timedelta(hours=1), NOW) == NOW - timedelta(minutes=5)


def test_a_message_is_taken_in_one_clerk_after_the_other_and_ends_last():
    message = read_message({"sent": 5, "answers": [answer(2, 1), answer(1, 1), "?", answer(2, 3)], "finished": {"at": 5, "remark": ""}})
    parts = by_clerk(message)
    assert [[(j.employee_id, j.revision_id) for j in part.answers] for part in parts] == [[(1, 1)], [(2, 1), (2, 3)]]
    assert [(part.faulty, part.ending is not None) for part in parts] == [((), False), ((2,), True)]
    assert by_clerk(read_message({"sent": 5, "answers": []})) == (read_message({"sent": 5, "answers": []}),)


def test_a_question_to_a_clerk_in_a_check_is_one_answer():
    assert answer_id("a", 1, 2) == answer_id("a", 1, 2)
    assert len({answer_id("a", 1, 23), answer_id("a", 12, 3), answer_id("b", 1, 23)}) == 3
