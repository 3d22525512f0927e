"""A backup: every table as lines of JSON in one zip file, the same whichever database it came from or goes to."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, Engine, Table, and_, bindparam, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from kb.db import Base, UtcDateTime, check_revision, revisions
from kb.errors import ConflictError, NotFoundError, StorageError

FORMAT = 1
_BATCH = 2000
_MANIFEST = "manifest.json"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file says of itself: the revision of its tables, when it was made (aware UTC), rows by table."""

    revision: str
    made_at: datetime
    rows: dict[str, int]
    digests: dict[str, str]

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def _silent(_done: int, _total: int) -> None:
    pass


def write_backup(engine: Engine, path: Path, now: datetime, progress: Progress = _silent) -> Backup:
    """Write one consistent state of the database while others go on reading and writing; the file appears whole or not at all.

    Raises StorageError when the database is at another revision or the file cannot be written.
    """
    check_revision(engine)
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with _snapshot(engine) as connection, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
            made = _write(connection, file, revisions(engine)[0], now, progress)
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    except OSError as error:
        raise StorageError("disk", path=path, reason=error.strerror or str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
    return made


def _snapshot(engine: Engine) -> Connection:
    """A connection whose reads all see one moment."""
    if engine.dialect.name == "sqlite":
        return engine.connect().execution_options(hallwise_reads_only=True)
    return engine.connect().execution_options(isolation_level="REPEATABLE READ")


def _tables() -> Sequence[Table]:
    """Every table, a referenced one before those that refer to it."""
    return Base.metadata.sorted_tables


def _write(connection: Connection, file: zipfile.ZipFile, revision: str, now: datetime, progress: Progress) -> Backup:
    rows = {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in _tables()}
    digests, done, total = dict[str, str](), 0, sum(rows.values())
    for table in _tables():
        digest = hashlib.sha256()
        with file.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
            for row in connection.execution_options(yield_per=_BATCH).execute(select(table)):
                line = json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n"
                digest.update(line)
                out.write(line)
                done += 1
                if done % _BATCH == 0:
                    progress(done, total)
        digests[table.name] = digest.hexdigest()
    made = Backup(revision, now.astimezone(UTC), rows, digests)
    columns = {t.name: [c.name for c in t.columns] for t in _tables()}
    head = {"format": FORMAT, "revision": revision, "made_at": made.made_at.isoformat(), "rows": rows, "digests": digests, "columns": columns}
    file.writestr(_MANIFEST, json.dumps(head, indent=1))
    progress(total, total)
    return made


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def read_manifest(path: Path) -> Backup:
    """What a backup says of itself. Raises NotFoundError for a missing file and StorageError for one that is no backup."""
    if not path.is_file():
        raise NotFoundError("file-missing", path=path)
    try:
        with zipfile.ZipFile(path) as file:
            head = json.loads(file.read(_MANIFEST))
        if head["format"] != FORMAT:
            raise StorageError("backup-damaged", path=path, reason=f"format {head['format']}")
        return Backup(head["revision"], datetime.fromisoformat(head["made_at"]), head["rows"], head["digests"])
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise StorageError("backup-damaged", path=path, reason=str(error)) from error


def restore_backup(engine: Engine, path: Path, progress: Progress = _silent, *, replace: bool = False) -> Backup:
    """Put the rows of a backup into the database, in one transaction: all of them or, when anything fails, none.

    A database that holds rows is refused (ConflictError) unless `replace` says that they are to go. Raises StorageError for a damaged file or one of
    another revision.
    """
    head = read_manifest(path)
    check_revision(engine)
    if head.revision != revisions(engine)[1]:
        raise StorageError("backup-revision", path=path, have=head.revision, want=revisions(engine)[1])
    try:
        with zipfile.ZipFile(path) as file, engine.begin() as connection:
            filled = [t.name for t in _tables() if connection.scalar(select(func.count()).select_from(t))]
            if filled and not replace:
                raise ConflictError("restore-not-empty", tables="、".join(filled[:5]))
            for table in reversed(_tables()):
                connection.execute(table.delete())
            _fill(connection, file, head, path, progress)
    except (zipfile.BadZipFile, OSError, ValueError, KeyError) as error:
        raise StorageError("backup-damaged", path=path, reason=str(error)) from error
    except SQLAlchemyError as error:
        raise StorageError("database", reason=str(getattr(error, "orig", None) or error).splitlines()[0]) from error
    return head


def _fill(connection: Connection, file: zipfile.ZipFile, head: Backup, path: Path, progress: Progress) -> None:
    done = 0
    for table in _tables():
        digest, own = hashlib.sha256(), _own_references(table)
        later: list[dict[str, Any]] = []
        for batch in _batches(file, table, digest):
            later += [dict(row) for row in batch if any(row[name] is not None for name in own)]
            connection.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in batch])
            done += len(batch)
            progress(done, head.total)
        _refer(connection, table, own, later)
        if digest.hexdigest() != head.digests[table.name]:
            raise StorageError("backup-damaged", path=path, reason=table.name)
        _continue_numbers(connection, table)


def _own_references(table: Table) -> list[str]:
    """The columns by which a table refers to itself."""
    return [c.name for c in table.columns if any(key.column.table is table for key in c.foreign_keys)]


def _refer(connection: Connection, table: Table, own: list[str], rows: list[dict[str, Any]]) -> None:
    """Fill in the references of a table to itself, once all of its rows are there."""
    if rows:
        keys = [c.name for c in table.primary_key]
        found = and_(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
        values = [{**{f"key_{name}": row[name] for name in keys}, **{name: row[name] for name in own}} for row in rows]
        connection.execute(update(table).where(found), values)


def _batches(file: zipfile.ZipFile, table: Table, digest: Any) -> Iterator[list[dict[str, Any]]]:
    names = json.loads(file.read(_MANIFEST))["columns"][table.name]
    readers = [_reader(table.columns[name].type) for name in names]
    batch: list[dict[str, Any]] = []
    with file.open(f"{table.name}.jsonl") as lines:
        for line in lines:
            digest.update(line)
            batch.append({name: read(value) for name, read, value in zip(names, readers, json.loads(line), strict=True)})
            if len(batch) == _BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _reader(kind: object) -> Callable[[Any], Any]:
    if isinstance(kind, UtcDateTime):
        return lambda value: datetime.fromisoformat(value) if value is not None else None
    if isinstance(kind, Date):
        return lambda value: date.fromisoformat(value) if value is not None else None
    return lambda value: value


def _continue_numbers(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers rows from a sequence, which has to go on behind the restored ones."""
    key = table.autoincrement_column
    if connection.dialect.name != "postgresql" or key is None:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, key.name)))
    if sequence:
        last = connection.scalar(select(func.max(key))) or 0
        connection.execute(text("SELECT setval(:name, :value, :used)"), {"name": sequence, "value": max(last, 1), "used": last > 0})
