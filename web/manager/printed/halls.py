"""The halls, and one of them, as reports."""

from collections.abc import Sequence

from kb.printing.document import Cell, Column, Document, Section, Table
from quiz.reports.lines import HallLine, PersonLine
from quiz.reports.units import Board
from web.figures import percent
from web.i18n import gettext
from web.manager import findings
from web.manager.asked import Asked, Scope
from web.manager.halls import HallPage
from web.manager.pictures import Drawn
from web.manager.printed import cells
from web.manager.printed.entries import question_table
from web.manager.printed.overview import months
from web.manager.printed.topics import to_train
from web.manager.words import TAKEN
from web.times import shown_month


def halls(wanted: Asked, mine: Scope, board: Board, lines: Sequence[HallLine], drawn: Drawn) -> Document:
    """Every hall that one sees."""
    title = gettext("%(name)s各营业厅正确率", name=mine.root.name if mine.root else "")
    pictures = [_funnel(board, drawn)] if board.many else []
    table = cells.listed(gettext("各营业厅"), _columns(wanted), [_hall(line) for line in lines], *_spread(board), small=_about_change(wanted, board))
    return cells.document(title, wanted, (*pictures, table, cells.how_to_read()), running=board.running)


def _funnel(board: Board, drawn: Drawn) -> Section:
    return cells.pictured(findings.of_funnel(board.halls), *drawn("funnel"), gettext("各厅正确率对参加人数的漏斗图，数字见下表"))


def _spread(board: Board) -> tuple[str, ...]:
    found = board.comparison
    if found.mean is None:
        return ()
    if found.between_sd == 0:
        return (gettext("全公司 %(mean)s；看不出各厅真有差别，高低都可能是偶然。", mean=percent(found.mean)),)
    sd = f"{100 * found.between_sd:.1f}"
    return (gettext("全公司 %(mean)s；各厅真实水平的标准差估计为 %(sd)s 个百分点。", mean=percent(found.mean), sd=sd),)


def _about_change(wanted: Asked, board: Board) -> tuple[str, ...]:
    if not board.before:
        return ()
    values = {"before": shown_month(board.before), "last": shown_month(wanted.period.last)}
    return (gettext("变化：%(before)s和%(last)s都作答的人与自己比，再减去全公司的变化；标 * 的才是偶然解释不了的。", **values),)


def _columns(wanted: Asked) -> tuple[Column, ...]:
    return (
        Column(gettext("编码"), 1.2), Column(gettext("营业厅"), 1.8), Column(gettext("区县公司"), 1.6), cells.figure(gettext("人数"), 0.8),
        cells.figure(str(TAKEN[wanted.period.source])), cells.figure(gettext("答题数"), 1.1), cells.with_bounds(gettext("正确率"), 1.5),
        cells.figure(gettext("收缩估计"), 1.1), cells.with_bounds(gettext("变化（百分点）"), 1.7), Column(gettext("提示"), 1.6),
    )  # fmt: skip


def _hall(line: HallLine) -> tuple[Cell, ...]:
    moved = cells.change(line.change)
    if line.truly:
        moved = Cell(f"{moved.text} *", moved.note, value=moved.value, bounds=moved.bounds)
    named = cells.text(line.unit.code), cells.text(line.unit.name), cells.text(line.district)
    counts = cells.count(line.sums.people or None), cells.share(line.taken), cells.count(line.sums.answers or None)
    hint = cells.hint(line.outside, rankable=line.rankable, known=line.accuracy is not None)
    return *named, *counts, cells.accuracy(line.accuracy), cells.share(line.shrunk), moved, hint


def hall(wanted: Asked, page: HallPage, people: Sequence[PersonLine], drawn: Drawn) -> Document:
    """One hall: where it stands, its people, its topics, what it knows least, who was away."""
    sections = [_staff(people)]
    if page.line and page.line.accuracy:
        sections = [
            _stand(wanted, page, page.line),
            *sections,
            cells.pictured(findings.of_trend(page.board, page.trend, page.line), *drawn("trend"), gettext("各月正确率和区间的折线图，数字见下表")),
            months(page.trend),
            cells.pictured(
                findings.of_topics(page.topics.lines, low=page.low), *drawn("topics"), gettext("各类正确率和区间，与全公司比，数字见下表")
            ),
            to_train(page.topics),
            question_table(gettext("错得最多的题"), page.missed),
        ]
    if page.away:
        columns = Column(gettext("工号")), Column(gettext("姓名"), 2)
        sections.append(cells.listed(gettext("没有参加的人"), columns, [(cells.text(one.number), cells.text(one.name)) for one in page.away]))
    return cells.document(page.unit.name, wanted, (*sections, cells.how_to_read()), running=page.board.running)


def _stand(wanted: Asked, page: HallPage, line: HallLine) -> Section:
    taken = "" if line.absent is None else gettext("应 %(meant)s 人，实 %(sat)s 人", meant=line.sat + line.absent, sat=line.sat)
    before = gettext("比%(before)s", before=shown_month(page.board.before)) if page.board.before else gettext("变化")
    pairs = gettext("两个月都作答的不到 2 人")
    if line.change:
        pairs = gettext("百分点，同一批 %(n)s 人，减去全公司的变化", n=int(line.change.pairs))
    rows = (
        (cells.text(gettext("正确率")), cells.accuracy(line.accuracy), cells.text(gettext("%(n)s 题次", n=int(line.sums.answers)))),
        (cells.text(gettext("全公司正确率")), cells.share(page.board.comparison.mean), cells.text("")),
        (cells.text(gettext("收缩估计")), cells.share(line.shrunk, line.shrunk_interval), cells.hint(line.outside, rankable=line.rankable)),
        (cells.text(str(TAKEN[wanted.period.source])), cells.share(line.taken), cells.text(taken)),
        (cells.text(before), cells.change(line.change), cells.text(pairs)),
    )
    columns = Column(gettext("指标"), 1.4), cells.with_bounds(gettext("数值"), 1.4), Column(gettext("依据"), 2.2)
    return Section(gettext("现在的位置"), table=Table(gettext("现在的位置"), columns, rows))


def _staff(people: Sequence[PersonLine]) -> Section:
    """The people under their full names: it is for their manager."""
    columns = (
        Column(gettext("工号"), 1.4), Column(gettext("姓名"), 1.4), cells.figure(gettext("答题数")), cells.with_bounds(gettext("正确率")),
        cells.figure(gettext("收缩估计")), Column(gettext("提示"), 1.4),
    )  # fmt: skip
    return cells.listed(gettext("员工"), columns, [_person(one) for one in people])


def _person(one: PersonLine) -> tuple[Cell, ...]:
    hints = [] if one.here else [gettext("已不在本厅")]
    if not one.answers:
        hints.append(gettext("没有作答"))
    elif one.few:
        hints.append(gettext("题数少"))
    figures = cells.count(one.answers or None), cells.share(one.share, one.interval), cells.share(one.shrunk)
    return cells.text(one.number), cells.text(one.name), *figures, Cell("、".join(hints))
