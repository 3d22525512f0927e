from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.numerals import asked_quantities, chinese_number, normalise, quantities


def readings(text: str) -> list[dict[str, float]]:
    return [dict(q.readings) for q in quantities(normalise(text))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0), ("七", 7), ("十", 10), ("十二", 12), ("二十", 20), ("三十九", 39), ("一百零五", 105), ("一百五", 150), ("一百二十", 120), ("两千三", 2300),
        ("一千零五十", 1050), ("一千零五", 1005), ("一万五", 15000), ("两万五千", 25000), ("十万", 100000), ("万", 10000), ("百", 100), ("五九", 59),
        ("一〇〇八六", 10086), ("半", 0.5), ("59", 59), ("0.15", 0.15), ("俩", 2),
    ],
)  # fmt: skip
def test_a_numeral_has_its_value(text, value):
    assert chinese_number(text) == value


@pytest.mark.parametrize("text", ["五六十", "三五", "两三", "二三十", "七八百", "十二三", "套餐", "", "1.2.3"])
def test_a_rough_range_or_a_word_has_no_value(text):
    assert chinese_number(text) is None


def _spell(n: int) -> str:
    """The numeral of a number below 10,000, by the rules of a grammar book."""
    said, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // power % 10
        if digit:
            said += ("零" if gap and said else "") + "零一二三四五六七八九"[digit] + name
        gap = digit == 0
    return said or "零"


@given(st.integers(0, 9999))
def test_every_spelt_number_is_read_back(n):
    assert chinese_number(_spell(n)) == n


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("39元", 39), ("三十九块九", 39.9), ("39块9", 39.9), ("39块9毛", 39.9), ("三块五毛", 3.5), ("五毛钱", 0.5), ("两块钱", 2), ("一百块", 100), ("２０元", 20),
        ("0.15元/分钟", 0.15), ("39 元", 39), ("五九块", 59), ("一万五千元", 15000), ("一块钱", 1), ("39块90", 39), ("三百块二", 300.2),
    ],
)  # fmt: skip
def test_colloquial_money_is_money(text, yuan):
    assert readings(text)[0] == {"元": yuan}


@pytest.mark.parametrize(
    "text", ["八块1天", "八块一天", "八块一张", "八块 1 天", "八块3个月", "八块三个月", "八块5G", "八块1GB", "八块2次", "八块一条"]
)
def test_the_number_after_a_price_that_has_a_unit_of_its_own_is_no_tenth(text):
    assert readings(text)[0] == {"元": 8}


def test_a_price_and_what_it_buys_are_two_quantities():
    assert readings("39块9包30G，18个月") == [{"元": 39.9}, {"MB": 30 * 1024}, {"个月": 18}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30G", {"MB": 30720}), ("30GB", {"MB": 30720}), ("两个G", {"MB": 2048}), ("1T", {"MB": 1048576}), ("500MB", {"MB": 500}),
        ("1000Mbps", {"Mbps": 1000}),
        ("18个月", {"个月": 18}), ("两年", {"个月": 24}), ("半年", {"个月": 6}), ("7天", {"小时": 168}), ("24小时", {"小时": 24}), ("3个工作日", {"工作日": 3}),
        ("0.05%", {"%": 0.05}), ("150分钟", {"分钟": 150}), ("3张", {"张": 3}), ("九折", {"折": 9}), ("30gb", {"MB": 30720}),
    ],
)  # fmt: skip
def test_a_unit_is_brought_to_its_base(text, expected):
    assert readings(text) == [expected]


@pytest.mark.parametrize("text", ["500M", "500兆", "五百兆", "500m"])
def test_a_bare_m_is_a_speed_or_a_volume(text):
    [quantity] = quantities(normalise(text))
    assert quantity.equals("Mbps", 500)
    assert quantity.equals("MB", 500)
    assert not quantity.equals("MB", 300)
    assert not quantity.same_unit("元")


@pytest.mark.parametrize("text", ["4G", "5G", "5G套餐", "换5G卡", "4g网", "从4G升到5G"])
def test_a_generation_of_networks_is_no_volume(text):
    assert quantities(text) == []


@pytest.mark.parametrize("text", ["5G流量", "5G 流量", "5G的流量", "5G/月", "5个G", "5GB"])
def test_a_small_volume_is_one_when_traffic_is_spoken_of(text):
    assert readings(text) == [{"MB": 5120}]


@pytest.mark.parametrize("text", ["2026年", "2026年12月31日", "12月31日", "2026年8月"])
def test_a_date_is_no_length_of_time(text):
    assert quantities(text) == []


@pytest.mark.parametrize(
    "text", ["五六十块", "三五块", "二三十元", "十几块", "一百多块", "第3个月", "第三年", "坐一块", "abc30G", "30Gx", "元", "V2元"]
)
def test_what_is_no_exact_number_is_none(text):
    assert quantities(text) == []


def test_of_a_range_only_its_end_has_the_unit():
    assert readings("50~60元") == [{"元": 60}]
    assert readings("10到20元") == [{"元": 20}]


@pytest.mark.parametrize(("text", "yuan"), [("39档", 39), ("59套餐", 59), ("59的套餐", 59), ("99那个", 99), ("129元档", 129), ("８８这个", 88)])
def test_a_bare_price_counts_only_when_somebody_asks(text, yuan):
    assert "元" in text or quantities(normalise(text)) == []
    assert [dict(q.readings) for q in asked_quantities(text)] == [{"元": yuan}]


@pytest.mark.parametrize("text", ["一个人", "两次", "三张卡", "办两台", "九折吗"])
def test_vague_counts_are_not_asked_for(text):
    assert asked_quantities(text) == []


def test_a_quantity_knows_its_place():
    text = normalise("每月３９元，送１８个月")
    assert [text[q.start : q.end] for q in quantities(text)] == ["39元", "18个月"] == [q.text for q in quantities(text)]


def test_normalising_keeps_lines_and_drops_what_cannot_be_seen():
    assert normalise("Ａ１\u200b\x00：\n\t\ufeff𝟓") == "A1:\n\t5"


@given(st.text(alphabet="0123456789.一二三十百千万半元块毛G兆个月年天%第 套餐", max_size=30))
def test_quantities_stand_in_the_text_in_order_without_overlap(text):
    found = quantities(normalise(text))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(q.readings and all(v >= 0 for _, v in q.readings) for q in found)
    assert all(q.text == normalise(text)[q.start : q.end] for q in found)
