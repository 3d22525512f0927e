"""Importing a roster in one transaction, in bulk. Use cases: they take a Session and `now`, and never commit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from itertools import count, islice
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from kb import day_of
from kb.errors import ConflictError
from quiz.audit import note, note_all
from quiz.people.directory import units
from quiz.people.roles import Role, Stay, UnitKind
from quiz.people.roster import DOES_SOMETHING, Choices, Decision, Item, Known, Plan, State, plan
from quiz.people.rostercolumns import GONE, WORKING, Column, Roster
from quiz.people.rosterunits import Key, NewUnit
from quiz.people.stays import ended, placed
from quiz.tables import EmployeeRow, MembershipRow, UnitRow

_AT_ONCE = 5_000  # keys in one statement: SQLite takes 32,766 at most
_PREFIX = {UnitKind.BRANCH: "B", UnitKind.DISTRICT: "D", UnitKind.HALL: "H"}
T = TypeVar("T")


def roster_state(session: Session) -> State:
    """Everybody with their stays, and every unit, in three statements."""
    stays: dict[int, list[Stay]] = {}
    query = select(MembershipRow.employee_id, MembershipRow.unit_id, MembershipRow.from_day, MembershipRow.to_day).order_by(MembershipRow.from_day)
    for employee_id, unit_id, from_day, to_day in session.execute(query):
        stays.setdefault(employee_id, []).append(Stay(unit_id, from_day, to_day))
    rows = session.execute(select(EmployeeRow.id, EmployeeRow.number, EmployeeRow.name, EmployeeRow.role, EmployeeRow.active))
    people = {r.number: Known(r.id, r.number, r.name, Role(r.role), r.active, tuple(stays.get(r.id, ()))) for r in rows}
    return State(people, tuple(units(session).values()))


def import_roster(session: Session, roster: Roster, choices: Choices, filename: str, actor: str, now: datetime) -> Plan:
    """Plan against what is there now, and do it. Raises ConflictError, having to be rolled back, when no administrator would be left."""
    state, today = roster_state(session), day_of(now)
    planned = plan(roster, state, today, choices)
    ids = _make_units(session, _needed(planned), actor, now)
    new = [item for item in planned.items if item.decision is Decision.NEW]
    added = _add(session, new)
    known = [item for item in planned.items if item.known and item.decision in DOES_SOMETHING]
    _update(session, known, planned.missing)
    _rewrite(session, dict(_histories(known, added, new, planned.missing, ids, today)), set(added))
    note_all(session, now, actor, "employee", _log(planned, filename, today))
    totals = {decision.value: number for decision, number in planned.totals.items() if number}
    note(session, now, actor, "import", "roster", filename[:200], **totals, missing=len(planned.missing), units=len(ids))
    session.flush()
    session.expire_all()
    keep_an_admin(session, before=any(k.role is Role.ADMIN and k.active for k in state.people.values()))
    return planned


def keep_an_admin(session: Session, *, before: bool = True) -> None:
    """Raises ConflictError when there was an administrator and none is left."""
    query = select(func.count()).select_from(EmployeeRow).where(EmployeeRow.role == Role.ADMIN.value, EmployeeRow.active)
    if before and not session.scalar(query):
        raise ConflictError("last-admin")


def _needed(planned: Plan) -> list[NewUnit]:
    """The new units at or above which somebody is placed, upper ones first."""
    proposed: dict[Key, NewUnit] = {unit.key: unit for unit in planned.units}
    keys: set[Key] = set()
    for item in planned.items:
        key = item.target if item.decision in DOES_SOMETHING else None
        while isinstance(key, str) and key not in keys:
            keys.add(key)
            key = proposed[key].parent
    return [unit for unit in planned.units if unit.key in keys]


def free_codes(kind: UnitKind, taken: Iterable[str]) -> Iterator[str]:
    """Codes for units of which none was given: H001, H002 and so on."""
    used = set(taken)
    return (code for number in count(1) if (code := f"{_PREFIX[kind]}{number:03}") not in used)


def _make_units(session: Session, wanted: Sequence[NewUnit], actor: str, now: datetime) -> dict[Key, int]:
    """The ids of the units made."""
    ids: dict[Key, int] = {}
    taken = {*session.scalars(select(UnitRow.code)), *(unit.code for unit in wanted)}
    for kind in UnitKind:
        level, codes = [unit for unit in wanted if unit.kind is kind], free_codes(kind, taken)
        over = [ids[unit.parent] if isinstance(unit.parent, str) else unit.parent for unit in level]
        rows = [UnitRow(kind=kind.value, code=u.code or next(codes), name=u.name, parent_id=o) for u, o in zip(level, over, strict=True)]
        session.add_all(rows)
        session.flush()
        ids.update({unit.key: row.id for unit, row in zip(level, rows, strict=True)})
        note_all(session, now, actor, "unit", (("unit-add", row.id, {"name": row.name, "code": row.code}) for row in rows))
    return ids


def _add(session: Session, items: Sequence[Item]) -> list[int]:
    rows = [{"number": i.line.number, "name": i.line.name, "role": _role(i).value, "active": True} for i in items]
    if not rows:
        return []
    session.execute(insert(EmployeeRow), rows)
    ids: dict[str, int] = {}
    for numbers in chunks((item.line.number for item in items), _AT_ONCE):
        ids.update(dict(session.execute(select(EmployeeRow.number, EmployeeRow.id).where(EmployeeRow.number.in_(numbers))).all()))
    return [ids[item.line.number] for item in items]


def _role(item: Item) -> Role:
    role = item.line.role or (item.known.role if item.known else None)
    assert role is not None  # a new person without a role is faulty
    return role


def _update(session: Session, items: Iterable[Item], missing: Iterable[Known]) -> None:
    rows = [
        {"id": i.known.id, "name": i.line.name, "role": _role(i).value, "active": i.known.active if i.line.active is None else i.line.active}
        for i in items
        if i.known
    ]
    rows += [{"id": known.id, "name": known.name, "role": known.role.value, "active": False} for known in missing]
    if rows:
        session.execute(update(EmployeeRow), rows)


def _histories(
    known: Iterable[Item], added: Sequence[int], new: Sequence[Item], missing: Iterable[Known], ids: Mapping[Key, int], today: date
) -> Iterator[tuple[int, tuple[Stay, ...]]]:
    """(employee, whole history) of everybody whose stays change."""
    for employee_id, item in zip(added, new, strict=True):
        yield employee_id, placed((), _target(item, ids), item.day or today)
    for item in known:
        assert item.known is not None
        if item.decision is Decision.LEFT:
            yield item.known.id, ended(item.known.stays, item.day or today)
        elif item.decision is Decision.MOVED:
            yield item.known.id, placed(item.known.stays, _target(item, ids), item.day or today)
    for person in missing:
        yield person.id, ended(person.stays, today)


def _target(item: Item, ids: Mapping[Key, int]) -> int:
    assert item.target is not None
    return item.target if isinstance(item.target, int) else ids[item.target]


def _rewrite(session: Session, histories: Mapping[int, tuple[Stay, ...]], fresh: AbstractSet[int]) -> None:
    """Put the histories in place of what was; the fresh ones have nothing yet."""
    for keys in chunks(histories.keys() - fresh, _AT_ONCE):
        session.execute(delete(MembershipRow).where(MembershipRow.employee_id.in_(keys)))
    rows = [
        {"employee_id": employee_id, "unit_id": stay.unit_id, "from_day": stay.from_day, "to_day": stay.to_day}
        for employee_id, stays in histories.items()
        for stay in stays
    ]
    if rows:
        session.execute(insert(MembershipRow), rows)


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most a size."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def _log(planned: Plan, filename: str, today: date) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """One line of the log for everybody who changes."""
    actions = {Decision.NEW: "add", Decision.MOVED: "move", Decision.CHANGED: "change", Decision.LEFT: "leave"}
    for item in planned.items:
        if action := actions.get(item.decision):
            changes = [[change.column.value, change.before, change.after] for change in item.changes]
            day = {"day": item.day.isoformat()} if item.day else {}
            yield action, item.line.number, {"changes": changes, **day, "file": filename, "row": item.line.row}
    for known in planned.missing:
        gone = [[Column.STATUS.value, WORKING, GONE]]
        yield "leave", known.number, {"changes": gone, "day": today.isoformat(), "file": filename}
