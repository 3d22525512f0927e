"""The database: engine, transactions, and the revision it has to be at."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
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
            return create_engine(parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed, pool_pre_ping=True)
        if parsed.database in {None, "", ":memory:"}:
            engine = create_engine(parsed, poolclass=StaticPool, connect_args={"check_same_thread": False})
        else:
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(parsed, connect_args={"timeout": 30})
    except (ArgumentError, OSError, ImportError) as error:
        raise StorageError("database", reason=str(error)) from error
    _tame_sqlite(engine)
    return engine


def _tame_sqlite(engine: Engine) -> None:
    """Write-ahead log, enforced foreign keys, and BEGIN IMMEDIATE.

    pysqlite's own deferred BEGIN is switched off: a read followed by a write in a deferred transaction fails under concurrency however long it waits.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        reading = connection.get_execution_options().get("hallwise_reads_only", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


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
