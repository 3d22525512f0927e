from dataclasses import replace

import pytest

from kb.authoring.consequences import carriers, consequences, golden_sets
from kb.authoring.entrydiff import FactChange
from kb.entry import EntryRef
from kb.golden import Golden, Judgement
from kb.search import Searcher
from kb.snapshot import read_snapshot
from tests.builders import NOW, TODAY, make_entry, make_library
from tests.fakes import FakeEmbedder
from tests.kb.conftest import searcher_of, tariff
from tests.kb.writing import make_desk


@pytest.fixture
def library():
    return make_library(
        tariff(59),
        make_entry(id="between", title="规则", facts={"rule": "按 {{ tariff-59.fee }} 收"}),
        make_entry(id="script", title="话术", body="> 规则是 {{ between.rule }}\n"),
        make_entry(id="apart", title="无关", body="没有引用\n"),
    )


def test_a_changed_fact_is_carried_on_by_the_facts_that_quote_it(library):
    assert carriers(library, "tariff-59", {"fee"}) == {("tariff-59", "fee"), ("between", "rule")}
    assert carriers(library, "tariff-59", {"data"}) == {("tariff-59", "data")}
    assert carriers(library, "tariff-59", set()) == set()


def test_everything_that_a_publication_changes_is_known_before_it(tmp_path, engine):
    desk = make_desk(tmp_path, engine)
    approved = desk.approved("value: 59 元/月", "value: 69 元/月")
    preview = desk.publisher.preview(approved.id, NOW)
    now, then = (Searcher(read_snapshot(folder), FakeEmbedder()) for folder in (desk.index / (desk.index / "CURRENT").read_text(), preview.snapshot))
    golden = [Golden((Judgement("59那个套餐有多少流量", ("tariff-59",), "number"), Judgement("无关", ("other",), "typo")), TODAY)]
    found = consequences((now, then), preview.plan.ref, preview.plan.base_version, golden, TODAY)
    assert found.facts == (FactChange("fee", "月费", "59 元/月", "69 元/月"),)
    assert [(q.entry_id, q.facts) for q in found.quoting] == [("script-cheaper", ("tariff-59.fee",))]
    assert (found.carried, found.asked) == ({("tariff-59", "fee")}, 1)


def test_a_golden_query_whose_first_answer_changes_is_listed(library, tmp_path):
    before = searcher_of(library, tmp_path / "a")
    after_library = make_library(
        *(replace(e, title="完全不同", asks=(), body="> 别的话\n", version=2) if e.id == "apart" else e for e in library.entries)
    )
    after = searcher_of(after_library, tmp_path / "b")
    golden = [Golden((Judgement("无关", ("apart",), "colloquial"),), None)]
    found = consequences((before, after), EntryRef("apart", 2), 1, golden, TODAY)
    assert [(a.query, a.before, a.right_before, a.right_after) for a in found.answers] == [("无关", "apart", True, False)]


def test_golden_sets_are_read_from_the_content_folder(tmp_path):
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden/dev.tsv").write_text("# as_of: 2026-11-22\nquery\tentry ids\tclass\n太贵\tscript\tcolloquial\n", encoding="utf-8")
    assert [g.judgements[0].relevant for g in golden_sets(tmp_path)] == [("script",)]
    assert golden_sets(tmp_path / "nowhere") == []
