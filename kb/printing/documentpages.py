"""A report on A4 sheets: sentences, tables whose heading comes again on every page, page numbers. PURE."""

from collections.abc import Sequence
from dataclasses import replace

from kb.printing.document import Cell, Column, Document, Picture, Section, Table
from kb.printing.layout import (
    Colour,
    Fill,
    Image,
    Ink,
    Page,
    Row,
    Run,
    Stroke,
    Text,
    Widths,
    fill,
    height_of,
    kept,
    moved,
    paragraph,
    stacked,
    text_right,
)  # fmt: skip

A4 = (210.0, 297.0)
_X, _TOP, _FOOT = 17.0, 16.0, 17.0
_WIDTH, _HEIGHT = A4[0] - 2 * _X, A4[1] - _TOP - _FOOT
_PAD, _SIDE = 1.1, 1.6
_SIZE, _SMALL = 9.0, 7.2
_MOST_COLUMNS = 11
_PIXEL = 0.225  # mm of a pixel of the screen, a little smaller on paper
_HIGHEST = 190.0  # mm, of a picture


def document_pages(document: Document, widths: Widths) -> list[Page]:
    """The pages of a report; a table goes on under its own heading, and no section's heading stands last on a page.

    A table of more columns than a sheet holds comes in parts, each with its first column.
    """
    document = replace(document, sections=tuple(part for section in document.sections for part in _parts(section)))
    heads = {str(at): _head_row(table, widths) for at, table in enumerate(document.tables)}
    rows, at = _title_rows(document, widths), 0
    for section in document.sections:
        rows += _section_rows(section, str(at), widths)
        at += section.table is not None
    room = max((head.height for head in heads.values()), default=0.0)
    found = [_continued(page, heads) for page in fill(rows, _HEIGHT - room)]
    return [_page(page, number, len(found), document.title, widths) for number, page in enumerate(found, 1)]


def _parts(section: Section) -> list[Section]:
    """A section whose table fits, or several that hold a few columns each."""
    table = section.table
    if table is None or len(table.columns) <= _MOST_COLUMNS:
        return [section]
    spans = [(at, at + _MOST_COLUMNS - 1) for at in range(1, len(table.columns), _MOST_COLUMNS - 1)]
    tables = [_columns(table, *span) for span in spans]
    rest = [Section(section.heading, table=part) for part in tables[1:]]
    return [replace(section, table=tables[0], small=()), *rest[:-1], replace(rest[-1], small=section.small)]


def _columns(table: Table, start: int, end: int) -> Table:
    rows = tuple((row[0], *row[start:end]) for row in table.rows)
    return Table(table.title, (table.columns[0], *table.columns[start:end]), rows)


def _continued(page: Sequence[Row], heads: dict[str, Row]) -> list[Row]:
    """The rows of a page, under the heading of the table that goes on there."""
    head = heads.get(page[0].anchor)
    return [head, *page] if head else list(page)


def _page(rows: Sequence[Row], number: int, pages: int, title: str, widths: Widths) -> Page:
    foot = A4[1] - 9
    inks: list[Ink] = [
        *stacked(rows, _X, _TOP),
        Stroke(_X, foot - 4.5, _WIDTH, 0),
        Text(_X, foot, title, _SMALL, colour=Colour.MUTED),
        text_right(_X + _WIDTH, foot, f"{number} / {pages}", _SMALL, widths),
    ]
    return Page(*A4, tuple(inks), ((0, title),) if number == 1 else ())


def _title_rows(document: Document, widths: Widths) -> list[Row]:
    rows = paragraph([Run(document.title, bold=True)], 18, _WIDTH, widths)
    rows += [Row(1.2), *paragraph([Run(document.below, colour=Colour.MUTED)], _SIZE, _WIDTH, widths)]
    rows += [Row(2.5), Row(0.6, (Stroke(0, 0, _WIDTH, 0, 0.6, Colour.ACCENT),))]
    if document.notice:
        rows += [Row(2), *paragraph([Run(document.notice, bold=True, colour=Colour.BAD)], _SIZE, _WIDTH, widths)]
    return rows


