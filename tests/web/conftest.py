"""A small site: a handful of entries, vectors out of a hash, a database in memory, and a clock that stands still."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from kb.config import Settings
from kb.db import open_engine, open_sessions, upgrade
from kb.errors import NotFoundError
from kb.index import build_index
from kb.library import load_library
from kb.live import LiveSearch
from kb.printing.fonts import find_fonts
from quiz.people.accounts import hashed
from quiz.people.roles import Role, UnitKind
from quiz.tables import AccountRow, EmployeeRow, MembershipRow, UnitRow
from tests.fakes import FakeEmbedder
from web import Services, create_app

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)

ENTRIES = {
    "script-cheaper": """
id: script-cheaper
title: 嫌月费太贵要降档
kind: script
topic: 降档挽留
touchpoint: handling
asks: [太贵了想换便宜的, 月费降不下来吗]
must_say: ["月费 {{ tariff-59.fee }}，次月生效"]
never_say: [{phrase: 这档降不了, reason: 没有在约限制就必须受理降档}]
empower: [{role: 厅经理, may: 减免当月差额}]
owner: 市场部话术岗
reviewed_on: 2026-10-01
review_every: 1 个月
---
> 您可以换 {{ tariff-59.fee }} 档，每月 {{ tariff-59.data }}。

