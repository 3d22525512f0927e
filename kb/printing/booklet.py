"""The little-helper booklet 小帮手手册: A5, cover, contents by topic, one entry after the other. PURE."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kb.facts import chinese_date
from kb.printing.blocks import Setting, body_rows, fact_rows, must_rows, never_rows, power_rows, say_rows
from kb.printing.cards import PocketCard
from kb.printing.layout import (
    MM,
    Colour,
    Fill,
    Ink,
    Jump,
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
    paragraph,
    stacked,
    text_centred,
    text_right,
)  # fmt: skip
from kb.printing.pocket import Imprint

A5 = (148.0, 210.0)
TITLE = "小帮手手册"
_X, _TOP, _FOOT = 15.0, 18.0, 16.0
_WIDTH, _HEIGHT = A5[0] - 2 * _X, A5[1] - _TOP - _FOOT


@dataclass(frozen=True, slots=True)
class Leaf:
    """The rows of one page under their running head; `first` of its topic or not, `continued` the entry that it goes on with."""

    topic: str
    rows: tuple[Row, ...]
    first: bool
    continued: str = ""

    @property
    def starts(self) -> list[str]:
        """The anchors on the page."""
        return [row.anchor for row in self.rows if row.anchor]


def booklet_pages(cards: Sequence[PocketCard], widths: Widths, imprint: Imprint, done: Callable[[int, int], None] = lambda _, __: None) -> list[Page]:
    """Cover, contents and entries; page numbers count from the cover; `done` hears how many of how many entries are set."""
    titles = {str(c.ref): c.title for c in cards}
    leaves, number = list[Leaf](), 0
    for topic, group in groupby(cards, key=lambda c: c.topic):
        rows = _topic_rows(topic, widths)
        for card in group:
            rows += _entry_rows(card, widths)
            number += 1
            done(number, len(cards))
        leaves += _leaves(topic, rows, titles)
    before = 1 + len(fill(_contents(cards, {}, widths), _HEIGHT))
    numbers = {anchor: at for at, leaf in enumerate(leaves, before + 1) for anchor in leaf.starts}
    contents = [Leaf("目录", tuple(rows), at == 0) for at, rows in enumerate(fill(_contents(cards, numbers, widths), _HEIGHT))]
    pages = [_cover(cards, widths, imprint)]
    for leaf in (*contents, *leaves):
        pages.append(_page(leaf, len(pages) + 1, _marks(leaf, titles), cards[0], widths, imprint))
    return pages


def _leaves(topic: str, rows: Sequence[Row], titles: Mapping[str, str]) -> Iterable[Leaf]:
    last = ""
    for at, page in enumerate(fill(rows, _HEIGHT)):
        fresh = any(row.anchor for row in page[:2])
        yield Leaf(topic, tuple(page), at == 0, "" if fresh else last)
        last = next((titles[row.anchor] for row in reversed(page) if row.anchor), last)


def _marks(leaf: Leaf, titles: Mapping[str, str]) -> tuple[tuple[int, str], ...]:
    """The bookmarks of a page: its topic where that begins, and its entries."""
    head = ((0, leaf.topic),) if leaf.first else ()
    return (*head, *((1, titles[anchor]) for anchor in leaf.starts))


def _topic_rows(topic: str, widths: Widths) -> list[Row]:
    return [*kept(paragraph([Run(topic, bold=True, colour=Colour.ACCENT)], 17, _WIDTH, widths), to_next=True), Row(3, keep=True)]


def _entry_rows(card: PocketCard, widths: Widths) -> list[Row]:
    """An entry in full: heading, dates, the sentence, the numbers, must and never, powers, body."""
    s = Setting(widths, _WIDTH, 10.2, 8.8)
    parts = [
        say_rows(card, s) if card.say else [],
        fact_rows(card.facts, s),
        must_rows(card.must_say, s),
        never_rows(card.never_say, s),
        power_rows(card.empower, s),
    ]
    core = [*_heading(card, widths), *(row for part in parts if part for row in (s.gap, *part))]
    if height_of(core) <= _HEIGHT * 0.6:
        core = kept(core)
    return [*core, *body_rows(card.body, s), Row(9)]


def _heading(card: PocketCard, widths: Widths) -> list[Row]:
    """The title under a line, then the dates of validity, then who answers for which version."""
    title = paragraph([Run(card.title, bold=True)], 13, _WIDTH, widths)
    line = Row(2.2, (Stroke(0, 0, _WIDTH, 0, 0.35, Colour.ACCENT),), anchor=str(card.ref))
    dates = [Run(f"有效期 {card.dates}", bold=True)]
    if card.ending:
        dates.append(Run("　即将到期", bold=True, colour=Colour.BAD))
    if card.scope:
        dates.append(Run(f"　适用 {card.scope}"))
    origin = " · ".join(filter(None, (card.kind_name, card.owner, f"第{card.ref.version}版", card.ref.entry_id)))
    return kept([line, *title, *paragraph(dates, 8, _WIDTH, widths), *paragraph([Run(origin, colour=Colour.MUTED)], 7, _WIDTH, widths)], to_next=True)


def _contents(cards: Sequence[PocketCard], numbers: Mapping[str, int], widths: Widths) -> list[Row]:
    """The table of contents; as high with `numbers` as without."""
    rows = [*kept(paragraph([Run("目录", bold=True)], 17, _WIDTH, widths), to_next=True), Row(2, keep=True)]
    for topic, group in groupby(cards, key=lambda c: c.topic):
        rows += [Row(2.2), *kept(paragraph([Run(topic, bold=True, colour=Colour.ACCENT)], 9.6, _WIDTH, widths), to_next=True)]
        for card in group:
            rows += _contents_line(card, numbers.get(str(card.ref), 0), widths)
    return rows


def _contents_line(card: PocketCard, page: int, widths: Widths) -> list[Row]:
    size = 8.8
    rows = paragraph([Run(card.title)], size, _WIDTH - 18, widths, 3)
    last = rows[-1]
    y, words = baseline(size, last.height), next(ink for ink in reversed(last.inks) if isinstance(ink, Text))
    end = words.x + widths(words.text, words.bold) * size * MM + 1.5
    number = text_right(_WIDTH, y, str(page), size, widths, Colour.INK)
    dots = Stroke(end, y - 0.6, max(number.x - 1.5 - end, 0), 0, 0.18, Colour.MUTED, dashed=True)
    jump = Jump(0, 0, _WIDTH, last.height, max(page, 1))
    return [*rows[:-1], replace(last, inks=(*last.inks, dots, number, jump))]


def _page(leaf: Leaf, number: int, marks: tuple[tuple[int, str], ...], card: PocketCard, widths: Widths, imprint: Imprint) -> Page:
    """A page with its running head and foot."""
    right = A5[0] - _X
    head = Text(_X, 11, leaf.topic, 8.5, bold=True, colour=Colour.ACCENT)
    more = f"{leaf.continued}（续）" if leaf.continued else TITLE
    inks: list[Ink] = [
        head,
        text_right(right, 11, more, 7.5, widths),
        Stroke(_X, 13, _WIDTH, 0, 0.15),
        *stacked(leaf.rows, _X, _TOP),
        text_centred(A5[0] / 2, A5[1] - 9, str(number), 9, widths, Colour.INK),
        Text(_X, A5[1] - 9, f"按{chinese_date(card.as_of)}的口径印制", 6.5, colour=Colour.MUTED),
        text_right(right, A5[1] - 9, imprint.mark, 6.5, widths),
    ]
    return Page(*A5, tuple(inks), marks)


def _cover(cards: Sequence[PocketCard], widths: Widths, imprint: Imprint) -> Page:
    """Title, the day it holds for, what is in it, when the first of it ends, and the notice."""
    topics = list(dict.fromkeys(c.topic for c in cards))
    width = A5[0] - 2 * 22
    shown = "、".join(topics) if len(topics) <= 8 else f"{'、'.join(topics[:6])}等{len(topics)}个分类"
    lines = [
        *paragraph([Run(TITLE, bold=True)], 34, width, widths),
        Row(5),
        *paragraph([Run(shown, colour=Colour.MUTED)], 11, width, widths, leading=1.6),
        Row(14),
        *paragraph([Run(f"按{chinese_date(cards[0].as_of)}的口径印制", bold=True)], 14, width, widths),
        Row(3),
        *[row for text in _cover_words(cards, imprint) for row in paragraph([Run(text)], 9.5, width, widths, leading=1.7)],
    ]
    notice = paragraph([Run(imprint.notice, colour=Colour.MUTED)], 8, width, widths, leading=1.6) if imprint.notice else []
    inks = (
        Fill(0, 0, 7, A5[1], Colour.ACCENT),
        *stacked(lines, 22, 48),
        *stacked(notice, 22, A5[1] - 24 - sum(r.height for r in notice)),
    )
    return Page(*A5, inks, ((0, "封面"),))


def _cover_words(cards: Sequence[PocketCard], imprint: Imprint) -> Iterable[str]:
    if imprint.hall:
        yield f"使用单位：{imprint.hall}"
    yield f"共 {len(cards)} 条，只收这一天有效的条目。"
    if ends := [c.last_day for c in cards if c.last_day]:
        yield f"其中最早的到{chinese_date(min(ends))}止，过后请换新册；旧册作废。"
