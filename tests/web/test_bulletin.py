"""The monthly bulletin: who may see which unit's, honest blanks, and files that open."""

import io
import re
from dataclasses import dataclass
from urllib.parse import unquote

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.errors import NotFoundError
from quiz.reports.sums import forget
from tests.quiz.reporting import Reporting, weak_and_strong
from tests.web.conftest import Counter, Staff
from web import Services, params
from web.bulletin import views

MONTH = "month=2026-10"
FILES = ["/bulletin.xlsx", "/bulletin.pdf", "/bulletin/tables.pdf"]


@dataclass
class Site:
    """The small site with two months of papers and a hall of one."""

    client: FlaskClient
    staff: Staff
    world: Reporting
    numbers: dict[str, list[str]]

    def open(self, who: str, path: str) -> TestResponse:
        self.staff.sign_in(self.client, who)
        return self.client.get(path)

    def get(self, who: str, path: str, status: int = 200) -> str:
        response = self.open(who, path)
        assert response.status_code == status, (who, path, response.status_code)
        return response.get_data(as_text=True)

    def of(self, code: str, ending: str = "", month: str = MONTH) -> str:
        return f"/bulletin{ending}?{month}&unit={self.world.units[code]}"


@pytest.fixture
def site(client: FlaskClient, services: Services, staff: Staff) -> Site:
    with services.sessions.begin() as db:
        world = Reporting(db, units=dict(staff.units), people=dict(staff.ids))
        numbers = weak_and_strong(world, "2026-10", before="2026-09")
        [alone] = numbers["ONE"] = world.hire("ONE", 1)
        world.sit("2026-10", alone, "ONE", [1.0, 1.0, 0.0, 0.5])
    return Site(client, staff, world, numbers)


