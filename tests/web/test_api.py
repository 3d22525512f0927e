"""The API against its own description."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from sqlalchemy import func, select

from kb.tables import SearchRow
from web import Services
from web.api.views import OPENAPI

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))


def conforms(body: object, path: str, status: str = "200") -> None:
    """Raise unless a body is what the description says of the path."""
    response = DOCUMENT["paths"][path]["get"]["responses"][status]
    schema = {**response["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(body)


def test_the_description_is_a_valid_openapi_document(client: FlaskClient) -> None:
    assert client.get("/api/v1/openapi.json").get_json() == DOCUMENT
    validate(DOCUMENT)


def test_the_description_and_the_routes_name_the_same_paths(app: Flask) -> None:
    routes = {
        rule.rule.removeprefix("/api/v1").replace("<entry_id>", "{entry_id}") for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
    }
    assert routes == set(DOCUMENT["paths"])


@pytest.mark.parametrize(
    ("address", "path", "status"),
    [
        ("/search?q=太贵了想换便宜的", "/search", "200"),
        ("/search", "/search", "200"),
        ("/search?q=39元套餐&k=1&kind=tariff&as_of=2026-11-22&hall=x", "/search", "200"),
        ("/search?k=99", "/search", "400"),
        ("/entries", "/entries", "200"),
        ("/entries?topic=个人套餐&per_page=1&page=2", "/entries", "200"),
        ("/entries/tariff-59", "/entries/{entry_id}", "200"),
        ("/entries/tariff-58?version=1", "/entries/{entry_id}", "200"),
        ("/entries/basic-retired", "/entries/{entry_id}", "200"),
        ("/entries/none", "/entries/{entry_id}", "404"),
        ("/entries/a?version=0", "/entries/{entry_id}", "400"),
    ],
)
def test_answers_are_as_described(client: FlaskClient, address: str, path: str, status: str) -> None:
    response = client.get(f"/api/v1{address}")
    assert response.status_code == int(status)
    conforms(response.get_json(), path, status)


def test_a_search_gives_the_right_entry_with_todays_numbers(client: FlaskClient) -> None:
    body = client.get("/api/v1/search?q=太贵了想换便宜的&k=1").get_json()
    (hit,) = body["hits"]
    assert hit["id"] == "script-cheaper"
    assert hit["say"] == "您可以换 59元 档，每月 20GB。"
    assert body["as_of"] == "2026-11-22"


def test_the_day_asked_for_decides_what_holds(client: FlaskClient) -> None:
    body = client.get("/api/v1/search?q=58元套餐&as_of=2025-06-01").get_json()
    assert body["hits"][0]["id"] == "tariff-58"


def test_entries_are_filtered_and_paged(client: FlaskClient) -> None:
    whole = client.get("/api/v1/entries").get_json()
    assert whole["total"] == 4
    assert {e["kind"] for e in client.get("/api/v1/entries?kind=script").get_json()["entries"]} == {"script"}
    assert [e["id"] for e in client.get("/api/v1/entries?district=天北&kind=basic").get_json()["entries"]] == []
    pages = [client.get(f"/api/v1/entries?per_page=3&page={n}").get_json()["entries"] for n in (1, 2, 3)]
    assert [len(p) for p in pages] == [3, 1, 0]
    assert pages[0] + pages[1] == whole["entries"]


def test_searches_of_programs_are_logged_too(client: FlaskClient, services: Services) -> None:
    client.get("/api/v1/search?q=太贵")
    with services.sessions() as session:
        assert session.scalar(select(func.count()).select_from(SearchRow)) == 1
