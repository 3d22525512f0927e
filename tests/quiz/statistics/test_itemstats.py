from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quiz.statistics.itemstats import Flag, analyse
from tests.quiz.published import LSAT6, LSAT6_COUNTS, MOODLE

CREDITS = st.sampled_from([0.0, 0.25, 0.5, 1.0, np.nan])
MATRICES = st.tuples(st.integers(1, 9), st.integers(1, 6)).flatmap(lambda shape: arrays(float, shape, elements=CREDITS))


def flat(value):
    """Every number inside, in order."""
    if isinstance(value, tuple | list):
        return [x for part in value for x in flat(part)]
    return [value]


def numbers(analysis):
    return flat(astuple(analysis))


def same(a, b):
    return [x if isinstance(x, str | None) else pytest.approx(x, rel=1e-6, abs=1e-6) for x in numbers(a)] == numbers(b)


def test_the_sample_quiz_has_its_published_statistics():
    paper = analyse(MOODLE).paper
    found = (paper.mean, paper.median, paper.sd, paper.skewness, paper.kurtosis, 100 * paper.alpha, 100 * paper.error_ratio, paper.standard_error)
    published = (4.617333332, 4.5, 0.8117265554, -0.092502502, -0.7073968557, -87.2230935542, 136.8294900795, 1.1106813066)
    assert found == pytest.approx(published, abs=1e-5)
    assert (paper.n, paper.length) == (25, 7)


@pytest.mark.parametrize(
    ("slot", "facility", "sd", "weight", "index", "efficiency"),
    [
        (1, 0.704, 0.4513682901, 21.2922742344, -7.0650767526, -9.4550536967),
        (2, 0.48, 0.5099019514, 18.8979800309, -28.8982125772, -36.7834118938),
        (3, 0.973333332, 0.13333334, 4.443012573, -9.1230674268, -21.6545012165),
        (4, 0.68, 0.4760952286, 18.9347251357, -22.6306444113, -31.4411395613),
        (5, 0.52, 0.3055050463, 11.1450138688, -17.6997047674, -21.1794802584),
        (6, 0.64, 0.4898979486, 9.8081339177, -45.3785178421, -56.9365974439),
        (7, 0.62, 0.331662479, 15.4788602394, -5.6543166602, -6.5043742058),
    ],
)
def test_each_slot_of_the_sample_quiz_has_its_published_statistics(slot, facility, sd, weight, index, efficiency):
    item = analyse(MOODLE).items[slot - 1]
    found = (item.facility, item.sd, item.effective_weight, item.discrimination_index, item.discriminative_efficiency)
    assert found == pytest.approx((facility, sd, weight, index, efficiency), abs=1e-5)


def test_the_law_school_items_have_their_published_statistics():
    found = analyse(LSAT6, LSAT6_COUNTS)
    assert found.paper.n == 1000
    assert found.paper.alpha == pytest.approx(0.29500, abs=5e-6)
    assert [i.facility for i in found.items] == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    assert [i.item_rest for i in found.items] == pytest.approx([0.1128, 0.1532, 0.1728, 0.1444, 0.1216], abs=5e-5)
    assert [i.flags for i in found.items] == [()] * 5


def test_a_frequency_is_so_many_equal_rows():
    assert same(analyse(LSAT6, LSAT6_COUNTS), analyse(np.repeat(LSAT6, LSAT6_COUNTS, axis=0)))


@settings(max_examples=50, deadline=None)
@given(MATRICES, st.data())
def test_frequencies_repeat_rows_and_the_order_of_rows_says_nothing(scores, data):
    counts = data.draw(st.lists(st.integers(0, 3), min_size=len(scores), max_size=len(scores)))
    order = data.draw(st.permutations(range(len(scores))))
    found = analyse(scores, counts)
    assert same(found, analyse(np.repeat(scores, counts, axis=0)))
    assert same(found, analyse(scores[order], [counts[i] for i in order]))


