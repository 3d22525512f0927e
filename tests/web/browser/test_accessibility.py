"""No serious fault on any page, light or dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.web.browser.conftest import OpenPage

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
        found = Axe().run(page).response["violations"]
        faults += [(path, f["id"], f["nodes"][0]["html"][:120]) for f in found if f["impact"] in {"serious", "critical"}]
    assert faults == []


def test_axe_finds_no_serious_fault_on_a_handheld(open_page: OpenPage) -> None:
    page = open_page("/?q=太贵了想换便宜的", handheld=True)
    page.locator(".hit summary").first.click()
    found = Axe().run(page).response["violations"]
    assert [(f["id"], f["nodes"][0]["html"][:120]) for f in found if f["impact"] in {"serious", "critical"}] == []
