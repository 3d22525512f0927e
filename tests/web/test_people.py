"""The people's pages: who may see whom, editing, importing, first passwords."""

import io
import re

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.db import reading
from quiz.files.spreadsheet import read_sheet
from quiz.people.accounts import credentials, matches
from quiz.people.rosterstore import roster_state
from tests.web.conftest import Counter, Staff
from web import Services
from web.uploads import LARGEST

ROSTER = "工号,姓名,岗位,区县公司,营业厅\nCLERK-ZQ,演示CLERK-ZQ,营业员,沙区,北京路厅\nNEW1,新一,营业员,沙区,中泉厅\nNEW2,新二,营业员,沙区,中权厅\n,无号,营业员,沙区,中泉厅\n"


@pytest.fixture
def admin(app: Flask, client: FlaskClient, staff: Staff, tmp_path, monkeypatch) -> FlaskClient:
    """The administrator's browser, with uploads kept in this test's folder."""
    monkeypatch.setitem(app.config, "UPLOADS", tmp_path / "uploads")
    return staff.sign_in(client, "ADMIN-AL")


def upload(client: FlaskClient, data: bytes, name: str = "花名册.csv", **form: str):
    return client.post("/people/import", data={"file": (io.BytesIO(data), name), **form})


def shown(client: FlaskClient, path: str = "/people") -> list[str]:
    return re.findall(r'class="key"><a [^>]*>([^<]+)</a>', client.get(path).text)


# --- who sees whom


@pytest.mark.parametrize(
    ("number", "numbers"),
    [
        ("HALL-ZQ", ["CLERK-ZQ", "CLERK2-ZQ", "HALL-ZQ"]),
        ("DISTRICT-SQ", ["CLERK-BJ", "CLERK-ZQ", "CLERK2-ZQ", "DISTRICT-SQ", "HALL-ZQ"]),
    ],
)
def test_a_manager_sees_their_own_and_below(client: FlaskClient, staff: Staff, number: str, numbers: list[str]) -> None:
    staff.sign_in(client, number)
    assert shown(client) == numbers
    assert client.get(f"/people?unit={staff.units['TB']}").status_code == 403
    assert client.get(f"/people/{staff.ids['CLERK-XB']}").status_code == 403
    page = client.get(f"/people/{staff.ids['CLERK-ZQ']}").text
    assert "演示CLERK-ZQ" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    exported = read_sheet(client.get("/people/export?format=csv").data, "x.csv")
    assert [row.cells[0] for row in exported.rows] == numbers


def test_the_branch_manager_and_the_trainer_see_everybody(client: FlaskClient, staff: Staff) -> None:
    for number in ("BRANCH-AL", "TRAINER-AL"):
        staff.sign_in(client, number)
        assert len(shown(client)) == 10


def test_filters_stand_in_the_address(admin: FlaskClient, staff: Staff) -> None:
    assert shown(admin, f"/people?unit={staff.units['TB']}") == ["CLERK-XB"]
    assert shown(admin, "/people?role=trainer") == ["TRAINER-AL"]
    assert shown(admin, "/people?text=clerk2") == ["CLERK2-ZQ"]
    assert "清除筛选" in admin.get("/people?text=nobody").text
    assert admin.get("/people?role=king").status_code == 400


def test_a_page_of_the_list_takes_few_statements(admin: FlaskClient, counted: Counter) -> None:
    admin.get("/people")  # who asks is then known for a while
    counted.statements.clear()
    admin.get("/people")
    assert len(counted.statements) <= 6  # two of them are what is new in the head of every page


# --- one person


