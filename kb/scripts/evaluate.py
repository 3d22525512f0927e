"""`hallwise evaluate`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from kb.config import Settings
from kb.errors import ContentError, QueryError
from kb.evaluation import MEASURES, Report
from kb.evaluation import evaluate as run
from kb.golden import Golden, parse_golden
from kb.scripts.options import index_option, json_option, open_searcher, progress_bar, today, with_paths
from kb.search import Searcher


def read_golden(path: Path, searcher: Searcher) -> Golden:
    """A golden set whose entries the snapshot knows. Raises ContentError naming every faulty line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        raise QueryError("file-missing", path=path) from None
    except UnicodeDecodeError as error:
        raise QueryError("bad-parameter", name="golden", value=path, why=f"UTF-8: {error.reason} @ {error.start}") from None
    golden, faults = parse_golden(text, str(path), {e.id for e in searcher.snapshot.library.entries})
    if faults:
        raise ContentError("golden-faulty", faults="\n".join(f.line_text() for f in faults))
    return golden


@click.command()
@click.option("--golden", type=click.Path(path_type=Path), required=True, help="Golden set, tab-separated.")
@click.option("--misses", is_flag=True, help="List the queries whose first hit is wrong.")
@index_option
@json_option
@click.pass_obj
def evaluate(settings: Settings, golden: Path, misses: bool, index: Path | None, as_json: bool) -> None:
    """Measure relevance on a golden set, by class, with bootstrap intervals."""
    searcher = open_searcher(with_paths(settings, index=index))
    judged = read_golden(golden, searcher)
    with progress_bar("评测 / evaluating") as progress:
        report = run(searcher, judged, today(), progress)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
        return
    _print(report)
    if misses:
        for miss in report.misses:
            click.echo(f"{miss['class']}\t{miss['query']}\t{','.join(miss['relevant'])}\t→ {','.join(miss['found'])}")


def _print(report: Report) -> None:
    click.echo(f"{'class':<14}{'n':>5}  " + "".join(f"{name:<24}" for name in MEASURES))
    for kind, row in report.classes.items():
        cells = (f"{row[name]['value']:.3f} [{row[name]['low']:.3f}, {row[name]['high']:.3f}]" for name in MEASURES)
        click.echo(f"{kind:<14}{row['n']:>5}  " + "".join(f"{cell:<24}" for cell in cells))
    click.echo(f"wrong-number@1 {report.wrong_number_at_1}, expired leaks {report.expired_leaks}")
    refused, off = report.off_topic_refused
    false, asked = report.false_refusals
    click.echo(f"off-topic refused {refused}/{off}, falsely refused {false}/{asked}")
    click.echo("latency ms " + ", ".join(f"{name} {value}" for name, value in report.latency_ms.items()))
