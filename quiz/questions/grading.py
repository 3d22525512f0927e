"""What an answer earns. PURE.

A response is JSON in canonical indexes, the order of options and steps in the question itself:

    single, best reply   index of an option         true/false   true or false
    multiple             list of indexes            number       text as typed
    ordering             list of step indexes       short        text; waits for a trainer
    not answered         null

Credit is between 0 and 1. All or nothing for single, best reply, true/false and number. Multiple: (right ticks - wrong ticks) / number of right
options, not below 0, so that ticking everything earns little. Ordering: 2 x (share of the pairs of steps in right order) - 1, not below 0, which is
Kendall's tau cut at 0: a drawn order earns nothing on average. Nothing answered earns 0.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import combinations

from kb import normalise
from quiz.questions.amount import read_amount, same_answer
from quiz.questions.question import CHOICES, TRUE, Question, QuestionType

Response = int | float | bool | str | list[int] | None

LONGEST_NUMBER, LONGEST_SHORT = 60, 2000
_BARE = re.compile(r"[\d.]+|[零〇一二两三四五六七八九十百千万点半\d.]+")
_SEPARATORS = re.compile(r"(?<=\d)[,\s](?=\d)")
_MONEY = re.compile(r"块钱?")
_VOLUME = re.compile(r"(?<=\d)([GMgm])(?![A-Za-z])")


def valid_response(question: Question, response: object) -> bool:
    """Whether a JSON value is a response to the question; null, an empty list and an empty text are, and mean that it is not answered."""
    if response is None:
        return True
    if question.type is QuestionType.TRUE_FALSE:
        return isinstance(response, bool)
    if question.type in {QuestionType.NUMBER, QuestionType.SHORT}:
        return isinstance(response, str) and _is_text(response, LONGEST_NUMBER if question.type is QuestionType.NUMBER else LONGEST_SHORT)
    if question.type in {QuestionType.SINGLE, QuestionType.BEST_REPLY}:
        return _is_index(response, len(question.options))
    return isinstance(response, list) and _are_indexes(question, response)


def _is_text(text: str, longest: int) -> bool:
    return len(text) <= longest and not any(unicodedata.category(c) in {"Cs", "Cc"} and c not in "\n\r\t" for c in text)


def _is_index(value: object, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def _are_indexes(question: Question, values: list[object]) -> bool:
    count = len(question.options if question.type in CHOICES else question.steps)
    distinct = len(set(map(str, values))) == len(values) and all(_is_index(value, count) for value in values)
    return distinct and (question.type is QuestionType.MULTIPLE or len(values) in {0, count})


def tidied(question: Question, response: Response) -> Response:
    """A valid response in the one form in which it is kept: ticks sorted, nothing ticked or typed as null."""
    if isinstance(response, str):
        return response if response.strip() else None
    if isinstance(response, list):
        return (sorted(response) if question.type is QuestionType.MULTIPLE else list(response)) or None
    return response


def key_of(question: Question) -> Response:
    """The response that earns everything; for a short answer the model answer."""
    if question.type in CHOICES:
        right = [index for index, option in enumerate(question.options) if option.right]
        return right if question.type is QuestionType.MULTIPLE else right[0]
    if question.type is QuestionType.ORDERING:
        return list(range(len(question.steps)))
    return question.key == TRUE if question.type is QuestionType.TRUE_FALSE else question.key


def credit(question: Question, response: Response) -> float | None:
    """What a valid response earns, from 0 to 1; None for a short answer, which waits for a trainer."""
    given = tidied(question, response)
    return 0.0 if given is None else _RULES[question.type](question, given)


def _whole(question: Question, given: Response) -> float:
    return float(given == key_of(question))


def _multiple(question: Question, given: Response) -> float:
    assert isinstance(given, list)
    right = sum(option.right for option in question.options)
    hits = sum(question.options[index].right for index in given)
    return max(0.0, (hits - (len(given) - hits)) / right)


def _ordering(_question: Question, given: Response) -> float:
    assert isinstance(given, list)
    pairs = list(combinations(given, 2))
    return max(0.0, 2 * sum(a < b for a, b in pairs) / len(pairs) - 1) if pairs else 1.0


def _number(question: Question, given: Response) -> float:
    return float(same_number(question.key, str(given)))


def same_number(key: str, typed: str) -> bool:
    """Whether what somebody typed says the key's amount.

    Also in full-width or Chinese digits, in another unit (`1024MB` for `1GB`), in the words of the counter (`59块`, `20G`), or without any unit; a
    rate such as `/月` may be left out.
    """
    told = _plain(typed)
    amount = read_amount(key)
    if amount is None or amount.day:
        return same_answer(key, told)
    short = f"{amount.digits}{amount.unit}"
    if _BARE.fullmatch(told):
        return same_answer(short, f"{told}{amount.unit}")
    return same_answer(key, told) or ("/" not in told and same_answer(short, told))


def _plain(typed: str) -> str:
    told = _SEPARATORS.sub("", normalise(typed)).strip().rstrip("。")
    return _MONEY.sub("元", _VOLUME.sub(r"\1B", told))


_RULES: dict[QuestionType, Callable[[Question, Response], float | None]] = {
    QuestionType.SINGLE: _whole,
    QuestionType.BEST_REPLY: _whole,
    QuestionType.TRUE_FALSE: _whole,
    QuestionType.MULTIPLE: _multiple,
    QuestionType.ORDERING: _ordering,
    QuestionType.NUMBER: _number,
    QuestionType.SHORT: lambda _question, _given: None,
}
