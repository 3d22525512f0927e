import pytest

from quiz.questions.amount import read_amount, same_answer


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("1024MB", "1GB"), ("12个月", "1年"), ("60分钟", "1小时"), ("48 小时", "2天"), ("10元/月", "120元/年"), ("20GB", "20GB/月"), ("3元/MB", "3072元/GB"),
        ("2026-12-31", "2026年12月31日"), ("一小时内自动复机", "60分钟内，自动复机。"), ("先停机", "先停机。"), ("0.10元/分钟", "0.1 元/分钟"),
    ],
)  # fmt: skip
def test_answers_that_say_the_same_are_the_same(a, b):
    assert same_answer(a, b)
    assert same_answer(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("3元/MB", "3元/GB"),
        ("7天", "7个工作日"),
        ("3次/年", "3次/月"),
        ("1.5GB", "15GB"),
        ("20元", "20GB"),
        ("2026-12-31", "2026年12月30日"),
        ("对", "错"),
    ],
)
def test_answers_that_differ_are_not_the_same(a, b):
    assert not same_answer(a, b)


@pytest.mark.parametrize("text", ["", "不限量", "20", "约 20GB", "次月 1 日"])
def test_a_text_is_no_amount(text):
    assert read_amount(text) is None


def test_a_working_day_counts_for_more_than_a_day():
    week, days = read_amount("5个工作日"), read_amount("7天")
    assert week.size == days.size
