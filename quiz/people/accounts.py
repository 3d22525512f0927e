"""Signing in with the employee number. Use cases: they take a Session and `now`, and never commit.

Hashing takes tens of milliseconds and is done outside of writing transactions: read the `credentials`, `matches` them, then `note_sign_in`.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from kb.errors import NotFoundError, QueryError
from quiz.tables import AccountRow, EmployeeRow

_CREDENTIALS = (
    select(AccountRow.employee_id, AccountRow.password_hash, AccountRow.epoch, AccountRow.must_change, AccountRow.locked_until)
    .join(EmployeeRow, EmployeeRow.id == AccountRow.employee_id)
    .where(EmployeeRow.active)
)
_CREDENTIALS_OF = _CREDENTIALS.where(AccountRow.employee_id == bindparam("employee"))  # made once: asked with every request
FREE_FAILURES = 5
_LONGEST_LOCK = timedelta(minutes=30)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's second choice: 19 MiB, t=2, p=1


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against; `epoch` ends old sessions when it grows."""

    employee_id: int
    password_hash: str
    epoch: int
    must_change: bool
    locked_until: datetime | None = None


def credentials(session: Session, number: str) -> Credentials | None:
    """The credentials of an active employee with an account, whatever the case of the number."""
    return _credentials(session.execute(_CREDENTIALS.where(EmployeeRow.number == number.strip().upper())).first())


def credentials_of(session: Session, employee_id: int) -> Credentials | None:
    """The credentials of an active employee by key, for an open session; asked with every request, so columns only."""
    return _credentials(session.connection().execute(_CREDENTIALS_OF, {"employee": employee_id}).first())


def _credentials(row: Row[*tuple[Any, ...]] | None) -> Credentials | None:
    return Credentials(*row) if row else None


def matches(found: Credentials | None, password: str) -> bool:
    """Whether the password fits; takes as long for a number that does not exist, so that time gives nothing away."""
    try:
        return _hasher.verify(found.password_hash if found else _nobody(), password[:LONGEST_PASSWORD]) and found is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    return _hasher.hash(password)


def note_sign_in(session: Session, employee_id: int, *, right: bool, now: datetime) -> None:
    """Count failures by account, never by address: after five in a row it is locked for a minute, then two, four … up to thirty."""
    row = session.get_one(AccountRow, employee_id)
    if right:
        row.failures, row.locked_until, row.last_login_at = 0, None, now
        return
    row.failures += 1
    if row.failures >= FREE_FAILURES:
        minutes = 2 ** min(row.failures - FREE_FAILURES, 10)
        row.locked_until = now + min(timedelta(minutes=minutes), _LONGEST_LOCK)


def password_fault(password: str, number: str) -> str:
    """The code of what is wrong with a new password, "" when nothing is."""
    if len(password) < SHORTEST_PASSWORD:
        return "password-short"
    if len(password) > LONGEST_PASSWORD:
        return "password-long"
    plain = password.casefold()
    if number.casefold() in plain or len(set(plain)) < 4 or plain in "01234567890123456789" or plain in "abcdefghijklmnopqrstuvwxyz":
        return "password-guessable"
    return ""


def set_password(session: Session, employee_id: int, password_hash: str, *, must_change: bool) -> int:
    """Give an employee a password, making the account where there is none; ends every open session and returns the new epoch."""
    row = session.get(AccountRow, employee_id)
    if row is None:
        if session.get(EmployeeRow, employee_id) is None:
            raise NotFoundError("employee-missing", number=employee_id)
        row = AccountRow(employee_id=employee_id, password_hash=password_hash, epoch=0, failures=0)
        session.add(row)
    row.password_hash, row.must_change, row.failures, row.locked_until = password_hash, must_change, 0, None
    row.epoch += 1
    session.flush()
    return row.epoch


def first_password() -> str:
    """A password to hand over on paper: ten letters and digits that are not taken for each other."""
    return "".join(secrets.choice(_READABLE) for _ in range(10))


def checked_password(password: str, number: str) -> str:
    """The password itself. Raises QueryError when it may not be used."""
    if code := password_fault(password, number):
        raise QueryError(code, low=SHORTEST_PASSWORD, high=LONGEST_PASSWORD)
    return password
