"""Shares, intervals and differences as they are printed."""

from quiz.statistics.change import Change
from quiz.statistics.compare import Accuracy
from quiz.statistics.intervals import Interval
from web.i18n import gettext


def percent(share: float | None) -> str:
    """`76.5%`; a dash where nothing is known."""
    return "—" if share is None else f"{100 * share:.1f}%"


def points(share: float | None) -> str:
    """A share of the points as points of a hundred, `76.5`; a dash where nothing is known."""
    return "—" if share is None else f"{100 * share:.1f}"


def span(interval: Interval | Accuracy | None) -> str:
    """`75.5–77.4`, in hundredths; "" where nothing is known."""
    if interval is None:
        return ""
    low, high = (interval.low, interval.high) if isinstance(interval, Accuracy) else interval
    return f"{100 * low:.1f}–{100 * high:.1f}"


def signed(difference: float | None) -> str:
    """`+0.6` percentage points; a dash where nothing is known."""
    return "—" if difference is None else f"{100 * difference:+.1f}".replace("-", "−")


def between(change: Change) -> str:
    """`−0.3～+1.5`, the interval of a change in percentage points."""
    return gettext("%(low)s～%(high)s", low=signed(change.low), high=signed(change.high))


def is_sure(change: Change | None) -> bool:
    """Whether a change's interval excludes zero."""
    return change is not None and change.low is not None and change.high is not None and (change.low > 0 or change.high < 0)
