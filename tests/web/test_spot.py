"""Spot checks in the browser, without scripts: choosing, drawing, receiving, results and tables, and who may see what."""

import io
import json
import re

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from kb.db import reading
from quiz.exams.tallies import differences
from quiz.fieldtables import SpotCheckRow
from quiz.questions.question import Option, QuestionType
from quiz.tables import EmployeeRow, MembershipRow
from tests.quiz.practising import Practising
from tests.web.conftest import Counter, Staff
from web import Services

CHECK = "c" * 32


@pytest.fixture
def bank(services: Services) -> None:
    """A question of every type that can be asked aloud, on entries that hold today everywhere or in the hall of the entry's scope."""
    with services.sessions.begin() as db:
        world = Practising(db)
        world.question("q-fee", "个人套餐", "tariff-59", type=QuestionType.NUMBER, options=(), key="59元/月", stem="畅享 59 元档<b>每月</b>多少钱？")
        world.question("q-single", "降档挽留", "script-cheaper")
        world.question("q-true", "流量包", "tariff-ending", type=QuestionType.TRUE_FALSE, options=(), key="对", stem="国庆流量包 11 月 25 日到期。")
        world.question("q-short", "降档挽留", "script-cheaper", type=QuestionType.SHORT, options=(), key="先问用量再给方案", stem="客户嫌贵怎么说？")
        cards = (Option("身份证", right=True), Option("户口本", right=True), Option("工作证", right=False))
        world.question("q-cards", "补换卡", "basic-card", type=QuestionType.MULTIPLE, options=cards, stem="补卡时认哪些证件？")
        world.question("q-steps", "补换卡", "basic-card", type=QuestionType.ORDERING, options=(), steps=("核对", "写卡"), stem="补卡的步骤？")


@pytest.fixture
def inspector(client: FlaskClient, staff: Staff, bank: None) -> FlaskClient:
    return staff.sign_in(client, "INSPECT-AL")


def begin(client: FlaskClient, unit: int, clerks: int = 2, each: int = 2, check: str = CHECK) -> str:
    """Begin a check; the address of its page."""
    response = client.post("/spot/new", data={"unit": unit, "clerks": clerks, "each": each, "seed": 1, "check": check})
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def asked(page: str) -> list[tuple[int, int]]:
    """(employee, revision) of every question on a check page."""
    found = []
    for part in page.split('data-step="intro"')[1:]:
        employee = re.search(r'data-employee="(\d+)"', part)[1]
        found += [(int(employee), int(revision)) for revision in re.findall(r'data-revision="(\d+)"', part)]
    return found


def send(client: FlaskClient, page: str, credit: float = 1, change: int = 1, check: str = CHECK, finished: object = None) -> dict:
    answers = [{"employee": e, "revision": r, "credit": credit, "note": "漏说<合约期>", "change": change, "at": 0} for e, r in asked(page)]
    message = json.dumps({"sent": 1000, "answers": answers, "finished": finished})
    response = client.post(f"/spot/checks/{check}/answers", data={"message": message}, headers={"X-Requested-With": "fetch"})
    assert response.status_code == 200, response.text
    return response.get_json()


# --- choosing and drawing


def test_an_inspector_chooses_a_hall_by_district_or_by_name(inspector: FlaskClient) -> None:
    page = inspector.get("/spot/new").text
    assert all(name in page for name in ("中泉厅", "北京路厅", "西北路厅", "本月已查 0 / 3 人"))
    found = inspector.get("/spot/new?text=天北").text
    assert ("西北路厅" in found, "中泉厅" in found) == (True, False)
    assert "没有找到“某厅”" in inspector.get("/spot/new?text=某厅").text
    assert "还没有抽查记录" in inspector.get("/spot").text


