"""Golden sets: queries with the entries that answer them. PURE."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from kb.faults import Fault, fault

CLASSES = (
    "colloquial", "complaint", "tariff name", "number", "pinyin", "typo", "English", "off-topic", "sibling", "withdrawn", "touchpoint",
)  # fmt: skip
OFF_TOPIC = "off-topic"
_AS_OF = re.compile(r"#\s*as_of:\s*(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One query, the ids that answer it (best first, none for off-topic), and its class."""

    query: str
    relevant: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden set and the day on which its answers hold."""

    judgements: tuple[Judgement, ...]
    as_of: date | None


def parse_golden(text: str, path: str, known: Collection[str] | None = None) -> tuple[Golden, list[Fault]]:
    """A golden set from tab-separated text; faulty rows are left out and reported; `known` are the ids that exist."""
    judgements, faults, seen, day = [], list[Fault](), dict[str, int](), None
    for number, row in enumerate(text.splitlines(), 1):
        if m := _AS_OF.match(row):
            try:
                day = date.fromisoformat(m[1])
            except ValueError:
                faults.append(fault(path, number, "bad-date", field="as_of", value=m[1]))
        if not row.strip() or row.startswith(("#", "query\t")):
            continue
        cells = [cell.strip() for cell in row.split("\t")]
        if wrong := _row_faults(cells, path, number, seen, known):
            faults += wrong
            continue
        seen[cells[0]] = number
        judgements.append(Judgement(cells[0], tuple(i for i in re.split(r"[,\s]+", cells[1]) if i), cells[2]))
    return Golden(tuple(judgements), day), faults


def _row_faults(cells: list[str], path: str, number: int, seen: dict[str, int], known: Collection[str] | None) -> list[Fault]:
    if len(cells) != 3:
        return [fault(path, number, "golden-columns", want=3, got=len(cells))]
    found = []
    if cells[0] in seen:
        found.append(fault(path, number, "golden-twice", query=cells[0], first=seen[cells[0]]))
    if cells[2] not in CLASSES:
        found.append(fault(path, number, "golden-class", value=cells[2], choices=", ".join(CLASSES)))
    ids = [i for i in re.split(r"[,\s]+", cells[1]) if i]
    found += [fault(path, number, "golden-entry", id=i) for i in ids if known is not None and i not in known]
    return found
