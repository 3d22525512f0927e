import xml.dom.minidom

import pytest

from web import plots

MONTHS = (plots.Month("9月", 0.7, 0.65, 0.75, 0.72), plots.Month("10月", 0.8, 0.75, 0.85, 0.72))
LIMITS = tuple(plots.Limits(n, (0.6, 0.9), (0.5, 0.95)) for n in range(1, 20))
WORDS = ("人数", "正确率", "全公司 77.0%", "内", "外")
DRAWN = {
    "trend": lambda narrow: plots.trend(MONTHS, "全公司", "正确率", narrow),
    "no month": lambda narrow: plots.trend((), "", "正确率", narrow),
    "one month": lambda narrow: plots.trend((plots.Month("9月", 1.0, 0.9, 1.0),), "", "正确率", narrow),
    "funnel": lambda narrow: plots.funnel((plots.Dot("中泉厅", 9, 0.4, "low"), plots.Dot("北厅", 5, 0.8)), LIMITS, 0.77, WORDS, narrow),
    "no hall": lambda narrow: plots.funnel((), LIMITS, 0.0, WORDS, narrow),
    "bars": lambda narrow: plots.bars((plots.Bar("资费", 0.5, 0.3, 0.7, 0.6, "low"), plots.Bar("话术", 1.0, 0.9, 1.0)), "正确率", "全公司", narrow),
    "no bar": lambda narrow: plots.bars((), "正确率", "全公司", narrow),
    "heat": lambda _narrow: plots.heat(
        (plots.Square("中泉厅", "资费", -0.1, "▼"), plots.Square("中泉厅", "话术", None)), ("中泉厅",), ("资费", "话术"), "差"
    ),
    "no square": lambda _narrow: plots.heat((), (), (), "差"),
}


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("name", DRAWN)
def test_every_plot_is_sound_svg_that_the_security_policy_lets_be(name, narrow):
    svg = DRAWN[name](narrow)
    xml.dom.minidom.parseString(svg)
    assert "style=" not in svg
    assert "<script" not in svg
    assert "NaN" not in svg
    assert "http" not in svg.replace("http://www.w3.org/", "")


def test_a_plot_has_exactly_the_size_that_the_page_keeps_free():
    svg = DRAWN["trend"](False)
    assert f'width="{plots.WIDE}"' in svg
    assert "80.0%" in svg
    assert "全公司" in svg


def test_a_funnel_names_its_mean():
    assert "全公司 77.0%" in DRAWN["funnel"](False)
    assert "中泉厅" in DRAWN["funnel"](True)


def test_equal_figures_are_drawn_once():
    before = plots.trend.cache_info().hits
    DRAWN["trend"](False)
    DRAWN["trend"](False)
    assert plots.trend.cache_info().hits >= before + 1


@pytest.mark.parametrize(
    ("values", "span"),
    [([0.72, 0.78], (0.7, 0.8)), ([0.0, 1.0], (0.0, 1.0)), ([], (0.0, 1.0)), ([0.7, 0.8], (0.7, 0.8)), ([0.8, 0.8], (0.7, 0.9)), ([1.0], (0.9, 1.0))],
)
def test_an_axis_ends_at_tenths(values, span):
    low, high = plots._span(values)
    assert (round(low, 3), round(high, 3)) == span


def test_the_marks_of_a_heat_map_are_shapes_and_cost_no_text():
    rows, columns, marks = ("甲厅", "乙厅"), ("资费", "话术"), iter("▼▲－＋")
    squares = tuple(plots.Square(row, column, 0.1, next(marks)) for row in rows for column in columns)
    plain = tuple(plots.Square(s.row, s.column, s.difference) for s in squares)
    marked = plots.heat(squares, rows, columns, "差")
    assert marked.count("<text") == plots.heat(plain, rows, columns, "差").count("<text")
    assert marked.count("<path") >= plots.heat(plain, rows, columns, "差").count("<path") + 4