def test_the_draw_is_shown_before_it_begins_and_can_be_drawn_again(inspector: FlaskClient, staff: Staff) -> None:
    page = inspector.get(f"/spot/new?unit={staff.units['ZQ']}&clerks=2&each=2&seed=5").text
    assert "还没有抽查过" in page
    assert "全厅 3 人，抽中 2 人" in page
    assert page.count("<li>") >= 2
    drawn = re.findall(r"<strong>(演示[^<]+)</strong>", page)
    assert drawn == re.findall(r"<strong>(演示[^<]+)</strong>", inspector.get(f"/spot/new?unit={staff.units['ZQ']}&clerks=2&each=2&seed=5").text)
    again = re.search(r'href="(/spot/new\?[^"]+seed=\d+)"', page)[1].replace("&amp;", "&")
    assert inspector.get(again).status_code == 200


@pytest.mark.parametrize("values", ["clerks=0&each=5", "clerks=x&each=5", "clerks=20&each=10", "clerks=3&each="])
def test_numbers_that_make_no_sense_are_said_and_stay_in_their_fields(inspector: FlaskClient, staff: Staff, values: str) -> None:
    page = inspector.get(f"/spot/new?unit={staff.units['ZQ']}&{values}")
    assert page.status_code == 400
    assert "人数要在 1 到 20 之间" in page.text
    assert 'aria-invalid="true"' in page.text
    assert f'value="{re.search("clerks=([^&]*)", values)[1]}"' in page.text
    data = {"unit": staff.units["ZQ"], **dict(part.split("=") for part in values.split("&")), "seed": 1, "check": CHECK}
    assert inspector.post("/spot/new", data=data).status_code == 400


def test_a_hall_is_not_checked_by_its_own_district(client: FlaskClient, staff: Staff, services: Services, bank: None) -> None:
    with services.sessions.begin() as db:
        db.get_one(EmployeeRow, staff.ids["DISTRICT-SQ"]).role = "inspector"
    staff.sign_in(client, "DISTRICT-SQ")
    page = client.get("/spot/new").text
    assert ("西北路厅" in page, "中泉厅" in page) == (True, False)
    assert client.get(f"/spot/new?unit={staff.units['ZQ']}").status_code == 403
    refused = client.post("/spot/new", data={"unit": staff.units["ZQ"], "clerks": 1, "each": 1, "seed": 1, "check": CHECK})
    assert (refused.status_code, "专项互查只查别的区县" in refused.text) == (403, True)
    begin(client, staff.units["XB"], 1, 1)
    assert "互查 · 沙区" in client.get("/spot").text


def test_what_leads_nowhere_is_refused(inspector: FlaskClient, staff: Staff) -> None:
    assert inspector.get(f"/spot/new?unit={staff.units['SQ']}").status_code == 400
    assert inspector.get("/spot/new?unit=x").status_code == 400
    assert inspector.get("/spot?month=yesterday").status_code == 400
    assert inspector.get(f"/spot/checks/{CHECK}").status_code == 404
    assert inspector.get(f"/spot/checks/{CHECK}/result").status_code == 404
    data = {"unit": staff.units["ZQ"], "clerks": 1, "each": 1, "seed": 1, "check": "short"}
    assert inspector.post("/spot/new", data=data).status_code == 400


# --- the page of a check


def test_the_page_of_a_check_holds_all_that_is_needed_without_a_network(inspector: FlaskClient, staff: Staff) -> None:
    where = begin(inspector, staff.units["ZQ"], 3, 5)
    assert begin(inspector, staff.units["ZQ"], 3, 5) == where
    page = inspector.get(where).text
    assert len(asked(page)) == 15
    assert "畅享 59 元档&lt;b&gt;每月&lt;/b&gt;多少钱？" in page
    assert "59元/月" in page
    assert page.count('class="is-right"') >= 3
    assert "先问用量再给方案" in page
    assert "以条目为准" in page
    assert "补卡的步骤" not in page  # nobody puts steps in order by ear
    assert len(page) < 150_000


