import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.bank.difficulty import GUESSED, PRIOR_ANSWERS, Band, band, expected_credit, information

GUESSES = st.sampled_from(sorted(GUESSED))


def test_without_answers_the_guess_is_what_is_expected():
    assert {guess: expected_credit(guess) for guess in GUESSED} == pytest.approx(GUESSED)
    assert sorted(GUESSED.values(), reverse=True) == list(GUESSED.values())


def test_as_many_answers_as_the_guess_weighs_meet_it_half_way():
    assert expected_credit(3, int(PRIOR_ANSWERS), 0.25 * PRIOR_ANSWERS) == pytest.approx((0.75 + 0.25) / 2)


@given(GUESSES, st.integers(1, 100_000), st.floats(0, 1))
def test_answers_draw_the_guess_towards_their_mean_and_never_past_it(guess, answers, mean):
    found = expected_credit(guess, answers, answers * mean)
    low, high = sorted((GUESSED[guess], mean))
    assert low - 1e-9 <= found <= high + 1e-9
    assert abs(found - mean) <= PRIOR_ANSWERS / (PRIOR_ANSWERS + answers) + 1e-9


@pytest.mark.parametrize(("answers", "credit"), [(-1, 0), (3, 3.5), (3, -0.1)])
def test_sums_that_cannot_be_are_refused(answers, credit):
    with pytest.raises(ValueError, match="answers"):
        expected_credit(3, answers, credit)


def test_a_guess_off_the_scale_is_refused():
    with pytest.raises(KeyError):
        expected_credit(6)


def test_guesses_fall_into_the_bands_that_are_documented():
    assert [band(GUESSED[guess]) for guess in (1, 2, 3, 4, 5)] == [Band.EASY, Band.EASY, Band.MEDIUM, Band.HARD, Band.HARD]
    assert (band(0.85), band(0.65), band(0.6499)) == (Band.EASY, Band.MEDIUM, Band.HARD)


@given(st.floats(0, 1))
def test_a_question_says_most_where_half_earn_it(expected):
    assert 0 < information(expected) <= information(0.5) == 0.25
    assert information(expected) == pytest.approx(information(1 - expected))


def test_information_is_taken_at_the_ability_asked_for():
    assert information(0.5, math.log(3)) == pytest.approx(0.75 * 0.25)
    assert information(0.25, math.log(3)) == pytest.approx(0.25)
