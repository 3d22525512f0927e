"""Which five questions somebody practises on a day: due cards first, then new questions on weak topics and changed wordings. PURE."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FIVE = 5
_NEW_OF_A_TOPIC = 2
_PRIOR_ANSWERS = 5.0
_WEAK = 0.8


class Why(StrEnum):
    """Why a question is among the five."""

    MISTAKE = "mistake"
    ASSIGNED = "assigned"
    DUE = "due"
    CHANGED = "changed"
    WEAK = "weak"
    NEW = "new"


_DUE_ORDER = (Why.MISTAKE, Why.ASSIGNED, Why.DUE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be practised; `due` is None for one never met. `entry_id` is "" where the question is bound to none."""

    question_id: str
    topic: str
    entry_id: str
    why: Why
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers to the questions of a topic, and the credit they earned."""

    answers: int = 0
    credit: float = 0.0


def accuracies(tallies: Mapping[str, Tally], topics: Iterable[str]) -> dict[str, float]:
    """Share right by topic, drawn towards the person's own mean as if that were five further answers, so that one slip makes no weak topic.

    (credit + 5 · mean) / (answers + 5); a topic without answers has the mean, and somebody without answers 1.
    """
    answers = sum(t.answers for t in tallies.values())
    mean = sum(t.credit for t in tallies.values()) / answers if answers else 1.0
    found = {topic: tallies.get(topic, Tally()) for topic in topics}
    return {topic: (t.credit + _PRIOR_ANSWERS * mean) / (t.answers + _PRIOR_ANSWERS) for topic, t in found.items()}


def weakest(accuracy: Mapping[str, float], seed: str) -> list[str]:
    """The topics, the weakest first; the seed of the day decides between equals."""
    return sorted(accuracy, key=lambda topic: (round(accuracy[topic], 9), _chance(seed, topic)))


def is_weak(accuracy: float) -> bool:
    """Whether a topic is called weak on the page."""
    return accuracy < _WEAK


def pick_due(due: Iterable[Candidate], entries: Collection[str], room: int) -> list[Candidate]:
    """So many due cards of different entries: mistakes, then what was assigned, then the rest, the longest due first."""
    ordered = sorted(due, key=lambda c: (_DUE_ORDER.index(c.why), c.due, c.question_id))
    return _different(ordered, set(entries), room)


def pick_new(fresh: Iterable[Candidate], ranked: Mapping[str, int], seed: str, entries: Collection[str], room: int) -> list[Candidate]:
    """So many questions never met: one whose wording changed, then the weakest topics, at most two of a topic while others are left.

    `ranked` gives each topic its place, the weakest first; questions bound to no entry are left out, as they lead to none.
    """
    ordered = sorted((c for c in fresh if c.entry_id), key=lambda c: (ranked.get(c.topic, len(ranked)), _chance(seed, c.question_id)))
    taken = set(entries)
    chosen = _different((c for c in ordered if c.why is Why.CHANGED), taken, min(1, room))
    of_topic = Counter(c.topic for c in chosen)
    for candidate in ordered:
        if of_topic[candidate.topic] < _NEW_OF_A_TOPIC and (found := _different([candidate], taken, room - len(chosen))):
            chosen += found
            of_topic[candidate.topic] += 1
    return [*chosen, *_different(ordered, taken, room - len(chosen))]


def _different(candidates: Iterable[Candidate], entries: set[str], room: int) -> list[Candidate]:
    """The first candidates whose entries are not taken; takes their entries."""
    chosen = list[Candidate]()
    for candidate in candidates:
        if len(chosen) < room and (not candidate.entry_id or candidate.entry_id not in entries):
            chosen.append(candidate)
            entries.add(candidate.entry_id)
    return chosen


def _chance(seed: str, name: str) -> str:
    return hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).hexdigest()
