"""Answers as options: what was chosen, so that a wrong key can show itself in questions of any closed type. PURE.

A choice is named by its letter, a multiple one by the letters of all that was ticked, a number by what was typed.
"""

import json
from collections import Counter
from collections.abc import Sequence

from quiz.questions.grading import key_of
from quiz.questions.question import CHOICES, FALSE, TRUE, Question, QuestionType
from quiz.statistics.optionstats import NO_ANSWER

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_OTHERS = 5
_LEAST_SHARE = 0.05
Given = tuple[str | None, float]  # a response as JSON, the credit


def right_option(question: Question) -> str:
    """The name of the key."""
    return option_of(question, key_of(question))


def offered(question: Question) -> tuple[str, ...]:
    """The names of what was there to choose; nothing where answers are free or ticks can be put together."""
    if question.type in {QuestionType.SINGLE, QuestionType.BEST_REPLY}:
        return tuple(LETTERS[: len(question.options)])
    return (TRUE, FALSE) if question.type is QuestionType.TRUE_FALSE else ()


def option_of(question: Question, response: object) -> str:
    """A response as the name of an option, "" for none and for what fits no option."""
    if question.type in CHOICES:
        chosen = response if isinstance(response, list) else [response]
        places = [i for i in chosen if isinstance(i, int) and not isinstance(i, bool) and 0 <= i < len(LETTERS)]
        return "".join(LETTERS[i] for i in sorted(places))
    if question.type is QuestionType.TRUE_FALSE:
        return {True: TRUE, False: FALSE}.get(response, NO_ANSWER) if isinstance(response, bool) else NO_ANSWER
    return str(response).strip() if question.type is QuestionType.NUMBER and response is not None else NO_ANSWER


def chosen_by(question: Question, given: Sequence[Given | None]) -> list[str | None]:
    """What each paper chose, None where the question was not in it; empty for orderings and short answers.

    Numbers that say the key's amount in other words count as the key; ticks and numbers that few gave count as no option.
    """
    if question.type in {QuestionType.ORDERING, QuestionType.SHORT}:
        return []
    key = right_option(question)
    names: dict[Given, str] = {}
    for one in {g for g in given if g is not None}:
        names[one] = key if one[1] >= 1 else option_of(question, _read(one[0]))
    chosen = [None if one is None else names[one] for one in given]
    return chosen if offered(question) else _frequent(chosen, key)


def _read(text: str | None) -> object:
    found: object = json.loads(text) if text else None
    return found


def _frequent(chosen: Sequence[str | None], key: str) -> list[str | None]:
    counts = Counter(c for c in chosen if c and c != key)
    least = _LEAST_SHARE * sum(c is not None for c in chosen)
    kept = {name for name, n in counts.most_common(_MOST_OTHERS) if n >= least} | {key}
    return [c if c is None or c in kept else NO_ANSWER for c in chosen]
