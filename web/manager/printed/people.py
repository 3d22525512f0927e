"""One person as a report."""

from collections.abc import Mapping

from kb.printing.document import Cell, Column, Document, Section
from quiz.reports.answers import AnswerLine
from quiz.reports.people import Evidence, PaperLine
from web.i18n import gettext
from web.manager.asked import Asked
from web.manager.people import Shown
from web.manager.printed import cells
from web.manager.words import SOURCE_NAMES, points
from web.times import shown_month


def person(wanted: Asked, shown: Shown, titles: Mapping[str, str]) -> Document:
    """Somebody's topics, papers and months, and the answers of the paper that is open."""
    who = shown.page.person
    title = f"{who.name} {who.number}" + (f" · {who.unit.name}" if who.unit else "")
    sections = [_topics(shown), _papers(shown), _months(shown)]
    if shown.answers:
        sections.append(_answers(shown, titles))
    return cells.document(title, wanted, tuple(sections))


def _topics(shown: Shown) -> Section:
    """What each source tells of each topic, side by side."""
    columns = (
        Column(gettext("分类"), 2), cells.figure(gettext("答题数")), cells.with_bounds(gettext("正确率")), cells.figure(gettext("全公司")),
        *(cells.with_bounds(str(SOURCE_NAMES[source])) for source in shown.beside),
    )  # fmt: skip
    rows = [
        (
            cells.text(one.topic or gettext("未分类")), cells.count(one.own.answers if one.own else None), _evidence(one.own),
            cells.share(shown.branch.get(one.topic)), *(_evidence(one.sources.get(source)) for source in shown.beside),
        )
        for one in shown.page.topics
    ]  # fmt: skip
    return cells.listed(gettext("各类"), columns, rows, small=(gettext("题少的分类区间很宽：答错一两题不说明什么。"),))


def _evidence(found: Evidence | None) -> Cell:
    return cells.share(found.share, found.interval) if found else cells.text("")


def _papers(shown: Shown) -> Section:
    columns = (
        Column(gettext("考试"), 3), Column(gettext("单位"), 1.6), cells.with_bounds(gettext("得分")), cells.figure(gettext("满分")),
        Column(gettext("结果"), 1.4),
    )  # fmt: skip
    small = (
        gettext("得分的区间是 95% 区间：换一套难度相同的题，这个人的水平多半对应这个范围。“接近及格线”是区间跨过及格线，换一套题结果可能不同。"),
    )
    return cells.listed(gettext("考试"), columns, [_paper(one, shown.units.get(one.unit_id, "")) for one in shown.page.papers], small=small)


def _paper(one: PaperLine, unit: str) -> tuple[Cell, ...]:
    known = one.score if one.shown else None
    low, high = one.interval if one.shown and one.interval else (None, None)
    bounds = (None, None) if low is None or high is None else (one.full * low, one.full * high)
    full = Cell(points(one.full), value=one.full)
    return cells.text(one.title), cells.text(unit), cells.score(known, *bounds), full, Cell(_result(one))


def _result(one: PaperLine) -> str:
    if not one.submitted_at:
        return gettext("没有交卷")
    if not one.shown:
        return gettext("成绩未公布")
    if one.passed is None:
        return gettext("等待评分")
    result = gettext("及格") if one.passed else gettext("不及格")
    return gettext("%(result)s（接近及格线）", result=result) if one.close else result


def _months(shown: Shown) -> Section:
    columns = (
        Column(gettext("月份"), 1.4), Column(gettext("来源")), Column(gettext("单位"), 1.6), cells.figure(gettext("答题数")),
        cells.with_bounds(gettext("正确率")),
    )  # fmt: skip
    rows = [
        (
            cells.text(shown_month(one.month)), cells.text(str(SOURCE_NAMES[one.source])), cells.text(shown.units.get(one.unit_id, "")),
            cells.count(one.answers), cells.share(one.share, one.interval),
        )
        for one in shown.page.months
    ]  # fmt: skip
    return cells.listed(gettext("各月"), columns, rows)


def _answers(shown: Shown, titles: Mapping[str, str]) -> Section:
    columns = (
        cells.figure(gettext("题号"), 0.6), Column(gettext("题目"), 3.4), Column(gettext("回答"), 2), Column(gettext("正确答案"), 2),
        cells.figure(gettext("得分"), 0.8), cells.figure(gettext("满分"), 0.8), Column(gettext("条目"), 1.8),
    )  # fmt: skip
    return cells.listed(gettext("逐题作答"), columns, [_answer(one, titles) for one in shown.answers])


def _answer(one: AnswerLine, titles: Mapping[str, str]) -> tuple[Cell, ...]:
    said = (
        gettext("已作废") if one.void else gettext("等待评分") if one.credit is None else "✓" if one.credit >= 1 else "✗" if one.credit <= 0 else "½"
    )
    given = Cell(f"{said} {one.given or gettext('没有作答')}")
    right = cells.text("" if one.credit is None or one.credit >= 1 else one.right)
    figures = Cell(points(one.points), value=one.points), Cell(points(one.full), value=one.full)
    return cells.count(one.position), cells.text(one.stem), given, right, *figures, cells.text(titles.get(one.entry_id, ""))
