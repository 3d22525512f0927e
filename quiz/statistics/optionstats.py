"""Which options were chosen, by whom, and whether a distractor looks more like the key than the key. PURE."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import stdtr

from quiz.statistics.intervals import wilson
from quiz.statistics.itemstats import FEWEST_ANSWERS, Flag, ItemStatistics, Matrix, correlate

NO_ANSWER = ""
IDLE_SHARE, IDLE_UP_TO = 0.05, 0.90
MISKEY_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class OptionStatistics:
    """One option among those to whom the item was presented.

    `mean_rest` is how far those who chose it lie above what all achieve on the other items, as a share; `top` and `bottom` are the shares
    choosing it in the best and the weakest third by the rest of the paper. `beats_key`: it goes with the rest better than the key, beyond chance.
    """

    option: str
    is_key: bool
    n: int
    share: float
    mean_rest: float | None
    correlation: float | None
    top: float | None
    bottom: float | None
    beats_key: bool


def score_choices(choices: Sequence[Sequence[str | None]], keys: Sequence[str]) -> Matrix:
    """1.0 where the key was chosen, 0.0 for anything else and for no answer (""), NaN where the item was not presented (None)."""
    rows = [[np.nan if c is None else float(c == key) for c, key in zip(row, keys, strict=True)] for row in choices]
    return np.array(rows, np.float64).reshape(len(choices), len(keys))


def option_statistics(
    chosen: Sequence[str | None], key: str, rest: Matrix, frequencies: Matrix, offered: Sequence[str] = ()
) -> tuple[OptionStatistics, ...]:
    """Every option that was offered or chosen, in order; `rest` is the item's column of `rest_scores`."""
    shown = np.array([c is not None for c in chosen], bool)
    w, known = np.where(shown, frequencies, 0.0), np.where(shown, rest, np.nan)
    ticks = {o: np.array([float(c == o) for c in chosen]) for o in sorted({key, *offered, *(c for c in chosen if c)})}
    third = _thirds(known, w)
    rivals = max(1, len(ticks) - 1)
    return tuple(_option(o, ticks, key, known, w, third, rivals) for o in ticks)


def _option(option: str, ticks: dict[str, Matrix], key: str, rest: Matrix, w: Matrix, third: tuple[Matrix, Matrix], rivals: int) -> OptionStatistics:
    tick, n = ticks[option], float(w.sum())
    chose = w * tick * np.isfinite(rest)
    bottom, top = (float(tick @ part / part.sum()) if part.sum() > 0 else None for part in third)
    return OptionStatistics(
        option=option,
        is_key=option == key,
        n=int(w @ tick),
        share=float(w @ tick / n) if n else 0.0,
        mean_rest=float(chose @ np.nan_to_num(rest) / chose.sum()) if chose.sum() else None,
        correlation=_go_together(tick, rest, w),
        top=top,
        bottom=bottom,
        beats_key=option != key and _beats(tick, ticks[key], rest, w, rivals),
    )


def _go_together(tick: Matrix, rest: Matrix, w: Matrix) -> float | None:
    return correlate(tick[w > 0], rest[w > 0], w[w > 0])


def _beats(tick: Matrix, key: Matrix, rest: Matrix, w: Matrix, rivals: int) -> bool:
    """Whether choosing it goes with the rest score, and better than choosing the key does, at 5 % one-sided over all distractors of the item.

    The difference of the two correlations is, up to a factor, the correlation of the rest score with the difference of the two standardised
    choices; that one is tested against 0 by Student's t with n-2 degrees of freedom.
    """
    own, right = _go_together(tick, rest, w), _go_together(key, rest, w)
    n = float(w[np.isfinite(rest)].sum())
    if own is None or own <= 0 or n < FEWEST_ANSWERS:
        return False
    if right is None:
        apart = own  # nobody, or everybody who is left, chose the key: the distractor stands alone
    else:
        known = w * np.isfinite(rest)
        apart = _go_together(_standardised(tick, known) - _standardised(key, known), rest, w) or 0.0
    t = apart * sqrt((n - 2) / max(1e-12, 1 - apart**2))
    return float(stdtr(n - 2, -t)) < MISKEY_LEVEL / rivals


def _standardised(tick: Matrix, w: Matrix) -> Matrix:
    share = w @ tick / w.sum()
    return np.asarray((tick - share) / sqrt(share * (1 - share)))


def _thirds(rest: Matrix, w: Matrix) -> tuple[Matrix, Matrix]:
    """(how much of each row belongs to the weakest third, to the best third); those of equal rest score share what is left of a third evenly."""
    known = np.where(np.isfinite(rest), w, 0.0)
    values, place = np.unique(np.where(np.isfinite(rest), np.round(rest, 12), -np.inf), return_inverse=True)
    sizes = np.bincount(place, weights=known, minlength=len(values))
    high = np.cumsum(sizes)
    low, all_ = high - sizes, sizes.sum()
    divide = np.where(sizes > 0, sizes, 1.0)
    bottom = np.clip(all_ / 3 - low, 0, sizes) / divide
    top = np.clip(high - 2 * all_ / 3, 0, sizes) / divide
    return bottom[place] * known, top[place] * known


def option_flags(item: ItemStatistics, options: Sequence[OptionStatistics]) -> tuple[Flag, ...]:
    """The flags of an item together with those that its options raise; after few answers nothing is added."""
    if Flag.FEW_ANSWERS in item.flags:
        return item.flags
    found = {Flag.MISKEY: any(o.beats_key for o in options), Flag.IDLE_DISTRACTOR: _has_idle(item, options)}
    raised = {*item.flags, *(flag for flag, holds in found.items() if holds)}
    return tuple(flag for flag in Flag if flag in raised)


def _has_idle(item: ItemStatistics, options: Sequence[OptionStatistics]) -> bool:
    """A distractor that certainly less than one in twenty choose, where one in ten or more are wrong and so had to choose something."""
    wrong = [o for o in options if not o.is_key]
    return (item.facility or 0.0) <= IDLE_UP_TO and any(wilson(o.n, item.n)[1] < IDLE_SHARE for o in wrong)
