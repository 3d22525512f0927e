"""Texts of entries as HTML."""

from markupsafe import Markup

from kb.entry import Entry, Kind
from kb.facts import parse_fact
from web.rendering import Renderer, highlighted


def renderer(body: str = "", **facts: str) -> Renderer:
    """A renderer of an entry with the given body and facts."""
    entry = Entry("x", "题", Kind.TARIFF, body=body, facts={name: parse_fact(name, value) for name, value in facts.items()})
    return Renderer(entry, lambda _id: None)


def test_a_value_is_marked_and_escaped() -> None:
    assert renderer(a='<b "x">').line("含 {{ a }}") == '含 <span class="fact" title="a">&lt;b &quot;x&quot;&gt;</span>'


def test_markdown_in_a_value_is_no_markdown() -> None:
    assert "*不是强调*" in renderer(a="*不是强调*").markdown("值：{{ a }}")


def test_a_value_within_an_address_breaks_nothing() -> None:
    html = renderer(a='"><script>alert(1)</script>').markdown("[点]({{ a }}) <b onclick=x>粗</b>")
    assert "<script" not in html
    assert "<b" not in html


def test_a_reference_that_leads_nowhere_stays_as_written() -> None:
    assert renderer().line("月费 {{ nowhere.fee }}") == "月费 {{ nowhere.fee }}"


def test_marks_of_our_own_in_a_text_are_dropped() -> None:
    assert renderer().line("a\ue0000\ue001b") == "a0b"


def test_tables_and_lists_are_rendered() -> None:
    html = renderer().markdown("|a|b|\n|---|---|\n|1|2|\n\n1. 一\n2. 二")
    assert "<td>1</td>" in html
    assert "<li>二</li>" in html


def test_the_sentence_to_say_is_not_repeated_in_the_body() -> None:
    (part,) = renderer("> 要说的话\n> 第二行\n\n## 办法\n做").parts()
    assert part.heading == "办法"


def test_text_between_lines_of_a_dialogue_keeps_its_place() -> None:
    (part,) = renderer("## 对话\n（递上单子）\n客户：好。\n\n营业员：请签字。\n（收单）").parts()
    assert [len(block.lines) for block in part.blocks] == [0, 2, 0]


def test_highlighting_escapes_and_ignores_case() -> None:
    assert highlighted("VoLTE <b>通话</b>", ["volte", "通话"]) == Markup("<mark>VoLTE</mark> &lt;b&gt;<mark>通话</mark>&lt;/b&gt;")
    assert highlighted("<i>", []) == "&lt;i&gt;"
