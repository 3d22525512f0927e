from dataclasses import replace
from datetime import date

from kb.entry import Context, Status, Validity
from kb.masking import HIDDEN, masked_library, quoted
from kb.search import Searcher
from tests.builders import TODAY, make_entry, make_library
from tests.kb.conftest import searcher_of, small_library, tariff

HERE = Context(TODAY)
GONE = frozenset({"tariff-59"})


def test_a_withdrawn_entry_holds_no_longer_and_its_numbers_are_hidden_where_they_are_quoted():
    library = small_library()
    masked = masked_library(library, GONE)
    assert [e.ref for e in masked.entries] == [e.ref for e in library.entries]
    assert masked.validity(masked.versions("tariff-59")[0], HERE) is Validity.RETIRED
    script = masked.versions("script-cheaper")[0]
    assert masked.render(script.body, script, TODAY).startswith(f"> 您可以换 {HIDDEN} 档。")


def test_nothing_withdrawn_is_the_same_library():
    library = small_library()
    assert masked_library(library, frozenset()) is library
    assert masked_library(library, {"no-such-entry"}) is library


def test_what_it_had_replaced_stays_replaced():
    new = replace(tariff(59), supersedes=("tariff-58",), effective_from=date(2026, 1, 1))
    library = masked_library(make_library(new, tariff(58)), GONE)
    assert library.validity(library.versions("tariff-58")[0], HERE) is Validity.SUPERSEDED


def test_an_entry_quotes_also_through_the_facts_of_others():
    library = make_library(
        tariff(59),
        make_entry(id="between", facts={"rule": "按 {{ tariff-59.fee }} 收"}),
        make_entry(id="script", body="{{ between.rule }}\n"),
        make_entry(id="apart", body="没有引用\n"),
    )
    found = {e.id: quoted(e, library, GONE) for e in library.entries}
    assert found == {"tariff-59": (), "between": ("tariff-59",), "script": ("tariff-59",), "apart": ()}


def test_a_search_leaves_out_what_is_withdrawn_and_every_number_of_it(searcher: Searcher):
    whole, bare = (searcher.search("太贵了换便宜的套餐 59元", HERE, without=ids) for ids in (frozenset(), GONE))
    assert "tariff-59" in {h.entry.id for h in whole.hits}
    assert {h.entry.id for h in bare.hits} == {h.entry.id for h in whole.hits} - GONE
    assert "59元" not in repr([(h.say, h.must_say, h.never_say, h.facts, h.matched, h.numbers) for h in bare.hits])
    assert {h.entry.id for h in searcher.lookup("套餐", HERE, without=GONE).hits}.isdisjoint(GONE)
    assert searcher.search("太贵了换便宜的套餐 59元", HERE).hits == whole.hits


def test_a_reason_out_of_the_index_does_not_say_a_withdrawn_number(tmp_path):
    script = make_entry(body="> 换一档。\n\n## 说明\n改档以后按月收取 {{ tariff-59.fee }} 的费用\n")
    searcher = searcher_of(make_library(script, tariff(59)), tmp_path)
    hit = next(h for h in searcher.search("改档以后按月收取的费用", HERE, without=GONE).hits if h.entry.id == script.id)
    assert "59" not in hit.matched.text


def test_a_retired_entry_can_be_withdrawn_as_well():
    library = masked_library(make_library(tariff(59, status=Status.RETIRED)), GONE)
    assert library.versions("tariff-59")[0].status is Status.RETIRED
