"""`hallwise demo`."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from kb.config import Settings, is_loopback
from kb.db import Sessions, make_ready, open_sessions, reading
from kb.errors import ConfigError
from kb.library import load_library
from kb.scripts.options import open_database, progress_bar, say, today
from quiz.bank.drawable import live_questions
from quiz.demo.branch import Login, is_empty, logins, seed
from quiz.people.accounts import credentials, hashed, matches
from quiz.people.roles import Role
from quiz.people.rostercolumns import ROLE_NAMES

PASSWORD = "hallwise-demo"  # noqa: S105 (of fictional people, on this machine only)


@click.command()
@click.option("--if-empty", is_flag=True, help="Where there are people already, only name the demo logins that still work.")
@click.option("--halls", type=click.IntRange(6, 600), default=60, show_default=True)
@click.option("--people", type=click.IntRange(60, 20_000), default=800, show_default=True)
@click.pass_obj
def demo(settings: Settings, *, if_empty: bool, halls: int, people: int) -> None:
    """Fill an empty database with a fictional branch, six months of exams and one that is open; run `hallwise publish` first."""
    if not is_loopback(settings.host):
        raise ConfigError("demo-open", host=settings.host)
    with open_database(settings) as engine:
        make_ready(engine)
        sessions = open_sessions(engine)
        with reading(engine) as session:
            empty = is_empty(session)
        if empty or not if_empty:
            _fill(settings, sessions, halls, people)
        with reading(engine) as session:
            _name_logins(settings, session)


def _fill(settings: Settings, sessions: Sessions, halls: int, people: int) -> None:
    say(settings, "demo-steps")
    library, secret = load_library(settings.content), hashed(PASSWORD)
    with progress_bar("示例分公司", "场") as progress, sessions.begin() as session:
        made = seed(session, live_questions(session, library, today()), secret, datetime.now(UTC), progress, halls, people)
    say(settings, "demo-made", units=made.units, people=made.people, exams=made.exams, papers=made.papers)


def open_logins(session: Session) -> list[Login]:
    """Those of the demo's logins that still have its public password, one of each role."""
    return [login for login in logins(session) if matches(credentials(session, login.number), PASSWORD)]


def _name_logins(settings: Settings, session: Session) -> None:
    works = open_logins(session)
    if works:
        say(settings, "demo-logins", password=PASSWORD)
    for login in works:
        role = ROLE_NAMES[Role(login.role)] if settings.lang == "zh" else login.role.replace("_", " ")
        click.echo(f"  {login.number}  {role}  {login.name}（{login.unit}）")
