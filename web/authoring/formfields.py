"""The form of an entry as a browser fills it in, and back; whatever was not touched stays as it is written."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest

from werkzeug.datastructures import MultiDict

from kb.authoring.entryform import Banned, EntryForm, FactLine, PowerLine
from kb.authoring.slugs import fact_slug
from kb.entry import Status
from kb.errors import QueryError

UNITS: dict[str, tuple[str, ...]] = {
    "money": (
        "元", "元/月", "元/年", "元/天", "元/次", "元/分钟", "元/条", "元/GB", "元/MB", "元/张", "元/台", "元/户", "元/人", "元/份", "元/部", "元/个",
    ),
    "data": ("GB", "GB/月", "GB/天", "MB", "MB/月", "TB"),
    "minutes": ("分钟", "分钟/月"),
    "months": ("个月", "年"),
    "days": ("天", "小时", "工作日", "个工作日"),
    "speed": ("Mbps",),
    "percent": ("%",),
    "count": (
        "张", "条", "条/月", "台", "部", "户", "人", "个", "次", "次/月", "次/年", "份", "分", "岁", "折", "级", "张/人", "台/户", "次/人",
    ),
}  # fmt: skip
_ALL = sorted({unit for units in UNITS.values() for unit in units}, key=len, reverse=True)
_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join(map(re.escape, _ALL))})")
_PLAIN = (
    "id", "title", "kind", "topic", "touchpoint", "effective_from", "effective_to", "owner", "reviewed_on", "review_every", "status", "body",
)  # fmt: skip
_ROWS = ("asks", "supersedes", "must_say", "districts", "halls", "channels")
_MOST_ROWS = 500
Posted = MultiDict[str, str]


def cells(value: str) -> tuple[str, str]:
    """(amount, unit) of a fact's value; a value without a unit that can be picked is all amount."""
    m = _AMOUNT.fullmatch(value)
    return (m[1], m[2]) if m else (value, "")


def posted(form: Posted, before: EntryForm) -> EntryForm:
    """The form that was sent. What it does not hold stays as in `before`, and so does what differs in blanks alone.

    Raises QueryError for one that is not whole, or has far too many rows.
    """
    if not form.get("whole"):
        raise QueryError("bad-parameter", name="whole", value="", why="1")
    if max((len(values) for values in form.listvalues()), default=0) > _MOST_ROWS:
        raise QueryError("bad-parameter", name="rows", value=str(_MOST_ROWS), why=f"≤ {_MOST_ROWS}")
    changes: dict[str, object] = {name: _kept(form[name], getattr(before, name)) for name in _PLAIN if name in form}
    changes |= {name: _kept_rows(form.getlist(name), getattr(before, name)) for name in _ROWS}
    if not before.status and changes.get("status") == Status.PUBLISHED:
        changes["status"] = ""  # what is not written is in use
    changes["facts"] = _facts(form, before.facts)
    banned = [Banned(a, b) for a, b in _pairs(form, "banned_phrase", "banned_reason")]
    powers = [PowerLine(a, b) for a, b in _pairs(form, "power_role", "power_may")]
    changes["never_say"] = before.never_say if _same(banned, before.never_say) else tuple(banned)
    changes["empower"] = before.empower if _same(powers, before.empower) else tuple(powers)
    return replace(before, **changes)  # type: ignore[arg-type]  # the names are those of the fields


def _flat(text: str) -> str:
    return " ".join(text.split())


def _kept(new: str, old: str) -> str:
    even = new.replace("\r\n", "\n")
    return old if even == old or ("\n" not in even and _flat(even) == _flat(old)) else even


def _kept_rows(rows: Iterable[str], old: tuple[str, ...]) -> tuple[str, ...]:
    new = tuple(row for row in rows if row.strip())
    return old if [_flat(row) for row in new] == [_flat(row) for row in old] else new


def _pairs(form: Posted, first: str, second: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in zip_longest(form.getlist(first), form.getlist(second), fillvalue="") if a.strip() or b.strip()]


def _same(new: Sequence[Banned | PowerLine], old: Sequence[Banned | PowerLine]) -> bool:
    return [_flats(row) for row in new] == [_flats(row) for row in old]


def _flats(row: Banned | PowerLine) -> tuple[str, ...]:
    parts = (row.phrase, row.reason) if isinstance(row, Banned) else (row.role, row.may)
    return tuple(map(_flat, parts))


def _facts(form: Posted, before: Sequence[FactLine]) -> tuple[FactLine, ...]:
    columns = [form.getlist(f"fact_{part}") for part in ("name", "label", "amount", "unit", "type")]
    known = {fact.name: fact for fact in before}
    named = {name.strip() for name in columns[0]}
    found: dict[str, FactLine] = {}
    for name, label, amount, unit, kind in zip_longest(*columns, fillvalue=""):
        if not (label.strip() or amount.strip()):
            continue  # a row that was emptied is taken out
        chosen = name.strip()
        if not chosen or chosen in found:  # the same label gets the same name each time it is sent
            chosen = fact_slug(label or chosen, {*found, *named})
        found[chosen] = _fact(FactLine(chosen, label.strip(), _joined(amount, unit), kind.strip()), known.get(chosen))
    return tuple(found.values())


def _joined(amount: str, unit: str) -> str:
    return " ".join(filter(None, (_flat(amount), unit.strip())))


def _fact(new: FactLine, old: FactLine | None) -> FactLine:
    """What differs in blanks alone stays as it was written."""
    if old is None:
        return new
    same_value = _joined(*cells(new.value)) == _joined(*cells(old.value))
    same_label = _flat(new.label) == _flat(old.label)
    return replace(new, value=old.value if same_value else new.value, label=old.label if same_label else new.label)
