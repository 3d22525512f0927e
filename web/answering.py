"""What somebody filled in for a question, out of a form made by `question.html`."""

from werkzeug.datastructures import MultiDict

from kb.errors import QueryError
from quiz.exams.paper import Asked
from quiz.questions.grading import Response
from quiz.questions.question import QuestionType

NAME = "answer"


def shown_response(form: MultiDict[str, str], asked: Asked, name: str = NAME) -> Response:
    """The response in shown terms, None where nothing was filled in. Raises QueryError where steps share a number.

    Nothing is checked but the form: `quiz.exams.paper.to_canonical` does the rest.
    """
    if asked.type is QuestionType.ORDERING:
        return _order(ranks_of(form, asked, name))
    if asked.type is QuestionType.MULTIPLE:
        return sorted({int(value) for value in form.getlist(name) if _is_number(value)}) or None
    value = form.get(name, "").strip()
    if asked.type is QuestionType.TRUE_FALSE:
        return {"true": True, "false": False}.get(value)
    if asked.type in {QuestionType.NUMBER, QuestionType.SHORT}:
        return value or None
    return int(value) if _is_number(value) else None


def ranks_of(form: MultiDict[str, str], asked: Asked, name: str = NAME) -> list[str]:
    """The number that each shown step was given, as filled in."""
    return [form.get(f"{name}-{index}", "").strip() for index in range(len(asked.lines))]


def _order(ranks: list[str]) -> Response:
    if not any(ranks):
        return None
    if {int(rank) for rank in ranks if _is_number(rank)} != set(range(1, len(ranks) + 1)):
        raise QueryError("answer-order")
    return sorted(range(len(ranks)), key=lambda index: int(ranks[index]))


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 3
