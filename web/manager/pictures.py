"""The plots, each at an address of its own: drawn only when it is looked at, kept by the browser as long as the figures stay the same."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, request, url_for
from sqlalchemy.orm import Session

from kb.db import reading
from kb.errors import NotFoundError
from quiz.reports.overview import trend
from quiz.reports.topics import Cell, matrix, topics
from quiz.reports.units import board
from quiz.statistics.clustered import limits_of
from web import plots
from web.clock import now
from web.figures import percent
from web.i18n import gettext
from web.manager.asked import Asked, Scope, asked, scope
from web.times import short_month
from web.wiring import services

MOST_ROWS = 60  # of a heat map
_MARKS = {"low": "▼", "high": "▲"}
_STEPS = 48
_NOTABLE = 0.05
_WIDTH, _HEIGHT = (re.compile(rf'<svg [^>]*\b{side}="([\d.]+)"') for side in ("width", "height"))


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a plot is, wide and narrow, and how large it will be."""

    wide: str
    narrow: str
    size: plots.Size
    small: plots.Size


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the plots."""
    blueprint.add_url_rule("/manager/plots/<name>", view_func=plot)


def picture(name: str, wanted: Asked, lines: int = 0, columns: int = 0) -> Picture:
    """A plot of these figures; `lines` and `columns` are what it shows, where that decides its size."""
    sizes = {
        "trend": (plots.trend_size(False), plots.trend_size(True)),
        "funnel": (plots.funnel_size(False), plots.funnel_size(True)),
        "topics": (plots.bars_size(lines, False), plots.bars_size(lines, True)),
        "heat": (plots.heat_size(lines, columns),) * 2,
    }
    address = wanted.address()
    return Picture(url_for("manager.plot", name=name, **address), url_for("manager.plot", name=name, narrow=1, **address), *sizes[name])


Drawn = Callable[[str], tuple[str, plots.Size]]


def drawing(db: Session, wanted: Asked, mine: Scope) -> Drawn:
    """Draws a plot of these figures by its name, for paper: its SVG and its size."""

    def drawn(name: str) -> tuple[str, plots.Size]:
        svg = _DRAWN[name](db, wanted, mine, False)
        width, height = (round(float(found[1])) for side in (_WIDTH, _HEIGHT) if (found := side.search(svg)))
        return svg, plots.Size(width, height)

    return drawn


def undrawn(name: str) -> tuple[str, plots.Size]:  # noqa: ARG001  # the shape of `Drawn`
    """Draws nothing: a workbook holds the numbers."""
    return "", plots.Size(0, 0)


def plot(name: str) -> Response:
    """A plot as SVG."""
    drawn = _DRAWN.get(name)
    if drawn is None:
        raise NotFoundError("report-plot")
    with reading(services().engine) as db:
        wanted = asked(db)
        svg = drawn(db, wanted, scope(db, wanted.unit), request.args.get("narrow") == "1")
    response = make_response(svg)
    response.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
    response.add_etag()
    response.make_conditional(request)
    return response


def _trend(db: Session, wanted: Asked, mine: Scope, narrow: bool) -> str:  # noqa: FBT001  # one of two widths
    points = trend(db, wanted.period, mine.units, mine.seen)
    many = len({point.month[:4] for point in points}) > 1
    months = tuple(
        plots.Month(point.month[2:] if many else short_month(point.month), a.estimate, a.low, a.high, point.branch)
        for point in points
        if (a := point.accuracy)
    )
    return plots.trend(months, gettext("全公司"), gettext("正确率"), narrow)


def _funnel(db: Session, wanted: Asked, mine: Scope, narrow: bool) -> str:  # noqa: FBT001  # one of two widths
    found = board(db, wanted.period, mine.units, mine.seen, now())
    known = [(line, line.accuracy) for line in found.halls if line.accuracy]
    dots = tuple(plots.Dot(line.unit.name, round(a.effective_persons, 2), round(a.estimate, 4), line.outside) for line, a in known)
    most = max((dot.people for dot in dots), default=10.0) * 1.25
    mean, spread = found.comparison.mean or 0.0, found.comparison.dispersion
    sizes = [1 + (most - 1) * step / _STEPS for step in range(_STEPS + 1)]
    limits = tuple(plots.Limits(n, limits_of(mean, spread, n, 0.95), limits_of(mean, spread, n)) for n in sizes)
    words = (
        gettext("参加人数"),
        gettext("正确率"),
        gettext("全公司 %(value)s", value=percent(mean)),
        gettext("20 次有 19 次在此内"),
        gettext("500 次有 499 次在此内"),
    )
    return plots.funnel(dots, limits, mean, words, narrow)


def _topics(db: Session, wanted: Asked, mine: Scope, narrow: bool) -> str:  # noqa: FBT001  # one of two widths
    found = topics(db, wanted.period, mine.seen, mine.units)
    lines = tuple(
        plots.Bar(line.topic or gettext("未分类"), a.estimate, a.low, a.high, line.branch, line.outside)
        for line in sorted(found.lines, key=lambda line: line.shrunk)
        if (a := line.accuracy)
    )
    return plots.bars(lines, gettext("正确率"), gettext("全公司"), narrow)


def heat_halls(db: Session, wanted: Asked, mine: Scope) -> list[tuple[int, str]]:
    """(hall, name) of the rows of a heat map: those who answered, the weakest first, sixty at most."""
    halls = board(db, wanted.period, mine.units, mine.seen, now()).halls
    known = sorted((line for line in halls if line.shrunk is not None), key=lambda line: (line.shrunk or 0.0, line.unit.code))
    return [(line.unit.id, line.unit.name) for line in known[:MOST_ROWS]]


def _heat(db: Session, wanted: Asked, mine: Scope, narrow: bool) -> str:  # noqa: ARG001, FBT001  # it has one width
    halls = dict(heat_halls(db, wanted, mine))
    found = matrix(db, wanted.period, list(halls))
    named = {topic: topic or gettext("未分类") for topic in found.topics}
    squares = tuple(
        plots.Square(halls[hall], named[topic], None if cell.few else round(cell.difference, 3), _mark(cell))
        for (hall, topic), cell in sorted(found.cells.items())
    )
    return plots.heat(
        squares,
        tuple(halls.values()),
        tuple(named.values()),
        gettext("与全公司该类平均的差（已按人数收缩）；－ 低 5 个百分点以上，＋ 高 5 个百分点以上"),
    )


def _mark(cell: Cell) -> str:
    """What is read without colours: ▼ ▲ where chance is no explanation, － ＋ where the difference is notable."""
    return _MARKS.get(cell.outside) or ("－" if cell.difference <= -_NOTABLE else "＋" if cell.difference >= _NOTABLE else "")


_DRAWN: Mapping[str, Callable[[Session, Asked, Scope, bool], str]] = {"trend": _trend, "funnel": _funnel, "topics": _topics, "heat": _heat}
