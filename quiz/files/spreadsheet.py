"""Spreadsheets as rows of text, whatever they were written with: xlsx, xls, or CSV in UTF-8 or GB18030. PURE."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from kb.errors import ContentError
from quiz.files.archive import LARGEST_FILE, open_archive, weigh
from quiz.files.csvtable import csv_table
from quiz.files.excelwriter import write_sheet

__all__ = ["Row", "Sheet", "read_sheet", "read_sheets", "write_sheet"]

MOST_CELLS = 5_000_000
Table = list[list[str]]
Merge = tuple[tuple[int, int], tuple[int, int]]
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*(?<!/)>')
_WORKSHEET = re.compile(r"/?xl/worksheets/[^/]+\.xml")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: its number in the file (from 1, as the spreadsheet shows it) and its cells as trimmed text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its first row that holds something, and the rows below; every row has as many cells as the header, blank rows are left out."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    header_number: int = 1


def read_sheet(data: bytes, filename: str) -> Sheet:
    """The first visible sheet of a file that is not empty.

    Every cell of a merged range has the range's text; whole numbers have no decimals, days are YYYY-MM-DD. The name of the file is used
    for messages only: what it is shows in its bytes. Raises ContentError when it cannot be read, is empty, or is unreasonably large.
    """
    return next(iter(read_sheets(data, filename, 1).values()))


def read_sheets(data: bytes, filename: str, most: int = 50) -> dict[str, Sheet]:
    """The visible sheets of a file that are not empty, by name, at most so many; see `read_sheet`. That of a CSV file has no name."""
    weigh(data, LARGEST_FILE)
    tables = _excel(data, filename, most) if data.startswith((_ZIP, _OLE)) else {"": csv_table(data, filename)}
    if not tables:
        raise ContentError("sheet-empty", file=filename)
    return {name: _sheet(table, filename) for name, table in tables.items()}


def _sheet(table: Table, filename: str) -> Sheet:
    rows = [(number, cells) for number, cells in enumerate(table, 1) if any(cells)]
    if not rows:
        raise ContentError("sheet-empty", file=filename)
    width = max(max(i for i, cell in enumerate(cells, 1) if cell) for _, cells in rows)
    full = [Row(number, tuple((cells + [""] * width)[:width])) for number, cells in rows]
    return Sheet(full[0].cells, tuple(full[1:]), full[0].number)


def _excel(data: bytes, filename: str, most: int) -> dict[str, Table]:
    if data.startswith(_ZIP):
        _refuse_wide(data, filename)
    # Imported here: only who imports a file needs the readers.
    from python_calamine import CalamineError, PasswordError

    try:
        return _with_calamine(data, most)
    except PasswordError:
        raise ContentError("sheet-locked", file=filename) from None
    except (CalamineError, OSError, ValueError, TypeError, OverflowError) as error:
        if data.startswith(_OLE):
            raise ContentError("sheet-unreadable", file=filename, reason=str(error)) from error
    return _with_openpyxl(data, filename, most)


def _refuse_wide(data: bytes, filename: str) -> None:
    """Refuse a workbook before it is unfolded into more cells than a list of people or questions can have."""
    archive = open_archive(data)
    sheets = [name for name in archive.names if _WORKSHEET.fullmatch(name)]
    if not sheets:
        raise ContentError("sheet-foreign", file=filename)
    for name in sheets:
        rows = columns = 0
        for column, row in _CELL.findall(archive.read(name)):
            rows, columns = max(rows, int(row)), max(columns, _column(column))
        if rows * columns > MOST_CELLS:
            raise ContentError("sheet-wide", file=filename, rows=rows, columns=columns)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _with_calamine(data: bytes, most: int) -> dict[str, Table]:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # as above

    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        found: dict[str, Table] = {}
        for meta in book.sheets_metadata:
            if meta.visible != SheetVisibleEnum.Visible or len(found) >= most:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            table = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            if any(any(row) for row in table):
                found[meta.name] = _spread(table, sheet.merged_cell_ranges or [])
        return found


def _with_openpyxl(data: bytes, filename: str, most: int) -> dict[str, Table]:
    import openpyxl  # only for the few files that the faster reader refuses

    try:
        book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    except Exception as error:  # whatever a damaged file makes a foreign reader raise
        raise ContentError("sheet-unreadable", file=filename, reason=str(error)) from error
    found: dict[str, Table] = {}
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible" or len(found) >= most:
            continue
        table = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        if any(any(row) for row in table):
            merges = [((m.min_row - 1, m.min_col - 1), (m.max_row - 1, m.max_col - 1)) for m in sheet.merged_cells.ranges]
            found[sheet.title] = _spread(table, merges)
    return found


def _spread(table: Table, merges: Iterable[Merge]) -> Table:
    """The table with the text of every merged range in each of its cells."""
    left = MOST_CELLS
    for (top, first), (bottom, last) in merges:
        if top >= len(table) or first >= len(table[top]) or not (text := table[top][first]):
            continue
        for cells in table[top : bottom + 1]:
            inside = cells[first : last + 1]
            cells[first : last + 1] = [text] * len(inside)
            left -= len(inside)
        if left < 0:
            break
    return table


def _text(value: Any) -> str:
    """A cell as a person reads it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool | timedelta):
        return str(value).upper()
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def column_name(index: int) -> str:
    """The letters over a column, from 0: `A`, `B` … `AA`."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_columns(header: Sequence[str], wanted: Iterable[str]) -> dict[str, int]:
    """Where each wanted heading stands in a header, spaces and case aside; the first of two alike counts."""
    places: dict[str, int] = {}
    for index, name in enumerate(header):
        places.setdefault("".join(name.split()).casefold(), index)
    return {name: places[key] for name in wanted if (key := "".join(name.split()).casefold()) in places}
