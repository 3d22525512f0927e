import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.tokens import Synonyms, is_hanzi, parse_synonyms, tokens
from tests.kb.reading import found

SYNONYMS = Synonyms.of([["套餐", "资费", "plan", "data plan"], ["光猫", "ONT"], ["宽带", "光宽带", "broadband"], ["WiFi", "SIM"]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("换套餐", ["换", "套", "餐", "换套", "套餐"]), ("WiFi信号", ["wifi", "信", "号", "信号"]), ("５９元", ["59", "元"]), ("0.15元", ["0.15", "元"]), ("贵", ["贵"]),
        ("end. next", ["end", "next"]), ("你，好", ["你", "好"]), ("5G", ["5g"]), ("", []), ("？！…", []), ("😀", []), ("𠮷野", ["𠮷", "野", "𠮷野"]),
    ],
)  # fmt: skip
def test_a_text_becomes_characters_bigrams_and_whole_words(text, expected):
    assert tokens(text) == expected


@given(st.text(alphabet="aBz59. ，套餐", max_size=30))
def test_tokens_do_not_depend_on_case_or_width(text):
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert tokens(text) == tokens(text.upper()) == tokens(wide)


@given(st.text(max_size=60))
def test_no_token_is_blank(text):
    assert all(t and not t.isspace() for t in tokens(text))


def test_a_chinese_text_begins_with_a_chinese_character():
    assert [is_hanzi(t) for t in ("套餐", "𠮷", "a套", "", "，", "5")] == [True, True, False, False, False, False]


def test_a_query_is_rephrased_in_the_first_word_of_every_group_it_names():
    assert SYNONYMS.rephrase("换资费") == "换套餐"
    assert SYNONYMS.rephrase("ＯＮＴ坏") == "光猫坏"


def test_what_staff_say_already_and_what_is_in_no_group_stays():
    assert SYNONYMS.rephrase("换套餐") == "换套餐"
    assert SYNONYMS.rephrase("没有") == "没有"


def test_the_longest_word_of_a_query_is_taken():
    assert SYNONYMS.rephrase("装光宽带") == "装宽带"


def test_an_english_query_becomes_the_chinese_terms_it_names():
    assert SYNONYMS.translate("cheap Data Plan please") == "套餐"
    assert SYNONYMS.translate("broadband plan plan") == "宽带 套餐"


@pytest.mark.parametrize("query", ["hello there", "wifi", "套餐 broadband", "", "换plan"])
def test_a_query_that_names_no_chinese_term_or_is_not_all_latin_is_not_translated(query):
    assert SYNONYMS.translate(query) == query


def test_no_synonyms_rephrase_and_translate_nothing():
    assert Synonyms().rephrase("换资费") == "换资费"
    assert Synonyms().translate("data plan") == "data plan"


def test_synonyms_are_read_from_tab_separated_lines():
    synonyms, faults = parse_synonyms("# 说明\n套餐\t资费\n\n光猫 \t ONT\t\n", "synonyms.tsv")
    assert (synonyms.groups, faults) == ((("套餐", "资费"), ("光猫", "ont")), [])


def test_faulty_synonyms_are_reported_on_their_line_and_the_others_kept():
    synonyms, faults = parse_synonyms("套餐\t资费\n宽带\t网\t光宽带\n包月\t套餐\n孤单\nWiFi\t无线\nwifi\t无线网", "synonyms.tsv")
    assert found(faults) == [(2, "synonym-short"), (3, "synonym-twice"), (4, "synonym-lonely"), (6, "synonym-twice")]
    assert [f.args.get("first") for f in faults] == [None, 1, None, 5]
    assert synonyms.rephrase("光宽带") == "宽带"
    assert synonyms.rephrase("资费") == "套餐"
