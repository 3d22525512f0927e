"""Tables of a document as facts of an entry, or as Markdown where they hold none. PURE."""

import re
from collections.abc import Collection, Sequence

from kb.authoring.entryform import FactLine
from kb.authoring.slugs import fact_slug
from kb.exchange.marks import named, unmarked
from kb.facts import LABELS

_HEADS = frozenset({"项目", "内容", "要素", "名称", "说明", "资费", "标准", "值", "数值", "参数", "类别", "明细"})
_CHINESE_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_DAY = r"(\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?)"
_PERIOD = re.compile(rf"{_DAY}\s*(?:至|到|—+|–|~|～|-+)\s*{_DAY}")
_MOST, _LONGEST_LABEL = 40, 30
_NAME = re.compile(r"[a-z][a-z0-9_]*")
Rows = Sequence[Sequence[str]]


def facts_of(rows: Rows, taken: Collection[str] = ()) -> list[FactLine]:
    """The facts of a table with two columns (name, value), or of one with a head and a single row; none for any other."""
    full = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    width = max((len(row) for row in full), default=0)
    if width == 2:
        pairs = [(row[0], row[1]) for row in full if len(row) == 2]
        if pairs and set(pairs[0]) <= _HEADS:
            del pairs[0]
    elif width > 2 and len(full) == 2:
        pairs = list(zip(full[0], full[1], strict=False))
    elif width > 2 and len(full) > 2 and (width - 1) * (len(full) - 1) <= _MOST:
        pairs = [(f"{row[0]}{head}", cell) for row in full[1:] for head, cell in zip(full[0][1:], row[1:], strict=False)]
    else:
        return []
    good = [(*named(label), value) for label, value in pairs if label and value]
    if not good or len(good) > _MOST or any(len(label) > _LONGEST_LABEL for label, _, _ in good):
        return []
    names, found = set(taken), []
    for written, wanted, value in (pair for row in good for pair in _dated(*row)):
        label = written.rstrip("：:")
        name = fact_name(label, wanted, names)
        names.add(name)
        found.append(FactLine(name, label, fact_value(value)))
    return found


def _dated(label: str, wanted: str, value: str) -> list[tuple[str, str, str]]:
    """A row as it is; of a period (`活动时间 2026年11月1日至2026年12月31日`) the beginning and the end."""
    if wanted or not (m := _PERIOD.fullmatch(value.strip())):
        return [(label, wanted, value)]
    return [(LABELS["start"], "", m[1]), (LABELS["end"], "", m[2])]


def fact_name(label: str, wanted: str, taken: Collection[str]) -> str:
    """The name that was wanted where it is a free one, else one out of the label."""
    return wanted if _NAME.fullmatch(wanted) and wanted not in taken else fact_slug(label, taken)


def fact_value(text: str) -> str:
    """A value as facts are written: a day as 2026-12-31, everything else as it is, on one line."""
    m = _CHINESE_DAY.fullmatch(text.strip())
    return f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}" if m else " ".join(text.split())


def markdown_table(rows: Rows) -> list[str]:
    """A table in Markdown; the first row is its head."""
    width = max((len(row) for row in rows), default=0)
    if not width:
        return []
    lines = ["| " + " | ".join(_cell(cell) for cell in [*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return [lines[0], "|" + "---|" * width, *lines[1:]]


def _cell(text: str) -> str:
    return " ".join(unmarked(text).split()).replace("|", "\\|")
