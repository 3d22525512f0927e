"""The trainer's insight: flags in words, gaps to drafts, usage, reviews, the customers' voice."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

from kb.authoring.drafts import drafts
from kb.authoring.entryform import read_form
from kb.authoring.publishing import Publisher
from kb.db import open_engine, open_sessions
from kb.entry import EntryRef
from kb.querylog import Asker, record_feedback
from tests.fakes import FakeEmbedder
from tests.kb.searched import search
from tests.quiz.marked import PEOPLE, WRONG, sit
from tests.web.conftest import NOW, Counter, Staff, add_staff, make_app, write_content
from web import Services

PAGES = (
    "/insight",
    "/insight/items",
    "/insight/gaps",
    "/insight/usage",
    "/insight/feedback",
    "/insight/reviews",
    "/insight/voice",
    "/insight/announcements",
)


@pytest.fixture
def trainer(client: FlaskClient, staff: Staff) -> FlaskClient:
    return staff.sign_in(client, "TRAINER-AL")


@pytest.fixture
def sat(services: Services) -> Services:
    with services.sessions.begin() as db:
        sit(db)
    return services


@pytest.fixture
def searched(services: Services) -> Services:
    with services.sessions.begin() as db:
        for n in range(4):
            search(db, "卫星电话怎么开通", who=f"CLERK{n}", hall="中泉厅", ago=timedelta(days=n))
        search(db, "查 13812345678", who="CLERK1")
        search(db, "太贵了", confident=True, hits=("script-cheaper@1",), then="copy")
        record_feedback(db, EntryRef("script-cheaper", 1), Asker("CLERK1", "中泉厅"), NOW, useful=False, reason="outdated", comment="活动停了")
    return services


def sheet(response) -> list[tuple]:
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    return list(openpyxl.load_workbook(io.BytesIO(response.data)).active.iter_rows(values_only=True))


@pytest.mark.parametrize("address", PAGES)
def test_an_empty_site_says_what_will_stand_there(trainer: FlaskClient, address: str) -> None:
    response = trainer.get(address)
    assert response.status_code == 200
    assert len(response.data) < 150_000


def test_a_wrong_key_is_named_in_words(trainer: FlaskClient, sat: Services) -> None:
    page = trainer.get("/insight/items").text
    row = page[page.index(WRONG) :]
    assert "答案存疑" in row
    assert re.search(r"不少高分员工选了 B（成绩靠前的三分之一里有 \d+%，选标准答案 C 的有 \d+%）：答案是否有误？", row)
    assert f"<dd>{PEOPLE}</dd>" in page
    only = trainer.get("/insight/items?show=miskey").text
    assert re.findall(r'class="stem-link" href="/insight/items/([\w-]+)', only) == [WRONG]


def test_the_first_page_names_what_needs_care(trainer: FlaskClient, sat: Services, searched: Services) -> None:
    page = trainer.get("/insight").text
    assert WRONG in page
    assert "答案是否有误？" in page
    assert "卫星电话怎么开通" in page
    assert "没用 1 次，有用 0 次：内容过时 1" in page
    assert "1 条复核已过期" in page


def test_one_question_shows_who_chose_what(trainer: FlaskClient, sat: Services) -> None:
    page = trainer.get(f"/insight/items/{WRONG}").text
    assert page.count("更像答案") == 1
    assert "标准答案" in page
    assert "2026年10月" in page
    assert trainer.get("/insight/items/nothing").status_code == 404
    assert trainer.get(f"/insight/items/{WRONG}?exam=99").status_code == 404


@pytest.mark.parametrize(
    "address", ["/insight/items?show=x", "/insight/items?exam=x", "/insight/gaps?days=x", "/insight/gaps?kind=x", "/insight/usage?show=x", "/insight/reviews?state=x", "/insight/gaps?page=0"]
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused(trainer: FlaskClient, address: str) -> None:
    assert trainer.get(address).status_code == 400


def test_the_list_asks_the_database_as_often_for_many_items_as_for_few(trainer: FlaskClient, sat: Services, counted: Counter) -> None:
    trainer.get("/insight/items")
    counted.statements.clear()
    trainer.get("/insight/items")
    assert len(counted.statements) <= 8


def test_a_gap_shows_its_phrasings_without_numbers_that_name_customers(trainer: FlaskClient, searched: Services) -> None:
    page = trainer.get("/insight/gaps").text
    assert "没找到 4 次" in page
    assert "查 ［号码］" in page
    assert "13812345678" not in page
    assert "<strong>4</strong> 人" in page
    assert "这个站点没有内容目录" in page
    assert trainer.post("/insight/gaps/draft", data={"ask": "卫星"}).status_code == 303


def test_usage_counts_and_names_what_nobody_used(trainer: FlaskClient, searched: Services) -> None:
    rows = sheet(trainer.get("/insight/export/usage.xlsx"))
    assert rows[1][:9] == ("script-cheaper", "嫌月费太贵要降档", "话术", "降档挽留", 1, 0, 1, 0, 1)
    never = trainer.get("/insight/usage?show=never").text
    assert ("畅享套餐 59 元档" in never, "嫌月费太贵要降档" in never) == (True, False)
    said = trainer.get("/insight/feedback?entry=script-cheaper").text
    assert ("活动停了" in said, "内容过时" in said, "CLERK1" in said) == (True, True, False)


def test_reviews_are_filtered_by_state_and_owner(trainer: FlaskClient, services: Services) -> None:
    page = trainer.get("/insight/reviews?state=overdue").text
    assert ("嫌月费太贵要降档" in page, "畅享套餐 59 元档" in page) == (True, False)
    assert "过期 21 天" in page
    assert 'state=overdue">1</a>' in page
    nobody = trainer.get("/insight/reviews?owner=-").text
    assert ("嫌月费太贵要降档</a>" in nobody, "畅享套餐 59 元档" in nobody) == (False, True)
    assert len(sheet(trainer.get("/insight/export/reviews.xlsx?state=overdue"))) == 2


def test_a_sudden_rise_is_said_first(trainer: FlaskClient, services: Services) -> None:
    with services.sessions.begin() as db:
        for week in range(5):
            for n in range(10 if week else 30):
                ago = timedelta(days=7 * week + 1, minutes=n)
                search(db, "59元套餐", who=f"C{n % 6}", ago=ago, confident=True, hits=("tariff-59@2",))
            for n in range(20):
                search(db, "太贵了", who=f"C{n % 6}", ago=timedelta(days=7 * week + 2, minutes=n), confident=True, hits=("script-cheaper@1",))
    page = trainer.get("/insight/voice").text
    assert "“个人套餐”突然增多：近 7 天 30 次" in page
    assert page.count("badge bad") == 1
    assert sheet(trainer.get("/insight/voice.xlsx"))[1][-1] == "突然增多"


def test_managers_hear_the_voice_and_nothing_else(client: FlaskClient, staff: Staff, searched: Services) -> None:
    staff.sign_in(client, "HALL-ZQ")
    assert client.get("/insight/voice?mine=1").status_code == 200
    assert "客户声音" in client.get("/").text
    assert "/insight/gaps" not in client.get("/insight/voice").text
    assert [client.get(page).status_code for page in ("/insight", "/insight/gaps", "/insight/items", "/insight/export/gaps.xlsx")] == [403] * 4
    staff.sign_in(client, "CLERK-ZQ")
    assert client.get("/insight/voice").status_code == 403


@pytest.mark.parametrize("name", ["items", "gaps", "usage", "feedback", "reviews"])
def test_every_table_is_exported(trainer: FlaskClient, sat: Services, searched: Services, font: None, name: str) -> None:
    assert len(sheet(trainer.get(f"/insight/export/{name}.xlsx"))) > 1
    pdf = trainer.get(f"/insight/export/{name}.pdf")
    assert (pdf.content_type, pdf.data[:4]) == ("application/pdf", b"%PDF")
    assert trainer.get("/insight/export/nothing.xlsx").status_code == 404


@pytest.fixture
def writing(tmp_path: Path, index: Path, empty_database: Path, password_hash: str) -> Iterator[tuple[FlaskClient, Services]]:
    """A trainer's browser on a site where entries can be written."""
    import shutil

    from kb.live import LiveSearch

    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path / 'own.db')}")
    publisher = Publisher(write_content(tmp_path / "content"), index, FakeEmbedder(), engine)
    services = Services(LiveSearch(index, "fake", FakeEmbedder()), engine, open_sessions(engine), lambda: NOW, publisher=publisher)
    client = make_app(services).test_client()
    add_staff(services, password_hash).sign_in(client, "TRAINER-AL")
    yield client, services
    engine.dispose()


