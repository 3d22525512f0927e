"""The bench of the managers' pages on a handful of people: its shape, and that what it makes is sound; never a time."""

import json

from click.testing import CliRunner

from kb.config import Settings
from kb.db import open_engine, open_sessions, upgrade
from kb.errors import QueryError
from kb.scripts.__main__ import cli
from kb.scripts.bench_grades import fill, made_before
from quiz.exams.tallies import differences
from quiz.tables import EmployeeRow
from tests.builders import NOW


def test_what_is_made_up_adds_up():
    engine = open_engine("sqlite://")
    upgrade(engine)
    with open_sessions(engine).begin() as session:
        made = fill(session, 2000, NOW)
        assert differences(session) == []
        assert made_before(session) == made
    assert made.size["people"] == 28
    assert made.last == "2026-10"
    engine.dispose()


def test_a_database_is_filled_once_and_measured_again(tmp_path):
    command = ["bench", "reports", "--answers", "2000", "--repeats", "1", "--json", "--database", f"sqlite:///{tmp_path / 'made.db'}"]
    first, second = (json.loads(CliRunner().invoke(cli, command, obj=Settings(), catch_exceptions=False).stdout) for _ in range(2))
    assert {name: first[name] for name in ("answers", "people", "halls")} == {name: second[name] for name in ("answers", "people", "halls")}


def test_a_database_of_others_is_not_filled(tmp_path):
    url = f"sqlite:///{tmp_path / 'real.db'}"
    engine = open_engine(url)
    upgrade(engine)
    with open_sessions(engine).begin() as session:
        session.add(EmployeeRow(number="AL1", name="真人", role="clerk"))
    engine.dispose()
    done = CliRunner().invoke(cli, ["bench", "reports", "--answers", "2000", "--database", url], obj=Settings())
    assert isinstance(done.exception, QueryError)


def test_every_page_is_measured():
    done = CliRunner().invoke(cli, ["bench", "reports", "--answers", "2000", "--repeats", "1", "--json"], obj=Settings(), catch_exceptions=False)
    result = json.loads(done.stdout)
    assert result["database"] == "sqlite"
    assert {page["who"] for page in result["pages"]} == {"branch", "hall", "clerk"}
    assert all(page["fresh"] > 0 for page in result["pages"])
    shown = CliRunner().invoke(cli, ["bench", "reports", "--answers", "2000", "--repeats", "1"], obj=Settings(), catch_exceptions=False)
    assert "| /manager/topics" in shown.stdout
