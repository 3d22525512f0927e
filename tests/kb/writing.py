"""A small content folder with its index and database, where drafts are written and published."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from kb.authoring.drafts import Draft
from kb.authoring.publishing import Publisher
from kb.authoring.writing import approve, open_draft, save, send_to_review
from kb.db import Sessions, open_sessions, reading
from kb.index import build_index
from kb.library import load_library
from tests.builders import NOW, TODAY
from tests.fakes import FakeEmbedder

TARIFF = """---
id: tariff-59   # 编号不改
title: 畅享套餐
kind: tariff
topic: 个人套餐
asks:
  - 59那个套餐有多少流量
facts:
  fee: {label: 月费, value: 59 元/月}
  data: {label: 国内流量, value: 20 GB/月}
  eligibility: 全体客户
  conditions: 无欠费
  start: 2026-01-01
  end: 长期有效
version: 2
status: published
---
> 畅享每月 {{ fee }}，含 {{ data }}。
"""
SCRIPT = """---
id: script-cheaper
title: 嫌贵要降档
kind: script
topic: 降档挽留
asks: [太贵了, 想换便宜的]
must_say:
  - "月费 {{ tariff-59.fee }}，次月生效"
version: 1
status: published
---
> 您可以换 {{ tariff-59.fee }} 档。
"""


@dataclass(frozen=True)
class Desk:
    """A content folder that was indexed, a database, and a publisher."""

    content: Path
    index: Path
    engine: Engine
    sessions: Sessions
    publisher: Publisher

    @property
    def tariff(self) -> Path:
        """The file of the tariff."""
        return self.content / "tariffs/personal/tariff-59.md"

    def approved(self, old: str, new: str, entry_id: str = "tariff-59") -> Draft:
        """A draft with one text put in another's place, written by AL1 and approved by AL2."""
        library = self.publisher.live()[0]
        with self.sessions.begin() as session:
            draft = open_draft(session, self.content, entry_id, "AL1", NOW)
            assert old in draft.text
            draft = save(session, draft.id, draft.text.replace(old, new), draft.revision, "AL1", NOW).draft
            send_to_review(session, library, draft.id, draft.revision, "新价格", "AL1", NOW)
            return approve(session, draft.id, draft.revision, "AL2", NOW)

    def read(self):
        """A session that reads."""
        return reading(self.engine)


def make_desk(folder: Path, engine: Engine, follow=None) -> Desk:
    """The desk, its two entries indexed but not yet in the ledger."""
    content, index = folder / "content", folder / "index"
    (content / "tariffs/personal").mkdir(parents=True)
    (content / "scripts").mkdir()
    (content / "tariffs/personal/tariff-59.md").write_text(TARIFF, encoding="utf-8")
    (content / "scripts/script-cheaper.md").write_text(SCRIPT, encoding="utf-8")
    build_index(load_library(content), "", index, FakeEmbedder(), TODAY)
    return Desk(content, index, engine, open_sessions(engine), make_publisher(content, index, engine, follow))


def make_publisher(content: Path, index: Path, engine: Engine, follow=None) -> Publisher:
    """A publisher of its own, as another process has one."""
    return Publisher(content, index, FakeEmbedder(), engine, *([follow] if follow else []))
