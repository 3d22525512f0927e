"""The parts of a card as rows: the sentence, the numbers, what must and may never be said, the body. Shared by cards and booklet. PURE."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kb.entry import NeverSay, Power
from kb.hit import FactView
from kb.printing.cards import BodyLine, PocketCard, Style
from kb.printing.layout import MM, Colour, Fill, Ink, Row, Run, Stroke, Text, Widths, baseline, kept, moved, paragraph

MORE = "（节选，全文见本条目页面）"


@dataclass(frozen=True, slots=True)
class Setting:
    """How wide and how large a card's parts are set: millimetres and points."""

    widths: Widths
    width: float
    say: float
    text: float

    def scaled(self, factor: float) -> "Setting":
        """The same in smaller or larger letters."""
        return replace(self, say=self.say * factor, text=self.text * factor)

    @property
    def gap(self) -> Row:
        """The space between two parts."""
        return Row(self.text * MM * 0.45)


def say_rows(card: PocketCard, s: Setting) -> list[Row]:
    """The sentence to say in a tinted box with a bar, and a pointer where it was shortened."""
    pad = s.text * MM * 0.4
    rows = paragraph([Run(card.say, bold=True)], s.say, s.width - 4 * pad, s.widths, 2.5 * pad)
    if card.shortened:
        rows += paragraph([Run(MORE, colour=Colour.MUTED)], s.text * 0.9, s.width - 4 * pad, s.widths, 2.5 * pad)
    boxed = [Row(pad), *rows, Row(pad)]
    return kept([replace(row, inks=(*_box(row.height, s.width, pad), *row.inks)) for row in boxed])


def _box(height: float, width: float, bar: float) -> tuple[Ink, ...]:
    # A hair higher than the row, so that no seam shows between two rows.
    return Fill(0, 0, width, height + 0.05, Colour.SOFT), Fill(0, 0, bar * 0.8, height + 0.05, Colour.ACCENT)


def fact_rows(facts: Sequence[FactView], s: Setting) -> list[Row]:
    """The numbers: short ones two in a row, the first and last day after them side by side; then long ones over the whole width."""
    half = (s.width - 3) / 2
    short = [f for f in facts if _fact_width(f, s) <= half]
    short.sort(key=lambda f: f.name in {"start", "end"})
    if len(short) % 2 and short[-2:-1] and short[-2].name == "start":
        return fact_rows(short[:-2], s) + fact_rows(short[-2:], s) + fact_rows([f for f in facts if f not in short], s)
    rows = [_pair(short[at : at + 2], half, s) for at in range(0, len(short), 2)]
    for fact in facts:
        if fact not in short:
            label = Run(f"{fact.label}　", colour=Colour.MUTED)
            rows += paragraph([label, Run(fact.value, bold=True)], s.text, s.width, s.widths)
    return rows


def _fact_width(fact: FactView, s: Setting) -> float:
    return (s.widths(f"{fact.label}　", False) + s.widths(fact.value, True)) * s.text * MM


def _pair(facts: Sequence[FactView], half: float, s: Setting) -> Row:
    """One or two facts side by side: the label left, the value at the right end over a thin line."""
    height = s.text * MM * 1.45
    y, inks = baseline(s.text, height), list[Ink]()
    for place, fact in enumerate(facts):
        x = place * (half + 3)
        inks.append(Text(x, y, fact.label, s.text, colour=Colour.MUTED))
        inks.append(Text(x + half - s.widths(fact.value, True) * s.text * MM, y, fact.value, s.text, bold=True))
        inks.append(Stroke(x, height - 0.1, half, 0, 0.08))
    return Row(height, tuple(inks))


def must_rows(texts: Iterable[str], s: Setting) -> list[Row]:
    """✓ 必说, item by item."""
    return [row for text in texts for row in _marked([Run(text)], "必说", Colour.OK, _tick(s), s)]


