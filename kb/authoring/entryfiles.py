"""Entry files on disk: found by id, written whole or not at all, with the line ends they had."""

import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kb.entry import Entry, Kind
from kb.errors import StorageError
from kb.frontmatter import decode
from kb.library import Library, entry_files
from kb.parse import parse_entry

_FOLDERS = {Kind.SCRIPT: "scripts", Kind.TARIFF: "tariffs", Kind.BASIC: "basics"}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class EntryFile:
    """One file of an entry: its path below the content folder, its bytes as text, their fingerprint, and the entry it holds."""

    path: str
    text: str
    digest: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class FileWrite:
    """A file to be written: `before` is the fingerprint of what has to stand there now, "" for nothing."""

    path: str
    before: str
    text: str


def fingerprint(data: bytes) -> str:
    """The fingerprint of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def on_disk(content: Path, path: str) -> str:
    """The fingerprint of a file below the content folder, "" where there is none. Raises StorageError when it cannot be read."""
    try:
        return fingerprint((content / path).read_bytes())
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise StorageError("disk", path=path, reason=error.strerror or str(error)) from error


def files_of(content: Path, entry_id: str) -> list[EntryFile]:
    """The readable files of an entry, its versions in order."""
    named = re.compile(rb"^id:[ \t]*[\"']?" + re.escape(entry_id.encode()) + rb"[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
    found = []
    for path in entry_files(content):
        with suppress(OSError):
            data = path.read_bytes()
            if named.search(data[:4096]) and (file := _read(content, path, data)) and file.entry.id == entry_id:
                found.append(file)
    return sorted(found, key=lambda f: f.entry.version)


def _read(content: Path, path: Path, data: bytes) -> EntryFile | None:
    name = path.relative_to(content).as_posix()
    text, wrong = decode(data, name)
    entry = None if wrong else parse_entry(text, name)[0]
    return EntryFile(name, text, fingerprint(data), entry) if entry else None


def path_for(library: Library, entry: Entry, *, later: bool = False) -> str:
    """Where the file of a new entry goes: beside those of its kind and topic.

    `later` names a further file of an entry whose first one stays, because its wording holds until another begins.
    """
    beside = [e.source.path.rpartition("/")[0] for e in library.entries if e.kind is entry.kind and e.topic == entry.topic and e.source.path]
    folder = max(set(beside), key=beside.count) if beside else _FOLDERS[entry.kind]
    name = f"{entry.id}.v{entry.version}.md" if later else f"{entry.id}.md"
    return f"{folder}/{name}" if folder else name


def write_all(content: Path, files: Sequence[FileWrite]) -> None:
    """Put all files in their places, or leave every place as it was. Raises StorageError when the disk refuses."""
    kept: list[tuple[Path, bytes | None]] = []
    drafts: list[tuple[Path, Path]] = []
    try:
        for file in files:
            target = content / file.path
            before = target.read_bytes() if target.exists() else None
            drafts.append((_draft(target, encoded(file.text, before)), target))
            kept.append((target, before))
        for draft, target in drafts:
            draft.replace(target)
            _sync_folder(target.parent)
    except OSError as error:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
        _put_back(kept)
        raise StorageError("disk", path=content, reason=error.strerror or str(error)) from error


def encoded(text: str, before: bytes | None) -> bytes:
    """The bytes of a file: with the mark and the line ends it had; its very bytes where the text is the same."""
    if before is None:
        return text.encode()
    if decode(before, "")[0] == text:
        return before
    data = text.encode()
    if b"\r\n" in before:
        data = data.replace(b"\n", b"\r\n")
    return _BOM + data if before.startswith(_BOM) else data


def _draft(target: Path, data: bytes) -> Path:
    """The bytes safely on disk under another name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            draft.chmod(target.stat().st_mode & 0o777)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put_back(kept: Sequence[tuple[Path, bytes | None]]) -> None:
    for target, before in kept:
        with suppress(OSError):
            if before is None:
                target.unlink(missing_ok=True)
            elif target.read_bytes() != before:
                _draft(target, before).replace(target)
