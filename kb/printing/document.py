"""A printed report as values: sections of sentences and tables; what a page, a PDF and a workbook are all made of. PURE."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Number = int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its weight among the widths, and whether it holds figures, which stand to the right.

    `note` is the heading under which its cells' notes stand in a workbook, "" where they have none; `bounds` are those of the ends of the intervals
    whose numbers its cells hold, and which on paper stand in the note.
    """

    head: str
    weight: float = 1.0
    right: bool = False
    note: str = ""
    bounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """What is read in a cell, small print below it, where it leads, and the numbers that a workbook holds in their place."""

    text: str
    note: str = ""
    link: str = ""
    value: Number = None
    bounds: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot as PNG with its size in pixels of the screen, and what it shows in words."""

    png: bytes
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a title; every row has a cell for each column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences, a picture and a table where there are such, and small print below."""

    heading: str
    lines: tuple[str, ...] = ()
    table: Table | None = None
    small: tuple[str, ...] = ()
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report: title, a line below it, a notice of what is provisional ("" for none), and its sections."""

    title: str
    below: str
    notice: str
    sections: tuple[Section, ...]

    @property
    def tables(self) -> Iterator[Table]:
        """Its tables in order."""
        return (section.table for section in self.sections if section.table)


def sheet_of(table: Table) -> tuple[list[str], list[list[str | int | float | None]]]:
    """The heading and the rows of a table for a workbook: numbers as numbers, notes in columns of their own."""
    header = [text for column in table.columns for text in (column.head, *([column.note] if column.note else ()), *column.bounds)]
    return header, [[value for column, cell in zip(table.columns, row, strict=True) for value in _values(column, cell)] for row in table.rows]


def _values(column: Column, cell: Cell) -> Sequence[str | int | float | None]:
    own = cell.text if cell.value is None else cell.value
    bounds = cell.bounds if len(cell.bounds) == len(column.bounds) else (None,) * len(column.bounds)
    return (own, *([cell.note] if column.note else ()), *bounds)
