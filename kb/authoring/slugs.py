"""Names in small Latin letters for Chinese titles and labels. PURE."""

import re
from collections.abc import Collection

from kb.pinyin import syllables

_LONGEST = 48
_FACTS = {
    "月费": "fee", "月租": "fee", "套餐费": "fee", "资费": "fee", "价格": "price", "国内流量": "data", "流量": "data",
    "通话": "minutes", "语音": "minutes",
    "客户对象": "eligibility", "适用客户": "eligibility", "适用对象": "eligibility", "办理条件": "conditions", "条件": "conditions",
    "受理开始": "start", "开始时间": "start", "开始日期": "start", "受理截止": "end", "结束时间": "end", "结束日期": "end", "截止时间": "end",
}  # fmt: skip


def entry_slug(title: str, taken: Collection[str] = ()) -> str:
    """An id for an entry that nobody has yet: `补卡要带什么` → `bu-ka-yao-dai-shen-me`."""
    return _free(_slug(title, "-") or "entry", taken, "-")


def fact_slug(label: str, taken: Collection[str] = ()) -> str:
    """A name for a fact: `月费` → `fee`, other labels by their sound."""
    name = _FACTS.get(label.strip()) or _slug(label, "_").lstrip("_0123456789")
    return _free(name or "fact", taken, "_")


def _slug(text: str, between: str) -> str:
    pieces: list[str] = []
    latin = ""
    for c, sound in zip(text, syllables(text) if len(syllables(text)) == len(text) else [""] * len(text), strict=True):
        if c.isascii() and c.isalnum():
            latin += c.lower()
            continue
        pieces += [latin, sound]
        latin = ""
    found = between.join(piece for piece in [*pieces, latin] if piece)
    found = re.sub(r"[^a-z0-9]+", between, found.replace("ü", "v"))
    return found[:_LONGEST].strip(between)


def _free(name: str, taken: Collection[str], between: str) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}{between}{number}"
    return found
