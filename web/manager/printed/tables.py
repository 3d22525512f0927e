"""The posted tables as reports, in the form that the branch knows: 名次, 单位, share examined, 得分; beside it what chance leaves open."""

from kb.printing.document import Cell, Column, Document
from quiz.exams.tallies import EXAM, SPOT
from quiz.reports.people import fewest_answers
from quiz.reports.rankings import RankLine
from web.i18n import gettext
from web.manager.asked import Asked
from web.manager.printed import cells
from web.manager.tables import Table
from web.manager.words import HOW_RANKED, NOTHING, POSTED, SAT, SCORE, SOURCE_NAMES, met


def tables(wanted: Asked, table: Table) -> Document:
    """One of the tables; names of people are partly hidden."""
    title, is_people = _title(wanted, table.level), table.level == "person"
    if table.many:
        return cells.document(title, wanted, (cells.listed(title, (), [], gettext("人太多，一张表放不下。请先选一个区县公司或营业厅。")),))
    source = wanted.period.source
    rows = [_person(line) if is_people else _unit(line, table.level, source) for line in table.lines]
    columns = _of_people(source) if is_people else _of_units(table.level, source)
    few = gettext("作答不满 %(n)s 题的不排名。姓名只显示一部分。", n=fewest_answers(source)) if is_people else gettext("不满 6 人作答的单位不排名。")
    shown = cells.listed(title, columns, rows, small=(str(HOW_RANKED), few))
    return cells.document(title, wanted, (shown,), running=table.running)


def _title(wanted: Asked, level: str) -> str:
    source = SOURCE_NAMES[wanted.period.source]
    if level == "person":
        return gettext("员工%(source)s成绩通报", source=source)
    if level == "district":
        return gettext("区县公司%(source)s成绩通报", source=source)
    return gettext("营业厅%(source)s成绩通报", source=source)


def _of_units(level: str, source: str) -> tuple[Column, ...]:
    taken = gettext("%(taken)s（百分数）", taken=POSTED[source])
    return (
        cells.figure(gettext("名次"), 0.8), Column(gettext("单位"), 2.4), *([Column(gettext("区县公司"), 2)] if level == "hall" else []),
        *(cells.figure(str(part)) for part in SAT[source]), cells.figure(taken, 1.3), cells.with_bounds(str(SCORE[source]), 1.4), *_open(),
        *([cells.figure(gettext("90 分标准"), 1.3)] if source == SPOT else []),
    )  # fmt: skip


def _of_people(source: str) -> tuple[Column, ...]:
    return (
        cells.figure(gettext("名次"), 0.8), Column(gettext("工号"), 1.4), Column(gettext("姓名"), 1.2), Column(gettext("营业厅"), 1.8),
        Column(gettext("区县公司"), 1.6), cells.figure(gettext("答题数"), 0.9), cells.with_bounds(str(SCORE[source]), 1.4), *_open(),
    )  # fmt: skip


def _open() -> tuple[Column, ...]:
    return (Column(gettext("名次可能在"), 1.8, right=True, bounds=(gettext("名次可能从"), gettext("名次可能到"))),)


def _unit(line: RankLine, level: str, source: str) -> tuple[Cell, ...]:
    taken = Cell("—" if line.taken is None else f"{100 * line.taken:.1f}", value=cells.hundredths(line.taken))
    above = [cells.text(line.district)] if level == "hall" else []
    figures = cells.count(line.sat), cells.count(line.meant), taken, cells.score(line.score, line.low, line.high)
    standard = [Cell(met(line))] if source == SPOT else []
    return _rank(line), cells.text(line.name), *above, *figures, _range(line, gettext("人数少，不排名"), source), *standard


def _person(line: RankLine) -> tuple[Cell, ...]:
    named = cells.text(line.number), cells.text(line.name), cells.text(line.hall), cells.text(line.district)
    figures = cells.count(line.answers), cells.score(line.score, line.low, line.high)
    return _rank(line), *named, *figures, _range(line, gettext("题数少，不排名"))


def _rank(line: RankLine) -> Cell:
    return Cell(str(line.rank or "—"), value=line.rank)


def _range(line: RankLine, few: str, source: str = EXAM) -> Cell:
    if line.best is None:
        return Cell(few if line.score is not None else str(NOTHING[source]))
    return Cell(f"{line.best}–{line.worst}", bounds=(line.best, line.worst))
