"""`hallwise bench`: the measurements behind docs/benchmarks.md."""

import click

from kb.scripts.lazy import LazyGroup

COMMANDS = ("bench_compare:compare", "bench_draw:draw", "bench_exam:exam", "bench_reports:reports", "bench_search:search")


@click.group(cls=LazyGroup, places=COMMANDS)
def bench() -> None:
    """Measure speed and memory on this machine, and how often comparisons are wrong."""
