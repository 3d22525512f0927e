"""The form of an entry: what a trainer fills in, read out of a content file as it is written there. PURE."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from kb.entry import Entry
from kb.errors import ContentError
from kb.facts import LABELS, Fact, parse_fact
from kb.frontmatter import FrontMatter, parse

_NUMBER = re.compile(r"^\d+(?:\.\d+)?")
SCOPE = ("districts", "halls", "channels")


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact as written; `type` is empty where the value says it."""

    name: str
    label: str = ""
    value: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Banned:
    """A phrase that may never be said, and why."""

    phrase: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PowerLine:
    """What a role may decide alone."""

    role: str = ""
    may: str = ""


@dataclass(frozen=True, slots=True)
class EntryForm:
    """Every field of an entry as text, as it is written; empty where it is not written at all.

    Nothing is judged here: a date that is none is kept, for `kb.parse` to find fault with.
    """

    id: str = ""
    title: str = ""
    kind: str = ""
    topic: str = ""
    touchpoint: str = ""
    asks: tuple[str, ...] = ()
    facts: tuple[FactLine, ...] = ()
    effective_from: str = ""
    effective_to: str = ""
    supersedes: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    halls: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()
    never_say: tuple[Banned, ...] = ()
    empower: tuple[PowerLine, ...] = ()
    owner: str = ""
    reviewed_on: str = ""
    review_every: str = ""
    version: str = ""
    status: str = ""
    body: str = ""


def read_form(text: str) -> EntryForm:
    """The form of a content file. Raises ContentError when its head cannot be read at all."""
    head, faults = parse(text, "")
    if head is None:
        raise ContentError("draft-unreadable", why=faults[0].text("zh"), why_en=faults[0].text("en"))
    return form_of_head(head)


def form_of_head(head: FrontMatter) -> EntryForm:
    """The form of a parsed head; a field that is written in a shape of its own counts as empty."""
    values = head.values
    scope = values.get("scope")
    places: Mapping[object, object] = scope if isinstance(scope, Mapping) else {}
    plain = {name: line(values.get(name)) for name in _PLAIN}
    return EntryForm(
        **plain,
        asks=lines(values.get("asks")),
        supersedes=lines(values.get("supersedes")),
        must_say=lines(values.get("must_say")),
        districts=lines(places.get("districts")),
        halls=lines(places.get("halls")),
        channels=lines(places.get("channels")),
        facts=_facts(values.get("facts")),
        never_say=tuple(Banned(a, b) for a, b in _pairs(values.get("never_say"), "phrase", "reason")),
        empower=tuple(PowerLine(a, b) if b else PowerLine("", a) for a, b in _pairs(values.get("empower"), "role", "may")),
        body=head.body,
    )


_PLAIN = (
    "id", "title", "kind", "topic", "touchpoint", "effective_from", "effective_to", "owner", "reviewed_on", "review_every", "version", "status",
)  # fmt: skip