def test_the_largest_check_stays_within_the_budget_of_a_page(inspector: FlaskClient, staff: Staff, services: Services) -> None:
    with services.sessions.begin() as db:
        world = Practising(db)
        for n in range(120):
            options = tuple(Option(f"第 {n} 题的一个选项，字数和真题差不多，有二十来个字{m}", right=m == 1) for m in range(4))
            world.question(f"q-{n}", "个人套餐", "tariff-59", options=options, stem=f"第 {n} 题：" + "客户来问这个套餐怎么收费，" * 5)
        for n in range(20):
            db.execute(update(MembershipRow).where(MembershipRow.employee_id == world.person(f"N{n:03}")).values(unit_id=staff.units["BJ"]))
    page = inspector.get(begin(inspector, staff.units["BJ"], 20, 5)).data
    assert len(asked(page.decode())) == 100
    assert len(page) < 150_000


def test_the_service_worker_may_keep_what_lies_below_spot(client: FlaskClient) -> None:
    response = client.get("/spot/sw.js")
    assert (response.status_code, response.mimetype) == (200, "text/javascript")
    assert response.headers["Service-Worker-Allowed"] == "/spot/"
    assert response.headers["Cache-Control"] == "no-cache"


# --- receiving


def test_judgements_are_taken_once_and_stand_on_the_pages(inspector: FlaskClient, staff: Staff, services: Services) -> None:
    page = inspector.get(begin(inspector, staff.units["ZQ"])).text
    first = send(inspector, page, 0.5)
    assert (len(first["kept"]), first["refused"], first["finished"]) == (4, [], False)
    assert send(inspector, page, 0.5) == first
    assert send(inspector, page, 1, change=2, finished={"at": 1, "remark": "整改"})["finished"] is True
    again = inspector.get(f"/spot/checks/{CHECK}/state").get_json()
    assert ({one["credit"] for one in again["judged"]}, again["finished"], len(again["judged"])) == ({1.0}, True, 4)
    with reading(services.engine) as db:
        assert differences(db) == []
    result = inspector.get(f"/spot/checks/{CHECK}/result").text
    assert "漏说&lt;合约期&gt;" in result
    assert all(word in result for word in ("100.0", "达标", "2 / 3", "整改", "答对"))
    page = inspector.get("/spot").text
    assert "2 人 4 题" in page


def test_the_result_tells_who_was_drawn_and_not_asked_and_what_was_put_right_later(inspector: FlaskClient, staff: Staff) -> None:
    page = inspector.get(begin(inspector, staff.units["ZQ"])).text
    (employee, revision), *_ = asked(page)
    names = dict(re.findall(r'data-employee="(\d+)" data-name="([^"]+)"', page))
    others = {names[str(e)] for e, _ in asked(page) if e != employee}

    def judge(credit: float, change: int, finished: object) -> str:
        answers = [{"employee": employee, "revision": revision, "credit": credit, "note": "", "change": change, "at": 2000}]
        message = json.dumps({"sent": 2000, "answers": answers, "finished": finished})
        assert inspector.post(f"/spot/checks/{CHECK}/answers", data={"message": message}).status_code == 200
        return inspector.get(f"/spot/checks/{CHECK}/result").text

    assert "抽中未问" not in judge(0, 1, None)
    assert "未达标" not in inspector.get("/spot").text  # no verdict while the check is under way
    over = judge(0, 1, {"at": 1000, "remark": ""})
    assert re.search(rf"抽中未问</dt><dd>{others.pop()} ", over)
    assert "结束后更正" not in over
    assert re.search(r"结束后更正</span> 不对 → 答对", judge(1, 2, None))


@pytest.mark.parametrize("message", ["", "{", "[]", "null", '{"sent": 1}', '{"sent": NaN, "answers": []}', "[" * 5000])
def test_a_message_that_cannot_be_read_is_refused(inspector: FlaskClient, staff: Staff, message: str) -> None:
    begin(inspector, staff.units["ZQ"])
    response = inspector.post(f"/spot/checks/{CHECK}/answers", data={"message": message}, headers={"X-Requested-With": "fetch"})
    assert (response.status_code, response.get_json()["error"]["code"]) == (400, "spot-message-bad")


