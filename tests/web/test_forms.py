"""What people send: settings, language, feedback, actions."""

from typing import TypeVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.tables import ActionRow, FeedbackRow, SearchRow
from tests.web.conftest import NOW, make_app
from web import Services

Row = TypeVar("Row", SearchRow, ActionRow, FeedbackRow)
COPY = {"action": "copy", "entry_id": "tariff-59", "version": "2"}
DOWN = {"useful": "0", "reason": "unclear", "comment": "看不懂", "entry_id": "tariff-59", "version": "2", "next": "/entries/tariff-59"}


def rows(services: Services, table: type[Row]) -> list[Row]:
    """Every row of a table."""
    with services.sessions() as session:
        return list(session.scalars(select(table)))


def test_settings_are_kept_in_a_signed_cookie_that_scripts_cannot_read(client: FlaskClient) -> None:
    response = client.post("/settings", data={"employee": "al002010", "district": "沙区", "hall": "中泉厅", "channel": "营业厅"})
    assert response.status_code == 303
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = client.get("/settings").text
    assert 'value="AL002010"' in page
    assert 'value="中泉厅"' in page


def test_a_cookie_of_a_stranger_counts_as_none(client: FlaskClient) -> None:
    client.set_cookie("hallwise", "eyJwb3N0Ijp7ImVtcGxveWVlIjoiWCJ9fQ.forged.signature")
    assert client.get("/settings").status_code == 200


@pytest.mark.parametrize(("field", "value"), [("employee", "工号一"), ("employee", "A" * 21), ("hall", "厅" * 41), ("district", "沙\x07区")])
def test_a_wrong_setting_is_explained_at_its_field_and_on_top_and_nothing_is_lost(client: FlaskClient, field: str, value: str) -> None:
    response = client.post("/settings", data={"employee": "AL1", "hall": "中泉厅", "channel": "热线", field: value})
    assert response.status_code == 400
    assert f'href="#{field}"' in response.text
    assert f'id="{field}-fault"' in response.text
    assert 'value="热线"' in response.text


def test_places_that_entries_are_limited_to_are_suggested(client: FlaskClient) -> None:
    assert '<option value="中泉厅">' in client.get("/settings").text


