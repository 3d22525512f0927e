"""The tables as Excel files, with the filters of their pages."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response

from kb.calendar import day_of
from kb.db import reading
from kb.errors import NotFoundError
from web.clock import now
from web.documents import file_of
from web.i18n import gettext
from web.insight import voice
from web.insight.flagwords import sentences
from web.insight.items import SHOWN, asked_exam, asked_show
from web.insight.reviews import asked_reviews
from web.insight.surroundings import current_gaps, days, titles
from web.insight.usage import asked_lines, asked_remarks
from web.insight.words import DUTIES, FLAGS
from web.labels import KINDS, REASONS, TYPES
from web.times import shown_date, shown_moment
from web.wiring import services

Cell = str | int | float | None
Table = tuple[str, Sequence[str], Sequence[Sequence[Cell]]]


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the files."""
    blueprint.add_url_rule("/insight/export/<name>.<any(xlsx, pdf):ending>", view_func=export)
    blueprint.add_url_rule("/insight/voice.<any(xlsx, pdf):ending>", view_func=export_voice)


def export(name: str, ending: str) -> Response:
    """A table as a file. Raises NotFoundError for a table that is none."""
    make = _TABLES.get(name)
    if make is None:
        raise NotFoundError("report-table")
    return _file(*make(), ending)


def export_voice(ending: str) -> Response:
    """The customers' voice, which managers may have too."""
    found, _ = voice.heard()
    header = (gettext("分类"), *voice.week_names(found), gettext("预计"), gettext("人数"), gettext("提示"))
    rows: list[tuple[Cell, ...]] = [
        (t.topic or gettext("没有口径"), *t.weeks, round(t.rise.expected, 1), t.people, gettext("突然增多") if t.rise.rises else "")
        for t in found.topics
    ]
    return _file(gettext("客户声音"), header, rows, ending)


def _file(title: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], ending: str) -> Response:
    return file_of(title, gettext("%(moment)s的数据", moment=shown_moment(now())), header, rows, day_of(now()), ending)


def _rounded(value: float | None, factor: float = 1.0, digits: int = 1) -> float | None:
    return None if value is None else round(value * factor, digits)


def _items() -> Table:
    show = asked_show()
    with reading(services().engine) as db:
        _, report = asked_exam(db)
    header = (
        gettext("题号"), gettext("题目"), gettext("题型"), gettext("分类"), gettext("作答"), gettext("得分率"), gettext("区间下限"),
        gettext("区间上限"), gettext("区分度"), gettext("难度值"), gettext("难度"), gettext("出题时难度"), gettext("提示"), gettext("说明"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            one.question.id, one.question.stem, str(TYPES[one.question.type.value]), one.topic, one.statistics.n,
            _rounded(one.statistics.facility, 100), *(_rounded(bound, 100) for bound in one.statistics.facility_interval),
            _rounded(one.statistics.item_rest, 1, 3),
            _rounded(one.difficulty, 1, 2), one.band, one.guess, gettext("、").join(str(FLAGS[flag.value]) for flag in one.flags),
            "\n".join(sentences(one)),
        )
        for one in (report.items if report else ())
        if SHOWN[show](one)
    ]  # fmt: skip
    return gettext("题目分析") + (f"-{report.title}" if report else ""), header, rows


def _gaps() -> Table:
    header = (
        gettext("说法"), gettext("搜索次数"), gettext("没找到"), gettext("找到没用上"), gettext("人数"), gettext("厅数"), gettext("最近一次"),
        gettext("最接近的条目"), gettext("各种说法"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            gap.phrasing, gap.searches, gap.empty, gap.abandoned, gap.people, gap.halls, shown_moment(gap.last),
            gap.nearest.title if gap.nearest else "", "\n".join(f"{text} × {n}" for text, n in gap.phrasings),
        )
        for gap in current_gaps(days())
    ]  # fmt: skip
    return gettext("知识缺口"), header, rows


def _usage() -> Table:
    lines, *_ = asked_lines()
    reasons = {name: gettext("没用：%(why)s", why=str(said)) for name, said in REASONS.items()}
    header = (
        gettext("编号"), gettext("条目"), gettext("种类"), gettext("分类"), gettext("首条命中"), gettext("打开"), gettext("复制"), gettext("有用"),
        gettext("没用"), *reasons.values(), gettext("最近一次使用"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            entry.id, entry.title, str(KINDS[entry.kind.value]), entry.topic, use.found, use.opened, use.copied, use.up, use.down,
            *(use.reasons.get(name, 0) for name in reasons), shown_moment(use.last) if use.last else "",
        )
        for entry, use in lines
    ]  # fmt: skip
    return gettext("条目使用"), header, rows


def _feedback() -> Table:
    found, *_ = asked_remarks()
    names = titles()
    header = (gettext("条目"), gettext("反馈"), gettext("留言"), gettext("营业厅"), gettext("时间"))
    rows: list[tuple[Cell, ...]] = [
        (
            names.get(one.entry_id, one.entry_id), gettext("有用") if one.useful else str(REASONS.get(one.reason, gettext("没用"))), one.comment,
            one.hall, shown_moment(one.at),
        )
        for one in found
    ]  # fmt: skip
    return gettext("员工反馈"), header, rows


def _reviews() -> Table:
    _, lines, *_ = asked_reviews()
    header = (gettext("编号"), gettext("条目"), gettext("分类"), gettext("负责人"), gettext("上次复核"), gettext("应复核"), gettext("状态"))
    rows: list[tuple[Cell, ...]] = [
        (
            line.entry.id, line.entry.title, line.entry.topic, line.entry.owner, shown_date(line.entry.reviewed_on) if line.entry.reviewed_on else "",
            shown_date(line.entry.review_due) if line.entry.review_due else "", str(DUTIES[line.duty.value]),
        )
        for line in lines
    ]  # fmt: skip
    return gettext("复核清单"), header, rows


_TABLES: dict[str, Callable[[], Table]] = {"items": _items, "gaps": _gaps, "usage": _usage, "feedback": _feedback, "reviews": _reviews}
