import pytest

from kb.voice.privacy import HIDDEN, hide_numbers


@pytest.mark.parametrize(
    "text",
    [
        "13812345678", "138 1234 5678", "138-1234-5678", "１３８１２３４５６７８", "11010519491231002X", "110105 19491231 002X", "89860012345678901234",
        "010-12345678", "0991 7654321", "一三八一二三四五六七八", "幺三八幺二三四五六七八", "demo.user@example.com", "4001234567",
    ],
)  # fmt: skip
def test_a_number_that_names_somebody_is_hidden(text):
    assert hide_numbers(f"查一下{text}欠费") == f"查一下{HIDDEN}欠费"


@pytest.mark.parametrize(
    "text", ["59元套餐有多少流量", "59 99 129 199 哪个划算", "10086 打不通", "2026年11月22日到期", "三十九块九", "5G 30GB 100分钟", ""]
)
def test_prices_plans_and_short_numbers_stay(text):
    assert hide_numbers(text) == text


def test_hiding_twice_changes_nothing():
    once = hide_numbers("给13812345678和张三 13987654321 办")
    assert hide_numbers(once) == once
    assert "13" not in once
