import time

import pytest

from kb.scripts.bench_measure import percentiles, timed


def test_a_call_is_timed_by_the_wall_and_by_the_processor():
    asked = []

    def call(query):
        asked.append(query)
        if query == "wait":
            time.sleep(0.05)  # costs time, but no work

    found = timed(call, ["work", "wait", "wait"])
    assert asked == ["work", "wait", "wait"]
    assert found["n"] == 3
    assert found["p50"] >= 50 > found["cpu"]
    assert found["cpu_p95"] >= found["cpu"]


def test_without_calls_nothing_is_measured():
    assert timed(print, []) == {**percentiles([]), "cpu": 0.0, "cpu_p95": 0.0}
    assert percentiles(range(101)) == pytest.approx({"p50": 50, "p95": 95, "p99": 99, "n": 101})
