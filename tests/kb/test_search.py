from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.entry import Context, Entry, Kind, Scope, Status
from kb.errors import QueryError
from kb.search import LONGEST_QUERY, Searcher
from tests.builders import TODAY, make_entry, make_library
from tests.fakes import FakeEmbedder
from tests.kb.conftest import searcher_of, small_library, tariff

HERE = Context(TODAY)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def ids(answer):
    return [hit.entry.id for hit in answer.hits]


# --- what may come out


DAYS = [date(2026, 1, 1) + timedelta(days=90 * n) for n in range(5)]
HALLS = ("东厅", "西厅")


@st.composite
def entries(draw):
    """An entry out of few ids, days, places and words, so that they meet."""
    number, version = draw(st.integers(0, 4)), draw(st.integers(1, 3))
    return make_entry(
        id=f"entry-{number}",
        version=version,
        title=draw(st.sampled_from(["套餐太贵", "套餐便宜", "补卡证件", "宽带太慢"])),
        kind=draw(st.sampled_from(list(Kind))),
        status=draw(st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT, Status.RETIRED])),
        effective_from=draw(st.sampled_from([None, *DAYS])),
        effective_to=draw(st.sampled_from([None, *DAYS])),
        supersedes=tuple(f"entry-{n}" for n in draw(st.lists(st.integers(0, 4), max_size=1)) if n != number),
        scope=Scope(halls=draw(st.sampled_from([(), ("东厅",), HALLS]))),
    )


def may_be_said(entry: Entry, everything: list[Entry], day: date, hall: str) -> bool:
    """The law in plain words, written without the code under test."""
    if entry.status is not Status.PUBLISHED:
        return False
    if entry.effective_from is not None and day < entry.effective_from:
        return False
    if entry.effective_to is not None and day > entry.effective_to:
        return False
    if entry.scope.halls and hall and hall not in entry.scope.halls:
        return False
    for other in everything:
        began = other.effective_from is None or other.effective_from <= day
        holds_here = not other.scope.halls or hall in other.scope.halls
        if entry.id in other.supersedes and other.status is not Status.DRAFT and began and holds_here:
            return False
    return True


@settings(max_examples=15)
@given(st.lists(entries(), min_size=1, max_size=8, unique_by=lambda e: e.ref), st.sampled_from(["", *HALLS]), st.sampled_from([None, *Kind]))
def test_only_what_may_be_said_there_and_then_comes_out_and_all_of_it(everything, hall, kind):
    with TemporaryDirectory() as folder:
        searcher = searcher_of(make_library(*everything), Path(folder))
        for day in (DAYS[0] - timedelta(days=1), *DAYS, DAYS[2] + timedelta(days=1)):
            may = {e.ref for e in everything if may_be_said(e, everything, day, hall) and kind in (None, e.kind)}
            assert [h for h in searcher.lookup("套餐太贵 补卡", Context(day, hall=hall), 20, kind).hits if h.entry.ref not in may] == []
            found = [h.entry.ref for h in searcher.search("套餐太贵补卡宽带", Context(day, hall=hall), 20, kind).hits]
            assert sorted(found) == sorted(may)


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """One price that changes at the new year, and a script that names it."""
    library = make_library(
        tariff(39, id="tariff-family", effective_from=date(2025, 1, 1), effective_to=date(2025, 12, 31)),
        tariff(49, id="tariff-family", version=2, effective_from=date(2026, 1, 1), effective_to=TODAY),
        tariff(69, id="tariff-family", version=3, effective_from=TOMORROW),
        make_entry(
            must_say=("月费 {{ tariff-family.fee }}",),
            body="> 换成 {{ tariff-family.fee }}。\n\n## 要点\n畅享套餐现在收 {{ tariff-family.fee }}，别的不收。\n",
        ),
    )
    return searcher_of(library, tmp_path_factory.mktemp("dated"))


@pytest.mark.parametrize(
    ("day", "version", "price"),
    [
        (date(2025, 6, 1), 1, "39元/月"),
        (date(2025, 12, 31), 1, "39元/月"),
        (date(2026, 1, 1), 2, "49元/月"),
        (TODAY, 2, "49元/月"),
        (TOMORROW, 3, "69元/月"),
    ],
)
def test_every_day_has_its_version_and_its_number(dated, day, version, price):
    hits = {h.entry.id: h for h in dated.search("畅享套餐每月多少钱", Context(day)).hits}
    own, script = hits["tariff-family"], hits["script-cheaper"]
    assert own.entry.version == version
    assert price.removesuffix("/月") in own.say
    assert price in [f.value for f in own.facts]
    assert script.say == f"换成 {price}。"
    assert script.must_say == (f"月费 {price}",)