def line(value: object) -> str:
    """A scalar without its outer blanks, "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def lines(value: object) -> tuple[str, ...]:
    """The texts of a list without the empty ones; a scalar counts as a list of one."""
    items = value if isinstance(value, list) else [value]
    return tuple(text for text in map(line, items) if text)


def _facts(value: object) -> tuple[FactLine, ...]:
    if not isinstance(value, Mapping):
        return ()
    found = []
    for name, parts in value.items():
        given = parts if isinstance(parts, Mapping) else {"value": parts}
        found.append(FactLine(str(name), line(given.get("label")), line(given.get("value")), line(given.get("type"))))
    return tuple(found)


def _pairs(value: object, first: str, second: str) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return []
    found = []
    for item in value if isinstance(value, list) else [value]:
        pair = (line(item.get(first)), line(item.get(second))) if isinstance(item, Mapping) else (line(item), "")
        if any(pair):
            found.append(pair)
    return found


def tidy(form: EntryForm) -> EntryForm:
    """The form as it can be written: no outer blanks, no empty rows, the line ends of Unix, the body ending in one."""
    changes: dict[str, object] = {name: _clean(getattr(form, name)) for name in _PLAIN}
    for name in ("asks", "supersedes", "must_say", *SCOPE):
        changes[name] = tuple(text for text in map(_clean, getattr(form, name)) if text)
    facts = (FactLine(_clean(f.name), _clean(f.label), _clean(f.value), _clean(f.type)) for f in form.facts)
    banned = (Banned(_clean(b.phrase), _clean(b.reason)) for b in form.never_say)
    powers = (PowerLine(_clean(p.role), _clean(p.may)) for p in form.empower)
    changes["facts"] = tuple(f for f in facts if f.name or f.label or f.value)
    changes["never_say"] = tuple(b for b in banned if b.phrase or b.reason)
    changes["empower"] = tuple(p if p.may else PowerLine("", p.role) for p in powers if p.role or p.may)
    body = storable(form.body).lstrip("\n")
    changes["body"] = body if body.endswith("\n") or not body else body + "\n"
    return replace(form, **changes)  # type: ignore[arg-type]  # the names are those of the fields


def _clean(text: str) -> str:
    return storable(text).strip()


def storable(text: str) -> str:
    """A text as files and databases can hold it: the line ends of Unix, no control characters, no lone surrogates."""
    even = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if _allowed(c) else "\ufffd" for c in even)


def _allowed(c: str) -> bool:
    return c in "\t\n" or not (c < " " or "\x7f" <= c < "\xa0" or "\ud800" <= c <= "\udfff" or c in "\ufeff\ufffe\uffff")


def form_of(entry: Entry, before: EntryForm | None = None) -> EntryForm:
    """The form of an entry that came out of the ledger.

    What the ledger does not hold (how often it is reviewed, how the same fact was written) is taken from `before`.
    """
    kept = before or EntryForm()
    written = {line.name: line for line in kept.facts}
    return EntryForm(
        id=entry.id,
        title=entry.title,
        kind=entry.kind.value,
        topic=entry.topic,
        touchpoint=entry.touchpoint.value if entry.touchpoint else "",
        asks=entry.asks,
        facts=tuple(_fact_line(fact, written.get(fact.name)) for fact in entry.facts.values()),
        effective_from=entry.effective_from.isoformat() if entry.effective_from else "",
        effective_to=entry.effective_to.isoformat() if entry.effective_to else "",
        supersedes=entry.supersedes,
        districts=entry.scope.districts,
        halls=entry.scope.halls,
        channels=entry.scope.channels,
        must_say=entry.must_say,
        never_say=tuple(Banned(n.phrase, n.reason) for n in entry.never_say),
        empower=tuple(PowerLine(p.role, p.may) for p in entry.empower),
        owner=kept.owner or entry.owner,
        reviewed_on=kept.reviewed_on or (entry.reviewed_on.isoformat() if entry.reviewed_on else ""),
        review_every=kept.review_every,
        version=str(entry.version),
        status=entry.status.value,
        body=entry.body,
    )


def _fact_line(fact: Fact, before: FactLine | None) -> FactLine:
    if before and _means(before, fact):
        return before
    value = fact.day.isoformat() if fact.day else _NUMBER.sub(r"\g<0> ", fact.value, count=1) if fact.amount is not None else fact.value
    found = FactLine(fact.name, "" if fact.label == LABELS.get(fact.name, fact.name) else fact.label, value)
    return found if _means(found, fact) else replace(found, type=fact.type)


def _means(written: FactLine, fact: Fact) -> bool:
    try:
        return parse_fact(written.name, written.value, written.label, written.type) == fact
    except ValueError:
        return False


def changed_fields(before: EntryForm, after: EntryForm) -> tuple[str, ...]:
    """The names of the fields that differ, in the form's order."""
    return tuple(f.name for f in fields(EntryForm) if getattr(before, f.name) != getattr(after, f.name))
