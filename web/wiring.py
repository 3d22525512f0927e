"""What the views work with, built once at the start."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flask import current_app
from sqlalchemy import Engine

from kb.config import Settings
from kb.db import Sessions, make_ready, open_engine, open_sessions
from kb.embed import load_embedder
from kb.errors import SnapshotError, StorageError
from kb.live import LiveSearch
from kb.search import Searcher
from kb.vectors import use_threads


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
    """The use cases' surroundings: where to search, where to keep, what time it is (aware UTC)."""

    search: SearchSource
    engine: Engine
    sessions: Sessions
    now: Callable[[], datetime] = utc_now


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
    search = LiveSearch(settings.index, settings.model, load_embedder(settings.model))
    with suppress(SnapshotError):  # without an index the pages say what to run
        search.get()
    return Services(search, engine, open_sessions(engine))


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
