"""An exam in the browser: the network goes away and comes back, a second device goes on, the button is pressed twice."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kb.db import open_engine, open_sessions, reading
from kb.live import LiveSearch
from quiz.exams.papers import Attempt, attempt_of
from quiz.exams.planning import Audience
from quiz.exams.sheet import Sheet
from quiz.exams.sitting import sheet
from quiz.exams.state import Release
from quiz.tables import AccountRow, MarkRow
from tests.quiz.examining import EVERY, MINUTES, store_exam, store_questions
from tests.web.browser.conftest import DESKTOP, HANDHELD, PATIENCE
from tests.web.browser.driving import serious_faults, serving
from tests.web.conftest import NOW, PASSWORD, Staff, add_staff, make_app
from web import Services

WHO = "CLERK-ZQ"


@dataclass
class ExamSite:
    """A site with an open exam, and its clock."""

    address: str
    services: Services
    staff: Staff
    exam: int
    clock: list[timedelta]
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def attempt(self, number: str = WHO) -> Attempt:
        with reading(self.services.engine) as db:
            found = attempt_of(db, self.exam, self.staff.ids[number])
        assert found is not None
        return found

    def sheet(self, number: str = WHO) -> Sheet:
        key = self.attempt(number).id
        with reading(self.services.engine) as db:
            return sheet(db, key)

    def device(self, browser: Browser, *, handheld: bool = False, scripts: bool = True, number: str = WHO) -> Page:
        """Somebody signed in on a device of their own, at the exam's instructions."""
        size = {"viewport": HANDHELD, "is_mobile": True, "has_touch": True} if handheld else {"viewport": DESKTOP}
        context = browser.new_context(base_url=self.address, java_script_enabled=scripts, **size)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(f"/exams/{self.exam}")
        sign_in(page, number)
        return page


def sign_in(page: Page, number: str) -> None:
    page.fill("#number", number)
    page.fill("#password", PASSWORD)
    page.click("main button.primary")


@pytest.fixture
def exam_site(
    socket_enabled_session: None, shared_search: LiveSearch, empty_database: Path, tmp_path: Path, password_hash: str
) -> Iterator[ExamSite]:
    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path / 'exam.db')}")
    clock = [timedelta(0)]
    services = Services(shared_search, engine, open_sessions(engine), lambda: NOW + clock[0])
    staff = add_staff(services, password_hash)
    with services.sessions.begin() as db:
        exam = store_exam(db, Audience(frozenset({staff.units["AL"]})), [store_questions(db, EVERY)], release=Release.AT_ONCE)
    with serving(make_app(services, csrf=True)) as address:
        site = ExamSite(address, services, staff, exam, clock)
        yield site
        for context in site.contexts:
            context.close()
    engine.dispose()
    assert site.faults == []


def begin(page: Page) -> None:
    page.click("main button.big")
    expect(page.locator("#saved")).to_have_class("exam-saved is-saved")


def go(page: Page, n: int) -> None:
    page.click(f'[data-go="{n}"]')
    expect(page.locator(f"#q-{n}")).to_be_visible()


def answer(page: Page, n: int) -> None:
    """Some answer to the question at a place."""
    go(page, n)
    question = page.locator(f"#q-{n}")
    kind = question.get_attribute("data-type")
    if kind == "number":
        question.locator(".field input").fill("五十九")
    elif kind == "short":
        question.locator("textarea").fill("先安抚，再核实")
    elif kind == "ordering":
        question.locator('[data-move="1"]').first.click()
    else:
        question.locator(".choice").first.click()


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_class("exam-saved is-saved")


