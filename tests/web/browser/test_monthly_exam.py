"""A monthly exam from the trainer's first click to the manager's table: forty clerks at once, one without a network, one on two devices, a restart."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, make_server

from kb.db import open_engine, open_sessions, reading
from kb.live import LiveSearch
from quiz.exams.records import verify
from quiz.people.roles import Role
from quiz.tables import AccountRow, AttemptRow, EmployeeRow, FormItemRow, MembershipRow
from tests.quiz.planning import store_bank
from tests.web.browser.conftest import DESKTOP, HANDHELD, PATIENCE
from tests.web.conftest import NOW, PASSWORD, TODAY, Staff, add_staff, make_app
from web import Services

CLERKS = 40
QUESTIONS = 6
CUT_OFF, MOVED = "C000", "C001"  # in the browser; the others answer over HTTP
HALLS = ("ZQ", "BJ", "XB")


@dataclass
class Branch:
    """A site that can be stopped and started again on the same database."""

    database: Path
    search: LiveSearch
    clock: list[timedelta]
    staff: Staff | None = None
    address: str = ""
    app: Flask | None = None
    services: Services | None = None
    server: BaseWSGIServer | None = None
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def start(self) -> None:
        engine = open_engine(f"sqlite:///{self.database}")
        self.services = Services(self.search, engine, open_sessions(engine), lambda: NOW + self.clock[0])
        self.app = make_app(self.services, csrf=True)
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.services.engine.dispose()

    def device(self, browser: Browser, number: str, path: str, *, handheld: bool = False) -> Page:
        size = {"viewport": HANDHELD, "is_mobile": True, "has_touch": True} if handheld else {"viewport": DESKTOP}
        context = browser.new_context(base_url=self.address, **size)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(path)
        page.fill("#number", number)
        page.fill("#password", PASSWORD)
        page.click("main button.primary")
        return page


@pytest.fixture
def branch(socket_enabled_session: None, shared_search: LiveSearch, empty_database: Path, tmp_path: Path, password_hash: str) -> Iterator[Branch]:
    found = Branch(Path(shutil.copy(empty_database, tmp_path / "branch.db")), shared_search, [timedelta(0)])
    found.start()
    found.staff = add_staff(found.services, password_hash)
    with found.services.sessions.begin() as db:
        store_bank(db)
        for n in range(CLERKS):
            row = EmployeeRow(number=f"C{n:03}", name=f"演示{n}", role=Role.CLERK.value)
            db.add(row)
            db.flush()
            found.staff.ids[row.number] = row.id
            db.add(MembershipRow(employee_id=row.id, unit_id=found.staff.units[HALLS[n % 3]], from_day=TODAY.replace(month=1)))
            db.add(AccountRow(employee_id=row.id, password_hash=password_hash, must_change=False, epoch=1))
    yield found
    for context in found.contexts:
        context.close()
    found.stop()
    assert found.faults == []


def build_exam(branch: Branch, browser: Browser) -> int:
    """The trainer draws two forms and opens the exam to the whole branch, beginning in a minute."""
    page = branch.device(browser, "TRAINER-AL", "/planner/new")
    cell = page.locator("#cell-1")
    cell.locator(".pickbox").nth(1).locator("summary").click()
    cell.get_by_label("单选", exact=True).check()
    page.keyboard.press("Escape")
    page.fill("#cell-1-count", str(QUESTIONS))
    if page.locator("#cell-2").count():
        page.locator("#cell-2 [data-remove]").click()
    page.fill("#forms", "2")
    page.click('button[value="draw"]')
    page.wait_for_url("**/forms")
    exam = int(page.url.split("/")[-2])
    page.get_by_role("link", name="安排考试").click()
    page.fill("#opens", "2026-11-22T10:01")  # it is ten o'clock in Shanghai
    page.fill("#closes", "2026-11-22T12:00")
    page.get_by_label("交卷后马上公布").check()
    page.get_by_role("button", name="确认安排").click()
    expect(page.locator("h1")).to_contain_text("待开始")
    branch.clock[0] = timedelta(minutes=2)
    return exam


def sit_over_http(branch: Branch, exam: int, n: int) -> float:
    """A clerk who answers the first n mod 7 places right and the rest wrong; returns the points that this earns."""
    client = branch.app.test_client()
    branch.staff.sign_in(client, f"C{n:03}")
    token = client.get(f"/exams/{exam}").text.split('name="csrf-token" content="')[1].split('"')[0]
    headers = {"X-CSRFToken": token, "X-Requested-With": "fetch"}
    assert client.post(f"/exams/{exam}/start", headers=headers).status_code == 303
    page = client.get(f"/exams/{exam}/paper").text
    attempt = page.split('data-attempt="')[1].split('"')[0]
    right = n % (QUESTIONS + 1)
    for place, index in enumerate(right_choices(branch, int(attempt)), 1):
        value = index if place <= right else (index + 1) % 4
        batch = f'[{{"device": "dev-{n:03}", "seq": {place}, "kind": "answer", "n": {place}, "value": {value}}}]'
        told = client.post(f"/exams/{exam}/events", data={"attempt": attempt, "batch": batch}, headers=headers)
        assert told.get_json()["refused"] == []
    assert client.post(f"/exams/{exam}/submit", data={"attempt": attempt, "batch": "[]"}, headers=headers).status_code == 200
    return right * points_each(branch, exam)


def right_choices(branch: Branch, attempt: int) -> list[int]:
    """Where the right option stands on somebody's screen, place by place; the right one of every question reads 甲."""
    with reading(branch.services.engine) as db:
        return [slot["order"].index(0) for slot in db.get_one(AttemptRow, attempt).layout]


