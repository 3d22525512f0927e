from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kb.printing.linebreak import NEVER_FIRST, NEVER_LAST, break_lines, pieces


def width(text):
    return sum(0.5 if c.isascii() else 1.0 for c in text)


def lines(text, room):
    return [text[start:end] for start, end in break_lines(text, room, width)]


def test_no_line_begins_with_closing_punctuation():
    assert lines("流量十个吉，通话五百", 5) == ["流量十个", "吉，通话五", "百"]


def test_no_line_ends_with_an_opening_mark():
    assert lines("请您说（大声）一遍", 4) == ["请您说", "（大声）", "一遍"]


def test_a_number_keeps_its_unit_and_a_date_its_parts():
    assert pieces("月费59元/月，2026年12月31日止") == ["月", "费", "59元/月", "，", "2026年12月31日", "止"]
    assert lines("每月只要 59元/月就够", 6) == ["每月只要", "59元/月就够"]


def test_spaces_vanish_at_the_ends_of_lines():
    assert lines("甲乙丙 丁戊己", 3) == ["甲乙丙", "丁戊己"]


def test_a_word_wider_than_the_line_is_parted_between_characters():
    assert lines("script-downgrade", 3) == ["scrip", "t-down", "grade"]


def test_nothing_gives_no_line():
    assert lines("", 5) == []
    assert lines("   ", 5) == []


@given(st.text(alphabet="套餐元 a9/，。（“”）%.…—", max_size=60), st.integers(2, 12))
def test_lines_fit_and_lose_nothing_but_spaces(text, room):
    found = lines(text, room)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= room for line in found)


@given(st.text(alphabet="套餐元办理，。（）", max_size=60).filter(lambda t: not any(a in "，。（）" and b in "，。（）" for a, b in pairwise(t))))
def test_single_marks_never_stand_wrong(text):
    found = lines(text, 6)
    assert not any(line[0] in NEVER_FIRST for line in found[1:])
    assert not any(line[-1] in NEVER_LAST for line in found[:-1])
