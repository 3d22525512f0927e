"""Practice in the browser, without scripts."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from quiz.questions.question import Option, QuestionType
from quiz.tables import ExamRow, ReviewRow
from tests.quiz.practising import DAY, Practising
from tests.web.conftest import NOW, Counter, Staff
from web import Services

KINDS = {
    "single": {},
    "best_reply": {"type": QuestionType.BEST_REPLY},
    "multiple": {
        "type": QuestionType.MULTIPLE,
        "options": (Option("身份证", right=True), Option("户口本", right=True), Option("工作证", right=False)),
    },
    "true_false": {"type": QuestionType.TRUE_FALSE, "options": (), "key": "对"},
    "number": {"type": QuestionType.NUMBER, "options": (), "key": "59元/月"},
    "ordering": {"type": QuestionType.ORDERING, "options": (), "steps": ("核对证件", "写卡", "试打电话")},
}


@pytest.fixture
def clerk(client: FlaskClient, staff: Staff) -> FlaskClient:
    return staff.sign_in(client, "CLERK-ZQ")


@pytest.fixture
def me(staff: Staff) -> int:
    return staff.ids["CLERK-ZQ"]


def add(services: Services, *kinds: str, entry: str = "tariff-59") -> None:
    """One question of each kind, live."""
    with services.sessions.begin() as db:
        for kind in kinds:
            Practising(db).question(f"q-{kind}", "个人套餐", entry_id=entry, **KINDS[kind])


def token_in(html: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', html)
    assert found
    return found[1]


def shown(html: str) -> list[str]:
    """The options or steps in the order shown."""
    return re.findall(r'class="(?:choice|step)-text" lang="zh-CN">([^<]+)<', html)


def test_the_day_begins_with_what_there_is_and_ends_with_what_came_of_it(clerk: FlaskClient, services: Services) -> None:
    add(services, "single")
    page = clerk.get("/practice").text
    assert "今天 1 题，已做 0 题" in page
    assert "新题" in page
    assert "现在是空的" in page
    question = clerk.get("/practice/questions/q-single").text
    right = shown(question).index("59元/月")
    told = clerk.post("/practice/questions/q-single", data={"token": token_in(question), "answer": right}, follow_redirects=True).text
    assert "答对了" in told
    assert "做完了，看今天的结果" in told
    assert 'href="/entries/tariff-59"' in told
    assert "以条目为准" in told
    page = clerk.get("/practice").text
    assert "今天的 1 题都做完了" in page
    assert "本周练了 1 天，1 题答对 1 题" in page


def test_an_empty_bank_says_what_to_do(clerk: FlaskClient) -> None:
    assert "今天没有要练的题" in clerk.get("/practice").text
    assert "错题本是空的" in clerk.get("/practice/mistakes").text


RIGHT = {
    "single": lambda lines: {"answer": lines.index("59元/月")},
    "best_reply": lambda lines: {"answer": lines.index("59元/月")},
    "multiple": lambda lines: {"answer": [lines.index("身份证"), lines.index("户口本")]},
    "true_false": lambda _lines: {"answer": "true"},
    "number": lambda _lines: {"answer": "五十九元"},
    "ordering": lambda lines: {f"answer-{place}": ["核对证件", "写卡", "试打电话"].index(step) + 1 for place, step in enumerate(lines)},
}
WRONG = {
    "single": lambda lines: {"answer": lines.index("69元/月")},
    "best_reply": lambda lines: {"answer": lines.index("69元/月")},
    "multiple": lambda lines: {"answer": lines.index("工作证")},
    "true_false": lambda _lines: {"answer": "false"},
    "number": lambda _lines: {"answer": "69元"},
    "ordering": lambda lines: {f"answer-{place}": 3 - ["核对证件", "写卡", "试打电话"].index(step) for place, step in enumerate(lines)},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("right", [True, False])
def test_every_type_is_answered_by_a_plain_form(clerk: FlaskClient, services: Services, kind: str, right: bool) -> None:  # noqa: FBT001
    add(services, kind)
    path = f"/practice/questions/q-{kind}"
    page = clerk.get(path).text
    told = clerk.post(path, data={"token": token_in(page), **(RIGHT if right else WRONG)[kind](shown(page))}, follow_redirects=True)
    assert told.status_code == 200
    assert ("答对了" in told.text.split("</h1>")[0], "没答对" in told.text.split("</h1>")[0]) == (right, not right)
    assert "正确答案" in told.text
    assert ("它在错题本里" in told.text) != right


def test_the_key_is_not_in_the_page_before_the_answer(clerk: FlaskClient, services: Services) -> None:
    add(services, *KINDS)
    for kind in KINDS:
        page = clerk.get(f"/practice/questions/q-{kind}")
        if page.status_code == 200:
            assert "以条目为准" not in page.text
            assert "正确答案" not in page.text


def test_an_empty_answer_is_asked_for_and_counts_nothing(clerk: FlaskClient, services: Services) -> None:
    add(services, "single")
    token = token_in(clerk.get("/practice/questions/q-single").text)
    for data in ({}, {"answer": "7"}, {"answer": "x"}):
        response = clerk.post("/practice/questions/q-single", data={"token": token, **data})
        assert response.status_code == 400
        assert response.text.count("请先作答，再提交") == 2
    with services.sessions() as db:
        assert db.query(ReviewRow).count() == 0


def test_steps_that_share_a_number_come_back_as_they_were(clerk: FlaskClient, services: Services) -> None:
    add(services, "ordering")
    token = token_in(clerk.get("/practice/questions/q-ordering").text)
    response = clerk.post("/practice/questions/q-ordering", data={"token": token, "answer-0": "2", "answer-1": "2", "answer-2": "1"})
    assert response.status_code == 400
    assert "请给每一步一个不同的序号" in response.text
    assert re.findall(r"<option selected>(\d)", response.text) == ["2", "2", "1"]


def test_asking_to_be_told_shows_the_answer(clerk: FlaskClient, services: Services) -> None:
    add(services, "number")
    token = token_in(clerk.get("/practice/questions/q-number").text)
    told = clerk.post("/practice/questions/q-number", data={"token": token, "tell": "1"}, follow_redirects=True).text
    assert "先记住答案" in told
    assert "59元/月" in told
    assert "您的答案" not in told


def test_the_same_form_sent_twice_counts_once(clerk: FlaskClient, services: Services) -> None:
    add(services, "true_false")
    token = token_in(clerk.get("/practice/questions/q-true_false").text)
    places = [clerk.post("/practice/questions/q-true_false", data={"token": token, "answer": "false"}).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    with services.sessions() as db:
        assert db.query(ReviewRow).count() == 1


def test_a_question_that_was_answered_elsewhere_is_shown_again(clerk: FlaskClient, services: Services) -> None:
    add(services, "true_false")
    response = clerk.post("/practice/questions/q-true_false", data={"token": "0" * 32, "answer": "true"})
    assert response.status_code == 409
    assert response.text.count("这道题刚更新") == 2
    assert token_in(response.text) != "0" * 32


def test_nobody_sees_the_answers_of_another_or_a_question_that_is_not_theirs(client: FlaskClient, staff: Staff, services: Services) -> None:
    add(services, "true_false")
    staff.sign_in(client, "CLERK-ZQ")
    token = token_in(client.get("/practice/questions/q-true_false").text)
    place = client.post("/practice/questions/q-true_false", data={"token": token, "answer": "true"}).headers["Location"]
    assert client.get(place).status_code == 200
    staff.sign_in(client, "CLERK2-ZQ")
    assert client.get(place).status_code == 404
    assert client.get("/practice/questions/q-nowhere").status_code == 404


def test_mistakes_of_an_exam_come_in_when_its_results_are_out(clerk: FlaskClient, services: Services, me: int) -> None:
    add(services, "single", "number", entry="tariff-58")
    with services.sessions.begin() as db:
        world = Practising(db)
        world.revisions = {f"q-{kind}": number for number, kind in enumerate(("single", "number"), 1)}
        attempt = world.attempt(me, world.exam(["q-single", "q-number"], release="by_hand"), {"q-single": 0, "q-number": 1})
    assert "错题本是空的" in clerk.get("/practice/mistakes").text
    with services.sessions.begin() as db:
        db.query(ExamRow).one().released_at = NOW
    page = clerk.get("/practice/mistakes").text
    assert attempt
    assert "q-single：月费多少？" in page
    assert "q-number" not in page
    assert "有 1 道题还没掌握" in clerk.get("/practice").text
    assert "错题" in clerk.get("/practice").text


def test_the_notebook_is_practised_by_topic_and_keeps_to_it(clerk: FlaskClient, services: Services, me: int) -> None:
    with services.sessions.begin() as db:
        world = Practising(db)
        for number in range(3):
            world.card(me, world.question(f"q-{number}", "话术" if number else "资费", entry_id="tariff-59"), NOW - number * DAY, mistake=True)
    page = clerk.get("/practice/mistakes?topic=话术").text
    assert "q-0" not in page
    begin = re.search(r'class="button primary" href="([^"]+)"', page)
    assert begin
    path = begin[1].replace("&amp;", "&")
    assert path.startswith("/practice/questions/q-2?round=mistakes&topic=")
    question = clerk.get(path).text
    told = clerk.post(path, data={"token": token_in(question), "tell": "1"}, follow_redirects=True).text
    assert "/practice/questions/q-1?round=mistakes&amp;topic=" in told


def test_a_question_in_an_open_exam_is_refused_with_the_reason(clerk: FlaskClient, services: Services, me: int) -> None:
    with services.sessions.begin() as db:
        world = Practising(db)
        world.card(me, world.question("q-a", entry_id="tariff-59"), NOW - DAY, mistake=True)
        world.exam(["q-a"], opens=NOW - DAY, closes=NOW + timedelta(hours=1))
    response = clerk.get("/practice/questions/q-a")
    assert (response.status_code, "现在不能练习" in response.text) == (409, True)
    assert "暂时不能练" in clerk.get("/practice/mistakes").text


def test_the_pages_take_few_statements_however_long_the_notebook_is(clerk: FlaskClient, services: Services, me: int, counted: Counter) -> None:
    with services.sessions.begin() as db:
        world = Practising(db)
        for number in range(60):
            world.card(me, world.question(f"q-{number:02}", f"分类{number % 7}", entry_id="tariff-59"), NOW - DAY, mistake=True)
    for path, most in (("/practice", 24), ("/practice/mistakes", 24), ("/practice/questions/q-00", 28)):
        counted.statements.clear()
        page = clerk.get(path)
        assert (page.status_code, len(page.data) < 150_000) == (200, True)
        assert len(counted.statements) <= most, counted.statements


def test_what_is_asked_cannot_inject_markup(clerk: FlaskClient, services: Services) -> None:
    with services.sessions.begin() as db:
        Practising(db).question("q-x", entry_id="tariff-59", stem="<b>粗</b>", options=(Option("<i>斜</i>", right=True), Option("y", right=False)))
    page = clerk.get("/practice/questions/q-x").text
    assert "&lt;b&gt;粗" in page
    assert "&lt;i&gt;斜" in page


def test_the_pages_are_there_in_english(clerk: FlaskClient, services: Services) -> None:
    add(services, "ordering")
    clerk.post("/language", data={"lang": "en"})
    page = clerk.get("/practice/questions/q-ordering").text
    assert "Send the answer" in page
    assert "Put the steps in order" in page
