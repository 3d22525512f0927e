import numpy as np
import pytest

from kb.entry import Kind
from kb.numbers import NumberMatch, NumberTable
from kb.numerals import asked_quantities
from tests.builders import TODAY, make_entry, make_library

PLAN = make_entry(id="a-plan", title="畅享套餐 59 元档", kind=Kind.TARIFF, facts={"fee": "59 元/月", "data": "20 GB/月", "start": "2026-01-01"})
OTHER = make_entry(id="b-other", title="轻享套餐", kind=Kind.TARIFF, facts={"fee": "39 元/月"})
SCRIPT = make_entry(id="c-script", title="降档", body="> 换 {{ a-plan.fee }}", must_say=("含 {{ a-plan.data }}",), facts={"gift": "3 元"})
TABLE = NumberTable(make_library(PLAN, OTHER, SCRIPT))
EVERY = np.arange(3)


def shares(query: str) -> list[list[float]]:
    return TABLE.features(asked_quantities(query), EVERY, TODAY).tolist()


def test_a_number_is_looked_for_in_the_title_and_among_own_facts():
    assert shares("五十九块的") == [[1, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert shares("20G流量") == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_only_a_tariff_contradicts_a_number():
    assert [row[2] for row in shares("99元")] == [1, 1, 0]


def test_a_number_of_another_unit_contradicts_nothing():
    assert shares("18个月") == [[0, 0, 0]] * 3


def test_several_numbers_share_the_weight():
    assert shares("39元20G") == [[0, 0.5, 0.5], [0, 0.5, 0], [0, 0, 0]]


def test_without_numbers_or_candidates_there_is_nothing_to_say():
    assert TABLE.features([], EVERY, TODAY).tolist() == [[0, 0, 0]] * 3
    assert TABLE.features(asked_quantities("59元"), np.array([], np.int64), TODAY).shape == (0, 3)


@pytest.mark.parametrize(
    ("query", "position", "match"),
    [
        ("59元", 0, NumberMatch(carried=("59元",))), ("39元", 0, NumberMatch(others=("fee59元/月",))), ("59元", 2, NumberMatch(carried=("59元",))),
        ("59元30G", 0, NumberMatch(carried=("59元",), others=("data20GB/月",))), ("18个月", 0, NumberMatch()), ("8元", 2, NumberMatch(others=("gift3元",))),
        ("59元或59元", 0, NumberMatch(carried=("59元",))),
    ],
)  # fmt: skip
def test_a_hit_says_which_numbers_it_carries_and_which_it_has_instead(query, position, match):
    assert TABLE.match(asked_quantities(query), position, TODAY) == match


def test_a_reference_is_followed_to_the_version_of_the_day():
    old = make_entry(id="p", kind=Kind.TARIFF, effective_to=TODAY, facts={"fee": "59 元"})
    new = make_entry(id="p", kind=Kind.TARIFF, version=2, effective_from=TODAY.replace(day=23), facts={"fee": "69 元"})
    table = NumberTable(make_library(old, new, make_entry(id="s", body="{{ p.fee }}")))
    asked = asked_quantities("69元")
    assert [table.match(asked, 2, TODAY.replace(day=d)).carried for d in (22, 23)] == [(), ("69元",)]
