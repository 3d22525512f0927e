"""A clerk at the search page."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.browser.conftest import OpenPage
from tests.web.browser.driving import too_small

WORDS = "太贵了想换便宜的"
SENTENCE = "您可以换 59元 档，每月 20GB。"


def clipboard(page: Page) -> str:
    """What was copied last."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def typed(page: Page, text: str) -> None:
    """Type into the box and wait for the full answer."""
    with page.expect_response(re.compile("/search")):
        page.keyboard.type(text)
    expect(page.locator(".hits-block")).to_have_attribute("data-mode", "full")


@pytest.mark.parametrize("handheld", [False, True])
def test_a_clerk_types_a_customers_words_copies_the_sentence_opens_the_entry_and_returns(open_page: OpenPage, handheld: bool) -> None:  # noqa: FBT001
    page = open_page(handheld=handheld)
    expect(page.locator("#q")).to_be_focused()
    typed(page, WORDS)
    first = page.locator(".hit").first
    expect(first.locator("h2")).to_have_text("嫌月费太贵要降档")
    expect(first.locator("mark").first).to_be_visible()
    expect(page).to_have_url(re.compile("q="))
    first.locator("[data-copy]").click()
    expect(page.locator("#toast")).to_have_text(f"已复制：{SENTENCE}")
    assert clipboard(page) == SENTENCE
    first.locator("a.open").click()
    expect(page.locator("h1")).to_have_text("嫌月费太贵要降档")
    expect(page).to_have_url(re.compile("/entries/script-cheaper$"))
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value(WORDS)
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator(".hit h2").first).to_have_text("嫌月费太贵要降档")


def test_everything_works_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    typed(page, WORDS)
    page.keyboard.press("Alt+c")
    expect(page.locator("#toast")).to_contain_text(SENTENCE)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hit-1")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hit-2")).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator("#toast")).to_contain_text(page.locator("#hit-2 .say").inner_text())
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value(WORDS)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("嫌月费太贵要降档")
    page.keyboard.press("c")
    expect(page.locator("#toast")).to_contain_text(SENTENCE)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_enter_in_the_box_opens_the_first_hit_once_the_answer_is_there(open_page: OpenPage) -> None:
    page = open_page()
    typed(page, WORDS)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("嫌月费太贵要降档")


def test_nothing_is_asked_while_an_input_method_composes(open_page: OpenPage) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if re.search("/(search|lookup)", request.url) else None)
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "taigui", "selectionStart": 6, "selectionEnd": 6})
    page.wait_for_timeout(500)
    assert asked == []
    with page.expect_response(re.compile("/search")):
        session.send("Input.insertText", {"text": "太贵"})
    expect(page.locator("#q")).to_have_value("太贵")
    expect(page.locator(".hit h2").first).to_have_text("嫌月费太贵要降档")


def test_pinyin_is_looked_up_from_the_first_letters(open_page: OpenPage) -> None:
    page = open_page()
    with page.expect_response(re.compile("/lookup")):
        page.keyboard.type("buka")
    expect(page.locator(".hit h2").first).to_have_text("补卡要带什么证件")


def test_an_answer_that_comes_late_never_takes_the_place_of_a_newer_one(open_page: OpenPage) -> None:
    page = open_page()
    held: list[Route] = []

    def slow(route: Route) -> None:
        if "q=58" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("/(search|lookup)"), slow)
    page.keyboard.type("58")
    page.wait_for_timeout(400)
    assert held
    page.keyboard.press("Control+a")
    typed(page, WORDS)
    for route in held:
        route.fulfill(status=200, content_type="text/html", body='<div data-mode="full" data-confident="0" data-status="迟到"></div>')
    page.wait_for_timeout(200)
    expect(page.locator(".hit h2").first).to_have_text("嫌月费太贵要降档")
    assert "迟到" not in page.locator("#status").inner_text()


