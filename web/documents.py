"""A report as a file: Excel, PDF, or an HTML page that needs nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from flask import Response

from kb.printing import document as printed
from kb.printing.document import Column, Document, Section, Table, sheet_of
from kb.printing.documenthtml import html_page
from kb.printing.documentpages import document_pages
from kb.printing.fonts import find_fonts
from kb.printing.pdf import Canvas
from quiz.files.excelwriter import Cell, write_book, write_sheet
from web.downloads import EXCEL, PDF, download
from web.i18n import gettext, page_language

Sheet = tuple[str, tuple[str, ...] | list[str], Iterable[list[Cell] | tuple[Cell, ...]]]


def as_excel(document: Document, day: date) -> bytes:  # noqa: ARG001 - one shape for all files; a workbook bears no day
    """A workbook to be read: the sentences on its first sheet, then a sheet for each table."""
    return write_book([_said(document, gettext("通报")), *_tables(document)])


def as_tables(document: Document, day: date) -> bytes:  # noqa: ARG001 - as above
    """A workbook to be passed on and reckoned with: a sheet for each table, the sentences on the last one."""
    return write_book([*_tables(document), _said(document, gettext("说明"))])


def _tables(document: Document) -> list[Sheet]:
    return [(table.title, *sheet_of(table)) for table in document.tables]


def _said(document: Document, name: str) -> Sheet:
    said = [(section.heading, line) for section in document.sections for line in _lines(section)]
    front = [("", document.below), *([("", document.notice)] if document.notice else []), *said]
    return name, (gettext("部分"), document.title), front


def _lines(section: Section) -> tuple[str, ...]:
    """The sentences of a section; a picture's is its heading."""
    return section.lines + section.small or (() if section.table else ("",))


def of_rows(title: str, below: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Document:
    """One table as a report; a column is as wide as its texts, within reason, and stands to the right where it holds figures."""
    columns = tuple(_column(name, [row[at] for row in rows]) for at, name in enumerate(header))
    shown = tuple(tuple(_shown(value) for value in row) for row in rows)
    return Document(title, below, "", (Section(title, table=Table(title, columns, shown)),))


def _column(name: str, values: Sequence[Cell]) -> Column:
    figures = bool(values) and all(value is None or isinstance(value, int | float) for value in values)
    widest = max((len(str(value)) for value in values[:200] if value is not None), default=0)
    return Column(name, min(5.0, max(1.0, len(name) / 4, widest / 6)), right=figures)


def _shown(value: Cell) -> printed.Cell:
    if isinstance(value, str):
        return printed.Cell(value)
    return printed.Cell("" if value is None else f"{value}", value=value)


def file_of(title: str, below: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], day: date, ending: str) -> Response:
    """A table to keep as `xlsx` or `pdf`. Raises NotFoundError `font-missing` where no Chinese font is installed."""
    if ending == "pdf":
        return download(as_pdf(of_rows(title, below, header, rows), day), f"{title}.pdf", PDF)
    return download(write_sheet(title, header, rows), f"{title}.xlsx", EXCEL)


def as_pdf(document: Document, day: date, font: Path | None = None) -> bytes:
    """A4 pages. Raises NotFoundError `font-missing` where no Chinese font is installed."""
    canvas = Canvas(find_fonts(font))
    return canvas.draw(document_pages(document, canvas.width), document.title, day)


def as_html(document: Document, day: date) -> bytes:  # noqa: ARG001 - as above
    """One HTML file."""
    return html_page(document, "zh-CN" if page_language() == "zh" else "en").encode()


WRITERS: Mapping[str, Callable[[Document, date], bytes]] = {".xlsx": as_excel, ".pdf": as_pdf, ".html": as_html}
