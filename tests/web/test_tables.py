"""Every table says what it holds: who hears a page hears its tables by name."""

import re
from pathlib import Path

import web

TEMPLATES = Path(web.__file__).parent / "templates"
NAMED = re.compile(r"<table\b[^>]*\baria-label(?:ledby)?=\"|<table\b[^>]*>\s*<caption\b")


def test_every_table_has_a_name() -> None:
    pages = {path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    nameless = {name: missing for name, text in pages.items() if (missing := text.count("<table") - len(NAMED.findall(text)))}
    assert sum(text.count("<table") for text in pages.values()) > 40
    assert nameless == {}


def test_a_table_is_named_after_a_heading_that_is_there() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"<table\b[^>]*\baria-labelledby=\"([^\"]+)\"", text):
            assert f'id="{name}"' in text, (path.name, name)