@pytest.mark.parametrize("handheld", [False, True])
def test_an_exam_survives_a_network_cut_goes_on_elsewhere_and_is_handed_in_once(exam_site: ExamSite, browser: Browser, handheld: bool) -> None:  # noqa: FBT001
    page = exam_site.device(browser, handheld=handheld)
    assert serious_faults(page) == []
    begin(page)
    assert serious_faults(page) == []
    for n in (1, 2, 3):
        answer(page, n)
    saved(page)
    assert len(exam_site.sheet().answers) == 3

    page.context.set_offline(True)
    for n in (4, 5):
        answer(page, n)
    page.locator("#q-5 .flag").click()
    expect(page.locator("#saved")).to_contain_text("次作答先存在这台设备上")
    assert len(exam_site.sheet().answers) == 3
    page.context.set_offline(False)
    saved(page)
    assert len(exam_site.sheet().answers) == 5
    assert len(exam_site.sheet().flags) == 1

    other = exam_site.device(browser, handheld=not handheld)
    other.click("main a.big")
    expect(other.locator("#count")).to_have_text(f"已答 5 / {len(EVERY)} 题")
    for n in (6, 7):
        answer(other, n)
    saved(other)
    page.locator("#q-5 .flag").click()  # the first device hears of the second with its next click
    expect(page.locator("#count")).to_have_text(f"已答 7 / {len(EVERY)} 题")
    expect(page.locator("#notice")).to_be_visible()

    page.click("#hand-in")
    expect(page.locator("#sure-left")).to_have_text(f"{len(EVERY)} 题都答了。")
    assert serious_faults(page) == []
    page.locator("#sure-yes").dblclick(no_wait_after=True)
    page.wait_for_url("**/result")
    assert serious_faults(page) == []
    assert exam_site.attempt().receipt in page.inner_text("main")
    other.locator(".flag:visible").first.click()  # a stale page is told, and led on
    other.wait_for_url("**/result")
    with reading(exam_site.services.engine) as db:
        assert db.query(MarkRow).count() == len(EVERY)


def test_the_paper_is_answered_by_keyboard_alone(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser)
    begin(page)
    go(page, 1)
    kinds = [str(kind) for kind in page.locator(".exam-question").evaluate_all("all => all.map((q) => q.dataset.type)")]
    for kind in kinds:
        if kind in {"number", "short"}:
            page.locator(".exam-question.is-current .field").locator("input, textarea").focus()
            page.keyboard.type("59")
            page.locator(".exam-question.is-current").focus()
        elif kind == "ordering":
            page.locator('.exam-question.is-current [data-move="1"]').first.focus()
            page.keyboard.press("Enter")
            page.locator(".exam-question.is-current").focus()
        else:
            page.keyboard.press("b" if kind == "true_false" else "2")
        page.keyboard.press("f")
        page.keyboard.press("Enter")
    expect(page.locator("#sure")).to_be_visible()
    page.keyboard.press("Escape")
    saved(page)
    assert (len(exam_site.sheet().answers), len(exam_site.sheet().flags)) == (len(EVERY), len(EVERY))


def test_a_page_that_is_opened_again_sends_what_it_could_not_send_before(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser)
    begin(page)
    page.route("**/events", lambda route: route.abort())
    answer(page, 1)
    expect(page.locator("#saved")).not_to_have_class("exam-saved is-saved")
    page.wait_for_timeout(600)
    assert exam_site.sheet().answers == {}
    page.unroute("**/events")
    again = page.context.new_page()
    page.close()
    again.goto(f"/exams/{exam_site.exam}/paper")
    saved(again)
    expect(again.locator("#count")).to_have_text(f"已答 1 / {len(EVERY)} 题")
    assert len(exam_site.sheet().answers) == 1


def test_a_click_that_the_server_cannot_read_is_set_aside_and_holds_up_no_other(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser)
    begin(page)
    keys = "Object.keys(localStorage).filter((key) => key.startsWith('exam:'))"
    garbled = "{device: '?', seq: 1, kind: 'answer', n: 1, value: 0}"
    prefix = f"exam:{page.get_attribute('#paper', 'data-employee')}:{exam_site.attempt().id}:"
    page.evaluate(f"localStorage.setItem('{prefix}?:1', JSON.stringify({garbled})); localStorage.setItem('{prefix}half', '{{')")
    far = "{device: 'abcd', seq: 900000000, kind: 'flag', n: 2, value: true}"  # a number that no device can have reached
    page.evaluate(f"localStorage.setItem('{prefix}abcd:900000000', JSON.stringify({far}))")
    page.route("**/events", lambda route: route.abort())
    for n in (2, 3, 4):
        answer(page, n)
    page.unroute("**/events")
    page.reload()
    expect(page.locator("#saved")).to_have_text("第 1 题的作答没有存上，请再答一次")
    expect(page.locator("#fault")).to_be_visible()
    assert len(exam_site.sheet().answers) == 3
    assert page.evaluate(f"{keys}.length") == 3  # kept, in case the next visit can send it
    answer(page, 5)
    expect(page.locator("#saved")).to_have_text("第 1 题的作答没有存上，请再答一次")
    answer(page, 1)
    saved(page)
    assert len(exam_site.sheet().answers) == 5
    assert page.evaluate(f"{keys}.length") == 2


