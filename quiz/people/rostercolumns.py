"""A roster 花名册 as halls keep it: its columns found by many names, its words for roles and states read. PURE."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from kb.errors import ContentError
from kb.messages import message
from quiz.files.spreadsheet import Row, Sheet
from quiz.people.roles import Role


class Column(StrEnum):
    """What a roster says of a person; the value heads the column in our own files."""

    NUMBER = "工号"
    NAME = "姓名"
    ROLE = "岗位"
    BRANCH = "分公司"
    DISTRICT = "区县公司"
    HALL = "营业厅"
    CODE = "厅编码"
    DAY = "生效日期"
    STATUS = "在职状态"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a row: the heading of its column, a code, and its arguments; a `warning` stops nothing."""

    column: str
    code: str
    args: Mapping[str, object] = field(default_factory=dict, hash=False)
    warning: bool = False

    def text(self, lang: str = "zh") -> str:
        """What is wrong and how to mend it."""
        return message(self.code, lang, **self.args)


@dataclass(frozen=True, slots=True)
class Line:
    """One person's row, read; "" and None where it says nothing, or nothing that can be read."""

    row: int
    number: str
    name: str
    role: Role | None = None
    branch: str = ""
    district: str = ""
    hall: str = ""
    code: str = ""
    day: date | None = None
    active: bool | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """A file as read: its own headings, its rows, and the numbers of rows that are no people (titles, totals, notes)."""

    headings: Mapping[Column, str]
    lines: tuple[Line, ...]
    ignored: tuple[int, ...] = ()


ROLE_NAMES: dict[Role, str] = {
    Role.CLERK: "营业员",
    Role.HALL_MANAGER: "厅经理",
    Role.TRAINER: "培训师",
    Role.INSPECTOR: "检查人员",
    Role.BRANCH_MANAGER: "主管",
    Role.ADMIN: "管理员",
}
WORKING, GONE = "在职", "离职"
LONGEST_NUMBER, LONGEST_NAME, LONGEST_UNIT = 40, 80, 80
_HEAD_WITHIN = 20  # rows in which the headings have to appear
_HEADINGS: dict[Column, str] = {
    Column.NUMBER: "工号 员工工号 员工编号 人员工号 人员编号 职工号 职工编号 营业员工号 BOSS工号 number staffid employeenumber employeeid",
    Column.NAME: "姓名 员工姓名 人员姓名 名字 营业员姓名 name",
    Column.ROLE: "岗位 岗位名称 角色 职务 职位 岗位角色 role",
    Column.BRANCH: "分公司 所属分公司 市公司 地市公司 branch",
    Column.DISTRICT: "区县公司 所属区县公司 所属区县 区县 区县分公司 县区 县区公司 所在区县 district",
    Column.HALL: "营业厅 所属营业厅 营业厅名称 所在营业厅 所属厅 厅店 厅名 厅 门店 网点 所属网点 部门 所属部门 单位 所属单位 hall",
    Column.CODE: "厅编码 营业厅编码 营业厅编号 厅编号 单位编码 渠道编码 hallcode code",
    Column.DAY: "生效日期 调入日期 到厅日期 变动日期 起始日期 开始日期 effectivedate from fromday",
    Column.STATUS: "在职状态 在职/离职 在职离职 状态 是否在职 人员状态 员工状态 在岗状态 status active",
}
_ROLE_WORDS: dict[Role, str] = {
    Role.CLERK: "营业员 前台 前台营业员 综合营业员 台席 台席营业员 台席人员 流动岗 引导员 引导岗 导购 导购员 咨询员 咨询岗 受理员 业务受理员 店员",
    Role.HALL_MANAGER: "厅经理 营业厅经理 副厅经理 班长 副班长 营业班长 值班长 值班经理 厅长 店长 店经理",
    Role.TRAINER: "培训师 内训师 培训员 培训岗 讲师 培训管理员",
    Role.INSPECTOR: "检查人员 检查员 稽核 稽核员 督导 督导员 服务督导 质检 质检员",
    Role.BRANCH_MANAGER: "主管 分公司主管 区县主管 区县公司主管 服务主管 渠道主管 区县经理 区域经理 branchmanager",
    Role.ADMIN: "管理员 系统管理员 平台管理员 administrator",
}
_STATUS_WORDS = {
    True: "在职 在岗 在 是 有效 正常 启用 试用 试用期 1 y yes true active",
    False: "离职 已离职 离岗 退休 已退休 否 停用 注销 0 n no false inactive left",
}
_TOTALS = ("合计", "总计", "小计", "备注", "说明", "注:", "制表", "填表", "审核")
_OF_A_PERSON = frozenset({Column.NUMBER, Column.NAME, Column.ROLE, Column.DAY, Column.STATUS})
_EXAMPLE = "（示例，请删除）"
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9._-]*")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: ?00:00(?::00)?)?")
_SERIAL = re.compile(r"\d{5}")
_EPOCH = date(1899, 12, 30)  # from which spreadsheets count days
_EARLIEST = date(1990, 1, 1)


def plain(text: str) -> str:
    """A text without spaces, full-width forms made half-width: `张　三` → `张三`."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _name(text: str) -> str:
    """A person's name: spaces only between Latin words."""
    words = unicodedata.normalize("NFKC", text).split()
    return (" " if all(word.isascii() for word in words) else "").join(words)


def _word(text: str) -> str:
    return re.sub(r"\(.*?\)|[*:_\s-]", "", plain(text)).casefold()


_COLUMN_OF = {_word(name): (place, column) for column, names in _HEADINGS.items() for place, name in enumerate(names.split())}
_ROLE_OF = {word: role for role, words in _ROLE_WORDS.items() for word in [*words.split(), _word(role.value)]}
_ACTIVE_OF = {word: active for active, words in _STATUS_WORDS.items() for word in words.split()}


