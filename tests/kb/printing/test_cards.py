from datetime import date

import pytest

from kb.entry import Context, Kind, NeverSay, Scope, Status
from kb.errors import NotFoundError
from kb.printing.cards import ALWAYS, BodyLine, Style, body_lines, brief, make_cards, shorten
from tests.builders import TODAY, make_entry, make_library

HERE = Context(TODAY)


def ids(cards):
    return [c.ref.entry_id for c in cards]


def only(**changes):
    (card,) = make_cards(make_library(make_entry(**changes)), HERE)
    return card


def test_only_what_is_in_force_gets_a_card():
    library = make_library(
        make_entry(id="now", effective_from=TODAY, effective_to=TODAY),
        make_entry(id="past", effective_to=date(2026, 11, 21)),
        make_entry(id="coming", effective_from=date(2026, 11, 23)),
        make_entry(id="draft", status=Status.DRAFT),
        make_entry(id="retired", status=Status.RETIRED),
        make_entry(id="replaced"),
        make_entry(id="replacing", supersedes=("replaced",)),
    )
    assert ids(make_cards(library, HERE)) == ["now", "replacing"]


def test_numbers_are_those_of_the_day():
    library = make_library(
        make_entry(id="fee", version=1, facts={"price": "59 元/月"}, effective_to=date(2026, 12, 31)),
        make_entry(id="fee", version=2, facts={"price": "69 元/月"}, effective_from=date(2027, 1, 1)),
        make_entry(id="script", body="> 每月 {{ fee.price }}。", must_say=("{{ fee.price }}",), never_say=(NeverSay("白送", "要 {{ fee.price }}"),)),
    )
    old = make_cards(library, HERE)[-1]
    new = make_cards(library, Context(date(2027, 1, 1)))[-1]
    assert (old.say, old.must_say, old.never_say[0].reason) == ("每月 59元。", ("59元/月",), "要 59元/月")
    assert new.say == "每月 69元。"


def test_dates_are_never_empty():
    assert only().dates == ALWAYS
    assert only(effective_from=date(2026, 1, 1)).dates == "2026年1月1日起"
    assert only(effective_from=date(2026, 1, 1), effective_to=date(2026, 12, 31)).dates == "2026年1月1日至2026年12月31日"


def test_a_card_ends_on_the_eve_of_its_replacement():
    library = make_library(make_entry(id="old"), make_entry(id="new", supersedes=("old",), effective_from=date(2026, 12, 1)))
    (card,) = make_cards(library, HERE)
    assert (card.last_day, card.dates, card.ending) == (date(2026, 11, 30), "2026年11月30日止", True)


def test_a_replacement_elsewhere_ends_nothing():
    library = make_library(
        make_entry(id="old"), make_entry(id="new", supersedes=("old",), effective_from=date(2026, 12, 1), scope=Scope(halls=("中泉厅",)))
    )
    assert make_cards(library, HERE)[0].last_day is None
    assert make_cards(library, Context(TODAY, hall="中泉厅"))[0].last_day == date(2026, 11, 30)


def test_scope_is_told_and_another_halls_entries_stay_out():
    library = make_library(make_entry(id="a", scope=Scope(halls=("中泉厅",), channels=("营业厅", "热线"))), make_entry(id="b"))
    assert make_cards(library, HERE)[0].scope == "中泉厅；营业厅、热线"
    assert ids(make_cards(library, Context(TODAY, hall="北京路厅"))) == ["b"]


def test_topics_come_in_the_order_asked_for_and_numbers_count():
    library = make_library(
        make_entry(id="plan-129", topic="套餐"),
        make_entry(id="plan-39", topic="套餐"),
        make_entry(id="x", topic="回访"),
        make_entry(id="y", topic="宽带"),
    )
    assert ids(make_cards(library, HERE, ("套餐", "回访"))) == ["plan-39", "plan-129", "x"]
    assert ids(make_cards(library, HERE)) == ["x", "y", "plan-39", "plan-129"]


def test_a_kind_can_be_asked_for():
    library = make_library(make_entry(id="a"), make_entry(id="b", kind=Kind.BASIC))
    assert ids(make_cards(library, HERE, kind=Kind.BASIC)) == ["b"]


def test_an_unknown_topic_is_refused_with_those_there_are():
    with pytest.raises(NotFoundError, match="未分类") as caught:
        make_cards(make_library(make_entry()), HERE, ("宽带",))
    assert caught.value.code == "topic-missing"


def test_nothing_in_force_is_an_error_not_an_empty_document():
    with pytest.raises(NotFoundError) as caught:
        make_cards(make_library(make_entry(effective_to=date(2020, 1, 1))), HERE)
    assert caught.value.code == "cards-none"


def test_shortening_ends_with_a_sentence():
    assert shorten("第一句话。“第二句！”第三句很长很长", 11) == "第一句话。“第二句！”"
    assert shorten("短。", 10) == "短。"
    assert shorten("一句说不完的话没有句号", 4) == "一句说不完的话没有句号"


def test_a_brief_card_keeps_must_and_never_whole():
    long = "这是一句。" * 30
    card = brief(only(body=f"> {long}", must_say=(long,), never_say=(NeverSay("保证", long),)), 12)
    assert (card.say, card.shortened) == ("这是一句。这是一句。", True)
    assert card.must_say == (long,)
    assert card.never_say[0].reason == long


def test_a_short_card_is_not_marked_as_shortened():
    assert not brief(only(body="> 好。"), 60).shortened


def test_the_body_is_read_line_by_line_without_the_sentence_to_say():
    body = (
        "> 要说的。\n\n## 要点\n一段\n接着 A\nB\n- 甲\n2. 乙\n\n| 看 | 做 |\n|---|---|\n| 丙 | 丁 |\n\n> 引文\n\n### 如果\n客户：问\n营业员：**答**\n"
    )
    assert body_lines(body) == [
        BodyLine(Style.HEADING, "要点"),
        BodyLine(Style.PARAGRAPH, "一段接着 A B"),
        BodyLine(Style.ITEM, "甲", "·"),
        BodyLine(Style.ITEM, "乙", "2."),
        BodyLine(Style.ITEM, "看 ｜ 做", "·"),
        BodyLine(Style.ITEM, "丙 ｜ 丁", "·"),
        BodyLine(Style.QUOTE, "引文"),
        BodyLine(Style.SUBHEADING, "如果"),
        BodyLine(Style.TURN, "问", "客户"),
        BodyLine(Style.TURN, "答", "营业员"),
    ]
