"""Planning an exam in the browser: sums and supply while typing, the audience, marks by keys, and no serious fault on any page."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kb.db import open_engine, open_sessions
from kb.live import LiveSearch
from quiz.exams.myexams import start
from quiz.exams.papers import paper
from quiz.exams.planning import Audience
from quiz.exams.sheet import Event, EventKind
from quiz.exams.sitting import append, submit
from quiz.people.directory import person
from quiz.questions.grading import key_of
from tests.quiz.examining import CLOSES, EVERY, store_exam, store_questions
from tests.quiz.planning import store_bank
from tests.web.browser.conftest import DESKTOP, HANDHELD, PATIENCE
from tests.web.browser.driving import serious_faults, serving
from tests.web.conftest import NOW, PASSWORD, TODAY, add_staff, make_app
from web import Services

CLERKS = ("CLERK-ZQ", "CLERK2-ZQ", "CLERK-BJ")


@dataclass
class PlannerSite:
    """A site with a bank, and an exam that closed with three short answers to mark."""

    address: str
    exam: int
    revision: int
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def trainer(self, browser: Browser, path: str, *, handheld: bool = False, dark: bool = False) -> Page:
        size = {"viewport": HANDHELD, "is_mobile": True, "has_touch": True} if handheld else {"viewport": DESKTOP}
        context = browser.new_context(base_url=self.address, color_scheme="dark" if dark else "light", **size)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(path)
        page.fill("#number", "TRAINER-AL")
        page.fill("#password", PASSWORD)
        page.click("main button.primary")
        page.wait_for_load_state("networkidle")  # the script is there
        return page


@pytest.fixture
def planner_site(
    socket_enabled_session: None, shared_search: LiveSearch, empty_database: Path, tmp_path: Path, password_hash: str
) -> Iterator[PlannerSite]:
    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path / 'planner.db')}")
    services = Services(shared_search, engine, open_sessions(engine), lambda: CLOSES + timedelta(hours=1))
    staff = add_staff(services, password_hash)
    with services.sessions.begin() as db:
        store_bank(db)
        revisions = store_questions(db, EVERY)
        exam = store_exam(db, Audience(frozenset({staff.units["AL"]})), [revisions])
        for number in CLERKS:
            who = person(db, staff.ids[number], TODAY)
            assert who is not None
            attempt = start(db, exam, who, NOW)
            items = paper(db, attempt).items.items()
            append(db, attempt, who.id, [Event("d", p, EventKind.ANSWER, p, key_of(item.question)) for p, item in items], NOW)
            submit(db, attempt, who.id, NOW)
    with serving(make_app(services, csrf=True)) as address:
        site = PlannerSite(address, exam, revisions[0])
        yield site
        for context in site.contexts:
            context.close()
    engine.dispose()
    assert site.faults == []


def fill_builder(page: Page) -> None:
    for row, kind, count in ((1, "单选", 4), (2, "判断", 2)):
        cell = page.locator(f"#cell-{row}")
        cell.locator(".pickbox").nth(1).locator("summary").click()
        cell.get_by_label(kind, exact=True).check()
        page.keyboard.press("Escape")
        page.fill(f"#cell-{row}-count", str(count))
    page.fill("#forms", "2")


def test_sums_and_supply_follow_what_is_typed_and_a_draft_is_scheduled(planner_site: PlannerSite, browser: Browser) -> None:
    page = planner_site.trainer(browser, "/planner/new")
    fill_builder(page)
    expect(page.locator("[data-sums]")).to_have_text("每套 6 题，满分 30 分")
    expect(page.locator("#cell-1 [data-supply]")).to_contain_text(re.compile(r"可用 2\d 题，2 套共要 8 题"))
    page.fill("#cell-2-count", "9")
    expect(page.locator("#cell-2 [data-supply]")).to_have_class(re.compile("is-short"))
    page.fill("#cell-2-count", "2")
    page.click('button[value="draw"]')
    page.wait_for_url("**/forms")
    page.get_by_role("link", name="安排考试").click()
    expect(page.locator("[data-size]")).to_have_text("共 10 人参加")
    page.locator("label", has_text="示例分公司").locator("input").uncheck()
    page.fill("[data-find]", "中泉")
    page.locator("label", has_text="中泉厅").locator("input").check()
    expect(page.locator("[data-size]")).to_have_text("共 3 人参加")
    page.get_by_role("button", name="确认安排").click()
    expect(page.locator("h1")).to_contain_text("待开始")


def test_short_answers_are_marked_by_keys(planner_site: PlannerSite, browser: Browser) -> None:
    page = planner_site.trainer(browser, "/planner/marking")
    expect(page.locator("h1")).to_contain_text("还有 3 份")
    for left, key in ((2, "5"), (1, "3")):
        page.keyboard.press(key)
        expect(page.locator("h1")).to_contain_text(f"还有 {left} 份")
    page.keyboard.press("1")
    expect(page.locator("main")).to_contain_text("没有等着评的简答题")


@pytest.mark.parametrize(("handheld", "dark"), [(False, False), (False, True), (True, False)])
def test_axe_finds_no_serious_fault_on_the_trainers_exam_pages(
    planner_site: PlannerSite,
    browser: Browser,
    handheld: bool,  # noqa: FBT001
    dark: bool,  # noqa: FBT001
) -> None:
    page = planner_site.trainer(browser, "/planner/new", handheld=handheld, dark=dark)
    page.locator(".pickbox summary").first.click()
    faults = serious_faults(page)
    page.keyboard.press("Escape")
    fill_builder(page)
    page.click('button[value="draw"]')
    page.wait_for_url("**/forms")
    draft, sat = page.url.rsplit("/", 1)[0], f"/planner/{planner_site.exam}"
    paths = ["/planner", f"{draft}/forms", f"{draft}/forms/1/1", f"{draft}/schedule", sat, "/planner/marking", f"{sat}/regrade"]
    for path in [*paths, f"{sat}/regrade/{planner_site.revision}?kind=void", f"{sat}/marks"]:
        page.goto(path)
        faults += serious_faults(page)
        if handheld:
            assert page.evaluate("document.documentElement.scrollWidth") <= HANDHELD["width"], path
    assert faults == []
