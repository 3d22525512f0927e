"""Differences as the pages show them: long unchanged stretches are cut short."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.authoring.entrydiff import FactChange, FieldChange, Piece, fact_diff, form_diff
from kb.authoring.entryform import Banned, EntryForm, FactLine, PowerLine
from web.authoring.words import STATUSES
from web.labels import KINDS

_AROUND, _LONG = 60, 200


@dataclass(frozen=True, slots=True)
class Difference:
    """What a draft changes: in facts, and field by field in words."""

    facts: tuple[FactChange, ...]
    fields: tuple[FieldChange, ...]


def difference(before: EntryForm, after: EntryForm) -> Difference:
    """The difference of two forms, ready for the page."""
    fields = form_diff(_in_words(before), _in_words(after))
    return Difference(fact_diff(before, after), tuple(FieldChange(c.field, shortened(c.pieces)) for c in fields))


def _in_words(form: EntryForm) -> EntryForm:
    """The form with kind and status as the pages call them."""
    return replace(form, kind=str(KINDS.get(form.kind, form.kind)), status=str(STATUSES.get(form.status, form.status)))


def shortened(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces with what is the same cut down to its surroundings; `cut` stands for what was left out."""
    every = tuple(pieces)
    found: list[Piece] = []
    for number, piece in enumerate(every):
        if piece.kind != "same" or len(piece.text) <= _LONG:
            found.append(piece)
            continue
        head = piece.text[:_AROUND] if number else ""
        tail = piece.text[-_AROUND:] if number < len(every) - 1 else ""
        if not head and not tail:
            head = piece.text[:_LONG]
        found += [Piece("same", head), Piece("cut", ""), Piece("same", tail)]
    return tuple(piece for piece in found if piece.text or piece.kind == "cut")


def shown_value(value: object) -> str:
    """A field of the form as text, the rows of a list one a line."""
    return "\n".join(map(_row, value)) if isinstance(value, tuple) else str(value)


def _row(row: object) -> str:
    match row:
        case FactLine():
            return f"{row.label or row.name}：{row.value}"
        case Banned():
            return f"{row.phrase}（{row.reason}）" if row.reason else row.phrase
        case PowerLine():
            return f"{row.role}：{row.may}" if row.role else row.may
    return str(row)
