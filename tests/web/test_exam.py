"""Sitting an exam over HTTP: saving, handing in, results, and who may do what."""

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.db import reading
from quiz.exams.paper import to_shown
from quiz.exams.papers import Paper, attempt_of, paper
from quiz.exams.planning import Audience, release
from quiz.exams.sheet import EventKind
from quiz.exams.sitting import sheet
from quiz.exams.state import Release
from quiz.questions.grading import key_of
from quiz.questions.question import QuestionType
from quiz.tables import MarkRow
from tests.quiz.examining import CLOSED, CLOSES, EVERY, MINUTES, store_exam, store_questions, wrong_of
from tests.web.conftest import NOW, Counter, Staff
from web import Services

FETCH = {"X-Requested-With": "fetch"}


class Hall:
    """An exam for everybody, and whoever sits it."""

    def __init__(self, app: Flask, services: Services, staff: Staff, **changes: object) -> None:
        self.app, self.services, self.staff = app, services, staff
        with services.sessions.begin() as db:
            questions = changes.pop("questions", CLOSED)
            people = Audience(frozenset({staff.units["SQ"]}))
            self.exam = store_exam(db, people, [store_questions(db, questions)], **changes)

    def at(self, moment) -> None:
        """Move the server's clock."""
        self.app.extensions["hallwise"] = Services(self.services.search, self.services.engine, self.services.sessions, lambda: moment)

    def client(self, number: str) -> FlaskClient:
        return self.staff.sign_in(self.app.test_client(), number)

    def sitting(self, number: str = "CLERK-ZQ") -> "Sitting":
        client = self.client(number)
        assert client.post(f"/exams/{self.exam}/start").headers["Location"] == f"/exams/{self.exam}/paper"
        with reading(self.services.engine) as db:
            attempt = attempt_of(db, self.exam, self.staff.ids[number])
            return Sitting(self, client, paper(db, attempt.id))


