import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.scripts.bench_compare import Branch, draw
from quiz.statistics.compare import (
    Dispersion,
    PersonResult,
    accuracy,
    chance_beyond,
    compare_halls,
    discoveries,
    dispersion,
    effective_persons,
    funnel,
    rankable,
    shrink,
)
from quiz.statistics.intervals import wilson

RESULTS = st.tuples(st.floats(0, 1), st.integers(1, 60)).map(lambda pair: (pair[0] * pair[1], float(pair[1])))
HALLS = st.lists(st.lists(RESULTS, max_size=6), min_size=1, max_size=6)


def hall(*earned, full=50.0, name="a"):
    return [PersonResult(f"{name}{i}", float(c), full) for i, c in enumerate(earned)]


def named(halls):
    return {str(h): [PersonResult(f"{h}/{i}", c, f) for i, (c, f) in enumerate(own)] for h, own in enumerate(halls)}


def test_the_variance_of_equal_papers_is_that_of_the_persons_mean():
    persons = hall(40, 45, 50, 30)
    found = accuracy(persons)
    shares = [p.share for p in persons]
    variance = np.var(shares, ddof=1) / 4
    assert found.estimate == pytest.approx(np.mean(shares))
    assert found.design_effect == pytest.approx(variance / (found.estimate * (1 - found.estimate) / 200))
    assert found.effective_persons == found.persons == 4


def test_answers_of_one_person_that_go_together_count_once():
    """Each person knows everything or nothing: fifty answers are worth one."""
    found = accuracy(hall(*[50] * 30, *[0] * 10), level=0.95)
    assert found.design_effect == pytest.approx(50 * 40 / 39, rel=0.03)
    assert (found.low, found.high) == pytest.approx(wilson(30, 40), abs=0.01)


def test_papers_of_different_length_are_worth_fewer_persons():
    assert effective_persons([PersonResult("a", 1, 10), PersonResult("b", 1, 10)]) == 2
    assert 1 < effective_persons([PersonResult("a", 1, 10), PersonResult("b", 1, 90)]) < 1.3
    assert effective_persons([]) == 0


def test_papers_of_different_length_do_not_make_the_interval_wider_than_the_results_are_scattered():
    """The variance is the cluster-robust one of a ratio, whatever the lengths: Σ(c - Rf)² / (Σf)² · n/(n-1) (Cochran 1977, §6.3)."""
    persons = [PersonResult(str(i), c, f) for i, (c, f) in enumerate([(8, 10), (19, 20), (70, 100), (44, 50), (9, 10), (80, 100)])]
    credit, full = np.array([p.credit for p in persons]), np.array([p.full for p in persons])
    ratio = credit.sum() / full.sum()
    variance = ((credit - ratio * full) ** 2).sum() / full.sum() ** 2 * 6 / 5
    spread = dispersion([persons])
    assert spread.phi * ratio * (1 - ratio) / effective_persons(persons) == pytest.approx(variance)
    assert accuracy(persons).design_effect == pytest.approx(variance / (ratio * (1 - ratio) / full.sum()))


def test_intervals_hold_where_papers_differ_in_length():
    rng = np.random.default_rng(14)
    held = []
    for _ in range(40):
        halls = {}
        for number in range(60):
            full = rng.choice([10, 20, 50, 100], rng.integers(3, 40))
            right = rng.binomial(full, rng.beta(0.85 * 19, 0.15 * 19, len(full)))
            halls[str(number)] = [PersonResult(str(i), float(c), float(f)) for i, (c, f) in enumerate(zip(right, full, strict=True))]
        held += [s.accuracy.low <= 0.85 <= s.accuracy.high for s in compare_halls(halls).standings]
    assert 0.935 <= np.mean(held) <= 0.968


def test_nothing_is_certain_about_a_hall_of_three_who_know_all():
    found = compare_halls({"a": hall(50, 50, 50), "b": hall(40, 45, 35, 42, 30, name="b")}).standings[0]
    assert found.accuracy.high == 1
    assert found.accuracy.low < 0.95
    alone = accuracy(hall(50, 50, 50))
    assert (alone.estimate, alone.high) == (1, 1)
    assert alone.low < 0.45