def test_faults_of_a_new_person_stand_at_their_fields_and_nothing_is_lost(admin: FlaskClient, staff: Staff) -> None:
    page = admin.post("/people/new", data={"number": "工 1", "name": "新<人>", "role": "clerk", "unit": "", "day": "2026-11-01"})
    assert page.status_code == 400
    assert 'href="#number"' in page.text
    assert 'id="unit-fault"' in page.text
    assert 'value="新&lt;人&gt;"' in page.text
    done = admin.post("/people/new", data={"number": "n1", "name": "新人", "role": "clerk", "unit": staff.units["ZQ"], "day": "2026-11-01"})
    assert done.status_code == 303
    assert "2026年11月1日" in admin.get(done.headers["Location"]).text
    again = admin.post("/people/new", data={"number": "N1", "name": "新人", "role": "clerk", "unit": staff.units["ZQ"], "day": "2026-11-01"})
    assert again.status_code == 409


def test_a_move_a_departure_and_a_return_are_shown_in_the_history(admin: FlaskClient, staff: Staff) -> None:
    path = f"/people/{staff.ids['CLERK-ZQ']}"
    assert admin.post(f"{path}/move", data={"unit": staff.units["BJ"], "day": "2026-12-01"}).status_code == 303
    assert "尚未开始" in admin.get(path).text
    assert admin.post(f"{path}/move", data={"unit": staff.units["SQ"], "day": "2026-12-01"}).status_code == 400
    assert admin.post(f"{path}/edit", data={"name": "改名", "role": "hall_manager"}).status_code == 303
    assert admin.post(f"{path}/leave", data={"day": "2026-11-20"}).status_code == 303
    assert "CLERK-ZQ" not in shown(admin)
    assert shown(admin, "/people?state=left") == ["CLERK-ZQ"]
    assert admin.post(f"{path}/return", data={"unit": staff.units["XB"], "day": "2026-11-22"}).status_code == 303
    page = admin.get(path).text
    assert "天北 · 西北路厅" in page
    assert all(word in page for word in ("调动", "修改资料", "离职", "复职"))
    assert admin.post("/people/987654/edit", data={"name": "甲", "role": "clerk"}).status_code == 404


def test_the_last_administrator_cannot_be_lost(admin: FlaskClient, staff: Staff) -> None:
    page = admin.post(f"/people/{staff.ids['ADMIN-AL']}/leave", data={"day": "2026-11-22"})
    assert page.status_code == 409
    assert "至少要留一位" in page.text


def test_a_reset_password_is_shown_once_works_and_has_to_be_changed(admin: FlaskClient, staff: Staff, services: Services) -> None:
    page = admin.post(f"/people/{staff.ids['CLERK-ZQ']}/password")
    secret = re.search(r'class="secret"[^>]*>([^<]+)<', page.text)[1]
    assert page.headers["Cache-Control"] == "no-store"
    with reading(services.engine) as db:
        found = credentials(db, "CLERK-ZQ")
    assert found.must_change
    assert matches(found, secret)
    assert secret not in admin.get(f"/people/{staff.ids['CLERK-ZQ']}").text


# --- the organisation


def test_units_are_added_renamed_closed_and_opened_again(admin: FlaskClient, staff: Staff) -> None:
    assert admin.post("/people/units", data={"above": staff.units["SQ"], "name": "友好厅", "code": ""}).status_code == 303
    unit = re.search(r'id="unit-(\d+)"[^>]*>\s*<th[^>]*>友好厅', admin.get("/people/units").text)[1]
    assert admin.post(f"/people/units/{unit}/rename", data={"name": "友好北路厅", "code": "YH"}).status_code == 303
    assert admin.post(f"/people/units/{unit}/close").status_code == 303
    assert "已撤销" in admin.get("/people/units").text
    assert admin.post(f"/people/units/{unit}/reopen").status_code == 303
    refused = admin.post(f"/people/units/{staff.units['ZQ']}/close")
    assert refused.status_code == 409
    assert "“中泉厅”还有 3 人" in refused.text
    twin = admin.post("/people/units", data={"above": staff.units["SQ"], "name": "中泉厅", "code": "Q9"})
    assert (twin.status_code, 'value="Q9"' in twin.text) == (409, True)


