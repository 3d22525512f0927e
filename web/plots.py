"""Plots drawn on the server: data in, SVG out. Equal data are drawn once; every word on them comes with the data.

Colours are Okabe & Ito's, told apart by every kind of eye, and never carry a meaning alone: shapes and words say it too.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import Any

FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
INK, MUTED, GRID = "#17202c", "#4d5968", "#e3e8ee"
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#8a94a0"
WIDE, NARROW = 540, 340
PERCENT = ".0%"
_SHAPES = {
    "▼": "triangle-down",
    "▲": "triangle-up",
    "－": "stroke",
    "＋": "M0,-1V1M-1,0H1",
}  # marks of a heat map; the last is a path
_ROW, _AROUND = 22, 96


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a picture in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Month:
    """A point of a trend with its interval; `label` stands on the axis, `other` is what it is compared with."""

    label: str
    value: float
    low: float
    high: float
    other: float | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a funnel: a hall of so many (effective) people; `outside` is low, high or empty; named halls and one's own carry their name."""

    name: str
    people: float
    value: float
    outside: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The funnel at a size: the inner pair and the outer pair of limits."""

    people: float
    usual: tuple[float, float]
    outer: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a dot plot: a value with its interval, and what it is compared with."""

    name: str
    value: float
    low: float
    high: float
    other: float | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    """A cell of a heat map: a difference from the column's mean; `mark` says it without colours; None where nothing is said."""

    row: str
    column: str
    difference: float | None
    mark: str = ""


def _chart(rows: list[dict[str, Any]]) -> Any:
    import altair as alt  # heavy, and only for drawing

    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def trend_size(narrow: bool) -> Size:  # noqa: FBT001  # one of two widths
    """The size of a trend."""
    return Size(NARROW, 240) if narrow else Size(WIDE, 260)


def funnel_size(narrow: bool) -> Size:  # noqa: FBT001  # one of two widths
    """The size of a funnel."""
    return Size(NARROW, 320) if narrow else Size(WIDE, 260)


def bars_size(lines: int, narrow: bool) -> Size:  # noqa: FBT001  # one of two widths
    """The size of a dot plot of so many lines."""
    return Size(NARROW if narrow else WIDE, 50 + _ROW * max(1, lines))


def heat_size(rows: int, columns: int) -> Size:
    """The size of a heat map; it is as wide as it has columns, and is scrolled on a small screen."""
    return Size(max(NARROW, _AROUND + 26 + 24 * max(1, columns)), 130 + 16 * max(1, rows))


def _svg(chart: Any, size: Size) -> str:
    # Imported here: a worker that never draws needs neither the grammar nor its engine.
    import vl_convert

    fitted = chart.properties(width=size.width, height=size.height, autosize={"type": "fit", "contains": "padding"}, background="white", padding=4)
    axis = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 12, "titleFontSize": 12, "labelColor": INK, "titleColor": MUTED}
    axis |= {"titleFontWeight": "normal", "gridColor": GRID, "domainColor": GREY, "tickColor": GREY}
    styled = fitted.configure(font=FONT, aria=False).configure_axis(**axis).configure_view(stroke=None)
    styled = styled.configure_text(font=FONT, fontSize=12, color=INK)
    drawn: str = vl_convert.vegalite_to_svg(styled.to_dict(validate=False))
    return drawn


def _span(values: list[float]) -> tuple[float, float]:
    """An axis from the tenth below to the tenth above, so that small changes do not look like large ones."""
    low, high = floor(10 * min(values, default=0.0) + 1e-9), ceil(10 * max(values, default=1.0) - 1e-9)
    if low == high:
        low, high = low - 1, high + 1
    return max(0.0, low / 10), min(1.0, high / 10)


@lru_cache(maxsize=128)
def trend(months: tuple[Month, ...], other: str, axis: str, narrow: bool = False) -> str:  # noqa: FBT001, FBT002
    """Accuracy month by month with its band; the last point carries its value, a dashed line is what it is compared with."""
    import altair as alt  # heavy, and only for drawing

    rows = [{"m": m.label, "v": m.value, "l": m.low, "h": m.high, "o": m.other} for m in months]
    domain = _span([x for m in months for x in (m.low, m.high, *([m.other] if m.other is not None else []))])
    order = [m.label for m in months]
    base = _chart(rows).encode(x=alt.X("m:O", sort=order, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)))
    scale = alt.Scale(domain=domain, zero=False, nice=False)
    y = alt.Y("v:Q", title=axis, scale=scale, axis=alt.Axis(format=PERCENT, tickCount=5))
    layers = [
        base.mark_area(color=BLUE, opacity=0.16).encode(y=alt.Y("l:Q", scale=scale, title=None), y2="h:Q"),
        base.mark_line(color=BLUE, strokeWidth=2.5).encode(y=y),
        base.mark_rule(color=BLUE, opacity=0.55).encode(y=alt.Y("l:Q", scale=scale, title=None), y2="h:Q"),
        base.mark_point(color=BLUE, filled=True, size=55, opacity=1).encode(y=y),
        *(layer for above in (True, False) for layer in _values(rows, order, scale, above=above)),
    ]
    compared = [row for row in rows if row["o"] is not None]
    if compared:
        line = _chart(compared).encode(x=alt.X("m:O", sort=order), y=alt.Y("o:Q", scale=scale, title=None))
        layers.append(line.mark_line(color=MUTED, strokeDash=[5, 4], strokeWidth=1.5, point={"color": MUTED, "size": 20}))
        layers.append(_end(compared[-1], order, scale, other))
    return _svg(alt.layer(*layers), trend_size(narrow))


