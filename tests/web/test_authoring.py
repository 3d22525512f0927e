"""Trainers write, review and publish entries in the browser."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from kb.authoring.drafts import State, draft, history
from kb.authoring.entryform import EntryForm, FactLine, read_form
from kb.authoring.withdrawals import withdraw
from kb.check import check
from kb.library import load_library
from quiz.audit import trail
from tests.web.conftest import NOW, TODAY, Staff, add_staff, make_app
from tests.web.writing import fact, make_site, typed
from web import Services
from web.authoring.formfields import cells, posted

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def site(tmp_path: Path, index: Path, empty_database: Path) -> Iterator[Services]:
    services = make_site(tmp_path, index, empty_database)
    yield services
    services.engine.dispose()


@pytest.fixture
def people(site: Services, password_hash: str) -> Staff:
    return add_staff(site, password_hash)


@pytest.fixture
def author(site: Services, people: Staff, tmp_path: Path) -> FlaskClient:
    app = make_app(site)
    app.config["UPLOADS"] = tmp_path / "uploads"
    return people.sign_in(app.test_client(), "TRAINER-AL")


@pytest.fixture
def reviewer(author: FlaskClient, people: Staff) -> FlaskClient:
    return people.sign_in(author.application.test_client(), "ADMIN-AL")


@pytest.fixture
def content(site: Services) -> Path:
    assert site.publisher
    return site.publisher.content


def opened(client: FlaskClient, entry_id: str = "tariff-59") -> int:
    response = client.post(f"/authoring/entries/{entry_id}/edit")
    assert response.status_code == 303
    return int(response.headers["Location"].rpartition("/")[2])


def now_text(site: Services, draft_id: int) -> str:
    with site.sessions() as db:
        return draft(db, draft_id).text


def revision(site: Services, draft_id: int) -> int:
    with site.sessions() as db:
        return draft(db, draft_id).revision


def step(client: FlaskClient, site: Services, draft_id: int, name: str, **data: object) -> int:
    return client.post(f"/authoring/drafts/{draft_id}/{name}", data={"revision": revision(site, draft_id), **data}).status_code


def approved(author: FlaskClient, reviewer: FlaskClient, site: Services) -> int:
    """A draft of more data, written by one and approved by another."""
    number = opened(author)
    assert author.post(f"/authoring/drafts/{number}", data=fact(typed(author, number), "data", "30")).status_code == 303
    assert step(author, site, number, "send", reason="调价") == 303
    assert step(reviewer, site, number, "approve") == 303
    return number


# --- the form


@pytest.mark.parametrize("entry_id", ["tariff-59", "script-cheaper", "basic-card", "basic-retired", "tariff-2027"])
def test_a_form_that_was_not_touched_changes_no_byte(author: FlaskClient, site: Services, entry_id: str) -> None:
    number = opened(author, entry_id)
    before = now_text(site, number)
    assert author.post(f"/authoring/drafts/{number}", data=typed(author, number)).status_code == 303
    assert now_text(site, number) == before


def test_a_changed_fact_is_the_only_line_that_changes(author: FlaskClient, site: Services) -> None:
    number = opened(author)
    before = now_text(site, number)
    author.post(f"/authoring/drafts/{number}", data=fact(typed(author, number), "fee", "69"))
    assert now_text(site, number) == before.replace("59 元/月", "69 元/月")


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("59 元/月", ("59", "元/月")), ("20GB", ("20", "GB")), ("0.15 元/分钟", ("0.15", "元/分钟")), ("无欠费", ("无欠费", "")), ("2026-01-01", ("2026-01-01", "")),
        ("3 个工作日", ("3", "个工作日")), ("{{ tariff-58.fee }}", ("{{ tariff-58.fee }}", "")),
    ],
)  # fmt: skip
def test_a_value_is_an_amount_and_its_unit(value: str, parts: tuple[str, str]) -> None:
    assert cells(value) == parts


def test_a_fact_without_a_name_gets_the_same_one_each_time() -> None:
    form = MultiDict([("whole", "1"), ("fact_name", ""), ("fact_label", "月费"), ("fact_amount", "9"), ("fact_unit", "元/月"), ("fact_type", "")])
    once = posted(form, EntryForm())
    assert once.facts == (FactLine("fee", "月费", "9 元/月"),)
    assert posted(form, once).facts == once.facts


def test_a_form_that_is_not_whole_is_refused(author: FlaskClient) -> None:
    number = opened(author)
    assert author.post(f"/authoring/drafts/{number}", data={"revision": "1", "title": "x"}).status_code == 400


@pytest.mark.parametrize("title", ["a: b", "- x", "{{", "'", '"', "# x", "null", "<script>alert(1)</script>", "真:{假}[]&*!|>%@`", "2026-01-01"])
def test_yaml_and_markup_in_a_title_are_only_words(author: FlaskClient, site: Services, title: str) -> None:
    number = opened(author)
    assert author.post(f"/authoring/drafts/{number}", data=typed(author, number, title=[title])).status_code == 303
    assert read_form(now_text(site, number)).title == title
    assert "<script>alert" not in author.get(f"/authoring/drafts/{number}").text
    assert "<script>alert" not in author.post(f"/authoring/drafts/{number}/preview", data=typed(author, number)).text


# --- while typing


def test_every_fault_is_told_with_its_field(author: FlaskClient) -> None:
    number = opened(author)
    form = typed(author, number, title=["套餐 39 元/月"], effective_to=["2020-01-01"], body=["> {{ nowhere.fee }}\r\n<b>x</b>"])
    answer = author.post(f"/authoring/drafts/{number}/check", data=form, headers=FETCH).get_json()
    told = {(f["field"], f["line"], f["warning"]) for f in answer["findings"]}
    assert {("title", 0, False), ("effective_to", 0, False), ("body", 1, False), ("body", 2, True)} <= told
    assert answer["errors"] >= 3
    assert answer["facts"] == ["fee", "data", "eligibility", "conditions", "start", "end"]


def test_a_circle_of_references_is_told(author: FlaskClient) -> None:
    number = opened(author)
    form = fact(fact(typed(author, number), "eligibility", "{{ conditions }}"), "conditions", "{{ eligibility }}")
    answer = author.post(f"/authoring/drafts/{number}/check", data=form, headers=FETCH).get_json()
    assert any("成环" in f["text"] and f["field"].startswith("facts.") for f in answer["findings"])


def test_what_another_entry_would_lose_is_told_here(author: FlaskClient) -> None:
    number = opened(author)
    form = typed(author, number)
    at = list(form["fact_name"]).index("data")
    for column in ("fact_label", "fact_amount"):
        form[column] = [*form[column][:at], "", *form[column][at + 1 :]]
    answer = author.post(f"/authoring/drafts/{number}/check", data=form, headers=FETCH).get_json()
    assert any("嫌月费太贵要降档" in f["text"] for f in answer["findings"])
    assert [one["title"] for one in answer["against"]] == ["嫌月费太贵要降档"]


def test_quoting_a_withdrawn_entry_is_a_warning(author: FlaskClient, site: Services) -> None:
    with site.sessions.begin() as db:
        withdraw(db, "tariff-59", "错", "T", NOW)
    number = opened(author, "script-cheaper")
    answer = author.post(f"/authoring/drafts/{number}/check", data=typed(author, number), headers=FETCH).get_json()
    assert {f["field"] for f in answer["findings"] if "已紧急下架" in f["text"]} == {"must_say.0", "body"}


def test_entries_that_answer_the_same_are_shown(author: FlaskClient) -> None:
    number = opened(author, "tariff-2027")
    form = typed(author, number, title=["畅享套餐 59 元档"], asks=["59元套餐有多少流量"])
    answer = author.post(f"/authoring/drafts/{number}/similar", data=form, headers=FETCH).get_json()
    assert "畅享套餐 59 元档" in [one["title"] for one in answer["similar"]]


def test_facts_of_other_entries_are_found_by_words(author: FlaskClient) -> None:
    answer = author.get("/authoring/facts?q=畅享 月费").get_json()
    assert answer["facts"] == [{"ref": "{{ tariff-59.fee }}", "title": "畅享套餐 59 元档", "label": "月费", "value": "59元/月"}]
    assert author.get("/authoring/facts?q=").get_json()["facts"] == []


def test_the_preview_shows_numbers_and_never_runs_markup(author: FlaskClient) -> None:
    number = opened(author, "script-cheaper")
    page = author.post(f"/authoring/drafts/{number}/preview", data=typed(author, number, body=["> 每月 {{ tariff-59.fee }}<script>x</script>"])).text
    assert ">59元<" in page
    assert "<script>" not in page


# --- saving


def test_autosave_answers_with_the_revision_to_go_on_from(author: FlaskClient, site: Services) -> None:
    number = opened(author)
    answer = author.post(f"/authoring/drafts/{number}", data=typed(author, number, owner=["新岗位"]), headers=FETCH).get_json()
    assert answer == {"revision": 2, "state": "editing", "editor": "TRAINER-AL", "id": "tariff-59", "saved": "10:00", "others": []}


def test_two_writers_are_told_and_neither_text_is_lost(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    number = opened(author)
    mine, theirs = typed(author, number, owner=["我的岗位"]), fact(typed(reviewer, number), "fee", "69")
    assert "TRAINER-AL" in reviewer.get(f"/authoring/drafts/{number}").text
    assert reviewer.post(f"/authoring/drafts/{number}", data=theirs, headers=FETCH).status_code == 200
    late = author.post(f"/authoring/drafts/{number}", data=mine, headers=FETCH)
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "draft-changed")
    assert "ADMIN-AL" in late.get_json()["error"]["message"]
    page = author.get(late.get_json()["merge"]).text
    assert "我的岗位" in page
    assert "69" in page
    lost = re.search(r'name="lost" value="(\d+)"', page)[1]
    merged = author.post(f"/authoring/drafts/{number}/merge", data={"lost": lost, "revision": 2, "side-owner": "mine", "side-facts": "theirs"})
    assert merged.status_code == 303
    form = read_form(now_text(site, number))
    assert (form.owner, form.facts[0].value) == ("我的岗位", "69 元/月")


def test_different_lines_of_one_body_are_put_together_where_both_changed_it(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    number = opened(author)
    body = read_form(now_text(site, number)).body
    mine, theirs = typed(author, number, body=[f"{body}\n## 我加的\n甲\n"]), typed(reviewer, number, body=[f"他先说。\n\n{body}"])
    reviewer.post(f"/authoring/drafts/{number}", data=theirs)
    page = author.post(f"/authoring/drafts/{number}", data=mine, follow_redirects=True).text
    assert "两边的改动都要" in page
    lost = re.search(r'name="lost" value="(\d+)"', page)[1]
    assert author.post(f"/authoring/drafts/{number}/merge", data={"lost": lost, "revision": 2}).status_code == 303
    assert read_form(now_text(site, number)).body == f"他先说。\n\n{body}\n## 我加的\n甲\n"


def test_a_field_that_both_changed_has_to_be_decided(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    number = opened(author)
    mine, theirs = typed(author, number, title=["畅享甲"]), typed(reviewer, number, title=["畅享乙"])
    reviewer.post(f"/authoring/drafts/{number}", data=theirs)
    page = author.post(f"/authoring/drafts/{number}", data=mine, follow_redirects=True).text
    assert "两边都改了，请选" in page
    lost = re.search(r'name="lost" value="(\d+)"', page)[1]
    assert author.post(f"/authoring/drafts/{number}/merge", data={"lost": lost, "revision": 2}).status_code == 400
    assert author.post(f"/authoring/drafts/{number}/merge", data={"lost": lost, "revision": 2, "side-title": "mine"}).status_code == 303
    assert read_form(now_text(site, number)).title == "畅享甲"


def test_a_body_that_is_too_long_is_refused_with_everything_typed_still_there(author: FlaskClient, site: Services) -> None:
    number = opened(author)
    for size, status in ((300_000, 303), (400_000, 413)):
        response = author.post(f"/authoring/drafts/{number}", data=typed(author, number, body=["长" * size]))
        assert response.status_code == status
    assert "超过上限" in response.text
    assert "长" * 400_000 in response.text
    assert len(read_form(now_text(site, number)).body) == 300_001


def test_a_new_entry_gets_its_id_from_the_title(author: FlaskClient, site: Services) -> None:
    response = author.post("/authoring/new", data={"title": "五一流量包", "kind": "tariff", "topic": "流量包"})
    number = int(response.headers["Location"].rpartition("/")[2])
    form = read_form(now_text(site, number))
    assert (form.id, form.title, form.kind, form.topic) == ("wu-yi-liu-liang-bao", "五一流量包", "tariff", "流量包")
    assert "五一流量包" in author.get("/authoring").text


@pytest.mark.parametrize(
    ("data", "status"),
    [({"title": "", "kind": "tariff"}, 400), ({"title": "x", "kind": "?"}, 400), ({"title": "x", "kind": "tariff", "id": "大"}, 400), ({"title": "x", "kind": "tariff", "id": "tariff-59"}, 409)],
)  # fmt: skip
def test_a_new_entry_that_cannot_be_is_refused_with_what_was_typed(author: FlaskClient, data: dict[str, str], status: int) -> None:
    response = author.post("/authoring/new", data=data)
    assert response.status_code == status
    assert f'value="{data["title"]}"' in response.text


# --- the way


def test_four_eyes_publish_what_clerks_then_find(author: FlaskClient, reviewer: FlaskClient, site: Services, content: Path) -> None:
    number = opened(author)
    author.post(f"/authoring/drafts/{number}", data=fact(typed(author, number), "data", "30"))
    assert step(author, site, number, "send") == 400  # no reason
    assert step(author, site, number, "send", reason="调价") == 303
    assert step(author, site, number, "approve") == 403
    assert step(author, site, number, "publish") == 409
    page = reviewer.get(f"/authoring/drafts/{number}/review").text
    assert "<del>20 GB/月</del>" in page
    assert "<ins>30 GB/月</ins>" in page
    assert step(reviewer, site, number, "approve") == 303
    assert step(reviewer, site, number, "publish") == 303
    assert "30 GB/月" in (content / "tariff-59.md").read_text(encoding="utf-8")
    assert "已上线" in author.get(f"/authoring/drafts/{number}/review").text
    assert author.get(f"/authoring/drafts/{number}/live").get_json() == {"live": True}
    assert "30GB" in author.get("/entries/script-cheaper").text
    with site.sessions() as db:
        assert [e.action for e in trail(db, "entry", "tariff-59")] == ["published"]
    assert [f for f in check(load_library(content), TODAY) if not f.warning] == []


def test_a_draft_with_errors_goes_nowhere(author: FlaskClient, site: Services) -> None:
    number = opened(author)
    author.post(f"/authoring/drafts/{number}", data=typed(author, number, body=["> {{ nowhere.x }}"]))
    assert step(author, site, number, "send", reason="改") == 409
    assert "还有 1 处错误" in author.get(f"/authoring/drafts/{number}/review").text


def test_a_review_speaks_in_words_and_not_in_codes(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    made = author.post("/authoring/new", data={"title": "夜间包", "kind": "tariff", "topic": "流量包"})
    draft_id = int(re.search(r"/drafts/(\d+)", made.headers["Location"])[1])
    form = {**typed(author, draft_id), "fact_name": ["fee"], "fact_label": ["月费"], "fact_amount": ["9"], "fact_unit": ["元/月"], "fact_type": [""]}
    author.post(f"/authoring/drafts/{draft_id}", data={**form, "body": "> 每月 {{ fee }}。"})
    page = author.get(f"/authoring/drafts/{draft_id}/review").text
    assert re.search(r"<ins[^>]*>资费</ins>", page)
    assert not re.search(r"<ins[^>]*>(?:tariff|published)</ins>", page)
    assert step(author, site, draft_id, "send", reason="新活动") == 303
    assert step(reviewer, site, draft_id, "approve") == 303
    assert reviewer.post(f"/authoring/drafts/{draft_id}/publish").status_code == 303
    assert "月费：9 元/月" in reviewer.get(f"/authoring/drafts/{draft_id}/review").text


def test_a_returned_draft_says_what_has_to_change(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    number = opened(author)
    author.post(f"/authoring/drafts/{number}", data=fact(typed(author, number), "data", "30"))
    step(author, site, number, "send", reason="调价")
    assert step(reviewer, site, number, "return") == 400
    assert step(reviewer, site, number, "return", remark="日期不对") == 303
    assert "日期不对" in author.get(f"/authoring/drafts/{number}").text


def test_taking_back_and_dropping(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    number = approved(author, reviewer, site)
    assert step(author, site, number, "take-back") == 303
    assert step(author, site, number, "drop") == 303
    with site.sessions() as db:
        assert draft(db, number).state is State.DROPPED
    assert opened(author) != number


def test_consequences_name_scripts_and_questions(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    number = approved(author, reviewer, site)
    page = author.get(f"/authoring/drafts/{number}/consequences").text
    assert "嫌月费太贵要降档" in page
    assert "没有考试用到本条的题" in page
    assert "<html" not in author.get(f"/authoring/drafts/{number}/consequences", headers=FETCH).text


def test_a_file_changed_elsewhere_is_never_overwritten(author: FlaskClient, reviewer: FlaskClient, site: Services, content: Path) -> None:
    number = approved(author, reviewer, site)
    path = content / "tariff-59.md"
    text = path.read_text(encoding="utf-8").replace("无欠费", "实名且无欠费").replace("20 GB", "25 GB")
    path.write_text(text, encoding="utf-8")
    assert step(reviewer, site, number, "publish") == 409
    page = author.get(f"/authoring/drafts/{number}/conflict").text
    assert "实名且" in page
    assert author.post(f"/authoring/drafts/{number}/conflict", data={"revision": revision(site, number)}).status_code == 400  # both changed the data
    data = {"revision": revision(site, number), "side-facts": "theirs"}
    assert author.post(f"/authoring/drafts/{number}/conflict", data=data).status_code == 303
    assert "实名且无欠费" in now_text(site, number)
    with site.sessions() as db:
        assert draft(db, number).state is State.EDITING


def test_different_facts_that_were_changed_here_and_elsewhere_are_put_together(
    author: FlaskClient, reviewer: FlaskClient, site: Services, content: Path
) -> None:
    number = approved(author, reviewer, site)
    data = read_form(now_text(site, number)).facts[1]
    path = content / "tariff-59.md"
    path.write_text(path.read_text(encoding="utf-8").replace("无欠费", "实名且无欠费"), encoding="utf-8")
    assert step(reviewer, site, number, "publish") == 409
    assert author.post(f"/authoring/drafts/{number}/conflict", data={"revision": revision(site, number)}).status_code == 303
    form = read_form(now_text(site, number))
    assert (form.facts[1], "实名且无欠费" in {f.value for f in form.facts}) == (data, True)


def test_a_disk_that_refuses_is_said_and_nothing_is_lost(
    author: FlaskClient, reviewer: FlaskClient, site: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = approved(author, reviewer, site)

    def refuse(*_args: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        response = reviewer.post(f"/authoring/drafts/{number}/publish")
    assert response.status_code == 503
    assert "Read-only file system" in response.text
    assert "草稿原样留着" in response.text
    assert step(reviewer, site, number, "publish") == 303


def test_an_older_wording_comes_back_the_same_way(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    step(reviewer, site, approved(author, reviewer, site), "publish")
    page = author.get("/authoring/entries/tariff-59/history").text
    assert "<del>20 GB/月</del>" in page
    response = author.post("/authoring/entries/tariff-59/rollback", data={"version": "2", "reason": "调价取消"})
    number = int(response.headers["Location"].rpartition("/")[2])
    assert read_form(now_text(site, number)).facts[1].value == "20 GB/月"
    again = author.post("/authoring/entries/tariff-59/rollback", data={"version": "2"})
    assert again.headers["Location"].endswith("/history")


def test_what_was_published_is_told_to_the_halls(author: FlaskClient, reviewer: FlaskClient, people: Staff, site: Services) -> None:
    number = approved(author, reviewer, site)
    step(reviewer, site, number, "publish")
    assert "调价\n国内流量：20 GB/月 → 30 GB/月" in author.get(f"/authoring/drafts/{number}/review").text
    unit = people.units["SQ"]
    assert step(author, site, number, "announce", title="", text="x") == 400
    assert step(author, site, number, "announce", title="调价", text="月费 69 元", unit=unit) == 303


def test_still_right_writes_the_day_and_keeps_the_version(author: FlaskClient, site: Services, content: Path) -> None:
    assert author.post("/authoring/entries/script-cheaper/still-right").status_code == 303
    text = (content / "script-cheaper.md").read_text(encoding="utf-8")
    assert "reviewed_on: 2026-11-22" in text
    assert "version" not in text
    assert "今天已经复核过" in author.post("/authoring/entries/script-cheaper/still-right", follow_redirects=True).text
    response = author.post("/authoring/entries/script-cheaper/still-right", data={"next": "/authoring"})
    assert response.headers["Location"] == "/authoring"
    with site.sessions() as db:
        assert [e.action for e in trail(db, "entry", "script-cheaper")] == ["reviewed"]


def test_a_site_without_a_content_folder_says_so(author: FlaskClient, site: Services) -> None:
    object.__setattr__(site, "publisher", None)
    assert author.post("/authoring/entries/tariff-59/edit").status_code == 503
    assert author.get("/authoring").status_code == 200


# --- collections


TEXT = "一、补卡\n客户问法：补卡带什么；多久能好\n带身份证原件。\n必须说：旧卡当场停用\n\n二、畅享套餐 59 元档\n月费\t59元/月\n"


def test_a_collection_is_looked_at_and_becomes_drafts_only(author: FlaskClient, site: Services, content: Path) -> None:
    files = sorted(content.iterdir())
    uploaded = author.post("/authoring/import", data={"file": (io.BytesIO(TEXT.encode("gb18030")), "话术.txt")})
    assert uploaded.status_code == 303
    page = author.get(uploaded.headers["Location"]).text
    assert "补卡" in page
    assert "已有同名条目" in page
    assert author.post(uploaded.headers["Location"], data={}).status_code == 400
    assert author.post(uploaded.headers["Location"], data={"place": "1"}).status_code == 303
    listed = author.get("/authoring?mine=1").text
    assert "补卡" in listed
    number = int(re.search(r"/authoring/drafts/(\d+)", listed)[1])
    form = read_form(now_text(site, number))
    assert (form.asks, form.must_say) == (("补卡带什么", "多久能好"), ("旧卡当场停用",))
    assert sorted(content.iterdir()) == files


def test_a_long_collection_comes_in_pages(author: FlaskClient) -> None:
    text = "\n".join(f"一、业务第{n}项\n内容。" for n in range(120))
    address = author.post("/authoring/import", data={"file": (io.BytesIO(text.encode()), "话术.txt")}).headers["Location"]
    assert author.get(address).text.count('name="place"') == 100
    assert author.get(f"{address}?page=2").text.count('name="place"') == 20
    assert author.post(address, data={"all": "1"}).status_code == 303
    assert "<strong>120</strong>" in author.get("/authoring").text


def test_every_sheet_of_a_workbook_is_read_and_names_the_topic(author: FlaskClient) -> None:
    book = openpyxl.Workbook()
    for name, title in (("流量包", "夜间包"), ("宽带", "百兆宽带")):
        sheet = book.create_sheet(name)
        for line in (["资费口径表"], ["套餐名称", "月费"], [title, "10 元/月"]):
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    address = author.post("/authoring/import", data={"file": (io.BytesIO(out.getvalue()), "口径.xlsx")}).headers["Location"]
    page = author.get(address).text
    places = re.findall(r'name="place" value="(\d+)"', page)
    assert len(set(places)) == 2
    assert author.post(address, data={"place": places}).status_code == 303
    listed = author.get("/authoring?mine=1").text
    assert "夜间包" in listed
    assert "百兆宽带" in listed
    assert '<td lang="zh-CN">宽带</td>' in page


@pytest.mark.parametrize(
    ("name", "data"), [("a.docx", b"x"), ("a.pdf", b"%PDF-1.4 broken"), ("a.exe", b"MZ"), ("a.txt", b""), ("a.xlsx", b"PK\3\4"), ("a.txt", b"\n\n")]
)
def test_what_cannot_be_imported_is_said(author: FlaskClient, name: str, data: bytes) -> None:
    response = author.post("/authoring/import", data={"file": (io.BytesIO(data), name)})
    assert response.status_code == 400
    assert 'id="file-fault"' in response.text


@pytest.mark.parametrize(("chosen", "magic"), [("docx", b"PK"), ("xlsx", b"PK"), ("zip", b"PK")])
def test_the_corpus_can_be_taken_out(author: FlaskClient, chosen: str, magic: bytes) -> None:
    response = author.get(f"/authoring/export/file?format={chosen}&all=1")
    assert response.status_code == 200
    assert response.data.startswith(magic)
    assert author.get("/authoring/export?topic=流量包").status_code == 200
    assert author.get("/authoring/export/file?format=exe").status_code == 400


def test_the_history_of_a_draft_is_on_its_page(author: FlaskClient, reviewer: FlaskClient, site: Services) -> None:
    number = approved(author, reviewer, site)
    with site.sessions() as db:
        assert len(history(db, number)) >= 3
    page = author.get(f"/authoring/drafts/{number}/review").text
    assert "送审" in page
    assert "调价" in page
    assert author.get(f"/authoring/drafts/{number}").status_code == 303  # no longer edited
    assert author.get("/authoring?state=approved").status_code == 200
    assert author.get("/authoring?state=none").status_code == 400


def test_pages_stay_small(author: FlaskClient) -> None:
    number = opened(author)
    assert len(author.get(f"/authoring/drafts/{number}").data) < 150_000
