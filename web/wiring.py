"""What the views work with, built once at the start."""

import logging
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from kb.authoring.publishing import Follow, Publisher
from kb.authoring.withdrawnnow import WithdrawnNow
from kb.config import Settings
from kb.db import Sessions, make_ready, open_engine, open_sessions
from kb.embed import load_embedder
from kb.errors import AppError, SnapshotError, StorageError
from kb.live import LiveSearch
from kb.search import Searcher
from kb.vectors import use_threads
from kb.writer import Writer
from quiz.bank.following import follow_content

_log = logging.getLogger(__name__)


class SearchSource(Protocol):
    """Hands out the searcher to use now."""

    def get(self) -> Searcher:
        """The searcher; raises SnapshotError while there is no index."""
        ...


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases' surroundings: where to search, where to keep, what time it is (aware UTC), where to publish, and what is withdrawn.

    `publisher` is None where entries cannot be written; `clock` counts seconds for what is looked at every so often; `writer` is for what many people
    write at once.
    """

    search: SearchSource
    engine: Engine
    sessions: Sessions
    now: Callable[[], datetime] = utc_now
    publisher: Publisher | None = None
    clock: Callable[[], float] = time.monotonic
    withdrawn: WithdrawnNow = field(init=False)
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "withdrawn", WithdrawnNow(self.engine, self.clock))
        object.__setattr__(self, "writer", Writer(self.sessions, shared=self.engine.dialect.name == "sqlite"))


def services() -> Services:
    """The services of the running application."""
    found = current_app.extensions["hallwise"]
    assert isinstance(found, Services)
    return found


def build_services(settings: Settings) -> Services:
    """The services that the settings name.

    SQLite is brought to the newest revision; any other database must be there already. Raises AppError when a part cannot be used.
    """
    # One thread for each numeric library: requests run in parallel already, and two OpenMP threads are slower than one under load.
    use_threads(1)
    engine = open_engine(settings.database_url)
    make_ready(engine)
    embedder = load_embedder(settings.model)
    search = LiveSearch(settings.index, settings.model, embedder)
    with suppress(SnapshotError):  # without an index the pages say what to run
        search.get()
    publisher = Publisher(settings.content, settings.index, embedder, engine, follow_in(settings.content))
    settle(publisher)
    return Services(search, engine, open_sessions(engine), publisher=publisher)


def follow_in(content: Path) -> Follow:
    """How the question bank follows a publication: what tests a changed fact turns stale at once."""
    return lambda session, library, now: follow_content(session, content, library, now)


def settle(publisher: Publisher) -> None:
    """Complete or undo what a killed process left half published; what cannot be settled is logged and does not keep the site from starting."""
    try:
        for found in publisher.reconcile(utc_now()):
            _log.warning("publication of %s: %s", found.ref, found.ending)
    except (AppError, SQLAlchemyError):
        _log.exception("an unfinished publication could not be settled")


def secret_key(settings: Settings) -> str:
    """The key that signs sessions, made at the first start and kept beside the index, readable by its owner only.

    Raises StorageError when it can neither be read nor written.
    """
    path = settings.index.parent / "secret.key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_hex(32))
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StorageError("disk", path=path, reason=error.strerror or str(error)) from error


def _write_once(path: Path, text: str) -> None:
    """Write a file whole or not at all; where another worker was first, its file stays."""
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
