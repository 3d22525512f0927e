"""What a question is pinned to, and why it no longer holds: the pinned version and facts against the library of now. PURE."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kb import Context, Entry, EntryRef, Library, Validity, chinese_date, find_references
from quiz.questions.question import Question, QuestionType

WORDED = frozenset({QuestionType.BEST_REPLY, QuestionType.ORDERING, QuestionType.SHORT})
LONGEST_DIFF = 40


class Why(StrEnum):
    """Why a question is stale."""

    FACT_CHANGED = "fact-changed"
    FACT_GONE = "fact-gone"
    TEXT_CHANGED = "text-changed"
    ENTRY_GONE = "entry-gone"
    ENTRY_WITHDRAWN = "entry-withdrawn"
    ENTRY_EXPIRED = "entry-expired"
    ENTRY_SUPERSEDED = "entry-superseded"
    ENTRY_FUTURE = "entry-future"
    UNSOUND = "unsound"
    REWORDED = "reworded"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class PinnedFact:
    """A fact as it was when the question was last confirmed."""

    entry_id: str
    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Pins:
    """What a question rests on: the version of its entry, the facts that it tests or shows, and the lines of the entry where it tests its wording."""

    entry: EntryRef
    facts: tuple[PinnedFact, ...] = ()
    wording: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for being stale: what was, and what is now ("" where there is nothing)."""

    why: Why
    entry_id: str
    name: str = ""
    label: str = ""
    old: str = ""
    new: str = ""


def pins(question: Question, library: Library, day: date) -> Pins:
    """What a question rests on, as the library says on a day; an unbound question rests on nothing."""
    entry = library.get(question.entry) or library.pick(question.entry.entry_id, day)
    if entry is None:
        return Pins(question.entry)
    named = _named(question)
    facts = tuple(f for f in (_pinned(entry_id, name, entry, library, day) for entry_id, name in named) if f)
    return Pins(entry.ref, facts, _wording(entry, question.type, whole=not named))


def _named(question: Question) -> list[tuple[str, str]]:
    """(entry, fact) of every fact that a question tests or refers to, once each."""
    own = question.entry.entry_id
    texts = (question.stem, *(o.text for o in question.options), *question.steps, question.key, question.explanation)
    shown = ((ref.entry_id or own, ref.fact) for text in texts for ref in find_references(text) if ref.fact)
    return list(dict.fromkeys([*((ref.entry_id, ref.name) for ref in question.facts), *shown]))


def _pinned(entry_id: str, name: str, entry: Entry, library: Library, day: date) -> PinnedFact | None:
    owner = entry if entry_id == entry.id else library.pick(entry_id, day)
    fact = owner.facts.get(name) if owner else None
    return PinnedFact(entry_id, name, fact.label, library.render(fact.value, owner, day)) if owner and fact else None


def _wording(entry: Entry, kind: QuestionType, *, whole: bool) -> tuple[str, ...]:
    """The lines of an entry that a question tests: all with its facts where it names none, the text where replies or steps are asked, else none.

    References stay as written: a price of elsewhere does not change what this entry says.
    """
    if not whole and kind not in WORDED:
        return ()
    said = (f"{n.phrase} {n.reason}" for n in entry.never_say)
    may = (f"{p.role} {p.may}" for p in entry.empower)
    facts = (f"{f.label}：{f.value}" for f in entry.facts.values()) if whole else ()
    lines = (*entry.body.split("\n"), *entry.must_say, *said, *may, *facts)
    return tuple(text for text in (" ".join(line.split()) for line in lines) if text)


def reasons(pinned: Pins, kind: QuestionType, library: Library, day: date) -> tuple[Reason, ...]:
    """Why a question no longer holds on a day, none while it does; a new version alone is no reason."""
    entry = library.pick(pinned.entry.entry_id, day)
    if entry is None:
        return (Reason(Why.ENTRY_GONE, pinned.entry.entry_id),)
    return (*_out_of_force(entry, library, day), *_facts(pinned, entry, library, day), *_reworded(pinned, kind, entry))


def _out_of_force(entry: Entry, library: Library, day: date) -> Iterator[Reason]:
    validity = library.validity(entry, Context(day))
    if validity in {Validity.RETIRED, Validity.DRAFT}:
        yield Reason(Why.ENTRY_WITHDRAWN, entry.id)
    elif validity is Validity.EXPIRED and entry.effective_to:
        yield Reason(Why.ENTRY_EXPIRED, entry.id, old=chinese_date(entry.effective_to))
    elif validity is Validity.FUTURE and entry.effective_from:
        yield Reason(Why.ENTRY_FUTURE, entry.id, new=chinese_date(entry.effective_from))
    elif validity is Validity.SUPERSEDED:
        other = library.successor(entry, Context(day))
        yield Reason(Why.ENTRY_SUPERSEDED, entry.id, old=entry.title, new=other.title if other else "")


def _facts(pinned: Pins, entry: Entry, library: Library, day: date) -> Iterator[Reason]:
    for fact in pinned.facts:
        now = _pinned(fact.entry_id, fact.name, entry, library, day)
        if now is None:
            yield Reason(Why.FACT_GONE, fact.entry_id, fact.name, fact.label, fact.value)
        elif now.value != fact.value:
            yield Reason(Why.FACT_CHANGED, fact.entry_id, fact.name, now.label, fact.value, now.value)


def _reworded(pinned: Pins, kind: QuestionType, entry: Entry) -> Iterator[Reason]:
    if not pinned.wording or entry.version == pinned.entry.version:
        return
    now = _wording(entry, kind, whole=not pinned.facts)
    gone, come = _difference(pinned.wording, now)
    if gone or come:
        yield Reason(Why.TEXT_CHANGED, entry.id, old="\n".join(gone), new="\n".join(come))


def _difference(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines that are gone and those that came, at most so many of each."""
    gone, come = list[str](), list[str]()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[a:b]
            come += new[c:d]
    return gone[:LONGEST_DIFF], come[:LONGEST_DIFF]


def merged(before: Sequence[Reason], now: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons of a question that was stale already: those of now, with the oldest value that was confirmed, and those that a new wording hid."""
    found = {(r.why, r.entry_id, r.name): r for r in now}
    for old in before:
        key = (old.why, old.entry_id, old.name)
        new = found.get(key)
        found[key] = Reason(old.why, old.entry_id, old.name, new.label, old.old, new.new) if new else old
    return tuple(found.values())
