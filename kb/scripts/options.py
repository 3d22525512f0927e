"""Options and small pieces that several sub-commands share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from kb.calendar import SHANGHAI
from kb.config import Settings
from kb.errors import QueryError
from kb.index import current_snapshot
from kb.messages import message
from kb.search import Searcher
from kb.snapshot import read_snapshot
from kb.vectors import use_threads

if TYPE_CHECKING:
    from sqlalchemy import Engine

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

content_option: Decorator = click.option("--content", type=click.Path(path_type=Path), help="Content folder [HALLWISE_CONTENT].")
index_option: Decorator = click.option("--index", type=click.Path(path_type=Path), help="Index folder [HALLWISE_INDEX].")
json_option: Decorator = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
as_of_option: Decorator = click.option("--as-of", metavar="DATE", help="Day on which the answer has to hold, YYYY-MM-DD [today in Shanghai].")


def with_paths(settings: Settings, content: Path | None = None, index: Path | None = None) -> Settings:
    """The settings with what was given on the command line in place of the environment."""
    return replace(settings, content=content or settings.content, index=index or settings.index)


def say(settings: Settings, code: str, **args: object) -> None:
    """Print a sentence of `kb.messages` in the language of the settings, at once, also into a pipe."""
    click.echo(message(code, settings.lang, **args))


def today() -> date:
    """Today in Shanghai."""
    return datetime.now(SHANGHAI).date()


def read_day(text: str | None) -> date:
    """The day of `--as-of`, today when it was not given. Raises QueryError for anything but YYYY-MM-DD."""
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QueryError("bad-parameter", name="as-of", value=text, why="YYYY-MM-DD") from None


def open_searcher(settings: Settings) -> Searcher:
    """The searcher of the current snapshot, with the embedder of the settings."""
    # Imported here: the model takes the better part of a second to load.
    from kb.embed import load_embedder

    use_threads(1)
    snapshot = read_snapshot(current_snapshot(settings.index), settings.model)
    return Searcher(snapshot, load_embedder(settings.model))


@contextmanager
def open_database(settings: Settings) -> "Iterator[Engine]":
    """The database of the settings, its connections closed at the end."""
    # Imported here: searching and checking do without a database.
    from kb.db import open_engine

    engine = open_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def progress_bar(label: str, unit: str = "段") -> Iterator[Callable[[int, int], None]]:
    """A progress callback (done, all) that draws a bar on a terminal and stays silent elsewhere."""
    with tqdm(desc=label, unit=unit, disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
