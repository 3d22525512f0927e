import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.entry import Section
from kb.markdown import clerk_lines, plain, sections, sentence_to_say, turns

DIALOGUE = """开场白

## 对话

客户：太贵了。
营业员：可以换 **便宜** 的。

### 如果客户还嫌贵

- **客户**：还是贵
顾客: 真贵
引导员：这边请
"""


def test_headings_cut_a_body_into_sections_with_their_lines():
    assert sections("甲\n\n## 一\n乙\n### 二 ##\n\n丙\n", 10) == [Section("", "甲", 0, 10), Section("一", "乙", 2, 12), Section("二", "丙", 3, 14)]


def test_a_hash_without_a_blank_is_no_heading():
    assert sections("#甲\n####### 乙") == [Section("", "#甲\n####### 乙", 0, 1)]


def test_an_empty_body_has_no_sections_and_a_bare_heading_is_one():
    assert sections("\n\n") == []
    assert sections("## 一\n") == [Section("一", "", 2, 1)]


@given(st.lists(st.sampled_from(["甲", "", "## 一", "### 二", "客户：丙", "> 丁", "- 戊"]), max_size=12))
def test_no_word_of_a_body_is_lost_between_its_sections(rows):
    cut = sections("\n".join(rows))
    words = [w for s in cut for w in (s.heading, *s.text.split("\n")) if w]
    assert words == [row.removeprefix("### ").removeprefix("## ") for row in rows if row]


@given(st.lists(st.sampled_from(["", "## 一", "### 二", "客户：丙", "营业员：丁", "戊"]), max_size=12), st.integers(1, 50))
def test_every_turn_and_section_stands_on_its_line(rows, first):
    body = "\n".join(rows)
    for turn in turns(body, first):
        assert rows[turn.line - first].endswith(turn.text)
    for section in sections(body, first):
        assert section.heading in rows[section.line - first]
    assert [t.line - first for t in turns(body, first)] == [i for i, row in enumerate(rows) if "：" in row]


def test_a_turn_knows_its_speaker_and_its_branch():
    assert [(t.speaker, t.text, t.branch) for t in turns(DIALOGUE)] == [
        ("客户", "太贵了。", ""),
        ("营业员", "可以换 **便宜** 的。", ""),
        ("客户", "还是贵", "如果客户还嫌贵"),
        ("客户", "真贵", "如果客户还嫌贵"),
        ("营业员", "这边请", "如果客户还嫌贵"),
    ]


def test_a_branch_ends_at_the_next_section():
    assert [t.branch for t in turns("### 如果\n客户：甲\n## 收尾\n营业员：乙")] == ["如果", ""]


def test_a_sentence_about_a_customer_is_no_turn():
    assert turns("新客户：甲\n客户说：乙\n客户 甲") == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("引子\n\n> 第一句，\n> **第二**句。\n\n> 另一段", "第一句， 第二句。"), ("营业员：先说\n\n> 引文", "引文"), ("## 对话\n客户：甲\n营业员：**您好**\n", "您好"),
        ("## 步骤\n\n1. 核对\n2. 办理\n\n以后", "核对 办理"), ("> \n\n段落", "段落"), ("", ""), ("## 只有标题", ""),
    ],
)  # fmt: skip
def test_the_sentence_to_say_is_the_quote_or_the_clerks_first_words_or_the_first_paragraph(body, sentence):
    assert sentence_to_say(body) == sentence


def test_plain_text_has_no_marks():
    assert plain("- **粗** `码`\n1. __线__\n> 引") == "粗 码 线 引"


def test_what_the_customer_says_is_not_the_clerks():
    assert [text for _, text in clerk_lines("引\n\n客户：甲\n- 客户：乙\n营业员：丙", 5)] == ["引", "营业员：丙"]
    assert [line for line, _ in clerk_lines("引\n\n客户：甲\n营业员：丙", 5)] == [5, 8]
