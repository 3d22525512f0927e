"""A campaign's tariff from the first word to its urgent withdrawal, in the browser alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kb.check import check
from kb.library import load_library
from tests.web.browser.conftest import OpenPage
from tests.web.browser.driving import is_sound, serving
from tests.web.conftest import PASSWORD, add_staff, make_app
from tests.web.writing import make_site

TITLE = "五一畅玩流量包"
FACTS = [
    ("价格", "10元"),
    ("国内流量", "5GB"),
    ("客户对象", "全体个人客户"),
    ("办理条件", "无欠费"),
    ("受理开始", "2026-11-01"),
    ("受理截止", "2027-05-31"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def site(socket_enabled_session: None, folder: Path, index: Path, empty_database: Path, password_hash: str) -> Iterator[str]:
    """The small site with a content folder of its own."""
    services = make_site(folder, index, empty_database)
    add_staff(services, password_hash)
    app = make_app(services, csrf=True)
    app.config["UPLOADS"] = folder / "uploads"
    with serving(app) as address:
        yield address
    services.engine.dispose()


def signed_in(open_page: OpenPage, number: str, path: str, *, handheld: bool = False) -> Page:
    page = open_page(f"/account/sign-in?next={path}", handheld=handheld)
    page.locator("#number").fill(number)
    page.locator("#password").fill(PASSWORD)
    page.locator("form.sheet button.primary").first.click()
    expect(page.locator(".who-name").first).to_contain_text(number)
    return page


def add_row(page: Page, name: str) -> None:
    holder = page.locator(f"[data-rows='{name}']")
    (
        holder.locator("xpath=ancestor::div[1]/following-sibling::button[1]")
        if name == "facts"
        else holder.locator("xpath=following-sibling::button[1]")
    ).click()


def saved(page: Page) -> None:
    expect(page.locator("#saving")).to_contain_text("已保存")


def write_campaign(page: Page) -> None:
    page.locator("#title").fill(TITLE)
    page.locator("#kind").select_option("tariff")
    page.locator("#topic").fill("流量包")
    page.get_by_role("button", name="开始编写").click()
    for ask in ("五一流量包多少钱", "出去玩流量不够用"):
        add_row(page, "asks")
        page.locator("[name='asks']").last.fill(ask)
    for label, value in FACTS:
        add_row(page, "facts")
        page.locator("[name='fact_label']").last.fill(label)
        page.locator("[name='fact_amount']").last.fill(value)
        page.locator("[name='fact_amount']").last.blur()
    expect(page.locator("[name='fact_unit']").first).to_have_value("元")
    add_row(page, "must_say")
    page.locator("[name='must_say']").last.fill("办理时说清 {{ price }}，次月失效")
    page.locator("#body").fill("> 五一畅玩流量包 {{ price }}，含 {{ nowhere }}。")
    expect(page.locator("#body-faults .fault")).to_contain_text("nowhere")
    page.locator("#body").fill("> 五一畅玩流量包 {{ price }}，含 {{ data }}。")
    expect(page.locator("#check-summary")).to_contain_text("没有错误")
    expect(page.locator("#preview .say")).to_have_text("五一畅玩流量包 10元，含 5GB。")
    saved(page)


def sent(page: Page, reason: str) -> str:
    page.get_by_role("button", name="保存并送审").click()
    page.locator("#reason").fill(reason)
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.locator(".notice.ok")).to_contain_text("已送审")
    return page.url


def published(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".effects")).to_be_visible()
    page.get_by_role("button", name="审核通过").click()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator("[data-when='live']")).to_be_visible()


def test_a_campaign_from_draft_to_withdrawal_without_touching_a_file(open_page: OpenPage, site: str, folder: Path) -> None:
    trainer, colleague = signed_in(open_page, "TRAINER-AL", "/authoring/new"), signed_in(open_page, "ADMIN-AL", "/authoring")
    write_campaign(trainer)
    published(colleague, sent(trainer, "五一活动"))

    clerk = signed_in(open_page, "CLERK-ZQ", "/", handheld=True)
    clerk.goto(f"{site}/?q=五一流量包多少钱")
    hit = clerk.locator("[data-entry]").first
    expect(hit).to_contain_text(TITLE)
    hit.locator("[data-copy]").click()
    expect(clerk.locator("#toast")).to_contain_text("五一畅玩流量包 10元")
    assert clerk.evaluate("navigator.clipboard.readText()") == "五一畅玩流量包 10元，含 5GB。"

    entry = hit.get_attribute("data-entry")
    trainer.goto(f"{site}/trainer/generate?entry={entry}")
    expect(trainer.locator(".made")).to_contain_text("已是草稿")  # publishing has brought them into the bank
    for move in ("审核通过", "上线"):
        trainer.goto(f"{site}/trainer/questions?entry={entry}&state={'draft' if move == '审核通过' else 'reviewed'}")
        for box in trainer.locator(".bank [name='id']").all():
            box.check()
        trainer.get_by_role("button", name=move).click()
        expect(trainer.locator(".notice.ok")).to_be_visible()

    trainer.goto(f"{site}/entries/{entry}")
    trainer.get_by_role("button", name="编辑", exact=True).click()
    trainer.wait_for_load_state("networkidle")  # the script is there
    trainer.locator("tr[data-fact='price'] [name='fact_amount']").fill("15")
    trainer.locator("tr[data-fact='data'] [name='fact_amount']").fill("8")
    expect(trainer.locator("#preview .say")).to_have_text("五一畅玩流量包 15元，含 8GB。")
    published(colleague, sent(trainer, "涨价"))
    trainer.goto(f"{site}/trainer/stale")
    expect(trainer.locator("main")).to_contain_text(TITLE)

    colleague.goto(f"{site}/entries/{entry}")
    colleague.locator(".withdraw summary").click()
    colleague.locator("#reason").fill("价格有误")
    colleague.locator(".withdraw button.primary").click()
    expect(colleague.locator("#refusal")).to_contain_text("已紧急下架")
    clerk.goto(f"{site}/?q=五一流量包多少钱")
    expect(clerk.locator(f"[data-entry='{entry}']")).to_have_count(0)

    found = check(load_library(folder / "content"), date(2026, 11, 22))
    assert [f for f in found if not f.warning or f.path.startswith(entry or "-")] == []


def test_two_writers_are_told_and_choose(open_page: OpenPage, site: str) -> None:
    one, other = signed_in(open_page, "TRAINER-AL", "/entries/tariff-ending"), signed_in(open_page, "ADMIN-AL", "/entries/tariff-ending")
    one.get_by_role("button", name="编辑", exact=True).click()
    one.wait_for_load_state("networkidle")  # the script is there
    other.get_by_role("button", name="编辑", exact=True).click()
    other.wait_for_load_state("networkidle")  # the script is there
    expect(other.locator("#presence")).to_contain_text("TRAINER-AL")
    other.locator("#owner").fill("乙岗")
    other.keyboard.press("Control+s")
    saved(other)
    one.locator("#title").fill("国庆大流量包")
    one.keyboard.press("Control+s")
    expect(one.locator("#clash")).to_contain_text("ADMIN-AL")
    one.locator("#clash a").click()
    one.get_by_role("button", name="按所选合并").click()
    expect(one.locator("#title")).to_have_value("国庆大流量包")
    expect(one.locator("#owner")).to_have_value("乙岗")
    expect(one.locator("main")).not_to_contain_text("晚了一步")


def test_a_page_that_nobody_touches_saves_nothing(open_page: OpenPage, site: str) -> None:
    page = signed_in(open_page, "TRAINER-AL", "/entries/basic-card")
    page.get_by_role("button", name="编辑", exact=True).click()
    page.wait_for_load_state("networkidle")  # the script is there
    expect(page.locator("#check-summary")).not_to_be_empty()
    expect(page.locator("#saving")).to_contain_text("已保存 2026年")
    expect(page.locator("[data-rows='asks'] [data-row]")).to_have_count(1)


def test_without_a_connection_the_text_waits_in_the_browser(open_page: OpenPage, site: str) -> None:
    page = signed_in(open_page, "TRAINER-AL", "/entries/basic-card")
    page.get_by_role("button", name="编辑", exact=True).click()
    page.wait_for_load_state("networkidle")  # the script is there
    expect(page.locator("#to-preview")).to_be_visible()
    page.context.set_offline(True)
    page.locator("#owner").fill("断网岗")
    page.keyboard.press("Control+s")
    expect(page.locator("#saving")).to_contain_text("没有网络")
    page.context.set_offline(False)
    saved(page)
    page.reload()
    expect(page.locator("#owner")).to_have_value("断网岗")


def test_text_out_of_word_is_pasted_as_markdown(open_page: OpenPage, site: str) -> None:
    page = signed_in(open_page, "TRAINER-AL", "/entries/script-cheaper")
    page.get_by_role("button", name="编辑", exact=True).click()
    page.wait_for_load_state("networkidle")  # the script is there
    page.locator("#body").fill("")
    html = (
        "<html><head><style>p{color:red}</style></head><body><h1>步骤</h1><p class=MsoNormal>先<b>核对</b>证件<o:p></o:p></p><ul><li>一</li><li>二</li></ul>"
        "<p class=MsoListParagraph><span>1、</span>先到</p><p class=MsoListParagraph><span>2、</span>先办</p>"
        "<table><tr><td>项</td><td>值</td></tr><tr><td>月费</td><td>59</td></tr></table><script>alert(1)</script><img src=x onerror=alert(2)></body></html>"
    )
    page.locator("#body").evaluate(
        "(area, html) => { area.focus(); const data = new DataTransfer(); data.setData('text/html', html);"
        " area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }",
        html,
    )
    expect(page.locator("#body")).to_have_value(
        "## 步骤\n\n先**核对**证件\n\n- 一\n- 二\n\n1. 先到\n1. 先办\n\n| 项 | 值 |\n|---|---|\n| 月费 | 59 |"
    )


def test_another_entrys_number_is_looked_up_and_quoted(open_page: OpenPage, site: str) -> None:
    page = signed_in(open_page, "TRAINER-AL", "/entries/script-cheaper")
    page.get_by_role("button", name="编辑", exact=True).click()
    page.wait_for_load_state("networkidle")  # the script is there
    page.locator("#body").fill("> 月费 ")
    page.locator("#body").press("End")
    page.locator("#fact-search").fill("畅享 月费")
    expect(page.locator(".fact-hits button")).to_have_count(1)
    page.locator("#fact-search").press("Enter")
    expect(page.locator("#body")).to_have_value("> 月费 {{ tariff-59.fee }}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#preview .say")).to_have_text("月费 59元/月")


def test_the_entrys_own_number_is_quoted_under_the_name_that_it_will_have(open_page: OpenPage, site: str) -> None:
    page = signed_in(open_page, "TRAINER-AL", "/entries/script-cheaper")
    page.get_by_role("button", name="编辑", exact=True).click()
    page.wait_for_load_state("networkidle")  # the script is there
    page.locator("[data-rows=facts] ~ *, .panel:has(.fact-table)").get_by_role("button", name="加一行").first.click()
    for text, key in (("夜间流量", "Tab"), ("20 GB/月", "Tab")):  # from the label straight to its value
        page.keyboard.type(text)
        page.keyboard.press(key)
    expect(page.locator('[name="fact_name"]').first).to_have_attribute("placeholder", "ye_jian_liu_liang")
    page.locator("#body").fill("> 含 ")
    page.locator("#body").press("End")
    page.locator("#fact-search").fill("夜间")
    page.locator(".fact-hits button").first.click()
    expect(page.locator("#body")).to_have_value("> 含 {{ ye_jian_liu_liang }}")


@pytest.mark.parametrize("handheld", [False, True])
def test_every_page_is_sound_and_fits(open_page: OpenPage, site: str, *, handheld: bool) -> None:
    page = signed_in(open_page, "TRAINER-AL", "/entries/tariff-2027", handheld=handheld)
    page.get_by_role("button", name="编辑", exact=True).click()
    page.wait_for_load_state("networkidle")  # the script is there
    editor = page.url
    expect(page.locator("#check-summary")).not_to_be_empty()
    paths = [editor, f"{editor}/review", f"{editor}/consequences", "/authoring", "/authoring/new", "/authoring/import", "/authoring/export"]
    for path in [*paths, "/authoring/entries/tariff-2027/history"]:
        page.goto(path if path.startswith("http") else f"{site}{path}")
        is_sound(page)
