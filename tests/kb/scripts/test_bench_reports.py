"""The bench of the managers' pages on a handful of people: its shape, and that what it makes is sound; never a time."""

import json

from click.testing import CliRunner

from kb.config import Settings
from kb.db import open_engine, open_sessions, upgrade
from kb.scripts.__main__ import cli
from kb.scripts.bench_grades import fill
from quiz.exams.tallies import differences
from tests.builders import NOW


def test_what_is_made_up_adds_up():
    engine = open_engine("sqlite://")
    upgrade(engine)
    with open_sessions(engine).begin() as session:
        made = fill(session, 2000, NOW)
        assert differences(session) == []
    assert made.size["people"] == 28
    assert made.last == "2026-10"
    engine.dispose()


def test_every_page_is_measured():
    done = CliRunner().invoke(cli, ["bench", "reports", "--answers", "2000", "--repeats", "1", "--json"], obj=Settings(), catch_exceptions=False)
    result = json.loads(done.stdout)
    assert result["database"] == "sqlite"
    assert {page["who"] for page in result["pages"]} == {"branch", "hall", "clerk"}
    assert all(page["fresh"] > 0 for page in result["pages"])
    shown = CliRunner().invoke(cli, ["bench", "reports", "--answers", "2000", "--repeats", "1"], obj=Settings(), catch_exceptions=False)
    assert "| /manager/topics" in shown.stdout
