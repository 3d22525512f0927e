"""A small library and what is made of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from kb.db import Base, Sessions, open_engine, open_sessions, upgrade
from kb.entry import Entry, Kind, NeverSay, Scope, Status
from kb.index import build_index
from kb.library import Library
from kb.search import Searcher
from kb.snapshot import read_snapshot
from tests.builders import TODAY, make_entry, make_library
from tests.fakes import FakeEmbedder


def tariff(price: int, **changes: object) -> Entry:
    """A tariff of a monthly price, called by its family only, so that nothing but the number tells it from its siblings."""
    given = {
        "id": f"tariff-{price}",
        "title": "畅享套餐",
        "kind": Kind.TARIFF,
        "asks": ("有没有便宜的套餐",),
        "facts": {"fee": f"{price} 元/月", "data": f"{price // 3} GB/月"},
        "body": "> 畅享套餐每月 {{ fee }}，含 {{ data }} 流量。\n",
        **changes,
    }
    return make_entry(**given)


def small_library() -> Library:
    """Three that hold today, and one of each that may never come out today."""
    return make_library(
        make_entry(
            asks=("太贵了想换便宜的", "月费降不下来吗"),
            must_say=("月费 {{ tariff-59.fee }}，次月生效",),
            never_say=(NeverSay("这档降不了", "{{ tariff-59.fee }} 档可以办"),),
            body="> 您可以换 {{ tariff-59.fee }} 档。\n\n## 要点\n先问用量，再给 {{ tariff-59.fee }} 档。\n\n## 对话\n客户：我这套餐太贵了。\n营业员：换一档就好。\n",
        ),
        tariff(59),
        make_entry(id="basic-card", title="补卡要带什么证件", kind=Kind.BASIC, asks=("SIM card 丢了怎么补",), scope=Scope(halls=("中泉厅",))),
        make_entry(id="basic-draft", title="补卡新规定草稿", kind=Kind.BASIC, status=Status.DRAFT),
        make_entry(id="basic-retired", title="补卡旧规定", kind=Kind.BASIC, status=Status.RETIRED),
    )


def searcher_of(library: Library, folder: Path, day: object = TODAY) -> Searcher:
    """A searcher over a library, indexed in a folder."""
    embedder = FakeEmbedder()
    built = build_index(library, "套餐\t资费\t计划\n", folder, embedder, day)
    return Searcher(read_snapshot(built.folder, "fake"), embedder)


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """A searcher over the small library."""
    return searcher_of(small_library(), tmp_path_factory.mktemp("small"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database on either kind of server, with whatever was left in it."""
    engine = open_engine(f"sqlite:///{tmp_path / 'hallwise.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield engine
    engine.dispose()


@pytest.fixture
def empty_engine(server: Engine) -> Engine:
    """A database without tables."""
    if server.dialect.name == "postgresql":
        with server.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    return server


@pytest.fixture
def engine(request: pytest.FixtureRequest, server: Engine) -> Engine:
    """A database with its tables, all of them empty."""
    if not _emptied(server):
        upgrade(request.getfixturevalue("empty_engine"))
    return server


def _emptied(engine: Engine) -> bool:
    """Whether the tables were there and are now without rows: to make them anew takes longer than most tests."""
    tables = Base.metadata.tables.keys()
    if set(inspect(engine).get_table_names()) != {*tables, "alembic_version"}:
        return False
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(map(engine.dialect.identifier_preparer.quote, tables))} RESTART IDENTITY"))
    return True


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """Sessions on it."""
    return open_sessions(engine)
