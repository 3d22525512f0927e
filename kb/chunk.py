"""Entry → Passages, the pieces of text that are indexed. PURE."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kb.entry import Entry
from kb.markdown import plain, said_by_customer, sections, turns

LONGEST = 160
_WORD = re.compile(r"\w")
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;\n])")


class PassageKind(StrEnum):
    """Which part of an entry a passage is."""

    TITLE = "title"
    TOPIC = "topic"
    ASK = "ask"
    TURN = "turn"
    FACTS = "facts"
    SECTION = "section"


SHORT = frozenset({PassageKind.TITLE, PassageKind.TOPIC, PassageKind.ASK, PassageKind.TURN})


@dataclass(frozen=True, slots=True)
class Passage:
    """Passage 段落: one indexed text of an entry; `text` is what is matched and shown as the reason."""

    kind: PassageKind
    text: str


def passages(entry: Entry, render: Callable[[str], str]) -> list[Passage]:
    """The passages of an entry: title, topic, asks, what the customer says, facts, and its sections cut to at most `LONGEST` characters.

    `render` replaces references by their values.
    """
    found = [Passage(PassageKind.TITLE, entry.title), Passage(PassageKind.TOPIC, entry.topic)]
    found += [Passage(PassageKind.ASK, ask) for ask in entry.asks]
    said = (plain(turn.text) for turn in turns(entry.body) if turn.speaker == "客户")
    found += [Passage(PassageKind.TURN, text) for text in said if len(_WORD.findall(text)) >= 4]
    if facts := "，".join(f"{fact.label}{render(fact.value)}" for fact in entry.facts.values()):
        found += [Passage(PassageKind.FACTS, piece) for piece in cut(f"{entry.title}：{facts}")]
    for section in sections(entry.body):
        rows = [row for row in section.text.split("\n") if not said_by_customer(row)]
        text = plain(render("\n".join(rows)))
        found += [Passage(PassageKind.SECTION, f"{section.heading} {piece}".strip()) for piece in cut(text) if piece.strip()]
    return found


def cut(text: str, longest: int = LONGEST) -> list[str]:
    """A text in pieces of at most `longest` characters, cut at sentence ends where there are any; joined they are the text."""
    pieces, current = [], ""
    for sentence in _SENTENCE_END.split(text):
        if len(current) + len(sentence) > longest and current:
            pieces.append(current)
            current = ""
        current += sentence
        while len(current) > longest:
            pieces.append(current[:longest])
            current = current[longest:]
    return [*pieces, current] if current else pieces
