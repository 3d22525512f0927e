"""First passwords for many, handed over on slips. Use cases: they take a Session and `now`, and never commit.

Hashing takes tens of milliseconds each: list who is `waiting`, hash outside of any transaction, then `hand_out` in a short one.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from quiz.audit import note_all
from quiz.people.roles import Person
from quiz.people.staff import members
from quiz.tables import AccountRow, EmployeeRow


def waiting(session: Session, unit_ids: Collection[int], day: date, *, again: bool = False) -> list[Person]:
    """Who works there and has no password yet; `again` adds those whose first password was given out but never used."""
    people = [person for person in members(session, unit_ids, day) if person.active]
    query = select(AccountRow.employee_id).join(EmployeeRow)
    if again:
        query = query.where(or_(AccountRow.must_change.is_(False), AccountRow.last_login_at.is_not(None)))
    have = set(session.scalars(query))
    return [person for person in people if person.id not in have]


def hand_out(
    session: Session, people: Sequence[Person], hashes: Mapping[int, str], actor: str, now: datetime, *, again: bool = False
) -> list[Person]:
    """Give the first passwords; returns who got theirs, which leaves out whoever got or used another one in the meantime."""
    unused = {row.employee_id: row.must_change and row.last_login_at is None for row in session.scalars(select(AccountRow))}
    fresh = [person for person in people if person.id not in unused]
    renewed = [person for person in people if again and unused.get(person.id, False)]
    if fresh:
        rows = [{"employee_id": p.id, "password_hash": hashes[p.id], "must_change": True, "failures": 0, "epoch": 1} for p in fresh]
        session.execute(insert(AccountRow), rows)
    for person in renewed:
        values = {"password_hash": hashes[person.id], "failures": 0, "locked_until": None, "epoch": AccountRow.epoch + 1}
        session.execute(update(AccountRow).where(AccountRow.employee_id == person.id).values(values))
    got = {person.id for person in (*fresh, *renewed)}
    note_all(session, now, actor, "employee", (("password-first", person.number, {}) for person in people if person.id in got))
    session.flush()
    return [person for person in people if person.id in got]
