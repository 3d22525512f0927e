"""The pages of the desk, as a browser without scripts sees them."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import web
from tests.web.conftest import Counter
from web import Services

STATIC = Path(web.__file__).with_name("static")
ROUTES = [
    ("/", 200), ("/?q=太贵", 200), ("/?q=太贵&kind=tariff", 200), ("/?q=太贵&kind=nonsense", 200), ("/search?q=太贵", 200), ("/lookup?q=太", 200),
    ("/search?q=", 200), ("/healthz", 200), ("/entries/tariff-59", 200), ("/entries/tariff-58", 200), ("/entries/basic-retired", 200),
    ("/entries/tariff-59?version=2", 200), ("/entries/tariff-59?version=9", 404), ("/entries/tariff-59?version=x", 400),
    ("/entries/tariff-59?as_of=2026-02-01", 200), ("/entries/tariff-59?as_of=yesterday", 400), ("/entries/none", 404), ("/entries/..%2fetc", 404),
    ("/touchpoints", 200), ("/touchpoints/handling", 200), ("/touchpoints/waiting", 200), ("/touchpoints/moon", 404), ("/topics", 200),
    ("/topics/个人套餐", 200), ("/topics/个人套餐?page=2", 400), ("/topics/没有", 404), ("/settings", 200), ("/nowhere", 404), ("/print", 200), ("/print?topic=个人套餐&layout=booklet", 200), ("/print?topic=没有", 200),
    ("/print?kind=tariff&page=1", 200), ("/print?page=9", 400), ("/print?kind=x", 400),
    ("/feedback", 405), ("/actions", 405), ("/language", 405),
    ("/api/v1/search?q=太贵", 200), ("/api/v1/search?k=0", 400), ("/api/v1/search?kind=x", 400), ("/api/v1/search?as_of=x", 400),
    ("/api/v1/entries", 200), ("/api/v1/entries?touchpoint=moon", 400), ("/api/v1/entries/tariff-59", 200), ("/api/v1/entries/none", 404),
    ("/api/v1/nowhere", 404), ("/api/v1/openapi.json", 200),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status"), ROUTES)
def test_every_route_answers_with_its_status(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    if path.startswith("/api/") and status >= 400:
        assert set(response.get_json()["error"]) == {"code", "message"}
    elif status >= 400:
        assert "<h1" in response.text


def test_a_search_without_scripts_shows_everything_a_clerk_needs(client: FlaskClient) -> None:
    page = client.get("/?q=太贵了想换便宜的").text
    first = page.split("<article")[1]
    assert "嫌月费太贵要降档" in first
    assert "您可以换 59元 档，每月 20GB。" in first
    assert "月费 59元/月，次月生效" in first
    assert "<s>这档降不了</s>" in first
    assert "没有在约限制就必须受理降档" in first
    assert "<mark>太贵了想换便宜的</mark>" in first
    assert "有效" in first
    assert 'value="太贵了想换便宜的"' in page


def test_a_number_asked_for_is_confirmed_or_set_right(client: FlaskClient) -> None:
    assert "含您问的 59元" in client.get("/?q=59元套餐").text
    assert "您问的 39元，本条是 月费59元/月" in client.get("/?q=39元套餐").text


def test_an_entry_that_ends_soon_says_how_many_days_are_left(client: FlaskClient) -> None:
    page = client.get("/?q=国庆流量包多少钱").text
    assert "即将到期" in page
    assert "还有 3 天" in page


def test_what_does_not_hold_today_is_never_found(client: FlaskClient) -> None:
    page = client.get("/?q=58元套餐").text + client.get("/?q=启航套餐").text + client.get("/lookup?q=旧的缴费办法").text
    assert not re.search(r'data-entry="(tariff-58|tariff-2027|basic-retired)"', page)


def test_only_one_kind_is_found_where_one_was_chosen(client: FlaskClient) -> None:
    assert set(re.findall(r'data-entry="(\w+)-', client.get("/?q=套餐&kind=tariff").text)) == {"tariff"}


@pytest.mark.parametrize(
    ("path", "reason", "instead"),
    [
        ("/entries/tariff-58", "本条已于 2025年12月31日到期，不能对客户使用", "/entries/tariff-59"),
        ("/entries/tariff-2027", "本条 2027年1月1日起才生效", None),
        ("/entries/basic-retired", "本条已下架，不能对客户使用", None),
        ("/entries/tariff-59?as_of=2026-02-01", "您看的是 2026年2月1日的口径", None),
    ],
)
def test_what_may_not_be_said_today_is_shown_with_a_banner_and_its_copying_refused(
    client: FlaskClient, path: str, reason: str, instead: str | None
) -> None:
    page = client.get(path).text
    assert re.search(rf"<strong>[^<]*{reason}", page)
    assert re.search(rf'data-refused="[^"]*{reason}', page)
    if instead:
        assert f'请改用：<a href="{instead}"' in page


def test_an_entry_of_another_place_is_refused_where_the_clerk_works(client: FlaskClient) -> None:
    assert "data-refused" not in client.get("/entries/basic-card").text
    client.post("/settings", data={"district": "天北"})
    assert "本条不适用于您的岗位" in client.get("/entries/basic-card").text


def test_an_entry_shows_dialogue_branches_tables_powers_and_neighbours(client: FlaskClient) -> None:
    page = client.get("/entries/script-cheaper").text
    assert "<dt>客户</dt><dd>太贵了。</dd>" in page
    assert re.search(r'<dt>营业员</dt><dd>换 <span class="fact" title="月费">59元</span> 档就好。</dd>', page)
    assert "<h3>如果客户还嫌贵</h3>" in page
    assert '<td><span class="fact" title="月费">59元/月</span></td>' in page
    assert "<strong>用量</strong>" in page
    assert "减免当月差额" in page
    assert "已过期未复核" in page
    assert 'href="/entries/tariff-59"' in page
    assert 'href="/entries/script-cheaper"' in client.get("/entries/tariff-59").text


def test_no_html_of_an_author_survives(client: FlaskClient) -> None:
    page = client.get("/entries/basic-card").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "全体&lt;b&gt;个人&lt;/b&gt;客户" in client.get("/entries/tariff-59").text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE search; --",
        "😀🎉",
        "\x00\x01\x1b[31m",
        "太",
        "   ",
        "tao'c",
        "%s{{7*7}}",
        "\ud83d".encode("utf-8", "replace").decode(),
    ],
)
def test_odd_queries_are_answered_and_shown_as_they_are(client: FlaskClient, text: str) -> None:
    for path in ("/", "/search", "/lookup", "/api/v1/search"):
        response = client.get(path, query_string={"q": text})
        assert response.status_code == 200
        assert response.mimetype == "application/json" or "<script>alert" not in response.text


def test_a_query_that_is_too_long_is_refused_under_the_box_and_kept_in_it(client: FlaskClient) -> None:
    text = "贵" * 10_000
    response = client.get("/", query_string={"q": text})
    assert response.status_code == 400
    assert "查询有 10000 个字，最多 500 个" in response.text
    assert text in response.text
    fetched = client.get("/search", query_string={"q": text}, headers={"X-Requested-With": "fetch"})
    assert fetched.get_json()["error"]["code"] == "query-too-long"


def test_the_start_page_offers_the_way_through_the_hall(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.index("进厅") < page.index("咨询引导") < page.index("回访")
    assert "太贵 换便宜" in page


def test_what_was_searched_comes_back_as_recent_for_oneself_and_popular_for_others(client: FlaskClient) -> None:
    client.post("/settings", data={"employee": "al002010"})
    client.get("/?q=国庆流量包多少钱")
    assert "我最近查过" in client.get("/").text
    client.post("/settings", data={"employee": ""})
    page = client.get("/").text
    assert "大家常查" in page
    assert "我最近查过" not in page


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 2),
        ("/?q=太贵", 1),
        ("/search?q=太贵", 1),
        ("/lookup?q=太", 0),
        ("/entries/tariff-59", 0),
        ("/touchpoints", 0),
        ("/topics/个人套餐", 0),
        ("/settings", 0),
        ("/api/v1/entries", 0),
    ],
)
def test_a_page_needs_few_statements(client: FlaskClient, services: Services, counted: Counter, path: str, most: int) -> None:
    services.withdrawn.ids()  # once every half second, however many pages
    counted.statements.clear()
    client.get(path)
    assert len(counted.statements) <= most, counted.statements


@pytest.mark.parametrize("path", ["/", "/?q=套餐", "/entries/script-cheaper", "/topics", "/settings"])
def test_a_page_with_its_styles_and_scripts_is_light(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    linked = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert len(page.data) + sum((STATIC / name.removeprefix("/static/").partition("?")[0]).stat().st_size for name in linked) < 150_000
    assert "http://" not in re.sub(r"http://127\.0\.0\.1", "", " ".join(re.findall(r'(?:href|src)="([^"]+)"', page.text)))


@pytest.mark.parametrize("path", ["/", "/?q=套餐", "/entries/script-cheaper", "/nowhere", "/settings"])
def test_pages_hold_neither_styles_nor_scripts_of_their_own(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_the_print_view_shows_cards_with_their_dates_and_the_mark_of_the_folder(client: FlaskClient) -> None:
    page = client.get("/print?topic=个人套餐").text
    assert page.count("<article") == 1
    assert "2026年12月31日" in page
    assert "2026年11月22日打印" in page
    booklet = client.get("/print?topic=降档挽留&layout=booklet").text
    assert "减免当月差额" in booklet
    assert "没有在约限制就必须受理降档" in booklet
    assert "没有符合条件的有效条目" in client.get("/print?topic=没有").text
