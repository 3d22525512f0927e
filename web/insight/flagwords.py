"""What a flag means, in a sentence that a trainer can act on."""

from collections.abc import Callable, Mapping

from quiz.reports.items import ItemResult
from quiz.statistics.intervals import wilson
from quiz.statistics.itemstats import Flag
from quiz.statistics.optionstats import IDLE_SHARE
from web.i18n import gettext
from web.times import shown_month

_FAR = 2  # bands of difficulty between the author's guess and the answers


def sentences(item: ItemResult) -> list[str]:
    """Everything that there is to say about an item, what is worst first."""
    found = [text for flag in _SAID if flag in item.flags for text in _SAID[flag](item)]
    if item.drifted and item.drift:
        found.insert(0, _drifted(item))
    if item.band is not None and abs(item.band - item.guess) >= _FAR and Flag.FEW_ANSWERS not in item.flags:
        found.append(gettext("出题时估计难度 %(guess)s，实际是 %(band)s：请改难度，组卷才配得平。", guess=item.guess, band=item.band))
    return found


def _share(value: float | None) -> str:
    return f"{100 * (value or 0.0):.0f}%"


def _miskey(item: ItemResult) -> list[str]:
    """The rival of the key that most of the best chose."""
    key, rivals = next((o for o in item.options if o.is_key), None), [o for o in item.options if o.beats_key]
    best = max(rivals, key=lambda o: (o.top or 0.0, o.n), default=None)
    if best is None:
        return []
    said = gettext("不少高分员工选了 %(option)s（成绩靠前的三分之一里有 %(top)s，选标准答案 %(key)s 的有 %(right)s）：答案是否有误？",
                   option=best.option, top=_share(best.top), key=key.option if key else "—", right=_share(key.top if key else 0.0))  # fmt: skip
    return [said]


def _hard(item: ItemResult) -> list[str]:
    return [gettext("得分率只有 %(share)s，不比猜好多少：口径宣讲过吗，题目是否过偏？", share=_share(item.statistics.facility))]


def _easy(item: ItemResult) -> list[str]:
    return [gettext("得分率 %(share)s，几乎人人答对：已经考不出差别，可以少抽。", share=_share(item.statistics.facility))]


def _idle(item: ItemResult) -> list[str]:
    n = item.statistics.n
    idle = [o.option for o in item.options if not o.is_key and wilson(o.n, n)[1] < IDLE_SHARE]
    return [gettext("选项 %(options)s 几乎没人选：请换成更像的干扰项。", options=gettext("、").join(idle))] if idle else []


def _few(item: ItemResult) -> list[str]:
    return [gettext("只有 %(n)s 人作答，不到 20 人，先不下结论。", n=item.statistics.n)]


def _drifted(item: ItemResult) -> str:
    assert item.drift is not None
    month = shown_month(item.since)
    if item.drift.estimate > 0:
        return gettext("比%(month)s容易了很多，不是大家都进步了：题目是否外传？", month=month)
    return gettext("比%(month)s难了很多，不是大家都退步了：口径变了没有宣讲到？", month=month)


_SAID: Mapping[Flag, Callable[[ItemResult], list[str]]] = {
    Flag.MISKEY: _miskey,
    Flag.NEGATIVE_DISCRIMINATION: lambda _: [gettext("水平高的员工反而更容易答错：题干是否有歧义，答案是否有误？")],
    Flag.LOW_DISCRIMINATION: lambda _: [gettext("答对答错和水平几乎无关：题干是否含糊，是否靠猜就能对？")],
    Flag.TOO_HARD: _hard,
    Flag.TOO_EASY: _easy,
    Flag.IDLE_DISTRACTOR: _idle,
    Flag.NO_VARIANCE: lambda _: [gettext("每个人得分都一样，看不出区分度。")],
    Flag.FEW_ANSWERS: _few,
}
