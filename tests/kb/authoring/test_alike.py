"""Entries that answer the same questions as a draft."""

from dataclasses import replace
from pathlib import Path

from kb.authoring.alike import alike
from kb.search import Searcher
from kb.snapshot import read_snapshot
from tests.builders import TODAY
from tests.fakes import FakeEmbedder
from tests.kb.writing import Desk, make_desk


def test_an_entry_that_is_found_by_the_same_questions_is_named(tmp_path: Path, engine):
    desk: Desk = make_desk(tmp_path, engine)
    name = (desk.index / "CURRENT").read_text(encoding="utf-8").strip()
    searcher = Searcher(read_snapshot(desk.index / name), FakeEmbedder())
    tariff = searcher.snapshot.library.pick("tariff-59", TODAY)
    twin = replace(tariff, id="twin")
    (first, *_) = alike(searcher, twin, TODAY)
    assert (first.entry.id, first.asked) == ("tariff-59", 2)
    assert 1 <= first.found <= 2
    assert all(one.entry.id != "tariff-59" for one in alike(searcher, tariff, TODAY))