## 要点
- 先问 **用量**
- 见 [规则](https://example.com/a)

| 档 | 月费 |
|---|---|
| 低 | {{ tariff-59.fee }} |

## 对话
客户：太贵了。
营业员：换 {{ tariff-59.fee }} 档就好。

### 如果客户还嫌贵
客户：还是贵。
营业员：那就看看别的。
""",
    "tariff-59": """
id: tariff-59
title: 畅享套餐 59 元档
kind: tariff
topic: 个人套餐
touchpoint: inquiry
asks: [59元套餐有多少流量, 五十九那个套餐]
facts:
  fee: {label: 月费, value: 59 元/月}
  data: {label: 国内流量, value: 20 GB/月}
  eligibility: {label: 客户对象, value: "全体<b>个人</b>客户"}
  conditions: 无欠费
  start: 2026-01-01
  end: 2026-12-31
effective_from: 2026-01-01
effective_to: 2026-12-31
supersedes: tariff-58
version: 2
---
> 畅享 {{ fee }} 档，含 {{ data }} 流量。
""",
    "tariff-58": """
id: tariff-58
title: 畅享套餐 58 元档
kind: tariff
topic: 个人套餐
asks: [58元套餐]
facts:
  fee: {label: 月费, value: 58 元/月}
effective_from: 2025-01-01
effective_to: 2025-12-31
---
> 畅享 {{ fee }} 档。
""",
    "tariff-2027": """
id: tariff-2027
title: 启航套餐 69 元档
kind: tariff
topic: 个人套餐
asks: [启航套餐]
facts:
  fee: {label: 月费, value: 69 元/月}
effective_from: 2027-01-01
---
> 启航 {{ fee }} 档。
""",
    "tariff-ending": """
id: tariff-ending
title: 国庆流量包
kind: tariff
topic: 流量包
asks: [国庆流量包多少钱]
facts:
  fee: {label: 价格, value: 10 元}
effective_to: 2026-11-25
---
> 国庆流量包 {{ fee }}。
""",
    "basic-card": """
id: basic-card
title: 补卡要带什么证件
kind: basic
topic: 补换卡
touchpoint: inquiry
asks: [补卡带什么]
scope: {districts: [沙区], halls: [中泉厅]}
---
> 请带身份证原件。

<script>alert(1)</script> 和 <img src=x onerror=alert(2)> [点](javascript:alert(3))

## 办理步骤
1. 核对证件
2. 写卡
""",
    "basic-retired": """
id: basic-retired
title: 旧的缴费办法
kind: basic
status: retired
---
> 去柜台缴费。
""",
}


def write_content(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """The content folder with the entries above."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**ENTRIES, **(changes or {})}.items():
        (folder / f"{name}.md").write_text("---" + text, encoding="utf-8")
    return folder


def build(content: Path, index: Path) -> None:
    """Index a content folder."""
    build_index(load_library(content), "", index, FakeEmbedder(), TODAY)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the entries above."""
    root = tmp_path_factory.mktemp("site")
    build(write_content(root / "content"), root / "index")
    return root / "index"


def make_services(index: Path, database: str = "sqlite://") -> Services:
    """Services over an index, with an empty database and the fixed clock."""
    engine = open_engine(database)
    upgrade(engine)
    return Services(LiveSearch(index, "fake", FakeEmbedder()), engine, open_sessions(engine), lambda: NOW)


def make_app(services: Services, *, csrf: bool = False) -> Flask:
    """The application on the given services; without form tokens unless they are what is tested."""
    app = create_app(Settings(secret_key="test", lang="zh"), services)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=csrf)
    return app


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest revision, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()  # the last connection to go folds the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def shared_search(index: Path) -> LiveSearch:
    """One loaded index for all tests that only read it."""
    return LiveSearch(index, "fake", FakeEmbedder())


@pytest.fixture
def services(shared_search: LiveSearch, empty_database: Path, tmp_path: Path) -> Iterator[Services]:
    """Services with a database of their own."""
    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path / 'own.db')}")
    yield Services(shared_search, engine, open_sessions(engine), lambda: NOW, clock=lambda: 0.0)
    engine.dispose()


@pytest.fixture(scope="session")
def shared_app(shared_search: LiveSearch) -> Flask:
    """One application, so that its templates are compiled once."""
    engine = open_engine("sqlite://")
    return make_app(Services(shared_search, engine, open_sessions(engine), lambda: NOW))


@pytest.fixture
def app(shared_app: Flask, services: Services) -> Flask:
    """The application on this test's services."""
    shared_app.extensions["hallwise"] = services
    shared_app.extensions["hallwise_people"] = {}
    return shared_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, on this machine."""
    return app.test_client()


PASSWORD = "correct horse 7"


@dataclass(frozen=True)
class Staff:
    """Employees of every role in a small branch: 分公司 → 沙区 → 中泉厅, 北京路厅; 天北 → 西北路厅. Numbers are the role and the hall."""

    ids: dict[str, int]
    units: dict[str, int]

    def sign_in(self, client: FlaskClient, number: str) -> FlaskClient:
        """Open a session without the cost of checking a password."""
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"], session["seen"] = f"{self.ids[number]}.1", True, int(NOW.timestamp())
        return client


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of the password of everybody, made once."""
    return hashed(PASSWORD)


def add_staff(services: Services, password_hash: str) -> Staff:
    """The small branch, with an account for each of its people."""
    tree = [
        ("AL", UnitKind.BRANCH, "示例分公司", None), ("SQ", UnitKind.DISTRICT, "沙区", "AL"), ("TB", UnitKind.DISTRICT, "天北", "AL"),
        ("ZQ", UnitKind.HALL, "中泉厅", "SQ"), ("BJ", UnitKind.HALL, "北京路厅", "SQ"), ("XB", UnitKind.HALL, "西北路厅", "TB"),
    ]  # fmt: skip
    people = [
        ("CLERK-ZQ", Role.CLERK, "ZQ"), ("CLERK2-ZQ", Role.CLERK, "ZQ"), ("CLERK-BJ", Role.CLERK, "BJ"), ("CLERK-XB", Role.CLERK, "XB"),
        ("HALL-ZQ", Role.HALL_MANAGER, "ZQ"), ("DISTRICT-SQ", Role.BRANCH_MANAGER, "SQ"), ("BRANCH-AL", Role.BRANCH_MANAGER, "AL"),
        ("TRAINER-AL", Role.TRAINER, "AL"), ("INSPECT-AL", Role.INSPECTOR, "AL"), ("ADMIN-AL", Role.ADMIN, "AL"),
    ]  # fmt: skip
    units: dict[str, int] = {}
    ids: dict[str, int] = {}
    with services.sessions.begin() as db:
        for code, kind, name, parent in tree:
            unit = UnitRow(code=code, kind=kind.value, name=name, parent_id=units.get(parent or ""))
            db.add(unit)
            db.flush()
            units[code] = unit.id
        for number, role, code in people:
            row = EmployeeRow(number=number, name=f"演示{number}", role=role.value)
            db.add(row)
            db.flush()
            ids[number] = row.id
            db.add(MembershipRow(employee_id=row.id, unit_id=units[code], from_day=date(2026, 1, 1)))
            db.add(AccountRow(employee_id=row.id, password_hash=password_hash, must_change=False, epoch=1))
    return Staff(ids, units)


@pytest.fixture
def staff(services: Services, password_hash: str) -> Staff:
    """People of every role in this test's database."""
    return add_staff(services, password_hash)


class Counter:
    """Counts statements that reach the database."""

    def __init__(self) -> None:
        self.statements: list[str] = []


@pytest.fixture
def counted(services: Services) -> Iterator[Counter]:
    """Every SELECT, INSERT or UPDATE from now on."""
    counter = Counter()

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            counter.statements.append(statement)

    event.listen(services.engine, "before_cursor_execute", note)
    yield counter
    event.remove(services.engine, "before_cursor_execute", note)


__all__ = ["NOW", "PASSWORD", "TODAY", "Counter", "Staff", "add_staff", "build", "make_app", "make_services", "write_content"]


@pytest.fixture
def font() -> None:
    try:
        find_fonts()
    except NotFoundError as error:
        pytest.skip(f"PDF NOT TESTED: {error}")
