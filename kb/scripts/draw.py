"""`hallwise draw`."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kb.calendar import SHANGHAI
from kb.errors import ContentError, QueryError
from kb.faults import Fault
from kb.scripts.bench_report import table
from kb.scripts.options import json_option
from quiz.forms.assembly import Assembly, assemble
from quiz.forms.balance import Item
from quiz.forms.blueprint import Blueprint
from quiz.forms.blueprintfile import MOST_FORMS, from_yaml
from quiz.forms.itemfile import Columns, month_number, read_items

MOST_BYTES = 50_000_000
_MOST_FAULTS = 20
_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--bank", type=_file, required=True, help="CSV with a head: an id, the share correct, and any other columns as attributes.")
@click.option("--blueprint", "plan", type=_file, required=True, help="What each form holds, as YAML or JSON; see docs/blueprint.md.")
@click.option("--forms", type=click.IntRange(1, MOST_FORMS), help="Number of parallel forms [what the blueprint says].")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws other forms; the same seed the same forms.")
@click.option("--month", metavar="YYYY-MM", help="Month of the exam, for not_used_for_months [this month in Shanghai].")
@click.option("--id-column", default="", help="Column of the ids [id].")
@click.option("--p-column", default="", help="Column of the share correct, 0 to 1 [p or PVALUE].")
@json_option
def draw(bank: Path, plan: Path, forms: int | None, seed: int, month: str | None, id_column: str, p_column: str, as_json: bool) -> None:
    """Draw parallel forms from any bank after a blueprint; exits 1 when a demand of the blueprint is not met."""
    started = time.perf_counter()
    blueprint, faults = from_yaml(_text(plan), str(plan))
    if blueprint is None:
        raise _refused(plan, faults)
    items = read_bank(bank, Columns(id_column, p_column))
    assembly = assemble(items, blueprint, forms, seed, _month(month))
    seconds = round(time.perf_counter() - started, 3)
    if as_json:
        click.echo(json.dumps(_json(assembly, blueprint, seed, seconds), ensure_ascii=False))
    elif assembly.forms:
        click.echo(_report(assembly, blueprint, seconds))
    if assembly.shortfalls:
        for shortfall in assembly.shortfalls:
            click.echo(f"{shortfall.code}: {shortfall.text(_language())}", err=True)
        raise ContentError("draw-unmet", count=len(assembly.shortfalls))


def read_bank(path: Path, columns: Columns) -> list[Item]:
    """The items of a CSV file. Prints the faults and raises ContentError when it has any."""
    items, faults = read_items(_text(path), str(path), columns)
    if faults:
        raise _refused(path, faults)
    return items


def _refused(path: Path, faults: list[Fault]) -> ContentError:
    for found in faults[:_MOST_FAULTS]:
        click.echo(found.line_text(_language()), err=True)
    return ContentError("bank-faulty", path=path, count=len(faults))


def _language() -> str:
    settings = click.get_current_context().obj
    return str(settings.lang) if settings else "zh"


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise QueryError("file-missing", path=path) from None
    except OSError as error:
        raise ContentError("unreadable", reason=f"{path}: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise ContentError("bank-large", path=path, limit=MOST_BYTES // 1_000_000)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError("bank-encoding", path=path) from None


def _month(text: str | None) -> int:
    if text is None:
        now = datetime.now(SHANGHAI)
        return now.year * 12 + now.month
    found = month_number(text)
    if found is None:
        raise QueryError("bad-parameter", name="month", value=text, why="YYYY-MM")
    return found


def _json(assembly: Assembly, blueprint: Blueprint, seed: int, seconds: float) -> dict[str, Any]:
    balance = assembly.balance
    return {
        "title": blueprint.title,
        "seed": seed,
        "seconds": seconds,
        "forms": [
            {
                "number": number,
                "items": [{"id": p.item.id, "cell": blueprint.cells[p.cell].name, "points": p.points} for p in form],
                "questions": row.questions,
                "points": row.points,
                "expected": round(row.expected, 6),
                "information": round(row.information, 6),
                "cells": dict(zip((cell.name for cell in blueprint.cells), row.cells, strict=True)),
                "content": {name: dict(held) for name, held in row.content.items()},
            }
            for number, (form, row) in enumerate(zip(assembly.forms, balance.forms, strict=True), 1)
        ],
        "balance": {
            "expected_spread": round(balance.expected_spread, 6),
            "information_spread": round(balance.information_spread, 6),
            "overlap": balance.overlap,
        },
        "shortfalls": [{"code": s.code, "by": s.by, "text": s.text(_language())} for s in assembly.shortfalls],
    }


def _report(assembly: Assembly, blueprint: Blueprint, seconds: float) -> str:
    balance = assembly.balance
    head = ("form", "questions", "points", "expected %", "information", *(cell.name for cell in blueprint.cells))
    rows = [
        (number, row.questions, f"{row.points:g}", f"{row.expected * 100:.2f}", f"{row.information:.3f}", *row.cells)
        for number, row in enumerate(balance.forms, 1)
    ]
    spread = f"spread: expected {balance.expected_spread * 100:.2f} points of a hundred, information {balance.information_spread * 100:.2f} %"
    ids = [f"form {number}: {' '.join(p.item.id for p in form)}" for number, form in enumerate(assembly.forms, 1)]
    return "\n".join([table(head, rows), "", *ids, "", f"{spread}; overlap {balance.overlap}; {seconds:.2f} s"])
