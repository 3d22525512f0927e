"""What the bank's pages share: the library of now, today, titles, and files to save."""

from kb.entry import Entry
from kb.errors import SnapshotError
from quiz.exams.paper import Asked, Item, draw, lines_of
from quiz.questions.question import Question
from web.catalogue import library
from web.clock import today


def entry_of(entry_id: str) -> Entry | None:
    """An entry as it is today; None where it is unknown, or while there is no index."""
    try:
        return library().pick(entry_id, today()) if entry_id else None
    except SnapshotError:
        return None


def title_of(entry_id: str) -> str:
    """The title of an entry, its id where it is unknown."""
    entry = entry_of(entry_id)
    return entry.title if entry else entry_id


def as_met(question: Question) -> Asked:
    """A question as a clerk may meet it, its options in one drawn order."""
    (slot,) = draw(0, question.id, [Item(1, 0, 1.0, question)])
    lines = lines_of(question)
    return Asked(1, question.type, question.stem, tuple(lines[i] for i in slot.order), 1.0)