def test_one_click_makes_a_draft_of_a_new_entry(writing: tuple[FlaskClient, Services]) -> None:
    client, services = writing
    data = {"ask": ["卫星电话怎么开", "卫星通话多少钱"], "first": "卫星通话多少钱", "near": "tariff-59"}
    response = client.post("/insight/gaps/draft", data=data)
    with services.sessions() as db:
        (draft,) = drafts(db)
    form = read_form(draft.text)
    assert (form.title, form.topic, form.asks) == ("卫星通话多少钱", "个人套餐", ("卫星通话多少钱", "卫星电话怎么开"))
    assert response.headers["Location"] == f"/authoring/drafts/{draft.id}"
    assert draft.author == "TRAINER-AL"


def test_one_click_adds_phrasings_to_an_entry(writing: tuple[FlaskClient, Services]) -> None:
    client, services = writing
    assert client.post("/insight/gaps/draft", data={"ask": "补卡要啥", "entry": "basic-card"}).status_code == 303
    with services.sessions() as db:
        (draft,) = drafts(db)
    assert read_form(draft.text).asks == ("补卡带什么", "补卡要啥")
    client.post("/insight/gaps/draft", data={"entry": "basic-card"})
    assert "请至少勾选一个问法" in client.get("/insight/gaps").text
    assert client.post("/insight/gaps/draft", data={"ask": "补卡", "entry": "nothing"}).status_code == 404


def test_still_right_stands_beside_what_is_due(writing: tuple[FlaskClient, Services]) -> None:
    client, _ = writing
    assert "/authoring/entries/script-cheaper/still-right" in client.get("/insight/reviews?state=overdue").text
