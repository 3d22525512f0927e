"""The knowledge entry and what it is made of. PURE values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from kb.facts import Fact


class Kind(StrEnum):
    """What an entry is: Script 情景话术, Tariff 资费口径, Basic 应知应会."""

    SCRIPT = "script"
    TARIFF = "tariff"
    BASIC = "basic"


class Status(StrEnum):
    """Where an entry stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Touchpoint(StrEnum):
    """Touchpoint 触点: the station of the customer's way through the hall."""

    ENTERING = "entering"
    INQUIRY = "inquiry"
    WAITING = "waiting"
    HANDLING = "handling"
    EXPERIENCE = "experience"
    LEAVING = "leaving"
    FOLLOWUP = "followup"


class Validity(StrEnum):
    """Whether an entry may be given to a customer on a day."""

    CURRENT = "current"
    ENDING = "ending"
    FUTURE = "future"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    DRAFT = "draft"


ENDING_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True, order=True)
class EntryRef:
    """知识条目版本引用: one version of one entry; the only coupling between the knowledge base and the quiz."""

    entry_id: str
    version: int

    def __str__(self) -> str:
        return f"{self.entry_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Context:
    """Where and when somebody asks; an empty place means not known, which sees everything in force anywhere."""

    as_of: date
    district: str = ""
    hall: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an entry holds; an empty part means everywhere."""

    districts: tuple[str, ...] = ()
    halls: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def allows(self, context: Context) -> bool:
        """Whether the entry holds for the asker's place."""
        parts = ((self.districts, context.district), (self.halls, context.hall), (self.channels, context.channel))
        return all(not allowed or not asked or asked in allowed for allowed, asked in parts)

    def overlaps(self, other: "Scope") -> bool:
        """Whether some place lies in both scopes."""
        parts = ((self.districts, other.districts), (self.halls, other.halls), (self.channels, other.channels))
        return all(not a or not b or bool(set(a) & set(b)) for a, b in parts)


@dataclass(frozen=True, slots=True)
class NeverSay:
    """禁用语: words that may never be said, and why."""

    phrase: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Power:
    """授权: what a role may decide alone."""

    role: str
    may: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of a scenario: who speaks (`客户` or `营业员`), the words, and the branch it stands in ("" for the trunk)."""

    speaker: str
    text: str
    branch: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A headed piece of the body; `level` 0 is what stands before the first heading; `line` is its first line in the file."""

    heading: str
    text: str
    level: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry was read: the path relative to the content folder and the line of every front-matter field."""

    path: str = ""
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    body_line: int = 1

    def line(self, name: str) -> int:
        """The line of a field, or of the one it stands in (`facts.price` → `facts`), or 1."""
        while name:
            if name in self.lines:
                return self.lines[name]
            name = name.rpartition(".")[0]
        return 1


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry 知识条目: one scenario script, tariff explanation or must-know, in one version.

    Texts hold references as written; `kb.references` renders them.
    """

    id: str
    title: str
    kind: Kind
    topic: str = "未分类"
    touchpoint: Touchpoint | None = None
    asks: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    effective_from: date | None = None
    effective_to: date | None = None
    supersedes: tuple[str, ...] = ()
    scope: Scope = Scope()
    must_say: tuple[str, ...] = ()
    never_say: tuple[NeverSay, ...] = ()
    empower: tuple[Power, ...] = ()
    owner: str = ""
    reviewed_on: date | None = None
    review_due: date | None = None
    version: int = 1
    status: Status = Status.PUBLISHED
    body: str = ""
    source: Source = Source()

    @property
    def ref(self) -> EntryRef:
        """This version of the entry."""
        return EntryRef(self.id, self.version)

    def in_force(self, day: date) -> bool:
        """Published and within its dates on that day; whether it was superseded is the library's to know."""
        starts, ends = self.effective_from or date.min, self.effective_to or date.max
        return self.status is Status.PUBLISHED and starts <= day <= ends

    def overlaps(self, other: "Entry") -> bool:
        """Whether the two have a day in common."""
        starts = max(self.effective_from or date.min, other.effective_from or date.min)
        return starts <= min(self.effective_to or date.max, other.effective_to or date.max)
