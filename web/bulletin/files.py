"""A bulletin as a file: Excel, PDF, or an HTML page that needs nothing else."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from kb.printing.document import Document, sheet_of
from kb.printing.documenthtml import html_page
from kb.printing.documentpages import document_pages
from kb.printing.fonts import find_fonts
from kb.printing.pdf import Canvas
from quiz.files.excelwriter import write_book
from web.i18n import gettext, page_language


def as_excel(document: Document, day: date) -> bytes:  # noqa: ARG001 - one shape for all files; a workbook bears no day
    """A workbook: the sentences on its first sheet, then a sheet for each table."""
    said = [(section.heading, line) for section in document.sections for line in (*section.lines, *section.small)]
    front = [("", document.below), *([("", document.notice)] if document.notice else []), *said]
    sheets = [(gettext("通报"), (gettext("部分"), document.title), front)]
    return write_book([*sheets, *((table.title, *sheet_of(table)) for table in document.tables)])


def as_pdf(document: Document, day: date, font: Path | None = None) -> bytes:
    """A4 pages. Raises NotFoundError `font-missing` where no Chinese font is installed."""
    canvas = Canvas(find_fonts(font))
    return canvas.draw(document_pages(document, canvas.width), document.title, day)


def as_html(document: Document, day: date) -> bytes:  # noqa: ARG001 - as above
    """One HTML file."""
    return html_page(document, "zh-CN" if page_language() == "zh" else "en").encode()


WRITERS: Mapping[str, Callable[[Document, date], bytes]] = {".xlsx": as_excel, ".pdf": as_pdf, ".html": as_html}
