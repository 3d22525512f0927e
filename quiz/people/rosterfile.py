"""Rosters, password slips and findings as files to download. PURE."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from quiz.files.spreadsheet import write_sheet
from quiz.people.roles import Person
from quiz.people.rostercolumns import Column

HEADER = tuple(column.value for column in Column)
_EXAMPLES = (
    ("AL002010", "张三（示例，请删除）", "营业员", "", "沙区", "中泉厅", "", "2026-11-01", "在职"),
    ("AL002011", "李四（示例，请删除）", "厅经理", "", "沙区", "中泉厅", "", "", "在职"),
)
_WIDTHS = (14, 22, 12, 16, 16, 20, 12, 14, 12)


def template() -> bytes:
    """An empty roster with two examples."""
    return write_sheet("花名册", HEADER, _EXAMPLES, _WIDTHS)


def roster_workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """A roster as an Excel workbook."""
    return write_sheet("花名册", HEADER, rows, _WIDTHS)


def roster_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """A roster as CSV that Excel opens as UTF-8; no cell is taken for a formula."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(HEADER)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def slips(people: Iterable[Person], passwords: Mapping[int, str]) -> bytes:
    """One row for each first password, to be printed and cut apart."""
    rows = [(p.district, p.hall or (p.unit.name if p.unit else ""), p.number, p.name, passwords[p.id]) for p in people]
    return write_sheet("初始密码", ("区县公司", "营业厅", "工号", "姓名", "初始密码"), rows, (16, 20, 14, 14, 18))


def findings_workbook(rows: Iterable[Sequence[str | int]]) -> bytes:
    """What is wrong with a file: row, number, name, column, finding."""
    return write_sheet("导入问题", ("行号", "工号", "姓名", "列", "问题与改法"), rows, (8, 14, 14, 14, 80))
