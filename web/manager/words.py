"""The words and numbers on the managers' pages."""

from typing import Any

from flask import url_for
from flask_babel import LazyString, lazy_gettext

from quiz.exams.tallies import EXAM, PRACTICE, SPOT
from quiz.people.roles import UnitKind
from quiz.reports.rankings import RankLine
from quiz.spot.listing import STANDARD
from quiz.statistics.change import Change
from quiz.statistics.period import Period
from web.access import me
from web.figures import between, is_sure, percent, signed, span
from web.i18n import gettext
from web.times import shown_month

SOURCE_NAMES: dict[str, LazyString] = {EXAM: lazy_gettext("考试"), SPOT: lazy_gettext("抽查"), PRACTICE: lazy_gettext("练习")}
TAKEN: dict[str, LazyString] = {EXAM: lazy_gettext("参加率"), SPOT: lazy_gettext("抽查率"), PRACTICE: lazy_gettext("参与率")}
POSTED: dict[str, LazyString] = {**TAKEN, SPOT: lazy_gettext("部门总抽查率")}  # as the tables that head offices know say it
_THERE = lazy_gettext("在岗")
SAT: dict[str, tuple[LazyString, LazyString]] = {
    EXAM: (lazy_gettext("实考"), lazy_gettext("应考")),
    SPOT: (lazy_gettext("抽查人数"), _THERE),
    PRACTICE: (lazy_gettext("参与"), _THERE),
}
HOW_RANKED = lazy_gettext(
    "名次是本表所列单位或人员之间的名次，分数相同名次相同。区间是 95% 区间：这样算出的区间，20 个里约有 19 个包住真实水平。"
    "“名次可能在”是区间互相比较后还分不出先后的名次；区间大片重叠的，名次先后不说明水平高低。"
)
NOTHING: dict[str, LazyString] = {EXAM: lazy_gettext("没有作答"), SPOT: lazy_gettext("未查"), PRACTICE: lazy_gettext("没有作答")}
SCORE: dict[str, LazyString] = {EXAM: lazy_gettext("得分"), SPOT: lazy_gettext("检测分数"), PRACTICE: lazy_gettext("得分")}
UNIT_KINDS: dict[str, LazyString] = {
    UnitKind.BRANCH.value: lazy_gettext("分公司"),
    UnitKind.DISTRICT.value: lazy_gettext("区县公司"),
    UnitKind.HALL.value: lazy_gettext("营业厅"),
}
STATES: dict[str, LazyString] = {
    "draft": lazy_gettext("草稿"),
    "reviewed": lazy_gettext("已审"),
    "live": lazy_gettext("在用"),
    "stale": lazy_gettext("待复核"),
    "retired": lazy_gettext("停用"),
}


def changed(change: Change | None) -> str:
    """`+0.6（−0.3～+1.5）`, a change with its interval in percentage points."""
    if change is None or change.estimate is None:
        return "—"
    return f"{signed(change.estimate)}（{signed(change.low)}～{signed(change.high)}）"


def is_met(line: RankLine) -> bool | None:
    """Whether a unit's score in spot checks, as printed, meets the standard of an inspection; None while a few were asked of more."""
    if line.score is None or (line.rank is None and line.sat != line.meant):
        return None
    return round(line.score, 1) >= 100 * STANDARD


def met(line: RankLine) -> str:
    """The same in words."""
    found = is_met(line)
    return "" if found is None else gettext("达标") if found else gettext("未达标")


def points(value: float) -> str:
    """Points with a decimal where they have one."""
    return f"{value:.1f}".removesuffix(".0")


def shown_period(period: Period) -> str:
    """The months in words."""
    if period.single:
        return shown_month(period.first)
    return gettext("%(first)s至%(last)s", first=shown_month(period.first), last=shown_month(period.last))


def person_url(number: str, address: dict[str, Any]) -> str:
    """Somebody's page; one's own results where it is oneself."""
    return url_for("manager.mine", **address) if number == me().number else url_for("manager.person", number=number, **address)


def words() -> dict[str, Any]:
    """What every template of these pages may use."""
    return {
        "SOURCE_NAMES": SOURCE_NAMES,
        "TAKEN": TAKEN,
        "POSTED": POSTED,
        "SAT": SAT,
        "SCORE": SCORE,
        "NOTHING": NOTHING,
        "HOW_RANKED": HOW_RANKED,
        "is_met": is_met,
        "met": met,
        "UNIT_KINDS": UNIT_KINDS,
        "STATES": STATES,
        "percent": percent,
        "span": span,
        "signed": signed,
        "changed": changed,
        "points": points,
        "is_sure": is_sure,
        "between": between,
        "shown_period": shown_period,
    }
