"""`hallwise records`."""

import json
from collections import Counter
from pathlib import Path

import click

from kb.config import Settings
from kb.db import make_ready, reading
from kb.errors import ContentError, QueryError
from kb.scripts.options import json_option, open_database, progress_bar
from quiz.exams.recordfile import record_workbook
from quiz.exams.records import Discrepancy, Verified, verify
from quiz.statistics.period import is_month

_MOST_PRINTED = 50


@click.group()
def records() -> None:
    """The training records: proved against the log of answers, and taken out as a table."""


@records.command("verify")
@json_option
@click.pass_obj
def verify_command(settings: Settings, as_json: bool) -> None:
    """Recompute every score, pass, receipt, mark and sum from the log of answers; exits 1 when any differs."""
    with open_database(settings) as engine:
        make_ready(engine)
        with reading(engine) as session, progress_bar("核对", "份") as progress:
            found = verify(session, progress)
    click.echo(json.dumps(verified_json(found), ensure_ascii=False) if as_json else _report(found))
    if found.differences:
        raise ContentError("records-differ", count=len(found.differences))


def verified_json(found: Verified) -> dict[str, object]:
    """What was verified, as JSON."""
    return {
        "papers": found.papers,
        "retained": found.retained,
        "retention": found.retention,
        "running": found.running,
        "clicks": found.clicks,
        "marks": found.marks,
        "reviews": found.reviews,
        "audit": found.entries,
        "differences": [{"what": d.what, "where": list(d.where), "kept": d.kept, "right": d.right} for d in found.differences],
    }


def _report(found: Verified) -> str:
    lines = [
        f"papers {found.papers}, retained {found.retained} ({found.retention:.2%}), not handed in yet {found.running}",
        f"clicks {found.clicks}, marks {found.marks}, practice answers {found.reviews}, audit entries {found.entries}",
        f"differences {len(found.differences)}" + _kinds(found.differences),
    ]
    lines += [f"  {d.what} {'/'.join(map(str, d.where))}: kept {d.kept}, right {d.right}" for d in found.differences[:_MOST_PRINTED]]
    return "\n".join(lines)


def _kinds(differences: tuple[Discrepancy, ...]) -> str:
    counts = Counter(difference.what for difference in differences)
    return f" ({', '.join(f'{what} {count}' for what, count in sorted(counts.items()))})" if counts else ""


@records.command("export")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="An .xlsx file.")
@click.option("--month", default="", metavar="YYYY-MM", help="Only the exams of this month.")
@click.pass_obj
def export(settings: Settings, out: Path, month: str) -> None:
    """Write every paper with its score, employee, hall at the time and district."""
    if out.suffix != ".xlsx":
        raise QueryError("bad-parameter", name="out", value=out.name, why=".xlsx")
    if month and not is_month(month):
        raise QueryError("bad-parameter", name="month", value=month, why="YYYY-MM")
    with open_database(settings) as engine:
        make_ready(engine)
        with reading(engine) as session:
            data, count = record_workbook(session, month)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise ContentError("disk", path=out, reason=error.strerror or str(error)) from None
    click.echo(f"{count} papers", err=True)
