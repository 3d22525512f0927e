"""The routes are documented."""

import re
from pathlib import Path

from flask import Flask

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


def test_every_route_is_named_in_the_document(app: Flask) -> None:
    named = re.sub(r"<\w+>", "<>", DOCUMENT.read_text(encoding="utf-8"))
    rules = {re.sub(r"<[^>]+>", "<>", rule.rule.removeprefix("/api/v1")) for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    assert [rule for rule in sorted(rules) if f"`{rule}`" not in named and f"GET {rule}`" not in named and f"POST {rule}`" not in named] == []
