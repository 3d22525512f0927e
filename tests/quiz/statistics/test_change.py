import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.statistics.change import ItemMonth, asked_shares, common_change, drift, expected_gain, hall_change, pair_spread
from quiz.statistics.compare import PersonResult

SHARES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 20))


def sat(shares):
    return [PersonResult(name, float(credit), 20.0) for name, credit in shares.items()]


def test_who_sat_both_months_is_compared_with_themselves():
    found = hall_change(sat({"a": 10, "b": 12, "c": 14}), sat({"a": 12, "b": 13, "c": 17, "d": 2}))
    assert (found.method, found.pairs, found.joined, found.left) == ("paired", 3, 1, 0)
    assert found.estimate == pytest.approx(0.1)
    # Student's on .1, .05, .15 with two degrees of freedom
    assert (found.low, found.high) == pytest.approx((0.1 - 4.30265 * 0.05 / 3**0.5, 0.1 + 4.30265 * 0.05 / 3**0.5), abs=1e-5)
    assert found.raw == pytest.approx(11 / 20 - 12 / 20)


def test_a_harder_second_paper_is_taken_away():
    before, after = sat({"a": 10, "b": 12}), sat({"a": 8, "b": 11})
    found = hall_change(before, after, branch_change=common_change([(before, after)]))
    assert found.estimate == pytest.approx(0)
    assert found.low < 0 < found.high


def test_a_pooled_spread_narrows_the_interval_of_a_small_hall():
    halls = [(sat({"a": 10, "b": 12}), sat({"a": 11, "b": 15})), (sat({"c": 9, "d": 10, "e": 8}), sat({"c": 10, "d": 12, "e": 9}))]
    pooled = pair_spread(halls)
    assert pooled.df == 3
    own, shared = hall_change(*halls[0]), hall_change(*halls[0], pooled)
    assert own.estimate == shared.estimate
    assert shared.high - shared.low < own.high - own.low
    assert pair_spread([(sat({"a": 1}), sat({"a": 1}))]) is None


def test_without_pairs_the_two_groups_are_compared_and_with_nobody_nothing():
    found = hall_change(sat({"a": 10, "b": 12}), sat({"c": 14, "d": 18}))
    assert (found.method, found.pairs) == ("unpaired", 0)
    assert found.estimate == pytest.approx(0.25)
    nothing = hall_change(sat({"a": 10}), sat({"c": 14}))
    assert (nothing.method, nothing.estimate, nothing.low) == ("none", None, None)
    assert hall_change([], []).raw is None
    assert common_change([]) == 0


@given(SHARES, SHARES)
def test_a_change_lies_within_its_interval_and_turns_its_sign_with_the_months(before, after):
    found, back = hall_change(sat(before), sat(after)), hall_change(sat(after), sat(before))
    assert found.method == back.method
    if found.estimate is not None:
        assert -1 <= found.low <= found.estimate <= found.high <= 1
        assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


def months(before, after, n=300):
    return {str(i): ItemMonth(n, p) for i, p in enumerate(before)}, {str(i): ItemMonth(n, p) for i, p in enumerate(after)}


def moved(facilities, by):
    return [1 / (1 + np.exp(-(np.log(p / (1 - p)) + by))) for p in facilities]


def test_a_group_that_learned_everything_alike_leaves_no_item_drifted():
    start = [0.3, 0.5, 0.6, 0.7, 0.8, 0.85]
    found = drift(*months(start, moved(start, 0.8)))
    assert [d.drifted for d in found.values()] == [False] * 6
    assert [d.estimate for d in found.values()] == pytest.approx([0] * 6, abs=0.02)
    assert all(d.low < 0 < d.high for d in found.values())


def test_one_item_that_leaked_is_found_and_does_not_move_the_others():
    start = [0.3, 0.5, 0.6, 0.7, 0.8, 0.85]
    after = moved(start, 0.3)
    after[1] = moved([0.5], 1.5)[0]
    found = drift(*months(start, after))
    assert [item for item, d in found.items() if d.drifted] == ["1"]
    assert found["1"].estimate == pytest.approx(1.2, abs=0.1)
    assert abs(found["0"].estimate) < 0.1
    assert found["1"].anchors == 5


def test_with_fewer_than_three_other_items_nothing_is_said_to_have_drifted():
    found = drift(*months([0.5, 0.5, 0.5], [0.9, 0.5, 0.5]))
    assert found["0"].estimate > 2
    assert not found["0"].drifted
    assert drift(*months([0.5], [0.5], n=0)) == {}


def test_items_that_did_not_drift_are_seldom_said_to_have():
    rng = np.random.default_rng(4)
    flags = []
    for _ in range(40):
        p = rng.uniform(0.3, 0.95, 20)
        before, after = rng.binomial(150, p) / 150, rng.binomial(150, moved(p, 0.3)) / 150
        flags += [d.drifted for d in drift(*months(before, after, 150)).values()]
    assert np.mean(flags) <= 0.01


def test_the_gain_grows_with_weight_gap_and_people_and_is_none_above_the_target():
    assert expected_gain(0.2, 0.15, 40) == pytest.approx(1.2)
    assert expected_gain(0.2, -0.05, 40) == 0
    with pytest.raises(ValueError, match="-1"):
        expected_gain(0.2, 0.1, -1)


def test_shares_of_what_customers_ask_go_over_from_the_papers_smoothly():
    papers = {"资费": 0.8, "话术": 0.2}
    assert asked_shares({}, papers) == pytest.approx(papers)
    assert asked_shares({"话术": 300}, papers)["话术"] == pytest.approx((300 + 60) / 600)
    assert asked_shares({"话术": 300_000}, papers)["话术"] == pytest.approx(1, abs=1e-3)
    assert asked_shares({}, {}) == {}
    assert asked_shares({"证件": 3}, {}) == {"证件": 1}


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10_000)), st.lists(st.floats(0.01, 1), min_size=1, max_size=4))
def test_shares_of_what_customers_ask_add_up_to_one(asked, raw):
    papers = {topic: share / sum(raw) for topic, share in zip("abcd", raw, strict=False)}
    found = asked_shares(asked, papers)
    assert sum(found.values()) == pytest.approx(1)
    assert all(share >= 0 for share in found.values())
