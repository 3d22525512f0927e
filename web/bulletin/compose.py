"""The bulletin in words: its figures as sections of sentences and tables, every figure with what it rests on."""

from collections.abc import Callable, Mapping
from datetime import date

from kb.printing.document import Cell, Column, Document, Section, Table
from quiz.people.roles import UnitKind
from quiz.reports.bulletin import Bulletin, Reading, Result
from quiz.reports.lines import FEWEST_ANSWERS
from quiz.reports.topics import TopicLine
from quiz.statistics.change import Change
from web.bulletin.letter import asked_of_all, numbered, opening
from web.bulletin.ranking import ranking
from web.figures import between, is_sure, percent, points, signed, span
from web.i18n import gettext
from web.times import shown_date, shown_month

Link = Callable[[str], str]  # an entry's id → its address, "" for none


def compose(found: Bulletin, titles: Mapping[str, str], day: date, link: Link = lambda _: "", most: int | None = None) -> Document:
    """The bulletin as it is read on a day, with the first so many units of a ranking where it says how many."""
    month = shown_month(found.month)
    title = gettext("%(unit)s %(month)s业务考试通报", unit=found.unit.name, month=month)
    notice = gettext("本月考试还没有结束，数字还会变。") if found.running else ""
    below = gettext("%(issuer)s · 按 %(day)s的数据", issuer=found.issuer, day=shown_date(day))
    if not found.now.sums.people:
        return Document(title, below, notice, (Section(gettext("本月结果"), (_blank(found),)),))
    sections = (
        opening(found),
        _results(found),
        _changes(found),
        *_progress(found),
        _weak(found),
        _reading(found, titles, link),
        asked_of_all(found),
        *ranking(found, most),
        Section(gettext("怎么读这些数字"), _notes()),
    )
    return Document(title, below, notice, numbered(sections))


def compose_tables(found: Bulletin, day: date) -> Document:
    """The ranking tables alone."""
    title = gettext("%(unit)s %(month)s业务考试名次表", unit=found.unit.name, month=shown_month(found.month))
    notice = gettext("本月考试还没有结束，数字还会变。") if found.running else ""
    none = Section(gettext("名次表"), (_blank(found) if not found.now.sums.people else gettext("本月只有 1 人交卷，不排名次。"),))
    sections = (*ranking(found), Section(gettext("怎么读这些数字"), _notes())) if found.now.sums.people > 1 else (none,)
    return Document(title, gettext("按 %(day)s的数据", day=shown_date(day)), notice, sections)


def _blank(found: Bulletin) -> str:
    if found.now.meant is None:
        return gettext("这个月没有考试，所以没有成绩、变化和名次。")
    return gettext("这个月有考试，应考 %(meant)s 人，还没有人交卷，所以没有成绩、变化和名次。", meant=found.now.meant)


def _results(found: Bulletin) -> Section:
    """The month beside the one before and everybody."""
    columns = [Column(gettext("指标"), 1.1), _figures(shown_month(found.month))]
    results = [found.now]
    if found.then and found.then.sums.people:
        columns.append(_figures(shown_month(found.before)))
        results.append(found.then)
    if found.branch:
        columns.append(_figures(gettext("全公司本月")))
        results.append(found.branch)
    rows = [
        (Cell(name), *(figure(result) for result in results))
        for name, figure in ((gettext("平均分"), _score), (gettext("正确率"), _accuracy), (gettext("及格率"), _passing), (gettext("参考率"), _taken))
    ]
    lines = []
    if found.now.sums.people == 1:
        lines.append(gettext("本月只有 1 人交卷，下面的数字就是这一个人的成绩，不能代表本单位，也不排名次。"))
    return Section(gettext("本月结果"), tuple(lines), Table(gettext("本月结果"), tuple(columns), tuple(rows)))


def _figures(head: str) -> Column:
    return Column(head, 1.6, right=True, note=gettext("%(head)s：区间和人数", head=head))


def _score(result: Result) -> Cell:
    if not result.score:
        return Cell("—")
    text = gettext("区间 %(span)s，%(n)s 人", span=span(result.score), n=result.sums.people)
    return Cell(points(result.score.estimate), text, value=round(100 * result.score.estimate, 1))


def _accuracy(result: Result) -> Cell:
    if not result.accuracy:
        return Cell("—")
    text = gettext("区间 %(span)s%%，%(n)s 题次", span=span(result.accuracy), n=int(result.sums.answers))
    return Cell(percent(result.accuracy.estimate), text, value=round(100 * result.accuracy.estimate, 1))


