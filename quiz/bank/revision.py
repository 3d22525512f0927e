"""A question as a revision keeps it: written, shown, and what it is pinned to, as JSON. PURE."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from kb import EntryRef, Library
from quiz.bank.staleness import PinnedFact, Pins, Reason, Why, pins
from quiz.questions.codec import digest, from_json, to_json
from quiz.questions.question import Question, rendered

_FOLLOWING = frozenset({"version", "origin"})  # what no author decides


@dataclass(frozen=True, slots=True)
class Wording:
    """The columns of a revision that follow from a question and the library of a day."""

    entry_version: int
    written: dict[str, Any]
    shown: dict[str, Any]
    facts: list[dict[str, Any]]
    digest: str


def worded(question: Question, library: Library, day: date) -> Wording:
    """A question pinned to the version in force on a day, rendered with that day's numbers."""
    entry = library.pick(question.entry.entry_id, day)
    bound = replace(question, entry=entry.ref if entry else EntryRef(question.entry.entry_id, 0))
    held, shown = pins(bound, library, day), rendered(bound, library, day)
    facts = [{"entry": f.entry_id, "name": f.name, "label": f.label, "value": f.value} for f in held.facts]
    written = {**to_json(bound), "wording": list(held.wording)}
    return Wording(bound.entry.version, written, to_json(shown), facts, digest(shown))


def pins_from(written: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> Pins:
    """What a revision is pinned to."""
    held = tuple(PinnedFact(f["entry"], f["name"], f["label"], f["value"]) for f in facts)
    return Pins(EntryRef(written["entry"], written["version"]), held, tuple(written.get("wording", ())))


def as_authored(written: Mapping[str, Any]) -> dict[str, Any]:
    """What an author decides about a question, without what follows from the library."""
    return {name: value for name, value in to_json(from_json(written)).items() if name not in _FOLLOWING}


def says_the_same(written: Mapping[str, Any], question: Question) -> bool:
    """Whether a revision is to the letter what an author has decided about a question; where it is, so are both of `as_authored`."""
    return all(written.get(name) == value for name, value in to_json(question).items() if name not in _FOLLOWING)


def reasons_to_json(found: Sequence[Reason]) -> list[dict[str, Any]]:
    """Reasons as `QuestionRow.stale_why` keeps them."""
    return [{**asdict(reason), "why": reason.why.value} for reason in found]


def reasons_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """The reasons kept in `QuestionRow.stale_why`."""
    return tuple(Reason(**{**item, "why": Why(item["why"])}) for item in data)
