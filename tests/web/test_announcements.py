"""Announcements: told by a trainer, read by the staff they were told to."""

import pytest
from flask.testing import FlaskClient

from quiz.audit import trail
from tests.web.conftest import Staff
from web import Services

TOLD = {"entry": "tariff-59", "title": "59 元档改价", "text": "原来 59 元，\n现在 49 元。", "whom": "all"}


@pytest.fixture
def trainer(client: FlaskClient, staff: Staff) -> FlaskClient:
    return staff.sign_in(client, "TRAINER-AL")


def as_(client: FlaskClient, staff: Staff, number: str) -> FlaskClient:
    return staff.sign_in(client, number)


def test_an_announcement_reaches_everybody_once(trainer: FlaskClient, staff: Staff, services: Services) -> None:
    told = trainer.post("/insight/announcements", data=TOLD)
    assert told.headers["Location"] == "/insight/announcements/1"
    clerk = as_(trainer, staff, "CLERK-ZQ")
    assert '<strong>1</strong><span class="unseen">条未读' in clerk.get("/").text
    page = clerk.get("/announcements").text
    assert ("59 元档改价" in page, "现在 49 元。" in page, "/entries/tariff-59" in page) == (True, True, True)
    assert clerk.post("/announcements/1/read").headers["Location"] == "/announcements"
    assert "没有未读的通知" in clerk.get("/announcements").text
    assert "条未读" not in clerk.get("/").text
    assert clerk.post("/announcements/1/read").status_code == 303
    with services.sessions() as db:
        assert [line.action for line in trail(db, "entry", "tariff-59")] == ["announced"]


def test_the_rate_of_reading_is_shown_by_hall(trainer: FlaskClient, staff: Staff) -> None:
    trainer.post("/insight/announcements", data={**TOLD, "whom": "some", "unit": [staff.units["SQ"]]})
    as_(trainer, staff, "CLERK-ZQ").post("/announcements/1/read")
    page = as_(trainer, staff, "TRAINER-AL").get("/insight/announcements/1").text
    assert "1 / 5 人，20.0%" in page
    assert ("中泉厅" in page, "西北路厅" in page, "CLERK2-ZQ" in page) == (True, False, True)


def test_it_is_told_only_to_those_it_is_meant_for(trainer: FlaskClient, staff: Staff) -> None:
    trainer.post("/insight/announcements", data={**TOLD, "whom": "some", "unit": [staff.units["ZQ"]]})
    clerk = as_(trainer, staff, "CLERK-XB")
    assert "没有未读的通知" in clerk.get("/announcements").text
    refused = clerk.post("/announcements/1/read", headers={"X-Requested-With": "fetch"})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "announcement-foreign")
    assert clerk.post("/announcements/99/read").status_code == 404
    assert "59 元档改价" in as_(trainer, staff, "CLERK-ZQ").get("/announcements").text


def test_what_is_closed_is_shown_no_more(trainer: FlaskClient, staff: Staff) -> None:
    trainer.post("/insight/announcements", data=TOLD)
    assert trainer.post("/insight/announcements/1/close").status_code == 303
    assert "已停止显示" in trainer.get("/insight/announcements").text
    assert "没有未读的通知" in as_(trainer, staff, "CLERK-ZQ").get("/announcements").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"entry": "nothing"}, "请选择口径有变的条目"), ({"title": " "}, "请写标题"), ({"title": "长" * 121}, "请写标题"), ({"text": ""}, "请写正文"),
        ({"whom": "some"}, "请选择发给谁"), ({"whom": ""}, "请选择发给谁"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(trainer: FlaskClient, change: dict[str, str], said: str) -> None:
    response = trainer.post("/insight/announcements", data={**TOLD, **change})
    assert response.status_code == 400
    assert said in response.text
    if "text" not in change:
        assert "现在 49 元。" in response.text


def test_the_entry_may_be_chosen_by_the_address(trainer: FlaskClient) -> None:
    page = trainer.get("/insight/announcements?entry=tariff-59").text
    assert '<option value="tariff-59" selected>' in page
    assert 'value="畅享套餐 59 元档"' in page


def test_guests_have_no_announcements(client: FlaskClient) -> None:
    assert client.get("/announcements").status_code == 303
    assert "条未读" not in client.get("/").text
