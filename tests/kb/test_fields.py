from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.entry import Kind
from kb.fields import Reader, add_interval
from kb.frontmatter import FrontMatter
from tests.kb.reading import found


def reader(**values: object) -> Reader:
    """A reader of values that stand on lines 2, 3, …"""
    return Reader(FrontMatter(values=values, lines={name: line for line, name in enumerate(values, 2)}), "a.md")


def test_an_absent_field_takes_its_default():
    r = reader(topic=None)
    assert (r.text("topic", "未分类"), r.text("owner"), r.texts("asks"), r.day("reviewed_on"), r.version()) == ("未分类", "", (), None, 1)
    assert r.choice("kind", Kind, Kind.BASIC) is Kind.BASIC
    assert r.faults == []


def test_a_required_field_is_missed_on_line_one_and_empty_on_its_own():
    r = reader(id="a", title="")
    assert (r.required("id"), r.required("title"), r.required("kind")) == ("a", "", "")
    assert found(r.faults) == [(3, "empty-text"), (1, "missing-field")]


def test_a_nested_value_is_no_text():
    r = reader(title=["a"], owner={"a": "b"})
    assert (r.required("title"), r.text("owner")) == ("", "")
    assert found(r.faults) == [(2, "bad-text"), (3, "bad-text")]


def test_a_single_value_counts_as_a_list_of_one():
    assert reader(asks="太贵").texts("asks") == ("太贵",)
    assert reader(asks=["太贵", None, " ", "贵"]).texts("asks") == ("太贵", "贵")


def test_a_mapping_is_no_list():
    r = reader(asks={"a": "b"})
    assert r.texts("asks") == ()
    assert found(r.faults) == [(2, "bad-list")]


def test_a_fault_of_an_item_without_a_line_stands_on_its_field():
    r = reader(id="a", asks=[["x"]])
    assert r.texts("asks") == ()
    assert [(f.line, f.args) for f in r.faults] == [(3, {"field": "asks.0"})]


def test_an_unknown_choice_names_the_known_ones():
    r = reader(kind="tarif")
    assert r.choice("kind", Kind, None) is None
    assert (r.faults[0].line, r.faults[0].args["choices"]) == (2, "script, tariff, basic")


@pytest.mark.parametrize(("written", "day"), [("2026-12-31", date(2026, 12, 31)), ("", None)])
def test_an_iso_date_is_a_day(written, day):
    r = reader(effective_from=written)
    assert (r.day("effective_from"), r.faults) == (day, [])


@pytest.mark.parametrize("written", ["2026-02-30", "2026-1-5", "2026/01/05", "明天", "2026-01-05 10:00:00", ["2026-01-05"]])
def test_anything_else_is_no_day(written):
    r = reader(effective_from=written)
    assert r.day("effective_from") is None
    assert found(r.faults) == [(2, "bad-date")]


def test_a_version_is_a_whole_number_from_one():
    assert reader(version="12").version() == 12


@pytest.mark.parametrize("written", ["0", "-1", "1.5", "二", "01", "true", None, "9" * 30, ["1"]])
def test_anything_else_is_no_version(written):
    r = reader(version=written)
    assert r.version() == 1
    assert found(r.faults) == [(2, "bad-version")]


@pytest.mark.parametrize(
    ("interval", "due"),
    [
        ("6 个月", date(2027, 4, 15)),
        ("90天", date(2027, 1, 13)),
        ("1 年", date(2027, 10, 15)),
        ("3月", date(2027, 1, 15)),
        ("30日", date(2026, 11, 14)),
    ],
)
def test_a_review_is_due_an_interval_after_the_last(interval, due):
    assert reader(review_every=interval).due("review_every", date(2026, 10, 15)) == due


def test_without_a_last_review_nothing_is_due():
    assert reader(review_every="6 个月").due("review_every", None) is None
    assert reader().due("review_every", date(2026, 10, 15)) is None


@pytest.mark.parametrize("interval", ["半年", "6", "6 months", "一年", "1000 天"])
def test_an_interval_that_is_none_is_a_fault_even_without_a_last_review(interval):
    r = reader(review_every=interval)
    assert r.due("review_every", None) is None
    assert found(r.faults) == [(2, "bad-interval")]


@pytest.mark.parametrize("interval", ["1 年", "999 天"])
def test_an_interval_beyond_the_calendar_is_a_fault(interval):
    r = reader(review_every=interval)
    assert r.due("review_every", date(9999, 12, 1)) is None
    assert found(r.faults) == [(2, "bad-interval")]


@pytest.mark.parametrize(
    ("day", "count", "unit", "later"),
    [
        (date(2026, 1, 31), 1, "个月", date(2026, 2, 28)), (date(2028, 2, 29), 1, "年", date(2029, 2, 28)),
        (date(2026, 11, 30), 3, "个月", date(2027, 2, 28)),
        (date(2026, 12, 31), 12, "个月", date(2027, 12, 31)), (date(2026, 12, 31), 1, "天", date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_a_day_that_the_month_lacks_becomes_its_last(day, count, unit, later):
    assert add_interval(day, count, unit) == later


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 200), st.sampled_from(["天", "个月", "年"]))
def test_a_longer_interval_never_ends_earlier(day, count, unit):
    assert day <= add_interval(day, count, unit) <= add_interval(day, count + 1, unit)
