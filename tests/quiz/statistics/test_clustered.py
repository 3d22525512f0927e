import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.statistics.change import common_change, hall_change, pair_spread
from quiz.statistics.clustered import (
    Pairs,
    Sums,
    accuracy_of,
    chances_of,
    compare_sums,
    limits_of,
    mean_change,
    named,
    one_month_inflation,
    paired_change,
    pooled,
    rank_ranges,
    scored,
    spread_of,
    sure_changes,
    total,
)
from quiz.statistics.compare import Dispersion, PersonResult, compare_halls, dispersion

persons = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=8).map(
    lambda rows: [PersonResult(str(n), min(right, full), full) for n, (right, full) in enumerate(rows)]
)
halls = st.lists(persons, min_size=1, max_size=6)


def sums(people):
    pairs = [(p.credit, p.full) for p in people if p.full > 0]
    return Sums(
        len(pairs), sum(f for _, f in pairs), sum(c for c, _ in pairs), sum(c * c for c, _ in pairs), sum(f * f for _, f in pairs),
        sum(c * f for c, f in pairs), sum(c for c, _ in pairs), sum(f for _, f in pairs), 0, len(pairs),
    )  # fmt: skip


@given(halls)
def test_sums_compare_as_the_persons_themselves_do(groups):
    right = compare_halls({str(n): g for n, g in enumerate(groups)})
    found = compare_sums(tuple((str(n), sums(g)) for n, g in enumerate(groups)))
    assert found.mean == pytest.approx(right.mean)
    assert found.between_sd == pytest.approx(right.between_sd, abs=1e-6)
    assert found.dispersion.phi == pytest.approx(dispersion(groups).phi)
    for a, b in zip(found.standings, right.standings, strict=True):
        assert (a.accuracy.low, a.accuracy.high, a.shrunk) == pytest.approx((b.accuracy.low, b.accuracy.high, b.shrunk), abs=1e-6)
        assert (a.rankable, a.accuracy.persons) == (b.rankable, b.accuracy.persons)


@given(st.lists(st.tuples(persons, persons), min_size=1, max_size=5))
def test_sums_of_pairs_give_the_change_of_the_persons_themselves(months):
    spread, common = pair_spread(months), common_change(months)
    pairs = [pairs_of(before, after) for before, after in months]
    assert mean_change(pairs) == pytest.approx(common, abs=1e-9)
    for (before, after), found in zip(months, pairs, strict=True):
        mine = paired_change(found, spread_of(pairs), common)
        if mine is not None:
            right = hall_change(before, after, spread, common)
            assert (mine.estimate, mine.low, mine.high) == pytest.approx((right.estimate, right.low, right.high), abs=1e-6)


def pairs_of(before, after):
    old, new = {p.person: p.share for p in before}, {p.person: p.share for p in after}
    ds = [new[k] - old[k] for k in old if k in new]
    return Pairs(len(ds), sum(ds), sum(d * d for d in ds))


def test_nobody_compares_to_nothing():
    found = compare_sums(())
    assert (found.mean, found.standings, named(found)) == (None, (), {})
    assert accuracy_of(Sums()) is None
    assert scored(Sums(), Dispersion(1.0, 0)) is None
    assert total([]) == Sums()
    assert mean_change([]) == 0
    assert spread_of([]) is None


def test_all_right_everywhere_is_no_finding():
    hall = sums([PersonResult(str(n), 20, 20) for n in range(7)])
    found = compare_sums((("a", hall), ("b", hall)))
    assert found.mean == 1
    assert named(found) == {}
    assert all(0 < s.accuracy.low < 1 == s.accuracy.high for s in found.standings)


def test_a_hall_of_one_who_knows_everything_is_not_called_outstanding():
    rest = {str(n): [PersonResult(str(k), 6 + (k + n) % 5, 10) for k in range(10)] for n in range(20)}
    groups = {**rest, "one": [PersonResult("x", 4, 4)]}
    assert "one" not in named(compare_sums(tuple((h, sums(g)) for h, g in groups.items())))
    assert chances_of([1.0], [0.9], [Dispersion(1.0, 100)], [4]) == [1.0]


@given(st.floats(0.5, 0.99), st.floats(0.02, 0.3), st.integers(1, 40), st.floats(0, 1))
def test_outside_the_limits_drawn_lies_who_is_farther_out_than_chance_allows(target, phi, people, share):
    spread = Dispersion(phi, 400)
    low, high = limits_of(target, spread, people)
    if min(abs(share - low), abs(share - high)) > 1e-6:
        assert (not low <= share <= high) == (chances_of([share], [target], [spread], [people])[0] < 0.002)


def test_who_answered_everything_right_alone_or_with_a_colleague_lies_within_the_limits_drawn():
    assert [limits_of(0.95, Dispersion(0.1, 400), people)[1] for people in (1, 2)] == [1, 1]
    assert limits_of(0.95, Dispersion(0.1, 400), 40)[1] < 1


def test_a_truly_weak_hall_is_named():
    groups = {str(n): [PersonResult(str(k), 14 + (k + n) % 5, 20) for k in range(12)] for n in range(20)}
    groups["weak"] = [PersonResult(str(k), 7 + k % 3, 20) for k in range(12)]
    assert named(compare_sums(tuple((h, sums(g)) for h, g in groups.items()))) == {"weak": "low"}


def test_over_months_a_topic_is_less_certain_than_its_months_added_up():
    month = sums([PersonResult(str(n), 14 + n % 5, 20) for n in range(30)])
    assert one_month_inflation(month, 1, 20, pooled([month])) == 1
    assert 1 < one_month_inflation(month, 6, 20, Dispersion(0.1, 100)) < 6
    assert one_month_inflation(Sums(), 6, 0, Dispersion(1.0, 0)) == 1


def test_only_changes_beyond_chance_among_many_are_sure():
    pairs = {n: Pairs(9, 9 * 0.01 * (n % 3 - 1), 9 * 0.01) for n in range(30)} | {99: Pairs(9, 9 * 0.3, 9 * 0.1)}
    assert sure_changes(pairs, spread_of(pairs.values())) == {99}
    assert sure_changes({}, None) == frozenset()


def test_a_rank_is_as_open_as_its_interval():
    assert rank_ranges([(0.8, 0.9), (0.5, 0.85), (0.1, 0.2)]) == [(1, 2), (1, 2), (3, 3)]
    assert rank_ranges([]) == []
