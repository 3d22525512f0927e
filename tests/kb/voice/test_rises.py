from random import Random

import pytest

from kb.voice.rises import Count, rises

QUIET = [Count(20, 9, 160)] * 12


def test_a_topic_that_doubles_rises_and_the_others_do_not():
    found = rises([*QUIET, Count(52, 30, 160)])
    assert [r.rises for r in found] == [False] * 12 + [True]
    assert found[-1].p < 1e-4
    assert found[-1].expected == pytest.approx(160 * 292 / (13 * 160))


def test_more_use_of_the_search_as_a_whole_is_no_rise():
    assert not any(r.rises for r in rises([Count(60, 30, 160)] * 12))


@pytest.mark.parametrize(
    "count", [Count(9, 9, 0), Count(40, 2, 40), Count(1300, 900, 8000)], ids=["too few searches", "one person's doing", "significant but small"]
)
def test_what_is_not_notable_does_not_rise(count):
    quiet = [Count(1000, 300, 8000)] * 3 if count.now > 1000 else QUIET
    assert not rises([*quiet, count])[-1].rises


def test_a_topic_never_asked_before_can_rise():
    assert rises([*QUIET, Count(15, 8, 0)])[-1].rises


def test_without_earlier_weeks_nothing_rises():
    assert [r.rises for r in rises([Count(50, 20, 0), Count(2, 2, 0)])] == [False, False]
    assert rises([]) == []
    assert rises([Count(0, 0, 10)])[0].p == 1.0


def poisson(rng, mean):
    """A count with that mean: exponential gaps within one unit of time."""
    n, at = 0, rng.expovariate(mean)
    while at < 1:
        n, at = n + 1, at + rng.expovariate(mean)
    return n


def test_constant_traffic_raises_the_alarm_in_fewer_weeks_than_the_rate_allows():
    rng, means = Random(4), [3, 8, 15, 20, 25, 30, 40, 60, 80, 120]
    alarms = 0
    for _ in range(300):
        counts = [Count(poisson(rng, m), 9, sum(poisson(rng, m) for _ in range(8))) for m in means]
        alarms += any(r.rises for r in rises(counts))
    assert alarms <= 15