def test_a_page_of_very_many_halls_lists_the_first_and_says_where_the_rest_are(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "这里列出前" not in text_of(site.get("BRANCH-AL", f"/bulletin?{MONTH}"))
    monkeypatch.setattr(views, "MOST_SHOWN", 2)
    monkeypatch.setattr(params, "MOST_OFFERED", 1)
    page = site.get("BRANCH-AL", f"/bulletin?{MONTH}")
    assert "这里列出前 2 个单位，全部 4 个在 PDF 和 Excel 里。" in text_of(page)
    form = page.split('id="unit"')[1].split("</select>")[0]
    assert f'value="{site.world.units["SQ"]}"' in form
    assert f'value="{site.world.units["ONE"]}"' not in form
    book = openpyxl.load_workbook(io.BytesIO(site.open("BRANCH-AL", f"/bulletin.xlsx?{MONTH}").data))
    cells = {cell.value for sheet in book for row in sheet for cell in row}
    assert {"中泉厅", "北京路厅", "西北路厅", "一人厅"} <= cells


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_branch_reads_results_changes_and_the_familiar_table(site: Site) -> None:
    page = site.get("BRANCH-AL", "/bulletin")
    text = text_of(page)
    assert "示例分公司 2026年10月业务考试通报" in text
    assert all(head in page for head in ("名次", "单位", "应考", "实考", "参考率", "平均分", "平均分区间", "及格率", "名次可能在"))
    assert all(name in page for name in ("中泉厅", "北京路厅", "西北路厅", "一人厅"))
    assert "与2026年9月相比" in text
    assert re.search(r"平均分 [\d.]+ 区间 [\d.]+–[\d.]+，22 人", text)
    assert re.search(r"22 份中 \d+ 份", text)
    assert "95% 区间" in text
    assert not re.search(r"\bnan\b|None|%\(|%%|Undefined", text)
    assert len(page) < 150_000


def test_no_two_landmarks_have_one_name(site: Site) -> None:
    page = site.get("BRANCH-AL", "/bulletin")
    named = re.findall(r"<(?:section|nav|aside|form|[a-z]+[^>]* role=\"region\")[^>]* aria-labelledby=\"([^\"]+)\"", page)
    assert len(named) > 3
    assert len(set(named)) == len(named)


def test_entries_to_read_are_linked_where_they_can_be_opened(site: Site) -> None:
    page = site.get("BRANCH-AL", "/bulletin")
    assert '<a href="/entries/script-cheaper">嫌月费太贵要降档</a>' in page
    assert site.get("BRANCH-AL", "/entries/script-cheaper")


def test_where_no_change_stands_out_the_bulletin_says_so(site: Site) -> None:
    text = text_of(site.get("BRANCH-AL", "/bulletin"))
    assert "可比的 3 个厅里，没有哪个厅的进步大到偶然解释不了。" in text
    assert "没有人两次都在同一单位答够 10 题，不能比。" in text


def test_people_are_partly_hidden(site: Site) -> None:
    page = site.get("HALL-ZQ", "/bulletin")
    assert "中泉厅 2026年10月业务考试通报" in page
    assert "演*" in page
    for number in site.numbers["ZQ"]:
        assert number not in page
        assert f"…{number[-3:]}" in page
    assert "北京路厅" not in page


def test_a_hall_of_one_is_told_as_one_and_not_ranked(site: Site) -> None:
    text = text_of(site.get("BRANCH-AL", site.of("ONE")))
    assert "本月只有 1 人交卷" in text
    assert "员工名次表" not in text
    assert "两次都参加的不到 2 人，不能比。" in text
    assert re.search(r"— 一人厅 \d+ 1 [^一]{0,60}人数少，不排名", text_of(site.get("BRANCH-AL", site.of("TB"))))


@pytest.mark.parametrize("who", ["BRANCH-AL", "HALL-ZQ", "INSPECT-AL"])
def test_a_month_without_exam_is_an_honest_blank(site: Site, who: str) -> None:
    text = text_of(site.get(who, "/bulletin?month=2025-02"))
    assert "这个月没有考试，所以没有成绩、变化和名次。" in text
    assert "0.0%" not in text
    book = openpyxl.load_workbook(io.BytesIO(site.open(who, "/bulletin.xlsx?month=2025-02").data))
    assert book.sheetnames == ["通报"]


def test_nobody_has_papers_yet(client: FlaskClient, staff: Staff) -> None:
    text = text_of(staff.sign_in(client, "BRANCH-AL").get("/bulletin").get_data(as_text=True))
    assert "这个月没有考试" in text


def test_a_manager_reads_their_own_units_and_no_others(site: Site) -> None:
    site.get("DISTRICT-SQ", site.of("ZQ"))
    for path in ("", ".xlsx", ".pdf", "/tables.pdf"):
        site.get("DISTRICT-SQ", site.of("XB", path), 403)
        site.get("DISTRICT-SQ", site.of("AL", path), 403)
        site.get("HALL-ZQ", site.of("BJ", path), 403)
        site.get("CLERK-ZQ", f"/bulletin{path}", 403)
    page = site.get("DISTRICT-SQ", "/bulletin")
    assert "沙区 2026年10月业务考试通报" in page
    assert "西北路厅" not in page
    assert "西北路厅" in site.get("TRAINER-AL", "/bulletin")


def test_what_leads_nowhere_is_refused(site: Site) -> None:
    site.get("BRANCH-AL", "/bulletin?month=10", 400)
    site.get("BRANCH-AL", "/bulletin?unit=x", 400)
    site.get("BRANCH-AL", "/bulletin?unit=987654", 404)


def test_the_workbook_reads_back_with_numbers_as_numbers(site: Site) -> None:
    response = site.open("BRANCH-AL", f"/bulletin.xlsx?{MONTH}")
    assert "示例分公司 2026年10月业务考试通报.xlsx" in unquote(response.headers["Content-Disposition"])
    assert response.headers["Content-Disposition"].isascii()
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert book.sheetnames[0] == "通报"
    assert {"本月结果", "薄弱分类", "请重读这些条目", "区县公司名次表", "营业厅名次表"} <= set(book.sheetnames)
    rows = list(book["营业厅名次表"].values)
    assert rows[0] == ("名次", "单位", "应考", "实考", "参考率", "平均分", "平均分区间", "及格率", "名次可能在")
    line = next(row for row in rows if row[1] == "中泉厅")
    assert (line[0], line[3]) == (3, 7)
    assert isinstance(line[5], int | float)
    assert all(len(row) == len(rows[0]) for row in rows)


@pytest.mark.parametrize("path", ["/bulletin.pdf", "/bulletin/tables.pdf"])
@pytest.mark.parametrize("who", ["BRANCH-AL", "HALL-ZQ"])
def test_the_pdf_has_pages(site: Site, font: None, path: str, who: str) -> None:
    response = site.open(who, path)
    assert response.content_type == "application/pdf"
    assert response.data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", response.data)) >= 1


def test_without_a_chinese_font_the_pdf_says_what_to_do_and_the_page_remains(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_given: object) -> None:
        raise NotFoundError("font-missing")

    monkeypatch.setattr("web.documents.find_fonts", none)
    page = site.open("BRANCH-AL", "/bulletin.pdf")
    assert page.status_code == 503
    assert "字体" in page.get_data(as_text=True)
    site.get("BRANCH-AL", "/bulletin")
    assert site.open("BRANCH-AL", "/bulletin.xlsx").status_code == 200


def test_the_overview_leads_to_the_bulletin_of_its_month_and_unit(site: Site) -> None:
    page = site.get("BRANCH-AL", f"/manager?first=2026-09&last=2026-09&unit={site.world.units['SQ']}")
    address = re.search(r'href="(/bulletin\?[^"]+)"', page)
    assert address
    assert "沙区 2026年9月业务考试通报" in site.get("BRANCH-AL", address[1].replace("&amp;", "&"))


def test_the_bulletin_speaks_english_too(site: Site) -> None:
    site.staff.sign_in(site.client, "BRANCH-AL")
    with site.client.session_transaction() as session:
        session["lang"] = "en"
    text = text_of(site.client.get("/bulletin").get_data(as_text=True))
    assert "exam bulletin, October 2026" in text
    assert "Entries to read again" in text


def test_the_statements_do_not_grow_with_the_halls(site: Site, counted: Counter, services: Services) -> None:
    site.get("BRANCH-AL", "/bulletin")  # who asks is then known for a while
    forget()
    counted.statements.clear()
    site.get("BRANCH-AL", "/bulletin")
    first = len(counted.statements)
    with services.sessions.begin() as db:
        world = Reporting.__new__(Reporting)
        world.__dict__.update({**site.world.__dict__, "session": db})
        for number in world.hire("ONE", 5):
            world.sit("2026-10", number, "ONE", [1.0, 0.0, 0.0, 0.5])
    forget()
    counted.statements.clear()
    site.get("BRANCH-AL", "/bulletin")
    assert len(counted.statements) <= first
