"""Tables as Excel workbooks in which no cell is ever a formula. PURE."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from kb.errors import ContentError

LONGEST_CELL = 32_767
_BORN = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant, so that equal tables are equal files
_WIDE = 8  # columns; wider tables keep their first column in sight and are printed across
_A4 = 9
_MOST_PLACES = 4
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
Cell = str | int | float | None


def write_sheet(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[float] | None = None) -> bytes:
    """A workbook of one sheet with a frozen bold header and a filter; texts are stored as texts, also when they begin like a formula.

    `widths` are in characters; without them each column is as wide as its texts, within reason. Raises ContentError for a text
    that no cell can hold.
    """
    return _book(title, [(title, header, rows, widths)])


def write_book(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """A workbook of several such sheets (title, header, rows), whose titles differ."""
    return _book(sheets[0][0], [(*sheet, None) for sheet in sheets])


def _book(title: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]], Sequence[float] | None]]) -> bytes:
    # Imported here: only who exports a file needs the writer.
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": title, "created": _BORN})
    # As text, so that a cell stays a text when somebody edits it.
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    numbers = [book.add_format({"valign": "top", "num_format": "0." + "0" * places if places else "General"}) for places in range(_MOST_PLACES + 1)]
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "valign": "top", "bottom": 1})
    for name, header, rows, widths in sheets:
        sheet = book.add_worksheet(_FORBIDDEN.sub(" ", name)[:31].strip() or "Sheet1")
        _write(sheet, header, [list(row) for row in rows], widths, plain=plain, numbers=numbers, bold=bold)
    book.close()
    return target.getvalue()


def _write(
    sheet: Any,
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float] | None,
    *,
    plain: Any,
    numbers: Sequence[Any],
    bold: Any,
) -> None:
    for column, width in enumerate(widths or _widths(header, rows)):
        sheet.set_column(column, column, width, plain)
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    shown = [numbers[_places(row[column] for row in rows if column < len(row))] for column in range(len(header))]
    for index, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(index, column, cell, shown[column])
            elif cell:
                sheet.write_string(index, column, _sound(cell, index + 1, header, column), plain)
    sheet.freeze_panes(1, int(len(header) > _WIDE))
    _paper(sheet, wide=len(header) > _WIDE)
    if header and rows:
        sheet.autofilter(0, 0, len(rows), len(header) - 1)


def _paper(sheet: Any, *, wide: bool) -> None:
    """A4, as many columns as there are on one sheet, the head on each."""
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if wide:
        sheet.set_landscape()


def _places(cells: Iterable[Cell]) -> int:
    """How many decimals a column shows: as many as its numbers have, one at least where they are no whole ones, so that 53.0 stands below 52.9."""
    known = [f"{cell:.{_MOST_PLACES}f}".rstrip("0").partition(".")[2] for cell in cells if isinstance(cell, float)]
    return max((len(places) or 1 for places in known), default=0)


def _sound(text: str, row: int, header: Sequence[str], column: int) -> str:
    if len(text) > LONGEST_CELL:
        raise ContentError("cell-too-long", row=row, column=header[column] if column < len(header) else column + 1, limit=LONGEST_CELL)
    return text


def _widths(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[float]:
    columns = range(len(header))
    return [min(48, max(8, *(_wide(row[i]) for row in ([header, *rows[:200]]) if i < len(row))) + 2) for i in columns]


def _wide(cell: Cell) -> int:
    return max((sum(1 + (ord(letter) > 255) for letter in line) for line in str(cell or "").split("\n")), default=0)
