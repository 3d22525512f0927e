"""A response in words, for pages that show what was answered. PURE."""

from quiz.questions.grading import Response
from quiz.questions.question import CHOICES, FALSE, TRUE, Question, QuestionType


def response_text(question: Question, response: Response) -> str:
    """What somebody answered, in the words of the question; "" where nothing was answered or the response fits no answer to it."""
    if response is None or response in ("", []):
        return ""
    try:
        return _text(question, response)
    except (IndexError, TypeError, ValueError):
        return ""


def _text(question: Question, response: Response) -> str:
    if question.type in CHOICES:
        chosen = response if isinstance(response, list) else [int(response or 0)]
        return "；".join(question.options[index].text for index in chosen)
    if question.type is QuestionType.ORDERING:
        assert isinstance(response, list)
        return " → ".join(question.steps[index] for index in response)
    if question.type is QuestionType.TRUE_FALSE:
        return TRUE if response else FALSE
    return str(response)