def test_a_hall_where_nobody_sat_has_no_accuracy():
    assert accuracy([]) is None
    assert accuracy([PersonResult("a", 0, 0)]) is None
    assert dispersion([]) == Dispersion(1.0, 0)
    assert dispersion([hall(40), hall(30)]) == Dispersion(1.0, 0)
    assert compare_halls({"a": []}).standings == ()
    assert compare_halls({}).mean is None


@settings(deadline=None)
@given(HALLS)
def test_every_figure_lies_in_its_bounds_and_the_shrunken_one_between_raw_and_mean(halls):
    found = compare_halls(named(halls))
    for s in found.standings:
        assert 0 <= s.accuracy.low <= s.accuracy.estimate <= s.accuracy.high <= 1
        assert 0 <= s.shrunk_interval[0] <= s.shrunk <= s.shrunk_interval[1] <= 1
        assert 0 <= s.limits[0] <= s.usual[0] <= s.usual[1] <= s.limits[1] <= 1
        assert 0 <= s.p <= 1


@settings(deadline=None)
@given(HALLS, st.randoms(use_true_random=False))
def test_the_order_of_halls_and_persons_says_nothing(halls, random):
    groups = named(halls)
    keys = list(groups)
    random.shuffle(keys)
    other = {k: random.sample(groups[k], len(groups[k])) for k in keys}
    first = {s.hall: (s.accuracy.low, s.shrunk, s.p) for s in compare_halls(groups).standings}
    second = {s.hall: (s.accuracy.low, s.shrunk, s.p) for s in compare_halls(other).standings}
    assert first.keys() == second.keys()
    assert all(second[h] == pytest.approx(own, abs=1e-6) for h, own in first.items())


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(1e-6, 0.2)), min_size=1, max_size=12))
def test_a_shrunken_accuracy_lies_between_the_raw_one_and_the_mean(pairs):
    raw, variances = zip(*pairs, strict=True)
    found = shrink(raw, variances)
    for y, estimate, (low, high) in zip(raw, found.estimates, found.intervals, strict=True):
        assert min(y, found.mean) - 1e-9 <= estimate <= max(y, found.mean) + 1e-9
        assert 0 <= low <= estimate + 1e-12
        assert estimate - 1e-12 <= high <= 1


def test_halls_that_differ_by_chance_alone_are_put_near_the_mean_the_nearer_the_more_they_are():
    few, many = (shrink([0.80, 0.82, 0.84] * times, [0.01] * 3 * times) for times in (2, 40))
    assert few.between_sd == many.between_sd == 0
    assert 0.80 < few.estimates[0] < many.estimates[0] < 0.82
    assert many.estimates == pytest.approx((0.82,) * 120, abs=0.003)


def test_of_one_hall_alone_nothing_is_shrunk():
    found = shrink([0.7], [0.0016])
    assert found.estimates == pytest.approx((0.7,))
    assert found.intervals[0] == pytest.approx((0.7 - 1.96 * 0.04, 0.7 + 1.96 * 0.04), abs=1e-4)


def test_the_posterior_is_that_of_a_plain_sum_over_many_variances():
    """Equal to a sum over 20,000 variances from 0 to 0.29², each as likely beforehand, with the textbook's likelihood."""
    raw, noise = np.array([0.72, 0.80, 0.83, 0.86, 0.91]), np.array([0.004, 0.001, 0.002, 0.0005, 0.003])
    weights = 1 / (noise + np.linspace(0, 0.29**2, 20_001)[:, None])
    means = weights @ raw / weights.sum(axis=1)
    likelihood = np.sqrt(weights.prod(axis=1) / weights.sum(axis=1)) * np.exp(-(weights * (raw - means[:, None]) ** 2).sum(axis=1) / 2)
    chances = likelihood / likelihood.sum()
    toward = noise * weights
    each = toward * means[:, None] + (1 - toward) * raw
    estimates = chances @ each
    variances = chances @ ((1 - toward) * noise + toward**2 / weights.sum(axis=1, keepdims=True) + (each - estimates) ** 2)
    found = shrink(raw.tolist(), noise.tolist())
    assert found.estimates == pytest.approx(estimates, abs=0.001)
    halves = [(high - low) / 2 for low, high in found.intervals]
    assert halves == pytest.approx(1.96 * np.sqrt(variances), rel=0.03)


