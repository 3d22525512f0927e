"""The words on these pages for decisions, columns, kinds of units and entries of the log."""

from datetime import date
from typing import Any

from flask_babel import LazyString, lazy_gettext

from quiz.people.roles import Role, UnitKind
from quiz.people.roster import Decision
from quiz.people.rostercolumns import GONE, ROLE_NAMES, WORKING, Column
from quiz.people.staff import AccountState
from web.labels import ROLES
from web.times import shown_date

DECISIONS: dict[str, LazyString] = {
    Decision.FAULTY.value: lazy_gettext("有错误"),
    Decision.NEW.value: lazy_gettext("新增"),
    Decision.MOVED.value: lazy_gettext("调动"),
    Decision.CHANGED.value: lazy_gettext("修改"),
    Decision.LEFT.value: lazy_gettext("离职"),
    Decision.REPEATED.value: lazy_gettext("重复"),
    Decision.UNCHANGED.value: lazy_gettext("不变"),
}
ACCOUNTS: dict[str, LazyString] = {
    AccountState.NONE.value: lazy_gettext("未发密码"),
    AccountState.WAITING.value: lazy_gettext("待改初始密码"),
    AccountState.OPEN.value: lazy_gettext("已启用"),
}
KINDS_OF_UNIT: dict[str, LazyString] = {
    UnitKind.BRANCH.value: lazy_gettext("分公司"),
    UnitKind.DISTRICT.value: lazy_gettext("区县公司"),
    UnitKind.HALL.value: lazy_gettext("营业厅"),
}
COLUMNS: dict[str, LazyString] = {
    Column.NUMBER.value: lazy_gettext("工号"),
    Column.NAME.value: lazy_gettext("姓名"),
    Column.ROLE.value: lazy_gettext("岗位"),
    Column.BRANCH.value: lazy_gettext("分公司"),
    Column.DISTRICT.value: lazy_gettext("单位"),
    Column.HALL.value: lazy_gettext("单位"),
    Column.CODE.value: lazy_gettext("编码"),
    Column.DAY.value: lazy_gettext("生效日期"),
    Column.STATUS.value: lazy_gettext("在职状态"),
}
ACTIONS: dict[str, LazyString] = {
    "add": lazy_gettext("新增员工"),
    "change": lazy_gettext("修改资料"),
    "move": lazy_gettext("调动"),
    "leave": lazy_gettext("离职"),
    "return": lazy_gettext("复职"),
    "password": lazy_gettext("本人修改密码"),
    "password-first": lazy_gettext("发放初始密码"),
    "password-reset": lazy_gettext("重设密码"),
}
_VALUES: dict[str, LazyString] = {
    **{ROLE_NAMES[role]: ROLES[role.value] for role in Role},
    WORKING: lazy_gettext("在职"),
    GONE: lazy_gettext("离职"),
}


def value(column: str, text: str) -> str:
    """A value of a change as people read it."""
    if not text:
        return "—"
    if column == Column.DAY.value:
        return shown_date(date.fromisoformat(text))
    return str(_VALUES.get(text, text))


def words() -> dict[str, Any]:
    """What every template of these pages may use."""
    return {"DECISIONS": DECISIONS, "ACCOUNTS": ACCOUNTS, "KINDS_OF_UNIT": KINDS_OF_UNIT, "COLUMNS": COLUMNS, "ACTIONS": ACTIONS, "value": value}