def test_what_is_not_of_the_check_is_refused_by_its_place(inspector: FlaskClient, staff: Staff) -> None:
    page = inspector.get(begin(inspector, staff.units["ZQ"])).text
    employee, revision = asked(page)[0]
    answers = [{"employee": employee, "revision": r, "credit": 1, "note": "", "change": 1, "at": 0} for r in (revision, 987654)]
    response = inspector.post(f"/spot/checks/{CHECK}/answers", data={"message": json.dumps({"sent": 0, "answers": answers})})
    assert response.get_json()["refused"] == [{"place": 1, "code": "spot-question-unknown", "message": "有一条记录的题目不在这次抽查里，没有收下"}]


# --- who sees what


def test_only_the_inspector_records_and_managers_see_their_own_halls(inspector: FlaskClient, client: FlaskClient, staff: Staff) -> None:
    page = inspector.get(begin(inspector, staff.units["XB"], 1, 2)).text
    send(inspector, page, 0.5)
    staff.sign_in(client, "ADMIN-AL")
    assert client.get(f"/spot/checks/{CHECK}").headers["Location"] == f"/spot/checks/{CHECK}/result"
    refused = client.post(f"/spot/checks/{CHECK}/answers", data={"message": '{"sent": 0, "answers": []}'})
    assert refused.status_code == 403
    assert client.get(f"/spot/checks/{CHECK}/state").status_code == 403
    for number, allowed in (("HALL-ZQ", False), ("DISTRICT-SQ", False), ("BRANCH-AL", True), ("TRAINER-AL", True)):
        staff.sign_in(client, number)
        assert client.get(f"/spot/checks/{CHECK}/result").status_code == (200 if allowed else 403), number
        assert ("西北路厅" in client.get("/spot").text) is allowed, number
        assert ("西北路厅" in client.get("/manager/tables?source=spot&level=hall").text) is allowed, number
        assert ("演***B" in client.get("/manager/tables?source=spot&level=person").text) is allowed, number
        assert client.get("/spot/new").status_code == 403
    staff.sign_in(client, "CLERK-XB")
    assert client.get("/spot").status_code == 403
    assert "抽查" not in client.get("/").text


# --- tables


def test_the_tables_of_the_month_are_posted_with_those_of_exams(inspector: FlaskClient, staff: Staff) -> None:
    send(inspector, inspector.get(begin(inspector, staff.units["ZQ"])).text, 0.5)
    other = "d" * 32
    send(inspector, inspector.get(begin(inspector, staff.units["XB"], 1, 2, other)).text, 1, check=other)
    links = re.findall(r'href="(/manager/tables[^"]*)"', inspector.get("/spot").text)
    pages = [inspector.get(link.replace("&amp;", "&")).text for link in links]
    assert len(pages) == 3
    districts, halls, people = pages
    assert districts.index("天北</th>") < districts.index("沙区</th>")
    assert halls.index("西北路厅") < halls.index("中泉厅") < halls.index("北京路厅")
    assert all(word in halls for word in ("100.0", "50.0", "66.7%", "2 / 3", "未查", "达标", "部门总抽查率", "检测分数", "人数少，不排名"))
    assert "题数少，不排名" in people
    assert "演示CLERK" not in people
    assert "2026年11月还没有过完，数字还会变。" in halls
    exported = inspector.get("/manager/export/tables.xlsx?source=spot&level=hall")
    rows = [list(row) for row in openpyxl.load_workbook(io.BytesIO(exported.data)).worksheets[0].iter_rows(values_only=True)]
    assert rows[0][:7] == ["名次", "单位", "区县公司", "抽查人数", "在岗", "部门总抽查率（百分数）", "检测分数"]
    assert [row[:7] for row in rows[1:3]] == [["—", "西北路厅", "天北", 1, 1, 100, 100], ["—", "中泉厅", "沙区", 2, 3, 66.7, 50]]
    assert [row[-1] for row in rows[1:4]] == ["达标", None, None]  # all of a staff of one; two of three say too little


