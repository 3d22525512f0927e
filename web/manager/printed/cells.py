"""Cells and columns that the printed pages share: figures with their intervals, as text to read and as numbers to reckon with."""

from collections.abc import Sequence

from kb.printing.document import Cell, Column, Document, Picture, Section, Table
from quiz.statistics.change import Change
from quiz.statistics.compare import Accuracy
from quiz.statistics.intervals import Interval
from web import plots
from web.clock import now
from web.figures import between, percent, signed, span
from web.i18n import gettext
from web.manager.asked import Asked
from web.manager.words import SOURCE_NAMES, shown_period
from web.times import shown_moment, shown_month


def document(title: str, wanted: Asked, sections: tuple[Section, ...], *, running: bool = False, of_source: bool = True) -> Document:
    """A page as a report: whose, of which months and which source, and when the figures were read."""
    said = [shown_period(wanted.period), *([str(SOURCE_NAMES[wanted.period.source])] if of_source else [])]
    below = " · ".join([*said, gettext("%(moment)s的数据", moment=shown_moment(now()))])
    notice = gettext("本月考试还没有结束，数字还会变。") if running else ""
    if wanted.underway and of_source:
        notice = gettext("%(month)s还没有过完，数字还会变。", month=shown_month(wanted.period.last))
    return Document(title, below, notice, sections or (Section(title, (gettext("这段时间没有作答。请换一个月份。"),)),))


def listed(heading: str, columns: tuple[Column, ...], rows: Sequence[tuple[Cell, ...]], *said: str, small: tuple[str, ...] = ()) -> Section:
    """A section with a table; without rows it says so."""
    if not rows:
        return Section(heading, (*said, gettext("没有数据。")), small=small)
    return Section(heading, said, Table(heading, columns, tuple(rows)), small)


def figure(name: str, weight: float = 1.0) -> Column:
    """A column of figures."""
    return Column(name, weight, right=True)


def with_bounds(name: str, weight: float = 1.6) -> Column:
    """A column of figures with their intervals."""
    return Column(name, weight, right=True, bounds=(gettext("%(name)s区间下限", name=name), gettext("%(name)s区间上限", name=name)))


def text(value: str) -> Cell:
    """Words; a dash where there are none."""
    return Cell(value or "—")


def count(number: float | None) -> Cell:
    """A whole number; a dash for none."""
    return Cell("—") if number is None else Cell(f"{number:.0f}", value=int(number))


def hundredths(share: float | None) -> float | None:
    """A share as a number of a hundred with one decimal."""
    return None if share is None else round(100 * share, 1)


def share(value: float | None, interval: Interval | Accuracy | None = None) -> Cell:
    """A share in percent, with its interval below."""
    if value is None or interval is None:
        return Cell(percent(value), value=hundredths(value))
    low, high = (interval.low, interval.high) if isinstance(interval, Accuracy) else interval
    return Cell(percent(value), span((low, high)), value=hundredths(value), bounds=(hundredths(low), hundredths(high)))


def accuracy(found: Accuracy | None) -> Cell:
    """An accuracy with its interval; a dash where nobody answered."""
    return share(found.estimate, found) if found else Cell("—")


def change(found: Change | None) -> Cell:
    """A change in percentage points with its interval."""
    if found is None or found.estimate is None:
        return Cell("—")
    return Cell(signed(found.estimate), between(found), value=hundredths(found.estimate), bounds=(hundredths(found.low), hundredths(found.high)))


def score(value: float | None, low: float | None = None, high: float | None = None) -> Cell:
    """Points of a hundred, with their interval below."""
    if value is None:
        return Cell("—")
    if low is None or high is None:
        return Cell(f"{value:.1f}", value=round(value, 1))
    return Cell(f"{value:.1f}", f"{low:.1f}–{high:.1f}", value=round(value, 1), bounds=(round(low, 1), round(high, 1)))


def hint(outside: str, *, rankable: bool = True, known: bool = True) -> Cell:
    """What a line is marked with, in words."""
    said = {"low": gettext("▼ 明显偏低"), "high": gettext("▲ 明显偏高")}.get(outside, "")
    if not said and not known:
        said = gettext("没有作答")
    return Cell(said or ("" if rankable or not known else gettext("人数少，不排名")))


def pictured(heading: str, svg: str, size: plots.Size, alt: str) -> Section:
    """A plot under the sentence that it shows; the sentence alone where nothing was drawn."""
    return Section(heading, picture=Picture(plots.as_png(svg), size.width, size.height, alt) if svg else None)


def how_to_read() -> Section:
    """What the figures mean."""
    lines = (
        gettext("区间是 95% 区间：这样算出的区间，20 个里约有 19 个包住真实水平。同一个人的题一起算，人少的单位区间宽。"),
        gettext(
            "收缩估计把人少的厅往全公司平均拉近：人越少拉得越多，平均起来比正确率本身更接近真实水平；个别真正突出的厅会被拉得偏多，哪个厅突出以提示为准。"
        ),
        gettext("“明显偏低”“明显偏高”指偶然几乎解释不了（500 次里不到 1 次），并已考虑同时比较了许多厅。没有标记的厅，差别可能只是偶然。"),
        gettext("参加不满 6 人的厅不排名：人少的厅最容易碰巧排在最前或最后。"),
    )
    return Section(gettext("怎么读这些数字"), lines)
