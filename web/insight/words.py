"""The words on the insight pages, and the numbers as people read them."""

from typing import Any

from flask_babel import LazyString, lazy_gettext

from kb.authoring.reviewduty import Duty
from quiz.statistics.intervals import Interval
from quiz.statistics.itemstats import Flag
from web.insight.flagwords import sentences
from web.insight.surroundings import can_write

FLAGS: dict[str, LazyString] = {
    Flag.MISKEY.value: lazy_gettext("答案存疑"),
    Flag.NEGATIVE_DISCRIMINATION.value: lazy_gettext("高分反而答错"),
    Flag.LOW_DISCRIMINATION.value: lazy_gettext("区分度低"),
    Flag.TOO_HARD.value: lazy_gettext("过难"),
    Flag.TOO_EASY.value: lazy_gettext("过易"),
    Flag.IDLE_DISTRACTOR.value: lazy_gettext("有闲置选项"),
    Flag.NO_VARIANCE.value: lazy_gettext("得分都一样"),
    Flag.FEW_ANSWERS.value: lazy_gettext("作答太少"),
}
SERIOUS = frozenset({Flag.MISKEY.value, Flag.NEGATIVE_DISCRIMINATION.value})
DUTIES: dict[str, LazyString] = {
    Duty.OVERDUE.value: lazy_gettext("已过期"),
    Duty.DUE.value: lazy_gettext("30 天内到期"),
    Duty.UNDATED.value: lazy_gettext("没定复核日期"),
    Duty.VERIFIED.value: lazy_gettext("已核实"),
}


def percent(share: float | None) -> str:
    """`76.5%`; a dash where nothing is known."""
    return "—" if share is None else f"{100 * share:.1f}%"


def span(interval: Interval | None) -> str:
    """`75.5–77.4`, in percent; "" where nothing is known."""
    return "" if interval is None else f"{100 * interval[0]:.1f}–{100 * interval[1]:.1f}"


def decimal(value: float | None) -> str:
    """`−0.42`; a dash where nothing is known."""
    return "—" if value is None else f"{value:.2f}".replace("-", "−")


def words() -> dict[str, Any]:
    """What every template of these pages may use."""
    return {
        "FLAGS": FLAGS,
        "SERIOUS": SERIOUS,
        "DUTIES": DUTIES,
        "percent": percent,
        "span": span,
        "decimal": decimal,
        "sentences": sentences,
        "can_write": can_write,
    }
