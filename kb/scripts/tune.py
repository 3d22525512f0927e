"""`hallwise tune`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from kb.config import Settings
from kb.embed import load_embedder
from kb.rank import CONFIDENCE_FEATURES, FEATURES
from kb.scripts.evaluate import read_golden
from kb.scripts.index import checked_library
from kb.scripts.options import index_option, json_option, open_searcher, progress_bar, today, with_paths


@click.command()
@click.option("--golden", type=click.Path(path_type=Path), required=True, multiple=True, help="Golden set to fit on; never the held-out one.")
@index_option
@json_option
@click.pass_obj
def tune(settings: Settings, golden: tuple[Path, ...], index: Path | None, as_json: bool) -> None:
    """Fit the ranking weights and print them with their cross-validated measures; kb/rank.py holds those in use.

    The ranking is fitted on the golden sets; the confidence also on every ask and off-topic line, each put to an index without it.
    """
    # Imported here: scipy's optimiser is needed by this command only.
    from kb.heldout import held_out
    from kb.tune import examples, fit

    settings = with_paths(settings, index=index)
    searcher = open_searcher(settings)
    data = [example for path in golden for example in examples(searcher, read_golden(path, searcher), today())]
    library, synonyms = checked_library(settings)
    with progress_bar("试答", "组") as progress:
        more = list(held_out(library, synonyms, settings.index, load_embedder(settings.model), today(), progress))
    result = fit(data, more=more)
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
