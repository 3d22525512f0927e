"""Content files for tests, written as an author writes them."""

from pathlib import Path

from kb.entry import Entry
from kb.faults import Fault
from kb.library import Library
from kb.parse import parse_entry


def file_text(head: str = "", body: str = "> 您好。", entry_id: str = "a", kind: str = "script") -> str:
    """A whole file: id, title and kind stand on lines 2 to 4, `head` begins on line 5."""
    more = f"{head.strip(chr(10))}\n" if head else ""
    return f"---\nid: {entry_id}\ntitle: 标题\nkind: {kind}\n{more}---\n{body}\n"


def read(head: str = "", body: str = "> 您好。", entry_id: str = "a", kind: str = "script") -> tuple[Entry, list[Fault]]:
    """The entry of such a file with its faults; the file must be usable."""
    entry, faults = parse_entry(file_text(head, body, entry_id, kind), f"{entry_id}.md")
    assert entry is not None, faults
    return entry, faults


def library_of(**files: str) -> Library:
    """A library of whole files by name; every file must be usable."""
    entries = []
    for name, text in files.items():
        entry, faults = parse_entry(text, f"{name}.md")
        assert entry is not None, faults
        assert not faults, faults
        entries.append(entry)
    return Library.of(entries)


def write(folder: Path, **files: str | bytes) -> Path:
    """A content folder of the given files (`name` → `name.md`)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.md").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def found(faults: list[Fault]) -> list[tuple[int, str]]:
    """(line, code) of faults."""
    return [(f.line, f.code) for f in faults]
