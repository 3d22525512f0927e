"""Remedies 更正: how answers to a question whose key was wrong are graded after all. PURE.

    accept   further answers count as right; nobody loses by it
    full     everybody gets the full points
    void     the question is taken out of the points earned and of those attainable
    rekey    the key of a later revision with the same lines counts; some may lose by it
    none     as the question was keyed at first

Of several remedies of one question in one exam the last one holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Any

from quiz.exams.state import MarkState
from quiz.questions.codec import from_json, to_json
from quiz.questions.grading import Response, credit, same_number, tidied
from quiz.questions.question import CHOICES, Option, Question, QuestionType

MOST_ALSO = 7
_DIGITS = 6
_ACCEPTING = frozenset({*CHOICES, QuestionType.TRUE_FALSE, QuestionType.NUMBER})


class RemedyKind(StrEnum):
    """What is done about a wrong key."""

    NONE = "none"
    ACCEPT = "accept"
    FULL = "full"
    VOID = "void"
    REKEY = "rekey"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A remedy: `also` are the further answers of `accept` (indexes of options, a truth, texts of numbers), `key` the question of `rekey`."""

    kind: RemedyKind = RemedyKind.NONE
    also: tuple[int | bool | str, ...] = ()
    key: Question | None = None


AS_KEYED = Remedy()


@dataclass(frozen=True, slots=True)
class Grade:
    """What an answer comes to."""

    credit: float
    points: float
    state: MarkState

    @property
    def counts(self) -> bool:
        """Whether the answer is graded, neither waiting nor void."""
        return self.state not in {MarkState.PENDING, MarkState.VOID}


def offered(question: Question, later: Question | None) -> tuple[RemedyKind, ...]:
    """The remedies that suit a question, given its later revision if there is one."""
    kinds = [RemedyKind.ACCEPT] if question.type in _ACCEPTING else []
    kinds += [RemedyKind.FULL, RemedyKind.VOID]
    return (*kinds, *([RemedyKind.REKEY] if later and rekeyed(question, later) else []), RemedyKind.NONE)


def suits(question: Question, remedy: Remedy) -> bool:
    """Whether a remedy can be applied to answers to a question."""
    if remedy.kind is RemedyKind.REKEY:
        return remedy.key is not None and rekeyed(question, remedy.key) is not None
    if remedy.kind is RemedyKind.ACCEPT:
        return question.type in _ACCEPTING and 0 < len(remedy.also) <= MOST_ALSO and all(_fits(question, value) for value in remedy.also)
    return True


def _fits(question: Question, value: float | str) -> bool:
    if question.type in CHOICES:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(question.options)
    if question.type is QuestionType.TRUE_FALSE:
        return isinstance(value, bool)
    return isinstance(value, str) and bool(value.strip())


def rekeyed(asked: Question, later: Question) -> Question | None:
    """The question as asked with the key of a later revision; None where the lines differ, so that the key says nothing about the old answers.

    An ordering comes back with the steps of the later revision: its answers have to be renumbered.
    """
    if later.type is not asked.type or asked.type is QuestionType.SHORT:
        return None
    if asked.type in CHOICES:
        right = {option.text: option.right for option in later.options}
        alike = len(right) == len(later.options) == len(asked.options) and {o.text for o in asked.options} == set(right)
        return replace(asked, options=tuple(Option(o.text, right[o.text]) for o in asked.options)) if alike else None
    if asked.type is QuestionType.ORDERING:
        alike = len(set(asked.steps)) == len(asked.steps) and sorted(asked.steps) == sorted(later.steps)
        return replace(asked, steps=later.steps) if alike else None
    return replace(asked, key=later.key)


def earned(question: Question, response: Response, remedy: Remedy = AS_KEYED) -> float | None:
    """What a response earns under a remedy, 0 to 1; None for a short answer that a trainer has to read. A void question earns 0."""
    if remedy.kind is RemedyKind.FULL:
        return 1.0
    if remedy.kind is RemedyKind.VOID:
        return 0.0
    if remedy.kind is RemedyKind.REKEY and remedy.key is not None and (mended := rekeyed(question, remedy.key)) is not None:
        return credit(mended, _renumbered(question, mended, response))
    if remedy.kind is RemedyKind.ACCEPT and tidied(question, response) is not None:
        return max(_with_also(question, response, remedy))
    return credit(question, response)


def _renumbered(question: Question, mended: Question, response: Response) -> Response:
    if question.type is not QuestionType.ORDERING or not isinstance(response, list):
        return response
    return [mended.steps.index(question.steps[index]) for index in response]


def _with_also(question: Question, response: Response, remedy: Remedy) -> Iterator[float]:
    """What the response earns by the key, and by every key that the further answers allow."""
    yield credit(question, response) or 0.0
    if question.type is QuestionType.MULTIPLE:
        wrong = [index for index in remedy.also if isinstance(index, int) and not question.options[index].right]
        for count in range(1, len(wrong) + 1):
            for more in combinations(wrong, count):
                options = tuple(Option(o.text, o.right or n in more) for n, o in enumerate(question.options))
                yield credit(replace(question, options=options), response) or 0.0
    elif question.type is QuestionType.NUMBER:
        yield float(any(same_number(str(text), str(response)) for text in remedy.also))
    else:
        yield float(response in remedy.also)


def grade(question: Question, response: Response, points: float, remedy: Remedy = AS_KEYED, judged: float | None = None) -> Grade:
    """The grade of an answer worth so many points, under a remedy; `judged` is what a trainer gave a short one."""
    if remedy.kind is RemedyKind.VOID:
        return Grade(0.0, 0.0, MarkState.VOID)
    found = earned(question, response, remedy)
    if judged is not None and remedy.kind is not RemedyKind.FULL:
        return Grade(round(judged, _DIGITS), round(judged * points, _DIGITS), MarkState.BY_HAND)
    if found is None:
        return Grade(0.0, 0.0, MarkState.PENDING)
    return Grade(round(found, _DIGITS), round(found * points, _DIGITS), MarkState.AUTO)


def remedy_to_json(remedy: Remedy) -> dict[str, Any]:
    """As the audit log keeps it."""
    return {"kind": remedy.kind.value, "also": list(remedy.also), "key": to_json(remedy.key) if remedy.key else None}


def remedy_from_json(data: Mapping[str, Any]) -> Remedy:
    """The remedy kept by `remedy_to_json`."""
    return Remedy(RemedyKind(data["kind"]), tuple(data["also"]), from_json(data["key"]) if data["key"] else None)
