"""The managers' pages: who sees what, honest blanks, the same number of statements however many rows there are."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient

from kb.errors import NotFoundError
from kb.tables import SearchRow
from quiz.exams.tallies import SPOT, Graded, Whose, add
from quiz.fieldtables import AssignmentRow
from quiz.reports.sums import forget
from tests.quiz.reporting import Reporting, weak_and_strong
from tests.web.conftest import NOW, Counter, Staff
from web import Services
from web.downloads import EXCEL, PDF

PAGES = [
    "/manager",
    "/manager/absent",
    "/manager/halls",
    "/manager/topics",
    "/manager/topics/话术",
    "/manager/entries",
    "/manager/entries/tariff-59",
    "/manager/tables",
]
PERIOD = "first=2026-09&last=2026-10"


@dataclass
class Site:
    """The small site with two months of papers."""

    client: FlaskClient
    staff: Staff
    world: Reporting
    numbers: dict[str, list[str]]

    def get(self, who: str, path: str, status: int = 200) -> str:
        self.staff.sign_in(self.client, who)
        response = self.client.get(path)
        assert response.status_code == status, (who, path, response.status_code)
        return response.get_data(as_text=True)

    def hall(self, code: str) -> str:
        return f"/manager/halls/{self.world.units[code]}"


@pytest.fixture
def site(client: FlaskClient, services: Services, staff: Staff) -> Site:
    with services.sessions.begin() as db:
        world = Reporting(db, units=dict(staff.units), people=dict(staff.ids))
        numbers = weak_and_strong(world, "2026-10", before="2026-09")
    return Site(client, staff, world, numbers)


def test_every_page_answers_and_shows_no_broken_number(site: Site) -> None:
    person = site.numbers["ZQ"][0]
    for path in [*PAGES, site.hall("ZQ"), "/manager/questions/q-a2", f"/manager/people/{person}", "/me"]:
        for query in ("", f"?{PERIOD}", "?source=spot", "?first=2024-01"):
            text = site.get("BRANCH-AL", path + query)
            assert not re.search(r"\bnan\b|None|inf%|Undefined", text), path


@pytest.mark.parametrize("path", PAGES)
def test_a_month_without_answers_is_an_honest_blank(client: FlaskClient, staff: Staff, path: str) -> None:
    staff.sign_in(client, "BRANCH-AL")
    response = client.get(path)
    assert response.status_code == 200
    assert not re.search(r"\bnan\b|None|%）0", response.get_data(as_text=True))


def test_the_first_page_says_what_to_do(site: Site) -> None:
    text = site.get("BRANCH-AL", "/manager")
    assert "去看看中泉厅" in text
    assert "先练“话术”" in text
    assert "2026年10月" in text
    passed = re.search(r"及格率</dt><dd>[\d.]+%</dd><dd class=\"faint\">区间 [\d.]+–[\d.]+ · \d+ 份答卷", text)
    assert passed


def test_the_first_page_assigns_practice_with_one_click_and_then_says_so(site: Site) -> None:
    text = site.get("BRANCH-AL", "/manager")
    form = re.search(r'<form method="post" action="/manager/assign">(.*?)</form>', text, re.DOTALL)
    assert form
    assert "让没答全的" in form[1]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    response = site.client.post("/manager/assign", data=fields)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (303, "/manager")
    text = site.get("BRANCH-AL", "/manager")
    assert "让没答全的" not in text
    assert re.search(r'✓ 已安排 \d+ 人，2026年11月29日前完成</span> <span class="faint">已练 0 人', text)


def test_who_did_not_sit_is_listed_and_few_are_named_at_once(site: Site, services: Services) -> None:
    assert "应该参加的人都参加了" not in site.get("BRANCH-AL", "/manager/absent")
    text = site.get("HALL-ZQ", "/manager/absent")
    assert "CLERK-ZQ" in text
    assert "CLERK-BJ" not in text
    assert "演示CLERK-ZQ" in site.get("HALL-ZQ", "/manager")
    rows = sheet(site, "/manager/export/absent.xlsx")
    assert rows[0] == ("区县公司", "营业厅", "工号", "姓名")
    assert ("沙区", "中泉厅", "CLERK-ZQ", "演示CLERK-ZQ") in rows


def test_an_exam_that_has_just_begun_is_named_and_the_last_one_shown(site: Site, services: Services) -> None:
    with services.sessions.begin() as db:
        site.world.session = db
        site.world.exam("2026-11", closes=NOW + timedelta(days=3))
        site.world.sit("2026-11", site.numbers["ZQ"][0], "ZQ", [1.0] * 4)
    text = site.get("BRANCH-AL", "/manager")
    assert "2026年11月的考试到2026年11月25日才结束，先看2026年10月" in text
    assert 'href="/manager?first=2026-11&amp;last=2026-11"' in text
    assert "2026年10月 · 考试" in site.get("BRANCH-AL", "/manager/halls")
    assert "先看" not in site.get("BRANCH-AL", "/manager?first=2026-11")


def test_spot_checks_do_not_ask_why_somebody_did_not_sit(site: Site, services: Services) -> None:
    with services.sessions.begin() as db:
        people = [site.world.people[number] for number in site.numbers["ZQ"][:3]]
        for person in people:
            add(db, Whose("2026-10", SPOT, person, site.world.units["ZQ"]), [Graded("q-a1", "资费", 1.0, 1.0, 1.0)])
    text = site.get("BRANCH-AL", "/manager?source=spot")
    assert "人没有抽查到" in text
    assert "为什么没参加" not in text


def test_the_topics_say_what_they_weigh(site: Site, services: Services) -> None:
    assert "这段时间没有人搜索，权重按考题的占比" in site.get("BRANCH-AL", "/manager/topics")
    forget()
    with services.sessions.begin() as db:
        for n in range(30):
            at = datetime(2026, 10, 20, 2, n, tzinfo=UTC)
            db.add(SearchRow(id=f"s{n}", at=at, query="太贵", confident=True, hits=["script-cheaper@1"], took_ms=1.0))
    text = site.get("BRANCH-AL", "/manager/topics")
    assert "2026年8月3日至2026年10月31日员工替客户搜了 30 次" in text
    assert "这段时间没有人搜索" not in text


def test_a_district_sees_its_halls_and_no_others(site: Site) -> None:
    text = site.get("DISTRICT-SQ", "/manager/halls")
    assert "中泉厅" in text
    assert "西北路厅" not in text
    site.get("DISTRICT-SQ", site.hall("ZQ"))
    site.get("DISTRICT-SQ", site.hall("XB"), 403)
    site.get("DISTRICT-SQ", f"/manager?unit={site.world.units['TB']}", 403)
    site.get("DISTRICT-SQ", f"/manager/export/hall.pdf?unit={site.world.units['XB']}", 403)
    site.get("DISTRICT-SQ", f"/manager/plots/trend?unit={site.world.units['XB']}", 403)


def test_a_hall_manager_sees_their_hall_and_its_people(site: Site) -> None:
    assert "一人厅" not in site.get("HALL-ZQ", "/manager")
    assert site.numbers["ZQ"][0] in site.get("HALL-ZQ", site.hall("ZQ"))
    site.get("HALL-ZQ", site.hall("BJ"), 403)
    site.get("HALL-ZQ", f"/manager/people/{site.numbers['ZQ'][0]}")
    site.get("HALL-ZQ", f"/manager/people/{site.numbers['BJ'][0]}", 403)
    site.get("HALL-ZQ", "/manager/people/NOBODY", 404)
    site.get("HALL-ZQ", "/manager/halls/987654", 404)


def test_a_clerk_sees_only_their_own_results(site: Site) -> None:
    site.get("CLERK-ZQ", "/manager", 403)
    text = site.get("CLERK-ZQ", "/me")
    assert 'href="/me"' in text
    assert 'href="/manager"' not in text
    assert 'href="/manager"' in site.get("HALL-ZQ", "/me")


def test_the_address_of_a_district_leads_to_its_halls(site: Site) -> None:
    site.staff.sign_in(site.client, "BRANCH-AL")
    response = site.client.get(site.hall("SQ"))
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/manager/halls")


def test_one_drills_down_from_hall_to_answer_to_entry(site: Site) -> None:
    person = site.numbers["ZQ"][0]
    assert f"/manager/people/{person}" in site.get("BRANCH-AL", site.hall("ZQ"))
    paper = re.search(r"paper=(\d+)", site.get("BRANCH-AL", f"/manager/people/{person}"))
    assert paper
    text = site.get("BRANCH-AL", f"/manager/people/{person}?paper={paper[1]}")
    assert "示例题干 q-a2" in text
    assert "/manager/questions/q-a2" in text
    assert 'href="/entries/tariff-59"' in text
    site.get("BRANCH-AL", f"/manager/people/{site.numbers['ZQ'][1]}?paper={paper[1]}", 404)


@pytest.mark.parametrize("query", ["first=2026-13", "first=abc", "source=x", "sort=nothing", "unit=-1", "page=0", "first=2020-01&last=2026-10"])
def test_what_makes_no_sense_in_an_address_is_said(site: Site, query: str) -> None:
    site.get("BRANCH-AL", f"/manager/halls?{query}", 400)


def test_a_range_the_wrong_way_round_is_the_same_range(site: Site) -> None:
    assert "2026年9月至2026年10月" in site.get("BRANCH-AL", "/manager?first=2026-10&last=2026-09")


def test_tables_order_by_their_heads(site: Site) -> None:
    up, down = (site.get("BRANCH-AL", f"/manager/halls?sort={sort}").split('aria-label="各营业厅"')[1] for sort in ("raw", "-raw"))
    assert up.index("中泉厅</a>") < up.index("北京路厅</a>")
    assert down.index("中泉厅</a>") > down.index("北京路厅</a>")
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down


def test_the_posted_tables_hide_names_and_are_exported_as_shown(site: Site) -> None:
    text = site.get("BRANCH-AL", "/manager/tables?level=person")
    assert "演示" not in re.sub(r"<header.*?</header>", "", text, flags=re.DOTALL)
    site.staff.sign_in(site.client, "BRANCH-AL")
    for level in ("hall", "district", "person"):
        assert len(sheet(site, f"/manager/export/tables.xlsx?level={level}")) > 1, level
    site.get("BRANCH-AL", "/manager/export/nothing.xlsx", 404)
    rows = sheet(site, "/manager/export/tables.xlsx?level=hall")
    assert rows[0][:7] == ("名次", "单位", "区县公司", "实考", "应考", "参加率（百分数）", "得分")
    assert rows[1][:2] == (1, "北京路厅")
    assert all("演示" not in str(cell) for row in sheet(site, "/manager/export/tables.xlsx?level=person") for cell in row)


def sheet(site: Site, path: str) -> list[tuple[object, ...]]:
    """The first sheet of a workbook, which has to be one."""
    response = site.client.get(path)
    assert response.status_code == 200, path
    return list(openpyxl.load_workbook(io.BytesIO(response.data)).worksheets[0].values)


def pages_with_files(site: Site) -> list[str]:
    person = site.numbers["ZQ"][0]
    paper = re.search(r"paper=(\d+)", site.get("BRANCH-AL", f"/manager/people/{person}"))
    assert paper
    more = [site.hall("ZQ"), "/manager/questions/q-a2", f"/manager/people/{person}?paper={paper[1]}", "/me"]
    return [*PAGES, "/manager/tables?level=person", *more]


def test_every_page_is_offered_as_excel_and_as_pdf(site: Site, font: None) -> None:
    for path in pages_with_files(site):
        for query, endings in (("", ("xlsx", "pdf")), ("source=spot", ("xlsx",)), ("first=2024-01", ("xlsx",)), (PERIOD, ("xlsx",))):
            text = site.get("BRANCH-AL", path + ("&" if "?" in path else "?") + query)
            for ending in endings:
                address = re.search(rf'href="([^"]+\.{ending}[^"]*)"', text)
                assert address, path
                response = site.client.get(address[1].replace("&amp;", "&"))
                assert (response.status_code, response.content_type) == (200, EXCEL if ending == "xlsx" else PDF), (path, query)
                assert response.data.startswith(b"PK" if ending == "xlsx" else b"%PDF")


def test_a_workbook_holds_the_figures_of_its_page_as_numbers(site: Site) -> None:
    site.staff.sign_in(site.client, "BRANCH-AL")
    header, *rows = sheet(site, "/manager/export/halls.xlsx")
    by_name = {row[1]: dict(zip(header, row, strict=True)) for row in rows}
    weak = by_name["中泉厅"]
    page = site.get("BRANCH-AL", site.hall("ZQ"))
    assert f"{weak['正确率']:.1f}%" in page
    assert f"{weak['正确率区间下限']:.1f}–{weak['正确率区间上限']:.1f}" in page
    assert weak["提示"] == "▼ 明显偏低"
    assert not any(isinstance(cell, float) and cell != cell for row in rows for cell in row)  # noqa: PLR0124  # NaN is unlike itself


def test_files_keep_to_what_one_may_see(site: Site, font: None) -> None:
    other, units = site.numbers["BJ"][0], site.world.units
    for ending in ("xlsx", "pdf"):
        site.get("HALL-ZQ", f"/manager/export/hall.{ending}?unit={units['BJ']}", 403)
        site.get("HALL-ZQ", f"/manager/export/person.{ending}?number={other}", 403)
        site.get("HALL-ZQ", f"/manager/export/hall.{ending}", 404)
        site.get("CLERK-ZQ", f"/manager/export/halls.{ending}", 403)
        assert site.client.get(f"/me.{ending}?source=practice").status_code == 200
    site.get("BRANCH-AL", "/manager/export/halls.txt", 404)


def test_without_a_chinese_font_the_pdf_of_a_page_says_what_to_do(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_font: object) -> None:
        raise NotFoundError("font-missing")

    monkeypatch.setattr("web.documents.find_fonts", none)
    site.staff.sign_in(site.client, "BRANCH-AL")
    response = site.client.get("/manager/export/halls.pdf")
    assert response.status_code == 503
    assert site.client.get("/manager/export/halls.xlsx").status_code == 200


def test_plots_are_svg_and_not_sent_twice(site: Site) -> None:
    site.staff.sign_in(site.client, "BRANCH-AL")
    for name in ("trend", "funnel", "topics", "heat"):
        response = site.client.get(f"/manager/plots/{name}")
        assert response.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert response.data.startswith(b"<svg")
        assert b"style=" not in response.data
        again = site.client.get(f"/manager/plots/{name}", headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
    assert site.client.get("/manager/plots/nothing").status_code == 404
    assert site.client.get("/manager/plots/funnel?first=2024-01").status_code == 200


def test_practice_is_assigned_from_a_topic_to_a_hall_one_sees(site: Site, services: Services) -> None:
    site.staff.sign_in(site.client, "HALL-ZQ")
    form = {"topic": "话术", "unit": site.world.units["ZQ"], "first": "2026-10", "last": "2026-10", "due": "2026-11-29", "next": "/manager/topics"}
    response = site.client.post("/manager/assign", data=form)
    assert (response.status_code, response.headers["Location"]) == (303, "/manager/topics")
    with services.sessions() as db:
        assert [(row.topic, row.by, len(row.people)) for row in db.query(AssignmentRow)] == [("话术", "HALL-ZQ", 10)]
    assert "已给 10 人安排" in site.get("HALL-ZQ", "/manager/topics")
    site.staff.sign_in(site.client, "HALL-ZQ")
    assert site.client.post("/manager/assign", data={**form, "unit": site.world.units["BJ"]}).status_code == 403
    assert site.client.post("/manager/assign", data={**form, "due": "2020-01-01"}).status_code == 303
    assert site.client.get("/manager/topics").get_data(as_text=True).count("完成日期请选") == 1


@pytest.mark.parametrize("path", ["/manager", "/manager/halls", "/manager/topics", "/manager/entries", "/manager/tables?level=hall"])
def test_the_number_of_statements_does_not_grow_with_rows(site: Site, services: Services, counted: Counter, path: str) -> None:
    site.get("BRANCH-AL", path)
    few = len(counted.statements)
    with services.sessions.begin() as db:
        site.world.session = db
        for hall in ("ZQ", "BJ", "XB"):
            for number in site.world.hire(hall, 8):
                site.world.sit("2026-10", number, hall, [1.0, 0.0, 1.0, 0.5])
    counted.statements.clear()
    site.get("BRANCH-AL", path)
    assert len(counted.statements) <= few <= 30


@pytest.mark.parametrize("path", ["/manager", "/manager/halls", "/manager/topics", "/manager/tables?level=hall"])
def test_the_units_are_read_once_for_a_page(site: Site, counted: Counter, path: str) -> None:
    site.get("BRANCH-AL", path)
    counted.statements.clear()
    site.client.get(path)
    assert len([statement for statement in counted.statements if "unit.closed_on" in statement and "ORDER BY unit.code" in statement]) == 1
