"""`hallwise items`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from kb.errors import QueryError
from kb.scripts.bench_report import table
from kb.scripts.options import json_option
from quiz.files.spreadsheet import Sheet, read_sheet
from quiz.statistics.itemstats import Analysis, Flag, analyse, checked, rest_scores
from quiz.statistics.optionstats import OptionStatistics, option_flags, option_statistics
from quiz.statistics.rasch import OneParameter, band, fit
from quiz.statistics.responses import Responses, read_responses

FLAGS = {
    Flag.FEW_ANSWERS: "作答太少",
    Flag.NO_VARIANCE: "得分都一样",
    Flag.MISKEY: "答案可能给错",
    Flag.TOO_EASY: "太容易",
    Flag.TOO_HARD: "太难",
    Flag.NEGATIVE_DISCRIMINATION: "区分度为负",
    Flag.LOW_DISCRIMINATION: "区分度低",
    Flag.IDLE_DISTRACTOR: "有干扰项没人选",
}
_NONE = "–"


@dataclass(frozen=True, slots=True)
class _Report:
    """Everything found out about a matrix."""

    responses: Responses
    analysis: Analysis
    options: tuple[tuple[OptionStatistics, ...], ...]
    flags: tuple[tuple[Flag, ...], ...]
    model: OneParameter | None


@click.command()
@click.argument("responses", type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), help="The right options: the same header and one row. Without it the cells are scores, 0 to 1."
)
@json_option
def items(responses: Path, key: Path | None, as_json: bool) -> None:
    """Analyse the items of any response matrix: a row a paper, a column an item.

    A column Freq counts repeated rows. An empty cell is an item that was not presented, - one that was not answered.
    """
    read = read_responses(_read(responses), str(responses), _read(key) if key else None, str(key or ""))
    report = _report(read)
    if read.left_out:
        click.echo(f"不算作题目的列：{'、'.join(read.left_out)}", err=True)
    if read.not_presented:
        click.echo(f"空着的 {read.not_presented} 格算没有出这道题，不算答错；出了没答的请填 -", err=True)
    click.echo(json.dumps(as_dict(report), ensure_ascii=False, allow_nan=False) if as_json else _text(report))


def _read(path: Path) -> Sheet:
    try:
        return read_sheet(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise QueryError("file-missing", path=path) from None
    except OSError as error:
        raise QueryError("bad-parameter", name="file", value=path, why=error.strerror or str(error)) from None


def _report(read: Responses) -> _Report:
    analysis = analyse(read.scores, read.frequencies)
    options = _options(read)
    flags = tuple(option_flags(item, own) for item, own in zip(analysis.items, options, strict=True))
    return _Report(read, analysis, options, flags, fit(read.scores, read.frequencies))


def _options(read: Responses) -> tuple[tuple[OptionStatistics, ...], ...]:
    if read.choices is None:
        return ((),) * len(read.items)
    _, weights = checked(read.scores, read.frequencies)
    kept = np.flatnonzero(np.array(read.frequencies) > 0)
    rest = rest_scores(read.scores[kept], weights)
    chosen = [read.choices[row] for row in kept]
    return tuple(
        option_statistics([row[j] for row in chosen], key, rest[:, j], weights, read.offered(j)) for j, key in enumerate(read.keys)
    )  # fmt: skip


def as_dict(report: _Report) -> dict[str, Any]:
    """What `--json` prints: null where a value is undefined."""
    paper, model, none = report.analysis.paper, report.model, [None] * len(report.responses.items)
    rows = [
        {
            "item": name,
            "facility": own.facility,
            "sd": own.sd,
            "item_rest": own.item_rest,
            "discrimination_index": own.discrimination_index,
            "discriminative_efficiency": own.discriminative_efficiency,
            "effective_weight": own.effective_weight,
            "flags": [flag.value for flag in flags],
        }
        for name, own, flags in zip(report.responses.items, report.analysis.items, report.flags, strict=True)
    ]
    one = {"a": model.a, "b": list(model.b), "log_likelihood": model.log_likelihood} if model else {"a": None, "b": none, "log_likelihood": None}
    return {"n": paper.n, "alpha": paper.alpha, "standard_error": paper.standard_error, "items": rows, "one_parameter": one}


def _text(report: _Report) -> str:
    paper, model = report.analysis.paper, report.model
    head = [
        f"答卷 {paper.n} 份，题目 {len(report.responses.items)} 道，每份平均 {paper.length:g} 道（每道满分算 1 分）",
        f"平均分 {_number(paper.mean, 3)}，中位数 {_number(paper.median, 3)}，标准差 {_number(paper.sd, 3)}",
        f"偏度 {_number(paper.skewness, 3)}，峰度 {_number(paper.kurtosis, 3)}",
        f"信度（Cronbach α）{_number(paper.alpha, 3)}，单份成绩的测量标准误 {_number(paper.standard_error, 3)}",
        f"单参数模型：a = {model.a:.4f}，对数似然 {model.log_likelihood:.3f}"
        if model
        else "单参数模型：估计不出来（各题不指向同一种能力，或既有人答对又有人答错的题不到两道）",
    ]
    return "\n\n".join(["\n".join(head), _items(report), *_option_tables(report)])


def _items(report: _Report) -> str:
    head = ("题目", "人数", "得分率", "95% 区间", "标准差", "与其余题相关", "区分度 %", "区分效率 %", "有效权重 %", "难度 b", "难度档", "提示")
    rows = []
    for j, (name, own) in enumerate(zip(report.responses.items, report.analysis.items, strict=True)):
        b = report.model.b[j] if report.model else None
        rows.append([
            name,
            own.n,
            _number(own.facility, 3),
            f"{own.facility_interval[0]:.3f}–{own.facility_interval[1]:.3f}",
            _number(own.sd, 3),
            _number(own.item_rest, 3),
            _number(own.discrimination_index, 1),
            _number(own.discriminative_efficiency, 1),
            _number(own.effective_weight, 1),
            _number(b, 2),
            band(report.model.a, b) if report.model and b is not None else _NONE,
            _said(report.flags[j]),
        ])  # fmt: skip
    return table(head, rows)


def _option_tables(report: _Report) -> list[str]:
    """The options of each item that has a flag."""
    head = ("选项", "答案", "人数", "选择率", "选它的人其余题高出", "与其余题相关", "前三分之一选", "后三分之一选", "比答案更像答案")
    found = []
    for name, flags, options in zip(report.responses.items, report.flags, report.options, strict=True):
        if not options or not flags or Flag.FEW_ANSWERS in flags:
            continue
        rows = [
            [
                o.option,
                "✓" if o.is_key else "",
                o.n,
                _number(o.share, 3),
                _number(o.mean_rest, 3),
                _number(o.correlation, 3),
                _number(o.top, 3),
                _number(o.bottom, 3),
                "是" if o.beats_key else "",
            ]
            for o in options
        ]
        found.append(f"{name}：{_said(flags)}\n{table(head, rows)}")
    return found


def _said(flags: Sequence[Flag]) -> str:
    return "、".join(FLAGS[flag] for flag in flags)


def _number(value: float | None, digits: int) -> str:
    return _NONE if value is None else f"{value:.{digits}f}"
