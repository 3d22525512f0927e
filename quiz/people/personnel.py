"""Changes of one person: entering, editing, moving, leaving, coming back, a new password.

Use cases: they take a Session and `now`, never commit, and note who did it.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb import day_of
from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.audit import note
from quiz.people.accounts import set_password
from quiz.people.roles import Role, Stay, UnitKind, unit_on
from quiz.people.roster import FURTHEST, NEEDS_A_HALL
from quiz.people.rostercolumns import GONE, LONGEST_NAME, LONGEST_NUMBER, ROLE_NAMES, WORKING, Column, plain
from quiz.people.rosterstore import keep_an_admin
from quiz.people.stays import ended, placed
from quiz.tables import AccountRow, EmployeeRow, MembershipRow, UnitRow

_NUMBER = re.compile(rf"[A-Z0-9][A-Z0-9._-]{{0,{LONGEST_NUMBER - 1}}}")
_EARLIEST = date(1990, 1, 1)


def clean_number(text: str) -> str:
    """An employee number in upper case. Raises QueryError."""
    number = plain(text).upper()
    if not _NUMBER.fullmatch(number):
        raise QueryError("number-bad", limit=LONGEST_NUMBER)
    return number


def clean_name(text: str) -> str:
    """A person's name, trimmed. Raises QueryError."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise QueryError("name-bad", limit=LONGEST_NAME)
    return name


def add_person(session: Session, number: str, name: str, role: Role, unit_id: int | None, day: date, actor: str, now: datetime) -> int:
    """Enter somebody who works at a unit from a day on; returns the key. Raises QueryError, and ConflictError when the number is taken."""
    number, name = clean_number(number), clean_name(name)
    if session.scalar(select(EmployeeRow.id).where(EmployeeRow.number == number)) is not None:
        raise ConflictError("number-taken", number=number)
    unit = _unit(session, unit_id, role) if unit_id is not None else None
    _check_day(day, now)
    row = EmployeeRow(number=number, name=name, role=role.value, active=True)
    session.add(row)
    session.flush()
    if unit:
        _rewrite(session, row.id, placed((), unit.id, day))
    changes = [[Column.NAME.value, "", name], [Column.ROLE.value, "", ROLE_NAMES[role]], [Column.HALL.value, "", unit.name if unit else ""]]
    note(session, now, actor, "add", "employee", number, changes=changes, day=day.isoformat())
    session.flush()
    return row.id


def edit_person(session: Session, employee_id: int, name: str, role: Role, actor: str, now: datetime) -> None:
    """Another name or role. Raises QueryError, and ConflictError when no administrator would be left."""
    row, name = _employee(session, employee_id), clean_name(name)
    changes = [[Column.NAME.value, row.name, name]] if name != row.name else []
    if role.value != row.role:
        here = unit_on(_stays(session, employee_id), day_of(now))
        if here is not None:
            _unit(session, here, role, closed_is_fine=True)
        changes.append([Column.ROLE.value, ROLE_NAMES[Role(row.role)], ROLE_NAMES[role]])
    if not changes:
        return
    was_admin = row.role == Role.ADMIN.value and row.active
    row.name, row.role = name, role.value
    session.flush()
    keep_an_admin(session, before=was_admin)
    note(session, now, actor, "change", "employee", row.number, changes=changes)


def move_person(session: Session, employee_id: int, unit_id: int, day: date, actor: str, now: datetime) -> None:
    """To another unit from a day on, in the past or up to a year ahead; whatever was to begin that day or later is dropped."""
    row = _employee(session, employee_id)
    unit, stays = _unit(session, unit_id, Role(row.role)), _stays(session, employee_id)
    _check_day(day, now)
    before = unit_on(stays, day)
    after = placed(stays, unit.id, day)
    if after == stays:
        return
    was = session.get_one(UnitRow, before).name if before is not None else ""
    _rewrite(session, employee_id, after)
    note(session, now, actor, "move", "employee", row.number, changes=[[Column.HALL.value, was, unit.name]], day=day.isoformat())
    session.flush()


