"""What every page does: it is shown to its own member alone, and sends a form once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from tests.web.browser.conftest import OpenPage
from tests.web.browser.driving import serving
from tests.web.conftest import PASSWORD, Staff, make_app
from web import Services

BACK = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"  # the test's browser keeps no pages; this is how one comes back

TWICE = "async (button) => { for (const _ of [1, 2]) { button.click(); await fetch('/healthz'); } }"


@pytest.fixture
def site(socket_enabled_session: None, services: Services, staff: Staff) -> Iterator[str]:
    """The small site with its people."""
    with serving(make_app(services, csrf=True)) as address:
        yield address


def test_a_page_out_of_the_browsers_memory_is_not_shown_to_the_next_at_the_desk(open_page: OpenPage) -> None:
    page = open_page("/account/sign-in?next=/settings")
    page.locator("#number").fill("CLERK-ZQ")
    page.locator("#password").fill(PASSWORD)
    page.locator("form.sheet button.primary").first.click()
    facts = page.locator(".facts-line")
    expect(facts).to_contain_text("中泉厅")
    page.evaluate(BACK)
    expect(facts).to_be_visible()  # to whom it belongs it stays as it was
    other = page.context.new_page()
    other.goto("/")
    other.locator(".who .menu summary").click()
    other.locator(".who .menu-sheet button").click()
    expect(other.locator("h1")).to_have_text("登录")
    page.evaluate(BACK)
    expect(facts).to_have_count(0)


def test_a_form_is_sent_once_however_often_its_button_is_clicked(open_page: OpenPage) -> None:
    page = open_page("/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        """Let the answer take its time."""
        waiting.append(route)

    page.route("**/language", hold)
    page.locator("button[name=lang]").evaluate(TWICE)
    assert [address.rpartition("/")[2] for address in sent] == ["language"]
    waiting[0].continue_()
    expect(page.locator("html")).to_have_attribute("lang", "en")
