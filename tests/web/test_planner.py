"""The trainer's exams over HTTP: drawn, edited, scheduled, watched, marked, mended."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from kb.db import reading
from quiz.bank.state import State
from quiz.exams.editing import preview
from quiz.exams.marking import judge, waiting
from quiz.exams.myexams import start
from quiz.exams.papers import attempt_of, paper
from quiz.exams.planning import Audience, Draft, Plan, create_draft, exam, exams
from quiz.exams.records import verify
from quiz.exams.remedies import mended
from quiz.exams.sheet import Event, EventKind
from quiz.exams.sitting import append, submit
from quiz.exams.state import Release
from quiz.files.spreadsheet import read_sheet
from quiz.people.directory import person
from quiz.questions.grading import key_of
from quiz.tables import QuestionRow
from tests.quiz.examining import CLOSES, EVERY, store_exam, store_questions, wrong_of
from tests.quiz.planning import store_bank
from tests.web.conftest import NOW, TODAY, Counter, Staff
from web import Services

AFTER = CLOSES + timedelta(minutes=1)
BUILDER = {
    "title": "2026年11月业务考试", "month": "2026-11", "minutes": "30", "pass_mark": "60", "per_page": "2", "forms": "2", "not_used_for_months": "1",
    "max_overlap": "0", "cell-1-types": "single", "cell-1-count": "4", "cell-1-points": "5", "cell-2-types": "true_false", "cell-2-count": "2",
    "cell-2-points": "5",
}  # fmt: skip


@pytest.fixture
def trainer(client: FlaskClient, staff: Staff) -> FlaskClient:
    return staff.sign_in(client, "TRAINER-AL")


@pytest.fixture
def bank(services: Services) -> Services:
    with services.sessions.begin() as db:
        store_bank(db)
    return services


@pytest.fixture
def draft(bank: Services, trainer: FlaskClient) -> int:
    response = trainer.post("/planner/new", data={**BUILDER, "do": "draw"})
    assert response.status_code == 303, response.text
    return int(response.headers["Location"].split("/")[2])


class Sat:
    """An exam with a question of each type that two clerks have sat; the clock stands after its end."""

    def __init__(self, app: Flask, services: Services, staff: Staff, trainer: FlaskClient) -> None:
        self.services, self.trainer, self.staff = services, trainer, staff
        with services.sessions.begin() as db:
            self.revisions = store_questions(db, EVERY)
            self.exam = store_exam(db, Audience(frozenset({staff.units["AL"]})), [self.revisions], release=Release.BY_HAND)
            self.attempts = [self._sit(db, number, right) for number, right in (("CLERK-ZQ", True), ("CLERK-BJ", False))]
        app.extensions["hallwise"] = Services(services.search, services.engine, services.sessions, lambda: AFTER)
        staff.sign_in(trainer, "TRAINER-AL")

    def _sit(self, db, number, right):
        who = person(db, self.staff.ids[number], TODAY)
        key = start(db, self.exam, who, NOW)
        items = paper(db, key).items.items()
        events = [Event("d", p, EventKind.ANSWER, p, key_of(i.question) if right else wrong_of(i.question)) for p, i in items]
        append(db, key, who.id, [*events, Event("d", 90, EventKind.LEFT), Event("d", 91, EventKind.RETURNED, 0, 75)], NOW)
        submit(db, key, who.id, NOW + timedelta(minutes=9))
        return key

    def score(self, number="CLERK-BJ"):
        with reading(self.services.engine) as db:
            return attempt_of(db, self.exam, self.staff.ids[number]).score

    def judge_all(self):
        with self.services.sessions.begin() as db:
            for one in waiting(db):
                judge(db, one.attempt_id, one.position, 1.0, "T", AFTER)


@pytest.fixture
def sat(app: Flask, services: Services, staff: Staff, trainer: FlaskClient) -> Sat:
    return Sat(app, services, staff, trainer)


def test_forms_that_were_sat_are_shown_without_demands_that_nobody_can_meet_any_more(sat: Sat) -> None:
    address = f"/planner/{sat.exam}/forms"
    with sat.services.sessions.begin() as db:
        db.execute(update(QuestionRow).values(state=State.RETIRED.value))
    page = sat.trainer.get(address).text
    assert "按现在的作答统计" in page
    assert not [words for words in ("换好才能安排考试", "与蓝图不符", "is-troubled", "badge warn") if words in page]


def test_an_empty_list_says_what_to_do(trainer: FlaskClient) -> None:
    assert "还没有考试" in trainer.get("/planner").text


def test_a_blueprint_line_by_line_becomes_forms_side_by_side(bank: Services, trainer: FlaskClient, draft: int) -> None:
    page = trainer.get(f"/planner/{draft}/forms").text
    assert page.count('class="placed"') == 12
    assert "预期得分率最多相差" in page
    assert "每套 6 题，满分 30 分" in trainer.get(f"/planner/{draft}/blueprint").text
    assert trainer.get("/planner").text.count("草稿") == 1
    assert "还没有安排" in trainer.get(f"/planner/{draft}").text


def test_lines_come_and_go_without_losing_anything_that_was_typed(bank: Services, trainer: FlaskClient) -> None:
    more = trainer.post("/planner/new", data={**BUILDER, "title": "改过的名称", "do": "add"})
    assert (more.status_code, more.text.count("data-row")) == (200, 3)
    assert 'value="改过的名称"' in more.text
    less = trainer.post("/planner/new", data={**BUILDER, "do": "remove-1"}).text
    assert less.count("data-row") == 1
    assert re.search(r'name="cell-1-types" value="true_false" checked', less)
    assert "每套 2 题，满分 10 分" in less


def test_every_fault_stands_at_its_field_and_nothing_is_lost(bank: Services, trainer: FlaskClient) -> None:
    data = {**BUILDER, "title": "", "month": "11月", "pass_mark": "120", "cell-2-count": "两道", "cell-1-points": "5.5", "do": "draw"}
    response = trainer.post("/planner/new", data=data)
    assert response.status_code == 400
    for fault in ('href="#title"', 'href="#month"', 'href="#pass_mark"', 'href="#cell-2-count"', "第 2 部分的题数"):
        assert fault in response.text
    assert 'value="两道"' in response.text
    assert 'value="5.5"' in response.text


def test_a_blueprint_that_cannot_be_met_says_which_part_lacks_how_many(bank: Services, trainer: FlaskClient) -> None:
    response = trainer.post("/planner/new", data={**BUILDER, "cell-2-count": "20", "do": "draw"})
    assert response.status_code == 409
    assert "“判断” 还差 28 题" in response.text
    with reading(bank.engine) as db:
        assert exams(db) == []


def test_the_supply_of_each_line_is_counted_for_the_script(bank: Services, trainer: FlaskClient) -> None:
    assert trainer.post("/planner/count", data=BUILDER).get_json() == {"available": [24, 12]}
    typed = {**BUILDER, "cell-1-bands": "easy", "exclude_questions": "s-00\ns-01"}
    assert trainer.post("/planner/count", data=typed).get_json()["available"][0] < 12


def test_an_earlier_blueprint_fills_the_form_for_the_next_month(bank: Services, trainer: FlaskClient, draft: int) -> None:
    page = trainer.get(f"/planner/new?from={draft}").text
    assert 'value="2026-12"' in page
    assert 'value="2026年12月业务考试"' in page
    copied = trainer.post(f"/planner/{draft}/copy")
    assert copied.headers["Location"] == f"/planner/{draft + 1}/forms"


def test_a_question_is_replaced_by_one_of_those_listed(bank: Services, trainer: FlaskClient, draft: int) -> None:
    place = f"/planner/{draft}/forms/1/2"
    page = trainer.get(place).text
    chosen = re.search(r'name="question" value="([^"]+)"', page)[1]
    assert trainer.post(place, data={"question": chosen}).headers["Location"] == f"/planner/{draft}/forms#q-1-2"
    with reading(bank.engine) as db:
        assert preview(db, draft, bank.search.get().snapshot.library, NOW).forms[1][1].item.id == chosen
    assert trainer.post(place, data={"question": "t-01"}).status_code == 409
    assert trainer.get(f"/planner/{draft}/forms/9/1").status_code == 404


def test_forms_are_drawn_again_after_the_same_or_a_changed_blueprint(bank: Services, trainer: FlaskClient, draft: int) -> None:
    assert trainer.post(f"/planner/{draft}/redraw").status_code == 303
    assert trainer.post(f"/planner/{draft}/blueprint", data={**BUILDER, "forms": "3", "do": "draw"}).status_code == 303
    assert trainer.get(f"/planner/{draft}/forms").text.count('class="form-column"') == 3
    short = trainer.post(f"/planner/{draft}/blueprint", data={**BUILDER, "forms": "9", "do": "draw"})
    assert (short.status_code, "没有组卷" in short.text) == (409, True)


SCHEDULE = {
    "title": "十一月考试", "opens": "2026-11-23T08:00", "closes": "2026-11-25T20:00", "minutes": "45", "pass_mark": "70", "per_page": "3", "release": "by_hand",
}  # fmt: skip


def test_an_exam_is_scheduled_in_beijing_time_for_units_and_named_people(bank: Services, trainer: FlaskClient, draft: int, staff: Staff) -> None:
    data = {**SCHEDULE, "units": [str(staff.units["SQ"])], "people": "clerk-xb"}
    assert trainer.post("/planner/audience", data=data).get_json()["size"] == 6
    assert trainer.post(f"/planner/{draft}/schedule", data=data).status_code == 303
    with reading(bank.engine) as db:
        found = exam(db, draft)
    assert (found.opens_at.isoformat(), found.minutes, found.pass_mark, found.release) == ("2026-11-23T00:00:00+00:00", 45, 0.7, Release.BY_HAND)
    assert found.audience == Audience(frozenset({staff.units["SQ"]}), frozenset({staff.ids["CLERK-XB"]}))
    page = trainer.get(f"/planner/{draft}").text
    assert "待开始" in page
    assert "沙区，另点名 1 人" in page
    assert "CLERK-XB" in trainer.get(f"/planner/{draft}/schedule").text


def test_what_is_wrong_with_a_schedule_stands_at_its_field(bank: Services, trainer: FlaskClient, draft: int) -> None:
    data = {**SCHEDULE, "opens": "明天", "minutes": "0", "release": "never", "people": "NOBODY-1"}
    response = trainer.post(f"/planner/{draft}/schedule", data=data)
    assert response.status_code == 400
    for name in ("opens", "minutes", "release", "people"):
        assert f'href="#{name}"' in response.text
    assert "NOBODY-1" in response.text
    assert 'href="#units"' in trainer.post(f"/planner/{draft}/schedule", data=SCHEDULE).text
    late = trainer.post(f"/planner/{draft}/schedule", data={**SCHEDULE, "closes": "2026-11-20T08:00", "units": ["1"]})
    assert (late.status_code, 'href="#closes"' in late.text) == (400, True)


def test_an_exam_is_called_off(bank: Services, trainer: FlaskClient, draft: int) -> None:
    assert trainer.post(f"/planner/{draft}/cancel").status_code == 303
    assert "已取消" in trainer.get(f"/planner/{draft}").text
    assert trainer.post(f"/planner/{draft}/redraw").status_code == 409


def test_an_exam_shows_turnout_absent_people_and_evidence(sat: Sat) -> None:
    page = sat.trainer.get(f"/planner/{sat.exam}?hall={sat.staff.units['BJ']}").text
    assert "已结束" in page
    assert "1 分 15 秒" in page
    assert "都开始了" in page
    assert "CLERK2-ZQ" in sat.trainer.get(f"/planner/{sat.exam}?hall={sat.staff.units['ZQ']}").text


def test_results_are_released_by_hand_and_saved_as_a_table(sat: Sat) -> None:
    assert "未公布" in sat.trainer.get(f"/planner/{sat.exam}").text
    sat.trainer.post(f"/planner/{sat.exam}/release")
    assert "已公布" in sat.trainer.get(f"/planner/{sat.exam}").text
    saved = sat.trainer.get(f"/planner/{sat.exam}/results")
    assert [row.cells[2] for row in read_sheet(saved.data, "x.xlsx").rows] == ["CLERK-BJ", "CLERK-ZQ"]
    assert saved.headers["Content-Disposition"].startswith('attachment; filename="20261122.xlsx"')


def test_short_answers_are_marked_without_a_name_and_corrected_with_a_reason(sat: Sat) -> None:
    page = sat.trainer.get("/planner/marking").text
    assert "先安抚再核实" in page
    assert "CLERK" not in page
    while found := re.search(
        r'name="attempt" value="(\d+)"><input type="hidden" name="position" value="(\d+)"', sat.trainer.get("/planner/marking").text
    ):
        data = {"attempt": found[1], "position": found[2], "credit": "1"}
        assert sat.trainer.post("/planner/marking", data=data).status_code == 303
    assert sat.score("CLERK-ZQ") == 35.0
    assert sat.trainer.post("/planner/marking", data=data).status_code == 409
    assert sat.trainer.post("/planner/marking", data={**data, "credit": "0.3"}).status_code == 400
    data["attempt"] = str(sat.attempts[0])
    refused = sat.trainer.post(f"/planner/{sat.exam}/marks", data={**data, "credit": "0.5"})
    assert (refused.status_code, "请写明更正的原因" in refused.text) == (400, True)
    assert sat.trainer.post(f"/planner/{sat.exam}/marks", data={**data, "credit": "0.5", "why": "漏看一句"}).status_code == 303
    assert sat.score("CLERK-ZQ") == 32.5


def test_a_wrong_key_is_mended_after_a_dry_run_and_the_clerk_is_told(sat: Sat, app: Flask) -> None:
    sat.judge_all()
    base = f"/planner/{sat.exam}/regrade"
    assert "示例题干 single" in sat.trainer.get(base).text
    place = f"{base}/{sat.revisions[0]}"
    assert "另外的答案也算对" in sat.trainer.get(place).text
    dry = sat.trainer.get(f"{place}?kind=accept&also=0").text
    assert "确认更正 1 份答卷" in dry
    assert sat.score() == 5.0
    data = {"kind": "accept", "also": "0"}
    assert sat.trainer.post(place, data=data).status_code == 400
    assert sat.trainer.post(place, data={**data, "why": "甲也对"}).headers["Location"] == f"/planner/{sat.exam}"
    assert sat.score() == 10.0
    assert "甲也对" in sat.trainer.get(f"/planner/{sat.exam}").text
    assert "没有人的得分会变" in sat.trainer.get(f"{place}?kind=accept&also=0").text
    sat.trainer.post(f"/planner/{sat.exam}/release")
    clerk = sat.staff.sign_in(app.test_client(), "CLERK-BJ")
    told = clerk.get(f"/exams/{sat.exam}/result").text
    assert "有 1 道题更正过" in told
    assert "甲也对" in told
    with reading(sat.services.engine) as db:
        assert verify(db).differences == ()


@pytest.mark.parametrize("kind", ["full", "void", "none"])
def test_every_remedy_is_shown_before_it_is_applied(sat: Sat, kind: str) -> None:
    for revision in sat.revisions:
        place = f"/planner/{sat.exam}/regrade/{revision}"
        assert sat.trainer.get(f"{place}?kind={kind}").status_code == 200
        assert sat.trainer.post(place, data={"kind": kind, "why": "试"}).status_code == 303
    with reading(sat.services.engine) as db:
        assert verify(db).differences == ()
        assert len(mended(db, sat.exam)) == (0 if kind == "none" else len(EVERY))
    assert sat.trainer.get(f"/planner/{sat.exam}").status_code == 200


def test_other_answers_of_truths_and_numbers_count_too(sat: Sat) -> None:
    kinds = [question.type.value for question in EVERY]
    for kind, data in (("true_false", {"also": "false"}), ("number", {"also_text": "60"}), ("multiple", {"also": "1"})):
        place = f"/planner/{sat.exam}/regrade/{sat.revisions[kinds.index(kind)]}"
        assert "确认更正 1 份答卷" in sat.trainer.get(place, query_string={"kind": "accept", **data}).text, kind
    faulty = sat.trainer.get(f"/planner/{sat.exam}/regrade/{sat.revisions[kinds.index('ordering')]}?kind=accept&also=0").text
    assert "这种更正办法不适合这道题" in faulty


def test_what_does_not_exist_is_not_found(trainer: FlaskClient) -> None:
    for path in ("", "/forms", "/schedule", "/blueprint", "/results", "/marks", "/regrade", "/regrade/3"):
        assert trainer.get(f"/planner/99{path}").status_code == 404, path


def test_pages_take_a_fixed_number_of_statements(bank: Services, trainer: FlaskClient, draft: int, counted: Counter) -> None:
    def count(path: str) -> int:
        before = len(counted.statements)
        assert trainer.get(path).status_code == 200
        return len(counted.statements) - before

    paths = ("/planner", f"/planner/{draft}/forms", f"/planner/{draft}/schedule", "/planner/new")
    before = [count(path) for path in paths]
    with bank.sessions.begin() as db:
        forms = preview(db, draft, bank.search.get().snapshot.library, NOW).forms
        for n in range(5):
            create_draft(db, Plan(f"第 {n} 场", "2026-10", 30), [Draft([(p.revision_id, 5.0) for p in forms[1]])], "T", NOW)
    assert [count(path) for path in paths] == before
    assert max(before) < 25
