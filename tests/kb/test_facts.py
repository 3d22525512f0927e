from datetime import date

import pytest

from kb.facts import LABELS, TYPES, chinese_date, parse_fact
from kb.numerals import quantities


@pytest.mark.parametrize(
    ("written", "kind", "shown", "amount", "unit"),
    [
        ("59 元/月", "money", "59元/月", 59, "元"), ("0.15元/分钟", "money", "0.15元/分钟", 0.15, "元"), ("200 元", "money", "200元", 200, "元"),
        ("20 GB/月", "data", "20GB/月", 20480, "MB"), ("500 mb", "data", "500MB", 500, "MB"), ("1 TB", "data", "1TB", 1048576, "MB"),
        ("150 分钟/月", "minutes", "150分钟/月", 150, "分钟"), ("24 个月", "months", "24个月", 24, "个月"), ("2 年", "months", "2年", 24, "个月"),
        ("7 天", "days", "7天", 168, "小时"), ("3 个工作日", "days", "3个工作日", 3, "工作日"), ("24 小时", "days", "24小时", 24, "小时"),
        ("1000 Mbps", "speed", "1000Mbps", 1000, "Mbps"), ("0.05 %", "percent", "0.05%", 0.05, "%"), ("100 条/月", "count", "100条/月", 100, "条"),
        ("500 分", "count", "500分", 500, "分"), ("8.5 折", "count", "8.5折", 8.5, "折"),
    ],
)  # fmt: skip
def test_a_value_with_a_unit_is_typed_by_it(written, kind, shown, amount, unit):
    fact = parse_fact("x", written)
    assert (fact.type, fact.value, fact.amount, fact.unit) == (kind, shown, amount, unit)


@pytest.mark.parametrize("written", ["长期有效", "5G", "59", "59 元整", "约 59 元", "59 元/周", "2026-12", "-5 元"])
def test_anything_else_is_a_text_as_written(written):
    fact = parse_fact("x", written)
    assert (fact.type, fact.value, fact.amount, fact.day) == ("text", written, None, None)


def test_a_date_is_shown_in_chinese_and_kept_as_a_day():
    fact = parse_fact("start", "2026-01-05")
    assert (fact.type, fact.value, fact.day, fact.label) == ("date", "2026年1月5日", date(2026, 1, 5), "受理开始")


def test_a_day_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="fact-value"):
        parse_fact("start", "2026-02-30")


def test_a_given_type_is_held_to():
    assert parse_fact("x", "5 GB", kind="text").amount is None
    assert parse_fact("x", "5 GB", kind="data").amount == 5120
    with pytest.raises(ValueError, match="fact-value"):
        parse_fact("x", "5 GB", kind="money")
    with pytest.raises(ValueError, match="fact-type"):
        parse_fact("x", "5 GB", kind="volume")


@pytest.mark.parametrize("kind", ["", *TYPES])
def test_an_empty_value_is_refused_whatever_its_type(kind):
    with pytest.raises(ValueError, match="fact-value"):
        parse_fact("x", "  ", kind=kind)


def test_the_facts_every_tariff_carries_are_labelled_without_saying():
    assert {name: parse_fact(name, "x").label for name in LABELS} == LABELS
    assert parse_fact("fee", "1 元").label == "fee"


@pytest.mark.parametrize(
    ("written", "said", "same"),
    [
        ("59 元/月", "五十九块", True), ("59 元/月", "58元", False), ("1 GB", "1024MB", True), ("2 年", "24个月", True), ("1 天", "24小时", True),
        ("3 个工作日", "3天", False), ("300 Mbps", "300M", True), ("300 MB", "300兆", True), ("300 Mbps", "300GB", False), ("2026-01-01", "1天", False),
    ],
)  # fmt: skip
def test_a_fact_knows_when_a_quantity_is_its_value(written, said, same):
    [quantity] = quantities(said)
    assert parse_fact("x", written).says(quantity) is same


def test_a_chinese_date_has_no_leading_zeros():
    assert chinese_date(date(2026, 1, 2)) == "2026年1月2日"
