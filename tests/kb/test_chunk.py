from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kb.chunk import LONGEST, PassageKind, cut, passages
from tests.builders import make_entry

TEXTS = st.text(alphabet="一二三四五ab。！？!?；;\n， ", max_size=400)


@given(TEXTS, st.integers(1, 60))
def test_the_pieces_of_a_text_joined_are_the_text(text, longest):
    assert "".join(cut(text, longest)) == text


@given(TEXTS, st.integers(1, 60))
def test_no_piece_is_empty_or_too_long(text, longest):
    assert all(0 < len(piece) <= longest for piece in cut(text, longest))


@given(st.lists(st.integers(1, 30), max_size=20))
def test_where_sentences_fit_every_piece_ends_with_one(lengths):
    text = "".join("字" * n + "。" for n in lengths)
    assert all(piece.endswith("。") for piece in cut(text, 40))


def test_two_pieces_next_to_each_other_do_not_fit_into_one():
    pieces = cut("甲乙。" * 100, 40)
    assert all(len(a) + len(b) > 40 for a, b in pairwise(pieces))


def test_an_entry_is_found_by_its_title_topic_asks_turns_facts_and_sections():
    entry = make_entry(
        title="降档",
        topic="挽留",
        asks=("太贵",),
        facts={"fee": "59 元/月", "data": "20 GB"},
        body="> 可以换 {{ fee }}。\n\n## 对话\n客户：月费太贵了吧\n客户：嗯嗯\n营业员：换 **低档**\n",
    )
    found = passages(entry, lambda text: text.replace("{{ fee }}", "59元/月"))
    assert [(p.kind, p.text) for p in found] == [
        (PassageKind.TITLE, "降档"),
        (PassageKind.TOPIC, "挽留"),
        (PassageKind.ASK, "太贵"),
        (PassageKind.TURN, "月费太贵了吧"),
        (PassageKind.FACTS, "降档：fee59元/月，data20GB"),
        (PassageKind.SECTION, "可以换 59元/月。"),
        (PassageKind.SECTION, "对话 营业员：换 低档"),
    ]


def test_an_entry_without_anything_is_found_by_its_title_and_topic():
    assert [p.kind for p in passages(make_entry(), str)] == [PassageKind.TITLE, PassageKind.TOPIC]


def test_every_piece_of_a_long_section_carries_its_heading():
    texts = [p.text for p in passages(make_entry(body="## 规则\n" + "先核对证件再办理。" * 60), str) if p.kind is PassageKind.SECTION]
    assert len(texts) > 2
    assert all(text.startswith("规则 ") and len(text) <= LONGEST + len("规则 ") for text in texts)