def points_each(branch: Branch, exam: int) -> float:
    with reading(branch.services.engine) as db:
        return db.scalar(select(FormItemRow.points).limit(1))


def choose(page: Page, n: int, text: str) -> None:
    page.click(f'[data-go="{n}"]')
    question = page.locator(f"#q-{n}")
    expect(question).to_be_visible()
    question.locator(".choice", has_text=text).click()


def hand_in(page: Page) -> None:
    expect(page.locator("#saved")).to_have_class("exam-saved is-saved")
    page.click("#hand-in")
    page.click("#sure-yes")
    page.wait_for_url("**/result")


def scores(branch: Branch) -> dict[str, float]:
    with reading(branch.services.engine) as db:
        query = select(EmployeeRow.number, AttemptRow.score).join(AttemptRow, AttemptRow.employee_id == EmployeeRow.id)
        return dict(db.execute(query).all())


def test_a_monthly_exam_is_right_to_the_point_and_survives_a_restart(branch: Branch, browser: Browser) -> None:
    exam = build_exam(branch, browser)
    each = points_each(branch, exam)
    one = branch.device(browser, CUT_OFF, f"/exams/{exam}")
    two = branch.device(browser, MOVED, f"/exams/{exam}")
    for page in (one, two):
        page.click("main button.big")
        expect(page.locator("#saved")).to_have_class("exam-saved is-saved")
    with ThreadPoolExecutor(8) as pool:
        expected = dict(
            zip((f"C{n:03}" for n in range(2, CLERKS)), pool.map(lambda n: sit_over_http(branch, exam, n), range(2, CLERKS)), strict=True)
        )

    one.context.set_offline(True)  # the network goes in the middle of the paper
    for n in range(1, QUESTIONS + 1):
        choose(one, n, "甲")
    expect(one.locator("#saved")).not_to_have_class("exam-saved is-saved")
    one.context.set_offline(False)
    hand_in(one)

    for n in (1, 2, 3):
        choose(two, n, "甲")
    expect(two.locator("#saved")).to_have_class("exam-saved is-saved")
    phone = branch.device(browser, MOVED, f"/exams/{exam}/paper", handheld=True)
    choose(phone, 3, "乙")  # changes their mind on the second device
    choose(phone, 4, "甲")
    hand_in(phone)

    expected |= {CUT_OFF: QUESTIONS * each, MOVED: 3 * each}
    assert scores(branch) == pytest.approx(expected)
    table = manager_table(branch, browser)
    branch.stop()
    branch.start()
    assert scores(branch) == pytest.approx(expected)
    assert manager_table(branch, browser) == table
    for code in HALLS:
        own = [score for number, score in expected.items() if HALLS[int(number[1:]) % 3] == code]
        assert f"{100 * sum(own) / len(own) / (QUESTIONS * each):.1f}" in table
    with reading(branch.services.engine) as db:
        assert verify(db).differences == ()


def manager_table(branch: Branch, browser: Browser) -> str:
    """What the branch manager reads of the halls."""
    page = branch.device(browser, "BRANCH-AL", "/manager/halls?from=2026-11&to=2026-11")
    return page.locator("main table").first.inner_text()