def _passing(result: Result) -> Cell:
    if not result.sums.passing:
        return Cell("—")
    share, interval = result.sums.passing
    values = {"span": span(interval), "passed": result.sums.passed, "n": result.sums.sittings}
    return Cell(percent(share), gettext("区间 %(span)s%%，%(n)s 份中 %(passed)s 份", **values), value=round(100 * share, 1))


def _taken(result: Result) -> Cell:
    if result.taken is None:
        return Cell("—", gettext("没有应考名单"))
    return Cell(
        percent(result.taken), gettext("应考 %(meant)s 人，实考 %(sat)s 人", meant=result.meant, sat=result.sat), value=round(100 * result.taken, 1)
    )


def _changes(found: Bulletin) -> Section:
    heading = gettext("与%(month)s相比", month=shown_month(found.before)) if found.before else gettext("变化")
    if not found.before:
        return Section(heading, (gettext("之前一年没有考试可比。"),))
    if not found.change:
        return Section(heading, (gettext("两次都参加的不到 2 人，不能比。"),))
    lines = [_change(found.change, gettext("两次都参加的 %(n)s 人", n=found.change.pairs))]
    if found.beyond:
        lines.append(_beyond(found.beyond, sure=found.stands_out))
    return Section(heading, tuple(lines), small=(gettext("只比两次都在本单位参加的人，调进调出的人不算；试卷难易也会让全公司一起变。"),))


def _change(change: Change, who: str) -> str:
    values = {"who": who, "change": signed(change.estimate), "between": between(change)}
    if not is_sure(change):
        return gettext("%(who)s正确率 %(change)s 个百分点（区间 %(between)s），看不出真的有变化。", **values)
    values["change"] = f"{100 * abs(change.estimate or 0.0):.1f}"
    if (change.estimate or 0.0) > 0:
        return gettext("%(who)s正确率提高 %(change)s 个百分点（区间 %(between)s）。", **values)
    return gettext("%(who)s正确率下降 %(change)s 个百分点（区间 %(between)s）。", **values)


def _beyond(change: Change, *, sure: bool) -> str:
    values = {"change": signed(change.estimate), "between": between(change)}
    if sure:
        return gettext("扣除全公司的变化后为 %(change)s 个百分点（区间 %(between)s），偶然解释不了。", **values)
    return gettext("扣除全公司的变化后为 %(change)s 个百分点（区间 %(between)s），与各厅相比不突出。", **values)


def _progress(found: Bulletin) -> tuple[Section, ...]:
    """Who rose most, only where chance does not explain it."""
    if not found.before:
        return ()
    people = _people(found)
    return (people,) if found.unit.kind is UnitKind.HALL else (_halls(found), people)


def _halls(found: Bulletin) -> Section:
    heading = gettext("进步突出的营业厅")
    if not found.risen:
        none = gettext("没有两次都有人参加的厅，不能比。")
        return Section(heading, (gettext("可比的 %(n)s 个厅里，没有哪个厅的进步大到偶然解释不了。", n=found.compared) if found.compared else none,))
    columns = Column(gettext("营业厅"), 2), Column(gettext("区县公司"), 2), _counted(gettext("两次都参加")), _rise()
    known = [(line, line.change) for line in found.risen if line.change]
    rows = tuple((Cell(line.unit.name), Cell(line.district), _count(change.pairs), _risen(change)) for line, change in known)
    return Section(heading, table=Table(heading, columns, rows), small=(_minus_all(),))


def _people(found: Bulletin) -> Section:
    heading = gettext("进步突出的员工")
    if not found.people.risen:
        n, none = found.people.compared, gettext("没有人两次都在同一单位答够 %(n)s 题，不能比。", n=FEWEST_ANSWERS)
        return Section(heading, (gettext("可比的 %(n)s 人里，没有谁的进步大到偶然解释不了。", n=n) if n else none,))
    halls = {posted.line.unit_id: posted.line.name for posted in found.halls}
    columns = Column(gettext("姓名"), 1.5), Column(gettext("营业厅"), 3), _rise()
    rows = tuple((Cell(one.name), Cell(halls.get(one.unit_id, found.unit.name)), _risen(one.change)) for one in found.people.risen)
    compared = gettext("同时比较了本单位 %(n)s 人。", n=found.people.compared)
    return Section(heading, table=Table(heading, columns, rows), small=(compared + _minus_all() + gettext("姓名只显示一部分。"),))


