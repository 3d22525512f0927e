"""The ranking in the form that the branch knows: 名次, 单位, 应考, 实考, 参考率, 平均分, 及格率; beside it what chance leaves open."""

from kb.printing.document import Cell, Column, Section, Table
from quiz.people.roles import UnitKind
from quiz.reports.bulletin import Bulletin, Posted
from quiz.reports.rankings import RankLine
from web.figures import percent
from web.i18n import gettext

_SHOWN_OF_NUMBER = 3


def ranking(found: Bulletin, most: int | None = None) -> tuple[Section, ...]:
    """The rankings of a bulletin: districts and halls, or the people of a hall; of units the first so many where it says how many."""
    if found.unit.kind is UnitKind.HALL:
        return (_people(found),) if found.now.sums.people > 1 else ()
    districts = _units(gettext("区县公司名次表"), found.districts, most)
    return (*districts, *_units(gettext("营业厅名次表"), found.halls, most))


def _units(heading: str, posted: tuple[Posted, ...], most: int | None) -> tuple[Section, ...]:
    if not posted:
        return ()
    columns = (
        Column(gettext("名次"), 0.8, right=True), Column(gettext("单位"), 3), Column(gettext("应考"), 0.9, right=True),
        Column(gettext("实考"), 0.9, right=True), Column(gettext("参考率"), 1.2, right=True),
        Column(gettext("平均分"), 1, right=True), Column(gettext("平均分区间"), 1.6, right=True),
        Column(gettext("及格率"), 1.2, right=True), Column(gettext("名次可能在"), 2.1, right=True),
    )  # fmt: skip
    rows = tuple(_unit(one) for one in posted[:most])
    cut = gettext("这里列出前 %(shown)s 个单位，全部 %(total)s 个在 PDF 和 Excel 里。", shown=len(rows), total=len(posted))
    return (Section(heading, table=Table(heading, columns, rows), small=(cut,) if len(rows) < len(posted) else ()),)


def _unit(posted: Posted) -> tuple[Cell, ...]:
    line = posted.line
    return (
        _rank(line),
        Cell(line.name),
        Cell("—" if line.meant is None else str(line.meant), value=line.meant),
        Cell(str(line.sat), value=line.sat),
        _percent(line.taken),
        *_score(line),
        _percent(posted.sums.passing[0] if posted.sums.passing else None),
        Cell(_open(line, gettext("人数少，不排名"))),
    )


def _people(found: Bulletin) -> Section:
    heading = gettext("员工名次表")
    columns = (
        Column(gettext("名次"), 0.8, right=True), Column(gettext("姓名"), 1.6), Column(gettext("工号尾号"), 1.2),
        Column(gettext("答题数"), 1, right=True), Column(gettext("得分"), 1, right=True), Column(gettext("得分区间"), 1.6, right=True),
        Column(gettext("名次可能在"), 2.1, right=True),
    )  # fmt: skip
    rows = tuple(_person(line) for line in found.ranked)
    small = gettext("姓名和工号只显示一部分。一份试卷题数不多，个人得分的区间很宽。")
    return Section(heading, table=Table(heading, columns, rows), small=(small,))


def _person(line: RankLine) -> tuple[Cell, ...]:
    number = f"…{line.number[-_SHOWN_OF_NUMBER:]}"
    return (
        _rank(line),
        Cell(line.name),
        Cell(number),
        Cell(f"{line.answers:.0f}", value=int(line.answers)),
        *_score(line),
        Cell(_open(line, gettext("题数少，不排名"))),
    )


def _rank(line: RankLine) -> Cell:
    return Cell(str(line.rank or "—"), value=line.rank)


def _percent(share: float | None) -> Cell:
    return Cell(percent(share), value=None if share is None else round(100 * share, 1))


def _score(line: RankLine) -> tuple[Cell, Cell]:
    if line.score is None or line.low is None or line.high is None:
        return Cell("—"), Cell("")
    return Cell(f"{line.score:.1f}", value=round(line.score, 1)), Cell(f"{line.low:.1f}–{line.high:.1f}")


def _open(line: RankLine, few: str) -> str:
    """The places that the intervals leave open, or why there is none."""
    if line.best:
        return f"{line.best}–{line.worst}"
    return few if line.score is not None else gettext("没有作答")
