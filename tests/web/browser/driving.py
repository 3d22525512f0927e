"""What the browser tests share: a site served from a thread, and what makes a page sound."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

_SMALL = """selector => [...document.querySelectorAll(selector)]
    .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 90))"""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of a site that is served until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serious_faults(page: Page) -> list[tuple[str, str, str]]:
    """(address, rule, element) of what axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [(page.url, f["id"], f["nodes"][0]["html"][:160]) for f in found if f["impact"] in {"serious", "critical"}]


def is_sound(page: Page) -> None:
    """No serious fault, nothing wider than the screen."""
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def too_small(page: Page, selector: str) -> list[str]:
    """What is shown and lower than a thumb needs."""
    return list(page.evaluate(_SMALL, selector))
