"""Where a Chinese line may end, after the rules of CLREQ (W3C, Requirements for Chinese Text Layout, 3.1). PURE."""

import re
from collections.abc import Callable

# A width in any unit, of a text; must be the sum of the widths of its characters.
Measure = Callable[[str], float]
Span = tuple[int, int]

NEVER_FIRST = frozenset("，。、；：！？）】》〉」』〕”’…—～·％%℃,.!?;:)]}/-")
NEVER_LAST = frozenset("（【《〈「『〔“‘([{#￥¥$")
_UNIT = "个月|个工作日|工作日|小时|分钟|元|折|级|岁|天|年|月|日|张|条|台|部|户|人|个|次|份|分"
_PIECE = re.compile(
    rf"\d{{4}}年\d{{1,2}}月\d{{1,2}}日"
    rf"|\d+(?:\.\d+)?\s?(?:GB|MB|TB|Mbps|%|{_UNIT})(?:/(?:GB|MB|{_UNIT}))?"
    r"|[A-Za-z0-9][A-Za-z0-9@._'+-]*[A-Za-z0-9]"
    r"|……|——|.",
    re.DOTALL,
)


def pieces(text: str) -> list[str]:
    """What a line break never parts: a number with its unit, a date, a Latin word, a doubled mark, else one character."""
    return _PIECE.findall(text)


def break_lines(text: str, width: float, measure: Measure) -> list[Span]:
    """The lines of a text as (start, end) offsets, none wider than `width`; what lies between two lines is white space only.

    No line begins with closing punctuation or ends with an opening one, and no number leaves its unit, as long as the width allows it.
    """
    parts = [part for piece in pieces(text) for part in _fitting(piece, width, measure)]
    widths = [measure(part) for part in parts]
    offsets = [0]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    found, start = list[Span](), 0
    while start < len(parts):
        if not parts[start].strip():
            start += 1
            continue
        end = _line_end(parts, widths, start, width)
        found.append((offsets[start], offsets[end] - _blank_tail(text, offsets[start], offsets[end])))
        start = end
    return found


def _fitting(piece: str, width: float, measure: Measure) -> list[str]:
    """A piece, or its characters where it is wider than a line."""
    return [piece] if len(piece) == 1 or measure(piece) <= width else list(piece)


def _blank_tail(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].rstrip())


def _line_end(parts: list[str], widths: list[float], start: int, width: float) -> int:
    """The first part of the next line: as far right as fits, moved left to where a break is allowed."""
    end, used = start, 0.0
    while end < len(parts) and (used + widths[end] <= width + 1e-6 or end == start or not parts[end].strip()):
        used += widths[end]
        end += 1
    if end == len(parts):
        return end
    return next((at for at in range(end, start, -1) if _may_break(parts, at)), end)


def _may_break(parts: list[str], at: int) -> bool:
    before = parts[at - 1] if parts[at - 1].strip() or at < 2 else parts[at - 2]
    return parts[at][0] not in NEVER_FIRST and before[-1] not in NEVER_LAST