def leave(session: Session, employee_id: int, day: date, actor: str, now: datetime) -> None:
    """Somebody has left on a day, today at the latest: they cannot sign in any more, their scores stay."""
    row = _employee(session, employee_id)
    if not row.active:
        return
    _check_day(day, now, last=day_of(now))
    was_admin = row.role == Role.ADMIN.value
    row.active = False
    session.flush()
    keep_an_admin(session, before=was_admin)
    _rewrite(session, employee_id, ended(_stays(session, employee_id), day))
    note(session, now, actor, "leave", "employee", row.number, changes=[[Column.STATUS.value, WORKING, GONE]], day=day.isoformat())
    session.flush()


def come_back(session: Session, employee_id: int, unit_id: int, day: date, actor: str, now: datetime) -> None:
    """Somebody who had left works at a unit again from a day on."""
    row = _employee(session, employee_id)
    unit = _unit(session, unit_id, Role(row.role))
    _check_day(day, now)
    row.active = True
    _rewrite(session, employee_id, placed(_stays(session, employee_id), unit.id, day))
    changes = [[Column.STATUS.value, GONE, WORKING], [Column.HALL.value, "", unit.name]]
    note(session, now, actor, "return", "employee", row.number, changes=changes, day=day.isoformat())
    session.flush()


def give_password(session: Session, employee_id: int, password_hash: str, actor: str, now: datetime) -> None:
    """A first password, to be changed at the next sign-in; every open session ends. Raises ConflictError for somebody who has left."""
    row = _employee(session, employee_id)
    if not row.active:
        raise ConflictError("employee-gone", number=row.number)
    first = session.get(AccountRow, employee_id) is None
    set_password(session, employee_id, password_hash, must_change=True)
    note(session, now, actor, "password-first" if first else "password-reset", "employee", row.number)
    session.flush()


def employee_id_of(session: Session, number: str) -> int:
    """The key of an employee number. Raises NotFoundError."""
    found = session.scalar(select(EmployeeRow.id).where(EmployeeRow.number == plain(number).upper()))
    if found is None:
        raise NotFoundError("employee-missing", number=number)
    return found


def anybody(session: Session) -> bool:
    """Whether there is any employee yet."""
    return bool(session.scalar(select(func.count()).select_from(EmployeeRow)))


def _employee(session: Session, employee_id: int) -> EmployeeRow:
    row = session.get(EmployeeRow, employee_id)
    if row is None:
        raise NotFoundError("employee-missing", number=employee_id)
    return row


def _unit(session: Session, unit_id: int, role: Role, *, closed_is_fine: bool = False) -> UnitRow:
    """A unit where somebody of the role may work."""
    row = session.get(UnitRow, unit_id)
    if row is None:
        raise QueryError("unit-missing")
    if row.closed_on and not closed_is_fine:
        raise ConflictError("unit-closed", name=row.name)
    if role in NEEDS_A_HALL and row.kind != UnitKind.HALL.value:
        raise QueryError("needs-hall")
    return row


def _check_day(day: date, now: datetime, last: date | None = None) -> None:
    last = last or day_of(now) + FURTHEST
    if not _EARLIEST <= day <= last:
        raise QueryError("day-far", first=_EARLIEST.isoformat(), last=last.isoformat())


def _stays(session: Session, employee_id: int) -> tuple[Stay, ...]:
    query = select(MembershipRow).where(MembershipRow.employee_id == employee_id).order_by(MembershipRow.from_day)
    return tuple(Stay(row.unit_id, row.from_day, row.to_day) for row in session.scalars(query))


def _rewrite(session: Session, employee_id: int, stays: Iterable[Stay]) -> None:
    session.execute(delete(MembershipRow).where(MembershipRow.employee_id == employee_id))
    session.add_all(MembershipRow(employee_id=employee_id, unit_id=s.unit_id, from_day=s.from_day, to_day=s.to_day) for s in stays)
