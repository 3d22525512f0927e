import numpy as np
import pytest
from scipy.special import expit

from quiz.statistics.rasch import band, chance, dichotomise, difficulty, fit
from tests.quiz.published import LSAT6, LSAT6_COUNTS, MOODLE


def drawn(people, items, slope, seed, forms=0):
    """(credits, true b): everybody meets all items, or one of `forms` overlapping halves."""
    rng = np.random.default_rng(seed)
    ability, b, order = rng.normal(size=people), np.linspace(-2, 2, items), rng.permutation(items)
    scores = (rng.random((people, items)) < expit(slope * (ability[:, None] - b))).astype(float)
    for form in range(forms):
        hidden = np.roll(order, 13 * form)[: items // 2] if forms < 10 else rng.permutation(items)[: items // 2]
        scores[np.ix_(np.arange(people) % forms == form, hidden)] = np.nan
    return scores, b


def test_the_law_school_items_have_their_published_model():
    found = fit(LSAT6, LSAT6_COUNTS)
    assert found.a == pytest.approx(0.7551, abs=5e-5)
    assert list(found.b) == pytest.approx([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=5e-5)
    assert found.log_likelihood == pytest.approx(-2466.938, abs=5e-4)
    assert found.n == 1000


def test_its_standard_errors_are_the_curvature_of_the_likelihood():
    found = fit(LSAT6, LSAT6_COUNTS)
    assert list(found.se) == pytest.approx([0.3266, 0.1422, 0.0977, 0.1691, 0.2510], abs=1e-4)
    assert found.a_se == pytest.approx(0.0694, abs=1e-4)


def test_repeated_rows_and_their_order_change_nothing():
    rows = np.random.default_rng(0).permutation(np.repeat(LSAT6, LSAT6_COUNTS, axis=0))
    found, again = fit(LSAT6, LSAT6_COUNTS), fit(rows)
    assert (again.a, *again.b) == pytest.approx((found.a, *found.b), abs=1e-5)
    assert again.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-6)


@pytest.mark.parametrize("forms", [0, 3, 200])
def test_the_truth_is_found_within_its_standard_errors(forms):
    slopes, places = [], []
    for seed in range(5):
        scores, b = drawn(1000, 40, 1.2, seed, forms)
        found = fit(scores)
        slopes.append((found.a - 1.2) / found.a_se)
        places.append((np.array(found.b) - b) / np.array(found.se))
    assert np.mean(np.square(slopes)) < 2.5
    assert 0.5 < np.mean(np.square(places)) < 1.6


def test_long_papers_are_integrated_finely_enough():
    scores, _ = drawn(300, 120, 1.2, seed=2)
    found, finer = fit(scores), fit(scores, nodes=451)
    assert found.a == pytest.approx(finer.a, abs=2e-3)
    assert list(found.b) == pytest.approx(list(finer.b), abs=5e-3)


def test_steep_items_are_integrated_finely_enough_too():
    """Where few people meet steep items the likelihood of one paper is narrower than the gaps of a coarse grid."""
    scores, _ = drawn(60, 40, 2.5, seed=3)
    found, finer = fit(scores), fit(scores, nodes=451)
    assert found.a > 2
    assert found.a == pytest.approx(finer.a, abs=1e-5)
    assert found.log_likelihood == pytest.approx(finer.log_likelihood, abs=1e-5)


def test_items_that_all_or_none_got_right_are_marked_and_lie_at_the_ends():
    scores, _ = drawn(200, 8, 1.0, seed=1)
    scores[:, 0], scores[:, 1], scores[:, 2] = 1, 0, np.nan
    found = fit(scores)
    assert found.extreme == (True, True, *[False] * 6)
    assert found.b[0] < min(found.b[3:])
    assert found.b[1] > max(found.b[3:])
    assert (found.b[2], found.se[:3]) == (None, (None, None, None))


def test_items_that_do_not_go_together_have_no_common_slope_but_difficulties_at_a_given_one():
    assert fit(MOODLE) is None
    found = fit(MOODLE, slope=1.0)
    assert (found.a, found.a_se) == (1.0, None)
    order = np.argsort([-f for f in dichotomise(MOODLE).mean(axis=0)], kind="stable")
    assert list(np.argsort(found.b, kind="stable")) == list(order)


@pytest.mark.parametrize("scores", [np.ones((5, 3)), np.zeros((0, 2)), np.full((4, 2), np.nan), np.array([[1.0], [0.0]])])
def test_nothing_is_fitted_where_nothing_varies(scores):
    assert fit(scores) is None


def test_half_a_credit_counts_as_right():
    assert np.array_equal(dichotomise(np.array([0.49, 0.5, 1, np.nan])), [0, 1, 1, np.nan], equal_nan=True)


def test_a_difficulty_gives_its_facility_back():
    nodes = np.linspace(-8, 8, 4001)
    density = np.exp(-(nodes**2) / 2) / np.exp(-(nodes**2) / 2).sum()
    for facility in (0.01, 0.3, 0.5, 0.98):
        assert density @ expit(0.8 * (nodes - difficulty(facility, 0.8))) == pytest.approx(facility, abs=1e-6)
    with pytest.raises(ValueError, match="1"):
        difficulty(1.0, 1.0)


def test_bands_go_from_what_nearly_all_know_to_what_few_do():
    assert [band(1.0, b) for b in (-4, -2, -0.9, 0, 1, 3)] == [1, 2, 3, 4, 5, 5]
    assert chance(1.0, 0.0) == 0.5
