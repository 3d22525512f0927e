"""The body of an entry: sections, turns, and the sentence to say. PURE."""

import re
from collections.abc import Iterator

from kb.entry import Section, Turn

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_TURN = re.compile(r"^(?:[-*]\s+)?(?:\*\*)?(客户|顾客|营业员|店员|引导员)(?:\*\*)?\s*[:：]\s*(?:\*\*)?\s*(.*)$")
_CLERKS = {"营业员", "店员", "引导员"}
_MARKUP = re.compile(r"(\*\*|__|`|^>\s?|^\s*[-*+]\s+|^\s*\d+[.)]\s+)", re.MULTILINE)


def sections(body: str, first_line: int = 1) -> list[Section]:
    """The body cut at its headings; joined again, the texts and headings are the body."""
    found: list[Section] = []
    heading, level, start, rows = "", 0, first_line, list[str]()
    for number, row in enumerate(body.split("\n"), first_line):
        m = _HEADING.match(row)
        if m is None:
            rows.append(row)
            continue
        found.append(Section(heading, "\n".join(rows).strip("\n"), level, start))
        heading, level, start, rows = m[2], len(m[1]), number, []
    found.append(Section(heading, "\n".join(rows).strip("\n"), level, start))
    return [s for s in found if s.heading or s.text.strip()]


def turns(body: str, first_line: int = 1) -> list[Turn]:
    """Every line of dialogue with its speaker (`客户` or `营业员`) and the branch heading it stands under."""
    found, branch = [], ""
    for number, row in enumerate(body.split("\n"), first_line):
        if heading := _HEADING.match(row):
            branch = heading[2] if len(heading[1]) >= 3 else ""
        elif m := _TURN.match(row.strip()):
            speaker = "营业员" if m[1] in _CLERKS else "客户"
            found.append(Turn(speaker, m[2], branch, number))
    return found


def sentence_to_say(body: str) -> str:
    """The first block quote; else the first thing the clerk says; else the first paragraph; else ""."""
    for quote in _block_quotes(body):
        return quote
    for turn in turns(body):
        if turn.speaker == "营业员":
            return plain(turn.text)
    for section in sections(body):
        for paragraph in re.split(r"\n\s*\n", section.text):
            if text := plain(paragraph).strip():
                return text
    return ""


def _block_quotes(body: str) -> Iterator[str]:
    rows: list[str] = []
    for row in [*body.split("\n"), ""]:
        if row.startswith(">"):
            rows.append(row[1:].strip())
        elif rows:
            if text := plain("\n".join(rows)).strip():
                yield text
            rows = []


def plain(text: str) -> str:
    """Markdown without its marks, for reading out and for the index."""
    return _MARKUP.sub("", text).replace("\n", " ").strip()


def clerk_lines(body: str, first_line: int = 1) -> list[tuple[int, str]]:
    """(line, text) of everything but what the customer says: what the clerk reads or says."""
    found = []
    for number, row in enumerate(body.split("\n"), first_line):
        if row.strip() and not said_by_customer(row):
            found.append((number, row))
    return found


def said_by_customer(row: str) -> bool:
    """Whether a line of the body is the customer's."""
    m = _TURN.match(row.strip())
    return m is not None and m[1] not in _CLERKS
