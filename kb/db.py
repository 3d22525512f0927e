"""The database: engine, transactions, and the revision it has to be at."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime, Engine, TypeDecorator, create_engine, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import StaticPool

from kb.errors import StorageError

_MIGRATIONS = Path(__file__).parent / "migrations"
_KEPT_OPEN = 16  # connections
_PATIENCE = 30  # seconds that a writer waits for others
Sessions = sessionmaker[Session]


class Base(DeclarativeBase):
    """The one metadata of every table."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in, stored as UTC, an aware datetime out."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To naive UTC. Raises ValueError for a naive datetime."""
        if value is not None and value.tzinfo is None:
            raise ValueError(value)
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To aware UTC."""
        return value.replace(tzinfo=UTC) if value else None


def open_engine(url: str) -> Engine:
    """An engine for SQLite (the folder is made) or PostgreSQL. Raises StorageError for an address that cannot be used."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            url_ = parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
            return create_engine(url_, pool_pre_ping=True, pool_size=_KEPT_OPEN, max_overflow=2 * _KEPT_OPEN)
        if parsed.database in {None, "", ":memory:"}:
            engine = create_engine(parsed, poolclass=StaticPool, connect_args={"check_same_thread": False})
        else:
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
            turned = {"timeout": _PATIENCE, "factory": _in_turn()}
            engine = create_engine(parsed, connect_args=turned, pool_size=_KEPT_OPEN, max_overflow=-1)  # a thread may read while it writes
    except (ArgumentError, OSError, ImportError) as error:
        raise StorageError("database", reason=str(error)) from error
    _tame_sqlite(engine)
    return engine


class _Turn(SqliteConnection):
    """A connection to SQLite that waits for the other writers of its process at a lock, which wakes it as soon as they are done.

    SQLite itself only looks again every so often, up to a tenth of a second later and in no order, and so still waits for other processes.
    """

    turn: Lock
    _mine = False

    def take_turn(self) -> None:
        """Wait for the others; who has waited too long tries all the same, and is told by SQLite."""
        self._mine = self.turn.acquire(timeout=_PATIENCE)

    def commit(self) -> None:
        """Commit, and let the next one write; where it fails, the rollback that follows does."""
        super().commit()
        self.pass_on()

    def rollback(self) -> None:
        """Roll back, and let the next one write."""
        try:
            super().rollback()
        finally:
            self.pass_on()

    def close(self) -> None:
        """Close, and let the next one write."""
        try:
            super().close()
        finally:
            self.pass_on()

    def pass_on(self) -> None:
        """Let the next one write."""
        if self._mine:
            self._mine = False
            self.turn.release()


def _in_turn() -> type[_Turn]:
    """The connections of one engine, which share a lock."""
    return type("Turn", (_Turn,), {"turn": Lock()})


def _tame_sqlite(engine: Engine) -> None:
    """Write-ahead log, enforced foreign keys, and BEGIN IMMEDIATE.

    pysqlite's own deferred BEGIN is switched off: a read followed by a write in a deferred transaction fails under concurrency however long it waits.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_PATIENCE}000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        raw = connection.connection.driver_connection
        if connection.get_execution_options().get("hallwise_reads_only", False):
            connection.exec_driver_sql("BEGIN")
        elif isinstance(raw, _Turn):
            raw.take_turn()
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except BaseException:
                raw.pass_on()
                raise
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def open_sessions(engine: Engine) -> Sessions:
    """A factory of sessions."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads and never waits for writers."""
    with engine.connect().execution_options(hallwise_reads_only=True) as connection, Session(connection) as session:
        yield session


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision. Raises StorageError when it cannot be reached."""
    try:
        command.upgrade(_config(engine), "head")
    except SQLAlchemyError as error:
        raise StorageError("database", reason=_reason(error)) from error


def revisions(engine: Engine) -> tuple[str, str]:
    """(revision of the database or "-", revision the program needs). Raises StorageError when it cannot be reached."""
    try:
        with engine.connect() as connection:
            have = MigrationContext.configure(connection).get_current_revision() or "-"
    except SQLAlchemyError as error:
        raise StorageError("database", reason=_reason(error)) from error
    return have, ScriptDirectory.from_config(_config(engine)).get_current_head() or "-"


def check_revision(engine: Engine) -> None:
    """Raises StorageError when the database is not at the revision that the program needs."""
    have, want = revisions(engine)
    if have != want:
        raise StorageError("database-behind", have=have, want=want)


def make_ready(engine: Engine) -> None:
    """Bring the embedded SQLite to the newest revision; any other database has to be there. Raises StorageError when it is not."""
    if engine.dialect.name == "sqlite":
        upgrade(engine)
    else:
        check_revision(engine)


def _reason(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
