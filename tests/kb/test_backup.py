import threading
import zipfile
from datetime import date

import pytest
from sqlalchemy import func, insert, select, text

from kb.backup import read_manifest, restore_backup, write_backup
from kb.db import Base, open_engine, open_sessions, upgrade
from kb.errors import AppError, ConflictError, NotFoundError, StorageError
from kb.tables import PublishedVersionRow, SearchRow
from quiz.tables import AuditRow, EmployeeRow, MembershipRow, UnitRow
from tests.builders import NOW

SEARCH = {"id": "s1", "at": NOW, "query": "太贵\n换", "confident": True, "hits": ["a@1"], "took_ms": 0.1 + 0.2}


def sqlite(path):
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    return engine


@pytest.fixture
def postgres(postgres_url):
    """PostgreSQL with every table empty, before and after."""
    engine = open_engine(postgres_url)
    upgrade(engine)

    def clear():
        with engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())

    clear()
    yield engine
    clear()
    engine.dispose()


def fill(engine, versions=5):
    with engine.begin() as connection:
        connection.execute(insert(SearchRow), [SEARCH])
        rows = [{"entry_id": f"e{n}", "version": 1, "digest": "d", "title": "题", "content": {"n": n}, "published_at": NOW} for n in range(versions)]
        connection.execute(insert(PublishedVersionRow), rows)
        # the parent comes after its child
        connection.execute(insert(UnitRow), [{"id": 1, "kind": "hall", "code": "h", "name": "厅", "parent_id": None}])
        connection.execute(
            insert(UnitRow), [{"id": 2, "kind": "branch", "code": "b", "name": "分公司", "parent_id": None, "closed_on": date(2026, 1, 1)}]
        )
        connection.execute(text("UPDATE unit SET parent_id = 2 WHERE id = 1"))
        connection.execute(insert(EmployeeRow), [{"id": 7, "number": "AL7", "name": "演示", "role": "clerk", "active": True}])
        connection.execute(insert(MembershipRow), [{"employee_id": 7, "unit_id": 1, "from_day": date(2026, 1, 1), "to_day": None}])


def everything(engine):
    with engine.connect() as connection:
        return {t.name: sorted(map(repr, connection.execute(select(t)))) for t in Base.metadata.sorted_tables}


def test_what_is_restored_is_what_was_backed_up(tmp_path):
    one, two = sqlite(tmp_path / "1.db"), sqlite(tmp_path / "2.db")
    fill(one)
    made = write_backup(one, tmp_path / "b.zip", NOW)
    assert made == read_manifest(tmp_path / "b.zip")
    assert (made.rows["published_version"], made.made_at) == (5, NOW)
    steps = []
    restore_backup(two, tmp_path / "b.zip", lambda done, total: steps.append((done, total)))
    assert everything(two) == everything(one)
    assert steps[-1] == (made.total, made.total)


@pytest.mark.postgres
def test_a_backup_moves_from_sqlite_to_postgresql_and_back_and_numbers_go_on(tmp_path, postgres):
    one, back = sqlite(tmp_path / "1.db"), sqlite(tmp_path / "back.db")
    fill(one)
    write_backup(one, tmp_path / "b.zip", NOW)
    restore_backup(postgres, tmp_path / "b.zip")
    with open_sessions(postgres).begin() as session:
        row = PublishedVersionRow(entry_id="new", version=1, digest="", title="", content={}, published_at=NOW)
        session.add(row)
        session.flush()
        assert row.id == 6
        audit = AuditRow(at=NOW, actor="", action="a", subject="s", subject_id="1", detail={})
        session.add(audit)
        session.flush()
        assert audit.id == 1
        session.rollback()
    write_backup(postgres, tmp_path / "c.zip", NOW)
    restore_backup(back, tmp_path / "c.zip")
    assert everything(back) == everything(one)


def test_a_database_with_rows_is_not_overwritten_unless_told(tmp_path):
    one, two = sqlite(tmp_path / "1.db"), sqlite(tmp_path / "2.db")
    fill(one)
    fill(two, versions=9)
    write_backup(one, tmp_path / "b.zip", NOW)
    before = everything(two)
    with pytest.raises(ConflictError):
        restore_backup(two, tmp_path / "b.zip")
    assert everything(two) == before
    restore_backup(two, tmp_path / "b.zip", replace=True)
    assert everything(two) == everything(one)


def damaged(source, target, change):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: data.replace(b"e3", b"e8") if name == "published_version.jsonl" else data,
        lambda name, data: data[: len(data) // 2] if name == "published_version.jsonl" else data,
        lambda name, data: data.replace(b'"format": 1', b'"format": 9'),
        lambda name, data: b"{}" if name == "manifest.json" else data,
        lambda name, data: data.replace(b'"revision": "', b'"revision": "x'),
    ],
)
def test_a_damaged_or_foreign_backup_changes_nothing(tmp_path, change):
    one, two = sqlite(tmp_path / "1.db"), sqlite(tmp_path / "2.db")
    fill(one)
    fill(two, versions=9)
    write_backup(one, tmp_path / "b.zip", NOW)
    before = everything(two)
    with pytest.raises(StorageError):
        restore_backup(two, damaged(tmp_path / "b.zip", tmp_path / "bad.zip", change), replace=True)
    assert everything(two) == before


def test_what_is_no_backup_is_said(tmp_path):
    (tmp_path / "x.zip").write_text("no")
    with pytest.raises(StorageError):
        read_manifest(tmp_path / "x.zip")
    with pytest.raises(NotFoundError):
        read_manifest(tmp_path / "none.zip")


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    one = sqlite(tmp_path / "1.db")
    with pytest.raises(AppError):
        write_backup(one, tmp_path / "none" / "b.zip", NOW)
    assert not (tmp_path / "none").exists()


def test_a_backup_while_others_write_holds_one_moment(tmp_path):
    engine = sqlite(tmp_path / "1.db")
    sessions, stop, written = open_sessions(engine), threading.Event(), [0]

    def write():
        while not stop.is_set():
            with sessions.begin() as session:  # always a pair
                for half in ("a", "b"):
                    session.add(PublishedVersionRow(entry_id=f"{half}{written[0]}", version=1, digest="", title="", content={}, published_at=NOW))
            written[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        while written[0] < 20:
            pass
        counts = [write_backup(engine, tmp_path / f"{n}.zip", NOW).rows["published_version"] for n in range(5)]
    finally:
        stop.set()
        thread.join()
    assert all(count % 2 == 0 for count in counts)
    target = sqlite(tmp_path / "2.db")
    restore_backup(target, tmp_path / "4.zip")
    with target.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(PublishedVersionRow)) == counts[-1]
