"""Plausible values beside a value, in its own style: what a distractor is made of when nothing real is at hand. PURE."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from kb import parse_fact
from quiz.questions.amount import Amount, amount_of

LOWEST, HIGHEST = 1 / 20, 20
_LADDERS: dict[str, tuple[int, ...]] = {
    "GB": (1, 2, 3, 5, 6, 8, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 110, 120, 150, 200, 250, 300),
    "MB": (50, 100, 200, 300, 500, 600, 800, 1000),
    "分钟": (1, 2, 3, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 700, 800, 1000, 1200, 1500, 2000),
    "个月": (1, 2, 3, 6, 9, 12, 18, 24, 30, 36, 48, 60, 72),
    "年": (1, 2, 3, 4, 5, 6, 8, 10),
    "天": (1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180),
    "小时": (1, 2, 3, 4, 6, 8, 12, 24, 36, 48, 72, 96),
    "个工作日": (1, 2, 3, 5, 7, 10, 15, 20, 30),
    "Mbps": (1, 2, 3, 5, 8, 10, 20, 30, 50, 80, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 2000),
    "%": (1, 3, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100),
    "岁": (8, 10, 12, 14, 16, 18, 20, 22, 24, 25, 26, 28, 30, 35, 45, 50, 55, 60, 65, 70, 75, 80),
}
_CEILINGS = {"%": 100.0, "岁": 120.0, "个月": 120.0, "年": 10.0, "折": 10.0}
_FROM_ZERO = {"元": (5, 10, 20, 30, 50), "%": (1, 3, 5, 10)}
_REACH = 4


def plausible(amount: Amount, key: Amount) -> bool:
    """Whether a value can stand beside the key: not 0, no percentage over 100, no age or term over 120, within a twentieth and twenty times."""
    if amount.day or not amount.number or amount.number > _CEILINGS.get(amount.unit, float("inf")):
        return bool(amount.day)
    return not key.value or LOWEST <= amount.value / key.value <= HIGHEST


@lru_cache(maxsize=4096)
def neighbours(key: Amount) -> tuple[Amount, ...]:
    """Up to four plausible values below the key and four above, nearest first on each side, with its unit and its decimals."""
    if key.day:
        return tuple(replace(key, day=day) for day in _days(key.day))
    numbers = _beside_zero(key) if not key.number else _ladder(key) if key.decimals == 0 and key.unit in _LADDERS else _steps(key)
    made = [scaled(key, number) for number in numbers if number > 0]
    below = sorted((a for a in made if a.value < key.value and plausible(a, key)), key=lambda a: -a.value)
    above = sorted((a for a in made if a.value > key.value and plausible(a, key)), key=lambda a: a.value)
    return (*below[:_REACH], *above[:_REACH])


def scaled(key: Amount, number: float, unit: str = "", per: str = "") -> Amount:
    """The key with another number (and perhaps another unit or rate), written with the key's decimals."""
    text = f"{number:.{key.decimals}f} {unit or key.unit}"
    made = amount_of(parse_fact("x", f"{text}/{per or key.per}" if key.per else text))
    assert made is not None, text
    return made


def _beside_zero(key: Amount) -> Iterable[float]:
    return _FROM_ZERO.get(key.unit, (1, 2, 3, 4))


def _ladder(key: Amount) -> Iterable[float]:
    return _LADDERS[key.unit]


def _steps(key: Amount) -> Iterator[float]:
    """Values at the distances at which tariffs differ: 59 → 49, 69; 300 → 200, 400; 0.15 → 0.10, 0.20."""
    scale = 10**key.decimals
    whole = round(key.number * scale)
    for distance in _distances(whole):
        yield (whole - distance) / scale
        yield (whole + distance) / scale


def _distances(whole: int) -> tuple[int, ...]:
    if whole < 10:
        return (1, 2, 3)
    if whole < 30:
        return (2, 4, 5) if whole == 10 else (5, 10, 15) if whole % 5 == 0 else (2, 4, 6)
    step = _step(whole)
    return (step, 2 * step, 3 * step)


def _step(whole: int) -> int:
    if whole < 50 and whole % 5 == 0:
        return 5
    if whole >= 1000 and whole % 100 == 0:
        return 500 if whole % 500 == 0 else 200
    if whole >= 200 and whole % 100 == 0:
        return 100
    if whole >= 240 and whole % 120 == 0:
        return 120
    return max(10, whole // 50 * 10)


def _days(day: date) -> Iterator[date]:
    """The same day of other months; month ends stay month ends."""
    last = (day + timedelta(days=1)).day == 1
    for months in (-12, -6, -3, -2, -1, 1, 2, 3, 6, 12):
        month = day.year * 12 + day.month - 1 + months
        if last:
            following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
            yield following - timedelta(days=1)
        elif day.day <= 28:
            yield date(month // 12, month % 12 + 1, day.day)
