"""Pocket cards 简记小卡片: ten bank-card sized sides on an A4 sheet, with cut marks. PURE."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from kb.facts import chinese_date
from kb.printing.blocks import Setting, fact_rows, must_rows, never_rows, say_rows
from kb.printing.cards import PocketCard, brief
from kb.printing.layout import (
    MM,
    Colour,
    Fill,
    Ink,
    Page,
    Row,
    Run,
    Stroke,
    Text,
    Widths,
    baseline,
    fill,
    height_of,
    kept,
    moved,
    paragraph,
    stacked,
    text_right,
)  # fmt: skip

A4 = (210.0, 297.0)
WIDTH, HEIGHT = 85.6, 54.0
COLUMNS, ROWS = 2, 5
_LEFT, _TOP = (A4[0] - COLUMNS * WIDTH) / 2, (A4[1] - ROWS * HEIGHT) / 2
_PAD, _FOOT, _TITLE_TOP = 3.8, 7.2, 2.2
_SCALES = (1.0, 0.95, 0.9)
_SHORT = 60
_MARK = 4.0


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is printed about the whole: `mark` in small print on every card, `notice` its long form, `hall` for whom; each may be empty."""

    mark: str = ""
    notice: str = ""
    hall: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a card, drawn from its upper left corner; `number` of `count`."""

    inks: tuple[Ink, ...]
    number: int
    count: int


def pocket_pages(cards: Sequence[PocketCard], widths: Widths, imprint: Imprint, done: Callable[[int, int], None] = lambda _, __: None) -> list[Page]:
    """The sheets of all cards; `done` hears how many of how many cards are set."""
    laid = list[list[Side]]()
    for number, card in enumerate(cards, 1):
        laid.append(card_sides(card, widths, imprint))
        done(number, len(cards))
    rows = _sheet_rows(laid)
    sheets = [rows[at : at + ROWS] for at in range(0, len(rows), ROWS)]
    return [_sheet(sheet, number, len(sheets), cards, widths) for number, sheet in enumerate(sheets, 1)]


def card_sides(card: PocketCard, widths: Widths, imprint: Imprint) -> list[Side]:
    """The sides of a card: as few as its letters allow, shortened only where it would need more than two."""
    filled = _filled(card, widths, continued=False)
    if len(filled) > 1:
        filled = _filled(card, widths, continued=True)
    return [_side(card, rows, (number, len(filled)), widths, imprint) for number, rows in enumerate(filled, 1)]


def _filled(card: PocketCard, widths: Widths, *, continued: bool) -> list[list[Row]]:
    """The rows of each side below a title that is `continued` on the next."""
    setting = Setting(widths, WIDTH - 2 * _PAD, 8.4, 7.2)
    room = HEIGHT - _FOOT - _TITLE_TOP - height_of(_header(card, widths, continued=continued))
    filled = _fewest(card, setting, room)
    return filled if len(filled) <= 2 else _fewest(brief(card, _SHORT), setting, room)


def _fewest(card: PocketCard, setting: Setting, room: float) -> list[list[Row]]:
    """As few sides as any size of letters allows; then the largest letters; then whole parts rather than parted ones."""
    tries = list[list[list[Row]]]()
    for scale, whole in product(_SCALES, (True, False)):
        tries.append(fill(_card_rows(card, setting.scaled(scale), whole=whole), room))
        if len(tries[-1]) == 1:
            break
    return min(tries, key=len)


def _card_rows(card: PocketCard, s: Setting, *, whole: bool) -> list[Row]:
    parts = [say_rows(card, s)] if card.say else []
    if card.scope:
        parts.append(paragraph([Run("适用　", colour=Colour.MUTED), Run(card.scope, bold=True)], s.text, s.width, s.widths))
    parts += [fact_rows(card.facts, s), must_rows(card.must_say, s), never_rows(card.never_say, s)]
    rows = [row for part in parts if part for row in (s.gap, *(kept(part) if whole else part))]
    return rows or paragraph([Run("（详见本条目页面）", colour=Colour.MUTED)], s.text, s.width, s.widths)


def _header(card: PocketCard, widths: Widths, *, continued: bool) -> list[Row]:
    """The title, and a little air below it."""
    room = WIDTH - 2 * _PAD - widths(f"{card.topic} 9/9", False) * 6 * MM - 3
    title = [Run(card.title, bold=True), *([Run("（续）", colour=Colour.MUTED)] if continued else [])]
    return [*kept(paragraph(title, 9.4, room, widths, leading=1.25)), Row(0.7)]


def _side(card: PocketCard, rows: Sequence[Row], place: tuple[int, int], widths: Widths, imprint: Imprint) -> Side:
    number, count = place
    tall = height_of(_header(card, widths, continued=count > 1))
    head = _header(card, widths, continued=number > 1)
    top, right = _TITLE_TOP, WIDTH - _PAD
    label = card.topic if count == 1 else f"{card.topic} {number}/{count}"
    inks: tuple[Ink, ...] = (
        Fill(0, 0, WIDTH, 1.1, Colour.ACCENT),
        *stacked(head, _PAD, top),
        text_right(right, top + baseline(9.4, 9.4 * MM * 1.25), label, 6, widths, Colour.ACCENT),
        *stacked(rows, _PAD, top + tall),
        *_footer(card, widths, imprint),
    )
    return Side(inks, number, count)


def _footer(card: PocketCard, widths: Widths, imprint: Imprint) -> Iterable[Ink]:
    """The dates, who answers for it and which version; below, in small print, where it comes from."""
    right, y = WIDTH - _PAD, HEIGHT - _FOOT + 0.9
    yield Stroke(_PAD, y, WIDTH - 2 * _PAD, 0, 0.15)
    dates = f"有效期 {card.dates}"
    yield Text(_PAD, y + 2.7, dates, 6.2, bold=True)
    if card.ending:
        yield Text(_PAD + widths(dates, True) * 6.2 * MM + 1, y + 2.7, "即将到期", 6.2, bold=True, colour=Colour.BAD)
    yield text_right(right, y + 2.7, " · ".join(filter(None, (card.owner, f"第{card.ref.version}版"))), 6, widths)
    yield Text(_PAD, y + 5.1, card.ref.entry_id, 5, colour=Colour.MUTED)
    small = " · ".join(filter(None, (imprint.mark, f"按{chinese_date(card.as_of)}的口径印制")))
    yield text_right(right, y + 5.1, small, 5, widths)


def _sheet_rows(laid: Iterable[Sequence[Side]]) -> list[list[Side]]:
    """Sides two in a row: 1/2 and 2/2 always beside each other, so that they fold into one card; single ones fill up the gaps."""
    rows, single = list[list[Side]](), list[list[Side]]()
    for sides in laid:
        for at in range(0, len(sides), COLUMNS):
            pair = list(sides[at : at + COLUMNS])
            if len(pair) == 1 and single:
                single.pop().extend(pair)
                continue
            rows.append(pair)
            if len(pair) == 1:
                single.append(pair)
    return rows


def _sheet(rows: Sequence[Sequence[Side]], number: int, count: int, cards: Sequence[PocketCard], widths: Widths) -> Page:
    inks, marks = list[Ink](_cut_marks()), ((0, f"第{number}页"),)
    for down, row in enumerate(rows):
        y = _TOP + down * HEIGHT
        for across, side in enumerate(row):
            x = _LEFT + across * WIDTH
            inks += moved(side.inks, x, y)
            inks += _outline(x, y)
        if len(row) == COLUMNS and row[1].number > 1:
            inks.append(Stroke(_LEFT + WIDTH, y, 0, HEIGHT, 0.25, Colour.MUTED, dashed=True))
    day = chinese_date(cards[0].as_of)
    inks.append(Text(_LEFT, 8.5, f"简记小卡片 · 按{day}的口径印制", 7, colour=Colour.MUTED))
    inks.append(text_right(A4[0] - _LEFT, 8.5, f"第 {number} 页，共 {count} 页", 7, widths))
    hint = "沿实线裁开；中间是虚线的两面（1/2、2/2）不要裁开，沿虚线对折成一张。过了有效期请作废。"
    inks.append(Text(_LEFT, A4[1] - 5.8, hint, 7, colour=Colour.MUTED))
    return Page(*A4, tuple(inks), marks)


def _outline(x: float, y: float) -> Iterable[Ink]:
    yield Stroke(x, y, WIDTH, 0, 0.1)
    yield Stroke(x, y + HEIGHT, WIDTH, 0, 0.1)
    yield Stroke(x, y, 0, HEIGHT, 0.1)
    yield Stroke(x + WIDTH, y, 0, HEIGHT, 0.1)


def _cut_marks() -> Iterable[Ink]:
    """Short lines in the margins at every edge to be cut."""
    mark = Stroke(0, 0, 0, 0, 0.2, Colour.INK)
    for column in range(COLUMNS + 1):
        x = _LEFT + column * WIDTH
        yield replace(mark, x=x, y=_TOP - _MARK, dy=_MARK - 1)
        yield replace(mark, x=x, y=_TOP + ROWS * HEIGHT + 1, dy=_MARK - 1)
    for row in range(ROWS + 1):
        y = _TOP + row * HEIGHT
        yield replace(mark, x=_LEFT - 1 - _MARK, y=y, dx=_MARK)
        yield replace(mark, x=A4[0] - _LEFT + 1, y=y, dx=_MARK)
