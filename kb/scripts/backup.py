"""`hallwise backup` and `hallwise restore`."""

from datetime import UTC, datetime
from pathlib import Path

import click

import quiz.fieldtables
import quiz.tables  # noqa: F401 (their tables belong to the metadata)
from kb.backup import read_manifest, restore_backup, write_backup
from kb.config import Settings
from kb.db import make_ready
from kb.scripts.options import open_database, progress_bar


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(settings: Settings, out: Path) -> None:
    """Write everything the database holds to one file, while the site goes on serving."""
    with open_database(settings) as engine, progress_bar("备份", "行") as progress:
        made = write_backup(engine, out, datetime.now(UTC), progress)
    click.echo(f"{out}: {made.total} rows in {len(made.rows)} tables, revision {made.revision}")


@click.command()
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Throw away what the database holds now.")
@click.pass_obj
def restore(settings: Settings, source: Path, *, replace: bool) -> None:
    """Put a backup into the database of the settings, SQLite or PostgreSQL; all of it or nothing."""
    read_manifest(source)
    with open_database(settings) as engine, progress_bar("恢复", "行") as progress:
        make_ready(engine)
        head = restore_backup(engine, source, progress, replace=replace)
    click.echo(f"{head.total} rows in {len(head.rows)} tables, as of {head.made_at:%Y-%m-%d %H:%M} UTC")
