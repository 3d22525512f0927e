"""Text of a content file → Entry, with every fault at its line. PURE."""

import difflib
import re
from collections.abc import Mapping
from types import MappingProxyType

from kb.entry import Entry, Kind, NeverSay, Power, Scope, Source, Status, Touchpoint
from kb.facts import TYPES, Fact, parse_fact
from kb.faults import Fault, fault
from kb.fields import Reader
from kb.frontmatter import parse

FIELDS = (
    "id", "title", "kind", "topic", "touchpoint", "asks", "facts", "effective_from", "effective_to", "supersedes", "scope",
    "must_say", "never_say", "empower", "owner", "reviewed_on", "review_every", "version", "status",
)  # fmt: skip
ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")


def parse_entry(text: str, path: str) -> tuple[Entry | None, list[Fault]]:
    """The entry of a file and all that is wrong with it; None when it cannot be used at all.

    An entry comes back even with faults as long as it has an id, a title and a kind, so that references to it are not reported as broken too.
    """
    head, faults = parse(text, path)
    if head is None:
        return None, faults
    reader = Reader(head, path)
    for name in head.values:
        if name not in FIELDS:
            reader.complain(str(name), "unknown-field", field=name, **_hint(str(name), FIELDS))
    entry = _entry(reader)
    return entry, faults + reader.faults


def _hint(name: str, known: tuple[str, ...]) -> dict[str, object]:
    near = difflib.get_close_matches(name, known, 1)
    return {"hint": f"，是不是 {near[0]}？", "hint_en": f"; did you mean {near[0]}?"} if near else {"hint": "", "hint_en": ""}


def _entry(reader: Reader) -> Entry | None:
    entry_id, title, kind_text = reader.required("id"), reader.required("title"), reader.required("kind")
    if entry_id and not ID.fullmatch(entry_id):
        reader.complain("id", "bad-id", value=entry_id)
        return None
    kind = reader.choice("kind", Kind, None) if kind_text else None
    if not entry_id or not title or kind is None:
        return None
    starts, ends = reader.day("effective_from"), reader.day("effective_to")
    if starts and ends and ends < starts:
        reader.complain("effective_to", "end-before-start", start=starts, end=ends)
    reviewed_on = reader.day("reviewed_on")
    return Entry(
        id=entry_id,
        title=title,
        kind=kind,
        topic=reader.text("topic", "未分类"),
        touchpoint=reader.choice("touchpoint", Touchpoint, None),
        asks=reader.texts("asks"),
        facts=MappingProxyType(_facts(reader)),
        effective_from=starts,
        effective_to=ends,
        supersedes=reader.texts("supersedes"),
        scope=_scope(reader),
        must_say=reader.texts("must_say"),
        never_say=_never_say(reader),
        empower=_empower(reader),
        owner=reader.text("owner"),
        reviewed_on=reviewed_on,
        review_due=reader.due("review_every", reviewed_on),
        version=reader.version(),
        status=reader.choice("status", Status, Status.PUBLISHED) or Status.PUBLISHED,
        body=reader.head.body,
        source=Source(reader.path, MappingProxyType(dict(reader.head.lines)), reader.head.body_line),
    )


def _facts(reader: Reader) -> dict[str, Fact]:
    raw = reader.head.values.get("facts")
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        reader.complain("facts", "not-a-mapping", field="facts")
        return {}
    found = {}
    for key, value in raw.items():
        name = str(key)
        if not _FACT_NAME.fullmatch(name):
            reader.complain(f"facts.{name}", "bad-fact-name", value=name)
        elif (fact := _fact(reader, name, value)) is not None:
            found[name] = fact
    starts, ends = found.get("start"), found.get("end")
    if starts and ends and starts.day and ends.day and ends.day < starts.day:
        reader.complain("facts.end", "end-before-start", start=starts.day, end=ends.day)
    return found


def _fact(reader: Reader, name: str, value: object) -> Fact | None:
    at = f"facts.{name}"
    parts: Mapping[object, object] = value if isinstance(value, Mapping) else {"value": value}
    for key in parts:
        if key not in {"label", "value", "type"}:
            reader.complain(f"{at}.{key}", "unknown-field", field=f"{at}.{key}", **_hint(str(key), ("label", "value", "type")))
    label, kind = reader.plain(parts.get("label"), at), reader.plain(parts.get("type"), at)
    written = reader.plain(parts.get("value"), at)
    if not written:
        if not isinstance(parts.get("value"), (list, Mapping)):
            reader.complain(at, "empty-text", field=at)
        return None
    try:
        return parse_fact(name, written, label, kind)
    except ValueError as error:
        shown = kind if str(error) == "fact-type" else written
        reader.complain(at, str(error), field=name, value=shown, type=kind or "date", choices=", ".join(TYPES))
        return None


def _scope(reader: Reader) -> Scope:
    raw = reader.head.values.get("scope")
    if raw is None:
        return Scope()
    if not isinstance(raw, Mapping):
        reader.complain("scope", "not-a-mapping", field="scope")
        return Scope()
    parts: dict[str, tuple[str, ...]] = {}
    for key, value in raw.items():
        if key not in {"districts", "halls", "channels"}:
            reader.complain(f"scope.{key}", "unknown-field", field=f"scope.{key}", **_hint(str(key), ("districts", "halls", "channels")))
            continue
        items = value if isinstance(value, list) else [value]
        parts[str(key)] = tuple(t for t in (reader.plain(i, f"scope.{key}") for i in items) if t)
    return Scope(**parts)


def _pairs(reader: Reader, name: str, first: str, second: str) -> list[tuple[str, str]]:
    found = []
    for at, item in reader.items(name):
        if isinstance(item, Mapping):
            extra = set(item) - {first, second}
            a, b = reader.plain(item.get(first), at), reader.plain(item.get(second), at)
        else:
            extra, a, b = set(), reader.plain(item, at), ""
        if extra or not a:
            reader.complain(at, "bad-item", field=name, form=f"{{{first}, {second}}}")
        else:
            found.append((a, b))
    return found


def _never_say(reader: Reader) -> tuple[NeverSay, ...]:
    return tuple(NeverSay(phrase, reason) for phrase, reason in _pairs(reader, "never_say", "phrase", "reason"))


def _empower(reader: Reader) -> tuple[Power, ...]:
    powers = (Power(a, b) if b else Power("", a) for a, b in _pairs(reader, "empower", "role", "may"))
    return tuple(powers)


def unreadable(path: str, reason: str) -> Fault:
    """The fault of a file that the system would not give."""
    return fault(path, 1, "unreadable", reason=reason)
