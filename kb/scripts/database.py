"""`hallwise db`."""

import click

from kb.config import Settings
from kb.db import check_revision, revisions, upgrade
from kb.scripts.options import open_database


@click.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
@click.pass_obj
def upgrade_command(settings: Settings) -> None:
    """Create the tables or bring them to the newest revision."""
    with open_database(settings) as engine:
        before, _ = revisions(engine)
        upgrade(engine)
        click.echo(f"{before} → {revisions(engine)[0]}")


@db.command("check")
@click.pass_obj
def check_command(settings: Settings) -> None:
    """Exit 1 when the tables are not at the revision that the program needs."""
    with open_database(settings) as engine:
        check_revision(engine)
        click.echo(revisions(engine)[0])
