"""Two changes of one entry put together: field by field, and where both changed a list or the body, row by row. PURE."""

import difflib
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

from kb.authoring.entryform import EntryForm, FactLine, changed_fields

T = TypeVar("T", bound=Hashable)


def merged(base: EntryForm, mine: EntryForm, theirs: EntryForm) -> tuple[EntryForm, tuple[str, ...]]:
    """The form with both changes; the second value names the fields that both changed so that somebody has to decide, where `mine` stands."""
    ours, others = changed_fields(base, mine), changed_fields(base, theirs)
    taken = {name: getattr(theirs, name) for name in others if name not in ours}
    clash = []
    for name in ours:
        if name in others and getattr(mine, name) != getattr(theirs, name):
            both = _both(*(getattr(form, name) for form in (base, mine, theirs)), lined=name == "body")
            if both is None:
                clash.append(name)
            else:
                taken[name] = both
    return replace(mine, **taken), tuple(clash)


def _both(base: object, mine: object, theirs: object, *, lined: bool) -> object | None:
    """A list, or a text of lines, with both changes; None for any other field, and where the changes meet."""
    if isinstance(base, tuple) and isinstance(mine, tuple) and isinstance(theirs, tuple):
        rows = merged_rows(base, mine, theirs)
        names = [row.name for row in rows or () if isinstance(row, FactLine)]
        return None if rows is None or len(set(names)) < len(names) else tuple(rows)
    if not lined:
        return None
    lines = merged_rows(*(str(text).splitlines(keepends=True) for text in (base, mine, theirs)))
    return None if lines is None else "".join(lines)


def merged_rows(base: Sequence[T], mine: Sequence[T], theirs: Sequence[T]) -> list[T] | None:
    """The rows with both changes, None where both changed the same ones. What both added at one place stands there twice over, theirs first."""
    others = _edits(base, theirs)
    ours = [edit for edit in _edits(base, mine) if edit not in others]
    if any(a < d and c < b for a, b, _ in ours for c, d, _ in others):
        return None
    found, at = list[T](), 0
    for start, end, rows in sorted([*others, *ours], key=lambda edit: edit[:2]):
        found += [*base[at:start], *rows]
        at = end
    return [*found, *base[at:]]


def _edits(before: Sequence[T], after: Sequence[T]) -> list[tuple[int, int, tuple[T, ...]]]:
    """(from, to, what stands there instead) for each change."""
    codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(a, b, tuple(after[c:d])) for tag, a, b, c, d in codes if tag != "equal"]
