"""The whole corpus, or a part of it, as Word, Excel, or its Markdown files in a zip."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import cast

import docx
import xlsxwriter
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from kb.authoring.entryform import EntryForm, form_of
from kb.authoring.entrytext import new_text
from kb.entry import Entry, Kind
from kb.exchange.marks import MARK, marked, name_mark, unmarked
from kb.exchange.outline import Table, Words
from kb.exchange.outlinesheet import KEPT, KEPT_SUFFIX
from kb.exchange.outlinetext import text_blocks
from kb.facts import chinese_date
from kb.library import Library
from kb.markdown import plain, sections, turns

KINDS = {Kind.SCRIPT: "情景话术", Kind.TARIFF: "资费口径", Kind.BASIC: "应知应会"}
HEADER = (
    "编号", "标题", "种类", "分类", "客户问法", "正文", "必须说", "不能说", "资费要素", "生效日期", "失效日期", "适用范围", "负责岗位", "版本",
)  # fmt: skip
_WIDTHS = (24, 30, 10, 14, 36, 60, 30, 30, 36, 12, 12, 18, 14, 6)
_LONGEST_CELL = 32_000
_FONT = "Microsoft YaHei"


def as_word(library: Library, entries: Sequence[Entry], day: date, title: str) -> bytes:
    """A document: a chapter for each topic, a section for each entry, its numbers filled in as of a day.

    The ids, the names of facts and the references stand in it as hidden text, so that it reads back as drafts that quote what these entries quote.
    """
    document = docx.Document()
    _set_font(document)
    _add(document, title, "Title")
    _add(document, chinese_date(day))
    ordered = sorted(entries, key=lambda e: (e.topic, e.kind.value, e.title))
    for topic, group in groupby(ordered, key=lambda e: e.topic):
        _add(document, topic, "Heading1")
        for entry in group:
            _write_entry(document, library, entry, day)
    return _saved(document)


def _set_font(document: Document) -> None:
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        style.font.name = _FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
        style.font.color.rgb = RGBColor(0, 0, 0)
    document.styles["Normal"].font.size = Pt(10.5)


def _add(document: Document, text: str, style: str = "") -> None:
    """A paragraph at the end, its style by id: python-docx walks the whole document for each paragraph and all styles for each name."""
    paragraph = Paragraph(cast("CT_P", OxmlElement("w:p")), document._body)  # noqa: SLF001  # see above
    document.element.body[-1].addprevious(paragraph._p)  # noqa: SLF001  # the last element holds the page's size
    _fill(paragraph, text)
    if style:
        paragraph._p.style = style  # noqa: SLF001  # see above


def _fill(paragraph: Paragraph, text: str) -> None:
    """Write a text whose marks are hidden."""
    at = 0
    for mark in MARK.finditer(text):
        if text[at : mark.start()]:
            paragraph.add_run(_clean(text[at : mark.start()]))
        paragraph.add_run(_clean(mark[0])).font.hidden = True
        at = mark.end()
    if text[at:]:
        paragraph.add_run(_clean(text[at:]))


def _saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write_entry(document: Document, library: Library, entry: Entry, day: date) -> None:
    quoted = marked(library, entry, day)

    def said(text: str) -> str:
        return plain(quoted(text))

    _add(document, entry.title + name_mark(entry.id), "Heading2")
    _add(document, " · ".join(text for text in (KINDS[entry.kind], f"第 {entry.version} 版", _dates(entry)) if text))
    _write_list(document, "客户问法", entry.asks)
    if entry.facts:
        table = document.add_table(0, 2, "Table Grid")
        for fact in entry.facts.values():
            cells = table.add_row().cells
            _fill(cells[0].paragraphs[0], fact.label + name_mark(fact.name))
            _fill(cells[1].paragraphs[0], said(fact.value))
    for section in sections(quoted(entry.body)):
        _add(document, section.heading or "标准口径", "Heading3")
        _write_body(document, section.text)
    _write_list(document, "必须说", map(said, entry.must_say))
    _write_list(document, "不能说", (f"{n.phrase}（{said(n.reason)}）" if n.reason else n.phrase for n in entry.never_say))


def _dates(entry: Entry) -> str:
    start, end = (chinese_date(day) if day else "" for day in (entry.effective_from, entry.effective_to))
    return f"{start}—{end}" if start and end else f"{start}起" if start else f"至{end}" if end else ""


def _write_list(document: Document, heading: str, lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if not number:
            _add(document, heading, "Heading3")
        _add(document, line, "ListBullet")


def _write_body(document: Document, text: str) -> None:
    for block in text_blocks(text):
        if isinstance(block, Table):
            table = document.add_table(0, max(map(len, block.rows)), "Table Grid")
            for row in block.rows:
                cells = table.add_row().cells
                for at, cell in enumerate(row):
                    _fill(cells[at].paragraphs[0], plain(cell))
        elif isinstance(block, Words) and block.listed and not turns(block.text):
            _add(document, plain(block.text), "ListBullet")
        else:
            _add(document, plain(block.text))


def _clean(text: str) -> str:
    """A text that XML can hold."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"))


def as_excel(library: Library, entries: Sequence[Entry], day: date) -> bytes:
    """A workbook with a row for each entry, its numbers filled in as of a day; what they quote stands in hidden columns."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  # the file is the same for the same corpus
    sheet = book.add_worksheet("口径")
    head, cell = (
        book.add_format({"bold": True, "bg_color": "#E3EEFA", "border": 1}),
        book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
    )
    for column, (name, width) in enumerate(zip(HEADER, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    for column, name in enumerate(KEPT, len(HEADER)):
        sheet.set_column(column, column, 2, None, {"hidden": True})
        sheet.write_string(0, column, f"{name}{KEPT_SUFFIX}", head)
    for number, entry in enumerate(entries, 1):
        row = _row(library, entry, day)
        for column, text in enumerate([*map(unmarked, row), *(row[HEADER.index(name)] for name in KEPT)]):
            sheet.write_string(number, column, text[:_LONGEST_CELL], cell)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(entries), 1), len(HEADER) - 1)
    book.close()
    return out.getvalue()


def _row(library: Library, entry: Entry, day: date) -> tuple[str, ...]:
    """The cells of an entry, with marks."""
    said = marked(library, entry, day)
    scope = (*entry.scope.districts, *entry.scope.halls, *entry.scope.channels)
    facts = "\n".join(f"{fact.label}{name_mark(fact.name)}：{said(fact.value)}" for fact in entry.facts.values())
    banned = "\n".join(f"{n.phrase}（{said(n.reason)}）" if n.reason else n.phrase for n in entry.never_say)
    texts = (
        entry.id, entry.title, KINDS[entry.kind], entry.topic, "\n".join(entry.asks), said(entry.body).strip(), "\n".join(map(said, entry.must_say)),
        banned, facts, entry.effective_from.isoformat() if entry.effective_from else "", entry.effective_to.isoformat() if entry.effective_to else "",
        "、".join(scope) or "全部", entry.owner, str(entry.version),
    )  # fmt: skip
    return tuple(map(_clean, texts))


def as_markdown(content: Path, entries: Iterable[Entry]) -> bytes:
    """The content files of entries in a zip, byte for byte; one that is no longer on disk is written from what clerks have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for entry in entries:
            path = entry.source.path or f"{entry.id}.md"
            package.writestr(zipfile.ZipInfo(path, (2000, 1, 1, 0, 0, 0)), _file(content / path, entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _file(path: Path, entry: Entry) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return new_text(form_of(entry, EntryForm(id=entry.id))).encode()
