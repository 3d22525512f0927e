"""`hallwise bench`: the measurements behind docs/benchmarks.md."""

import click

from kb.scripts.bench_search import search


@click.group()
def bench() -> None:
    """Measure speed and memory on this machine."""


bench.add_command(search)
