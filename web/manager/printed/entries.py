"""The entries and the questions as reports."""

from collections.abc import Mapping, Sequence

from kb.printing.document import Cell, Column, Document, Section
from quiz.reports.questions import ItemLine, QuestionPage
from web.i18n import gettext
from web.labels import TYPES
from web.manager.asked import Asked
from web.manager.printed import cells
from web.times import shown_month


def entries(wanted: Asked, lines: Sequence[ItemLine], titles: Mapping[str, str]) -> Document:
    """Every entry that was asked about."""
    heading = gettext("条目（全公司，考试和抽查）")
    return cells.document(gettext("条目正确率"), wanted, (entry_table(heading, entry_rows(lines, titles)),), of_source=False)


def entry_table(heading: str, rows: Sequence[tuple[Cell, ...]]) -> Section:
    """Entries with their figures."""
    columns = (
        Column(gettext("编号"), 2), Column(gettext("条目"), 3), Column(gettext("分类"), 1.6), cells.figure(gettext("题数")),
        cells.figure(gettext("答题数")), cells.with_bounds(gettext("正确率")), cells.figure(gettext("收缩估计")), Column(gettext("提示")),
    )  # fmt: skip
    return cells.listed(heading, columns, rows)


def entry_rows(lines: Sequence[ItemLine], titles: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    """The rows of such a table."""
    return [
        (cells.text(one.entry_id), cells.text(titles.get(one.entry_id, "")), cells.text(one.topic), cells.count(one.questions), *_figures(one))
        for one in lines
    ]


def _figures(line: ItemLine) -> tuple[Cell, ...]:
    few = Cell(gettext("题数少") if line.few else "")
    return cells.count(line.answers), cells.share(line.share, line.interval), cells.share(line.shrunk), few


def question_table(heading: str, lines: Sequence[ItemLine]) -> Section:
    """Questions with their figures."""
    columns = (
        Column(gettext("题目"), 5), cells.figure(gettext("答题数")), cells.with_bounds(gettext("正确率")), cells.figure(gettext("收缩估计")),
        Column(gettext("提示")),
    )  # fmt: skip
    return cells.listed(heading, columns, [(cells.text(line.stem), *_figures(line)) for line in lines])


def entry(wanted: Asked, title: str, lines: Sequence[ItemLine]) -> Document:
    """The questions on one entry."""
    return cells.document(title, wanted, (question_table(gettext("题目（全公司，考试和抽查）"), lines),), of_source=False)


def question(wanted: Asked, found: QuestionPage, titles: Mapping[str, str]) -> Document:
    """One question with what was answered."""
    asked, entry_title = found.question, titles.get(found.entry_id, found.entry_id)
    about = (asked.stem, " · ".join(filter(None, (str(TYPES[asked.type.value]), found.topic, entry_title))))
    given = [
        (
            cells.text(gettext("✓ 正确答案") if one.right else ""),
            cells.text(one.text or gettext("没有作答")),
            cells.count(one.count),
            cells.share(one.share),
        )
        for one in found.given
    ]
    columns = Column(""), Column(gettext("回答"), 4), cells.figure(gettext("人次")), cells.figure(gettext("占比"))
    small = (gettext("共 %(n)s 人次，只算现在这一版题目。", n=found.answers),)
    months = [(cells.text(shown_month(one.month)), cells.count(one.answers), cells.share(one.share, one.interval)) for one in reversed(found.months)]
    by_month = Column(gettext("月份"), 2), cells.figure(gettext("答题数")), cells.with_bounds(gettext("正确率"))
    sections = [
        Section(gettext("题目"), about),
        cells.listed(gettext("大家怎么答"), columns, given if found.answers else [], small=small),
        cells.listed(gettext("各月正确率"), by_month, months),
        *((Section(gettext("解析"), (asked.explanation,)),) if asked.explanation else ()),
    ]
    return cells.document(gettext("题目分析"), wanted, tuple(sections), of_source=False)
