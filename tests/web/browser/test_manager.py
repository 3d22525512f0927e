"""Managers read their pages in a browser: no serious fault, nothing blocked, nothing wider than the screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.quiz.reporting import Reporting, weak_and_strong
from tests.web.browser.conftest import OpenPage
from tests.web.browser.driving import serious_faults, serving
from tests.web.conftest import PASSWORD, add_staff, make_app, make_services


@pytest.fixture(scope="module")
def site(socket_enabled_session: None, index: Path, tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[str]:
    """The small site with two months of papers."""
    services = make_services(index, f"sqlite:///{tmp_path_factory.mktemp('manager')}/site.db")
    staff = add_staff(services, password_hash)
    with services.sessions.begin() as db:
        weak_and_strong(Reporting(db, units=dict(staff.units), people=dict(staff.ids)), "2026-10", before="2026-09")
    with serving(make_app(services, csrf=True)) as address:
        yield address
    services.engine.dispose()


def signed_in(page: Page, path: str) -> Page:
    page.goto("/account/sign-in")
    page.fill("input[name=number]", "BRANCH-AL")
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form button")
    page.goto(path)
    return page


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("handheld", [False, True])
def test_axe_finds_no_serious_fault_and_nothing_is_wider_than_the_screen(open_page: OpenPage, handheld: bool, dark: bool) -> None:  # noqa: FBT001
    page, said = open_page("/settings", handheld=handheld, dark=dark), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    signed_in(page, "/manager")
    faults = []
    for path in ("/manager", "/manager/absent", "/manager/halls", "/manager/topics", "/manager/tables?level=hall", "/me"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        faults += serious_faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults += [(path, "wide", wide)] if wide > 0 else []
    assert faults == []
    assert said == []  # the security policy blocks nothing


def test_plots_are_seen_and_keep_their_place(open_page: OpenPage) -> None:
    page = signed_in(open_page("/settings"), "/manager")
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate("[...document.querySelectorAll('.plot img')].map(i => [i.naturalWidth, +i.getAttribute('width')])")
    assert len(sizes) == 2
    assert all(natural == given > 0 for natural, given in sizes)


def test_a_posted_table_prints_without_the_page_around_it(open_page: OpenPage) -> None:
    page = signed_in(open_page("/settings"), "/manager/tables?level=hall")
    page.emulate_media(media="print")
    shown = {name: page.locator(name).first.is_visible() for name in ("table.posted", ".tabs", ".picker", ".top", ".actions")}
    assert shown == {"table.posted": True, ".tabs": False, ".picker": False, ".top": False, ".actions": False}


def test_where_the_branch_stands_and_what_to_do_is_one_screen(open_page: OpenPage) -> None:
    page = signed_in(open_page("/settings"), "/manager")
    page.wait_for_load_state("networkidle")
    bottoms = page.evaluate("[...document.querySelectorAll('.tiles, .todo li, .plot img')].map(one => one.getBoundingClientRect().bottom)")
    assert len(bottoms) == 1 + 3 + 2
    assert max(bottoms) <= page.evaluate("innerHeight") == 900


def test_practice_is_assigned_from_the_first_page_with_one_click(open_page: OpenPage) -> None:
    page = signed_in(open_page("/settings"), "/manager")
    page.locator(".todo form button").click()
    expect(page.locator(".todo .badge.ok")).to_contain_text("已安排")
    expect(page.locator(".todo form")).to_have_count(0)
