"""Rosters for tests, written as the rows of a sheet."""

from datetime import date

from quiz.files.spreadsheet import Row, Sheet
from quiz.people.roles import Role, Stay, Unit, UnitKind
from quiz.people.roster import Known, State
from quiz.people.rostercolumns import Roster, read_roster

HEADER = ("工号", "姓名", "岗位", "区县公司", "营业厅")
TODAY = date(2026, 11, 22)
BRANCH = Unit(1, UnitKind.BRANCH, "AL", "示例分公司")
SHA, TIAN = Unit(2, UnitKind.DISTRICT, "SQ", "沙区", 1), Unit(3, UnitKind.DISTRICT, "TB", "天北", 1)
ZQ, BJ, XB = (
    Unit(4 + i, UnitKind.HALL, code, name, over)
    for i, (code, name, over) in enumerate([("ZQ", "中泉厅", 2), ("BJ", "北京路厅", 2), ("XB", "西北路厅", 3)])
)
UNITS = (BRANCH, SHA, TIAN, ZQ, BJ, XB)


def roster(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Roster:
    """A roster of these rows, from row 2 on."""
    width = len(header)
    cells = [Row(number, (row + ("",) * width)[:width]) for number, row in enumerate(rows, 2)]
    return read_roster(Sheet(header, tuple(cells)))


def known(number: str = "A1", unit: Unit | None = ZQ, **changes: object) -> Known:
    """A clerk of 中泉厅 since New Year."""
    stays = (Stay(unit.id, date(2026, 1, 1)),) if unit else ()
    given = {"id": sum(map(ord, number)), "number": number, "name": f"演示{number}", "role": Role.CLERK, "active": True, "stays": stays, **changes}
    return Known(**given)


def state(*people: Known, units: tuple[Unit, ...] = UNITS) -> State:
    """These people in a small branch."""
    return State({one.number: one for one in people}, units)
