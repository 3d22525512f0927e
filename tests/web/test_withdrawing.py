"""紧急下架: out of every answer within a second, in every process, and back."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb.authoring.withdrawals import withdrawn_ids
from kb.db import open_engine, open_sessions
from kb.live import LiveSearch
from quiz.audit import trail
from tests.fakes import FakeEmbedder
from tests.web.conftest import NOW, Staff, add_staff, make_app
from web import Services


def take_out(client: FlaskClient, entry_id: str = "tariff-59", reason: str = "月费写错了") -> int:
    return client.post(f"/trainer/entries/{entry_id}/withdraw", data={"reason": reason}).status_code


def found(client: FlaskClient, query: str) -> list[str]:
    return re.findall(r'data-entry="([\w-]+)"', client.get(f"/search?q={query}").text)


@pytest.fixture
def trainer(client: FlaskClient, staff: Staff) -> FlaskClient:
    return staff.sign_in(client, "TRAINER-AL")


def test_a_withdrawn_entry_is_in_no_answer_and_no_list(trainer: FlaskClient) -> None:
    assert "tariff-59" in found(trainer, "59元套餐")
    assert take_out(trainer) == 303
    for address in ("/search?q=59元套餐", "/lookup?q=59", "/?q=59元套餐", "/touchpoints/inquiry"):
        assert 'data-entry="tariff-59"' not in trainer.get(address).text, address
        assert "/entries/tariff-59?" not in trainer.get(address).text, address
    assert trainer.get("/topics/个人套餐").status_code == 404  # it was the only one in force
    assert "tariff-59" not in {h["id"] for h in trainer.get("/api/v1/search?q=59元套餐").get_json()["hits"]}
    assert "tariff-59" not in {e["id"] for e in trainer.get("/api/v1/entries").get_json()["entries"]}
    gone = trainer.get("/api/v1/entries/tariff-59")
    assert (gone.status_code, gone.get_json()["error"]["code"]) == (410, "entry-withdrawn")


def test_the_price_it_replaced_does_not_come_back(trainer: FlaskClient) -> None:
    take_out(trainer)
    assert "tariff-58" not in found(trainer, "58元套餐")


def test_its_page_says_why_and_since_when_and_refuses_copying(trainer: FlaskClient) -> None:
    take_out(trainer, reason="月费写错了 <b>")
    page = trainer.get("/entries/tariff-59").text
    assert "本条已紧急下架，不能对客户使用" in page
    assert "月费写错了 &lt;b&gt;" in page
    assert "2026年11月22日 10:00" in page
    assert re.search(r'data-copy data-refused="本条已紧急下架', page)
    assert "已下架" in page
    copied = trainer.post("/actions", data={"action": "copy", "entry_id": "tariff-59", "version": "2"}, headers={"X-Requested-With": "fetch"})
    assert copied.status_code == 409


def test_its_numbers_are_hidden_wherever_they_are_quoted(trainer: FlaskClient) -> None:
    take_out(trainer)
    page = trainer.get("/entries/script-cheaper").text
    assert "本条引用的口径已紧急下架" in page
    assert '<a href="/entries/tariff-59">畅享套餐 59 元档</a>' in page
    answer = trainer.get("/search?q=太贵了想换便宜的").text
    assert "引用的口径已紧急下架，数字已隐去" in answer
    for text in (page, answer, trainer.get("/api/v1/search?q=太贵了想换便宜的&k=1").text):
        assert "59元" not in text
        assert "20GB" not in text
    assert "〔已紧急下架〕" in answer


def test_lifting_brings_everything_back(trainer: FlaskClient, services: Services) -> None:
    take_out(trainer)
    assert trainer.post("/trainer/entries/tariff-59/lift").status_code == 303
    assert "tariff-59" in found(trainer, "59元套餐")
    assert "59元" in trainer.get("/entries/script-cheaper").text
    with services.sessions() as db:
        assert withdrawn_ids(db) == frozenset()
        assert [(e.action, e.actor) for e in trail(db, "entry", "tariff-59")] == [("lifted", "TRAINER-AL"), ("withdrawn", "TRAINER-AL")]


@pytest.mark.parametrize("reason", ["", "  \n", "长" * 501])
def test_without_a_fitting_reason_the_form_comes_back_with_what_was_typed(trainer: FlaskClient, reason: str) -> None:
    response = trainer.post("/trainer/entries/tariff-59/withdraw", data={"reason": reason})
    assert response.status_code == 400
    assert 'id="reason-fault"' in response.text
    assert reason.strip() in response.text
    assert "tariff-59" in found(trainer, "59元套餐")


def test_twice_is_once_and_what_does_not_exist_is_said(trainer: FlaskClient) -> None:
    assert (take_out(trainer), take_out(trainer)) == (303, 303)
    assert take_out(trainer, "none") == 404
    assert trainer.post("/trainer/entries/basic-card/lift").status_code == 404


def test_only_trainers_see_the_button(client: FlaskClient, staff: Staff) -> None:
    assert "/trainer/entries/tariff-59/withdraw" in staff.sign_in(client, "TRAINER-AL").get("/entries/tariff-59").text
    assert "/trainer/entries/tariff-59/withdraw" not in staff.sign_in(client, "CLERK-ZQ").get("/entries/tariff-59").text


def test_what_one_process_withdraws_is_gone_in_another_within_a_second(index: Path, tmp_path: Path, empty_database: Path, password_hash: str) -> None:
    clock = [0.0]
    database = tmp_path / "two.db"
    database.write_bytes(empty_database.read_bytes())

    def process() -> Services:
        engine = open_engine(f"sqlite:///{database}")
        return Services(LiveSearch(index, "fake", FakeEmbedder()), engine, open_sessions(engine), lambda: NOW, clock=lambda: clock[0])

    here, there = process(), process()
    staff = add_staff(here, password_hash)
    one, other = make_app(here).test_client(), make_app(there).test_client()
    staff.sign_in(one, "TRAINER-AL")
    assert "tariff-59" in found(other, "59元套餐")
    assert take_out(one) == 303
    assert "tariff-59" not in found(one, "59元套餐")
    clock[0] += 0.51
    assert "tariff-59" not in found(other, "59元套餐")
    one.post("/trainer/entries/tariff-59/lift")
    clock[0] += 0.51
    assert "tariff-59" in found(other, "59元套餐")
    here.engine.dispose()
    there.engine.dispose()
