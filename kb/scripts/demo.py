"""`hallwise demo`."""

from datetime import UTC, datetime

import click

from kb.config import Settings, is_loopback
from kb.db import make_ready, open_sessions
from kb.errors import ConfigError
from kb.library import load_library
from kb.scripts.options import open_database, progress_bar, today
from quiz.bank.drawable import live_questions
from quiz.demo.branch import Seeded, is_empty, seed
from quiz.people.accounts import hashed

PASSWORD = "hallwise-demo"  # noqa: S105 (of fictional people, on this machine only)


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there are people already.")
@click.option("--halls", type=click.IntRange(6, 600), default=60, show_default=True)
@click.option("--people", type=click.IntRange(60, 20_000), default=800, show_default=True)
@click.pass_obj
def demo(settings: Settings, *, if_empty: bool, halls: int, people: int) -> None:
    """Fill an empty database with a fictional branch, six months of exams and one that is open; run `hallwise publish` first."""
    if not is_loopback(settings.host):
        raise ConfigError("demo-open", host=settings.host)
    with open_database(settings) as engine, progress_bar("示例分公司", "场") as progress:
        make_ready(engine)
        sessions = open_sessions(engine)
        with sessions() as session:
            if if_empty and not is_empty(session):
                return
            session.rollback()
        library, secret = load_library(settings.content), hashed(PASSWORD)
        with sessions.begin() as session:
            questions = live_questions(session, library, today())
            made = seed(session, questions, secret, datetime.now(UTC), progress, halls, people)
    _report(made)


def _report(made: Seeded) -> None:
    click.echo(f"{made.units} units, {made.people} people, {made.exams} exams, {made.papers} papers (all fictional)")
    click.echo(f"demo logins, password {PASSWORD}:")
    for login in made.logins:
        click.echo(f"  {login.number}  {login.name}（{login.unit}） {login.role}")
