import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.statistics.intervals import mean_interval, wilson

SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718), (3, 3, 0.4385, 1.0)],
)
def test_wilsons_interval_has_the_published_values(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.5, 0.999))
def test_an_interval_lies_within_0_and_1_and_holds_the_share(a, b, level):
    low, high = wilson(a, a + b, level)
    assert 0 <= low <= high <= 1
    if a + b:
        assert low <= a / (a + b) <= high


@given(st.integers(0, 50), st.integers(1, 50))
def test_the_interval_of_the_failures_is_the_mirror_image(a, b):
    low, high = wilson(a, a + b)
    assert wilson(b, a + b) == pytest.approx((1 - high, 1 - low))


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="4"):
        wilson(4, 3)


@given(SHARES, st.floats(0, 0.3), st.integers(0, 1000))
def test_the_interval_of_a_mean_credit_lies_within_0_and_1(mean, variance, n):
    low, high = mean_interval(mean, variance, n)
    assert 0 <= low <= mean <= high <= 1


def test_partial_credits_are_surer_than_whole_ones_but_not_certain():
    whole, partial, equal = (mean_interval(0.5, variance, 30) for variance in (0.25 * 30 / 29, 0.1, 0.0))
    assert whole == pytest.approx(wilson(15, 30), abs=0.01)
    assert whole[0] < partial[0] < equal[0] < 0.5
    assert equal == pytest.approx(wilson(60, 120))
