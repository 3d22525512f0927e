"""What protects the site, and how it behaves when parts are missing."""

import logging
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.config import Settings
from kb.db import open_engine, open_sessions
from kb.errors import StorageError
from kb.live import LiveSearch
from tests.fakes import FakeEmbedder
from tests.web.conftest import NOW, Staff, build, make_app, make_services, write_content
from web import Services
from web.errors import STATUS
from web.wiring import secret_key


@pytest.mark.parametrize("path", ["/", "/entries/none", "/api/v1/entries", "/static/css/base.css"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"


def test_only_files_with_a_fingerprint_are_kept_for_long(client: FlaskClient) -> None:
    with client.get("/static/js/search.js?v=1") as kept, client.get("/static/js/shared.js") as asked:
        assert kept.cache_control.max_age == 31536000
        assert asked.cache_control.max_age is None
        assert asked.cache_control.no_cache


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "192.168.1.5", "", "[::1", "a b", "localhost.evil"])
def test_a_foreign_host_name_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code in {400, 421}


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:9", "[::1]:8000"])
def test_names_of_this_machine_are_served(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_further_host_names_can_be_allowed(services: Services) -> None:
    app = make_app(services)  # one of its own: the configuration is changed
    app.config["ALLOWED_HOSTS"] = ("hall.example",)
    assert app.test_client().get("/", headers={"Host": "hall.example"}).status_code == 200


def test_without_an_index_pages_say_what_to_run_and_recover_by_themselves(tmp_path: Path) -> None:
    client = make_app(make_services(tmp_path / "index")).test_client()
    for path in ("/", "/search?q=x", "/entries/x", "/topics", "/healthz", "/api/v1/search?q=x"):
        assert client.get(path).status_code == 503
    assert "hallwise index" in client.get("/").text
    assert client.get("/api/v1/entries").get_json()["error"]["code"] == "index-missing"
    assert client.get("/settings").status_code == 200
    build(write_content(tmp_path / "content"), tmp_path / "index")
    assert client.get("/").status_code == 200
    assert client.get("/healthz").text.startswith("ok ")


def test_a_damaged_index_is_reported_as_such(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("../elsewhere")
    assert "已损坏" in make_app(make_services(tmp_path)).test_client().get("/").text


def test_a_new_snapshot_is_shown_without_a_restart(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content")
    build(content, tmp_path / "index")
    clock = iter(range(0, 1000, 10))
    services = replace(make_services(tmp_path / "index"), search=LiveSearch(tmp_path / "index", "fake", FakeEmbedder(), lambda: float(next(clock))))
    client = make_app(services).test_client()
    assert client.get("/entries/basic-new").status_code == 404
    build(write_content(content, {"basic-new": "\nid: basic-new\ntitle: 新条目\nkind: basic\n---\n> 新话。\n"}), tmp_path / "index")
    assert "新话。" in client.get("/entries/basic-new").text


def test_an_answer_is_given_even_when_it_cannot_be_logged(index: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = open_engine("sqlite://")  # without tables
    services = Services(LiveSearch(index, "fake", FakeEmbedder()), engine, open_sessions(engine), lambda: NOW)
    client = make_app(services).test_client()
    with caplog.at_level(logging.CRITICAL):
        assert "嫌月费太贵要降档" in client.get("/?q=太贵了想换便宜的").text
        assert client.get("/").status_code == 200
        assert client.get("/entries/tariff-59?s=abc").status_code == 200


def test_the_unforeseen_is_logged_with_its_trace_and_shown_without(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        """A search that fails in a way nobody foresaw."""

        def get(self) -> None:
            raise ZeroDivisionError("secret detail")

    client = make_app(replace(services, search=Broken())).test_client()  # type: ignore[arg-type]
    response = client.get("/")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    assert "ZeroDivisionError" in caplog.text
    assert client.get("/api/v1/search").get_json()["error"]["code"] == "internal"


def test_only_where_browsers_come_by_https_are_they_told_to_come_by_nothing_else(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    response = client.post("/settings", data={"employee": "AL002010"})
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in response.headers["Set-Cookie"].split(";")}


def test_no_form_is_taken_without_the_token_of_a_page(services: Services, staff: Staff) -> None:
    app = make_app(services, csrf=True)
    client = app.test_client()
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(posts) > 60
    for rule in posts:
        with app.test_request_context():
            values = {name: 1 if "Integer" in type(converter).__name__ else "a" for name, converter in rule._converters.items()}
            address = str(rule.build(values)[1])
        staff.sign_in(client, "ADMIN-AL")
        refused = client.post(address, headers={"X-Requested-With": "fetch"})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (400, "csrf"), rule


def test_a_form_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert client.post("/feedback", data={"comment": "x" * 70_000}).status_code == 413


def test_a_method_that_is_not_allowed_names_those_that_are(client: FlaskClient) -> None:
    response = client.delete("/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_every_status_of_the_table_is_a_failure() -> None:
    assert all(400 <= status < 600 for status in STATUS.values())


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "var" / "index")
    key = secret_key(settings)
    assert len(key) == 64
    assert secret_key(settings) == key
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600


def test_a_key_that_cannot_be_kept_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="写不进"):
        secret_key(Settings(index=tmp_path / "file" / "index"))
