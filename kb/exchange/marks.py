"""What a taken-out text says beside what is read, so that it can be brought in again: names, and the references behind its numbers. PURE.

A mark stands behind what it belongs to: `59 元⟦tariff-59.fee=59 元⟧`, `月费⟦#fee⟧`. In Word it is hidden text; in a workbook the texts with marks
stand in hidden columns.
"""

import re
from collections.abc import Callable
from datetime import date

from kb.entry import Entry
from kb.library import Library
from kb.references import references, render, resolve

MARK = re.compile(r"⟦[^⟦⟧]*⟧")
_QUOTED = re.compile(r"⟦([^⟦⟧=#]+)=([^⟦⟧]+)⟧")
_NAME = re.compile(r"⟦#([a-z0-9][a-z0-9_-]*)⟧")


def marked(library: Library, entry: Entry, day: date) -> Callable[[str], str]:
    """How a text of an entry is written with the numbers of a day and the reference behind each of them."""
    lookup = library.lookup(day)

    def said(text: str) -> str:
        written = iter([ref.written for ref in references(text) if resolve(ref, entry, lookup)])
        return render(text, entry, lookup, lambda _fact, value: f"{value}⟦{next(written)}={value}⟧")

    return said


def name_mark(name: str) -> str:
    """The mark of a name: the id of an entry behind its title, the name of a fact behind its label."""
    return f"⟦#{name}⟧"


def named(text: str) -> tuple[str, str]:
    """(a text without its marks, the name that stood in one or "")."""
    found = _NAME.search(text)
    return unmarked(text).strip(), found[1] if found else ""


def unmarked(text: str) -> str:
    """A text as it is read."""
    return MARK.sub("", text)


def restored(text: str) -> str:
    """A text with its references again; a number that was changed since is kept as it stands now, and its mark is dropped."""
    found, at = "", 0
    for m in _QUOTED.finditer(text):
        found += text[at : m.start()]
        if found.endswith(m[2]):
            found = found[: -len(m[2])] + "{{ " + m[1] + " }}"
        at = m.end()
    return found + text[at:]


def restored_lines(seen: str, kept: str) -> str:
    """What is seen now, with its references again in the lines that are as they were; `kept` is the text as it was taken out, with its marks."""
    before = {unmarked(line).strip(): line for line in kept.split("\n")}
    return "\n".join(restored(before.get(line.strip(), line)) for line in seen.split("\n"))