@pytest.mark.parametrize(("day", "price"), [(date(2025, 6, 1), "39元/月"), (TODAY, "49元/月"), (TOMORROW, "69元/月")])
def test_the_passage_shown_as_the_reason_holds_the_number_of_the_day(dated, day, price):
    hit = next(h for h in dated.search("畅享套餐现在收别的不收", Context(day)).hits if h.entry.id == "script-cheaper")
    assert hit.matched.text == f"要点 畅享套餐现在收 {price}，别的不收。"


def test_before_anything_held_nothing_of_it_comes_out(dated):
    assert ids(dated.search("畅享套餐", Context(date(2024, 12, 31)))) == ["script-cheaper"]


def test_a_query_for_a_withdrawn_entry_finds_its_successor(tmp_path):
    library = make_library(
        tariff(58, title="如意通套餐", asks=("如意通",), effective_to=date(2025, 12, 31)),
        tariff(59, title="畅享套餐", asks=("畅享",), supersedes=("tariff-58",)),
        make_entry(id="basic-card", title="补卡要带证件", kind=Kind.BASIC),
        make_entry(id="basic-net", title="宽带太慢", kind=Kind.BASIC),
    )
    assert ids(searcher_of(library, tmp_path).search("如意通", HERE))[0] == "tariff-59"


# --- numbers


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    return searcher_of(make_library(*(tariff(price) for price in (39, 59, 99, 129))), tmp_path_factory.mktemp("family"))


@pytest.mark.parametrize("query", ["39元套餐", "三十九块的套餐", "39档", "套餐 ３９ 元", "有没有39块钱的套餐"])
def test_the_entry_that_carries_the_number_comes_first_and_the_others_are_marked(family, query):
    first, *others = family.search(query, HERE).hits
    assert first.entry.id == "tariff-39"
    assert first.numbers.carried
    assert first.numbers.others == ()
    assert len(others) == 3
    for other in others:
        assert other.numbers.carried == ()
        assert other.numbers.others == (f"fee{other.entry.facts['fee'].value}",)


@pytest.mark.parametrize(("query", "wanted"), [("33G流量的套餐", "tariff-99"), ("43GB", "tariff-129")])
def test_a_volume_is_a_number_too(family, query, wanted):
    assert ids(family.search(query, HERE))[0] == wanted


def test_a_query_without_a_number_marks_nothing(family):
    assert all(hit.numbers.carried == hit.numbers.others == () for hit in family.search("畅享套餐", HERE).hits)


# --- any query


