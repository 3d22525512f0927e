from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kb.authoring.entrydiff import FactChange, Piece, fact_diff, form_diff, word_diff
from kb.authoring.entryform import Banned, EntryForm, FactLine, PowerLine

words = st.text(alphabet="甲乙丙 ab1\n{}.，", max_size=40)


@given(words, words)
def test_both_texts_can_be_read_out_of_the_difference(before, after):
    pieces = word_diff(before, after)
    assert "".join(p.text for p in pieces if p.kind != "new") == before
    assert "".join(p.text for p in pieces if p.kind != "gone") == after


def test_numbers_and_references_change_as_a_whole():
    pieces = word_diff("每月 59.5元，见 {{ a.fee }}", "每月 59.8元，见 {{ a.cap }}")
    assert [p for p in pieces if p.kind != "same"] == [
        Piece("gone", "59.5"),
        Piece("new", "59.8"),
        Piece("gone", "{{ a.fee }}"),
        Piece("new", "{{ a.cap }}"),
    ]


def test_texts_of_many_words_are_compared_line_by_line():
    long = "很长的一行" * 1000
    assert word_diff(f"甲\n{long}\n", f"甲\n{long}改\n") == (Piece("same", "甲\n"), Piece("gone", f"{long}\n"), Piece("new", f"{long}改\n"))


def test_only_changed_fields_are_named_and_lists_row_by_row():
    before = EntryForm(title="旧", asks=("一", "二"), version="1", never_say=(Banned("x", "y"),), empower=(PowerLine("", "减免"),))
    after = replace(before, title="新", asks=("一", "三"), version="2", empower=(PowerLine("厅经理", "减免"),))
    assert [c.field for c in form_diff(before, after)] == ["title", "asks", "empower"]
    assert form_diff(before, before) == ()


def test_facts_that_changed_came_or_went_are_listed():
    before = EntryForm(facts=(FactLine("fee", "月费", "59 元/月"), FactLine("old", "旧", "1"), FactLine("same", "", "x")))
    after = EntryForm(facts=(FactLine("fee", "月费", "69 元/月"), FactLine("same", "", "x"), FactLine("new", "新", "2")))
    assert fact_diff(before, after) == (
        FactChange("fee", "月费", "59 元/月", "69 元/月"),
        FactChange("new", "新", "", "2"),
        FactChange("old", "旧", "1", ""),
    )
