"""The topics, and one of them, as reports."""

from collections.abc import Mapping, Sequence

from kb.printing.document import Cell, Column, Document, Section
from quiz.reports.lines import HallLine
from quiz.reports.topics import Matrix, TopicBoard, TopicLine
from web.figures import percent
from web.i18n import gettext
from web.manager import findings
from web.manager.asked import Asked, Scope
from web.manager.demand import untested_said, weights_said
from web.manager.pictures import Drawn
from web.manager.printed import cells
from web.manager.printed.entries import entry_rows, entry_table, question_table
from web.manager.topics import TopicPage, TopicsPage


def topics(wanted: Asked, mine: Scope, page: TopicsPage, lines: Sequence[TopicLine], drawn: Drawn) -> Document:
    """Every topic, what to train next, and halls × topics."""
    title = gettext("%(name)s各类正确率", name=mine.root.name if mine.root else "")
    if not lines:
        return cells.document(title, wanted, ())
    sections = [to_train(page.found, lines)]
    if len(page.halls) > 1:
        finding, alt = findings.of_matrix(page.matrix, page.halls), gettext("营业厅 × 分类的热力图，数字见下表")
        sections += [cells.pictured(finding, *drawn("heat"), alt), _matrix(page.matrix, page.halls)]
    return cells.document(title, wanted, (*sections, cells.how_to_read()))


def to_train(found: TopicBoard, lines: Sequence[TopicLine] | None = None) -> Section:
    """The topics by expected gain, those to train first on top."""
    said = gettext("补齐可多答对 = 权重 × 离目标 %(target)s 的差距：把这一类补到目标，每 100 个问题大约能多答对几个。", target=percent(found.target))
    words = said, weights_said(found), *filter(None, (untested_said(found),))
    beside = any(line.branch is not None for line in found.lines)
    columns = (
        Column(gettext("分类"), 2.2), cells.figure(gettext("人次")), cells.figure(gettext("答题数")), cells.with_bounds(gettext("正确率")),
        cells.figure(gettext("收缩估计")), *((cells.figure(gettext("全公司")), Column(gettext("提示"), 1.3)) if beside else ()),
        cells.figure(gettext("客户问")), cells.figure(gettext("权重")), cells.figure(gettext("补齐可多答对"), 1.3),
    )  # fmt: skip
    shown = sorted(found.lines, key=lambda line: (-line.gain, line.topic)) if lines is None else lines
    return cells.listed(gettext("下一步练什么"), columns, [_topic(line, beside=beside) for line in shown], *words)


def _topic(line: TopicLine, *, beside: bool) -> tuple[Cell, ...]:
    own = cells.text(line.topic or gettext("未分类")), cells.count(line.sums.people), cells.count(line.sums.answers), cells.accuracy(line.accuracy)
    branch = (cells.share(line.branch), cells.hint(line.outside)) if beside else ()
    gain = Cell(f"{100 * line.gain:.2f}", value=round(100 * line.gain, 2))
    return *own, cells.share(line.shrunk), *branch, cells.count(line.searches), cells.share(line.weight), gain


def _matrix(found: Matrix, halls: Mapping[int, str]) -> Section:
    columns = Column(gettext("营业厅"), 1.8), *(cells.figure(topic or gettext("未分类")) for topic in found.topics)
    rows = [(cells.text(halls[hall]), *(_cell(found, hall, topic) for topic in found.topics)) for hall in found.halls]
    small = gettext("正确率（%），空白表示没有问到；▼▲ 是偶然解释不了的；括号里的少于 3 人，不作判断。")
    return cells.listed(gettext("营业厅 × 分类"), columns, rows, small=(small,))


def _cell(found: Matrix, hall: int, topic: str) -> Cell:
    cell = found.cells.get((hall, topic))
    if cell is None:
        return Cell("")
    shown = f"{100 * cell.share:.0f}"
    if cell.few:
        return Cell(f"({shown})")
    mark = {"low": "▼", "high": "▲"}.get(cell.outside, "")
    return Cell(shown + mark, value=None if mark else cells.hundredths(cell.share))


def topic(wanted: Asked, name: str, page: TopicPage, lines: Sequence[HallLine], titles: Mapping[str, str]) -> Document:
    """One topic: hall by hall, its entries and its questions."""
    columns = (
        Column(gettext("营业厅"), 2), Column(gettext("区县公司"), 1.6), cells.figure(gettext("人数")), cells.figure(gettext("答题数")),
        cells.with_bounds(gettext("正确率")), cells.figure(gettext("收缩估计")), Column(gettext("提示"), 1.5),
    )  # fmt: skip
    rows = [
        (
            cells.text(line.unit.name), cells.text(line.district), cells.count(line.sums.people), cells.count(line.sums.answers),
            cells.accuracy(line.accuracy), cells.share(line.shrunk), cells.hint(line.outside, rankable=line.rankable),
        )
        for line in lines
    ]  # fmt: skip
    sections = [
        cells.listed(gettext("各营业厅"), columns, rows),
        entry_table(gettext("条目（全公司，考试和抽查）"), entry_rows(page.entries, titles)),
        question_table(gettext("题目（全公司，考试和抽查）"), page.questions),
        cells.how_to_read(),
    ]
    return cells.document(gettext("分类：%(name)s", name=name), wanted, tuple(sections), running=page.board.running)
