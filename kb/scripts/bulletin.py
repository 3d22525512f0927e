"""`hallwise bulletin`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.calendar import day_of
from kb.config import Settings
from kb.db import make_ready, reading
from kb.errors import AppError, ContentError, NotFoundError, QueryError
from kb.library import load_library
from kb.scripts.options import content_option, open_database, with_paths
from quiz.people.directory import units
from quiz.people.roles import Unit, UnitKind
from quiz.reports.bulletin import bulletin as bulletin_of
from quiz.statistics.period import is_month

_ENDINGS = (".pdf", ".xlsx", ".html")


@click.command()
@click.option("--month", required=True, metavar="YYYY-MM", help="The month of the exams.")
@click.option("--unit", "code", default="", help="Code of a branch, district or hall. [the branch]")
@content_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A .pdf, .xlsx or .html file.")
@click.pass_obj
def bulletin(settings: Settings, month: str, code: str, content: Path | None, out: Path) -> None:
    """Write the month's bulletin of a branch, a district or a hall: results, changes, weak topics, entries to read, ranking."""
    if out.suffix not in _ENDINGS:
        raise QueryError("bad-parameter", name="out", value=out.name, why=" | ".join(_ENDINGS))
    if not is_month(month):
        raise QueryError("bad-parameter", name="month", value=month, why="YYYY-MM")
    # Imported here: only the site's words and files are needed, and they take a second to load.
    from web.bulletin.compose import compose
    from web.documents import WRITERS

    now = datetime.now(UTC)
    with open_database(settings) as engine:
        make_ready(engine)
        with reading(engine) as session:
            every = units(session)
            found = bulletin_of(session, _unit(every, code), month, every, now)
    document = compose(found, _titles(with_paths(settings, content)), day_of(now))
    data = WRITERS[out.suffix](document, day_of(now))
    try:
        out.write_bytes(data)
    except OSError as error:
        raise ContentError("disk", path=out, reason=error.strerror or str(error)) from None
    click.echo(f"{out}: {found.unit.name} {month}, {found.now.sums.people} people")


def _unit(every: Mapping[int, Unit], code: str) -> Unit:
    """The unit of a code, the branch without one. Raises NotFoundError."""
    wanted = (unit for unit in every.values() if (unit.code == code.upper() if code else unit.kind is UnitKind.BRANCH))
    found = next(wanted, None)
    if found is None:
        raise NotFoundError("report-unit")
    return found


def _titles(settings: Settings) -> Mapping[str, str]:
    """The titles of the entries, as far as the content can be read."""
    try:
        return {entry.id: entry.title for entry in load_library(settings.content).entries}
    except AppError:
        return {}
