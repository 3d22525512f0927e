"""The blueprint 组卷蓝图: what every form of an exam has to hold. PURE values; `quiz.forms.blueprintfile` reads and writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from quiz.bank.difficulty import Band, band

TOPIC, TYPE = "topic", "type"


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a blueprint: so many questions of a kind, each for so many points.

    A question fits where its expected credit lies in one of the `bands` and each attribute named by `filters` has one of the values
    listed; nothing listed means anything goes. `topics` and `types` of the file are the filters `topic` and `type`.
    """

    name: str
    count: int
    points: float = 1.0
    bands: tuple[Band, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def fits(self, attributes: Mapping[str, str], expected: float) -> bool:
        """Whether a question with these attributes and this expected credit belongs here."""
        if self.bands and band(expected) not in self.bands:
            return False
        return all(attributes.get(name, "") in values for name, values in self.filters.items())


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Blueprint 组卷蓝图: the cells of a form, the rules of the exam, and which questions stay out.

    `pass_mark` is a share of the full points. A question stays out unless it was last used `not_used_for_months` months ago or
    longer (0: no such rule; 1: not in the same month). Any two forms share at most `max_overlap` questions.
    """

    title: str
    cells: tuple[Cell, ...]
    minutes: int = 60
    pass_mark: float = 0.8
    exclude_questions: frozenset[str] = frozenset()
    exclude_entries: frozenset[str] = frozenset()
    not_used_for_months: int = 0
    max_overlap: int = 0
    forms: int = 1

    @property
    def questions(self) -> int:
        """Questions in a form."""
        return sum(cell.count for cell in self.cells)

    @property
    def points(self) -> float:
        """Full points of a form."""
        return sum(cell.count * cell.points for cell in self.cells)