def test_the_posted_figures_have_the_form_that_head_offices_print(inspector: FlaskClient, staff: Staff, services: Services) -> None:
    """27 of 31 people, 87.1 % of the staff, and 95.0 points, as it stands in their tables."""
    with services.sessions.begin() as db:
        world = Practising(db)
        for n in range(30):
            db.execute(update(MembershipRow).where(MembershipRow.employee_id == world.person(f"N{n:03}")).values(unit_id=staff.units["BJ"]))
    for check, clerks in (("1" * 32, 20), ("2" * 32, 7)):
        page = inspector.get(begin(inspector, staff.units["BJ"], clerks, 5, check)).text
        answers = [{"employee": e, "revision": r, "credit": 1, "note": "", "change": 1, "at": 0} for e, r in asked(page)]
        for one in answers[::10]:
            one["credit"] = 0.5
        inspector.post(f"/spot/checks/{check}/answers", data={"message": json.dumps({"sent": 0, "answers": answers})})
    rows = openpyxl.load_workbook(io.BytesIO(inspector.get("/manager/export/tables.xlsx?source=spot&level=hall").data)).worksheets[0]
    line = [cell.value for cell in rows[2]]
    assert line[:6] == [1, "北京路厅", "沙区", 27, 31, 87.1]
    assert line[6] == pytest.approx(95, abs=0.2)
    assert f"<strong>{line[6]:.1f}</strong>" in inspector.get("/manager/tables?source=spot&level=hall").text


def test_a_month_that_has_begun_without_a_check_shows_the_earlier_ones(inspector: FlaskClient, staff: Staff, services: Services) -> None:
    assert "还没有抽查记录" in inspector.get("/spot").text
    send(inspector, inspector.get(begin(inspector, staff.units["ZQ"])).text)
    with services.sessions.begin() as db:
        db.execute(update(SpotCheckRow).values(month="2026-10"))
    page = inspector.get("/spot").text
    assert "本月还没有抽查，下面是以前的记录。" in page
    assert re.search(r"<h2[^>]*>2026年10月</h2>", page)
    assert "中泉厅" in page
    assert "2026年11月没有抽查记录。" in inspector.get("/spot?month=2026-11").text


def test_pages_take_no_more_statements_for_more_checks(inspector: FlaskClient, staff: Staff, counted: Counter) -> None:
    addresses = ("/spot", f"/spot/checks/{'0' * 32}", f"/spot/checks/{'0' * 32}/result", "/manager/tables?source=spot&level=person", "/spot/new")

    def statements() -> list[int]:
        found = []
        for address in addresses:
            inspector.get(address)
            counted.statements.clear()
            assert inspector.get(address).status_code == 200
            found.append(len(counted.statements))
        return found

    send(inspector, inspector.get(begin(inspector, staff.units["ZQ"], 1, 1, "0" * 32)).text, 0.5, check="0" * 32)
    few = statements()
    for n in range(1, 5):
        check, hall = f"{n}" * 32, ("ZQ", "XB", "BJ", "ZQ")[n - 1]
        send(inspector, inspector.get(begin(inspector, staff.units[hall], check=check)).text, 0.5, check=check)
    assert statements() == few


def test_the_pages_speak_english_too(inspector: FlaskClient, staff: Staff) -> None:
    page = inspector.get(begin(inspector, staff.units["ZQ"])).text
    send(inspector, page)
    inspector.post("/language", data={"lang": "en", "next": "/"})
    assert "Standard of 90" in inspector.get("/spot").text
    assert "Right" in inspector.get(f"/spot/checks/{CHECK}").text
    assert "checked this month" in inspector.get("/spot/new").text
    tables = inspector.get("/manager/tables?source=spot&level=hall").text
    assert all(word in tables for word in ("Standard of 90", "is not over", "Interval"))
