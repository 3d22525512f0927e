"""A report as one HTML file that needs nothing else, to be opened, printed or sent. PURE."""

from base64 import b64encode
from html import escape

from kb.printing.document import Cell, Column, Document, Picture, Section, Table

_STYLE = """
@page { size: A4; margin: 15mm }
body { font: 16px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; color: #17202c }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 }
h2 { font-size: 1.15rem; color: #0b57a4; margin: 1.6rem 0 .4rem; break-after: avoid }
p { margin: .3rem 0 }
header { border-bottom: 2px solid #0b57a4; padding-bottom: .6rem }
.below, .small, small { color: #4d5968; font-size: .8125rem }
.notice { color: #b0231a; font-weight: 700 }
.frame { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; margin-top: .4rem }
th, td { padding: .35rem .5rem; border-bottom: 1px solid #b9c3ce; text-align: left; vertical-align: middle }
thead th { background: #e8f0f9; font-size: .875rem }
tr { break-inside: avoid }
img { max-width: 100%; height: auto }
.right { text-align: right; white-space: nowrap }
small { display: block }
@media print {
  body { font-size: 10pt; margin: 0; max-width: none; padding: 0 }
  a { color: inherit; text-decoration: none }
  .frame { overflow: visible }
}
"""


def html_page(document: Document, lang: str = "zh-CN") -> str:
    """The whole page; every text is escaped."""
    notice = f'<p class="notice">{escape(document.notice)}</p>' if document.notice else ""
    head = f'<header><h1>{escape(document.title)}</h1><p class="below">{escape(document.below)}</p></header>{notice}'
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    title = f"<title>{escape(document.title)}</title><style>{_STYLE}</style>"
    body = "\n".join([head, *(_section(section) for section in document.sections)])
    return f'<!doctype html>\n<html lang="{lang}">\n<head>{meta}{title}</head>\n<body>\n{body}\n</body>\n</html>\n'


def _section(section: Section) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in section.lines)
    small = "".join(f'<p class="small">{escape(line)}</p>' for line in section.small)
    shown = (_picture(section.picture) if section.picture else "") + (_table(section.table) if section.table else "")
    return f"<section><h2>{escape(section.heading)}</h2>{lines}{shown}{small}</section>"


def _picture(picture: Picture) -> str:
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img src="data:image/png;base64,{b64encode(picture.png).decode()}" {size} alt="{escape(picture.alt)}">'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col"{_side(column)}>{escape(column.head)}</th>' for column in table.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td{_side(column)}>{_cell(cell)}</td>' for column, cell in zip(table.columns, row, strict=True))}</tr>\n"
        for row in table.rows
    )
    return f'<div class="frame"><table aria-label="{escape(table.title)}"><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>'


def _side(column: Column) -> str:
    return ' class="right"' if column.right else ""


def _cell(cell: Cell) -> str:
    text = f'<a href="{escape(cell.link)}">{escape(cell.text)}</a>' if cell.link else escape(cell.text)
    return text + (f"<small>{escape(cell.note)}</small>" if cell.note else "")
