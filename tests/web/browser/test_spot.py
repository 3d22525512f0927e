"""An inspector checks a hall on a handheld, with the network and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select, update

from kb.db import reading
from quiz.exams.tallies import differences
from quiz.fieldtables import SpotAnswerRow
from quiz.questions.question import QuestionType
from quiz.tables import EmployeeRow
from tests.quiz.practising import Practising
from tests.web.browser.conftest import OpenPage
from tests.web.browser.driving import is_sound, serving, too_small
from tests.web.conftest import PASSWORD, Staff, make_app
from web import Services


@pytest.fixture
def site(socket_enabled_session: None, services: Services, staff: Staff) -> Iterator[str]:
    """The small branch with a bank of eight questions."""
    with services.sessions.begin() as db:
        world = Practising(db)
        for n in range(6):
            world.question(f"q-{n}", "降档挽留", "script-cheaper", stem=f"客户嫌贵，换档后月费是多少？（{n}）")
        world.question("q-fee", "个人套餐", "tariff-59", type=QuestionType.NUMBER, options=(), key="59元/月", stem="畅享套餐 59 元档每月多少钱？")
        world.question("q-pack", "流量包", "tariff-ending", type=QuestionType.TRUE_FALSE, options=(), key="对", stem="国庆流量包 11 月 25 日到期。")
    with serving(make_app(services, csrf=True)) as address:
        yield address


def signed_in(open_page: OpenPage, *, handheld: bool, number: str = "INSPECT-AL") -> Page:
    """The list of checks of an inspector."""
    page = open_page("/account/sign-in?next=/spot", handheld=handheld)
    page.locator("#number").fill(number)
    page.locator("#password").fill(PASSWORD)
    page.locator("form.sheet button.primary").first.click()
    expect(page.locator("h1")).to_contain_text("抽查")
    return page


def fits_a_thumb(page: Page) -> None:
    """What is to be tapped is large enough."""
    small = too_small(page, "main button, main .button, main select, main input:not([type=hidden]), .chip, .spot-halls a")
    assert small == []


def begin(page: Page, hall: str, clerks: int, each: int) -> None:
    """From the list to the first clerk of a check."""
    page.get_by_role("link", name="开始抽查").click()
    is_sound(page)
    page.locator(".spot-halls a", has_text=hall).click()
    page.locator("#clerks").fill(str(clerks))
    page.locator("#each").fill(str(each))
    page.get_by_role("button", name="按这个数抽").click()
    expect(page.locator(".spot-drawn li")).to_have_count(clerks)
    is_sound(page)
    page.get_by_role("button", name="开始检查").click()
    expect(page.locator("#saved")).to_have_text("已保存")


def judge(page: Page, name: str) -> None:
    """Tap a judgement, and wait for what comes next."""
    before = page.locator("#place").inner_text()
    page.locator("#judge button", has_text=name).click()
    expect(page.locator("#place")).not_to_have_text(before)


def go(page: Page) -> None:
    """Begin with the clerk on the screen."""
    page.locator(".spot-step:not([hidden]) [data-go]").click()


def kept(services: Services) -> tuple[int, float]:
    """(answers, credit) in the database; the ledger is right."""
    with reading(services.engine) as db:
        assert differences(db) == []
        return tuple(db.execute(select(func.count(), func.coalesce(func.sum(SpotAnswerRow.credit), 0.0))).one())


def test_a_check_goes_on_without_a_network_and_is_handed_over_once(open_page: OpenPage, services: Services) -> None:
    page = signed_in(open_page, handheld=True)
    fits_a_thumb(page)
    begin(page, "中泉厅", 2, 2)
    expect(page.locator("#ready")).to_have_text("本页已存到本机，没有网络也能打开")
    is_sound(page)
    fits_a_thumb(page)
    go(page)
    is_sound(page)
    fits_a_thumb(page)
    judge(page, "答对")
    expect(page.locator("#saved")).to_have_text("已保存")
    assert kept(services) == (1, 1.0)

    page.context.set_offline(True)
    expect(page.locator("#saved")).to_contain_text("离线")
    judge(page, "部分对")
    page.locator(".spot-step:not([hidden]) [data-absent]").click()
    expect(page.locator(".spot-step:not([hidden]) [data-instead]")).to_contain_text("顶替")
    stepped_in = page.locator(".spot-step:not([hidden]) [data-who]").inner_text()
    go(page)
    page.locator("#note-button").click()
    page.locator("#note").fill("漏说了合约期")
    judge(page, "不对")
    expect(page.locator("#saved")).to_have_text("离线：2 条待同步，已存在本机，联网后自动补交")

    page.reload()  # the handheld slept and the browser let the page go
    expect(page.locator("#place")).to_have_text("第 2 位，共 2 位 · 第 2 题，共 2 题")
    expect(page.locator(".spot-step:not([hidden]) [data-who]")).to_have_text(stepped_in)
    expect(page.locator("#saved")).to_contain_text("2 条待同步")
    page.locator("#back").click()
    expect(page.locator("#note")).to_have_value("漏说了合约期")
    judge(page, "部分对")  # judged anew
    judge(page, "答对")
    expect(page.locator("#left")).to_have_text("都问完了。")
    page.locator("#remark").fill("柜台少一张价目表")
    page.locator("#finish").click()
    expect(page.locator("#closed-text")).to_contain_text("还有记录待同步")
    assert kept(services) == (1, 1.0)

    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("已保存")
    expect(page.locator("#closed-text")).to_have_text("这次抽查已结束。")
    assert kept(services) == (4, 3.0)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('spot:'))") == []
    page.locator("#to-result").click()
    expect(page.locator(".spot-remark")).to_contain_text("漏说了合约期")
    expect(page.locator("main")).to_contain_text(stepped_in)
    expect(page.locator("main")).to_contain_text("柜台少一张价目表")
    is_sound(page)


def test_an_answer_lost_on_the_way_back_is_sent_again_and_counts_once(open_page: OpenPage, services: Services) -> None:
    before = kept(services)
    page = signed_in(open_page, handheld=True)
    begin(page, "北京路厅", 1, 2)
    lost = []

    def lose(route: object) -> None:
        """The message arrives, its answer does not."""
        if len(lost) < 2:
            route.fetch()
            lost.append(1)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/answers", lose)
    go(page)
    judge(page, "答对")
    expect(page.locator("#saved")).to_have_text("已保存")
    assert len(lost) == 2
    assert kept(services) == (before[0] + 1, before[1] + 1)
    page.goto("/spot")  # the check was left half done
    fits_a_thumb(page)
    page.get_by_role("link", name="继续检查").click()
    expect(page.locator("#place")).to_contain_text("第 2 题")


def test_a_record_is_put_right_after_the_end_and_on_another_device(open_page: OpenPage, services: Services) -> None:
    page = signed_in(open_page, handheld=True)
    begin(page, "中泉厅", 1, 2)
    page.locator(".spot-step:not([hidden]) [data-absent]").click()
    stepped_in = page.locator(".spot-step:not([hidden]) [data-who]").inner_text()
    go(page)
    judge(page, "不对")
    judge(page, "答对")
    page.locator("#summary button").click()  # a line of the summary leads back to the clerk
    expect(page.locator(".spot-step:not([hidden]) [data-who]")).to_have_text(stepped_in)
    page.locator("#next").click()
    page.locator("#next").click()
    page.locator("#next").click()
    page.locator("#finish").click()
    expect(page.locator("#closed-text")).to_have_text("这次抽查已结束。")
    before = kept(services)
    address = page.url

    other = signed_in(open_page, handheld=True)  # another device, which knows only what was handed over
    other.goto(address)
    expect(other.locator("#summary")).to_contain_text(stepped_in)
    assert other.locator("#summary button").count() == 0
    other.locator("#amend").click()
    is_sound(other)
    other.locator("#summary button").click()
    expect(other.locator(".spot-step:not([hidden]) [data-who]")).to_have_text(stepped_in)
    expect(other.locator(".spot-step:not([hidden]) [data-absent]")).to_be_hidden()
    go(other)
    expect(other.locator("#judge [aria-pressed=true]")).to_have_text("不对")
    judge(other, "答对")
    expect(other.locator("#saved")).to_have_text("已保存")
    assert kept(services) == (before[0], before[1] + 1)
    assert other.evaluate("Object.keys(localStorage).filter(key => key.startsWith('spot:'))") == []
    other.goto(f"{address}/result")
    expect(other.locator(".spot-remark")).to_contain_text("结束后更正 不对 → 答对")
    is_sound(other)


def test_two_inspectors_check_one_clerk_without_a_network_and_sync_later(open_page: OpenPage, services: Services) -> None:
    with services.sessions.begin() as db:
        db.execute(update(EmployeeRow).where(EmployeeRow.number == "ADMIN-AL").values(role="inspector"))
    pages = [signed_in(open_page, handheld=True, number=number) for number in ("INSPECT-AL", "ADMIN-AL")]
    for page in pages:
        begin(page, "西北路厅", 1, 2)  # one clerk works there
        expect(page.locator("#ready")).to_have_text("本页已存到本机，没有网络也能打开")
        page.context.set_offline(True)
        go(page)
    for page, (first, second) in zip(pages, (("答对", "部分对"), ("不对", "不对")), strict=True):
        judge(page, first)
        judge(page, second)
        page.locator("#finish").click()
        expect(page.locator("#closed-text")).to_contain_text("还有记录待同步")
        expect(page.locator("#to-next")).to_be_hidden()
    assert kept(services) == (0, 0.0)
    cut = []

    def lose(route: Route) -> None:
        """The first answer of the server is cut in the middle."""
        if not cut:
            route.fetch()
            cut.append(1)
            route.abort()
        else:
            route.continue_()

    for page in pages[::-1]:
        page.context.route("**/answers", lose)
        page.context.set_offline(False)
        expect(page.locator("#closed-text")).to_have_text("这次抽查已结束。")
        page.reload()
    assert kept(services) == (4, 1.5)
    pages[0].goto("/manager/tables?source=spot&level=hall")
    hall = pages[0].locator("tr", has_text="西北路厅")
    expect(hall).to_contain_text("100.0%")  # of a staff of one, one was checked
    expect(hall).to_contain_text("37.5")
    pages[0].goto("/manager/tables?source=spot&level=person")
    expect(pages[0].locator("tbody tr")).to_have_count(1)


def test_what_was_not_handed_over_is_told_on_the_list(open_page: OpenPage) -> None:
    page = signed_in(open_page, handheld=True)
    begin(page, "西北路厅", 1, 1)
    page.context.route("**/answers", lambda route: route.abort())
    go(page)
    judge(page, "答对")
    page.goto("/spot")
    expect(page.locator("#unsent")).to_contain_text("没同步")
    page.context.unroute("**/answers")
    page.locator("#unsent a").click()
    expect(page.locator("#saved")).to_have_text("已保存")
    page.goto("/spot")
    expect(page.locator("#unsent")).to_be_hidden()


def test_the_desk_is_operable_by_keys_and_the_tables_are_sound(open_page: OpenPage) -> None:
    page = signed_in(open_page, handheld=False)
    begin(page, "中泉厅", 1, 2)
    go(page)
    page.keyboard.press("1")
    expect(page.locator("#place")).to_contain_text("第 2 题")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#judge [aria-pressed=true]")).to_have_text("答对")
    page.keyboard.press("3")
    expect(page.locator("#place")).to_contain_text("第 2 题")
    page.keyboard.press("2")
    expect(page.locator("#place")).to_have_text("小结")
    is_sound(page)
    expect(page.locator("#saved")).to_have_text("已保存")
    for address in ("/spot", *(f"/manager/tables?source=spot&level={level}" for level in ("district", "hall", "person"))):
        page.goto(address)
        is_sound(page)
        page.emulate_media(color_scheme="dark")
        is_sound(page)
        page.emulate_media(color_scheme="light")