@pytest.mark.parametrize(
    ("address", "goes"), [("/topics", "/topics"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/"), ("", "/"), ("/a\nb", "/")]
)
def test_a_form_leads_back_to_our_own_pages_only(client: FlaskClient, address: str, goes: str) -> None:
    assert client.post("/language", data={"lang": "en", "next": address}).headers["Location"] == goes


def test_the_language_chosen_is_kept_and_an_unknown_one_ignored(client: FlaskClient) -> None:
    client.post("/language", data={"lang": "en"})
    assert "Touchpoints" in client.get("/").text
    client.post("/language", data={"lang": "xx"})
    assert 'lang="en"' in client.get("/").text
    assert "there is no entry none" in client.get("/entries/none").text


def test_the_browsers_language_changes_nothing(client: FlaskClient) -> None:
    assert "服务触点" in client.get("/touchpoints", headers={"Accept-Language": "en"}).text


def test_a_search_is_logged_with_who_where_when_and_how_long(client: FlaskClient, services: Services) -> None:
    client.post("/settings", data={"employee": "AL1", "hall": "中泉厅"})
    client.get("/search?q=太贵了想换便宜的&kind=script&typing=abc-1")
    client.get("/lookup?q=太贵")
    (row,) = rows(services, SearchRow)
    assert (row.employee, row.hall, row.query, row.kind, row.typing, row.at) == ("AL1", "中泉厅", "太贵了想换便宜的", "script", "abc-1", NOW)
    assert row.hits[0] == "script-cheaper@1"
    assert row.took_ms > 0
    assert row.snapshot


def test_a_search_without_a_hit_is_logged_too_and_an_empty_one_is_not(client: FlaskClient, services: Services) -> None:
    client.get("/search?q=%20")
    client.get("/search?q=😀")
    assert [row.query for row in rows(services, SearchRow)] == ["😀"]


def test_opening_a_hit_is_logged_with_its_search(client: FlaskClient, services: Services) -> None:
    client.get("/?q=太贵")
    (search,) = rows(services, SearchRow)
    client.get(f"/entries/tariff-59?s={search.id}")
    client.get("/entries/tariff-59")
    (row,) = rows(services, ActionRow)
    assert (row.search_id, row.action, row.entry_id, row.version) == (search.id, "open", "tariff-59", 2)


def test_copying_is_logged(client: FlaskClient, services: Services) -> None:
    assert client.post("/actions", data=COPY).get_json() == {"ok": True}
    assert [row.action for row in rows(services, ActionRow)] == ["copy"]


@pytest.mark.parametrize(("entry", "version"), [("tariff-58", "1"), ("tariff-2027", "1"), ("basic-retired", "1")])
def test_copying_what_may_not_be_said_is_refused_with_the_reason_and_not_logged(
    client: FlaskClient, services: Services, entry: str, version: str
) -> None:
    response = client.post("/actions", data={**COPY, "entry_id": entry, "version": version}, headers={"X-Requested-With": "fetch"})
    assert response.status_code == 409
    assert response.get_json()["error"]["code"] == "not-in-force"
    assert "不能对客户使用" in response.get_json()["error"]["message"]
    assert rows(services, ActionRow) == []


@pytest.mark.parametrize("change", [{"action": "steal"}, {"entry_id": "none"}, {"version": "x"}, {"entry_id": "a\x00"}])
def test_an_action_that_makes_no_sense_is_refused(client: FlaskClient, services: Services, change: dict[str, str]) -> None:
    assert client.post("/actions", data={**COPY, **change}).status_code in {400, 404}
    assert rows(services, ActionRow) == []


def test_feedback_is_kept_with_its_reason_and_leads_back(client: FlaskClient, services: Services) -> None:
    response = client.post("/feedback", data=DOWN)
    assert response.headers["Location"] == "/entries/tariff-59"
    assert "谢谢，已记下" in client.get("/entries/tariff-59").text
    client.post("/feedback", data={**DOWN, "useful": "1", "reason": ""})
    first, second = rows(services, FeedbackRow)
    assert (first.useful, first.reason, first.comment) == (False, "unclear", "看不懂")
    assert (second.useful, second.reason) == (True, "helpful")


def test_feedback_sent_by_the_script_is_answered_without_leaving_the_page(client: FlaskClient) -> None:
    response = client.post("/feedback", data=DOWN, headers={"X-Requested-With": "fetch"})
    assert response.get_json() == {"message": "谢谢，已记下"}


@pytest.mark.parametrize("change", [{"reason": ""}, {"reason": "spite"}, {"comment": "长" * 1001}, {"entry_id": "none"}])
def test_feedback_that_makes_no_sense_is_refused(client: FlaskClient, services: Services, change: dict[str, str]) -> None:
    assert client.post("/feedback", data={**DOWN, **change}).status_code in {400, 404}
    assert rows(services, FeedbackRow) == []


def test_every_form_needs_its_token(services: Services) -> None:
    client = make_app(services, csrf=True).test_client()
    for path in ("/settings", "/language", "/feedback", "/actions"):
        response = client.post(path, data=COPY)
        assert response.status_code == 400
        assert "页面已过期" in response.text
    fetched = client.post("/actions", data=COPY, headers={"X-Requested-With": "fetch"})
    assert fetched.get_json()["error"]["code"] == "csrf"


def test_the_token_of_the_page_is_accepted_as_a_header(services: Services) -> None:
    client = make_app(services, csrf=True).test_client()
    token = client.get("/").text.split('name="csrf-token" content="')[1].split('"')[0]
    assert client.post("/actions", data=COPY, headers={"X-CSRFToken": token}).status_code == 200
