"""The trainer's pages of the question bank."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.facts import parse_fact
from kb.library import Library
from quiz.bank.listing import BankFilter, detail_of, page_of
from quiz.bank.moves import plan, take_in
from quiz.bank.sync import sync_content
from quiz.generating.generate import generate
from quiz.importers.formats import FORMATS, Format, read_questions
from quiz.questions.question import FactRef, Option, Question, QuestionType
from tests.quiz.importers.test_readers import GIFT, row, rows
from tests.web.conftest import NOW, TODAY, Counter, Staff
from web import Services

T = QuestionType


def fee(library: Library, **changes: object) -> Question:
    given = {
        "id": "q-fee", "type": T.SINGLE, "entry": library.pick("tariff-59", TODAY).ref, "stem": "畅享 59 元档每月多少钱？",
        "options": (Option("{{ fee }}", right=True), Option("39元/月", right=False)), "facts": (FactRef("tariff-59", "fee"),), "explanation": "每月 {{ fee }}。",
    }  # fmt: skip
    return Question(**{**given, **changes})


@pytest.fixture
def library(services: Services) -> Library:
    return services.search.get().snapshot.library


@pytest.fixture
def older(library: Library) -> Library:
    """The library of yesterday: the plan cost 49."""
    entry = library.pick("tariff-59", TODAY)
    before = replace(entry, version=1, facts={**entry.facts, "fee": parse_fact("fee", "49 元/月", "月费")})
    return Library.of([before, *(e for e in library.entries if e.id != entry.id)])


@pytest.fixture
def bank(services: Services, library: Library) -> Services:
    steps = Question(
        "q-steps", T.ORDERING, library.pick("basic-card", TODAY).ref, "补卡怎么办？", steps=("核对", "写卡", "收费"), explanation="先核对。"
    )
    with services.sessions.begin() as db:
        sync_content(db, library, [fee(library), steps], NOW)
        take_in(db, library, plan(db, [fee(library, id="i-own", stem="导入的题，月费多少？")]), "T1", NOW)
    return services


@pytest.fixture
def stale_bank(services: Services, library: Library, older: Library) -> Services:
    """A question that was right yesterday, and the price of today."""
    with services.sessions.begin() as db:
        sync_content(db, older, [fee(older)], NOW - timedelta(days=1))
        sync_content(db, library, [fee(library)], NOW)
    return services


@pytest.fixture
def trainer(client: FlaskClient, staff: Staff) -> FlaskClient:
    return staff.sign_in(client, "TRAINER-AL")


@pytest.fixture
def uploads(app: Flask, tmp_path: Path) -> Path:
    app.config["UPLOADS"] = tmp_path / "uploads"
    return app.config["UPLOADS"]


def state(services: Services, question_id: str) -> str:
    with services.sessions() as db:
        return detail_of(db, question_id).line.state.value


def test_a_clerk_has_no_way_to_the_bank(client: FlaskClient, staff: Staff, bank: Services) -> None:
    staff.sign_in(client, "CLERK-ZQ")
    assert client.get("/trainer/questions/q-fee").status_code == 403
    assert client.post("/trainer/questions/q-fee/move", data={"move": "retire"}).status_code == 403
    assert "题库" not in client.get("/").text
    assert "本条的题目" not in client.get("/entries/tariff-59").text


def test_the_list_shows_what_fits_and_keeps_the_filter_in_the_address(trainer: FlaskClient, bank: Services) -> None:
    page = trainer.get("/trainer/questions").text
    assert "畅享套餐 59 元档" in page
    assert re.findall(r'href="/trainer/questions/([\w-]+)"', page) == ["q-fee", "i-own", "q-steps"] or len(re.findall(r"stem-link", page)) == 3
    found = trainer.get("/trainer/questions?state=draft&text=月费").text
    assert ("导入的题" in found, "畅享 59 元档每月多少钱" in found) == (True, False)
    assert 'href="/trainer/questions?state=live&amp;text=' in found
    assert 'value="月费"' in found
    assert "没有符合条件的题目" in trainer.get("/trainer/questions?topic=没有").text


@pytest.mark.parametrize("address", ["state=nothing", "type=x", "difficulty=9", "page=0", "sort=x", "source=x"])
def test_a_filter_that_makes_no_sense_is_refused(trainer: FlaskClient, address: str) -> None:
    assert trainer.get(f"/trainer/questions?{address}").status_code == 400


def test_an_empty_bank_says_how_to_fill_it(trainer: FlaskClient) -> None:
    assert "题库还是空的" in trainer.get("/trainer/questions").text


def test_the_list_asks_the_database_as_often_for_many_questions_as_for_one(
    trainer: FlaskClient, services: Services, library: Library, counted: Counter
) -> None:
    with services.sessions.begin() as db:
        sync_content(db, library, [fee(library)], NOW)
    trainer.get("/trainer/questions")  # who is signed in is known from here on
    counted.statements.clear()
    trainer.get("/trainer/questions")
    few = len(counted.statements)
    with services.sessions.begin() as db:
        sync_content(db, library, [fee(library, id=f"q-{n}") for n in range(60)], NOW)
    counted.statements.clear()
    page = trainer.get("/trainer/questions")
    assert len(counted.statements) == few
    assert len(page.data) < 150_000
    assert "第 1 页，共 2 页" in page.text


def test_a_question_is_shown_as_clerks_meet_it_with_key_and_pins(trainer: FlaskClient, bank: Services) -> None:
    page = trainer.get("/trainer/questions/q-fee").text
    assert "59元/月" in page
    assert "{{" not in page
    assert re.search(r'<th scope="row">月费</th><td class="number">59元/月</td>', page)
    assert "第 2 版" in page
    assert trainer.get("/trainer/questions/q-none").status_code == 404


def test_a_question_goes_its_way_and_everything_is_noted(trainer: FlaskClient, bank: Services) -> None:
    for move, after in (("review", "reviewed"), ("release", "live"), ("retire", "retired"), ("revive", "draft")):
        assert trainer.post("/trainer/questions/i-own/move", data={"move": move}).status_code == 303
        assert state(bank, "i-own") == after
    page = trainer.get("/trainer/questions/i-own").text
    assert all(word in page for word in ("审核通过", "上线使用", "停用", "恢复为草稿", "TRAINER-AL"))


def test_a_move_that_is_not_allowed_or_late_is_said_on_the_page(trainer: FlaskClient, bank: Services) -> None:
    answer = trainer.post("/trainer/questions/i-own/move", data={"move": "release"})
    assert (answer.status_code, "题目现在是“草稿”状态" in answer.text) == (409, True)
    late = trainer.post("/trainer/questions/i-own/move", data={"move": "review", "seen": "7"})
    assert (late.status_code, "刚被别人改过" in late.text) == (409, True)
    assert trainer.post("/trainer/questions/i-own/move", data={"move": "burn"}).status_code == 400


def test_many_are_moved_at_once_and_what_cannot_be_is_named(trainer: FlaskClient, bank: Services) -> None:
    answer = trainer.post("/trainer/questions/move", data={"move": "review", "id": ["i-own", "q-fee"], "text": "月费"})
    assert (answer.status_code, "有 1 题没有处理" in answer.text, state(bank, "i-own")) == (409, True, "reviewed")
    answer = trainer.post("/trainer/questions/move", data={"move": "release", "id": "i-own", "state": "reviewed"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/trainer/questions?state=reviewed")
    assert "没有选中题目" in trainer.post("/trainer/questions/move", data={"move": "retire"}, follow_redirects=True).text


def test_a_stale_question_waits_beside_its_difference_and_is_confirmed(trainer: FlaskClient, stale_bank: Services) -> None:
    page = trainer.get("/trainer/stale").text
    assert "<del>49元/月</del> → <ins>59元/月</ins>" in page
    assert re.search(r"<td><del>49</del>元/月</td><td><ins>59</ins>元/月</td>", page)
    assert 'class="button primary" href="/trainer/stale"' in trainer.get("/trainer/questions").text
    answer = trainer.post("/trainer/questions/q-fee/move", data={"move": "reconfirm", "seen": "1", "next": "/trainer/stale"})
    assert (answer.headers["Location"], state(stale_bank, "q-fee")) == ("/trainer/stale", "live")
    assert "没有要复核的题目" in trainer.get("/trainer/stale").text
    assert "59元/月" in trainer.get("/trainer/questions/q-fee").text


def test_a_stale_question_that_can_no_longer_be_right_says_why(trainer: FlaskClient, services: Services, library: Library, older: Library) -> None:
    spoilt = {"options": (Option("{{ fee }}", right=True), Option("59元/月", right=False))}
    with services.sessions.begin() as db:
        sync_content(db, older, [fee(older, **spoilt)], NOW - timedelta(days=1))
        sync_content(db, library, [], NOW, broken=[fee(library, **spoilt)])
    page = trainer.get("/trainer/stale").text
    assert "还不能确认" in page
    assert 'value="reconfirm"' not in page
    assert trainer.post("/trainer/questions/q-fee/move", data={"move": "reconfirm"}).status_code == 409
    assert (
        trainer.post("/trainer/questions/q-fee/move", data={"move": "retire", "next": "https://elsewhere.example/"})
        .headers["Location"]
        .startswith("/trainer/questions/")
    )


FORM = {
    "type": "single", "stem": "月费多少？", "option-0": "{{ fee }}", "option-1": "39元/月", "option-2": "99元/月", "right": "0", "entry": "tariff-59", "facts": "fee",
    "difficulty": "4", "explanation": "每月 {{ fee }}。", "seen": "1",
}  # fmt: skip


def test_an_imported_question_is_edited_into_a_new_draft(trainer: FlaskClient, bank: Services) -> None:
    form = trainer.get("/trainer/questions/i-own/edit").text
    assert "导入的题，月费多少？" in form
    assert 'value="{{ fee }}"' in form
    assert trainer.post("/trainer/questions/i-own/edit", data=FORM).status_code == 303
    with bank.sessions() as db:
        detail = detail_of(db, "i-own")
    assert (detail.current.number, detail.current.shown.stem, detail.line.difficulty) == (2, "月费多少？", 4)
    assert [o.text for o in detail.current.shown.options] == ["59元/月", "39元/月", "99元/月"]


@pytest.mark.parametrize(
    ("change", "field", "word"),
    [
        ({"stem": " "}, "stem", "没有题干"), ({"right": ["0", "1"]}, "answer", "只能有一个"), ({"entry": "nobody"}, "entry", "没有这个条目"),
        ({"facts": "speed"}, "facts", "没有要素"), ({"option-1": "{{ fee }}"}, "answer", "一回事"), ({"seen": "9"}, "stem", "刚被别人改过"),
    ],
)  # fmt: skip
def test_nothing_typed_is_lost_when_something_is_wrong(trainer: FlaskClient, bank: Services, change: dict, field: str, word: str) -> None:
    answer = trainer.post("/trainer/questions/i-own/edit", data={**FORM, **change})
    assert answer.status_code in {400, 409}
    assert f'<a href="#{field}">' in answer.text
    assert word in answer.text
    assert 'value="99元/月"' in answer.text
    assert "每月 {{ fee }}。" in answer.text


def test_a_question_of_the_content_can_be_edited_and_is_then_kept_here(trainer: FlaskClient, bank: Services) -> None:
    assert "内容目录里再改它，这里不再跟着变" in trainer.get("/trainer/questions/q-fee/edit").text
    assert trainer.post("/trainer/questions/q-fee/edit", data={**FORM, "type": "single"}).status_code == 303
    page = trainer.get("/trainer/questions/q-fee").text
    assert "改写" in page
    assert FORM["stem"] in page
    assert "内容目录里再改它" not in trainer.get("/trainer/questions/q-fee/edit").text


def send(trainer: FlaskClient, data: bytes, name: str, **fields: str):
    return trainer.post("/trainer/import", data={"file": (io.BytesIO(data), name), **fields}, content_type="multipart/form-data")


def test_a_file_is_looked_at_before_anything_is_imported(trainer: FlaskClient, bank: Services, uploads: Path) -> None:
    data = rows(
        row("单选", stem="多少钱？", options="59元/月|39元/月", answer="A", entry="tariff-59", facts="fee"),
        row("判断", stem="对吗？", answer="对", entry="no-such"),
        row("猜", answer="A"),
    )
    sent = send(trainer, data, "题目.xlsx")
    assert sent.status_code == 303
    page = trainer.get(sent.headers["Location"]).text
    assert all(word in page for word in ("多少钱？", "没有条目 no-such", "“题型”列的“猜”不对", "导入 2 题为草稿"))
    with bank.sessions() as db:
        assert page_of(db, BankFilter(source="imported")).total == 1
    done = trainer.post(sent.headers["Location"])
    assert done.status_code == 303
    assert "新增 2 题" in trainer.get(done.headers["Location"]).text
    with bank.sessions() as db:
        assert {line.state.value for line in page_of(db, BankFilter(source="imported")).lines} == {"draft"}
    assert "已有相同" in trainer.get(sent.headers["Location"]).text


def test_a_sound_file_is_thrown_away_once_it_is_imported(trainer: FlaskClient, bank: Services, uploads: Path) -> None:
    sent = send(trainer, "问题{T}".encode(), "x.txt", format="gift")
    assert (
        trainer.post(sent.headers["Location"].partition("?")[0], data={"format": "gift"}).headers["Location"]
        == "/trainer/questions?source=imported&state=draft"
    )
    assert list(uploads.iterdir()) == []
    assert trainer.get(sent.headers["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"", "", "请先选一个文件"),
        (b"<quiz><broken", "x.xml", "不是正确的 XML"),
        (b"a,b\n1,2\n", "x.csv", "缺少列"),
        (b"PK\x03\x04junk", "x.zip", "压缩包已损坏"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_on_the_form(trainer: FlaskClient, uploads: Path, data: bytes, name: str, word: str) -> None:
    answer = send(trainer, data, name)
    assert (answer.status_code, word in answer.text) == (400, True)


def test_faults_of_a_text_format_are_shown_by_line(trainer: FlaskClient, uploads: Path) -> None:
    sent = send(trainer, GIFT.encode(), "gift.txt")
    page = trainer.get(f"{sent.headers['Location']}?show=faulty").text
    assert re.findall(r'<span class="only-small">行 </span>(\d+)', page) == ["17", "19", "21"]
    assert len(page) < 150_000


def test_the_upload_of_another_trainer_is_not_found(client: FlaskClient, staff: Staff, uploads: Path) -> None:
    staff.sign_in(client, "TRAINER-AL")
    address = send(client, "问题{T}".encode(), "x.txt").headers["Location"]
    staff.sign_in(client, "ADMIN-AL")
    assert client.get(address).status_code == 404


def test_the_template_is_a_workbook(trainer: FlaskClient) -> None:
    answer = trainer.get("/trainer/import/template")
    assert read_questions(answer.data, "x.xlsx").questions == ()
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_export_says_what_each_format_cannot_carry(trainer: FlaskClient, bank: Services) -> None:
    page = trainer.get("/trainer/export").text
    assert re.findall(r"<td class=\"number\">(\d+) 题</td>", page) == ["3", "3", "2", "3", "2", "2"]
    assert "排序 1 题" in page
    assert "没有符合条件的题目" in trainer.get("/trainer/export?topic=没有").text


@pytest.mark.parametrize("form", Format)
def test_what_is_exported_can_be_imported(trainer: FlaskClient, bank: Services, form: Format) -> None:
    answer = trainer.get(f"/trainer/export/file?format={form.value}&type=single&state=live")
    assert answer.status_code == 200
    (question,) = read_questions(answer.data, f"x.{FORMATS[form].suffix}", form).questions
    assert question.options[0].text == "{{ fee }}"
    shown = trainer.get(f"/trainer/export/file?format={form.value}&type=single&state=live&numbers=shown")
    assert read_questions(shown.data, f"x.{FORMATS[form].suffix}", form).questions[0].options[0].text == "59元/月"


def test_an_unknown_format_is_refused(trainer: FlaskClient) -> None:
    assert trainer.get("/trainer/export/file?format=word").status_code == 400
    assert trainer.get("/trainer/export?numbers=x").status_code == 400


def test_questions_are_made_from_a_tariff_and_taken_as_drafts(trainer: FlaskClient, services: Services, library: Library) -> None:
    page = trainer.get("/trainer/generate?entry=tariff-59").text
    ids = re.findall(r'name="id" value="([\w-]+)"', page)
    assert ids
    assert set(ids) == {q.id for q in generate(library, TODAY, 0, "tariff-59")}
    assert '<optgroup label="个人套餐">' in page
    answer = trainer.post("/trainer/generate", data={"entry": "tariff-59", "seed": "0", "id": ids[:2]}, follow_redirects=True)
    assert "已采用 2 题为草稿" in answer.text
    assert [state(services, question_id) for question_id in ids[:2]] == ["draft", "draft"]
    assert "没有采用题目" in trainer.post("/trainer/generate", data={"entry": "tariff-59", "seed": "0"}, follow_redirects=True).text
    assert trainer.get("/trainer/generate?entry=none").status_code == 404
    assert trainer.get("/trainer/generate").status_code == 200


def test_an_entry_leads_a_trainer_to_its_questions(trainer: FlaskClient, bank: Services) -> None:
    assert 'href="/trainer/questions?entry=tariff-59"' in trainer.get("/entries/tariff-59").text
    page = trainer.get("/trainer/questions?entry=tariff-59").text
    assert "只看“畅享套餐 59 元档”" in page
    assert "补卡怎么办" not in page


@pytest.mark.parametrize(
    "path",
    ["/trainer/questions", "/trainer/stale", "/trainer/import", "/trainer/export", "/trainer/generate?entry=tariff-59", "/trainer/questions/q-fee"],
)
def test_the_pages_are_whole_in_english(trainer: FlaskClient, bank: Services, path: str) -> None:
    trainer.post("/language", data={"lang": "en"})
    page = trainer.get(path).text
    main = re.sub(r'<(\w+)[^>]*lang="zh-CN"[^>]*>.*?</\1>|<option.*?</option>|<optgroup[^>]*>', "", page.split("<main")[1], flags=re.DOTALL)
    assert "Question" in main or "question" in main or "Stale" in main
