"""Two forms of an entry compared: what was struck out and what is new, in words and in facts. PURE."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from kb.authoring.entryform import Banned, EntryForm, FactLine, PowerLine

_TOKEN = re.compile(r"\{\{.*?\}\}|[A-Za-z0-9_.%/-]+|\s+|.", re.DOTALL)
_MOST_TOKENS = 4000
_LEFT_OUT = frozenset({"version", "facts"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of the form whose words changed."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact before and after; "" where it was not there, or is no longer."""

    name: str
    label: str
    before: str
    after: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts in order: those that are not `new` are `before`, those that are not `gone` are `after`."""
    olds, news = (text.splitlines(keepends=True) for text in (before, after))
    found: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        old, new = "".join(olds[a:b]), "".join(news[c:d])
        found += [Piece("same", old)] if tag == "equal" else _within(old, new)
    return _joined(found)


def _within(old: str, new: str) -> list[Piece]:
    olds, news = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(olds), len(news)) > _MOST_TOKENS:
        return [Piece("gone", old), Piece("new", new)]
    found = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(olds[a:b])))
        else:
            found += [Piece("gone", "".join(olds[a:b])), Piece("new", "".join(news[c:d]))]
    return found


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for piece in pieces:
        if piece.text and found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return tuple(found)


def form_diff(before: EntryForm, after: EntryForm) -> tuple[FieldChange, ...]:
    """The fields whose words changed, without facts and version, in the form's order; the rows of a list stand one a line."""
    names = [f.name for f in fields(EntryForm) if f.name not in _LEFT_OUT]
    texts = ((name, _text(getattr(before, name)), _text(getattr(after, name))) for name in names)
    return tuple(FieldChange(name, word_diff(old, new)) for name, old, new in texts if old != new)


def fact_diff(before: EntryForm, after: EntryForm) -> tuple[FactChange, ...]:
    """The facts that changed, came or went, in the new order."""
    old, new = ({f.name: f for f in form.facts} for form in (before, after))
    found = []
    for name in dict.fromkeys([*new, *old]):
        a, b = old.get(name), new.get(name)
        if a != b:
            found.append(FactChange(name, (b or a or FactLine(name)).label, a.value if a else "", b.value if b else ""))
    return tuple(found)


def _text(value: object) -> str:
    return "".join(f"{_row(item)}\n" for item in value) if isinstance(value, tuple) else str(value)


def _row(item: object) -> str:
    if isinstance(item, Banned):
        return f"{item.phrase}（{item.reason}）" if item.reason else item.phrase
    if isinstance(item, PowerLine):
        return f"{item.role}：{item.may}" if item.role else item.may
    return str(item)
