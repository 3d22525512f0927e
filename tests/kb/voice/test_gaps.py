from datetime import timedelta

import pytest

from kb.authoring.entryform import read_form
from kb.errors import ConflictError, QueryError
from kb.voice.gapdrafts import draft_asks, draft_new
from kb.voice.gaps import gaps, lost_searches
from kb.voice.privacy import HIDDEN
from tests.builders import NOW
from tests.kb.searched import search
from tests.kb.writing import make_desk

HIT = ("tariff-59@1",)
MONTH = NOW - timedelta(days=30)


@pytest.fixture
def desk(engine, tmp_path):
    return make_desk(tmp_path, engine)


def queries(session):
    return [(lost.query, lost.empty) for lost in lost_searches(session, MONTH, NOW)]


def test_a_search_without_a_fitting_answer_is_lost(session):
    search(session, "卫星电话")
    search(session, "套餐", confident=True, hits=HIT)
    assert queries(session) == [("卫星电话", True)]


def test_only_the_end_of_a_typing_counts(session):
    for n, (text, confident) in enumerate([("卫", False), ("卫星", False), ("卫星电话", True)]):
        search(session, text, confident=confident, hits=HIT, typing="t1", ago=timedelta(minutes=9, seconds=-n))
    assert queries(session) == []


def test_what_was_found_but_searched_again_at_once_is_abandoned(session):
    search(session, "解约", confident=True, hits=HIT, ago=timedelta(minutes=10))
    search(session, "解约赔多少", confident=True, hits=HIT, ago=timedelta(minutes=9), then="open")
    assert queries(session) == [("解约", False)]


@pytest.mark.parametrize(
    ("first", "second"),
    [({"then": "copy"}, {}), ({"ago": timedelta(minutes=30)}, {}), ({"who": ""}, {"who": ""}), ({"who": "AL2"}, {}), ({"typing": "t", "then": "open"}, {})],
    ids=["copied", "read in place: asked again much later", "guests", "somebody else asked", "opened while typing"],
)  # fmt: skip
def test_what_may_have_helped_is_not_abandoned(session, first, second):
    search(session, "解约", **{"confident": True, "hits": HIT, "ago": timedelta(minutes=10), **first})
    if first.get("typing"):
        search(session, "解约金", confident=True, hits=HIT, ago=timedelta(minutes=9, seconds=30), typing="t")
    search(session, "解约赔多少", confident=True, hits=HIT, ago=timedelta(minutes=9), then="open", **second)
    assert queries(session) == []


def test_a_planted_group_is_found_with_its_people_and_halls(session, searcher):
    said = ["苹果手表蜂窝怎么激活", "手表蜂窝怎么激活呀", "苹果手表蜂窝激活"]
    for n in range(9):
        search(session, said[n % 3], who=f"AL{n % 4}", hall=f"{n % 2}厅", ago=timedelta(days=n + 1))
    search(session, "卫星电话", who="AL9")
    first, second = gaps(session, searcher, NOW)
    assert {text for text, _ in first.phrasings} == set(said)
    assert (first.searches, first.empty, first.people, first.halls, first.last) == (9, 9, 4, 2, NOW - timedelta(days=1))
    assert (second.phrasing, second.searches) == ("卫星电话", 1)
    assert gaps(session, searcher, NOW, days=3)[0].searches == 2


def test_numbers_of_customers_are_hidden_and_their_searches_put_together(session, searcher):
    for n in range(3):
        search(session, f"zzz 1381234567{n} qqq", who=f"AL{n}")
    (found,) = gaps(session, searcher, NOW)
    assert found.phrasings == ((f"zzz {HIDDEN} qqq", 3),)


def test_what_the_search_finds_by_now_is_no_gap(session, searcher):
    search(session, "太贵了想换便宜的", who="AL1")
    search(session, "卫星电话", who="AL1")
    assert [g.phrasing for g in gaps(session, searcher, NOW)] == ["卫星电话"]


def test_few_abandoned_searches_make_no_gap_and_many_do_until_an_entry_asks_so(session, searcher):
    def give_up(query, who):
        search(session, query, who=who, confident=True, hits=HIT, ago=timedelta(minutes=10))
        search(session, "太贵了想换便宜的", who=who, confident=True, hits=HIT, ago=timedelta(minutes=9), then="open")

    for who in ("AL1", "AL2"):
        give_up("便宜套餐介绍", who)
    assert gaps(session, searcher, NOW) == []
    give_up("便宜套餐介绍", "AL3")
    (found,) = gaps(session, searcher, NOW)
    assert (found.abandoned, found.empty) == (3, 0)
    for who in ("AL1", "AL2", "AL3"):
        give_up("有没有便宜的套餐？", who)
    assert [g.phrasing for g in gaps(session, searcher, NOW)] == ["便宜套餐介绍"]


def test_without_searches_there_are_no_gaps(session, searcher):
    assert gaps(session, searcher, NOW) == []


def test_phrasings_become_a_new_entry(sessions, searcher):
    with sessions.begin() as session:
        draft = draft_new(
            session, searcher.snapshot.library, ["手表 怎么激活", f"{HIDDEN} 手表激活", HIDDEN, "手表 怎么激活"], "智能终端", "AL1", NOW
        )
    form = read_form(draft.text)
    assert (form.title, form.topic, form.asks) == ("手表 怎么激活", "智能终端", ("手表 怎么激活", "手表激活"))
    with sessions() as session, pytest.raises(QueryError, match="问法"):
        draft_new(session, searcher.snapshot.library, [HIDDEN, " "], "", "AL1", NOW)


def test_phrasings_are_added_to_an_entry_in_ones_own_draft_and_not_in_anothers(desk):
    with desk.sessions.begin() as session:
        first = draft_asks(session, desk.content, "script-cheaper", ["话费太高", "太贵了"], "AL1", NOW)
        again = draft_asks(session, desk.content, "script-cheaper", ["能便宜点吗"], "AL1", NOW)
    assert first.id == again.id
    assert read_form(again.text).asks == ("太贵了", "想换便宜的", "话费太高", "能便宜点吗")
    with desk.sessions() as session, pytest.raises(ConflictError):
        draft_asks(session, desk.content, "script-cheaper", ["贵"], "AL2", NOW)
