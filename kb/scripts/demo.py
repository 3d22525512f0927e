"""`hallwise demo`."""

from datetime import UTC, datetime, timedelta

import click
from sqlalchemy.orm import Session

from kb.calendar import SHANGHAI, day_of
from kb.config import Settings, is_loopback
from kb.db import Sessions, make_ready, open_sessions, reading
from kb.errors import ConfigError
from kb.library import Library, load_library
from kb.querylog import Asker
from kb.scripts.options import open_database, progress_bar, say
from kb.voice.demosearches import seed_searches
from kb.voice.demovoices import newsworthy, seed_announcement, seed_feedback
from quiz.bank.drawable import live_questions
from quiz.demo.branch import Login, is_empty, logins, seed
from quiz.demo.checks import spot_checks
from quiz.demo.simulate import DemoBranch, demo_branch
from quiz.people.accounts import credentials, hashed, matches
from quiz.people.directory import units
from quiz.people.roles import Role, UnitKind
from quiz.people.rostercolumns import ROLE_NAMES

PASSWORD = "hallwise-demo"  # noqa: S105 (of fictional people, on this machine only)


@click.command()
@click.option("--if-empty", is_flag=True, help="Where there are people already, only name the demo logins that still work.")
@click.option("--halls", type=click.IntRange(6, 600), default=60, show_default=True)
@click.option("--people", type=click.IntRange(60, 20_000), default=800, show_default=True)
@click.pass_obj
def demo(settings: Settings, *, if_empty: bool, halls: int, people: int) -> None:
    """Fill an empty database with a fictional branch: six months of exams, one that is open, spot checks, searches; run `hallwise publish` first."""
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
    library, secret, now = load_library(settings.content), hashed(PASSWORD), datetime.now(UTC)
    branch = demo_branch(day_of(now), halls, people)
    with progress_bar("示例分公司", "场") as progress, sessions.begin() as session:
        made = seed(session, live_questions(session, library, day_of(now)), secret, now, progress, halls, people)
        checks = spot_checks(session, library, branch, now)
        searches = fill_desk(session, library, branch, now)
    say(settings, "demo-made", units=made.units, people=made.people, exams=made.exams, papers=made.papers, checks=checks, searches=searches)


def fill_desk(session: Session, library: Library, branch: DemoBranch, now: datetime) -> int:
    """Searches, thumbs and two announcements, one to everybody and one to a district; returns how many searches there are."""
    halls = {unit.code: unit for unit in branch.units if unit.kind is UnitKind.HALL}
    staff = [(halls[person.unit], Asker(person.number, halls[person.unit].name)) for person in branch.people if person.unit in halls]
    askers = [asker for _, asker in staff]
    district = next(unit for unit in branch.units if unit.kind is UnitKind.DISTRICT)
    trainer = next(person.number for person in branch.people if person.role is Role.TRAINER)
    news = newsworthy(library, day_of(now))
    near = [asker for hall, asker in staff if hall.parent == district.code]
    there = [unit.id for unit in units(session).values() if unit.code == district.code]
    above = [Asker(person.number) for person in branch.people if person.unit not in halls]
    morning = now.astimezone(SHANGHAI).replace(hour=9, minute=10).astimezone(UTC)
    for told, audience, readers, days in zip(news, ([], there), ([*askers, *above], near), (12, 3), strict=False):
        seed_announcement(session, told, audience, readers, trainer, morning - timedelta(days=days), now)
    seed_feedback(session, library, askers, now)
    return seed_searches(session, library, askers, news[0].entry.topic if news else "", now)


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