def _values(rows: list[dict[str, Any]], order: list[str], scale: Any, *, above: bool) -> list[Any]:
    """The values beside their points, away from the line that they are compared with, on a white ground so that no line strikes them."""
    import altair as alt  # heavy, and only for drawing

    mine = [row for row in rows if (row["o"] is None or row["o"] <= row["v"]) is above]
    drawn: list[Any] = [
        _chart(mine)
        .mark_text(dy=-14 if above else 16, fontWeight="bold", **look)
        .encode(x=alt.X("m:O", sort=order), y=alt.Y("v:Q", scale=scale, title=None), text=alt.Text("v:Q", format=".1%"))
        for look in ({"color": "white", "stroke": "white", "strokeWidth": 4, "opacity": 0.85}, {"color": BLUE})
    ]
    return drawn


def _end(last: dict[str, Any], order: list[str], scale: Any, text: str) -> Any:
    """A word beside the last point of the line of comparison."""
    import altair as alt  # heavy, and only for drawing

    below = last["o"] <= last["v"]
    word = _chart([{**last, "t": text}]).mark_text(align="right", dx=10, dy=15 if below else -12, color=MUTED)
    return word.encode(x=alt.X("m:O", sort=order), y=alt.Y("o:Q", scale=scale, title=None), text="t:N")


@lru_cache(maxsize=64)
def funnel(
    dots: tuple[Dot, ...],
    limits: tuple[Limits, ...],
    mean: float,
    words: tuple[str, str, str, str, str],
    narrow: bool = False,  # noqa: FBT001, FBT002
) -> str:
    """Halls by size and accuracy within the limits of chance; `words` name the x axis, the y axis, the mean, the inner and the outer limits."""
    import altair as alt  # heavy, and only for drawing

    across, up, centre, inner, outer = words
    curves = [
        {"p": at.people, "v": value, "k": f"{kind}-{side}", "d": kind}
        for at in limits
        for kind, pair in (("usual", at.usual), ("outer", at.outer))
        for side, value in enumerate(pair)
    ]
    domain = _span([d.value for d in dots] + [x for at in limits[len(limits) // 8 :] for x in at.outer] + [mean])
    x = alt.X("p:Q", title=across, scale=alt.Scale(zero=True, nice=False), axis=alt.Axis(tickMinStep=1, grid=False))
    scale = alt.Scale(domain=domain, zero=False, nice=False)
    y = alt.Y("v:Q", title=up, scale=scale, axis=alt.Axis(format=PERCENT, tickCount=6))
    lines = _chart(curves).mark_line(clip=True, color=MUTED, strokeWidth=1.2).encode(
        x=x, y=y, detail="k:N", strokeDash=alt.StrokeDash("d:N", scale=alt.Scale(domain=["usual", "outer"], range=[[3, 3], [1, 0]]), legend=None)
    )  # fmt: skip
    middle = _chart([{"v": mean}]).mark_rule(color=MUTED).encode(y=y)
    labels = ((mean, centre, -7), (limits[-1].usual[0], inner, -7), (limits[-1].outer[0], outer, 15))
    notes = [_note({"p": limits[-1].people, "v": value, "t": text}, dy).encode(x=x, y=y, text="t:N") for value, text, dy in labels]
    return _svg(alt.layer(lines, middle, _points(dots, x, y), _names(dots, x, y), *notes), funnel_size(narrow))


def _note(row: dict[str, Any], dy: int) -> Any:
    return _chart([row]).mark_text(align="right", dy=dy, color=MUTED, fontSize=11)


def _points(dots: tuple[Dot, ...], x: Any, y: Any) -> Any:
    import altair as alt  # heavy, and only for drawing

    rows = [{"p": d.people, "v": d.value, "k": d.outside or ("own" if d.own else "in")} for d in dots]
    kinds = ["in", "own", "low", "high"]
    return _chart(rows).mark_point(filled=True, size=46, opacity=0.85).encode(
        x=x,
        y=y,
        color=alt.Color("k:N", scale=alt.Scale(domain=kinds, range=[GREY, INK, ORANGE, BLUE]), legend=None),
        shape=alt.Shape("k:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond", "triangle-down", "triangle-up"]), legend=None),
        size=alt.Size("k:N", scale=alt.Scale(domain=kinds, range=[30, 110, 110, 110]), legend=None),
    )  # fmt: skip


def _names(dots: tuple[Dot, ...], x: Any, y: Any) -> Any:

    rows = [{"p": d.people, "v": d.value, "t": d.name} for d in dots if d.outside or d.own][:12]
    return _chart(rows).mark_text(align="left", dx=9, fontWeight="bold").encode(x=x, y=y, text="t:N")


@lru_cache(maxsize=128)
def bars(lines: tuple[Bar, ...], axis: str, other: str, narrow: bool = False) -> str:  # noqa: FBT001, FBT002
    """Values with intervals in the order given; a small upright stroke is what each is compared with."""
    import altair as alt  # heavy, and only for drawing

    rows = [{"n": b.name, "v": b.value, "l": b.low, "h": b.high, "o": b.other, "k": b.mark or "in"} for b in lines]
    domain = _span([x for b in lines for x in (b.low, b.high)])
    labels = alt.Axis(labelLimit=110 if narrow else 220, ticks=False, domain=False)
    base = _chart(rows).encode(y=alt.Y("n:N", sort=[b.name for b in lines], title=None, axis=labels))
    scale = alt.Scale(domain=domain, zero=False, nice=False)
    kinds = ["in", "low", "high"]
    colour = alt.Color("k:N", scale=alt.Scale(domain=kinds, range=[MUTED, ORANGE, BLUE]), legend=None)
    x = alt.X("v:Q", title=axis, scale=scale, axis=alt.Axis(format=PERCENT, tickCount=5))
    layers = [
        base.mark_rule(strokeWidth=2).encode(x=alt.X("l:Q", scale=scale, title=None), x2="h:Q", color=colour),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=x, color=colour),
    ]
    if any(b.other is not None for b in lines):
        compared = base.transform_filter("isValid(datum.o)").mark_tick(color=INK, thickness=2, size=14)
        layers.append(compared.encode(x=alt.X("o:Q", scale=scale, title=f"┃ {other}")))
    return _svg(alt.layer(*layers), bars_size(len(lines), narrow))


