"""The people as lists: who works where, one person with their history, whose results count where.

Use cases: they take a Session and never commit. Each list takes a fixed number of statements.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kb import day_of
from kb.errors import NotFoundError
from quiz.audit import AuditEntry, trail
from quiz.people.directory import units
from quiz.people.organisation import on_day
from quiz.people.roles import Person, Role, Stay, Unit, UnitKind
from quiz.people.rostercolumns import GONE, ROLE_NAMES, WORKING, plain
from quiz.people.rosterstore import chunks
from quiz.tables import AccountRow, EmployeeRow, MembershipRow

_AT_ONCE = 5_000


class AccountState(StrEnum):
    """How far somebody is with signing in."""

    NONE = "none"  # no password was given out
    WAITING = "waiting"  # the first password was given out and not replaced yet
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people to list: in these units (None: anywhere or nowhere), of a role, in or out of work, with a text in number or name."""

    units: frozenset[int] | None = None
    role: Role | None = None
    active: bool | None = True
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in a list."""

    person: Person
    account: AccountState
    since: date | None = None  # at the unit where they work


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and how many there are on all pages."""

    people: tuple[Listed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Detail:
    """A person with everything an administrator may know: stays (newest first), sign-in, and what was changed by whom."""

    person: Person
    stays: tuple[tuple[Unit, Stay], ...]
    account: AccountState
    last_login_at: datetime | None
    locked_until: datetime | None
    trail: tuple[AuditEntry, ...]


def people(session: Session, wanted: Wanted, day: date, page: int = 1, per_page: int = 50, every: Mapping[int, Unit] | None = None) -> Page:
    """The people as of a day, by number; two statements, and one for the units where they are not given."""
    query = _query(wanted, day)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    every = every or units(session)
    rows = session.execute(query.order_by(EmployeeRow.number).limit(per_page).offset((page - 1) * per_page))
    return Page(tuple(_listed(row, every) for row in rows), total)


def everybody(session: Session, wanted: Wanted, day: date) -> list[Listed]:
    """The whole list, for a file. Two statements."""
    every = units(session)
    return [_listed(row, every) for row in session.execute(_query(wanted, day).order_by(EmployeeRow.number))]


def _query(wanted: Wanted, day: date) -> Select[*tuple[Any, ...]]:
    columns = (EmployeeRow.id, EmployeeRow.number, EmployeeRow.name, EmployeeRow.role, EmployeeRow.active)
    account = (AccountRow.employee_id.label("account_id"), AccountRow.must_change)
    query = select(*columns, MembershipRow.unit_id, MembershipRow.from_day, *account).select_from(EmployeeRow)
    query = query.outerjoin(MembershipRow, (MembershipRow.employee_id == EmployeeRow.id) & on_day(day))
    query = query.outerjoin(AccountRow, AccountRow.employee_id == EmployeeRow.id)
    if wanted.units is not None:
        query = query.where(MembershipRow.unit_id.in_(wanted.units))
    if wanted.role is not None:
        query = query.where(EmployeeRow.role == wanted.role.value)
    if wanted.active is not None:
        query = query.where(EmployeeRow.active.is_(wanted.active))
    if text := plain(wanted.text):
        query = query.where(EmployeeRow.number.contains(text.upper(), autoescape=True) | EmployeeRow.name.icontains(text, autoescape=True))
    return query


def _listed(row: Any, every: Mapping[int, Unit]) -> Listed:
    state = AccountState.NONE if row.account_id is None else AccountState.WAITING if row.must_change else AccountState.OPEN
    return Listed(described(row.id, row.number, row.name, Role(row.role), every, row.unit_id, active=row.active), state, row.from_day)


def described(key: int, number: str, name: str, role: Role, every: Mapping[int, Unit], unit_id: int | None, *, active: bool = True) -> Person:
    """A person at a unit of a tree."""
    chain: list[Unit] = []
    while unit_id is not None:
        chain.append(every[unit_id])
        unit_id = chain[-1].parent_id
    names = {unit.kind: unit.name for unit in chain}
    hall, district = names.get(UnitKind.HALL, ""), names.get(UnitKind.DISTRICT, "")
    return Person(key, number, name, role, chain[0] if chain else None, hall, district, active)


def detail(session: Session, employee_id: int, day: date) -> Detail:
    """One person as of a day. Raises NotFoundError."""
    row = session.get(EmployeeRow, employee_id)
    if row is None:
        raise NotFoundError("employee-missing", number=employee_id)
    every, account = units(session), session.get(AccountRow, employee_id)
    query = select(MembershipRow).where(MembershipRow.employee_id == employee_id).order_by(MembershipRow.from_day.desc())
    stays = [Stay(m.unit_id, m.from_day, m.to_day) for m in session.scalars(query)]
    here = next((stay.unit_id for stay in stays if stay.holds(day)), None)
    return Detail(
        person=described(row.id, row.number, row.name, Role(row.role), every, here, active=row.active),
        stays=tuple((every[stay.unit_id], stay) for stay in stays),
        account=AccountState.NONE if account is None else AccountState.WAITING if account.must_change else AccountState.OPEN,
        last_login_at=account.last_login_at if account else None,
        locked_until=account.locked_until if account else None,
        trail=tuple(trail(session, "employee", row.number, 50)),
    )


def members(session: Session, unit_ids: Collection[int], day: date) -> list[Person]:
    """Who works in these units on a day, by number, with the hall of that day; whoever has left since is among them."""
    every = units(session)
    query = select(EmployeeRow.id, EmployeeRow.number, EmployeeRow.name, EmployeeRow.role, EmployeeRow.active, MembershipRow.unit_id)
    query = query.join(MembershipRow, (MembershipRow.employee_id == EmployeeRow.id) & on_day(day)).order_by(EmployeeRow.number)
    rows = session.execute(query.where(MembershipRow.unit_id.in_(unit_ids)))
    return [described(r.id, r.number, r.name, Role(r.role), every, r.unit_id, active=r.active) for r in rows]


def hall_of(session: Session, employee_ids: Iterable[int], moment: datetime) -> dict[int, int]:
    """Employee → the unit where they worked at an aware moment; whoever worked nowhere is left out."""
    found: dict[int, int] = {}
    for keys in chunks(employee_ids, _AT_ONCE):
        query = select(MembershipRow.employee_id, MembershipRow.unit_id).where(on_day(day_of(moment)), MembershipRow.employee_id.in_(keys))
        found.update(dict(session.execute(query).all()))
    return found


def roster_rows(listed: Iterable[Listed], every: Mapping[int, Unit]) -> list[tuple[str, ...]]:
    """Rows of an export, in the columns of `quiz.people.rostercolumns.Column`; imported again they change nothing."""
    return [_roster_row(one, every) for one in listed]


def _roster_row(one: Listed, every: Mapping[int, Unit]) -> tuple[str, ...]:
    who, names, unit = one.person, dict[UnitKind, str](), one.person.unit
    code = unit.code if unit and unit.kind is UnitKind.HALL else ""
    while unit:
        names[unit.kind] = unit.name
        unit = every[unit.parent_id] if unit.parent_id is not None else None
    where = tuple(names.get(kind, "") for kind in UnitKind)
    since = one.since.isoformat() if one.since else ""
    return (who.number, who.name, ROLE_NAMES[who.role], *where, code, since, WORKING if who.active else GONE)
