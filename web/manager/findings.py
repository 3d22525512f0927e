"""What a picture shows, as the sentence above it."""

from collections.abc import Sequence

from quiz.reports.lines import HallLine
from quiz.reports.overview import TrendPoint
from quiz.reports.topics import Matrix, TopicLine
from quiz.reports.units import Board
from web.figures import is_sure, percent, signed
from web.i18n import gettext
from web.times import shown_month

_MOST_NAMED = 3


def of_trend(board: Board, points: Sequence[TrendPoint], hall: HallLine | None = None) -> str:
    """What became of the accuracy since the month before; of a hall beyond what became of all."""
    if not points:
        return gettext("这段时间还没有作答")
    last, change = points[-1], hall.change if hall else board.own.change
    if change is None or change.estimate is None or not board.before or last.month != board.period.last:
        return gettext("%(month)s的正确率是 %(value)s", month=shown_month(last.month), value=percent(last.accuracy.estimate))
    values = {"before": shown_month(board.before), "value": percent(last.accuracy.estimate), "change": signed(change.estimate)}
    if hall:
        return _of_hall(values, sure=is_sure(change))
    if not is_sure(change):
        return gettext("正确率 %(value)s，与%(before)s相比看不出变化（同一批人 %(change)s 个百分点）", **values)
    if change.estimate > 0:
        return gettext("正确率 %(value)s，比%(before)s高（同一批人 %(change)s 个百分点，也可能是题目容易些）", **values)
    return gettext("正确率 %(value)s，比%(before)s低（同一批人 %(change)s 个百分点，也可能是题目难些）", **values)


def _of_hall(values: dict[str, str], *, sure: bool) -> str:
    if sure:
        return gettext("正确率 %(value)s；扣除全公司的变化，比%(before)s变了 %(change)s 个百分点", **values)
    return gettext("正确率 %(value)s；扣除全公司的变化，与%(before)s相比看不出变化", **values)


def of_funnel(halls: Sequence[HallLine]) -> str:
    """Which halls chance does not explain."""
    known = [line for line in halls if line.accuracy]
    low, high = ([line for line in known if line.outside == side] for side in ("low", "high"))
    if not known:
        return gettext("这段时间没有营业厅作答")
    if len(known) == 1:
        return gettext("只有 1 个厅有人作答，没有可比的厅")
    if not low and not high:
        return gettext("%(n)s 个厅的高低都可能是偶然，看不出哪个厅真的更好或更差", n=len(known))
    said = gettext("，").join([*_marked(low, gettext("明显偏低")), *_marked(high, gettext("明显偏高"))])
    rest = len(known) - len(low) - len(high)
    return gettext("%(said)s；其余 %(n)s 个厅的差别可能是偶然", said=said, n=rest) if rest else said


def _marked(halls: Sequence[HallLine], how: str) -> list[str]:
    return [gettext("%(names)s%(how)s", names=_names(halls), how=how)] if halls else []


def _names(halls: Sequence[HallLine]) -> str:
    ordered = sorted(halls, key=lambda line: abs((line.shrunk or 0.0) - 0.5), reverse=True)
    names = gettext("、").join(line.unit.name for line in ordered[:_MOST_NAMED])
    return names if len(ordered) <= _MOST_NAMED else gettext("%(names)s等 %(n)s 个厅", names=names, n=len(ordered))


def of_topics(lines: Sequence[TopicLine], *, low: bool = False) -> str:
    """Which topics are known least, and in which a hall stands apart; `low` where it does so in all topics together."""
    below = [line for line in lines if line.outside == "low"]
    if below:
        names = gettext("、").join(line.topic for line in sorted(below, key=lambda line: line.shrunk - (line.branch or 0.0))[:_MOST_NAMED])
        return gettext("%(names)s明显低于全公司", names=names)
    weak = sorted(lines, key=lambda line: line.shrunk)[:_MOST_NAMED]
    if not weak:
        return gettext("这段时间还没有作答")
    under = [line for line in lines if line.branch is not None and line.accuracy.estimate < line.branch]
    if low and under:
        return gettext("%(all)s 类里 %(n)s 类低于全公司，没有哪一类单独突出；最低的是%(names)s", **_counts(lines, under, weak))
    if lines[0].branch is not None:
        return gettext("没有哪一类明显低于全公司；最低的是%(names)s", names=gettext("、").join(line.topic for line in weak))
    return gettext("最低的是%(names)s", names=gettext("、").join(f"{line.topic} {percent(line.accuracy.estimate)}" for line in weak))


def _counts(lines: Sequence[TopicLine], under: Sequence[TopicLine], weak: Sequence[TopicLine]) -> dict[str, object]:
    return {"all": len(lines), "n": len(under), "names": gettext("、").join(line.topic for line in weak)}


def of_matrix(found: Matrix, names: dict[int, str]) -> str:
    """Which cells chance does not explain."""
    marked = [(hall, topic, cell) for (hall, topic), cell in found.cells.items() if cell.outside == "low"]
    if not marked:
        return gettext("各厅各类的高低都可能是偶然，没有哪一处明显偏低")
    marked.sort(key=lambda each: each[2].difference)
    said = gettext("、").join(gettext("%(hall)s的%(topic)s", hall=names[hall], topic=topic) for hall, topic, _ in marked[:_MOST_NAMED])
    return gettext("%(said)s明显偏低", said=said) if len(marked) <= _MOST_NAMED else gettext("%(said)s等 %(n)s 处明显偏低", said=said, n=len(marked))
