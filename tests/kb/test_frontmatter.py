import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.frontmatter import MAX_BYTES, decode, parse
from tests.kb.reading import found

TEXT = "---\nid: a\ntitle: 畅享套餐\n---\n> 您好。\n"


def codes(text: str) -> list[tuple[int, str]]:
    return found(parse(text, "a.md")[1])


@pytest.mark.parametrize(
    "data",
    [TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode(), TEXT.replace("\n", "\r\n").encode(), TEXT.replace("\n", "\r").encode()],
    ids=["plain", "bom", "crlf", "cr"],
)
def test_a_byte_order_mark_and_foreign_line_ends_change_nothing(data):
    assert decode(data, "a.md") == (TEXT, [])


@pytest.mark.parametrize(("encoding", "guess"), [("gbk", "GBK"), ("gb18030", "GBK"), ("utf-16", "UTF-16")])
def test_a_foreign_encoding_is_named_instead_of_read_wrongly(encoding, guess):
    text, [fault] = decode(TEXT.encode(encoding), "a.md")
    assert (text, fault.code, fault.args) == ("", "encoding", {"guess": guess})


def test_a_foreign_byte_is_reported_on_its_line():
    _, faults = decode(b"---\nid: a\ntitle: \xff\xff\xff\n", "a.md")
    assert found(faults) == [(3, "encoding")]
    assert faults[0].args == {"guess": "?"}


def test_a_file_of_five_megabytes_is_refused_unread():
    text, faults = decode(b"x" * 5_000_000, "a.md")
    assert (text, found(faults)) == ("", [(1, "too-large")])
    assert faults[0].args == {"size": 5.0, "limit": 1}
    assert decode(b"x" * MAX_BYTES, "a.md") == ("x" * MAX_BYTES, [])


@pytest.mark.parametrize("text", ["", "id: a\n", "\n---\nid: a\n---\n", " ---\nid: a\n---\n", "----\nid: a\n----\n"])
def test_a_file_that_does_not_begin_with_a_fence_has_no_front_matter(text):
    assert codes(text) == [(1, "no-front-matter")]


def test_a_head_that_is_never_closed_is_a_fault():
    assert codes("---\nid: a\n") == [(1, "front-matter-open")]


def test_a_rule_in_the_body_is_not_a_fence():
    head, faults = parse("---\nid: a\n---\n甲\n\n---\n乙\n", "a.md")
    assert faults == []
    assert head.body == "甲\n\n---\n乙\n"


def test_the_body_begins_on_its_first_line_that_is_not_blank():
    head, _ = parse("---\nid: a\n---\n\n\n甲\n", "a.md")
    assert (head.body, head.body_line) == ("甲\n", 6)


def test_a_tab_is_reported_on_its_line():
    assert codes("---\nid: a\nasks:\n\t- x\n---\n") == [(4, "yaml-tab")]


def test_a_colon_in_a_title_is_reported_on_its_line():
    assert codes("---\nid: a\ntitle: 套餐: 59 元\n---\n") == [(3, "yaml")]


@pytest.mark.parametrize("title", ['"套餐: 59 元"', "套餐：59 元", "套餐:59 元", "'套餐: 59 元'"])
def test_a_colon_that_is_quoted_or_chinese_is_part_of_the_title(title):
    head, faults = parse(f"---\ntitle: {title}\n---\n", "a.md")
    assert faults == []
    assert head.values["title"] == title.strip("\"'")


@pytest.mark.parametrize("head", ["- a\n- b", "plain", "", "# nothing"])
def test_a_head_must_name_its_values(head):
    assert codes(f"---\n{head}\n---\n") == [(2, "not-a-mapping")]


def test_a_field_written_twice_is_reported_where_it_is_repeated():
    head, faults = parse("---\nid: a\ntopic: 一\ntopic: 二\nfacts:\n  fee: 1 元\n  fee: 2 元\n---\n", "a.md")
    assert found(faults) == [(4, "duplicate-field"), (7, "duplicate-field")]
    assert faults[1].args == {"field": "facts.fee"}
    assert head.values["topic"] == "二"


def test_every_field_knows_its_line():
    head, _ = parse("---\nid: a\nasks:\n  - 甲\n  - 乙\nfacts:\n  fee:\n    label: 月费\nnever_say: [{phrase: 不, reason: 因}]\n---\n", "a.md")
    lines = {"id": 2, "asks": 3, "asks.0": 4, "asks.1": 5, "facts": 6, "facts.fee": 7, "facts.fee.label": 8, "never_say": 9, "never_say.0": 9}
    assert lines.items() <= head.lines.items()


def test_scalars_stay_as_written():
    head, _ = parse("---\nasks: [0571, 1.10, 10:30, yes, 2026-02-30, 1_0, 5e3, '']\nowner: ~\ntopic:\n---\n", "a.md")
    assert head.values == {"asks": ["0571", "1.10", "10:30", "yes", "2026-02-30", "1_0", "5e3", ""], "owner": None, "topic": None}


@pytest.mark.parametrize(
    "head",
    ["facts: &a {b: *a}", "asks: &a [*a]", "a: &a 1\nb: *a", "asks: " + "[" * 60_000 + "]" * 60_000, "facts: " + "{a: " * 300 + "}" * 300, "a: \x07"],
    ids=["circle", "circle of lists", "alias", "deep list", "deep mapping", "control character"],
)
def test_what_a_parser_can_die_of_is_a_fault(head):
    assert [code for _, code in codes(f"---\n{head}\n---\n")] == ["yaml"]


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,? \n\t0中\x07", max_size=60))
def test_any_head_is_read_or_refused_but_never_raises(text):
    head, faults = parse(f"---\nid: a\n{text}\n---\n", "a.md")
    assert head is not None or faults


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused_but_never_raise(data):
    text, faults = decode(data, "a.md")
    assert not (text and faults)
