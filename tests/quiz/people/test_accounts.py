from datetime import date, timedelta

import pytest

from kb.db import open_engine, open_sessions, upgrade
from kb.errors import NotFoundError, QueryError
from quiz.audit import note, trail
from quiz.people.accounts import (
    FREE_FAILURES,
    checked_password,
    credentials,
    credentials_of,
    first_password,
    hashed,
    matches,
    note_sign_in,
    password_fault,
    set_password,
)  # fmt: skip
from quiz.people.directory import person, units
from quiz.people.roles import Role, UnitKind
from quiz.tables import EmployeeRow, MembershipRow, UnitRow
from tests.builders import NOW, TODAY


@pytest.fixture(scope="module")
def secret():
    return hashed("correct horse 7")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def session(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'x.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    upgrade(engine)
    session = open_sessions(engine)()
    yield session
    session.rollback()
    session.close()
    engine.dispose()


def add(session, number="AL1", role=Role.CLERK):
    branch = UnitRow(kind="branch", code=f"b{number}", name="分公司")
    session.add(branch)
    session.flush()
    hall = UnitRow(kind="hall", code=f"h{number}", name="中泉厅", parent_id=branch.id)
    row = EmployeeRow(number=number, name="演示", role=role.value)
    session.add_all([hall, row])
    session.flush()
    session.add(MembershipRow(employee_id=row.id, unit_id=hall.id, from_day=date(2026, 1, 1), to_day=date(2026, 12, 1)))
    session.flush()
    return row.id


def test_a_password_matches_itself_only(secret, session):
    key = add(session)
    set_password(session, key, secret, must_change=True)
    found = credentials(session, " al1 ")
    assert matches(found, "correct horse 7")
    assert not matches(found, "correct horse 8")
    assert not matches(None, "correct horse 7")
    assert (found, found.must_change) == (credentials_of(session, key), True)


def test_the_lock_grows_with_failures_up_to_half_an_hour(secret, session):
    key = add(session)
    set_password(session, key, secret, must_change=False)
    waits = []
    for _ in range(FREE_FAILURES + 8):
        note_sign_in(session, key, right=False, now=NOW)
        locked = credentials(session, "AL1").locked_until
        waits.append(locked and (locked - NOW) // timedelta(minutes=1))
    assert waits == [None] * (FREE_FAILURES - 1) + [1, 2, 4, 8, 16, 30, 30, 30, 30]
    note_sign_in(session, key, right=True, now=NOW)
    assert credentials(session, "AL1").locked_until is None


def test_a_new_password_ends_sessions_and_locks(secret, session):
    key = add(session)
    first = set_password(session, key, secret, must_change=True)
    for _ in range(FREE_FAILURES):
        note_sign_in(session, key, right=False, now=NOW)
    assert set_password(session, key, secret, must_change=False) == first + 1
    assert credentials(session, "AL1").locked_until is None


def test_nobody_without_an_employee_gets_an_account(secret, session):
    with pytest.raises(NotFoundError):
        set_password(session, 10**6, secret, must_change=True)


@pytest.mark.parametrize(
    ("password", "code"),
    [("short", "password-short"), ("x" * 201, "password-long"), ("AL002010abc", "password-guessable"), ("12345678", "password-guessable"),
     ("abababab", "password-guessable"), ("correct horse", "")],
)  # fmt: skip
def test_what_may_not_be_a_password(password, code):
    assert password_fault(password, "al002010") == code


def test_a_refused_password_says_the_limits():
    with pytest.raises(QueryError) as caught:
        checked_password("x", "AL1")
    assert "8 位" in str(caught.value)


def test_first_passwords_are_accepted_and_differ():
    drawn = {first_password() for _ in range(50)}
    assert len(drawn) == 50
    assert {password_fault(p, "AL1") for p in drawn} <= {"", "password-guessable"}


def test_a_person_is_seen_with_hall_as_of_the_day(session):
    key = add(session)
    here, gone = person(session, key, TODAY), person(session, key, date(2026, 12, 1))
    assert (here.hall, here.unit.kind, here.district) == ("中泉厅", UnitKind.HALL, "")
    assert (gone.unit, gone.hall) == (None, "")
    assert person(session, 10**6, TODAY) is None
    assert here.unit.id in units(session)


def test_the_audit_trail_is_read_newest_first(session):
    for number in (1, 2):
        note(session, NOW + timedelta(minutes=number), "AL1", "moved", "employee", "AL9", to=number)
    assert [e.detail["to"] for e in trail(session, "employee", "AL9")] == [2, 1]
