import sqlite3
import threading
from datetime import datetime, timedelta, timezone

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, StatementError

import quiz.fieldtables
import quiz.tables  # its tables belong to the metadata
from kb import db
from kb.db import Base, check_revision, open_engine, open_sessions, reading, revisions, upgrade
from kb.errors import StorageError
from kb.tables import ActionRow, PublishedVersionRow
from tests.builders import NOW


@pytest.fixture
def sqlite(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'hallwise.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


def count_up(sessions, times, failures):
    """Read, then write what was read and one more, in one transaction."""
    try:
        for _ in range(times):
            with sessions.begin() as session:
                row = session.get_one(PublishedVersionRow, 1)
                row.version += 1
    except Exception as error:  # noqa: BLE001 (whatever fails is what is looked for)
        failures.append(error)


def row(**changes):
    return PublishedVersionRow(**{"entry_id": "a", "version": 0, "digest": "", "title": "", "content": {}, "published_at": NOW, **changes})


def test_eight_threads_that_read_and_then_write_lose_nothing(sqlite):
    sessions, failures = open_sessions(sqlite), []
    with sessions.begin() as session:
        session.add(row(id=1))
    threads = [threading.Thread(target=count_up, args=(sessions, 25, failures)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert (failures, session.get_one(PublishedVersionRow, 1).version) == ([], 200)


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys(sqlite):
    with sqlite.connect() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys", "busy_timeout")}
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30000}


def test_reading_never_waits_for_a_writer_and_sees_what_was_committed(sqlite):
    sessions = open_sessions(sqlite)
    with sessions.begin() as session:
        session.add(row(id=1, title="old"))
    with sessions() as writer:
        writer.get_one(PublishedVersionRow, 1).title = "new"
        writer.flush()
        with reading(sqlite) as session:
            assert session.get_one(PublishedVersionRow, 1).title == "old"
        writer.commit()
    with reading(sqlite) as session:
        assert session.get_one(PublishedVersionRow, 1).title == "new"


def test_a_session_that_was_left_by_an_error_changes_nothing(engine):
    sessions = open_sessions(engine)

    def left(session):
        session.add(row())
        session.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError), sessions.begin() as session:
        left(session)
    with sessions() as session:
        assert session.query(PublishedVersionRow).count() == 0


def test_the_migrations_make_the_tables_that_the_program_has(empty_engine):
    upgrade(empty_engine)
    assert {quiz.tables.UnitRow.__tablename__, quiz.fieldtables.SpotCheckRow.__tablename__} <= set(Base.metadata.tables)
    assert set(Base.metadata.tables) <= set(inspect(empty_engine).get_table_names())
    command.check(db._config(empty_engine))


def test_the_migrations_can_be_undone_and_done_again(engine):
    command.downgrade(db._config(engine), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(engine)
    command.check(db._config(engine))


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(engine):
    before = revisions(engine)
    upgrade(engine)
    assert before == revisions(engine)
    assert before[0] == before[1] != "-"
    check_revision(engine)


def test_a_database_without_tables_is_refused_saying_what_to_run(empty_engine):
    with pytest.raises(StorageError) as caught:
        check_revision(empty_engine)
    assert caught.value.code == "database-behind"
    assert "hallwise db upgrade" in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql+nodriver://localhost/x", "unknown://x", ""])
def test_an_address_that_cannot_be_used_is_a_storage_error(url):
    with pytest.raises(StorageError):
        open_engine(url)


@pytest.mark.parametrize("url", ["postgresql://u:secret-word@/x?host=/nowhere&connect_timeout=1", "sqlite:///{folder}"])
def test_a_database_that_cannot_be_reached_is_a_storage_error_without_the_password(url, tmp_path):
    engine = open_engine(url.format(folder=tmp_path))
    for use in (upgrade, revisions):
        with pytest.raises(StorageError) as caught:
            use(engine)
        assert "secret-word" not in str(caught.value)
    engine.dispose()


def test_a_file_that_is_no_database_is_a_storage_error(tmp_path):
    (tmp_path / "hallwise.db").write_bytes(b"nothing that SQLite knows " * 100)
    engine = open_engine(f"sqlite:///{tmp_path / 'hallwise.db'}")
    with pytest.raises(StorageError):
        upgrade(engine)
    engine.dispose()


def test_a_time_comes_back_in_utc_from_whatever_zone_it_went_in(sessions):
    shanghai = datetime(2026, 11, 22, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    with sessions.begin() as session:
        session.add(row(published_at=shanghai))
    with sessions() as session:
        found = session.query(PublishedVersionRow).one().published_at
    assert (found, found.utcoffset()) == (NOW, timedelta(0))


def test_a_time_without_a_zone_is_refused(sessions):
    with pytest.raises(StatementError), sessions.begin() as session:
        session.add(row(published_at=NOW.replace(tzinfo=None)))


def test_an_action_of_a_search_that_is_not_there_is_refused(sessions):
    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.add(ActionRow(search_id="gone", at=NOW, action="open", entry_id="a", version=1))


@pytest.mark.parametrize("ending", ["commit", "rollback", "close", "failure"])
def test_a_writer_passes_its_turn_on_however_its_transaction_ends(sqlite, ending):
    session = open_sessions(sqlite)()
    session.add(row(id=1))
    session.flush()
    if ending == "failure":
        session.add(row(id=1, entry_id="b"))
        with pytest.raises(IntegrityError):
            session.flush()
        session.close()
    else:
        getattr(session, ending)()
    done = threading.Event()

    def write():
        with open_sessions(sqlite).begin() as other:
            other.add(row(id=2, entry_id="c"))
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(20)
    session.close()
    assert done.is_set()


def test_a_writer_waits_for_another_process_as_well(sqlite):
    foreign = sqlite3.connect(sqlite.url.database, isolation_level=None, check_same_thread=False)
    foreign.execute("BEGIN IMMEDIATE")
    done = threading.Event()

    def write():
        with open_sessions(sqlite).begin() as session:
            session.add(row(id=1))
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert not done.wait(0.05)
    foreign.execute("COMMIT")
    foreign.close()
    thread.join(30)
    assert done.is_set()