def columns_of(header: Sequence[str]) -> dict[Column, int]:
    """Where each column stands; of two headings for one column that which is nearer to our own name."""
    found: dict[Column, tuple[int, int]] = {}
    for index, heading in enumerate(header):
        if known := _COLUMN_OF.get(_word(heading)):
            place, column = known
            found[column] = min(found.get(column, (place, index)), (place, index))
    return {column: index for column, (_, index) in found.items()}


def read_roster(sheet: Sheet) -> Roster:
    """The people of a sheet; its headings may stand below a title. Raises ContentError when there is no row with headings for number and name."""
    rows = (Row(sheet.header_number, sheet.header), *sheet.rows)
    for place, head in enumerate(rows[:_HEAD_WITHIN]):
        columns = columns_of(head.cells)
        if Column.NUMBER in columns and Column.NAME in columns:
            return _roster(head, columns, rows[place + 1 :], [row.number for row in rows[:place]])
    found = "、".join(dict.fromkeys(cell for cell in sheet.header if cell))[:200]
    raise ContentError("roster-headless", row=sheet.header_number, found=found)


def _roster(head: Row, columns: dict[Column, int], rows: Iterable[Row], ignored: list[int]) -> Roster:
    headings = {column: head.cells[index] for column, index in columns.items()}
    lines = []
    for row in rows:
        if _is_note(row, head, columns):
            ignored.append(row.number)
        else:
            lines.append(_line(row, columns, headings))
    return Roster(headings, tuple(lines), tuple(ignored))


def _is_note(row: Row, head: Row, columns: dict[Column, int]) -> bool:
    """Whether a row is no person: the headings once more, an example of the template, a text or a unit merged across it, or a total."""
    if row.cells == head.cells or _EXAMPLE in row.cells[columns[Column.NAME]]:
        return True
    said = [cell for cell in row.cells if cell] or [""]
    if plain(said[0]).startswith(_TOTALS) or not any(row.cells[index] for column, index in columns.items() if column in _OF_A_PERSON):
        return True
    if row.cells[columns[Column.NUMBER]] and row.cells[columns[Column.NAME]] and len(set(said)) > 1:
        return False
    return len(set(said)) == 1 and len(said) == len(row.cells) > 1


def _line(row: Row, columns: dict[Column, int], headings: Mapping[Column, str]) -> Line:
    cells = {column: row.cells[index] for column, index in columns.items()}
    role, day, active = _role_of(cells.get(Column.ROLE, "")), read_day(cells.get(Column.DAY, "")), _active_of(cells.get(Column.STATUS, ""))
    number, name = plain(cells[Column.NUMBER]).upper(), _name(cells[Column.NAME])
    read = {Column.ROLE: role, Column.DAY: day, Column.STATUS: active}
    findings = (*_said_wrong(number, name, headings), *_unread(cells, read, headings), *_too_long(cells, headings))
    branch, district, hall = (plain(cells.get(column, "")) for column in (Column.BRANCH, Column.DISTRICT, Column.HALL))
    return Line(row.number, number, name, role, branch, district, hall, plain(cells.get(Column.CODE, "")).upper(), day, active, findings)


def _said_wrong(number: str, name: str, headings: Mapping[Column, str]) -> Iterator[Finding]:
    if not number:
        yield Finding(headings[Column.NUMBER], "roster-number-missing")
    elif not _NUMBER.fullmatch(number) or len(number) > LONGEST_NUMBER:
        yield Finding(headings[Column.NUMBER], "roster-number-bad", {"value": number[:60]})
    if not name:
        yield Finding(headings[Column.NAME], "roster-name-missing")
    elif len(name) > LONGEST_NAME or not name.isprintable():
        yield Finding(headings[Column.NAME], "roster-name-bad", {"value": name[:60], "limit": LONGEST_NAME})


def _unread(cells: Mapping[Column, str], read: Mapping[Column, object], headings: Mapping[Column, str]) -> Iterator[Finding]:
    codes = {Column.ROLE: "roster-role-bad", Column.DAY: "roster-day-bad", Column.STATUS: "roster-status-bad"}
    for column, code in codes.items():
        if read[column] is None and (text := plain(cells.get(column, ""))):
            yield Finding(headings[column], code, {"value": text[:60]})


def _too_long(cells: Mapping[Column, str], headings: Mapping[Column, str]) -> Iterator[Finding]:
    limits = {Column.BRANCH: LONGEST_UNIT, Column.DISTRICT: LONGEST_UNIT, Column.HALL: LONGEST_UNIT, Column.CODE: LONGEST_NUMBER}
    for column, limit in limits.items():
        text = plain(cells.get(column, ""))
        if len(text) > limit or not text.isprintable():
            yield Finding(headings[column], "roster-unit-bad", {"value": text[:60], "limit": limit})


def _role_of(text: str) -> Role | None:
    return _ROLE_OF.get(_word(text))


def _active_of(text: str) -> bool | None:
    return _ACTIVE_OF.get(_word(text))


def read_day(text: str) -> date | None:
    """A day as people write it: 2026-11-22, 2026/11/22, 2026.11.22, 2026年11月22日, 20261122, or a spreadsheet's day number; None for others."""
    text = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(text):
        found: date | None = _EPOCH + timedelta(days=int(text))
    elif match := _DAY.fullmatch(text):
        year, *rest = (int(part) for part in match.groups() if part is not None)
        found = _real_day(year, *rest)
    else:
        return None
    return found if found and found >= _EARLIEST else None


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