@lru_cache(maxsize=32)
def heat(squares: tuple[Square, ...], rows: tuple[str, ...], columns: tuple[str, ...], legend: str) -> str:
    """Differences from the column's mean: orange below, blue above, blank where nothing is said; marks say the same without colours."""
    import altair as alt  # heavy, and only for drawing

    values = [{"r": s.row, "c": s.column, "d": s.difference, "m": s.mark} for s in squares if s.difference is not None]
    base = _chart(values).encode(
        x=alt.X("c:N", sort=list(columns), title=None, scale=alt.Scale(domain=list(columns)),
                axis=alt.Axis(labelAngle=-60, orient="top", labelLimit=110, ticks=False, domain=False)),
        y=alt.Y("r:N", sort=list(rows), title=None, scale=alt.Scale(domain=list(rows)), axis=alt.Axis(labelLimit=140, ticks=False, domain=False)),
    )  # fmt: skip
    key = alt.Legend(title=legend, orient="bottom", format="+.0%", gradientLength=220, titleFontWeight="normal", titleLimit=600)
    scale = alt.Scale(domain=[-0.2, 0, 0.2], range=[ORANGE, "#f7f7f7", BLUE], clamp=True)
    squares_ = base.mark_rect(stroke="white", strokeWidth=1).encode(color=alt.Color("d:Q", scale=scale, legend=key))
    shapes = alt.Shape("m:N", scale=alt.Scale(domain=list(_SHAPES), range=list(_SHAPES.values())), legend=None)
    marked = base.transform_filter("datum.m !== ''").mark_point(filled=False, color=INK, size=40, strokeWidth=1.4, opacity=1)
    solid = alt.condition("datum.m === '▼' || datum.m === '▲'", alt.value(INK), alt.value("transparent"))
    marks = marked.encode(shape=shapes, fill=solid)  # shapes, since each text is measured, which takes a millisecond
    return _svg(alt.layer(squares_, marks), heat_size(len(rows), len(columns)))


def as_png(svg: str) -> bytes:
    """A plot for paper: twice as fine as the screen."""
    # Imported here, as above.
    import vl_convert

    drawn: bytes = vl_convert.svg_to_png(svg, scale=2)
    return drawn
