"""`hallwise tune`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from kb.config import Settings
from kb.rank import CONFIDENCE_FEATURES, FEATURES
from kb.scripts.evaluate import read_golden
from kb.scripts.options import index_option, json_option, open_searcher, today, with_paths


@click.command()
@click.option("--golden", type=click.Path(path_type=Path), required=True, multiple=True, help="Golden set to fit on; never the held-out one.")
@index_option
@json_option
@click.pass_obj
def tune(settings: Settings, golden: tuple[Path, ...], index: Path | None, as_json: bool) -> None:
    """Fit the ranking weights on golden sets and print them with their cross-validated measures; kb/rank.py holds those in use."""
    # Imported here: scipy's optimiser is needed by this command only.
    from kb.tune import examples, fit

    searcher = open_searcher(with_paths(settings, index=index))
    data = [example for path in golden for example in examples(searcher, read_golden(path, searcher), today())]
    result = fit(data)
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    click.echo(
        f"queries {len(data)}, five folds: hit@1 {result.hit_at_1:.3f}, refused {result.refused:.3f}, falsely refused {result.falsely_refused:.3f}"
    )
    for name, value in zip(FEATURES, result.weights.fusion, strict=True):
        click.echo(f"  {name:<18}{value:9.3f}")
    for name, value in zip(CONFIDENCE_FEATURES, result.weights.confidence, strict=True):
        click.echo(f"  confidence {name:<18}{value:9.3f}")
    click.echo(f"  confidence bias{'':<14}{result.weights.bias:9.3f}")