@settings(max_examples=50, deadline=None)
@given(MATRICES)
def test_what_is_undefined_is_none_and_what_is_defined_lies_in_its_bounds(scores):
    found = analyse(scores)
    assert all(value is None or np.isfinite(value) for value in numbers(found) if not isinstance(value, str))
    assert found.paper.alpha is None or found.paper.alpha <= 1 + 1e-9 or np.isnan(scores).any()
    for item in found.items:
        assert item.facility is None or item.facility_interval[0] - 1e-9 <= item.facility <= item.facility_interval[1] + 1e-9
        assert item.item_rest is None or -1 <= item.item_rest <= 1
        assert item.discriminative_efficiency is None or item.discriminative_efficiency <= 100 + 1e-6
    weights = [i.effective_weight for i in found.items if i.effective_weight is not None]
    assert not weights or sum(weights) == pytest.approx(100)


def test_the_best_possible_order_has_efficiency_100():
    triangle = np.array([[1, 1, 1], [1, 1, 0.5], [1, 0.5, 0], [0, 0, 0]], float)
    assert [i.discriminative_efficiency for i in analyse(triangle).items] == pytest.approx([100, 100, 100])


def test_parallel_forms_lose_nothing_but_pairs_never_seen_together():
    rng = np.random.default_rng(3)
    ability = rng.normal(size=4000)
    difficulty = np.linspace(-1.5, 1.5, 20)
    full = (rng.random((4000, 20)) < 1 / (1 + np.exp(difficulty - ability[:, None]))).astype(float)
    forms = full.copy()
    forms[:2000, :10] = np.nan
    forms[2000:, 10:] = np.nan
    whole, halved = analyse(full), analyse(forms)
    assert halved.paper.length == 10
    twice = 2 * halved.paper.alpha / (1 + halved.paper.alpha)  # Spearman-Brown: of a paper twice as long
    assert twice == pytest.approx(whole.paper.alpha, abs=0.03)
    assert all(abs(a.item_rest - b.item_rest) < 0.12 for a, b in zip(whole.items, halved.items, strict=True))


def test_a_harder_form_does_not_look_like_discrimination():
    rng = np.random.default_rng(5)
    scores = np.full((2000, 9), np.nan)
    scores[:, 0] = rng.random(2000) < 0.5  # asked of all, chance alone
    scores[:1000, 1:5] = rng.random((1000, 4)) < 0.9
    scores[1000:, 5:] = rng.random((1000, 4)) < 0.3
    assert abs(analyse(scores).items[0].item_rest) < 0.06


def answers(n, share, ability, rng):
    return (rng.random(n) < np.clip(share + 0.25 * ability, 0, 1)).astype(float)


def test_flags_name_what_is_certain():
    rng = np.random.default_rng(0)
    ability = rng.normal(size=600)
    items = [answers(600, share, ability, rng) for share in (0.4, 0.5, 0.6, 0.5, 0.6, 0.4)]
    items += [np.ones(600), (rng.random(600) < 0.1).astype(float), 1 - answers(600, 0.5, ability, rng), (rng.random(600) < 0.5).astype(float)]
    found = [item.flags for item in analyse(np.column_stack(items)).items]
    assert found[:6] == [()] * 6
    assert found[6] == (Flag.NO_VARIANCE, Flag.TOO_EASY)
    assert Flag.TOO_HARD in found[7]
    assert found[8] == (Flag.NEGATIVE_DISCRIMINATION,)
    assert found[9] == (Flag.LOW_DISCRIMINATION,)


def test_after_few_answers_nothing_else_is_said():
    assert {i.flags for i in analyse(np.ones((19, 3))).items} == {(Flag.FEW_ANSWERS,)}
    assert analyse(np.zeros((0, 2))).items[0].flags == (Flag.FEW_ANSWERS,)


@pytest.mark.parametrize(
    ("scores", "counts"), [([[1.1]], None), ([[-0.1]], None), ([[1.0]], [1, 2]), ([[1.0]], [-1]), ([[1.0]], [0.5]), ([1.0], None)]
)
def test_matrices_that_make_no_sense_are_refused(scores, counts):
    with pytest.raises(ValueError):  # noqa: PT011
        analyse(np.array(scores), counts)
