"""What is wrong with one entry before it is published, by field of its form. PURE."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kb.authoring.entryform import EntryForm
from kb.check import check_entries
from kb.entry import Entry
from kb.faults import Fault, warning
from kb.library import Library
from kb.parse import parse_entry
from kb.references import references

DRAFT = "draft.md"
_TAG = re.compile(r"</?(?:script|style|iframe|object|embed|img|svg|form|input|a|div|span|table|font|b|i|br|p)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with the field of the form it belongs to (`title`, `facts.fee`, `asks.2`, `body`; "" for the whole), and the line of that field.

    `elsewhere` is the id of another entry that this change would break.
    """

    field: str
    line: int
    fault: Fault
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft as an entry, None where it cannot be one, with everything that is wrong with it."""

    entry: Entry | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Those that keep it from being published."""
        return tuple(f for f in self.findings if not f.fault.warning)


def check_draft(text: str, library: Library, today: date, replaces: str = "") -> Checked:
    """Check a draft in the place of the file `replaces` ("" for a new one); of other entries only those that this one can break are looked at.

    What was wrong with them before is not this draft's fault.
    """
    entry, faults = parse_entry(text, replaces or DRAFT)
    if entry is None:
        return Checked(None, tuple(Finding(_named(f), f.line, f) for f in faults))
    after = with_entries(library, [entry], {replaces})
    touched = dependants(after, entry.id)
    known = {_key(f) for f in check_entries(library, touched, today)}
    others = [f for f in check_entries(after, [entry, *touched], today) if f.path == entry.source.path or _key(f) not in known]
    ids = {e.source.path: e.id for e in after.entries}
    found = [*faults, *_markup(entry), *others]
    own = (Finding(*_field(entry, f), f) for f in found if f.path == entry.source.path)
    foreign = (Finding("", f.line, f, ids.get(f.path, "")) for f in others if f.path != entry.source.path)
    return Checked(entry, (*dict.fromkeys(own), *foreign))


def _key(fault: Fault) -> tuple[str, int, str, str]:
    return fault.path, fault.line, fault.code, fault.text()


def with_entries(library: Library, entries: Iterable[Entry], paths: Iterable[str]) -> Library:
    """The library with these entries in the place of what was read from these paths."""
    gone, fresh = {path for path in paths if path}, list(entries)
    return Library.of([*(e for e in library.entries if e.source.path not in gone), *fresh], library.digest)


def dependants(library: Library, entry_id: str) -> list[Entry]:
    """The entries that refer to one, or say that they replace it."""
    return [e for e in library.entries if e.id != entry_id and (entry_id in e.supersedes or entry_id in _named_in(e, entry_id))]


def _named_in(entry: Entry, wanted: str) -> set[str]:
    texts = (entry.body, *entry.must_say, *(n.reason for n in entry.never_say), *(p.may for p in entry.empower))
    likely = [t for t in (*texts, *(f.value for f in entry.facts.values())) if wanted in t]
    return {ref.entry_id for text in likely for ref in references(text)}


def _markup(entry: Entry) -> list[Fault]:
    path, line = entry.source.path, entry.source.line
    rows = [(line("title"), entry.title), *((line(f"must_say.{i}"), t) for i, t in enumerate(entry.must_say))]
    rows += enumerate(entry.body.split("\n"), entry.source.body_line)
    return [warning(path, at, "html-shown", tag=m[0][:40]) for at, text in rows for m in _TAG.finditer(text)]


def _named(fault: Fault) -> str:
    """The field a fault of an unusable entry names itself."""
    name = str(fault.args.get("field", "id" if fault.code == "bad-id" else ""))
    return name if name in EntryForm.__slots__ else ""


def _field(entry: Entry, fault: Fault) -> tuple[str, int]:
    """(field, line within the body): the deepest row of the form that begins on the fault's line or last before it."""
    source = entry.source
    if fault.code == "missing-field":
        return _named(fault), 0
    if fault.line >= source.body_line:
        return "body", fault.line - source.body_line + 1
    at = max((line for line in source.lines.values() if line <= fault.line), default=0)
    names = [name for name, line in source.lines.items() if line == at and name.count(".") <= 1]
    deep = [name for name in names if "." in name]
    if len(deep) == 1:
        return deep[0].removeprefix("scope."), 0
    return names[0].partition(".")[0] if names else "", 0
