"""Whom an announcement is meant for: staff by the hall where they work now. Use cases: they only read."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from quiz.people.directory import units
from quiz.people.roles import subtree
from quiz.tables import EmployeeRow, MembershipRow


def staff_by_unit(session: Session, day: date, audience: Collection[int]) -> dict[str, list[str]]:
    """The numbers of the active staff by the name of their unit, of these units and below; of all where none is named."""
    every = units(session)
    meant = frozenset[int]().union(*(subtree(every.values(), key) for key in audience if key in every)) if audience else frozenset(every)
    row = MembershipRow
    query = select(EmployeeRow.number, row.unit_id).join(row, row.employee_id == EmployeeRow.id).where(EmployeeRow.active, row.from_day <= day)
    found: dict[str, list[str]] = {}
    for number, unit_id in session.execute(query.where(row.to_day.is_(None) | (row.to_day > day)).order_by(EmployeeRow.number)):
        if unit_id in meant:
            found.setdefault(every[unit_id].name, []).append(number)
    return found
