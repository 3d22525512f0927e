"""Quantities in Chinese text: `39元`, `三十九块九`, `18个月`, `30G` as comparable values. PURE."""

import re
import unicodedata
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_CHINESE = "零〇一二两俩三四五六七八九十百千万"
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[{_CHINESE}]+|半)"

# unit as written -> (base unit, factor); a unit with two readings has two rows
_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "元": (("元", 1),),
    "块钱": (("元", 1),),
    "块": (("元", 1),),
    "圆": (("元", 1),),
    "角": (("元", 0.1),),
    "毛钱": (("元", 0.1),),
    "毛": (("元", 0.1),),
    "TB": (("MB", 1024 * 1024),),
    "GB": (("MB", 1024),),
    "MB": (("MB", 1),),
    "T": (("MB", 1024 * 1024),),
    "个G": (("MB", 1024),),
    "G": (("MB", 1024),),
    "Mbps": (("Mbps", 1),),
    "兆": (("Mbps", 1), ("MB", 1)),
    "M": (("Mbps", 1), ("MB", 1)),
    "分钟": (("分钟", 1),),
    "个月": (("个月", 1),),
    "年": (("个月", 12),),
    "个工作日": (("工作日", 1),),
    "工作日": (("工作日", 1),),
    "小时": (("小时", 1),),
    "天": (("小时", 24),),
    "%": (("%", 1),),
    "条": (("条", 1),),
    "张": (("张", 1),),
    "台": (("台", 1),),
    "部": (("部", 1),),
    "户": (("户", 1),),
    "人": (("人", 1),),
    "次": (("次", 1),),
    "份": (("份", 1),),
    "岁": (("岁", 1),),
    "折": (("折", 1),),
    "级": (("级", 1),),
    "分": (("分", 1),),
    "个": (("个", 1),),
}
# What stands for 元 only when somebody asks: `39档`, `59的套餐`, `99那个`.
_QUERY_MONEY = r"(?:元档|档|的?套餐|那个|这个)"
# Units that say too little in a query to be held against an entry (`一个`, `两次`).
_VAGUE = frozenset({"个", "次", "人", "份", "分", "级", "台", "部", "户", "张", "条", "折"})

_CENTS = frozenset({"角", "毛", "毛钱", "分"})
_BY_LENGTH = sorted(_UNITS, key=len, reverse=True)
_UNIT = "|".join(_BY_LENGTH)
# `三十九块九`, `39块9`: tenths without a unit of their own (`8块1天` and `十块一张` have one)
_TAIL = rf"(?:[{_CHINESE}](?![{_CHINESE}])|\d(?![\d.]))(?!\s*(?:{'|'.join(u for u in _BY_LENGTH if u not in _CENTS)}|[A-Z日月号]))"
_QUANTITY = re.compile(rf"(?<![\d.A-Za-z第])({_NUMBER})\s*({_UNIT})(?![A-Za-z])({_TAIL})?", re.IGNORECASE)
_LOOSE = re.compile(rf"(?<![\d.A-Za-z第])(\d{{1,4}}){_QUERY_MONEY}")
# `五六十块`, `三五块` name a range, not a number
_ROUGH_PAIR = "一二|两三|二三|三四|三五|四五|五六|六七|七八|八九"
_ROUGH = re.compile(f"[一二两三四五六七八九]{{2}}[十百千万]|[十百千万](?:{_ROUGH_PAIR})")
_BY_LOWER = {u.lower(): u for u in _UNITS}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit as it stands in a text.

    `readings` are (base unit, value) pairs, more than one where the unit is ambiguous (`500M` is a speed or a volume);
    `start` and `end` are offsets into the normalised text.
    """

    text: str
    readings: tuple[tuple[str, float], ...]
    start: int
    end: int

    def same_unit(self, unit: str) -> bool:
        """Whether one of the readings is measured in `unit`."""
        return any(u == unit for u, _ in self.readings)

    def equals(self, unit: str, value: float) -> bool:
        """Whether one of the readings is `value` `unit`."""
        return any(u == unit and abs(v - value) < 1e-6 for u, v in self.readings)


def normalise(text: str) -> str:
    """NFKC without control characters: full-width digits and letters become plain, length may change."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isprintable():  # then it holds nothing that would have to go
        return plain
    return "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def chinese_number(text: str) -> float | None:
    """The value of a Chinese or Arabic numeral (`三十九` 39, `一百二` 120, `半` 0.5), None if it is not one."""
    if text == "半":
        return 0.5
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    if not any(c in _POWERS for c in text):
        return _digit_by_digit(text)
    return None if _ROUGH.search(text) else _positional(text)


def _digit_by_digit(text: str) -> float | None:
    digits = [_DIGITS.get(c) for c in text]
    if not digits or None in digits:
        return None
    if re.fullmatch(_ROUGH_PAIR, text):
        return None
    return float("".join(map(str, digits)))


def _positional(text: str) -> float | None:
    total, section, digit, last = 0, 0, -1, 1
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
            last = 1 if c in "零〇" else last
        elif c == "万":
            total, section, digit, last = ((total + section + max(digit, 0)) or 1) * 10000, 0, -1, 10000
        elif c in _POWERS:
            section += (1 if digit < 0 else digit) * _POWERS[c]
            digit, last = -1, _POWERS[c]
        else:
            return None
    if digit > 0:
        section += digit * (last // 10 if last > 10 else 1)
    return float(total + section)


def _readings(number: str, unit: str, tail: str | None) -> tuple[tuple[str, float], ...]:
    value = chinese_number(number.replace(",", ""))
    if value is None:
        return ()
    key = unit if unit in _UNITS else _BY_LOWER[unit.lower()]
    if tail:
        value += 0.5 if tail == "半" else (chinese_number(tail) or 0) / 10
    return tuple((base, round(value * factor, 6)) for base, factor in _UNITS[key])


def quantities(text: str) -> list[Quantity]:
    """Every quantity with an explicit unit, in order; `text` should be normalised."""
    found = []
    for m in _QUANTITY.finditer(text):
        tail = m[3] if m[2] in {"块", "元"} else None
        end = m.end() if tail else m.end(2)
        if m[2] == "年" and text.startswith("半", end):
            tail, end = "半", end + 1
        if readings := _readings(m[1], m[2], tail):
            found.append(Quantity(text[m.start() : end], readings, m.start(), end))
    return [q for q in found if not (_is_calendar(text, q) or _is_generation(text, q) or q.text == "一块")]


def _is_generation(text: str, q: Quantity) -> bool:
    """`4G` and `5G` name a network, unless traffic is spoken of (`5G流量`)."""
    return bool(re.fullmatch("[2-6][Gg]", q.text)) and not text[q.end :].lstrip().startswith(("流量", "的流量", "/"))


def _is_calendar(text: str, q: Quantity) -> bool:
    """`2026年12月31日` names a year, not a length of time."""
    return text[q.end - 1] == "年" and q.readings[0][1] >= 12 * 1900


def asked_quantities(query: str) -> list[Quantity]:
    """The quantities that a query asks for: those with a real unit, and bare prices such as `39档` or `59套餐`."""
    text = normalise(query)
    found = [q for q in quantities(text) if not all(u in _VAGUE for u, _ in q.readings)]
    for m in _LOOSE.finditer(text):
        if not any(q.start < m.end(1) and m.start() < q.end for q in found):
            found.append(Quantity(m[0], (("元", float(m[1])),), m.start(), m.end()))
    return sorted(found, key=lambda q: q.start)
