"""Word and PDF files as headings, paragraphs and tables."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import docx
from docx.document import Document
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from kb.errors import ContentError
from kb.exchange.marks import restored
from kb.exchange.outline import Block, Heading, Table, Words
from kb.exchange.outlinetext import joined_lines, text_blocks

_LEVEL = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_MOST_PAGES = 2000
_LONGEST_HEADING, _SENTENCE_ENDS = 60, ("。", "；", ";", "，", "：", ":")


def word_blocks(data: bytes, filename: str) -> list[Block]:
    """The blocks of a .docx file; a heading is what has a heading's style or level. Raises ContentError for a file that cannot be read.

    In a document without any such heading it is what is short and bold throughout, the larger the higher; where there is no such line either the
    document is read as plain text is.
    """
    try:
        document = docx.Document(io.BytesIO(data))
        found = list(_word(document, {}))
        if not any(isinstance(block, Heading) for block in found):
            found = list(_word(document, _bold_levels(document)))
    except Exception as error:  # python-docx and lxml raise all kinds of errors over a damaged file
        raise ContentError("collection-unreadable", file=filename, reason=type(error).__name__) from error
    if any(isinstance(block, Heading) for block in found):
        return found
    return [again for block in found for again in (text_blocks(block.text) if isinstance(block, Words) and not block.listed else [block])]


def _bold_levels(document: Document) -> dict[int, int]:
    """The levels of headings by the size of their letters, none where fewer than two lines are bold."""
    sizes = Counter(size for part in document.paragraphs if (size := _bold_size(part)) is not None)
    return {size: level for level, size in enumerate(sorted(sizes, reverse=True)[:9], 1)} if sizes.total() > 1 else {}


def _bold_size(paragraph: Paragraph) -> int | None:
    """The size of a short paragraph that is bold throughout and no sentence, 0 for the usual one; None for any other."""
    text = paragraph.text.strip()
    if not text or len(text) > _LONGEST_HEADING or text.endswith(_SENTENCE_ENDS):
        return None
    runs = [run for run in paragraph.runs if run.text.strip()]
    return max(int(run.font.size or 0) for run in runs) if runs and all(run.bold for run in runs) else None


def _word(document: Document, bold: Mapping[int, int]) -> Iterator[Block]:
    styles = {style.style_id: style for style in document.styles if isinstance(style, ParagraphStyle)}
    known: dict[str, tuple[int, bool]] = {"": (0, False)}
    for part in document.iter_inner_content():
        if isinstance(part, WordTable):
            yield Table(tuple(tuple(_cells(row)) for row in part.rows))
        elif text := restored(part.text.strip()):
            name = part._p.style or ""  # noqa: SLF001  # the id: python-docx reads every style for each paragraph's name
            if name not in known:
                known[name] = _meaning(styles.get(name))
            level, listed = known[name]
            size = _bold_size(part) if bold else None
            level = level or _outlined(part) or (bold.get(size, 0) if size is not None else 0)
            yield Heading(level, text) if level else Words(text, listed or bool(part._p.xpath("./w:pPr/w:numPr")))  # noqa: SLF001  # no name for it


def _cells(row: object) -> Iterator[str]:
    """The texts of a row; a merged cell counts once."""
    seen = None
    for cell in row.cells:  # type: ignore[attr-defined]  # a row of python-docx
        if cell._tc is not seen:  # noqa: SLF001  # the only mark by which a merged cell is known
            yield restored(cell.text.strip())
        seen = cell._tc  # noqa: SLF001


def _meaning(style: ParagraphStyle | None) -> tuple[int, bool]:
    """The level of the headings of a style, 0 for none, and whether it is one of lists."""
    first = style.name or "" if style else ""
    while style is not None:
        if m := _LEVEL.match(style.name or ""):
            return int(m[1]) or 1, False
        style = style.base_style
    return 0, first.lower().startswith("list")


def _outlined(paragraph: Paragraph) -> int:
    found = paragraph._p.xpath("./w:pPr/w:outlineLvl/@w:val")  # noqa: SLF001  # python-docx has no name for the level of an outline
    return int(found[0]) + 1 if found and int(found[0]) < 9 else 0


def pdf_blocks(data: bytes, filename: str) -> list[Block]:
    """The blocks of the text of a PDF file. Raises ContentError for one that cannot be read, is locked, or holds no text."""
    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [page.extract_text() for page in reader.pages[:_MOST_PAGES]]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError, NotImplementedError) as error:
        raise ContentError("collection-unreadable", file=filename, reason=type(error).__name__) from error
    text = "\n".join(joined_lines(page) for page in pages)
    if not text.strip():
        raise ContentError("collection-empty", file=filename)
    return text_blocks(text)
