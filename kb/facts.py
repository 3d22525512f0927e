"""Facts: the named values of an entry, typed by their unit. PURE."""

import re
from dataclasses import dataclass
from datetime import date

from kb.numerals import Quantity

_PER = "/(?:月|年|天|日|次|分钟|条|GB|MB|张|台|个|户|人|部|份|分)"
_UNITS: dict[str, tuple[str, tuple[str, ...]]] = {
    "money": ("元", ("元",)),
    "data": ("MB", ("GB", "MB", "TB")),
    "minutes": ("分钟", ("分钟",)),
    "months": ("个月", ("个月", "年")),
    "days": ("小时", ("个工作日", "工作日", "天", "小时")),
    "speed": ("Mbps", ("Mbps",)),
    "percent": ("%", ("%",)),
    "count": ("", ("张", "条", "台", "部", "户", "人", "个", "次", "份", "分", "岁", "折", "级")),
}
_TYPE_OF = {unit: kind for kind, (_, units) in _UNITS.items() for unit in units}
_FACTOR = {"GB": ("MB", 1024.0), "TB": ("MB", 1024.0 * 1024), "年": ("个月", 12.0), "天": ("小时", 24.0), "个工作日": ("工作日", 1.0)}
_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(sorted(_TYPE_OF, key=len, reverse=True))})\s*({_PER})?", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TYPES = (*_UNITS, "date", "text")
LABELS = {"eligibility": "客户对象", "conditions": "办理条件", "start": "受理开始", "end": "受理截止"}


@dataclass(frozen=True, slots=True)
class Fact:
    """资费要素: a named value.

    `amount` is in base units (元, MB, 分钟, 个月, 小时 or 工作日, Mbps, %), None for dates and texts; `unit` is that base unit; `value` is what
    is shown to people, with the unit as written.
    """

    name: str
    label: str
    type: str
    value: str
    amount: float | None = None
    unit: str = ""
    day: date | None = None

    def says(self, quantity: Quantity) -> bool:
        """Whether the quantity is this fact's value."""
        return self.amount is not None and quantity.equals(self.unit, self.amount)


def chinese_date(day: date) -> str:
    """`2026年11月22日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def parse_fact(name: str, raw: object, label: str = "", kind: str = "") -> Fact:
    """A fact from its written value (`59 元/月`, `2026-12-31`, any text).

    Raises ValueError with a message code (`fact-type`, `fact-value`) when `kind` is given and the value is not of that type.
    """
    text = str(raw).strip()
    label = label or LABELS.get(name, name)
    if kind and kind not in TYPES:
        raise ValueError("fact-type")
    fact = _guess(name, label, text) if kind != "text" else Fact(name, label, "text", text)
    if (kind and fact.type != kind) or not text:
        raise ValueError("fact-value")
    return fact


def _guess(name: str, label: str, text: str) -> Fact:
    if _DATE.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError("fact-value") from None
        return Fact(name, label, "date", chinese_date(day), day=day)
    m = _AMOUNT.fullmatch(text)
    if m is None:
        return Fact(name, label, "text", text)
    unit = next(u for u in _TYPE_OF if u.lower() == m[2].lower())
    base, factor = _FACTOR.get(unit, (unit, 1.0))
    return Fact(name, label, _TYPE_OF[unit], f"{m[1]}{unit}{m[3] or ''}", round(float(m[1]) * factor, 6), base)
