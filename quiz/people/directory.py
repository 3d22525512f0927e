"""Who is who: employees and units as the rest of the program reads them. Use cases: they take a Session and never commit."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.people.roles import Person, Role, Stay, Unit, UnitKind, unit_on
from quiz.tables import EmployeeRow, MembershipRow, UnitRow

_KINDS = {kind.value: kind for kind in UnitKind}


def units(session: Session) -> dict[int, Unit]:
    """Every unit by key, in the order of codes. Every page reads them, and there may be thousands: plain columns are much faster than rows."""
    row = UnitRow
    rows = session.execute(select(row.id, row.kind, row.code, row.name, row.parent_id, row.closed_on).order_by(row.code))
    return {key: Unit(key, _KINDS[kind], code, name, parent, closed) for key, kind, code, name, parent, closed in rows}


def _unit(row: UnitRow) -> Unit:
    return Unit(row.id, UnitKind(row.kind), row.code, row.name, row.parent_id, row.closed_on)


def person(session: Session, employee_id: int, day: date) -> Person | None:
    """An employee as of a day, with their hall and district."""
    row = session.get(EmployeeRow, employee_id)
    if row is None:
        return None
    query = select(MembershipRow).where(MembershipRow.employee_id == employee_id)
    stays = [Stay(m.unit_id, m.from_day, m.to_day) for m in session.scalars(query)]
    unit_id = unit_on(stays, day)
    chain: list[Unit] = []
    while unit_id is not None:
        chain.append(_unit(session.get_one(UnitRow, unit_id)))
        unit_id = chain[-1].parent_id
    return _person(row, chain)


def _person(row: EmployeeRow, chain: list[Unit]) -> Person:
    names = {unit.kind: unit.name for unit in chain}
    return Person(
        id=row.id,
        number=row.number,
        name=row.name,
        role=Role(row.role),
        unit=chain[0] if chain else None,
        hall=names.get(UnitKind.HALL, ""),
        district=names.get(UnitKind.DISTRICT, ""),
        active=row.active,
    )
