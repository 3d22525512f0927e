import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.pinyin import PinyinIndex, PinyinMatch, is_full, segmentations, sounds, syllables

TEXTS = ["畅享套餐59元档", "携号转网", "套餐变更", "补卡", "靓号", "先办宽带", "西安号码"]
INDEX = PinyinIndex(TEXTS)
KNOWN = frozenset({"wifi", "app"})


def surfaces(letters: str) -> set[str]:
    return {m.surface for m in INDEX.match(letters)}


def test_every_chinese_character_has_a_syllable_and_nothing_else_has():
    assert syllables("套餐59元") == ("tao", "can", "", "", "yuan")
    assert syllables("") == ()
    assert syllables("绿卡") == ("lv", "ka")


def test_the_trade_reads_some_characters_its_own_way():
    assert syllables("靓号") == ("liang", "hao")


@given(st.text(alphabet="套餐宽带ａ5，𠮷 x", max_size=20))
def test_there_is_one_syllable_a_character(text):
    assert len(syllables(text)) == len(text)


def test_words_that_sound_alike_share_their_sounds():
    assert sounds(syllables("套餐")) == sounds(syllables("淘餐")) == ["tao can"]
    assert sounds(["tao", "", "can"]) == []


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("taocan", ("tao", "can")),
        ("tc", ("t", "c")),
        ("taoc", ("tao", "c")),
        ("xian", ("xian",)),
        ("kuandai", ("kuan", "dai")),
        ("xiehaozhuanwang", ("xie", "hao", "zhuan", "wang")),
    ],
)
def test_the_fullest_reading_of_letters_comes_first(letters, first):
    assert segmentations(letters)[0] == first


def test_letters_may_be_read_in_more_than_one_way():
    assert ("xi", "an") in segmentations("xian")
    assert segmentations("vvi") == []
    assert segmentations("") == [()]


@given(st.text(alphabet="abcdeghijlnoqrtuwxz", max_size=14))
def test_every_reading_joined_is_what_was_typed(letters):
    ways = segmentations(letters)
    assert all("".join(way) == letters for way in ways)
    assert len(set(ways)) == len(ways) <= 8


def test_only_whole_syllables_are_full():
    assert [is_full(x) for x in ("taocan", "taoc", "tc", "xian", "hello")] == [True, False, False, True, False]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("taocan", {"套餐"}), ("tc", {"套餐"}), ("taoc", {"套餐"}), ("TaoCan", {"套餐"}), ("xhzw", {"携号转网"}), ("bk", {"补卡", "办宽"}), ("lianghao", {"靓号"}),
        ("xian", {"先", "西安", "享"}),
        ("zzzz", set()), ("hello", set()),
    ],
)  # fmt: skip
def test_letters_find_the_characters_they_stand_for(letters, expected):
    assert surfaces(letters) == expected


@pytest.mark.parametrize("letters", ["t", "ta", "tao", "taoc", "taoca", "taocan"])
def test_half_typed_letters_already_find_the_word(letters):
    assert any(s.startswith("套") for s in surfaces(letters))


def test_a_match_says_which_text_and_whether_it_begins_there():
    assert sorted(INDEX.match("taocan"), key=lambda m: m.text) == [PinyinMatch(0, "套餐", False), PinyinMatch(2, "套餐", True)]


def test_no_match_reaches_over_the_end_of_a_text():
    assert PinyinIndex(["补卡", "套餐"]).match("katao") == []


def test_given_readings_find_the_same_as_computed_ones():
    given_ = PinyinIndex(TEXTS, [syllables(t) for t in TEXTS])
    assert given_.match("tc") == INDEX.match("tc")


@pytest.mark.parametrize(("letters", "hanzi"), [("taocan", "套餐"), ("tc", "套餐"), ("taocanbuka", "套餐补卡"), ("hello", ""), ("qqqq", "")])
def test_letters_become_the_characters_they_most_often_stand_for(letters, hanzi):
    assert INDEX.to_hanzi(letters) == hanzi


@pytest.mark.parametrize(
    ("query", "rewritten"),
    [
        ("taocan", "套餐"), ("tc", "套餐"), ("59元taocan", "59元套餐"), ("taocan biangeng", "套餐变更"), ("tao can", "套餐"), ("换 taocan 吧", "换套餐吧"),
        ("wifi", "wifi"),
        ("app taocan", "app 套餐"), ("change my plan", "change my plan"), ("hello", "hello"), ("套餐", "套餐"), ("", ""), ("WiFi", "WiFi"),
        ("buka 59", "补卡 59"),
    ],
)  # fmt: skip
def test_pinyin_in_a_query_is_rewritten_and_english_left_alone(query, rewritten):
    assert INDEX.rewrite(query, KNOWN) == rewritten


@given(st.text(alphabet="abcdeghijlnoqrtuwxz套餐 5", max_size=40))
def test_any_query_is_rewritten_without_losing_its_characters(query):
    rest = iter(INDEX.rewrite(query, KNOWN))
    assert all(c in rest for c in query if c in "套餐5")


@pytest.mark.parametrize("letters", ["a" * 10_000, "xian" * 500, "z" * 500])
def test_endless_letters_are_cut_short(letters):
    assert len(INDEX.match(letters)) <= 400