def never_rows(items: Iterable[NeverSay], s: Setting) -> list[Row]:
    """✗ 禁说: the words struck out, then why."""
    rows = list[Row]()
    for item in items:
        runs = [Run(item.phrase, colour=Colour.BAD, strike=True)]
        if item.reason:
            runs.append(Run(f"　{item.reason}", colour=Colour.MUTED))
        rows += _marked(runs, "禁说", Colour.BAD, _cross(s), s)
    return rows


def _marked(runs: Sequence[Run], word: str, colour: str, mark: tuple[Ink, ...], s: Setting) -> list[Row]:
    em = s.text * MM
    indent = em * 3.5
    rows = paragraph(runs, s.text, s.width - indent, s.widths, indent)
    label = Text(em * 1.1, baseline(s.text, rows[0].height), word, s.text * 0.9, bold=True, colour=colour)
    return [replace(rows[0], inks=(*moved(mark, 0, (rows[0].height - em) / 2), label, *rows[0].inks)), *rows[1:]]


def _tick(s: Setting) -> tuple[Ink, ...]:
    # Drawn, not written: half of the Chinese fonts lack one of the two marks.
    em = s.text * MM
    weight = em * 0.13
    return (
        Stroke(em * 0.1, em * 0.52, em * 0.25, em * 0.28, weight, Colour.OK),
        Stroke(em * 0.35, em * 0.8, em * 0.47, -em * 0.6, weight, Colour.OK),
    )


def _cross(s: Setting) -> tuple[Ink, ...]:
    em = s.text * MM
    weight, side = em * 0.13, em * 0.6
    return (
        Stroke(em * 0.15, em * 0.22, side, side, weight, Colour.BAD),
        Stroke(em * 0.15, em * 0.22 + side, side, -side, weight, Colour.BAD),
    )


def power_rows(powers: Iterable[Power], s: Setting) -> list[Row]:
    """授权: who may decide what alone."""
    rows = list[Row]()
    for power in powers:
        runs = [Run(f"{power.role}可以　", bold=True, colour=Colour.ACCENT), Run(power.may)]
        rows += paragraph(runs, s.text, s.width, s.widths)
    return rows


def body_rows(lines: Iterable[BodyLine], s: Setting) -> list[Row]:
    """The body, section by section; a heading stays with what follows it, and the customer's words with the answer."""
    return [row for line in lines for row in _body_line(line, s)]


def _body_line(line: BodyLine, s: Setting) -> list[Row]:
    em = s.text * MM
    if line.style is Style.HEADING:
        return [Row(em * 0.7), *kept(paragraph([Run(line.text, bold=True, colour=Colour.ACCENT)], s.text * 1.08, s.width, s.widths), to_next=True)]
    if line.style is Style.SUBHEADING:
        return [Row(em * 0.4), *kept(paragraph([Run(line.text, bold=True)], s.text, s.width, s.widths), to_next=True)]
    indents = {Style.ITEM: 1.4, Style.TURN: 3.6, Style.QUOTE: 1.4}
    indent = em * indents.get(line.style, 0.0)
    clerk = line.label not in {"客户", "顾客"}
    rows = paragraph([Run(line.text, colour=Colour.INK if clerk else Colour.MUTED)], s.text, s.width - indent, s.widths, indent, 1.5)
    if line.label and rows:
        label = Text(0, baseline(s.text, rows[0].height), line.label, s.text, line.style is Style.TURN and clerk, Colour.MUTED)
        rows = [replace(rows[0], inks=(label, *rows[0].inks)), *rows[1:]]
    return [Row(em * 0.12, keep=True), *(_loose(rows) if clerk else kept(rows, to_next=True))]


def _loose(rows: Sequence[Row]) -> list[Row]:
    """Rows of a long paragraph that may be parted, but leave no single line behind or ahead."""
    last = len(rows) - 2
    return [replace(row, keep=at in {0, last} and at <= last) for at, row in enumerate(rows)]
