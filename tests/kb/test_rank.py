from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.rank import (
    CONFIDENCE_FEATURES,
    DEFAULT,
    FEATURES,
    Weights,
    background_level,
    candidates,
    confidence,
    confidence_features,
    dense_features,
    entry_best,
    fuse,
)

AROUND = 0.5
PLAIN = Weights(fusion=(1.0,) * len(FEATURES), confidence=(1.0,) * len(CONFIDENCE_FEATURES), bias=-2.0)


def features(*rows: dict[str, float]) -> np.ndarray:
    return np.array([[row.get(name, 0.0) for name in FEATURES] for row in rows], np.float32)


def test_the_fitted_weights_fit_the_features():
    assert (len(DEFAULT.fusion), len(DEFAULT.confidence)) == (len(FEATURES), len(CONFIDENCE_FEATURES))


def test_an_entry_scores_as_its_best_passage():
    best = entry_best(np.array([0.1, 0.5, 0.2, 0.3], np.float32), np.array([0, 2, 3, 4]))
    assert best.tolist() == pytest.approx([0.5, 0.2, 0.3])


def test_without_passages_every_entry_scores_nothing():
    assert entry_best(np.zeros(0, np.float32), np.array([0])).tolist() == []


def test_dense_features_are_the_best_of_each_length_and_two_means():
    owner, short = np.array([0, 0, *[1] * 8, 2]), np.array([True, False, *[True] * 9])
    found, similarities = np.array([3, 4, 2, 5, 1, 0]), np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], np.float32)
    result = dense_features(found, similarities, owner, short, np.array([2, 8, 1]))
    assert result.shape == (3, 4)
    assert result[1].tolist() == pytest.approx([0.9, 0.4, (0.9 + 0.8 + 0.7) / 3, (0.9 + 0.8 + 0.7 + 0.6 + 4 * 0.4) / 8])


def test_an_entry_of_few_passages_is_measured_by_those_it_has():
    owner, short = np.array([0, 0, 1, 2]), np.array([True, False, True, True])
    found, similarities = np.array([1, 0, 2]), np.array([0.9, 0.8, 0.4], np.float32)
    result = dense_features(found, similarities, owner, short, np.array([2, 1, 1]))
    assert result[0].tolist() == pytest.approx([0.8, 0.9, 0.85, 0.85])
    assert result[1].tolist() == pytest.approx([0.4] * 4)


def test_what_was_not_found_counts_as_the_last_that_was():
    result = dense_features(np.array([0]), np.array([0.7], np.float32), np.array([0, 1]), np.array([True, True]), np.array([1, 1]))
    assert result[1].tolist() == pytest.approx([0.7] * 4)
    nothing = dense_features(np.array([], np.int64), np.array([], np.float32), np.array([0]), np.array([True]), np.array([1]))
    assert nothing.tolist() == [[0.0] * 4]


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30), st.integers(1, 4))
def test_dense_features_lie_between_the_floor_and_the_best(similarities, entries):
    ordered = np.array(sorted(similarities, reverse=True), np.float32)
    positions = np.arange(len(ordered))
    sizes = np.bincount(positions % entries, minlength=entries)
    result = dense_features(positions, ordered, positions % entries, positions % 2 == 0, sizes)
    assert (result >= ordered[-1] - 1e-6).all()
    assert (result <= ordered[0] + 1e-6).all()
    assert (result[:, 2] >= result[:, 3] - 1e-6).all()


def test_the_background_is_as_near_as_it_would_be_were_there_as_many_texts_as_were_searched():
    similarities = np.linspace(0.5, 0.9, 100, dtype=np.float32)
    assert background_level(similarities, 100) == pytest.approx(0.9, abs=1e-6)
    few, many = background_level(similarities, 10), background_level(similarities, 1000)
    assert few < 0.9 < many
    assert many - 0.9 == pytest.approx(0.9 - few, abs=1e-6)
    assert background_level(similarities[:0], 100) == 0.0
    assert background_level(similarities, 0) == pytest.approx(background_level(similarities, 1))


def test_candidates_are_the_best_of_every_leg():
    legs = [np.array([0.9, 0.1, 0.2, 0.0]), np.array([0.0, 0.0, 0.1, 0.8])]
    assert candidates(legs, np.ones(4, bool), 1).tolist() == [0, 3]


def test_what_is_not_allowed_or_scores_nothing_is_no_candidate():
    legs = [np.array([0.9, 0.1, 0.0])]
    assert candidates(legs, np.array([False, True, True]), 3).tolist() == [1]
    assert candidates(legs, np.zeros(3, bool), 3).tolist() == []


def test_scores_are_features_times_weights():
    weights = replace(PLAIN, fusion=tuple(float(i) for i in range(len(FEATURES))))
    assert fuse(features({FEATURES[2]: 0.5}, {FEATURES[3]: 1.0, FEATURES[1]: 1.0}), weights).tolist() == [1.0, 4.0]
    assert fuse(np.zeros((0, len(FEATURES)), np.float32), weights).shape == (0,)


def test_confidence_looks_at_the_best_candidate_and_its_lead():
    rows = features({"dense_short": 0.4}, {"dense_short": 0.6, "dense_long": 0.8, "number_own": 1.0, "number_conflict": 0.25, "coverage": 0.3})
    got = dict(zip(CONFIDENCE_FEATURES, confidence_features(rows, np.array([1.0, 3.0], np.float32), AROUND).tolist(), strict=True))
    assert got == pytest.approx({**dict.fromkeys(CONFIDENCE_FEATURES, 0.0), "contrast": 0.3, "coverage": 0.3, "number": 0.75, "margin": 2.0})


def test_the_margin_is_the_lead_over_the_fifth():
    scores = np.array([5.0, 4.0, 3.0, 2.0, 1.0, 0.0], np.float32)
    got = confidence_features(features(*[{}] * 6), scores, AROUND)
    assert got[CONFIDENCE_FEATURES.index("margin")] == 4.0


def test_without_candidates_there_is_no_confidence():
    assert confidence(np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, np.float32), AROUND, DEFAULT) == 0.0


@given(st.floats(-1, 1), st.floats(-1, 1), st.sampled_from([PLAIN, DEFAULT]))
def test_confidence_never_falls_as_the_contrast_grows(a, b, weights):
    rows, scores = features({"dense_short": 0.8}), np.array([1.0], np.float32)
    low, high = (confidence(rows, scores, background, weights) for background in (max(a, b), min(a, b)))
    assert 0.0 <= low <= high <= 1.0


@pytest.mark.parametrize("extreme", [-1e6, 1e6])
def test_confidence_stays_a_probability_at_any_extreme(extreme):
    value = confidence(features({"coverage": extreme}), np.array([1.0], np.float32), AROUND, PLAIN)
    assert value == pytest.approx(float(extreme > 0), abs=1e-9)
