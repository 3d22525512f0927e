import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.chunk import Passage, PassageKind
from kb.entry import Context, NeverSay, Touchpoint, Validity
from kb.hit import FactView, hit_json, make_hit, matching_words, validity_dates
from kb.numbers import NumberMatch
from tests.builders import TODAY, make_entry, make_library

PLAN = make_entry(id="plan", facts={"fee": "59 元/月"})
ENTRY = make_entry(
    id="a",
    touchpoint=Touchpoint.HANDLING,
    facts={"gift": "3 次", "note": "按 {{ plan.fee }} 收"},
    effective_from=date(2026, 1, 1),
    effective_to=date(2026, 12, 31),
    must_say=("月费 {{ plan.fee }}",),
    never_say=(NeverSay("永远", "只有 {{ gift }}"),),
    body="> 换 {{ plan.fee }} 档，{{ gone.fee }}。",
)
HIT = make_hit(
    make_library(PLAN, ENTRY), ENTRY, Context(TODAY), "太贵 换便宜", Passage(PassageKind.ASK, "太贵了想换便宜的"), 1.23456, NumberMatch(("59元",), ())
)


def test_all_texts_of_a_hit_hold_the_numbers_of_the_day():
    assert HIT.say == "换 59元 档，{{ gone.fee }}。"
    assert HIT.facts == (FactView("gift", "gift", "3次"), FactView("note", "note", "按 59元/月 收"))
    assert (HIT.must_say, HIT.never_say) == (("月费 59元/月",), (NeverSay("永远", "只有 3次"),))


def test_a_hit_says_until_when_it_holds_and_why_it_matched():
    assert (HIT.validity, HIT.dates, HIT.words) == (Validity.CURRENT, "2026年1月1日至2026年12月31日", ("太贵", "换便宜"))


@pytest.mark.parametrize(
    ("starts", "ends", "shown"),
    [
        (None, None, ""),
        (date(2026, 1, 2), None, "2026年1月2日起"),
        (None, date(2026, 1, 2), "2026年1月2日止"),
        (TODAY, TODAY, "2026年11月22日至2026年11月22日"),
    ],
)
def test_an_open_side_of_the_dates_is_left_out(starts, ends, shown):
    assert validity_dates(make_entry(effective_from=starts, effective_to=ends)) == shown


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("换套餐", "我要换套餐", ("换套餐",)), ("套餐太贵", "太贵的套餐", ("套餐", "太贵")), ("WIFI坏了", "家里wifi坏", ("WIFI坏".lower(),)), ("贵", "太贵了", ("贵",)),
        ("没有", "套餐", ()), ("套餐套餐", "套餐", ("套餐",)), ("", "套餐", ()), ("我 的", "我要", ("我",)),
    ],
)  # fmt: skip
def test_the_words_that_match_are_the_longest_pieces_in_common(query, text, words):
    assert matching_words(query, text) == words


@given(st.text(alphabet="套餐太贵 aB", max_size=12), st.text(alphabet="套餐太贵 aB", max_size=12))
def test_every_matching_word_stands_in_both_texts_once(query, text):
    words = matching_words(query, text)
    assert all(w and w in query.lower() and w in text.lower() for w in words)
    assert len(set(words)) == len(words)


def test_a_hit_as_json_is_complete_and_plain():
    data = json.loads(json.dumps(hit_json(HIT)))
    assert data["matched"] == {"kind": "ask", "text": "太贵了想换便宜的", "words": ["太贵", "换便宜"]}
    assert (data["id"], data["version"], data["kind"], data["touchpoint"], data["score"]) == ("a", 1, "script", "handling", 1.2346)
    assert (data["validity"], data["effective_from"], data["effective_to"]) == ("current", "2026-01-01", "2026-12-31")
    assert data["facts"][0] == {"name": "gift", "label": "gift", "value": "3次"}
    assert (data["never_say"], data["numbers"]) == ([{"phrase": "永远", "reason": "只有 3次"}], {"carried": ["59元"], "others": []})
    assert (data["say"], data["must_say"]) == (HIT.say, ["月费 59元/月"])


def test_what_is_open_is_null_in_json():
    bare = make_entry(id="b")
    data = hit_json(make_hit(make_library(bare), bare, Context(TODAY), "", Passage(PassageKind.TITLE, bare.title), 0.0, NumberMatch()))
    assert (data["touchpoint"], data["effective_from"], data["effective_to"], data["say"]) == (None, None, None, "")
