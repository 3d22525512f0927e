from math import isnan, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.metrics import bootstrap_interval, hit_at, ndcg, reciprocal_rank

IDS = st.lists(st.sampled_from("abcdefghijklmn"), unique=True, max_size=14)


def test_a_hit_counts_within_the_first_k_only():
    assert [hit_at("abc", "c", k) for k in (1, 2, 3)] == [0.0, 0.0, 1.0]
    assert hit_at("", "a", 3) == hit_at("abc", "", 3) == 0.0


@pytest.mark.parametrize(
    ("found", "relevant", "value"), [("abc", "a", 1.0), ("abc", "cb", 0.5), ("abc", "d", 0.0), ("xxxxxxxxxxa", "a", 0.0), ("", "a", 0.0)]
)
def test_the_reciprocal_rank_is_that_of_the_first_relevant(found, relevant, value):
    assert reciprocal_rank(found, relevant) == value


@pytest.mark.parametrize(
    ("found", "relevant", "value"),
    [
        ("abc", "a", 1.0), ("bac", "a", 1 / log2(3)), ("abc", "ac", (1 + 1 / 2) / (1 + 1 / log2(3))), ("xyz", "a", 0.0), ("abc", "", 0.0),
        ("xa", "abc", (1 / log2(3)) / (1 + 1 / log2(3) + 1 / 2)), ("abcdefghijk", "k", 0.0),
    ],
)  # fmt: skip
def test_ndcg_agrees_with_the_formula_by_hand(found, relevant, value):
    assert ndcg(found, relevant) == pytest.approx(value)


@given(IDS, IDS, st.integers(1, 12))
def test_measures_stay_within_zero_and_one(found, relevant, k):
    values = [hit_at(found, relevant, k), reciprocal_rank(found, relevant, k), ndcg(found, relevant, k)]
    assert all(0.0 <= v <= 1.0 + 1e-12 for v in values)
    assert len({v > 0 for v in values}) == 1


@given(IDS, st.integers(1, 12))
def test_a_perfect_order_is_worth_one(relevant, k):
    if relevant:
        assert ndcg(relevant, relevant, k) == pytest.approx(1.0)


@given(IDS, IDS)
def test_moving_a_relevant_entry_up_never_costs_anything(found, relevant):
    better = sorted(found, key=lambda i: i not in relevant)
    assert ndcg(better, relevant) >= ndcg(found, relevant) - 1e-12
    assert reciprocal_rank(better, relevant) >= reciprocal_rank(found, relevant)


def test_without_values_there_is_no_interval():
    assert all(map(isnan, bootstrap_interval([])))


def test_equal_values_leave_no_doubt():
    assert bootstrap_interval([0.5] * 20) == (0.5, 0.5)


def test_the_interval_of_a_proportion_is_near_the_normal_one():
    """100 trials, 80 hits: 0.8 ± 1.96 · √(0.8 · 0.2 / 100)."""
    low, high = bootstrap_interval([1.0] * 80 + [0.0] * 20)
    assert (low, high) == (pytest.approx(0.8 - 0.0784, abs=0.015), pytest.approx(0.8 + 0.0784, abs=0.015))


def test_the_same_seed_gives_the_same_interval():
    values = [0.0, 1.0, 1.0, 0.5]
    assert bootstrap_interval(values) == bootstrap_interval(values) != bootstrap_interval(values, level=0.5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_an_interval_lies_within_its_values_around_their_mean(values):
    low, high = bootstrap_interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