def _minus_all() -> str:
    return gettext("变化已扣除全公司的变化；只列区间不含 0、同时比较许多对象后仍成立的。")


def _counted(head: str) -> Column:
    return Column(head, 1.2, right=True)


def _count(number: float) -> Cell:
    return Cell(f"{number:.0f}", value=int(number))


def _rise() -> Column:
    return Column(gettext("正确率变化（百分点）"), 2, right=True, note=gettext("变化区间"))


def _risen(change: Change) -> Cell:
    return Cell(signed(change.estimate), gettext("区间 %(span)s", span=between(change)), value=round(100 * (change.estimate or 0.0), 1))


def _weak(found: Bulletin) -> Section:
    heading = gettext("薄弱分类")
    if not found.weak:
        return Section(heading, (gettext("各类都到了目标（%(target)s）。", target=percent(found.target)),))
    columns = [Column(gettext("分类"), 2.4), _counted(gettext("人数")), _counted(gettext("题次")), _share(gettext("正确率"))]
    beside = found.branch is not None
    if beside:
        columns += [Column(gettext("全公司"), 1.3, right=True), Column(gettext("与全公司比"), 1.6)]
    rows = tuple(_topic(line, beside=beside) for line in found.weak)
    small = gettext("低于目标（%(target)s）的分类里最弱的 %(n)s 类；排序已按题次多少往平均拉近。", target=percent(found.target), n=len(rows))
    return Section(heading, table=Table(heading, tuple(columns), rows), small=(small,))


def _share(head: str) -> Column:
    return Column(head, 1.8, right=True, note=gettext("%(head)s区间", head=head))


def _topic(line: TopicLine, *, beside: bool) -> tuple[Cell, ...]:
    own = Cell(percent(line.accuracy.estimate), gettext("区间 %(span)s", span=span(line.accuracy)), value=round(100 * line.accuracy.estimate, 1))
    cells = (Cell(line.topic or gettext("未分类")), _count(line.sums.people), _count(line.sums.answers), own)
    if not beside:
        return cells
    said = {"low": gettext("明显偏低"), "high": gettext("明显偏高")}.get(line.outside, gettext("差别不突出"))
    branch = None if line.branch is None else round(100 * line.branch, 1)
    return (*cells, Cell(percent(line.branch), value=branch), Cell(said))


def _reading(found: Bulletin, titles: Mapping[str, str], link: Link) -> Section:
    heading = gettext("请重读这些条目")
    if not found.reading:
        return Section(heading, (gettext("没有哪道题作答够多又答错，不必专门重读。"),))
    least = gettext("答得最差的一题")
    columns = (
        Column(gettext("条目"), 3.6), Column(gettext("分类"), 1.8), _counted(gettext("错得多的题")), _counted(gettext("作答人次")),
        Column(least, 1.8, right=True, note=gettext("%(head)s区间", head=least)),
    )  # fmt: skip
    rows = tuple(_read(reading, titles.get(reading.entry_id, reading.entry_id), link(reading.entry_id)) for reading in found.reading)
    small = gettext("本单位考试里答得最差的题各出自这些条目；从答得最差的排起。")
    if found.branch is None:
        small = gettext("全公司考试和抽查里答得最差的题各出自这些条目；从答得最差的排起。")
    return Section(heading, table=Table(heading, columns, rows), small=(small,))


def _read(reading: Reading, title: str, address: str) -> tuple[Cell, ...]:
    worst = reading.questions[0]
    share = Cell(percent(worst.share), gettext("区间 %(span)s", span=span(worst.interval)), value=round(100 * worst.share, 1))
    return Cell(title, link=address), Cell(reading.topic), _count(len(reading.questions)), _count(worst.answers), share


def _notes() -> tuple[str, ...]:
    return (
        gettext("区间是 95% 区间：这样算出的区间，20 个里约有 19 个包住真实水平。同一个人的题一起算，人少的单位区间宽。"),
        gettext("“名次可能在”是各单位区间互相比较后还分不出先后的名次；区间大片重叠的，名次先后不说明水平高低。"),
        gettext("参加不满 6 人的厅不排名次：人少的厅最容易碰巧排在最前或最后。"),
    )
