"""One search result, complete enough to be read out without opening it. PURE."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from kb.chunk import Passage
from kb.entry import Context, Entry, NeverSay, Validity
from kb.facts import chinese_date
from kb.library import Library
from kb.markdown import sentence_to_say
from kb.numbers import NumberMatch
from kb.tokens import tokens


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact as shown: label and value with its references rendered."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Hit 命中: an entry with its score, why it matched, and everything that a clerk has to see at once.

    All texts hold the numbers of the day that was asked for.
    """

    entry: Entry
    score: float
    validity: Validity
    matched: Passage
    words: tuple[str, ...]
    say: str
    facts: tuple[FactView, ...]
    must_say: tuple[str, ...]
    never_say: tuple[NeverSay, ...]
    numbers: NumberMatch
    dates: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a query; `confident` False means that nothing fits and the hits are only the nearest entries. `took_ms` is wall time."""

    query: str
    words: str
    confident: bool
    hits: tuple[Hit, ...]
    took_ms: float = 0.0
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a hit that are the same for every query of a day."""

    say: str
    facts: tuple[FactView, ...]
    must_say: tuple[str, ...]
    never_say: tuple[NeverSay, ...]
    dates: str


def shown(library: Library, entry: Entry, day: date) -> Shown:
    """The texts of an entry with the numbers of that day."""

    def render(text: str) -> str:
        return library.render(text, entry, day)

    return Shown(
        say=render(sentence_to_say(entry.body)),
        facts=tuple(FactView(f.name, f.label, render(f.value)) for f in entry.facts.values()),
        must_say=tuple(map(render, entry.must_say)),
        never_say=tuple(NeverSay(n.phrase, render(n.reason)) for n in entry.never_say),
        dates=validity_dates(entry),
    )


def make_hit(
    library: Library, entry: Entry, context: Context, words: str, matched: Passage, score: float, numbers: NumberMatch, texts: Shown | None = None
) -> Hit:
    """The hit of an entry for a query's `words`; `texts` are its `shown` texts, where they are at hand already."""
    texts = texts or shown(library, entry, context.as_of)
    return Hit(
        entry=entry,
        score=score,
        validity=library.validity(entry, context),
        matched=matched,
        words=matching_words(words, matched.text),
        say=texts.say,
        facts=texts.facts,
        must_say=texts.must_say,
        never_say=texts.never_say,
        numbers=numbers,
        dates=texts.dates,
    )


def validity_dates(entry: Entry) -> str:
    """`2026年1月1日至2026年12月31日`, with 起 or 止 alone where one side is open, "" where both are."""
    if entry.effective_from and entry.effective_to:
        return f"{chinese_date(entry.effective_from)}至{chinese_date(entry.effective_to)}"
    if entry.effective_from:
        return f"{chinese_date(entry.effective_from)}起"
    return f"{chinese_date(entry.effective_to)}止" if entry.effective_to else ""


def matching_words(query: str, text: str) -> tuple[str, ...]:
    """The longest pieces of a query that stand in a text: two characters or more, or a whole Latin word."""
    low, found, at = text.lower(), list[str](), 0
    asked = query.lower()
    while at < len(asked):
        size = next((n for n in range(min(len(asked) - at, 20), 1, -1) if asked[at : at + n] in low and asked[at : at + n].strip()), 0)
        if size:
            found.append(asked[at : at + size].strip())
        at += max(size, 1)
    singles = [t for t in tokens(query) if len(t) == 1 and t in low] if not found else []
    return tuple(dict.fromkeys(w for w in [*found, *singles] if w))


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit as the API and `hallwise search --json` give it."""
    entry = hit.entry
    return {
        "id": entry.id,
        "version": entry.version,
        "title": entry.title,
        "kind": entry.kind.value,
        "topic": entry.topic,
        "touchpoint": entry.touchpoint.value if entry.touchpoint else None,
        "score": round(hit.score, 4),
        "validity": hit.validity.value,
        "effective_from": entry.effective_from.isoformat() if entry.effective_from else None,
        "effective_to": entry.effective_to.isoformat() if entry.effective_to else None,
        "matched": {"kind": hit.matched.kind.value, "text": hit.matched.text, "words": list(hit.words)},
        "say": hit.say,
        "facts": [{"name": f.name, "label": f.label, "value": f.value} for f in hit.facts],
        "must_say": list(hit.must_say),
        "never_say": [{"phrase": n.phrase, "reason": n.reason} for n in hit.never_say],
        "numbers": {"carried": list(hit.numbers.carried), "others": list(hit.numbers.others)},
    }