def test_the_difference_between_halls_is_found_and_large_halls_keep_more_of_theirs():
    rng = np.random.default_rng(1)
    variances = np.where(np.arange(400) % 2, 0.0004, 0.0036)
    raw = 0.8 + 0.03 * rng.normal(size=400) + np.sqrt(variances) * rng.normal(size=400)
    found = shrink(raw.tolist(), variances.tolist())
    assert found.between_sd == pytest.approx(0.03, abs=0.004)
    assert found.own[1] == pytest.approx(0.69, abs=0.06)
    assert found.own[0] == pytest.approx(0.20, abs=0.06)
    with pytest.raises(ValueError, match="0 variances"):
        shrink([0.5], [])


@given(st.floats(0.05, 0.95), st.floats(0.01, 1), st.integers(1, 40))
def test_the_funnel_narrows_with_persons_and_holds_the_target(target, phi, persons):
    spread = Dispersion(phi, 400)
    low, high = funnel(target, spread, persons)
    assert 0 <= low <= target <= high <= 1
    narrower = funnel(target, spread, 4 * persons)
    assert narrower[1] - narrower[0] <= high - low
    wider = funnel(target, spread, persons, between_sd=0.02)
    assert wider[1] - wider[0] >= high - low - 0.05


def test_beyond_the_limits_is_as_rare_as_the_level_says():
    spread = Dispersion(0.07, 400)
    for level in (0.95, 0.998):
        low, high = funnel(0.85, spread, 9, level)
        assert chance_beyond(low, 0.85, spread, 9) == pytest.approx(1 - level, rel=1e-6)
        assert chance_beyond(high, 0.85, spread, 9) == pytest.approx(1 - level, rel=1e-6)
    assert funnel(0.85, Dispersion(0.07, 4), 9)[0] < funnel(0.85, spread, 9)[0]
    assert funnel(1.0, spread, 9) == (0, 1)
    assert chance_beyond(0.5, 1.0, spread, 9) == 1


def test_five_are_too_few_for_a_rank():
    assert [rankable(n) for n in (0, 5, 6, 60)] == [False, False, True, True]


def test_discoveries_are_benjamini_and_hochbergs():
    ps = [0.01, 0.9, 0.02, 0.04, 0.03]
    assert discoveries(ps, 0.05) == (True, False, True, True, True)
    assert discoveries([0.02, 0.9, 0.9]) == (False, False, False)
    assert discoveries([]) == ()


def test_without_true_differences_at_most_one_hall_in_a_hundred_is_called_different():
    rng = np.random.default_rng(11)
    outside = [bool(s.outside) for _ in range(60) for s in compare_halls(draw(Branch(), rng)[0]).standings]
    assert len(outside) == 3600
    assert np.mean(outside) <= 0.01


def test_three_weak_halls_of_normal_size_are_found_and_few_others():
    rng = np.random.default_rng(12)
    found = [compare_halls(draw(Branch(weak=3, gap=0.2), rng)[0]) for _ in range(20)]
    weak = [s.outside for c in found for s in c.standings[:3]]
    others = [s.outside for c in found for s in c.standings[3:]]
    assert np.mean([o == "low" for o in weak]) >= 0.9
    assert np.mean([o != "" for o in others]) <= 0.01


@pytest.mark.parametrize("between", [0.01, 0.02, 0.03])
def test_shrinking_is_nearer_the_truth_and_its_intervals_hold(between):
    rng = np.random.default_rng(13)
    errors, raw, held = [], [], []
    for _ in range(25):
        halls, truth = draw(Branch(between=between), rng)
        for s in compare_halls(halls).standings:
            errors.append((s.shrunk - truth[s.hall]) ** 2)
            raw.append((s.accuracy.estimate - truth[s.hall]) ** 2)
            held.append(s.shrunk_interval[0] <= truth[s.hall] <= s.shrunk_interval[1])
    assert np.mean(errors) < 0.6 * np.mean(raw)
    assert 0.93 <= np.mean(held) <= 0.99
