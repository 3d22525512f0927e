"""The command as a shell meets it: arguments and environment in, output and exit code out; a published site of four entries."""

import io
import json
import os
import shutil
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kb.scripts.__main__ import main

ENTRIES = {
    "script-cheaper": """
id: script-cheaper
title: 嫌月费太贵要降档
kind: script
asks: [太贵了想换便宜的]
must_say: ["新月费 {{ tariff-59.fee }}"]
never_say: [{phrase: 这档降不了, reason: 没有在约限制就必须受理}]
reviewed_on: 2020-01-01
review_every: 1 个月
---
> 您可以换 {{ tariff-59.fee }} 档。
""",
    "tariff-59": """
id: tariff-59
title: 畅享套餐 59 元档
kind: tariff
asks: [59元套餐有多少流量]
facts:
  fee: {label: 月费, value: 59 元/月}
  data: {label: 国内流量, value: 20 GB/月}
  eligibility: 全体客户
  conditions: 无欠费
  start: 2026-01-01
  end: 长期有效
effective_from: 2026-01-01
supersedes: tariff-58
---
> 畅享 {{ fee }} 档，含 {{ data }} 流量。
""",
    "tariff-58": """
id: tariff-58
title: 畅享套餐 58 元档
kind: tariff
facts:
  fee: {label: 月费, value: 58 元/月}
  eligibility: 全体客户
  conditions: 无欠费
  start: 2025-01-01
  end: 2025-12-31
effective_from: 2025-01-01
effective_to: 2025-12-31
---
> 畅享 {{ fee }} 档。
""",
    "basic-card": """
id: basic-card
title: 补卡要带什么证件
kind: basic
scope: {halls: [中泉厅]}
---
> 请带身份证原件。
""",
}


@dataclass(frozen=True)
class Result:
    """What a shell sees of a finished command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """The output as JSON, one value a line."""
        return [json.loads(row) for row in self.out.splitlines()]


class Site:
    """A folder with content, index and database, and the command run in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content, self.index, self.database = root / "content", root / "index", root / "hallwise.db"
        self.background = root / "background.txt"

    def run(self, *args: str, stdin: str = "", **environ: str) -> Result:
        """Run `hallwise ARGS`."""
        own = {"HALLWISE_CONTENT": self.content, "HALLWISE_INDEX": self.index, "HALLWISE_DATABASE_URL": f"sqlite:///{self.database}"}
        out, err, code = io.StringIO(), io.StringIO(), 0
        with ExitStack() as stack:
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            for name in [n for n in os.environ if n.startswith("HALLWISE_")]:
                patch.delenv(name)
            for name, value in {**own, **environ}.items():
                patch.setenv(name, str(value))
            patch.setattr(sys, "argv", ["hallwise", *args])
            if self.background.is_file():  # a few lines instead of hundreds: embedding them for real takes most of a build's time
                patch.setattr("kb.index._BACKGROUND", self.background)
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            stack.enter_context(redirect_stdout(out))
            stack.enter_context(redirect_stderr(err))
            try:
                main()
            except SystemExit as left:
                code = left.code if isinstance(left.code, int) else 0
        return Result(code, out.getvalue(), err.getvalue())

    def write(self, name: str, text: str) -> None:
        """Write one entry, given without the opening `---`."""
        (self.content / f"{name}.md").write_text("---" + text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Change a text in an entry."""
        path = self.content / f"{name}.md"
        before = path.read_text(encoding="utf-8")
        assert old in before
        path.write_text(before.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site that was published once; not to be changed."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.content.mkdir()
    site.background.write_text("今天天气怎么样\n水泵流量怎么选\n附近哪里有好吃的\n帮我写一首诗\n", encoding="utf-8")
    for name, text in ENTRIES.items():
        site.write(name, text)
    done = site.run("publish")
    assert done.code == 0, done.err
    assert done.out.splitlines()[-1].startswith("新版本 4 个；共 4 个条目、")
    return site


@pytest.fixture
def site(published: Site, tmp_path: Path) -> Site:
    """A copy of it to change."""
    return Site(shutil.copytree(published.root, tmp_path / "site"))
