"""The first page as a report."""

from collections.abc import Mapping

from kb.printing.document import Cell, Column, Document, Section, Table
from quiz.exams.tallies import EXAM, PRACTICE, SPOT
from quiz.reports.lines import GroupLine
from quiz.reports.overview import Do, Overview, Todo, TrendPoint
from quiz.reports.units import Board
from web.figures import percent, span
from web.i18n import gettext
from web.manager import findings
from web.manager.asked import Asked, Scope
from web.manager.pictures import Drawn
from web.manager.printed import cells
from web.manager.printed.topics import to_train
from web.manager.words import TAKEN
from web.times import shown_month


def overview(wanted: Asked, mine: Scope, found: Overview, titles: Mapping[str, str], drawn: Drawn) -> Document:
    """Where one's units stand, what to do, the months, the districts."""
    board, name = found.board, mine.root.name if mine.root else gettext("成绩概览")
    title = gettext("%(name)s成绩概览", name=name) if mine.root else name
    if not board.own.accuracy:
        return cells.document(title, wanted, (), running=board.running)
    sections = [_stand(wanted, mine, found), _todo(found, titles)]
    sections.append(cells.pictured(findings.of_trend(board, found.trend), *drawn("trend"), gettext("各月正确率和区间的折线图，数字见下表")))
    sections.append(months(found.trend))
    if board.many:
        sections.append(
            cells.pictured(findings.of_funnel(board.halls), *drawn("funnel"), gettext("各厅正确率对参加人数的漏斗图，数字见营业厅页的表"))
        )
    if len(board.districts) > 1:
        sections.append(_districts(wanted, board.districts))
    return cells.document(title, wanted, (*sections, to_train(found.topics), cells.how_to_read()), running=board.running)


def _stand(wanted: Asked, mine: Scope, found: Overview) -> Section:
    own, branch, sums = found.board.own, found.board.branch, found.board.own.sums
    known = own.accuracy
    rows = [(cells.text(gettext("正确率")), cells.accuracy(known), cells.text(gettext("%(n)s 题次", n=int(sums.answers))))]
    if mine.within is not None:
        rows.append((cells.text(gettext("全公司正确率")), cells.accuracy(branch.accuracy), cells.text("")))
    taken = "" if own.absent is None else gettext("应 %(meant)s 人，实 %(sat)s 人", meant=own.sat + own.absent, sat=own.sat)
    rows.append((cells.text(str(TAKEN[wanted.period.source])), cells.share(own.taken), cells.text(taken)))
    if wanted.period.source == EXAM and own.sums.passing:
        passed = cells.share(*own.sums.passing)
        rows.append((cells.text(gettext("及格率")), passed, cells.text(gettext("%(n)s 份答卷", n=sums.sittings))))
    before = gettext("比%(before)s", before=shown_month(found.board.before)) if found.board.before else gettext("变化")
    pairs = gettext("百分点，同一批 %(n)s 人", n=int(own.change.pairs)) if own.change else gettext("没有两个月都作答的人")
    rows.append((cells.text(before), cells.change(own.change), cells.text(pairs)))
    columns = Column(gettext("指标"), 1.4), cells.with_bounds(gettext("数值"), 1.4), Column(gettext("依据"), 2.2)
    return Section(gettext("现在的位置"), table=Table(gettext("现在的位置"), columns, tuple(rows)))


def _todo(found: Overview, titles: Mapping[str, str]) -> Section:
    lines = tuple(f"{at}. {_said(item, found, titles)}" for at, item in enumerate(found.todo, 1))
    return Section(gettext("接下来做这几件事"), lines or (gettext("没有特别要做的：各类都到了目标，人也都参加了。"),))


def _said(item: Todo, found: Overview, titles: Mapping[str, str]) -> str:
    names = "、".join(line.unit.name for line in item.halls)
    if item.what is Do.VISIT:
        values = {"names": names, "n": item.people, "mean": percent(found.board.comparison.mean)}
        return gettext("去看看%(names)s（共 %(n)s 个厅）：正确率低到偶然几乎解释不了，全公司 %(mean)s。", **values)
    if item.what is Do.TRAIN and item.topic:
        gain = f"{100 * item.topic.gain:.1f}"
        values = {"topic": item.topic.topic or gettext("未分类"), "value": percent(item.topic.accuracy.estimate), "gain": gain}
        return gettext("先练“%(topic)s”：正确率 %(value)s，补到目标，每 100 个问题约多答对 %(gain)s 个。", **values)
    if item.what is Do.CALL_IN:
        return _call_in(item.people, names, found.board)
    entry = item.entry
    assert entry is not None
    values = {"title": titles.get(entry.entry_id, entry.entry_id), "value": percent(entry.share), "span": span(entry.interval), "n": entry.answers}
    return gettext("讲清“%(title)s”：正确率 %(value)s（区间 %(span)s），%(n)s 次作答。", **values)


def _call_in(people: int, names: str, found: Board) -> str:
    source, values = found.period.source, {"n": people, "names": names}
    if source == SPOT:
        return gettext("还有 %(n)s 人没有抽查到，最多的是%(names)s。", **values)
    if source == PRACTICE:
        return gettext("%(n)s 人还没有练习，最多的是%(names)s。", **values)
    if found.running:
        return gettext("请没参加的 %(n)s 人补上，最多的是%(names)s。", **values)
    return gettext("问清 %(n)s 人为什么没参加，最多的是%(names)s。", **values)


def months(points: tuple[TrendPoint, ...]) -> Section:
    """The months as a table, the newest first."""
    beside = any(point.branch is not None for point in points)
    columns = [Column(gettext("月份"), 1.4), cells.figure(gettext("人数")), cells.figure(gettext("答题数")), cells.with_bounds(gettext("正确率"))]
    columns += [cells.figure(gettext("全公司"))] if beside else []
    rows = [
        (
            cells.text(shown_month(point.month)), cells.count(point.sums.people), cells.count(point.sums.answers), cells.accuracy(point.accuracy),
            *((cells.share(point.branch),) if beside else ()),
        )
        for point in reversed(points)
    ]  # fmt: skip
    return cells.listed(gettext("各月"), tuple(columns), rows)


def _districts(wanted: Asked, lines: tuple[GroupLine, ...]) -> Section:
    columns = (
        Column(gettext("单位"), 2), cells.figure(gettext("厅数")), cells.figure(gettext("人数")), cells.figure(str(TAKEN[wanted.period.source])),
        cells.with_bounds(gettext("正确率")), cells.figure(gettext("收缩估计")), cells.with_bounds(gettext("同一批人的变化（百分点）"), 2),
    )  # fmt: skip
    return cells.listed(gettext("区县公司"), columns, [_district(line) for line in lines])


def _district(line: GroupLine) -> tuple[Cell, ...]:
    name = line.unit.name if line.unit else ""
    figures = cells.share(line.taken), cells.accuracy(line.accuracy), cells.share(line.shrunk), cells.change(line.change)
    return cells.text(name), cells.count(line.halls), cells.count(line.sums.people), *figures
