"""What a publication will do: which files it writes, and under which version. Use cases: they take a Session and never commit."""

import difflib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from kb.authoring.draftcheck import with_entries
from kb.authoring.drafts import Draft, base_text
from kb.authoring.entryfiles import EntryFile, FileWrite, files_of, path_for
from kb.authoring.entryform import read_form
from kb.authoring.entrytext import apply_form
from kb.authoring.writing import check, refuse_faulty
from kb.entry import Entry, EntryRef, Status
from kb.errors import ConflictError
from kb.ledger import digest, history
from kb.library import Library
from kb.parse import parse_entry


@dataclass(frozen=True, slots=True)
class Plan:
    """One publication: the entry as it will stand, the version it replaces (0 for none), and the files, the entry's own last."""

    draft_id: int
    entry_id: str
    version: int
    base_version: int
    files: tuple[FileWrite, ...]

    @property
    def ref(self) -> EntryRef:
        """The version that is published."""
        return EntryRef(self.entry_id, self.version)

    @property
    def paths(self) -> tuple[str, ...]:
        """The files below the content folder."""
        return tuple(file.path for file in self.files)

    @property
    def in_place(self) -> bool:
        """Whether the file of the version before is written over."""
        return bool(self.files[-1].before)

    def to_json(self) -> str:
        """As it is kept in the history of the draft."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """What `to_json` wrote."""
        data = json.loads(text)
        return cls(**{**data, "files": tuple(FileWrite(**file) for file in data["files"])})

    def entries(self) -> list[Entry]:
        """What the files will hold."""
        found = (parse_entry(file.text, file.path)[0] for file in self.files)
        return [entry for entry in found if entry is not None]


def plan(session: Session, content: Path, library: Library, draft: Draft, today: date) -> Plan:
    """How a draft becomes a file; `library` is what clerks have now.

    A change that begins on a later day leaves today's wording in its file until the day before, and stands in a file of its own.
    Raises ContentError for a draft with errors; ConflictError when the file was changed elsewhere (with the difference), is gone, or nothing changed.
    """
    checked = check(draft, library, today)
    refuse_faulty(checked)
    entry = checked.entry
    assert entry is not None
    files = files_of(content, draft.entry_id)
    base = _base(session, draft, files)
    version = _version(session, library, base.entry if base else None, entry)
    text = _with(draft.text, version=str(version)) if version != entry.version else draft.text
    entry = replace(entry, version=version)
    if base is None:
        if files or library.versions(entry.id):
            raise ConflictError("entry-id-taken", id=entry.id)
        writes = [FileWrite(_free(content, path_for(library, entry)), "", text)]
    elif text == base.text:
        raise ConflictError("publish-nothing")
    elif _begins_later(base.entry, entry, today):
        writes = _closed(base, entry)
        writes.append(FileWrite(_free(content, path_for(library, entry, later=True)), "", text))
    else:
        writes = [FileWrite(base.path, base.digest, text)]
    return Plan(draft.id, entry.id, version, base.entry.version if base else 0, tuple(writes))


def _base(session: Session, draft: Draft, files: Sequence[EntryFile]) -> EntryFile | None:
    """The file that the draft changes, when it is still as it was."""
    if not draft.base_version:
        return None
    found = next((f for f in files if f.entry.version == draft.base_version), files[-1] if files else None)
    if found is None:
        raise ConflictError("file-gone", id=draft.entry_id)
    if found.digest != draft.base_digest:
        before, after = (text.split("\n") for text in (base_text(session, draft.id), found.text))
        diff = "\n".join(difflib.unified_diff(before, after, "draft", "file", lineterm="", n=1))
        raise ConflictError("file-changed-outside", path=found.path, diff=diff)
    return found


def _free(content: Path, path: str) -> str:
    if (content / path).exists():
        raise ConflictError("file-taken", path=path)
    return path


def _with(text: str, **changes: str) -> str:
    return apply_form(text, replace(read_form(text), **changes))  # type: ignore[arg-type]  # texts for fields that are texts


def _version(session: Session, library: Library, base: Entry | None, entry: Entry) -> int:
    """The same version where the wording is the same, the next one where it is not and somebody may have been told the old one."""
    told = {p.ref.version for p in history(session, entry.id)} | {e.version for e in library.versions(entry.id) if e.status is not Status.DRAFT}
    last = max(told, default=0)
    if base and digest(replace(entry, version=base.version)) == digest(base):
        return base.version
    if base and base.version not in told:
        return max(base.version, last + 1)
    return last + 1 if told else entry.version


def _begins_later(base: Entry, entry: Entry, today: date) -> bool:
    starts = entry.effective_from or date.min
    began = base.effective_from or date.min
    return base.version != entry.version and base.in_force(today) and entry.status is Status.PUBLISHED and starts > max(today, began)


def _closed(base: EntryFile, entry: Entry) -> list[FileWrite]:
    """Today's wording, ending on the day before the new one begins."""
    assert entry.effective_from is not None
    last = entry.effective_from - timedelta(days=1)
    if base.entry.effective_to and base.entry.effective_to <= last:
        return []
    return [FileWrite(base.path, base.digest, _with(base.text, effective_to=last.isoformat()))]


def library_after(library: Library, plan_: Plan) -> Library:
    """What clerks will have: the library they have now with the files of the plan, and nothing else that lies in the content folder."""
    fresh = plan_.entries()
    replaced = {e.version for e in fresh} | ({plan_.base_version} if plan_.in_place else set())
    gone = {e.source.path for e in library.versions(plan_.entry_id) if e.version in replaced}
    after = with_entries(library, fresh, gone | set(plan_.paths))
    changes = "".join(f"{file.path}\n{file.text}\n" for file in plan_.files)
    return replace(after, digest=hashlib.sha256(f"{library.digest}\n{changes}".encode()).hexdigest()[:16])
