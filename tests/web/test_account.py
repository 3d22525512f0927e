"""Signing in, staying signed in, and one's password."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.db import reading
from quiz.people.accounts import credentials
from quiz.tables import AccountRow, EmployeeRow
from tests.web.conftest import NOW, PASSWORD, Staff
from web import Services


def enter(client: FlaskClient, number: str = "clerk-zq", password: str = PASSWORD, **more: str):
    return client.post("/account/sign-in", data={"number": number, "password": password, **more})


def test_an_employee_signs_in_in_any_case_and_goes_where_they_wanted(client: FlaskClient, staff: Staff) -> None:
    response = enter(client, next="/topics")
    assert (response.status_code, response.headers["Location"]) == (303, "/topics")
    assert "演示CLERK-ZQ · 中泉厅" in client.get("/").text


@pytest.mark.parametrize(
    ("number", "place"), [("CLERK-ZQ", "/"), ("HALL-ZQ", "/"), ("DISTRICT-SQ", "/manager"), ("BRANCH-AL", "/manager"), ("TRAINER-AL", "/insight")]
)
def test_a_day_begins_on_the_page_of_ones_role(client: FlaskClient, staff: Staff, number: str, place: str) -> None:
    assert enter(client, number).headers["Location"] == place
    assert client.get("/account/sign-in").headers["Location"] == place
    assert enter(client, number, next="/topics").headers["Location"] == "/topics"


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_nobody_is_sent_to_a_foreign_site(client: FlaskClient, staff: Staff, goal: str) -> None:
    assert enter(client, next=goal).headers["Location"] == "/"


@pytest.mark.parametrize(("number", "password"), [("CLERK-ZQ", "wrong"), ("NOBODY", PASSWORD), ("", "")])
def test_a_wrong_number_and_a_wrong_password_read_alike(client: FlaskClient, staff: Staff, number: str, password: str) -> None:
    response = enter(client, number, password)
    assert response.status_code == 400
    assert "工号或密码不对" in response.text
    assert f'value="{number}"' in response.text
    assert client.get("/account/password").status_code == 303


def test_five_failures_lock_the_account_and_no_other_at_the_same_address(client: FlaskClient, staff: Staff) -> None:
    statuses = [enter(client, password="wrong").status_code for _ in range(6)]
    assert statuses == [400] * 5 + [429]
    locked = enter(client)
    assert locked.status_code == 429
    assert "1 分钟后再试" in locked.text
    assert enter(client, "CLERK-BJ").status_code == 303


def test_a_lock_opens_by_itself_and_a_right_password_forgets_the_failures(app: Flask, client: FlaskClient, services: Services, staff: Staff) -> None:
    for _ in range(5):
        enter(client, password="wrong")
    with services.sessions.begin() as db:
        db.get_one(AccountRow, staff.ids["CLERK-ZQ"]).locked_until = NOW - timedelta(seconds=1)
    assert enter(client).status_code == 303
    with reading(services.engine) as db:
        assert db.get_one(AccountRow, staff.ids["CLERK-ZQ"]).failures == 0


def test_the_first_sign_in_asks_for_a_new_password_before_anything_else(client: FlaskClient, services: Services, staff: Staff) -> None:
    with services.sessions.begin() as db:
        db.get_one(AccountRow, staff.ids["CLERK-ZQ"]).must_change = True
    enter(client)
    assert client.get("/").headers["Location"].startswith("/account/password")
    fresh = {"old": PASSWORD, "new": "another-one 8", "again": "another-one 8"}
    assert client.post("/account/password", data=fresh).status_code == 303
    assert client.get("/").status_code == 200
    with reading(services.engine) as db:
        assert not credentials(db, "CLERK-ZQ").must_change


def test_faults_of_a_new_password_stand_at_their_fields(client: FlaskClient, staff: Staff) -> None:
    staff.sign_in(client, "CLERK-ZQ")
    page = client.post("/account/password", data={"old": "x", "new": "CLERK-ZQ1", "again": "y"}).text
    assert 'href="#old"' in page
    assert 'id="new-fault"' in page
    assert "两次输入的新密码不一样" in page


def test_a_new_password_signs_out_the_other_devices(app: Flask, client: FlaskClient, staff: Staff) -> None:
    other = staff.sign_in(app.test_client(), "CLERK-ZQ")
    assert other.get("/account/password").status_code == 200
    staff.sign_in(client, "CLERK-ZQ")
    client.post("/account/password", data={"old": PASSWORD, "new": "another-one 8", "again": "another-one 8"})
    assert other.get("/account/password").status_code == 303
    assert client.get("/account/password").status_code == 200


def test_somebody_made_inactive_is_out_at_once(client: FlaskClient, services: Services, staff: Staff) -> None:
    staff.sign_in(client, "CLERK-ZQ")
    assert client.get("/account/password").status_code == 200
    with services.sessions.begin() as db:
        db.get_one(EmployeeRow, staff.ids["CLERK-ZQ"]).active = False
    assert client.get("/account/password").status_code == 303


def test_a_session_ends_after_a_shift_without_use(client: FlaskClient, staff: Staff) -> None:
    staff.sign_in(client, "CLERK-ZQ")
    with client.session_transaction() as session:
        session["seen"] = int((NOW - timedelta(hours=12, minutes=1)).timestamp())
    assert client.get("/account/password").status_code == 303


def test_a_form_sent_after_the_session_ended_is_kept_through_signing_in(client: FlaskClient, staff: Staff) -> None:
    page = client.post("/account/password", data={"old": "a<b", "new": "c"})
    assert page.status_code == 401
    assert "内容还在" in page.text
    kept = json.dumps([["old", "a<b"], ["new", "c"]])
    resumed = enter(client, resume_to="/account/password", kept=kept).text
    assert 'name="old" value="a&lt;b"' in resumed
    assert 'action="/account/password"' in resumed


def test_signing_in_again_in_place_answers_with_a_new_token(client: FlaskClient, staff: Staff) -> None:
    wrong = client.post("/account/sign-in-again", data={"number": "CLERK-ZQ", "password": "x"}, headers={"X-Requested-With": "fetch"})
    assert (wrong.status_code, wrong.get_json()["error"]["code"]) == (400, "sign-in-failed")
    right = client.post("/account/sign-in-again", data={"number": "CLERK-ZQ", "password": PASSWORD}, headers={"X-Requested-With": "fetch"})
    assert right.get_json()["csrf"]
    assert client.get("/account/password").status_code == 200


def test_signing_out_ends_the_session_and_keeps_the_language(client: FlaskClient, staff: Staff) -> None:
    staff.sign_in(client, "CLERK-ZQ")
    client.post("/language", data={"lang": "en"})
    client.post("/account/sign-out")
    assert client.get("/account/password").status_code == 303
    assert 'lang="en"' in client.get("/account/sign-in").text
