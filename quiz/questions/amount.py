"""Amounts such as `20GB/月` and dates as values that can be compared, and texts compared by the quantities in them. PURE."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kb import Fact, chinese_date, normalise, parse_fact, quantities

_CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAYS = {"天": 1.0, "日": 1.0, "月": 30.0, "年": 360.0}
_VOLUMES = {"GB": 1024.0, "MB": 1.0}
_HOURS_A_WORKING_DAY = 24 * 7 / 5
_LOOSE = re.compile(r"[\s，。；、：:,.;!！?？“”\"'（）()]+")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit as written (`digits` `unit` `/per`) and its value in base units; for a date, its day alone."""

    digits: str
    unit: str
    per: str
    base: str
    value: float
    day: date | None = None

    def __str__(self) -> str:
        if self.day:
            return chinese_date(self.day)
        return f"{self.digits}{self.unit}{'/' if self.per else ''}{self.per}"

    @property
    def number(self) -> float:
        """The digits as a number; 0 for a date."""
        return float(self.digits or 0)

    @property
    def decimals(self) -> int:
        """How many decimals are written."""
        return len(self.digits.partition(".")[2])

    @property
    def size(self) -> float:
        """Where the amount stands among others of its type, working days and rates (`/年`, `/MB`) made comparable."""
        if self.day:
            return float(self.day.toordinal())
        value = self.value * _HOURS_A_WORKING_DAY if self.base == "工作日" else self.value
        return value / (_DAYS.get(self.per) or _VOLUMES.get(self.per) or 1.0)


@lru_cache(maxsize=8192)
def amount_of(fact: Fact) -> Amount | None:
    """The amount of a fact, None for a text."""
    if fact.day:
        return Amount("", "", "", "date", 0.0, fact.day)
    if fact.amount is None:
        return None
    m = re.fullmatch(r"(\d+(?:\.\d+)?)([^/]+)(?:/(.+))?", fact.value)
    assert m is not None, fact.value  # parse_fact writes every amount in this form
    return Amount(m[1], m[2], m[3] or "", fact.unit, fact.amount)


def read_amount(text: str) -> Amount | None:
    """The amount that a text is, whole; None when it is anything else."""
    bare = normalise(text).strip().rstrip("。")
    if m := _CHINESE_DATE.fullmatch(bare.replace(" ", "")):
        bare = f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}"
    try:
        return amount_of(parse_fact("x", bare))
    except ValueError:
        return None


def same_amount(a: Amount, b: Amount) -> bool:
    """Whether two amounts say the same: `1024MB` and `1GB`, `12个月` and `1年`, `60分钟` and `1小时`, `10元/月` and `120元/年`.

    A missing `/月` says nothing, so `20GB` and `20GB/月` are the same.
    """
    if a.day or b.day:
        return a.day == b.day
    (base_a, value_a), (base_b, value_b) = _folded(a.base, a.value), _folded(b.base, b.value)
    if base_a != base_b:
        return False
    if a.per == b.per or not a.per or not b.per:
        return abs(value_a - value_b) < 1e-6
    comparable = (a.per in _DAYS and b.per in _DAYS) or (a.per in _VOLUMES and b.per in _VOLUMES)
    return comparable and abs(a.size - b.size) < 1e-6


def _folded(base: str, value: float) -> tuple[str, float]:
    return ("小时", round(value / 60, 6)) if base == "分钟" else (base, value)


def canonical(text: str) -> str:
    """A text by which equal answers are found: spaces and punctuation gone, quantities in base units, dates in one form."""
    bare = _ISO_DATE.sub(lambda m: _chinese(m[0]), normalise(text))
    for q in reversed(quantities(bare)):
        base, value = _folded(*q.readings[0])
        bare = f"{bare[: q.start]}<{value:g}{base}>{bare[q.end :]}"
    return _LOOSE.sub("", re.sub(r"(?<=\d)\.(?=\d)", "·", bare)).lower()


def _chinese(iso: str) -> str:
    try:
        return chinese_date(date.fromisoformat(iso))
    except ValueError:
        return iso


@dataclass(frozen=True, slots=True)
class Said:
    """What a rendered option says, in a form in which it can be compared with many others."""

    text: str
    amount: Amount | None

    @classmethod
    def of(cls, text: str) -> "Said":
        """What a text says."""
        return cls(canonical(text), read_amount(text))

    def same(self, other: "Said") -> bool:
        """Whether both say the same thing."""
        return self.text == other.text or bool(self.amount and other.amount and same_amount(self.amount, other.amount))


def same_answer(a: str, b: str) -> bool:
    """Whether two rendered options say the same thing."""
    return Said.of(a).same(Said.of(b))
