"""Plain text, and the text of a PDF, as headings and paragraphs: a heading shows by its number or its marks. PURE."""

import re

from kb.exchange.outline import Block, Heading, Table, Words

_MARKDOWN = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"^第[一二三四五六七八九十百\d]+[章篇部][分]?[\s、：:]*\S.{0,40}$")),
    (2, re.compile(r"^第[一二三四五六七八九十百\d]+节[\s、：:]*\S.{0,40}$")),
    (2, re.compile(r"^[一二三四五六七八九十]{1,3}、\s*[^。；;]{1,40}$")),
    (3, re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]\s*[^。；;]{1,40}$")),
    (4, re.compile(r"^\d{1,2}\.\d{1,2}\s*[^。；;\d][^。；;]{0,38}$")),
    (3, re.compile(r"^【[^】]{1,40}】$")),
)  # fmt: skip
_LISTED = re.compile(r"^(?:[-*•●○■◆▪·]\s+|\d{1,2}[)）.、]\s*|[①-⑳])")
_ROW = re.compile(r"^\|(.+)\|$")
_TABBED = re.compile(r"\t+| {3,}")
_ENDS = "。！？!?；;：:”」』）)"


def text_blocks(text: str) -> list[Block]:
    """The blocks of a text, a line each; lines of a table with `|` or tabs between the cells belong together."""
    found: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*text.split("\n"), ""]:
        cells = _cells(line.strip())
        if cells:
            if not set("".join(cells)) <= set("-: "):
                rows.append(cells)
            continue
        found += _table(rows)
        rows = []
        if line.strip():
            found.append(_block(line.strip()))
    return found


def _cells(line: str) -> tuple[str, ...]:
    if m := _ROW.match(line):
        return tuple(cell.strip() for cell in m[1].split("|"))
    cells = tuple(cell.strip() for cell in _TABBED.split(line) if cell.strip())
    return cells if len(cells) > 1 and not _MARKDOWN.match(line) and not _LISTED.match(line) else ()


def _table(rows: list[tuple[str, ...]]) -> list[Block]:
    if not rows:
        return []
    return [Table(tuple(rows))] if len(rows) > 1 or len(rows[0]) == 2 else [Words(" ".join(rows[0]))]


def _block(line: str) -> Block:
    if m := _MARKDOWN.match(line):
        return Heading(len(m[1]), m[2])
    for level, pattern in _LEVELS:
        if pattern.match(line):
            return Heading(level, line)
    return Words(line, bool(_LISTED.match(line)))


def joined_lines(text: str) -> str:
    """The text of a page with its broken lines put together again: a line that is nearly full and ends in no stop goes on in the next."""
    lines = [line.rstrip() for line in text.split("\n")]
    widest = max((len(line) for line in lines), default=0)
    found: list[str] = []
    going = False
    for line in lines:
        whole = line.strip()
        if going and whole and not isinstance(_block(whole), Heading) and not _LISTED.match(whole):
            found[-1] += whole
        else:
            found.append(whole)
        going = bool(whole) and len(line) >= widest * 0.85 and whole[-1] not in _ENDS and not isinstance(_block(whole), Heading)
    return "\n".join(found)