def test_an_expired_session_is_renewed_in_place_without_losing_a_click(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser)
    begin(page)
    with exam_site.services.sessions.begin() as db:
        db.get_one(AccountRow, exam_site.staff.ids[WHO]).epoch += 1  # every session ends
    answer(page, 1)
    expect(page.locator("#again")).to_be_visible()
    page.fill("#again-password", PASSWORD)
    page.click("#again button.primary")
    saved(page)
    assert len(exam_site.sheet().answers) == 1


def test_two_tabs_notice_each_other(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser)
    begin(page)
    second = page.context.new_page()
    second.goto(f"/exams/{exam_site.exam}/paper")
    for tab in (page, second):
        expect(tab.locator("#notice")).to_contain_text("别的标签页")


def test_the_time_is_the_servers_and_at_its_end_the_paper_is_collected(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser)
    begin(page)
    expect(page.locator("#clock")).to_have_text("剩余 30 分钟")
    exam_site.clock[0] = timedelta(minutes=MINUTES, seconds=-290)
    answer(page, 1)
    expect(page.locator("#clock")).to_contain_text("剩余 4:")
    expect(page.locator("#clock")).to_have_class("exam-clock is-soon")
    expect(page.locator("#alarm")).to_contain_text("还剩 5 分钟")
    exam_site.clock[0] = timedelta(minutes=MINUTES, seconds=-2)
    answer(page, 2)
    saved(page)
    exam_site.clock[0] = timedelta(minutes=MINUTES)
    page.wait_for_url("**/result")
    assert (len(exam_site.sheet().answers), exam_site.attempt().submitted_how) == (2, "deadline")


def test_a_clock_an_hour_off_on_the_device_changes_nothing(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser)
    page.clock.install(time=NOW + timedelta(hours=1))
    begin(page)
    expect(page.locator("#clock")).to_have_text("剩余 30 分钟")


def test_one_question_at_a_time_is_a_choice_that_is_remembered(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser)
    begin(page)
    expect(page.locator(".exam-question:visible")).to_have_count(2)
    page.click("#view")
    expect(page.locator(".exam-question:visible")).to_have_count(1)
    page.reload()
    expect(page.locator(".exam-question:visible")).to_have_count(1)
    page.click("#next")
    expect(page.locator("#place")).to_have_text(f"2 / {len(EVERY)}")


def test_without_a_script_the_paper_is_an_ordinary_form(exam_site: ExamSite, browser: Browser) -> None:
    page = exam_site.device(browser, scripts=False)
    page.click("main button.big")
    for number in range(1, 5):
        expect(page.locator("#place")).to_contain_text(f"第 {number} 页")
        for n in range(page.locator(".exam-question:visible").count()):
            question = page.locator(".exam-question:visible").nth(n)
            if question.get_attribute("data-type") == "ordering":
                for place, field_ in enumerate(question.locator("select").all(), 1):
                    field_.select_option(str(place))
            elif question.get_attribute("data-type") in {"number", "short"}:
                question.locator(".field input, .field textarea").fill("59")
            else:
                question.locator(".choice").first.click()
        page.click("#next")
    expect(page.locator("main")).to_contain_text(f"{len(EVERY)} 题都答了")
    page.click("text=确认交卷")
    expect(page.locator("main")).to_contain_text(exam_site.attempt().receipt)
    assert len(exam_site.sheet().answers) == len(EVERY)