def test_the_hits_do_not_move_when_the_full_answer_confirms_them(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("document.getElementById('q').value = ''")
    with page.expect_response(re.compile("/lookup")):
        page.keyboard.type("国庆流量包")
    page.locator(".hit").first.wait_for()
    page.evaluate("document.querySelector('.hit').marked = true")
    expect(page.locator("#status")).to_contain_text("国庆流量包")
    if page.locator(".hit").count() == 1:
        assert page.evaluate("document.querySelector('.hit').marked") is True


def test_a_query_that_is_too_long_is_said_under_the_box_and_nothing_is_lost(open_page: OpenPage) -> None:
    page = open_page()
    typed(page, WORDS)
    page.locator("#q").fill("贵" * 501)
    expect(page.locator("#fault")).to_contain_text("最多 500 个字")
    expect(page.locator("#q")).to_have_value("贵" * 501)
    expect(page.locator(".hit h2").first).to_have_text("嫌月费太贵要降档")
    page.locator("#q").fill(WORDS + "吧")
    expect(page.locator("#fault")).to_be_empty()


def test_a_lost_connection_is_said_and_the_last_answer_stays(open_page: OpenPage) -> None:
    page = open_page()
    typed(page, WORDS)
    page.context.set_offline(True)
    page.locator("#q").fill("别的")
    expect(page.locator("#fault")).to_contain_text("连不上服务器")
    expect(page.locator(".hit").first).to_be_visible()


def test_a_kind_filters_without_losing_the_words(open_page: OpenPage) -> None:
    page = open_page("/?q=套餐")
    page.locator('[data-kind="tariff"]').click()
    expect(page).to_have_url(re.compile("kind=tariff"))
    expect(page.locator("#q")).to_have_value("套餐")
    expect(page.locator(".hit .kind-script")).to_have_count(0)


def test_copying_an_expired_entry_is_refused_with_the_reason(open_page: OpenPage) -> None:
    page = open_page("/entries/tariff-58")
    page.evaluate("navigator.clipboard.writeText('untouched')")
    page.keyboard.press("c")
    expect(page.locator("#toast")).to_contain_text("已于 2025年12月31日到期")
    assert clipboard(page) == "untouched"


def test_what_expired_while_the_page_lay_open_is_refused_by_the_server(open_page: OpenPage) -> None:
    page = open_page("/entries/tariff-58")
    page.evaluate("navigator.clipboard.writeText('untouched')")
    page.evaluate("document.querySelector('[data-copy]').removeAttribute('data-refused')")
    page.keyboard.press("c")
    expect(page.locator("#toast")).to_contain_text("不能对客户使用")
    assert clipboard(page) == "untouched"


def test_feedback_is_given_without_leaving_the_page(open_page: OpenPage) -> None:
    page = open_page(f"/?q={WORDS}")
    hit = page.locator(".hit").first
    hit.locator("summary").click()
    hit.locator("select").select_option("unclear")
    hit.locator(".feedback-form button").click()
    expect(page.locator("#toast")).to_contain_text("谢谢，已记下")
    expect(page).to_have_url(re.compile("q="))


def test_a_search_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page(scripts=False)
    page.locator("#q").fill(WORDS)
    page.locator("#q").press("Enter")
    expect(page.locator(".hit h2").first).to_have_text("嫌月费太贵要降档")


@pytest.mark.parametrize("path", ["/", f"/?q={WORDS}", "/entries/script-cheaper", "/settings", "/topics/个人套餐"])
def test_touch_targets_are_large_and_nothing_is_wider_than_a_handheld(open_page: OpenPage, path: str) -> None:
    page = open_page(path, handheld=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = too_small(page, "button, input:not([type=hidden]), select, summary, .chip, .nav a")
    assert small == []


def test_on_a_handheld_the_box_is_at_the_thumbs_reach(open_page: OpenPage) -> None:
    page = open_page(f"/?q={WORDS}", handheld=True)
    box = page.locator("#q").bounding_box()
    assert box is not None
    assert box["y"] > 844 * 0.85