def test_halls_of_many_districts_are_unfolded_one_district_at_a_time(admin: FlaskClient, staff: Staff) -> None:
    text = "工号,姓名,岗位,区县公司,营业厅\n" + "".join(
        f"N{i},新{i},营业员,{'沙区' if i % 2 else '天北'},{chr(0x4E00 + 50 * i)}{chr(0x5E00 + i)}厅\n" for i in range(200)
    )
    where = upload(admin, text.encode()).headers["Location"]
    admin.post(where.split("?")[0], data={"day": "2026-11-22"})
    page = admin.get(f"/people/units?open={staff.units['SQ']}").text
    assert page.count('class="depth-2"') == 102
    assert admin.get("/people/units").text.count('class="depth-2"') == 0
    assert admin.get(f"/people/units?open={staff.units['ZQ']}").text.count('class="depth-2"') == 102


# --- rosters brought in


def test_a_gbk_roster_is_previewed_faults_first_and_imported_without_the_faulty(admin: FlaskClient, services: Services) -> None:
    response = upload(admin, ROSTER.encode("gbk"))
    assert response.status_code == 303
    where = response.headers["Location"]
    page = admin.get(where).text
    assert "营业厅：没有“中权厅”，是不是“中泉厅”？" in page
    assert "工号：工号是空的，请填写" in page
    assert page.index("NEW2") < page.index("NEW1")
    assert "导入 2 行" in page
    with reading(services.engine) as db:
        assert "NEW1" not in roster_state(db).people
    done = admin.post(where.split("?")[0], data={"day": "2026-11-22"})
    assert done.status_code == 303
    after = admin.get(done.headers["Location"]).text
    assert "新增 1 人，调动 1 人，修改 0 人，离职 0 人。还有 2 行有错误" in after
    with reading(services.engine) as db:
        assert {"NEW1"} == {number for number in roster_state(db).people if number.startswith("NEW")}
    findings = read_sheet(admin.get(f"{where.split('?')[0]}/findings").data, "x.xlsx")
    assert [row.cells[0] for row in findings.rows] == ["4", "5"]


def test_a_doubtful_unit_is_made_once_it_is_ticked(admin: FlaskClient, services: Services) -> None:
    where = upload(admin, ROSTER.encode()).headers["Location"]
    key = re.search(r'name="add" value="([^"]+)"', admin.get(where).text)[1]
    assert "导入 3 行" in admin.get(f"{where}&add={key}").text
    admin.post(where.split("?")[0], data={"day": "2026-11-22", "add": key})
    with reading(services.engine) as db:
        there = roster_state(db)
    assert "中权厅" in {unit.name for unit in there.units}
    assert "NEW2" in there.people


def test_those_missing_from_a_whole_roster_leave_only_when_that_is_confirmed(admin: FlaskClient, services: Services) -> None:
    data = "工号,姓名\nADMIN-AL,演示ADMIN-AL\nCLERK-ZQ,演示CLERK-ZQ\n".encode()
    where = upload(admin, data, whole="1").headers["Location"]
    assert "名单里没有的在职人员 8 人" in admin.get(where).text
    admin.post(where.split("?")[0], data={"day": "2026-11-22"})
    assert len(shown(admin)) == 10
    where = upload(admin, data, whole="1").headers["Location"]
    admin.post(where.split("?")[0], data={"day": "2026-11-22", "whole": "1"})
    assert shown(admin) == ["ADMIN-AL", "CLERK-ZQ"]


def test_a_roster_without_the_administrator_changes_nothing_and_says_why(admin: FlaskClient) -> None:
    where = upload(admin, "工号,姓名\nCLERK-ZQ,改名\n".encode(), whole="1").headers["Location"]
    refused = admin.post(where.split("?")[0], data={"day": "2026-11-22", "whole": "1"})
    assert refused.status_code == 409
    assert "至少要留一位" in refused.text
    assert len(shown(admin)) == 10


