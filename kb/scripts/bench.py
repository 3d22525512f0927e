"""`hallwise bench`: the measurements behind docs/benchmarks.md."""

import click

from kb.scripts.bench_compare import compare
from kb.scripts.bench_draw import draw
from kb.scripts.bench_exam import exam
from kb.scripts.bench_reports import reports
from kb.scripts.bench_search import search


@click.group()
def bench() -> None:
    """Measure speed and memory on this machine, and how often comparisons are wrong."""


bench.add_command(search)
bench.add_command(draw)
bench.add_command(exam)
bench.add_command(compare)
bench.add_command(reports)
