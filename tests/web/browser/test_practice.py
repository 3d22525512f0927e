"""A clerk practises the day's questions and the notebook."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from quiz.questions.question import Option, QuestionType
from tests.quiz.practising import DAY, Practising
from tests.web.browser.conftest import OpenPage
from tests.web.browser.driving import is_sound, serving, too_small
from tests.web.conftest import NOW, PASSWORD, Staff, make_app
from web import Services

STEPS = ("核对证件", "写卡", "试打电话")
CARDS = ("身份证原件", "户口本", "工作证")


@pytest.fixture
def site(socket_enabled_session: None, services: Services, staff: Staff) -> Iterator[str]:
    """The small site with a bank of four entries, and two clerks with a mistake each."""
    with services.sessions.begin() as db:
        world = Practising(db)
        world.question("q-fee", "个人套餐", "tariff-59", type=QuestionType.NUMBER, options=(), key="59元/月", stem="畅享套餐 59 元档每月多少钱？")
        world.question("q-cheaper", "降档挽留", "script-cheaper", stem="客户嫌贵，换档后月费是多少？")
        cards = tuple(Option(text, right=text != "工作证") for text in CARDS)
        world.question("q-cards", "补换卡", "basic-card", type=QuestionType.MULTIPLE, options=cards, stem="补卡时认哪些证件？")
        world.question("q-steps", "补换卡", "basic-card", type=QuestionType.ORDERING, options=(), steps=STEPS, stem="补卡的步骤？")
        world.question("q-pack", "流量包", "tariff-ending", type=QuestionType.TRUE_FALSE, options=(), key="对", stem="国庆流量包 11 月 25 日到期。")
        for number in ("CLERK-ZQ", "CLERK-BJ"):
            world.card(staff.ids[number], "q-steps", NOW - DAY, mistake=True)
    with serving(make_app(services, csrf=True)) as address:
        yield address


def signed_in(open_page: OpenPage, number: str, *, handheld: bool) -> Page:
    """The day's page of a clerk."""
    page = open_page("/account/sign-in?next=/practice", handheld=handheld)
    page.locator("#number").fill(number)
    page.locator("#password").fill(PASSWORD)
    page.locator("form.sheet button.primary").first.click()
    expect(page.locator("h1")).to_have_text("今日练习")
    return page


def fits(page: Page, *, handheld: bool) -> None:
    """On a handheld nothing is too small for a finger or wider than the screen."""
    if not handheld:
        return
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = too_small(page, "button, .button, .choice, select, input[type=text], .chip, .nav a, .five-result:not(span)")
    assert small == []


def press_or_tap(page: Page, key: str, text: str, *, handheld: bool) -> None:
    """Tick an option by its letter, or by a finger."""
    if handheld:
        page.locator(".choice", has_text=text).tap()
    else:
        page.keyboard.press(key)


def letter_of(page: Page, text: str) -> str:
    """The letter beside an option as it is shown."""
    return page.locator(".choice", has_text=text).locator(".letter").inner_text()


def sort_steps(page: Page, *, handheld: bool) -> None:
    """Bring the steps into the right order by their buttons."""
    for _ in STEPS:
        for place, text in enumerate(STEPS):
            step = page.locator(".step", has_text=text)
            for _ in range(page.locator(".step-text").all_inner_texts().index(text) - place):
                button = step.locator('[data-move="-1"]')
                if handheld:
                    button.tap()
                else:
                    button.focus()
                    page.keyboard.press("Enter")
    assert tuple(page.locator(".step-text").all_inner_texts()) == STEPS
    expect(page.locator("[data-steps-status]")).to_contain_text("现在是第")


def answer_rightly(page: Page, *, handheld: bool) -> None:
    """Answer whatever is asked."""
    kind = page.locator("[data-question]").get_attribute("data-question")
    if kind == "ordering":
        sort_steps(page, handheld=handheld)
    elif kind == "number":
        page.locator("#answer").fill("59")
    else:
        for text in {"multiple": CARDS[:2], "true_false": ("对",)}.get(str(kind), ("59元/月",)):
            press_or_tap(page, letter_of(page, text), text, handheld=handheld)
    if handheld or kind == "ordering":
        page.locator("button.primary", has_text="提交答案").click()
    else:
        page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_have_text("答对了")
    page.wait_for_load_state("load")  # the script that listens for Enter has run by then


@pytest.mark.parametrize(("handheld", "number"), [(False, "CLERK-ZQ"), (True, "CLERK-BJ")])
def test_a_clerk_practises_the_day_and_the_notebook(open_page: OpenPage, handheld: bool, number: str) -> None:  # noqa: FBT001
    page = signed_in(open_page, number, handheld=handheld)
    expect(page.locator("#five")).to_have_text("今天 4 题，已做 0 题")
    expect(page.locator(".five li").first).to_contain_text("错题")
    is_sound(page)
    with page.expect_navigation():
        page.locator(".panel-head a.primary").click()
    for done in range(1, 5):
        fits(page, handheld=handheld)
        if not handheld:
            is_sound(page)
        answer_rightly(page, handheld=handheld)
        expect(page.locator(".crumbs")).to_contain_text(f"已做 {done} 题，共 4 题")
        expect(page.locator("a", has_text="看口径")).to_have_attribute("href", re.compile("/entries/"))
        fits(page, handheld=handheld)
        with page.expect_navigation():
            if handheld:
                page.locator("[data-onward]").tap()
            else:
                page.keyboard.press("Enter")
    expect(page.locator("#five")).to_have_text("今天的 4 题都做完了")
    fits(page, handheld=handheld)
    page.goto("/practice/mistakes")
    expect(page.locator(".mistakes li")).to_have_count(1)
    expect(page.locator(".mistakes li")).to_contain_text("再在 1 天里答对就移出")
    fits(page, handheld=handheld)
    is_sound(page)


def test_the_mistake_is_shown_beside_the_right_answer_in_the_dark_too(open_page: OpenPage) -> None:
    page = signed_in(open_page, "CLERK-XB", handheld=False)
    page.emulate_media(color_scheme="dark")
    page.goto("/practice/questions/q-cheaper")
    page.keyboard.press(letter_of(page, "69元/月"))
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_have_text("没答对")
    expect(page.locator(".told li.ok")).to_contain_text("59元/月")
    expect(page.locator(".told li.bad")).to_contain_text("您选了")
    expect(page.locator(".explanation")).to_contain_text("以条目为准")
    is_sound(page)
