"""The tables as Excel files, in the form in which they are passed on."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from kb.db import reading
from kb.errors import NotFoundError
from quiz.files.spreadsheet import write_sheet
from quiz.reports.lines import HallLine, PersonLine
from quiz.reports.people import people_of
from quiz.reports.questions import ItemLine, entries
from quiz.reports.rankings import RankLine
from quiz.reports.topics import TopicLine, topics
from quiz.reports.units import board
from web.clock import now
from web.downloads import EXCEL, download
from web.i18n import gettext
from web.manager.asked import Asked, Scope, asked, scope
from web.manager.tables import level_asked, table_of
from web.manager.titles import titles
from web.manager.words import TAKEN, shown_period
from web.wiring import services

Cell = str | int | float | None
Sheet = tuple[str, Sequence[str], Sequence[Sequence[Cell]]]


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the files."""
    blueprint.add_url_rule("/manager/export/<name>", view_func=export)


def export(name: str) -> Response:
    """A table as an Excel workbook. Raises NotFoundError for a table that is none."""
    make: Callable[[Session, Asked, Scope], Sheet] | None = _SHEETS.get(name)
    if make is None:
        raise NotFoundError("report-table")
    with reading(services().engine) as db:
        wanted = asked(db)
        title, header, rows = make(db, wanted, scope(db, wanted.unit))
    return download(write_sheet(title, header, rows), f"{title}-{shown_period(wanted.period)}.xlsx", EXCEL)


def _rounded(value: float | None, factor: float = 100.0) -> float | None:
    return None if value is None else round(value * factor, 1)


def _span() -> tuple[str, str, str, str]:
    return gettext("正确率"), gettext("区间下限"), gettext("区间上限"), gettext("收缩估计")


def _tables(db: Session, wanted: Asked, mine: Scope) -> Sheet:
    """As head offices print it; what chance leaves open stands in the last columns."""
    level = level_asked(mine)
    lines = table_of(db, wanted, mine, level).lines
    taken = gettext("%(taken)s（百分数）", taken=TAKEN[wanted.period.source])
    tail = gettext("得分区间下限"), gettext("得分区间上限"), gettext("名次可能从"), gettext("名次可能到")
    if level == "person":
        named = gettext("名次"), gettext("工号"), gettext("姓名"), gettext("区县公司"), gettext("营业厅"), gettext("得分")
        return gettext("员工成绩通报"), (*named, *tail), [(*_person(line), *_tail(line)) for line in lines]
    header = (gettext("名次"), gettext("单位"), taken, gettext("得分"), gettext("人数"), *tail)
    title = gettext("区县公司成绩通报") if level == "district" else gettext("营业厅成绩通报")
    return title, header, [(line.rank, line.name, _rounded(line.taken), _rounded(line.score, 1), line.people, *_tail(line)) for line in lines]


def _person(line: RankLine) -> tuple[Cell, ...]:
    return line.rank, line.number, line.name, line.district, line.hall, _rounded(line.score, 1)


def _tail(line: RankLine) -> tuple[Cell, ...]:
    return _rounded(line.low, 1), _rounded(line.high, 1), line.best, line.worst


def _halls(db: Session, wanted: Asked, mine: Scope) -> Sheet:
    found = board(db, wanted.period, mine.units, mine.seen, now())
    unit = gettext("编码"), gettext("营业厅"), gettext("区县公司"), gettext("人数")
    header = (*unit, str(TAKEN[wanted.period.source]), gettext("答题数"), *_span(), gettext("提示"))
    return gettext("营业厅正确率"), header, [_hall(line) for line in found.halls]


def _hall(line: HallLine) -> Sequence[Cell]:
    own = line.accuracy
    figures = (own.estimate, own.low, own.high, line.shrunk) if own else (None,) * 4
    few = "" if line.rankable or not own else gettext("人数少，不排名")
    said = {"low": gettext("明显偏低"), "high": gettext("明显偏高")}.get(line.outside, few)
    return line.unit.code, line.unit.name, line.district, line.sums.people, _rounded(line.taken), line.sums.answers, *map(_rounded, figures), said


def _topics(db: Session, wanted: Asked, mine: Scope) -> Sheet:
    found = topics(db, wanted.period, mine.seen, mine.units)
    header = (gettext("分类"), gettext("人次"), gettext("答题数"), *_span(), gettext("权重"), gettext("补齐可提高（百分点）"))
    return gettext("分类正确率"), header, [_topic(line) for line in found.lines]


def _topic(line: TopicLine) -> Sequence[Cell]:
    own = line.accuracy
    figures = map(_rounded, (own.estimate, own.low, own.high, line.shrunk, line.weight))
    return line.topic, line.sums.people, line.sums.answers, *figures, round(100 * line.gain, 2)


def _entries(db: Session, wanted: Asked, mine: Scope) -> Sheet:  # noqa: ARG001  # figures of entries are the whole branch's
    header = (gettext("编号"), gettext("条目"), gettext("分类"), gettext("题数"), gettext("答题数"), *_span())
    known, found = titles(), entries(db, wanted.period)
    return gettext("条目正确率"), header, [_entry(line, known.get(line.entry_id, "")) for line in found]


def _entry(line: ItemLine, title: str) -> Sequence[Cell]:
    return line.entry_id, title, line.topic, line.questions, line.answers, *map(_rounded, (line.share, *line.interval, line.shrunk))


def _people(db: Session, wanted: Asked, mine: Scope) -> Sheet:
    """The people of the hall that the page keeps to, under their full names: it is for their manager."""
    header = (gettext("工号"), gettext("姓名"), gettext("答题数"), *_span())
    found = [line for hall in mine.halls[:1] for line in people_of(db, wanted.period, hall.id, now())]
    return gettext("员工正确率"), header, [_of_hall(line) for line in found]


def _of_hall(line: PersonLine) -> Sequence[Cell]:
    low, high = line.interval or (None, None)
    return line.number, line.name, line.answers, *map(_rounded, (line.share, low, high, line.shrunk))


_SHEETS: dict[str, Callable[[Session, Asked, Scope], Sheet]] = {
    "tables": _tables,
    "halls": _halls,
    "topics": _topics,
    "entries": _entries,
    "people": _people,
}
