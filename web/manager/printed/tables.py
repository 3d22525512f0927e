"""The posted tables as reports, in the form that the branch knows: 名次, 单位, share examined, 得分; beside it what chance leaves open."""

from kb.printing.document import Cell, Column, Document
from quiz.reports.rankings import RankLine
from web.i18n import gettext
from web.manager.asked import Asked
from web.manager.printed import cells
from web.manager.tables import Table
from web.manager.words import SOURCE_NAMES, TAKEN


def tables(wanted: Asked, table: Table) -> Document:
    """One of the tables; names of people are partly hidden."""
    title, is_people = _title(wanted, table.level), table.level == "person"
    if table.many:
        return cells.document(title, wanted, (cells.listed(title, (), [], gettext("人太多，一张表放不下。请先选一个区县公司或营业厅。")),))
    rows = [_person(line) if is_people else _unit(line) for line in table.lines]
    small = [gettext("得分区间是 95% 区间；“名次可能在”是各单位区间互相比较后还分不出先后的名次。区间大片重叠的，名次先后不说明水平高低。")]
    small += [gettext("姓名只显示一部分。")] if is_people else []
    shown = cells.listed(title, _of_people() if is_people else _of_units(wanted), rows, small=tuple(small))
    return cells.document(title, wanted, (shown,), running=table.running)


def _title(wanted: Asked, level: str) -> str:
    source = SOURCE_NAMES[wanted.period.source]
    if level == "person":
        return gettext("员工%(source)s成绩通报", source=source)
    if level == "district":
        return gettext("区县公司%(source)s成绩通报", source=source)
    return gettext("营业厅%(source)s成绩通报", source=source)


def _of_units(wanted: Asked) -> tuple[Column, ...]:
    taken = gettext("%(taken)s（百分数）", taken=TAKEN[wanted.period.source])
    return (
        cells.figure(gettext("名次"), 0.8), Column(gettext("单位"), 2.6), cells.figure(taken, 1.4), cells.with_bounds(gettext("得分"), 1.4),
        cells.figure(gettext("人数")), *_open(),
    )  # fmt: skip


def _of_people() -> tuple[Column, ...]:
    return (
        cells.figure(gettext("名次"), 0.8), Column(gettext("工号"), 1.4), Column(gettext("姓名"), 1.2), Column(gettext("区县公司"), 1.6),
        Column(gettext("营业厅"), 1.8), cells.with_bounds(gettext("得分"), 1.4), *_open(),
    )  # fmt: skip


def _open() -> tuple[Column, ...]:
    return (Column(gettext("名次可能在"), 1.8, right=True, bounds=(gettext("名次可能从"), gettext("名次可能到"))),)


def _unit(line: RankLine) -> tuple[Cell, ...]:
    taken = Cell("—" if line.taken is None else f"{100 * line.taken:.1f}", value=cells.hundredths(line.taken))
    few = gettext("人数少，不排名")
    return _rank(line), cells.text(line.name), taken, cells.score(line.score, line.low, line.high), cells.count(line.people), _range(line, few)


def _person(line: RankLine) -> tuple[Cell, ...]:
    named = cells.text(line.number), cells.text(line.name), cells.text(line.district), cells.text(line.hall)
    return _rank(line), *named, cells.score(line.score, line.low, line.high), _range(line, gettext("题数少，不排名"))


def _rank(line: RankLine) -> Cell:
    return Cell(str(line.rank or "—"), value=line.rank)


def _range(line: RankLine, few: str) -> Cell:
    if line.best is None:
        return Cell(few if line.score is not None else gettext("没有作答"))
    return Cell(f"{line.best}–{line.worst}", bounds=(line.best, line.worst))
