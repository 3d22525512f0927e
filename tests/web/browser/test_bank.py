"""A trainer looks after the bank in a browser."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kb.facts import parse_fact
from kb.library import Library
from quiz.bank.moves import plan, take_in
from quiz.bank.sync import sync_content
from quiz.generating.generate import generate
from quiz.questions.question import FactRef, Option, Question, QuestionType
from tests.web.browser.conftest import OpenPage
from tests.web.browser.driving import is_sound, serving
from tests.web.conftest import NOW, PASSWORD, TODAY, Staff, make_app
from web import Services

PAGES = [
    "/trainer/questions",
    "/trainer/questions/q-fee",
    "/trainer/questions/i-own/edit",
    "/trainer/stale",
    "/trainer/import",
    "/trainer/export",
    "/trainer/generate?entry=tariff-59",
]


@pytest.fixture
def site(socket_enabled_session: None, services: Services, staff: Staff, tmp_path: Path) -> Iterator[str]:
    """The small site with a question that yesterday's price has left behind, an imported one, and drafts made from facts."""
    now = services.search.get().snapshot.library
    entry = now.pick("tariff-59", TODAY)
    before = Library.of(
        [
            replace(entry, version=1, facts={**entry.facts, "fee": parse_fact("fee", "49 元/月", "月费")}),
            *(e for e in now.entries if e.id != entry.id),
        ]
    )
    options = (Option("{{ fee }}", right=True), Option("39元/月", right=False))
    question = Question(
        "q-fee", QuestionType.SINGLE, entry.ref, "畅享 59 元档每月多少钱？", options, facts=(FactRef("tariff-59", "fee"),), explanation="{{ fee }}。"
    )
    with services.sessions.begin() as db:
        sync_content(db, before, [question], NOW - timedelta(days=1))
        sync_content(db, now, [question, *generate(now, TODAY)], NOW)
        take_in(db, now, plan(db, [replace(question, id="i-own", stem="导入的题？")]), "T1", NOW)
    app = make_app(services, csrf=True)
    app.config["UPLOADS"] = tmp_path / "uploads"
    with serving(app) as address:
        yield address


def signed_in(open_page: OpenPage, *, handheld: bool) -> Page:
    page = open_page("/account/sign-in?next=/trainer/questions", handheld=handheld)
    page.locator("#number").fill("TRAINER-AL")
    page.locator("#password").fill(PASSWORD)
    page.locator("form.sheet button.primary").first.click()
    expect(page.locator("h1")).to_contain_text("题库")
    return page


@pytest.mark.parametrize("handheld", [False, True])
def test_every_page_of_the_bank_is_sound_and_fits(open_page: OpenPage, site: str, *, handheld: bool) -> None:
    page = signed_in(open_page, handheld=handheld)
    for path in PAGES:
        page.goto(f"{site}{path}")
        is_sound(page)


def test_one_box_ticks_the_page_and_the_drafts_are_reviewed(open_page: OpenPage, site: str) -> None:
    page = signed_in(open_page, handheld=False)
    page.goto(f"{site}/trainer/questions?state=draft&source=generated")
    page.locator("[data-all]").check()
    expect(page.locator(".bank [name='id']").first).to_be_checked()
    page.get_by_role("button", name="审核通过").click()
    expect(page.locator(".notice.ok")).to_contain_text("已处理")


def test_a_stale_question_is_confirmed_beside_its_difference(open_page: OpenPage, site: str) -> None:
    page = signed_in(open_page, handheld=True)
    page.get_by_role("link", name="待复核 1").first.click()
    expect(page.locator(".is-changed ins").first).to_have_text("59")
    page.get_by_role("button", name="按新口径确认").click()
    expect(page.locator(".nothing")).to_contain_text("没有要复核的题目")


def test_a_file_is_uploaded_looked_at_and_taken_in(open_page: OpenPage, site: str) -> None:
    page = signed_in(open_page, handheld=False)
    page.goto(f"{site}/trainer/import")
    page.locator("#file").set_input_files({"name": "题.txt", "mimeType": "text/plain", "buffer": "降档当月生效。{F}\n\n坏的 {=甲".encode()})
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator("tr.is-faulty")).to_contain_text("花括号")
    page.get_by_role("button", name="导入 1 题为草稿").click()
    expect(page.locator(".notice").first).to_contain_text("新增 1 题")
