"""Pages of ink as a PDF with the glyphs that it uses inside; the same pages and font give the same bytes."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.printing.fonts import Fonts, Glyphs
from kb.printing.layout import MM, Fill, Image, Ink, Jump, Page, Stroke, Text

_FAMILY = "zh"
_STYLES = {False: "", True: "B"}


class Canvas:
    """A PDF in the making: first measures, then draws."""

    def __init__(self, fonts: Fonts) -> None:
        # Imported here: only printing needs it.
        from fpdf import FPDF

        # Its warnings of single glyphs come out as `missing`, once and in plain words.
        logging.getLogger("fpdf").setLevel(logging.ERROR)
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        self._pdf = FPDF(unit="mm")
        self._pdf.set_auto_page_break(False)
        self._glyphs = {False: Glyphs(fonts.regular)}
        if fonts.bold:
            self._glyphs[True] = Glyphs(fonts.bold)
        self._widths: dict[tuple[str, bool], float] = {}

    def width(self, text: str, bold: bool = False) -> float:  # noqa: FBT001, FBT002 - the shape of `layout.Widths`
        """The width of a text in ems."""
        return sum(self._width(char, bold) for char in text)

    def _width(self, char: str, bold: bool) -> float:  # noqa: FBT001
        known = self._widths.get((char, bold))
        if known is None:
            known = self._widths[char, bold] = self._glyphs.get(bold, self._glyphs[False]).width(char)
        return known

    def missing(self, pages: Iterable[Page]) -> str:
        """The characters of the pages that the font has no glyph for, each once."""
        used = {char for page in pages for ink in page.inks if isinstance(ink, Text) for char in ink.text}
        return "".join(sorted(c for c in used if c not in self._glyphs[False] and c.strip()))

    def draw(self, pages: Sequence[Page], title: str, day: date, done: Callable[[int, int], None] = lambda _, __: None) -> bytes:
        """The finished document, once; `done` hears how many of how many pages are drawn.

        `day` stands in it as the day of its making, for the clock would make each copy another.
        """
        self._pdf.set_title(title)
        self._pdf.set_lang("zh-CN")
        self._pdf.set_creation_date(datetime.combine(day, time(), UTC))
        links = {number: self._pdf.add_link(page=number) for number in range(1, len(pages) + 1)}
        with self._faces(pages):
            for number, page in enumerate(pages, 1):
                self._pdf.add_page(format=(page.width, page.height))
                for level, mark in page.marks:
                    self._pdf.start_section(mark, level, strict=False)
                for ink in page.inks:
                    self._draw(ink, links)
                done(number, len(pages))
            return bytes(self._pdf.output())

    @contextmanager
    def _faces(self, pages: Iterable[Page]) -> Iterator[None]:
        """Give the document the glyphs of its pages: to take a large Chinese font apart as a whole costs a second."""
        used: dict[bool, set[str]] = {bold: {" "} for bold in self._glyphs}
        for ink in (ink for page in pages for ink in page.inks if isinstance(ink, Text)):
            used[ink.bold and True in used].update(ink.text)
        with TemporaryDirectory(prefix="hallwise-font-") as folder:
            for bold, chars in used.items():
                path = Path(folder) / f"{_FAMILY}{_STYLES[bold]}.otf"
                path.write_bytes(self._glyphs[bold].only(chars))
                self._pdf.add_font(_FAMILY, _STYLES[bold], path)
            try:
                yield
            finally:
                for font in self._pdf.fonts.values():
                    font.close()  # type: ignore[union-attr]  # only built-in fonts cannot be closed

    def _draw(self, ink: Ink, links: dict[int, int]) -> None:
        pdf = self._pdf
        if isinstance(ink, Text):
            self._write(ink)
        elif isinstance(ink, Stroke):
            pdf.set_draw_color(ink.colour)
            pdf.set_line_width(ink.width)
            pdf.set_dash_pattern(*((0.6, 0.8) if ink.dashed else (0, 0)))
            pdf.line(ink.x, ink.y, ink.x + ink.dx, ink.y + ink.dy)
        elif isinstance(ink, Fill):
            pdf.set_fill_color(ink.colour)
            pdf.rect(ink.x, ink.y, ink.width, ink.height, style="F")
        elif isinstance(ink, Jump):
            pdf.link(ink.x, ink.y, ink.width, ink.height, links[ink.page])
        elif isinstance(ink, Image):
            pdf.image(BytesIO(ink.png), ink.x, ink.y, ink.width, ink.height, alt_text=ink.alt)

    def _write(self, ink: Text) -> None:
        if not ink.text:
            return
        pdf = self._pdf
        pdf.set_font(_FAMILY, _STYLES[ink.bold and True in self._glyphs], ink.size)
        pdf.set_text_color(ink.colour)
        pdf.text(ink.x, ink.y, ink.text)
        if ink.bold and True not in self._glyphs:
            # No bold face: printed a second time a hair to the right.
            pdf.text(ink.x + ink.size * MM * 0.03, ink.y, ink.text)
        if ink.strike:
            y = ink.y - ink.size * MM * 0.32
            self._draw(Stroke(ink.x, y, self.width(ink.text, ink.bold) * ink.size * MM, 0, ink.size * MM * 0.045, ink.colour), {})
