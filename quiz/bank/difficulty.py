"""How hard a question is: the author's guess until there are answers, then more and more the answers. PURE."""

import math
from enum import StrEnum

# The share of the full credit that a guess of 1 (nearly all know it) to 5 (few do) stands for: even steps in log-odds below the first.
GUESSED: dict[int, float] = {1: 0.95, 2: 0.87, 3: 0.75, 4: 0.62, 5: 0.48}
# A guess weighs as much as this many answers. A guess that is off by 0.13 (one step) as a rule is a beta prior of variance 0.017,
# which at 0.75 means 0.1875 / 0.017 - 1, about ten.
PRIOR_ANSWERS = 10.0
EASY_FROM, MEDIUM_FROM = 0.85, 0.65
_CLOSEST = 0.02


class Band(StrEnum):
    """How hard a question is for the people who sit the exam, by the credit that is expected of them."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


def expected_credit(guess: int, answers: int = 0, credit: float = 0.0) -> float:
    """The share of the credit that the next answer is expected to earn, 0 to 1.

    The mean of a beta distribution: a prior with the author's guess as its mean and the weight of `PRIOR_ANSWERS` answers, joined with
    the sum of the credit that so many answers earned. Raises KeyError for a guess outside 1 to 5 and ValueError for impossible sums.
    """
    if answers < 0 or not 0 <= credit <= answers + 1e-9:
        raise ValueError(f"{credit} of {answers} answers")
    return min((PRIOR_ANSWERS * GUESSED[guess] + credit) / (PRIOR_ANSWERS + answers), 1.0)


def band(expected: float) -> Band:
    """Easy from 0.85 of the credit, medium from 0.65, hard below: guesses 1 and 2, 3, 4 and 5."""
    if expected >= EASY_FROM:
        return Band.EASY
    return Band.MEDIUM if expected >= MEDIUM_FROM else Band.HARD


def information(expected: float, ability: float = 0.0) -> float:
    """How much an answer says about a person, 0 to 0.25: Fisher information p(1-p) of the Rasch model (Rasch 1960).

    The question's difficulty is taken where the average person (ability 0) earns the expected credit; `ability` is that of the reference
    person in log-odds above the average. Credits at the edge count as 0.02 and 0.98, for no question is known to be certain.
    """
    share = min(max(expected, _CLOSEST), 1 - _CLOSEST)
    chance = 1 / (1 + math.exp(-(math.log(share / (1 - share)) + ability)))
    return chance * (1 - chance)
