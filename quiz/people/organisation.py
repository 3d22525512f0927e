"""The tree of branch, districts and halls, and its changes. Use cases: they take a Session and `now`, and never commit."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kb import day_of
from kb.errors import ConflictError, QueryError
from quiz.audit import note
from quiz.people.directory import units
from quiz.people.roles import Unit, UnitKind
from quiz.people.rostercolumns import LONGEST_NUMBER, LONGEST_UNIT, plain
from quiz.people.rosterstore import free_codes
from quiz.tables import MembershipRow, UnitRow

_CODE = re.compile(rf"[A-Z0-9][A-Z0-9._-]{{0,{LONGEST_NUMBER - 1}}}")
_ABOVE = {UnitKind.BRANCH: None, UnitKind.DISTRICT: UnitKind.BRANCH, UnitKind.HALL: UnitKind.DISTRICT}


@dataclass(frozen=True, slots=True)
class Branching:
    """A unit in the tree: how deep, how many work right there, and how many there and below."""

    unit: Unit
    depth: int
    here: int
    people: int


def tree(session: Session, day: date) -> list[Branching]:
    """Every unit under the one above it, by code, with its people on a day. Two statements."""
    query = select(MembershipRow.unit_id, func.count()).where(on_day(day)).group_by(MembershipRow.unit_id)
    return grown(units(session).values(), dict(session.execute(query).all()))


def on_day(day: date):  # type: ignore[no-untyped-def]  # noqa: ANN201 - SQLAlchemy's expression
    """The stays that hold on a day."""
    return (MembershipRow.from_day <= day) & or_(MembershipRow.to_day.is_(None), MembershipRow.to_day > day)


def grown(every: Iterable[Unit], here: Mapping[int, int]) -> list[Branching]:
    """The units in the order of the tree; open ones before closed ones."""
    children: dict[int | None, list[Unit]] = {}
    for unit in every:
        children.setdefault(unit.parent_id, []).append(unit)
    found: list[Branching] = []
    waiting = [(unit, 0) for unit in reversed(_open_first(children.get(None, [])))]
    while waiting:
        unit, depth = waiting.pop()
        found.append(Branching(unit, depth, here.get(unit.id, 0), 0))
        waiting += [(child, depth + 1) for child in reversed(_open_first(children.get(unit.id, [])))]
    total: Counter[int | None] = Counter()
    for node in reversed(found):  # whoever is below comes later in the order
        total[node.unit.id] += node.here
        total[node.unit.parent_id] += total[node.unit.id]
    return [Branching(node.unit, node.depth, node.here, total[node.unit.id]) for node in found]


def _open_first(units_: Iterable[Unit]) -> list[Unit]:
    return sorted(units_, key=lambda unit: unit.closed_on is not None)


def add_unit(session: Session, kind: UnitKind, name: str, code: str, parent_id: int | None, actor: str, now: datetime) -> int:
    """A new unit below another; without a code one is made up. Raises QueryError and ConflictError."""
    name = _clean_name(session, name, parent_id)
    parent = session.get(UnitRow, parent_id) if parent_id is not None else None
    if (parent.kind if parent else None) != _ABOVE[kind]:
        raise QueryError("unit-place-bad")
    if parent and parent.closed_on:
        raise ConflictError("unit-closed", name=parent.name)
    code = _clean_code(session, code) if plain(code) else next(free_codes(kind, session.scalars(select(UnitRow.code))))
    row = UnitRow(kind=kind.value, code=code, name=name, parent_id=parent_id)
    session.add(row)
    session.flush()
    note(session, now, actor, "unit-add", "unit", row.id, name=name, code=code)
    return row.id


def rename_unit(session: Session, unit_id: int, name: str, code: str, actor: str, now: datetime) -> None:
    """Another name or code; scores stay with the unit. Raises QueryError and ConflictError."""
    row = _row(session, unit_id)
    name = _clean_name(session, name, row.parent_id, unit_id)
    code = _clean_code(session, code, unit_id) if plain(code) else row.code
    if (name, code) == (row.name, row.code):
        return
    note(session, now, actor, "unit-rename", "unit", unit_id, changes=[["name", row.name, name], ["code", row.code, code]])
    row.name, row.code = name, code
    session.flush()


def close_unit(session: Session, unit_id: int, actor: str, now: datetime) -> None:
    """Nobody can be placed there from today on. Raises ConflictError while people work there, or are to, or units below it are open."""
    row, today = _row(session, unit_id), day_of(now)
    later = or_(MembershipRow.to_day.is_(None), MembershipRow.to_day > today)
    people = session.scalar(select(func.count()).select_from(MembershipRow).where(MembershipRow.unit_id == unit_id, later)) or 0
    below = session.scalar(select(func.count()).select_from(UnitRow).where(UnitRow.parent_id == unit_id, UnitRow.closed_on.is_(None))) or 0
    if people or below:
        raise ConflictError("unit-occupied", name=row.name, people=people, units=below)
    if row.closed_on is None:
        row.closed_on = today
        note(session, now, actor, "unit-close", "unit", unit_id, name=row.name)
        session.flush()


def reopen_unit(session: Session, unit_id: int, actor: str, now: datetime) -> None:
    """A closed unit is in use again. Raises ConflictError while the one above it is closed."""
    row = _row(session, unit_id)
    over = session.get(UnitRow, row.parent_id) if row.parent_id is not None else None
    if over and over.closed_on:
        raise ConflictError("unit-closed", name=over.name)
    if row.closed_on is not None:
        row.closed_on = None
        note(session, now, actor, "unit-reopen", "unit", unit_id, name=row.name)
        session.flush()


def _row(session: Session, unit_id: int) -> UnitRow:
    row = session.get(UnitRow, unit_id)
    if row is None:
        raise QueryError("unit-missing")
    return row


def _clean_name(session: Session, text: str, parent_id: int | None, itself: int = 0) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_UNIT or not name.isprintable():
        raise QueryError("unit-name-bad", limit=LONGEST_UNIT)
    twin = select(UnitRow.id).where(UnitRow.name == name, UnitRow.parent_id.is_not_distinct_from(parent_id), UnitRow.id != itself)
    if session.scalar(twin.limit(1)) is not None:
        raise ConflictError("unit-taken", name=name)
    return name


def _clean_code(session: Session, text: str, itself: int = 0) -> str:
    code = plain(text).upper()
    if not _CODE.fullmatch(code):
        raise QueryError("unit-code-bad", limit=LONGEST_NUMBER)
    if session.scalar(select(UnitRow.id).where(func.upper(UnitRow.code) == code, UnitRow.id != itself)) is not None:
        raise ConflictError("unit-code-taken", value=code)
    return code