ODD = [
    "", " ", "\t\n", "。？！", "贵", "a", "1", "😀", "👨‍👩‍👧‍👦", "\x00", "\x1b[31m\x07套餐", "\u202e套餐", "\ud800", "'; DROP TABLE search; --", "套餐' OR 1=1",
    "<script>alert(1)</script>", "&lt;b&gt;", "%_%", "*", "套餐*", "(((", "AND OR NOT", "taoc", "jdw", "zh", "lvyou", "xi'an", "SIM", "套餐" * 250,
    "a" * 500, "９９９９９９９９９９９９９９９９元", "零元", "0元", "-39元", "1e999元", "٣٩元", "三" * 400 + "元", "十百千万" * 50 + "元",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_an_odd_query_is_answered_or_finds_nothing(searcher, query):
    for ask in (searcher.search, searcher.lookup):
        answer = ask(query, HERE)
        assert answer.query == query
        assert len(answer.hits) <= 8


@settings(max_examples=60)
@given(st.text(max_size=60), st.integers(1, 6))
@example("套餐", 1)
def test_any_text_gives_at_most_k_hits_best_first(searcher, query, k):
    answer = searcher.search(query, HERE, k)
    scores = [hit.score for hit in answer.hits]
    assert len(scores) <= k
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("query", ["", "   ", "\x00\x01", "。？！", "😀"])
def test_a_query_without_a_word_finds_nothing_and_is_not_confident(searcher, query):
    for ask in (searcher.search, searcher.lookup):
        answer = ask(query, HERE)
        assert (answer.hits, answer.confident) == ((), False)


def test_the_longest_query_is_answered_and_one_more_is_refused(searcher):
    assert searcher.search("套" * LONGEST_QUERY, HERE).hits
    for ask in (searcher.search, searcher.lookup, lambda q, _: searcher.read(q)):
        with pytest.raises(QueryError) as caught:
            ask("套" * (LONGEST_QUERY + 1), HERE)
        assert caught.value.code == "query-too-long"
        assert str(LONGEST_QUERY) in str(caught.value)


@pytest.mark.parametrize("query", ["b", "bu", "buk", "buka", "bukay", "bukayaodai", "bk", "bkydsmzj"])
def test_half_typed_pinyin_finds_the_entry_from_the_second_letter_on(searcher, query):
    found = ids(searcher.lookup(query, HERE))
    assert not found or len(query) == 1 or found[0] == "basic-card"
    assert found or query in {"b", "bukay"}


def test_pinyin_is_answered_like_the_characters(searcher):
    assert searcher.search("taocan", HERE).words == "套餐"
    assert ids(searcher.search("taocan", HERE)) == ids(searcher.search("套餐", HERE))


def test_a_latin_word_of_the_texts_is_not_taken_for_pinyin(searcher):
    answer = searcher.search("SIM card", HERE)
    assert (answer.words, ids(answer)[0]) == ("SIM card", "basic-card")


def test_a_hit_says_which_passage_and_which_words_matched(searcher):
    hit = searcher.lookup("太贵了 便宜", HERE).hits[0]
    assert (hit.entry.id, hit.matched.text, hit.words) == ("script-cheaper", "太贵了想换便宜的", ("太贵了", "便宜"))
    assert hit.never_say[0].reason == "59元 档可以办"


def test_a_wanted_kind_is_the_only_one(searcher):
    for kind in Kind:
        assert {h.entry.kind for h in searcher.search("套餐补卡", HERE, kind=kind).hits} == {kind}


def test_when_nothing_is_allowed_nothing_comes_out(searcher):
    answer = searcher.search("补卡", Context(TODAY, hall="别的厅"), kind=Kind.BASIC)
    assert (answer.hits, answer.confident) == ((), False)


# --- always the same


QUERIES = ["套餐太贵", "补卡", "59元", "taocan", "SIM", "便宜的套餐有没有"]


def signature(answer):
    return answer.words, answer.confident, [(h.entry.ref, h.score, h.matched, h.words) for h in answer.hits]


def test_the_same_query_has_the_same_answer_in_another_searcher_and_another_index(searcher, tmp_path):
    other = searcher_of(small_library(), tmp_path)
    for query in QUERIES:
        assert signature(searcher.search(query, HERE)) == signature(searcher.search(query, HERE)) == signature(other.search(query, HERE))


def test_queries_prepared_together_are_answered_as_one_by_one(searcher):
    embedder = CountingEmbedder()
    together = Searcher(searcher.snapshot, embedder)
    asked = [q for q in QUERIES if len(q) <= LONGEST_QUERY]
    together.prepare([*asked, "套" * (LONGEST_QUERY + 1), "", asked[0]])
    for query in asked:
        assert signature(together.search(query, HERE)) == signature(searcher.search(query, HERE))
    assert embedder.calls == 1
    together.prepare([])


class CountingEmbedder(FakeEmbedder):
    """Counts how often it was asked for queries."""

    calls = 0

    def encode_query(self, texts):
        self.calls += 1
        return super().encode_query(texts)


def test_equal_scores_come_in_the_order_of_ids(tmp_path):
    twins = [make_entry(id=f"twin-{letter}", title="补卡证件") for letter in "cab"]
    found = searcher_of(make_library(*twins), tmp_path).search("补卡证件", HERE)
    assert ids(found) == ["twin-a", "twin-b", "twin-c"]


def test_threads_get_the_answers_that_one_alone_gets(searcher):
    contexts = [HERE, Context(TODAY, hall="中泉厅"), Context(TODAY, hall="别的厅")]
    cases = [(query, context) for query in QUERIES for context in contexts]
    alone = [signature(searcher.search(*case)) for case in cases]
    fresh = Searcher(searcher.snapshot, searcher._embedder)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda case: signature(fresh.search(*case)), cases * 10))
    assert together == alone * 10


def test_a_new_title_is_found_and_the_old_one_is_gone(tmp_path):
    entry = make_entry(title="靓号怎么选", asks=())
    assert searcher_of(make_library(entry), tmp_path).lookup("靓号", HERE).hits
    assert not searcher_of(make_library(replace(entry, title="宽带怎么装")), tmp_path).lookup("靓号", HERE).hits