def test_an_upload_belongs_to_whoever_brought_it_and_is_gone_after_the_import(
    app: Flask, admin: FlaskClient, staff: Staff, services: Services
) -> None:
    where = upload(admin, "工号,姓名\nCLERK-ZQ,改名\n".encode()).headers["Location"]
    admin.post(f"/people/{staff.ids['TRAINER-AL']}/edit", data={"name": "演示", "role": "admin"})
    other = staff.sign_in(app.test_client(), "TRAINER-AL")
    assert other.get(where).status_code == 404
    assert admin.get(where).status_code == 200
    admin.post(where.split("?")[0], data={"day": "2026-11-22"})
    assert admin.get(where).status_code == 404


def test_a_file_left_for_a_day_is_swept_away(app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    where = upload(admin, ROSTER.encode()).headers["Location"]
    monkeypatch.setattr("web.uploads._KEPT_SECONDS", -1)
    upload(admin, ROSTER.encode())
    assert admin.get(where).status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "", "请先选一个"), (b"", "a.csv", "文件是空的"), (b"PK\x03\x04broken", "a.xlsx", "压缩包已损坏"), (b"a,b\n1,2\n", "a.csv", "找不到“工号”和“姓名”"),
        (b"\xff\xff\xff", "a.csv", "不是 UTF-8 或 GBK"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_said_at_its_field(admin: FlaskClient, data: bytes, name: str, word: str) -> None:
    page = upload(admin, data, name)
    assert page.status_code == 400
    assert word in page.text
    assert 'id="file-fault"' in page.text


def test_a_large_file_is_taken_here_and_nowhere_else(admin: FlaskClient) -> None:
    text = "工号,姓名,备注一\n" + "".join(f"CLERK-ZQ,演示CLERK-ZQ,{i:080}\n" for i in range(3000))
    assert len(text) > 200_000
    assert upload(admin, text.encode()).status_code == 303
    huge = {"input_stream": io.BytesIO(b"x" * (LARGEST + 2**18)), "content_type": "multipart/form-data; boundary=x"}
    assert admin.post("/people/import", **huge).status_code == 413
    assert admin.post("/people/new", data={"number": "x" * 100_000}).status_code == 413


def test_the_template_and_the_export_can_be_filled_in_and_imported(admin: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(admin.get("/people/template").data))
    assert [cell.value for cell in book.active[1]][:2] == ["工号", "姓名"]
    where = upload(admin, admin.get("/people/export").data, "out.xlsx").headers["Location"]
    assert "没有要改的" in admin.get(where).text


def test_a_preview_of_many_rows_stays_small(admin: FlaskClient) -> None:
    text = "工号,姓名,岗位,区县公司,营业厅\n" + "".join(f"N{i},新{i},营业员,沙区,中泉厅\n" for i in range(1000))
    page = admin.get(upload(admin, text.encode()).headers["Location"])
    assert len(page.data) < 150_000
    assert "共 10 页" in page.text


# --- first passwords


def test_slips_are_made_for_those_without_a_password(admin: FlaskClient, staff: Staff, services: Services) -> None:
    where = upload(admin, "工号,姓名,岗位,营业厅\nN1,新一,营业员,中泉厅\nN2,新二,营业员,北京路厅\n".encode()).headers["Location"]
    admin.post(where.split("?")[0], data={"day": "2026-11-22"})
    assert "生成 2 人的密码" in admin.get("/people/slips").text
    response = admin.post("/people/slips", data={"unit": staff.units["ZQ"]})
    assert response.headers["Cache-Control"] == "no-store"
    [row] = read_sheet(response.data, "x.xlsx").rows
    assert row.cells[:4] == ("沙区", "中泉厅", "N1", "新一")
    with reading(services.engine) as db:
        found = credentials(db, "N1")
    assert found.must_change
    assert matches(found, row.cells[4])
    assert admin.post("/people/slips", data={"unit": staff.units["ZQ"]}).status_code == 303


def test_a_chinese_file_name_reaches_the_browser_in_a_header_of_plain_letters(client, staff):
    response = staff.sign_in(client, "ADMIN-AL").get("/people/export?format=xlsx")
    header = response.headers["Content-Disposition"]
    assert header.isascii()
    assert "filename*=UTF-8''%E8%8A%B1%E5%90%8D%E5%86%8C" in header
