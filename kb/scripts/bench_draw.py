"""`hallwise bench draw`: how long parallel forms take, how alike they are, and how unlike forms picked at random are."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kb.errors import QueryError
from kb.scripts.bench_report import table
from kb.scripts.bench_search import machine
from kb.scripts.draw import read_bank
from kb.scripts.options import json_option, today
from quiz.forms.assembly import assemble
from quiz.forms.balance import Item
from quiz.forms.blueprint import Blueprint
from quiz.forms.itemfile import Columns
from quiz.forms.sampling import proportional, random_difference, synthetic_items

_SEEDS = 3
_RANDOM_FORMS = 200
Result = dict[str, Any]


@click.command()
@click.option("--bank", type=click.Path(path_type=Path, dir_okay=False), help="CSV as for `hallwise draw` [a made-up bank].")
@click.option("--synthetic", type=click.IntRange(1), default=20_000, show_default=True, help="Questions of the made-up bank.")
@click.option("--attributes", default="topic,type", show_default=True, help="Columns whose combinations are the cells, comma-separated.")
@click.option("--questions", type=click.IntRange(1, 300), default=30, show_default=True, help="Questions in a form.")
@click.option("--forms", default="2,5,10", show_default=True, help="Numbers of forms, comma-separated.")
@json_option
def draw(bank: Path | None, synthetic: int, attributes: str, questions: int, forms: str, as_json: bool) -> None:
    """Measure drawing parallel forms that hold the bank's content in proportion."""
    items = read_bank(bank, Columns()) if bank else synthetic_items(synthetic)
    names = _names(attributes, items)
    blueprint = proportional(items, names, questions)
    result = {"machine": machine(), "date": today().isoformat(), **measure_draw(items, blueprint, _counts(forms))}
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else report(result))


def _names(text: str, items: Sequence[Item]) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [name for name in names if name not in items[0].attributes]
    if unknown:
        raise QueryError("bad-parameter", name="attributes", value=", ".join(unknown), why=", ".join(items[0].attributes))
    return names


def _counts(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and int(part) > 0 for part in parts):
        raise QueryError("bad-parameter", name="forms", value=text, why="2,5,10")
    return tuple(int(part) for part in parts)


def measure_draw(items: Sequence[Item], blueprint: Blueprint, counts: Sequence[int]) -> Result:
    """Seconds (median and worst of three seeds) and worst spreads for each number of forms, and the mean difference of random forms."""
    assemble(items, blueprint, 1)  # loads the solver
    return {
        "items": len(items),
        "questions": blueprint.questions,
        "cells": len(blueprint.cells),
        "random_difference": round(random_difference(items, blueprint, _RANDOM_FORMS), 5),
        "draws": [_measured(items, blueprint, count) for count in counts],
    }


def _measured(items: Sequence[Item], blueprint: Blueprint, forms: int) -> Result:
    seconds, drawn = list[float](), []
    for seed in range(_SEEDS):
        started = time.perf_counter()
        drawn.append(assemble(items, blueprint, forms, seed))
        seconds.append(time.perf_counter() - started)
    return {
        "forms": forms,
        "seconds": round(sorted(seconds)[_SEEDS // 2], 3),
        "worst_seconds": round(max(seconds), 3),
        "expected_spread": round(max(found.balance.expected_spread for found in drawn), 6),
        "information_spread": round(max(found.balance.information_spread for found in drawn), 6),
        "overlap": max(found.balance.overlap for found in drawn),
        "met": all(not found.shortfalls for found in drawn),
        "unmet": sorted({s.text("en") for found in drawn for s in found.shortfalls}),
    }


def report(result: Result) -> str:
    """What was measured as a Markdown table."""
    head = ("forms", "s", "worst s", "worst spread of expected score, points of 100", "of information, %", "questions shared", "met")
    rows = [
        (
            row["forms"],
            row["seconds"],
            row["worst_seconds"],
            f"{row['expected_spread'] * 100:.2f}",
            f"{row['information_spread'] * 100:.2f}",
            row["overlap"],
            "yes" if row["met"] else "; ".join(row["unmet"]),
        )
        for row in result["draws"]
    ]
    about = f"{result['items']:,} questions, forms of {result['questions']} in {result['cells']} cells, median of {_SEEDS} seeds"
    chance = f"Two forms picked at random with the same counts differ by {result['random_difference'] * 100:.1f} points of expected score on average."
    return "\n\n".join([f"{result['machine']['cpu']}, {about}", table(head, rows), chance])
