"""One Chromium for all browser tests, and the small site served on this machine.

Without Debian's chromium-headless-shell or chromium these tests are skipped, and say so.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Keyboard, Locator, Page, expect, sync_playwright

from tests.web.browser.driving import serving
from tests.web.conftest import make_app, make_services

CHROMIUM = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))  # the first keeps no windows, and takes half the time
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # ms; a machine that does ten things at once is slow, not wrong
DESKTOP = {"width": 1440, "height": 900}
HANDHELD = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, and let it reach this machine's sockets where the others may not."""
    for item in items:
        if "tests/web/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)
            item.add_marker(pytest.mark.flaky(reruns=2))  # a machine that does ten things at once keeps a browser waiting now and then


@pytest.fixture(scope="session")
def browser(socket_enabled_session: None) -> Iterator[Browser]:
    """The one Chromium."""
    path = next((path for path in CHROMIUM if path.exists()), None)
    if path is None:
        pytest.skip(f"NO BROWSER TESTS: {CHROMIUM[0]} is missing; install Debian's package chromium-headless-shell")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield started
        started.close()


@pytest.fixture(scope="session", autouse=True)
def patience(browser: Browser) -> Iterator[None]:
    """What a test does to a page waits until the page's scripts have run: people never press a key within milliseconds of a page's first words."""
    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as patch:
        for owner, names in ((Page, ("click", "fill")), (Locator, ("blur", "check", "click", "dblclick", "fill", "focus", "press", "tap"))):
            for name in names:
                patch.setattr(owner, name, _once_loaded(getattr(owner, name), lambda actor: getattr(actor, "page", actor)))
        for name in ("press", "type"):
            patch.setattr(Keyboard, name, _once_loaded(getattr(Keyboard, name), lambda keyboard: _page_of(browser, keyboard)))
        yield


def _once_loaded(act: Callable[..., None], page_of: Callable[[object], Page]) -> Callable[..., None]:
    """The same action, once the page it is done to has loaded and so its deferred scripts have run."""

    def acted(actor: object, *args: object, **options: object) -> None:
        page_of(actor).wait_for_load_state("load", timeout=PATIENCE)
        act(actor, *args, **options)

    return acted


def _page_of(browser: Browser, keyboard: object) -> Page:
    return next(page for context in browser.contexts for page in context.pages if page.keyboard is keyboard)


@pytest.fixture(scope="session")
def socket_enabled_session() -> None:
    """Sockets are off elsewhere; a browser and a server talk over them."""
    try:
        from pytest_socket import enable_socket  # a plug-in that may be switched off

        enable_socket()
    except ImportError:
        pass


@pytest.fixture(scope="session")
def site(socket_enabled_session: None, index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the small site, served from a thread."""
    services = make_services(index, f"sqlite:///{tmp_path_factory.mktemp('browser')}/site.db")
    with serving(make_app(services, csrf=True)) as address:
        yield address
    services.engine.dispose()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Opens a path of the site in a fresh context; any script error fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(path: str = "/", *, handheld: bool = False, dark: bool = False, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport=HANDHELD if handheld else DESKTOP,
            is_mobile=handheld,
            has_touch=handheld,
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