class Sitting:
    """Somebody at their paper; answers are given in shown terms, as a browser does."""

    def __init__(self, hall: Hall, client: FlaskClient, given: Paper) -> None:
        self.hall, self.client, self.paper = hall, client, given
        self.base = f"/exams/{hall.exam}"

    def click(self, n: int, seq: int, value: object, kind: str = "answer", device: str = "desk") -> dict[str, object]:
        return {"device": device, "seq": seq, "kind": kind, "n": n, "value": value}

    def answers(self, choose: Callable = key_of) -> list[dict[str, object]]:
        places = ((n, *self.paper.at(n)) for n in range(1, len(self.paper.layout) + 1))
        return [self.click(n, n, to_shown(item.question, slot.order, choose(item.question))) for n, item, slot in places]

    def save(self, clicks: object, attempt: int = 0):
        data = {"attempt": attempt or self.paper.attempt_id, "batch": clicks if isinstance(clicks, str) else json.dumps(clicks)}
        return self.client.post(f"{self.base}/events", data=data, headers=FETCH)

    def hand_in(self, clicks: object = (), *, headers: dict[str, str] = FETCH):
        return self.client.post(f"{self.base}/submit", data={"attempt": self.paper.attempt_id, "batch": json.dumps(list(clicks))}, headers=headers)

    def place(self, kind: QuestionType) -> int:
        return next(n for n in range(1, len(self.paper.layout) + 1) if self.paper.at(n)[0].question.type is kind)

    def held(self):
        with reading(self.hall.services.engine) as db:
            return sheet(db, self.paper.attempt_id)

    def attempt(self):
        with reading(self.hall.services.engine) as db:
            return attempt_of(db, self.hall.exam, self.paper.employee_id)


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields that a browser sends: those of a page that is switched off are not among them."""
    sent = re.sub(
        r'<fieldset class="exam-question panel"[^>]* disabled>.*?(?=<fieldset class="exam-question panel"|<div class="exam-move">)',
        "",
        html,
        flags=re.DOTALL,
    )
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', sent))


@pytest.fixture
def hall(app: Flask, services: Services, staff: Staff) -> Hall:
    return Hall(app, services, staff)


def test_an_exam_is_found_begun_answered_and_handed_in(hall: Hall) -> None:
    client = hall.client("CLERK-ZQ")
    assert "十一月业务考试" in client.get("/exams").text
    intro = client.get(f"/exams/{hall.exam}").text
    assert "开始考试" in intro
    assert "6 题，满分 30 分，18 分及格" in intro
    assert "2026年11月22日 09:00 至 13:00" in intro
    sitting = hall.sitting()
    assert "接着答" in client.get("/exams").text
    ack = sitting.save(sitting.answers()).get_json()
    assert ack == {"highest": len(CLOSED), "remaining": MINUTES * 60, "refused": []}
    receipt = sitting.hand_in().get_json()["receipt"]
    page = client.get(f"/exams/{hall.exam}/result").text
    assert receipt == sitting.attempt().receipt
    assert receipt in page
    assert sitting.attempt().score == 30.0
    assert "已交卷" in client.get("/exams").text


def test_the_paper_tells_nobody_what_is_right(hall: Hall) -> None:
    sitting = hall.sitting()
    page = sitting.client.get(f"{sitting.base}/paper").text
    assert "解析在此" not in page
    assert not re.search(r"right|difficulty|explanation|tariff-59|revision", page.split("<main")[1].split("</main>")[0])
    shown = [a.lines for a in sitting.paper.asked if a.type is QuestionType.ORDERING]
    assert shown[0] != ("第一步", "第二步", "第三步", "第四步")
    assert "59元/月" not in page
    assert len(page.encode()) < 150_000


def test_another_device_goes_on_with_what_was_saved(hall: Hall) -> None:
    first = hall.sitting()
    first.save([*first.answers(), first.click(2, 50, value=True, kind="flag")])
    second = hall.sitting()
    assert second.paper.attempt_id == first.paper.attempt_id
    state = second.client.get(f"{second.base}/sheet", headers=FETCH).get_json()
    assert (state["highest"], state["flags"], state["submitted"]) == (50, [2], False)
    assert state["answers"] == {str(c["n"]): c["value"] for c in first.answers()}
    page = second.client.get(f"{second.base}/paper").text
    assert page.count("checked") >= 5
    assert 'data-highest="50"' in page


def test_sending_again_and_in_another_order_changes_nothing(hall: Hall) -> None:
    sitting = hall.sitting()
    clicks = [*sitting.answers(wrong_of), *({**c, "seq": c["seq"] + 20} for c in sitting.answers())]
    for batch in (clicks[::-1], clicks[3:7], clicks, []):
        assert sitting.save(batch).get_json()["highest"] == 20 + len(CLOSED)
    assert all(key_of(sitting.paper.items[p].question) == a for p, a in sitting.held().answers.items())


def test_bad_clicks_are_refused_with_a_reason_and_the_others_saved(hall: Hall) -> None:
    sitting = hall.sitting()
    number = sitting.place(QuestionType.NUMBER)
    answer = sitting.save([sitting.click(99, 1, 0), sitting.click(number, 2, 59), sitting.click(number, 3, "59")])
    assert answer.status_code == 200
    assert [(r["seq"], r["code"]) for r in answer.get_json()["refused"]] == [(1, "click-no-question"), (2, "click-wrong-form")]
    assert answer.get_json()["refused"][0]["message"] == "试卷上没有第 99 题，这次作答没有保存"
    assert list(sitting.held().answers.values()) == ["59"]


def test_reasons_come_in_the_language_of_the_page(hall: Hall) -> None:
    sitting = hall.sitting()
    with sitting.client.session_transaction() as session:
        session["lang"] = "en"
    assert (
        sitting.save([sitting.click(99, 1, 0)]).get_json()["refused"][0]["message"]
        == "there is no question 99 on the paper; this answer was not saved"
    )


@pytest.mark.parametrize("batch", ["", "{", "{}", "null", "[1]", '[{"device": "desk"}]', "NaN"])
def test_a_message_that_cannot_be_read_is_refused_and_nothing_breaks(hall: Hall, batch: str) -> None:
    answer = hall.sitting().save(batch)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "clicks-malformed")


def test_after_the_deadline_nothing_is_taken_and_what_was_saved_counts_without_a_click(hall: Hall) -> None:
    sitting = hall.sitting()
    sitting.save(sitting.answers())
    hall.at(NOW + timedelta(minutes=MINUTES))
    late = sitting.save([sitting.click(1, 90, None)])
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "exam-over")
    assert "时间已到" in late.get_json()["error"]["message"]
    page = sitting.client.get(f"{sitting.base}/paper")
    assert page.headers["Location"] == f"{sitting.base}/result"
    assert (sitting.attempt().score, sitting.attempt().submitted_how) == (30.0, "deadline")
    assert "到时自动收卷" in sitting.client.get(f"{sitting.base}/result").text


def test_a_look_at_the_list_closes_papers_whose_time_is_up_also_of_others(hall: Hall) -> None:
    first, second = hall.sitting(), hall.sitting("CLERK2-ZQ")
    hall.at(CLOSES)
    first.client.get("/exams")
    assert first.attempt().submitted_how == second.attempt().submitted_how == "deadline"


def test_a_paper_is_handed_in_once_however_many_times_the_button_is_pressed(hall: Hall) -> None:
    sitting = hall.sitting()
    sitting.save(sitting.answers()[:-1])
    clients = [hall.client("CLERK-ZQ") for _ in range(20)]
    data = {"attempt": sitting.paper.attempt_id, "batch": json.dumps(sitting.answers()[-1:])}
    found, gate = [], threading.Barrier(len(clients))

    def press(client: FlaskClient) -> None:
        gate.wait()
        found.append(client.post(f"{sitting.base}/submit", data=data, headers=FETCH))

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {r.status_code for r in found} == {200}
    assert {r.get_json()["receipt"] for r in found} == {sitting.attempt().receipt}
    assert sitting.attempt().score == 30.0
    with reading(hall.services.engine) as db:
        assert db.query(MarkRow).count() == len(CLOSED)


def test_what_is_sent_with_the_button_too_late_is_told(hall: Hall) -> None:
    sitting = hall.sitting()
    hall.at(NOW + timedelta(minutes=MINUTES))
    answer = sitting.hand_in(sitting.answers()).get_json()
    assert (answer["how"], sitting.attempt().score) == ("deadline", 0.0)
    assert "时间已到" in answer["late"]


def test_a_stale_tab_is_told_that_the_paper_was_handed_in(hall: Hall) -> None:
    sitting = hall.sitting()
    sitting.hand_in(sitting.answers())
    answer = sitting.save([sitting.click(1, 99, None)])
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "exam-submitted")
    assert sitting.attempt().score == 30.0
    assert sitting.client.get(f"{sitting.base}/sheet", headers=FETCH).get_json()["submitted"] is True
    assert sitting.client.get(f"{sitting.base}/submit").headers["Location"] == f"{sitting.base}/result"


def test_an_expired_session_saves_nothing_and_says_so_and_after_signing_in_the_same_clicks_are_taken(hall: Hall) -> None:
    sitting = hall.sitting()
    with sitting.client.session_transaction() as session:
        session["seen"] = int((NOW - timedelta(hours=13)).timestamp())
    answer = sitting.save(sitting.answers())
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "signed-out")
    hall.staff.sign_in(sitting.client, "CLERK-ZQ")
    assert sitting.save(sitting.answers()).get_json()["highest"] == len(CLOSED)


def test_a_page_of_somebody_else_saves_nothing_to_ones_own_paper(hall: Hall) -> None:
    first, second = hall.sitting(), hall.sitting("CLERK2-ZQ")
    hall.staff.sign_in(first.client, "CLERK2-ZQ")  # another signs in, in another tab
    for answer in (first.save(first.answers()), first.hand_in(first.answers()), first.save(first.answers(), attempt=987654)):
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "attempt-foreign")
    assert first.held().answers == second.held().answers == {}
    assert second.attempt().submitted_at is None


@pytest.mark.parametrize("number", ["CLERK-XB", "HALL-ZQ", "TRAINER-AL", "ADMIN-AL"])
def test_nobody_reads_anothers_paper_sheet_or_result(hall: Hall, number: str) -> None:
    sitting = hall.sitting()
    sitting.save(sitting.answers())
    client = hall.client(number)
    for path in ("/paper", "/result"):
        assert client.get(sitting.base + path).headers["Location"] == sitting.base
    assert client.get(f"{sitting.base}/sheet", headers=FETCH).status_code == 409
    assert client.get(f"{sitting.base}/submit").status_code == 409
    assert client.post(f"{sitting.base}/events", data={"attempt": sitting.paper.attempt_id, "batch": "[]"}, headers=FETCH).status_code == 403
    assert client.post(f"{sitting.base}/submit", data={"attempt": sitting.paper.attempt_id}, headers=FETCH).status_code == 403


def test_who_is_not_meant_finds_no_such_exam(hall: Hall) -> None:
    client = hall.client("CLERK-XB")
    assert "现在没有安排给您的考试" in client.get("/exams").text
    assert client.get(f"/exams/{hall.exam}").status_code == 404
    assert client.post(f"/exams/{hall.exam}/start").status_code == 404


@pytest.mark.parametrize(("moment", "said"), [(NOW - timedelta(hours=2), "还没到开始时间"), (CLOSES, "考试已经结束")])
def test_outside_the_window_nothing_is_begun(hall: Hall, moment, said: str) -> None:
    client = hall.client("CLERK-ZQ")
    hall.at(moment)
    answer = client.post(f"/exams/{hall.exam}/start")
    assert answer.status_code == 409
    assert said in answer.text
    assert "开始考试</button>" not in client.get(f"/exams/{hall.exam}").text


def test_results_are_shown_by_rule(app: Flask, services: Services, staff: Staff) -> None:
    for number, (rule, shown) in enumerate({Release.AT_ONCE: [1, 1, 1], Release.AT_END: [0, 1, 1], Release.BY_HAND: [0, 0, 1]}.items()):
        questions = [type(q)(**{**{f: getattr(q, f) for f in q.__slots__}, "id": f"{q.id}-{number}"}) for q in CLOSED]
        hall = Hall(app, services, staff, questions=questions, release=rule)
        hall.at(NOW)
        sitting = hall.sitting()
        sitting.hand_in(sitting.answers(wrong_of))
        seen = []
        for step, moment in enumerate([NOW, CLOSES, CLOSES]):
            if step == 2:
                with services.sessions.begin() as db:
                    release(db, hall.exam, "TRAINER-AL", CLOSES)
            hall.at(moment)
            sitting = Sitting(hall, hall.client("CLERK-ZQ"), sitting.paper)
            page = sitting.client.get(f"{sitting.base}/result").text
            assert sitting.attempt().receipt in page
            seen.append("解析在此" in page)
            assert ("0.0" in page and "/entries/tariff-59?version=2" in page) == seen[-1]
        assert seen == [bool(s) for s in shown], rule


def test_short_answers_are_said_to_wait(app: Flask, services: Services, staff: Staff) -> None:
    hall = Hall(app, services, staff, questions=EVERY, release=Release.AT_ONCE)
    sitting = hall.sitting()
    sitting.hand_in(sitting.answers())
    page = sitting.client.get(f"{sitting.base}/result").text
    assert "有 1 道简答题等培训师评" in page
    assert "待评" in page


def filled_in(sitting: Sitting) -> dict[int, dict[str, str | list[str]]]:
    """The right answers as the fields of each page's form."""
    pages: dict[int, dict[str, str | list[str]]] = {}
    for click in sitting.answers():
        n, kind = click["n"], sitting.paper.at(click["n"])[0].question.type
        page = pages.setdefault((n - 1) // 2 + 1, {})
        if kind is QuestionType.ORDERING:
            page |= {f"q{n}-{index}": str(place) for place, index in enumerate(click["value"], 1)}
        else:
            page[f"q{n}"] = (
                [str(v) for v in click["value"]]
                if isinstance(click["value"], list)
                else str(click["value"]).lower()
                if kind is QuestionType.TRUE_FALSE
                else str(click["value"])
            )
    return pages


def test_without_a_script_a_page_is_saved_by_its_buttons(hall: Hall) -> None:
    sitting = hall.sitting()
    pages = filled_in(sitting)
    for number, fields in pages.items():
        html = sitting.client.get(f"{sitting.base}/paper?page={number}").text
        hidden = hidden_fields(html)
        go = str(number + 1) if number < len(pages) else "hand-in"
        if number == 1:
            fields["flag-1"] = "on"
        answer = sitting.client.post(f"{sitting.base}/paper", data={**hidden, **fields, "go": go})
        assert answer.headers["Location"] == (f"{sitting.base}/submit" if go == "hand-in" else f"{sitting.base}/paper?page={go}")
    assert sitting.held().flags == {sitting.paper.layout[0].position}
    confirm = sitting.client.get(f"{sitting.base}/submit").text
    assert "6 题都答了" in confirm
    assert "标记待查" in confirm
    done = sitting.hand_in(headers={})
    assert done.headers["Location"] == f"{sitting.base}/result"
    assert sitting.attempt().score == 30.0


def test_a_form_of_a_stale_tab_changes_only_what_was_changed_on_it(hall: Hall) -> None:
    sitting = hall.sitting()
    stale = hidden_fields(sitting.client.get(f"{sitting.base}/paper").text)
    sitting.save(sitting.answers())
    sitting.client.post(f"{sitting.base}/paper", data={**stale, "flag-2": "on", "go": "1"})
    assert len(sitting.held().answers) == len(CLOSED)
    assert sitting.held().flags == {sitting.paper.layout[1].position}


def test_an_order_with_a_number_twice_comes_back_with_its_fault_and_nothing_is_lost(hall: Hall) -> None:
    sitting = hall.sitting()
    n = sitting.place(QuestionType.ORDERING)
    page = (n - 1) // 2 + 1
    html = sitting.client.get(f"{sitting.base}/paper?page={page}").text
    hidden = hidden_fields(html)
    fields = {f"q{n}-{i}": "2" for i in range(4)}
    answer = sitting.client.post(f"{sitting.base}/paper", data={**hidden, **fields, "go": "1"})
    assert answer.status_code == 400
    assert answer.text.count("<option selected>2</option>") == 4
    assert f'href="#q-{n}"' in answer.text


def test_a_form_sent_after_the_deadline_leads_to_the_result_and_says_why(hall: Hall) -> None:
    sitting = hall.sitting()
    hall.at(NOW + timedelta(minutes=MINUTES))
    answer = sitting.client.post(f"{sitting.base}/paper", data={"attempt": sitting.paper.attempt_id, "go": "1"}, follow_redirects=True)
    assert "之后的作答不再计入" in answer.text


def test_saving_takes_few_statements(hall: Hall, counted: Counter) -> None:
    sitting = hall.sitting()
    sitting.save(sitting.answers())
    counted.statements.clear()
    sitting.save([{**click, "seq": click["seq"] + 10} for click in sitting.answers()])
    ours = [s for s in counted.statements if "answer_event" in s]
    assert (len(ours), len(counted.statements)) == (2, 3)  # one more for the session


def test_leaving_the_page_is_kept(hall: Hall) -> None:
    sitting = hall.sitting()
    sitting.save([sitting.click(0, 1, None, EventKind.LEFT.value), sitting.click(0, 2, 33, EventKind.RETURNED.value)])
    assert (sitting.held().evidence.left, sitting.held().evidence.seconds) == (1, 33)
