"""The content folder as one immutable Library. PURE apart from reading files."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from kb.entry import ENDING_SOON, Context, Entry, EntryRef, Status, Validity
from kb.errors import ContentError
from kb.faults import Fault
from kb.frontmatter import decode
from kb.parse import parse_entry, unreadable
from kb.references import render

SKIPPED_FOLDERS = frozenset({"questions", "golden"})


@dataclass(frozen=True, slots=True)
class Library:
    """Every readable entry in every version; answers which of them hold on a day and at a place.

    `digest` changes when any entry or the synonyms change; `faults` are those found while reading.
    """

    entries: tuple[Entry, ...]
    digest: str = ""
    faults: tuple[Fault, ...] = ()
    _versions: MappingProxyType[str, tuple[Entry, ...]] = field(default_factory=lambda: MappingProxyType({}))
    _superseders: MappingProxyType[str, tuple[Entry, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, entries: Iterable[Entry], digest: str = "", faults: Iterable[Fault] = ()) -> "Library":
        """A library of the given entries."""
        kept = tuple(sorted(entries, key=lambda e: (e.id, e.version)))
        versions, superseders = defaultdict(list), defaultdict(list)
        for entry in kept:
            versions[entry.id].append(entry)
            for other in entry.supersedes:
                if other != entry.id and entry.status is not Status.DRAFT:
                    superseders[other].append(entry)
        return cls(
            kept,
            digest,
            tuple(faults),
            MappingProxyType({k: tuple(v) for k, v in versions.items()}),
            MappingProxyType({k: tuple(v) for k, v in superseders.items()}),
        )

    def versions(self, entry_id: str) -> tuple[Entry, ...]:
        """Every version of an entry, oldest first; empty when there is none."""
        return self._versions.get(entry_id, ())

    def get(self, ref: EntryRef) -> Entry | None:
        """One version of one entry."""
        return next((e for e in self.versions(ref.entry_id) if e.version == ref.version), None)

    def pick(self, entry_id: str, day: date) -> Entry | None:
        """The version that holds on a day, or else the last one that began, or else the first."""
        versions = self.versions(entry_id)
        holding = [e for e in versions if e.in_force(day)]
        begun = [e for e in versions if (e.effective_from or date.min) <= day]
        found = holding or begun or versions[:1]
        return found[-1] if found else None

    def lookup(self, day: date) -> Callable[[str], Entry | None]:
        """How references are resolved on a day."""
        return lambda entry_id: self.pick(entry_id, day)

    def render(self, text: str, entry: Entry, day: date) -> str:
        """A text of an entry with the numbers of that day."""
        return render(text, entry, self.lookup(day))

    def superseded_by(self, entry: Entry, context: Context) -> Entry | None:
        """The entry that has taken this one's place for the asker, if one has; it stays replaced even after the other ended."""
        for other in self._superseders.get(entry.id, ()):
            if (other.effective_from or date.min) <= context.as_of and _covers(other, context):
                return other
        return None

    def successor(self, entry: Entry, context: Context) -> Entry | None:
        """The last of those that took an entry's place one after the other, None when nothing did."""
        found, seen = self.superseded_by(entry, context), {entry.id}
        while found and found.id not in seen:
            seen.add(found.id)
            later = self.superseded_by(found, context)
            if later is None:
                return found
            found = later
        return None

    def validity(self, entry: Entry, context: Context) -> Validity:
        """Whether and why (not) an entry may be given to a customer."""
        day = context.as_of
        if entry.status is not Status.PUBLISHED:
            return Validity(entry.status.value)
        if entry.effective_to and entry.effective_to < day:
            return Validity.EXPIRED
        if entry.effective_from and entry.effective_from > day:
            return Validity.FUTURE
        if self.superseded_by(entry, context):
            return Validity.SUPERSEDED
        return Validity.ENDING if entry.effective_to and entry.effective_to - day <= ENDING_SOON else Validity.CURRENT

    def current(self, context: Context) -> Iterator[Entry]:
        """The entries that may be given to a customer there and then."""
        for entry in self.entries:
            if entry.scope.allows(context) and self.validity(entry, context) in {Validity.CURRENT, Validity.ENDING}:
                yield entry


def _covers(other: Entry, context: Context) -> bool:
    """A replacement that holds in some places only replaces nothing for an asker whose place is not known."""
    parts = ((other.scope.districts, context.district), (other.scope.halls, context.hall), (other.scope.channels, context.channel))
    return all(not allowed or asked in allowed for allowed, asked in parts)


def entry_files(content: Path) -> list[Path]:
    """The entry files below a content folder, sorted."""
    found = []
    for path in sorted(content.rglob("*.md")):
        parts = path.relative_to(content).parts
        hidden = any(p.startswith(".") for p in parts)
        if not hidden and parts[0] not in SKIPPED_FOLDERS and not path.stem.isupper():
            found.append(path)
    return found


def load_library(content: Path) -> Library:
    """Read every entry below a folder; what cannot be read becomes a fault and does not hide the others.

    Raises ContentError when there is no such folder.
    """
    if not content.is_dir():
        raise ContentError("content-missing", path=content)
    entries, faults, digest = [], list[Fault](), hashlib.sha256()
    for path in entry_files(content):
        name = path.relative_to(content).as_posix()
        try:
            data = path.read_bytes()
        except OSError as error:
            faults.append(unreadable(name, error.strerror or str(error)))
            continue
        digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
        text, wrong = decode(data, name)
        entry = None
        if not wrong:
            entry, wrong = parse_entry(text, name)
        faults += wrong
        if entry is not None:
            entries.append(entry)
    synonyms = content / "synonyms.tsv"
    if synonyms.is_file():
        digest.update(synonyms.read_bytes())
    return Library.of(entries, digest.hexdigest()[:16], faults)