def _section_rows(section: Section, key: str, widths: Widths) -> list[Row]:
    rows = [
        Row(5.5),
        *kept(paragraph([Run(section.heading, bold=True, colour=Colour.ACCENT)], 12.5, _WIDTH, widths), to_next=True),
        Row(1.2, keep=True),
    ]
    for line in section.lines:
        rows += [*paragraph([Run(line)], 10, _WIDTH, widths, leading=1.55), Row(0.8, keep=section.table is not None)]
    if section.picture:
        rows += [_picture_row(section.picture), Row(2, keep=section.table is not None)]
    if section.table:
        rows += [replace(_head_row(section.table, widths), keep=True), *_body_rows(section.table, key, widths)]
    for line in section.small:
        rows += [Row(1), *paragraph([Run(line, colour=Colour.MUTED)], 8, _WIDTH, widths, leading=1.5)]
    return rows


def _picture_row(picture: Picture) -> Row:
    """A picture in its own size, or as large as fits."""
    scale = min(_PIXEL, _WIDTH / picture.width, _HIGHEST / picture.height)
    width, height = picture.width * scale, picture.height * scale
    return Row(height, (Image((_WIDTH - width) / 2, 0, width, height, picture.png, picture.alt),))


def _places(columns: Sequence[Column]) -> list[tuple[float, float]]:
    """(left, width) of each column."""
    every, found, x = sum(column.weight for column in columns), [], 0.0
    for column in columns:
        width = _WIDTH * column.weight / every
        found.append((x, width))
        x += width
    return found


def _head_row(table: Table, widths: Widths) -> Row:
    cells = [[Run(column.head, bold=True)] for column in table.columns]
    row = _row([[(runs, 8.2)] for runs in cells], table.columns, widths)
    inks = (Fill(0, 0, _WIDTH, row.height, Colour.SOFT), *row.inks, Stroke(0, row.height, _WIDTH, 0, 0.3, Colour.ACCENT))
    return Row(row.height, inks)


def _body_rows(table: Table, key: str, widths: Widths) -> list[Row]:
    rows = []
    for cells in table.rows:
        row = _row([_cell(cell) for cell in cells], table.columns, widths)
        rows.append(Row(row.height, (*row.inks, Stroke(0, row.height, _WIDTH, 0)), anchor=key))
    return rows


def _cell(cell: Cell) -> list[tuple[list[Run], float]]:
    note = [([Run(cell.note, colour=Colour.MUTED)], _SMALL)] if cell.note else []
    return [([Run(cell.text)], _SIZE), *note]


def _row(cells: Sequence[Sequence[tuple[list[Run], float]]], columns: Sequence[Column], widths: Widths) -> Row:
    """One strip of a table, as high as its highest cell; figures stand to the right, single lines in the middle."""
    found = []
    for paragraphs, (x, width), column in zip(cells, _places(columns), columns, strict=True):
        lines = [line for runs, size in paragraphs for line in paragraph(runs, size, width - 2 * _SIDE, widths, leading=1.3)]
        found.append((lines, x, width, column.right))
    height = max(height_of(lines) for lines, *_ in found) + 2 * _PAD
    inks = [ink for lines, x, width, right in found for ink in _set(lines, x, width, height, widths, right=right)]
    return Row(height, tuple(inks))


def _set(lines: Sequence[Row], x: float, width: float, height: float, widths: Widths, *, right: bool) -> list[Ink]:
    y, inks = (height - height_of(lines)) / 2, list[Ink]()
    for line in lines:
        left = x + _SIDE
        if right and line.inks:
            left = x + width - _SIDE - _line_width(line, widths)
        inks += moved(line.inks, left, y)
        y += line.height
    return inks


def _line_width(line: Row, widths: Widths) -> float:
    ends = [ink.x + text_width(ink, widths) for ink in line.inks if isinstance(ink, Text)]
    return max(ends, default=0.0)


def text_width(ink: Text, widths: Widths) -> float:
    """The width of words on paper."""
    return -text_right(0.0, 0.0, ink.text, ink.size, widths, bold=ink.bold).x
