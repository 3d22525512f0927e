import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.questions.grading import LONGEST_SHORT, credit, key_of, same_number, tidied, valid_response
from quiz.questions.question import QuestionType
from tests.quiz.examining import CLOSED, EVERY, make_question, wrong_of

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=6), max_leaves=6
)
QUESTIONS = st.sampled_from(EVERY)


@given(QUESTIONS, ANYTHING)
def test_a_valid_response_earns_between_nothing_and_everything(question, response):
    if valid_response(question, response):
        earned = credit(question, response)
        assert (earned is None and question.type is QuestionType.SHORT) or 0 <= earned <= 1
        assert valid_response(question, tidied(question, response))


@given(st.sampled_from(CLOSED), ANYTHING)
def test_what_is_not_the_key_of_a_choice_of_one_earns_nothing(question, response):
    if valid_response(question, response) and question.type in {QuestionType.SINGLE, QuestionType.BEST_REPLY, QuestionType.TRUE_FALSE}:
        assert credit(question, response) == float(response is not None and response == key_of(question))


@pytest.mark.parametrize("question", CLOSED, ids=lambda q: q.type)
def test_the_key_earns_everything_and_nothing_earns_nothing(question):
    assert valid_response(question, key_of(question))
    assert credit(question, key_of(question)) == 1.0
    assert credit(question, wrong_of(question)) == 0.0
    empty = [None, []] if isinstance(key_of(question), list) else [None, " "] if isinstance(key_of(question), str) else [None]
    assert [credit(question, nothing) for nothing in empty] == [0.0] * len(empty)


def test_a_short_answer_waits_and_an_empty_one_does_not():
    short = make_question(QuestionType.SHORT)
    assert credit(short, "先安抚") is None
    assert credit(short, " \n") == 0.0
    assert valid_response(short, "字" * LONGEST_SHORT)
    assert not valid_response(short, "字" * (LONGEST_SHORT + 1))
    assert not valid_response(short, "\ud800")
    assert not valid_response(short, "a\x00b")


@pytest.mark.parametrize(
    ("ticked", "earned"),
    [([0, 2], 1.0), ([2, 0], 1.0), ([0], 0.5), ([0, 1], 0.0), ([0, 2, 1], 0.5), ([0, 1, 2, 3], 0.0), ([1, 3], 0.0)],
)
def test_wrong_ticks_cost_as_much_as_right_ones_earn(ticked, earned):
    assert credit(make_question(QuestionType.MULTIPLE), ticked) == earned


@pytest.mark.parametrize(
    ("order", "earned"), [([0, 1, 2, 3], 1.0), ([1, 0, 2, 3], 2 / 3), ([3, 0, 1, 2], 0.0), ([0, 3, 1, 2], 1 / 3), ([3, 2, 1, 0], 0.0)]
)
def test_an_order_earns_by_the_pairs_that_are_right(order, earned):
    assert credit(make_question(QuestionType.ORDERING), order) == pytest.approx(earned)


@given(st.permutations(range(4)))
def test_an_order_earns_everything_only_when_it_is_right(order):
    assert (credit(make_question(QuestionType.ORDERING), list(order)) == 1.0) == (list(order) == [0, 1, 2, 3])


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("59元/月", "５９"), ("59元/月", "五十九"), ("59元/月", "五十九元"), ("59元/月", "59 元"), ("59元/月", "59块"), ("59元/月", "59块钱"), ("59元/月", "59.0"),
        ("1GB", "1024MB"), ("20GB/月", "20G"), ("1000元", "1,000"), ("1000元", "1 000 元"), ("2026-12-31", "2026年12月31日"), ("10%", "10"),
        ("24小时", "一天"), ("24小时", "二十四小时"), ("2次", "两次"), ("3个月", "三个月"), ("3个月", "3"), ("60分钟", "1小时"), ("5", " 5。"),
    ],
)  # fmt: skip
def test_the_same_amount_is_right_in_other_words(key, typed):
    assert same_number(key, typed)


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("59元/月", "59元/年"),
        ("59元/月", "60"),
        ("2.5元", "25"),
        ("59元/月", "."),
        ("59元/月", "百"),
        ("59元/月", "59分钟"),
        ("59元/月", "59元每年"),
        ("24小时", "1"),
    ],
)
def test_another_amount_is_wrong(key, typed):
    assert not same_number(key, typed)


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        (QuestionType.SINGLE, 4), (QuestionType.SINGLE, -1), (QuestionType.SINGLE, True), (QuestionType.SINGLE, "0"), (QuestionType.SINGLE, [0]),
        (QuestionType.SINGLE, 1.0), (QuestionType.MULTIPLE, [0, 0]), (QuestionType.MULTIPLE, [4]), (QuestionType.MULTIPLE, 0),
        (QuestionType.MULTIPLE, [True]), (QuestionType.ORDERING, [0, 1, 2]), (QuestionType.ORDERING, [0, 1, 2, 2]), (QuestionType.TRUE_FALSE, 1),
        (QuestionType.TRUE_FALSE, "对"), (QuestionType.NUMBER, 59), (QuestionType.NUMBER, "9" * 61), (QuestionType.SHORT, {"a": 1}),
    ],
)  # fmt: skip
def test_a_response_of_another_type_is_refused(kind, response):
    assert not valid_response(make_question(kind), response)
