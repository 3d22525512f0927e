"""Questions → Markdown that `quiz.questions.file` reads back without a fault. PURE."""

from collections.abc import Iterable, Iterator

from quiz.questions.question import CHOICES, Question, QuestionStatus, QuestionType


def write_questions(title: str, questions: Iterable[Question]) -> str:
    """A question file."""
    return "\n\n".join([f"# {title}", *map(write_question, questions)]) + "\n"


def write_question(question: Question) -> str:
    """One `##` block without a newline at its end."""
    parts = ["\n".join(_head(question)), question.stem, "\n".join(_answer(question))]
    if question.explanation:
        parts.append("\n".join(f"> {row}".rstrip() for row in question.explanation.split("\n")))
    return "\n\n".join(parts)


def _head(question: Question) -> Iterator[str]:
    yield f"## {question.id}"
    yield f"type: {question.type.value}"
    yield f"entry: {question.entry.entry_id}"
    own = question.entry.entry_id
    if question.facts:
        yield "facts: " + ", ".join(ref.name if ref.entry_id == own else str(ref) for ref in question.facts)
    yield f"difficulty: {question.difficulty}"
    if question.status is not QuestionStatus.LIVE:
        yield f"status: {question.status.value}"


def _answer(question: Question) -> Iterator[str]:
    if question.type in CHOICES:
        yield from (f"- [{'x' if option.right else ' '}] {option.text}" for option in question.options)
    elif question.type is QuestionType.ORDERING:
        yield from (f"{number}. {step}" for number, step in enumerate(question.steps, 1))
    else:
        yield f"答案：{question.key}"
