"""References to facts, `{{ entry-id.fact }}` or `{{ fact }}`: found, checked and rendered. PURE."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from kb.entry import Entry
from kb.facts import Fact

_ANY = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_REF = re.compile(r"\s*(?:([a-z0-9][a-z0-9-]*)\.|\.)?([a-z][a-z0-9_]*)\s*")
_DEPTH = 5

Lookup = Callable[[str], Entry | None]


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference as written; `entry_id` is "" for the entry's own facts, `fact` is "" when it is not well formed."""

    written: str
    entry_id: str
    fact: str
    offset: int


def references(text: str) -> list[Reference]:
    """Every `{{ … }}` in a text, in order."""
    found = []
    for m in _ANY.finditer(text):
        ref = _REF.fullmatch(m[1])
        found.append(Reference(m[1].strip(), (ref[1] or "") if ref else "", ref[2] if ref else "", m.start()))
    return found


def resolve(ref: Reference, entry: Entry, lookup: Lookup) -> Fact | None:
    """The fact a reference names, None when there is no such entry or fact."""
    owner = lookup(ref.entry_id) if ref.entry_id and ref.entry_id != entry.id else entry
    return owner.facts.get(ref.fact) if owner else None


def render(text: str, entry: Entry, lookup: Lookup, wrap: Callable[[Fact, str], str] | None = None, depth: int = _DEPTH) -> str:
    """The text with every reference replaced by its value and unit.

    `wrap` may dress a value (for HTML); a reference that leads nowhere stays as written, so that no wrong number is ever shown in its place.
    """

    def replace(m: re.Match[str]) -> str:
        ref = references(m[0])[0]
        fact = resolve(ref, entry, lookup)
        if fact is None or depth <= 0:
            return m[0]
        owner = lookup(ref.entry_id) if ref.entry_id and ref.entry_id != entry.id else entry
        value = _spoken(render(fact.value, owner or entry, lookup, None, depth - 1), text[: m.start()], text[m.end() :])
        return wrap(fact, value) if wrap else value

    return _ANY.sub(replace, text)


def _spoken(value: str, before: str, after: str) -> str:
    """A value as it is said: `每月 59元/月` and `59元/月 档` lose their `/月`."""
    amount, slash, per = value.partition("/")
    if slash and re.fullmatch("月|年|天|日|次|分钟|条|GB|MB|张|台|个|户|人|部|份|分", per):
        said = re.search(rf"(?:每|一)个?{re.escape(per)}[^，。；、{{}}]{{0,6}}$", before)
        if said or after.lstrip().startswith(("档", "套餐")):
            return amount
    return value
