"""A library in which some entries are withdrawn: they hold no longer, and nobody quotes their numbers. PURE."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from types import MappingProxyType

from kb.entry import Entry, Status
from kb.facts import Fact
from kb.library import Library
from kb.references import references

HIDDEN = "〔已紧急下架〕"


def masked_library(library: Library, ids: Collection[str]) -> Library:
    """The library without these entries: no longer in force, and each of their facts reads `HIDDEN` wherever it is referred to.

    Entries keep their places, and what a withdrawn entry had replaced stays replaced: an old price does not come back.
    """
    if not any(library.versions(entry_id) for entry_id in ids):
        return library
    entries = (_masked(e) if e.id in ids else e for e in library.entries)
    return Library.of(entries, library.digest, library.faults)


def _masked(entry: Entry) -> Entry:
    facts = {name: Fact(name, fact.label, "text", HIDDEN) for name, fact in entry.facts.items()}
    return replace(entry, status=Status.RETIRED, facts=MappingProxyType(facts))


def quoted(entry: Entry, library: Library, ids: Collection[str]) -> tuple[str, ...]:
    """Which of these ids an entry quotes, itself or through facts that quote others."""
    if not ids:
        return ()
    found: dict[str, None] = {}
    seen = {entry.id}
    todo = list(_named(_texts(entry)))
    while todo:
        other = todo.pop(0)
        if other in seen:
            continue
        seen.add(other)
        if other in ids:
            found[other] = None
        todo += _named(fact.value for version in library.versions(other) for fact in version.facts.values())
    return tuple(found)


def _texts(entry: Entry) -> Iterable[str]:
    yield from (entry.body, *entry.must_say)
    yield from (n.reason for n in entry.never_say)
    yield from (p.may for p in entry.empower)
    yield from (f.value for f in entry.facts.values())


def _named(texts: Iterable[str]) -> list[str]:
    return [ref.entry_id for text in texts if "{{" in text for ref in references(text) if ref.entry_id]
