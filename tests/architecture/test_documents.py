from dataclasses import fields
from pathlib import Path

import pytest

from kb.config import PREFIX, Settings
from tests.kb.scripts.test_main import commands

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_sub_command_is_named(readme):
    text = (ROOT / readme).read_text("utf-8")
    assert [words for words in map(" ".join, commands()) if f"hallwise {words}" not in text] == []


def test_every_setting_is_documented_with_its_default():
    rows = [row for row in (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines() if row.startswith(f"| `{PREFIX}")]
    documented = {cells[1].strip(" `"): cells[3].strip() for cells in (row.split("|") for row in rows)}
    defaults = {PREFIX + f.name.upper(): f"`{f.default}`" if f.default != "" else "—" for f in fields(Settings)}
    assert documented == defaults
