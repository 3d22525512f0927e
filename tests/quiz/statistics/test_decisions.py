from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.statistics.decisions import decision, score_interval_of
from quiz.statistics.intervals import wilson
from quiz.statistics.itemstats import analyse


def sat_twice(people, questions, mean, sd, rng):
    """(first papers, second papers, true levels) of people who sit two papers drawn from one bank."""
    ability = mean + sd * rng.normal(size=people)
    slope, place = rng.uniform(0.6, 1.5, 40 * questions), rng.normal(size=40 * questions)
    chance = 1 / (1 + np.exp(-slope * (ability[:, None] - place)))
    drawn = rng.choice(40 * questions, 2 * questions, replace=False)
    right = (rng.random((people, 2 * questions)) < chance[:, drawn]).astype(float)
    return right[:, :questions], right[:, questions:], chance.mean(axis=1)


@pytest.mark.parametrize(("questions", "mean", "sd", "mark"), [(50, 1.9, 0.8, 0.8), (20, 1.9, 0.8, 0.8), (30, 1.0, 1.0, 0.6)])
def test_one_sitting_foretells_how_many_a_second_decides_alike_and_how_many_are_decided_rightly(questions, mean, sd, mark):
    rng = np.random.default_rng(questions)
    estimated, alike, right = [], [], []
    for _ in range(12):
        first, second, true = sat_twice(600, questions, mean, sd, rng)
        estimated.append(decision(analyse(first).paper, mark))
        reached = [paper.sum(axis=1) >= mark * questions - 1e-9 for paper in (first, second)]
        alike.append(np.mean(reached[0] == reached[1]))
        right.append(np.mean(reached[0] == (true >= mark)))
    assert np.mean([one.consistent for one in estimated]) == pytest.approx(np.mean(alike), abs=0.025)
    assert np.mean([one.right for one in estimated]) == pytest.approx(np.mean(right), abs=0.025)


def test_what_cannot_be_known_of_decisions_is_not_said():
    rng = np.random.default_rng(1)
    paper = analyse(sat_twice(100, 30, 1.5, 1.0, rng)[0]).paper
    assert decision(paper, 0.8)
    assert decision(replace(paper, n=19), 0.8) is None
    assert decision(replace(paper, alpha=-0.1), 0.8) is None
    assert decision(replace(paper, alpha=None), 0.8) is None
    assert decision(replace(paper, sd=0.0), 0.8) is None
    assert decision(paper, 1.0) is None
    assert decision(analyse(np.ones((30, 5))).paper, 0.8) is None
    assert decision(analyse(np.empty((0, 1))).paper, 0.8) is None


@given(st.floats(0, 1), st.floats(0.01, 0.3), st.floats(0.01, 0.99), st.floats(0.05, 0.95), st.integers(1, 100))
def test_decisions_are_shares_whatever_the_paper(level, sd, alpha, mark, length):
    paper = replace(analyse(np.ones((30, 5))).paper, length=float(length), mean=level * length, sd=sd * length, alpha=alpha)
    found = decision(paper, mark)
    assert found is None or (0.5 - 1e-9 <= found.consistent <= 1 and 0 <= found.right <= 1)


def test_a_score_has_the_interval_of_its_questions():
    assert score_interval_of(0.8, 50) == wilson(40, 50)
    assert score_interval_of(1.0000001, 50) == wilson(50, 50)
    assert score_interval_of(0.8, 0) == (0, 1)
