"""Ink on paper as values: what is drawn where, rows of it, and rows on pages. Millimetres, y downwards. PURE."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kb.printing.linebreak import break_lines

MM = 25.4 / 72  # of a point
# The width of a text in ems, regular or bold.
Widths = Callable[[str, bool], float]
_BASELINE = 0.86  # below the top of the em box, as Chinese fonts have it


class Colour:
    """The colours of the screen's tokens, chosen to stay apart on a black-and-white printer too."""

    INK = "#17202c"
    MUTED = "#4d5968"
    LINE = "#b9c3ce"
    ACCENT = "#0b57a4"
    SOFT = "#e8f0f9"
    OK = "#17663a"
    BAD = "#b0231a"


@dataclass(frozen=True, slots=True)
class Text:
    """Words with their baseline at `y`; `strike` draws a line through them; `size` in points."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    colour: str = Colour.INK
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from (x, y) to (x + dx, y + dy)."""

    x: float
    y: float
    dx: float
    dy: float
    width: float = 0.15
    colour: str = Colour.LINE
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Jump:
    """A rectangle that leads to a page, counted from 1, when it is clicked."""

    x: float
    y: float
    width: float
    height: float
    page: int


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG picture scaled into a rectangle, and what it shows in words."""

    x: float
    y: float
    width: float
    height: float
    png: bytes
    alt: str


Ink = Text | Stroke | Fill | Jump | Image


@dataclass(frozen=True, slots=True)
class Row:
    """A strip of a column; `keep` forbids a break after it; one without ink is a gap and vanishes at the head of a page.

    `anchor` names what begins here, so that its page can be found when all is laid out.
    """

    height: float
    inks: tuple[Ink, ...] = ()
    keep: bool = False
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a document; `marks` are its bookmarks as (level, title)."""

    width: float
    height: float
    inks: tuple[Ink, ...]
    marks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look within a paragraph."""

    text: str
    bold: bool = False
    colour: str = Colour.INK
    strike: bool = False


def moved(inks: Iterable[Ink], dx: float, dy: float) -> tuple[Ink, ...]:
    """The same ink elsewhere."""
    return tuple(replace(ink, x=ink.x + dx, y=ink.y + dy) for ink in inks)


def stacked(rows: Iterable[Row], x: float, y: float) -> tuple[Ink, ...]:
    """The ink of rows one below the other from (x, y)."""
    inks = list[Ink]()
    for row in rows:
        inks += moved(row.inks, x, y)
        y += row.height
    return tuple(inks)


def height_of(rows: Iterable[Row]) -> float:
    """The height of rows one below the other."""
    return sum(row.height for row in rows)


def kept(rows: Sequence[Row], *, to_next: bool = False) -> list[Row]:
    """The rows with no break between them, nor after the last if `to_next`."""
    return [replace(row, keep=True) for row in rows[:-1]] + [replace(row, keep=to_next) for row in rows[-1:]]


def paragraph(runs: Sequence[Run], size: float, width: float, widths: Widths, x: float = 0.0, leading: float = 1.4) -> list[Row]:
    """Runs of one size set in lines of `width` from `x` on, kept together; a row is `leading` times the size high."""
    text, em, bold = "".join(r.text for r in runs), size * MM, any(r.bold for r in runs)
    height = em * leading
    spans = break_lines(text, width, lambda part: em * max(widths(part, False), widths(part, True) if bold else 0.0))
    rows = [Row(height, _set_line(runs, span, size, widths, x, baseline(size, height))) for span in spans]
    return kept(rows)


def baseline(size: float, height: float) -> float:
    """Where the baseline of words of a size lies in a strip of a height, the words in its middle."""
    em = size * MM
    return (height - em) / 2 + _BASELINE * em


def _set_line(runs: Sequence[Run], span: tuple[int, int], size: float, widths: Widths, x: float, y: float) -> tuple[Ink, ...]:
    inks, offset = list[Ink](), 0
    for run in runs:
        part = run.text[max(span[0] - offset, 0) : max(span[1] - offset, 0)]
        offset += len(run.text)
        if part:
            inks.append(Text(x, y, part, size, run.bold, run.colour, run.strike))
            x += widths(part, run.bold) * size * MM
    return tuple(inks)


def text_right(x: float, y: float, text: str, size: float, widths: Widths, colour: str = Colour.MUTED, *, bold: bool = False) -> Text:
    """Words that end at `x`."""
    return Text(x - widths(text, bold) * size * MM, y, text, size, bold, colour)


def text_centred(x: float, y: float, text: str, size: float, widths: Widths, colour: str = Colour.MUTED, *, bold: bool = False) -> Text:
    """Words with their middle at `x`."""
    return Text(x - widths(text, bold) * size * MM / 2, y, text, size, bold, colour)


def fill(rows: Sequence[Row], height: float) -> list[list[Row]]:
    """The rows on pages of a height; together stays what is to be kept, unless it is higher than a page."""
    pages, start = list[list[Row]](), 0
    while (start := _skip_gaps(rows, start)) < len(rows):
        end, used = start, 0.0
        while end < len(rows) and (used + rows[end].height <= height + 1e-6 or end == start):
            used += rows[end].height
            end += 1
        if end < len(rows):
            end = next((at for at in range(end, start, -1) if not rows[at - 1].keep), end)
        pages.append(list(rows[start:end]))
        start = end
    return pages


def _skip_gaps(rows: Sequence[Row], start: int) -> int:
    while start < len(rows) and not rows[start].inks:
        start += 1
    return start
