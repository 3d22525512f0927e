"""A question file cut into its blocks, each part with its line; nothing is judged here but the form. PURE."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kb import Fault, fault

_HEADING = re.compile(r"##\s+(.*?)\s*#*\s*$")
_FIELD = re.compile(r"([A-Za-z_][\w-]*)\s*[:：]\s*(.*?)\s*$")
_OPTION = re.compile(r"[-*+]\s*\[([ xX]?)\]\s*(.*?)\s*$")
_KEY = re.compile(r"答案\s*[:：]\s*(.*?)\s*$")
_STEP = re.compile(r"\d+[.)、]\s*(.*?)\s*$")


@dataclass(slots=True)
class Block:
    """One `##` section: its fields, and its body sorted into stem, options, steps, answer lines and explanation, with lines from 1."""

    id: str
    line: int
    fields: dict[str, tuple[int, str]] = field(default_factory=dict)
    stem: list[tuple[int, str]] = field(default_factory=list)
    options: list[tuple[int, bool, str]] = field(default_factory=list)
    steps: list[tuple[int, str]] = field(default_factory=list)
    keys: list[tuple[int, str]] = field(default_factory=list)
    quote: list[tuple[int, str]] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether some form of answer was read."""
        return bool(self.options or self.steps or self.keys)

    @property
    def answer_lines(self) -> list[int]:
        """The line of every option, step and answer line, in this order."""
        return [*(line for line, _, _ in self.options), *(line for line, _ in self.steps), *(line for line, _ in self.keys)]

    @property
    def answer_line(self) -> int:
        """The first line of the answer, or of the question where there is none."""
        return min(self.answer_lines, default=self.line)

    def text(self, rows: list[tuple[int, str]]) -> str:
        """Lines joined, without blank ones around them."""
        return "\n".join(text for _, text in rows).strip()


def blocks(text: str, path: str) -> tuple[list[Block], list[Fault]]:
    """Every `##` block of a file, and what is wrong with the form of the file."""
    rows = list(enumerate(text.split("\n"), 1))
    first = next(((n, row) for n, row in rows if row.strip()), (1, ""))
    faults = [] if re.match(r"#\s+\S", first[1]) else [fault(path, first[0], "question-title")]
    found: list[Block] = []
    for group in _groups(rows):
        block, wrong = _block(group, path)
        found.append(block)
        faults += wrong
    return found, faults


def _groups(rows: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    group: list[tuple[int, str]] = []
    for number, row in rows:
        if _HEADING.match(row) or re.match(r"##\s*$", row):
            if group:
                yield group
            group = []
        if group or row.startswith("##"):
            group.append((number, row))
    if group:
        yield group


def _block(rows: list[tuple[int, str]], path: str) -> tuple[Block, list[Fault]]:
    block, faults = Block(rows[0][1].lstrip("#").strip(), rows[0][0]), list[Fault]()
    body = 1
    for number, row in rows[1:]:
        m = _FIELD.match(row)
        if m is None:
            break
        body += 1
        if m[1] in block.fields:
            faults.append(fault(path, number, "duplicate-field", field=m[1]))
        block.fields[m[1]] = (number, m[2])
    ordering = block.fields.get("type", (0, ""))[1] == "ordering"
    for number, row in rows[body:]:
        if (stray := _sort(block, number, row, ordering=ordering)) is not None:
            faults.append(fault(path, number, "question-stray", text=stray))
    return block, faults


def _sort(block: Block, number: int, row: str, *, ordering: bool) -> str | None:
    """Put a line where it belongs; the line itself when it belongs nowhere."""
    if row.startswith(">"):
        block.quote.append((number, row[1:].strip()))
    elif m := _OPTION.match(row):
        block.options.append((number, m[1] in {"x", "X"}, m[2]))
    elif m := _KEY.match(row):
        block.keys.append((number, m[1]))
    elif ordering and (m := _STEP.match(row)):
        block.steps.append((number, m[1]))
    elif not block.answered and not block.quote:
        block.stem.append((number, row))
    elif row.strip():
        return row.strip()[:20]
    return None
