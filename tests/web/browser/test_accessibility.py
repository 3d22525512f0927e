"""No serious fault on any page, light or dark."""

import pytest

from tests.web.browser.conftest import OpenPage
from tests.web.browser.driving import serious_faults

PAGES = [
    "/",
    "/?q=太贵了想换便宜的",
    "/?q=😀",
    "/entries/script-cheaper",
    "/entries/tariff-58",
    "/touchpoints",
    "/topics",
    "/topics/个人套餐",
    "/settings",
    "/nowhere",
]


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_serious_fault_on_any_page(open_page: OpenPage, dark: bool) -> None:  # noqa: FBT001
    page = open_page("/settings", dark=dark)
    faults = []
    for path in PAGES:
        page.goto(path)
        faults += serious_faults(page)
    assert faults == []


def test_axe_finds_no_serious_fault_on_a_handheld(open_page: OpenPage) -> None:
    page = open_page("/?q=太贵了想换便宜的", handheld=True)
    page.locator(".hit summary").first.click()
    assert serious_faults(page) == []
