"""The question 题目 and its parts. PURE values."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kb import EntryRef, Library


class QuestionType(StrEnum):
    """How a question is asked and answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    NUMBER = "number"
    ORDERING = "ordering"
    BEST_REPLY = "best_reply"
    SHORT = "short"


class QuestionStatus(StrEnum):
    """Where a question stands in its life; only live ones come into papers."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    LIVE = "live"
    RETIRED = "retired"


class Origin(StrEnum):
    """Who made a question: a person, or `hallwise questions generate`."""

    WRITTEN = "written"
    GENERATED = "generated"


CHOICES = frozenset({QuestionType.SINGLE, QuestionType.BEST_REPLY, QuestionType.MULTIPLE})
TRUE, FALSE = "对", "错"


@dataclass(frozen=True, slots=True, order=True)
class FactRef:
    """One fact that a question tests."""

    entry_id: str
    name: str

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.name}"


@dataclass(frozen=True, slots=True)
class Option:
    """One line to tick, and whether it belongs to the key."""

    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question was read: the path relative to the content folder and the first line of each of its parts."""

    path: str = ""
    line: int = 1
    stem: int = 1
    answer: int = 1
    explanation: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """Question 题目: pinned to the version of its entry that was in force when it was read, and to the facts it tests.

    `options` hold the key of a choice, `steps` the right order of an ordering, `key` the answer of a true/false (`对`, `错`) or a number,
    or the model answer by which a trainer marks a short one.
    Texts hold references as written; `rendered` replaces them.
    """

    id: str
    type: QuestionType
    entry: EntryRef
    stem: str
    options: tuple[Option, ...] = ()
    steps: tuple[str, ...] = ()
    key: str = ""
    facts: tuple[FactRef, ...] = ()
    difficulty: int = 3
    status: QuestionStatus = QuestionStatus.LIVE
    explanation: str = ""
    origin: Origin = Origin.WRITTEN
    place: Place = Place()

    @property
    def right(self) -> tuple[str, ...]:
        """The texts that make up the key, of any type."""
        return tuple(o.text for o in self.options if o.right) or self.steps or ((self.key,) if self.key else ())

    def mapped(self, change: Callable[[str], str]) -> "Question":
        """The question with every text changed; what it is bound to stays."""
        return replace(
            self,
            stem=change(self.stem),
            options=tuple(Option(change(o.text), o.right) for o in self.options),
            steps=tuple(map(change, self.steps)),
            key=change(self.key),
            explanation=change(self.explanation),
        )


def rendered(question: Question, library: Library, day: date) -> Question:
    """The question as it is shown: references replaced by the values of its pinned version, and of the day for other entries.

    A reference that leads nowhere stays as written.
    """
    entry = library.get(question.entry) or library.pick(question.entry.entry_id, day)
    return question.mapped(lambda text: library.render(text, entry, day)) if entry else question
