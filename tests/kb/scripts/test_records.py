import pytest

from kb.db import open_engine, open_sessions
from quiz.exams.myexams import start
from quiz.exams.planning import Audience
from quiz.exams.sitting import submit
from quiz.files.spreadsheet import read_sheet
from quiz.tables import AttemptRow
from tests.builders import NOW
from tests.quiz.examining import CLOSED, store_exam, store_hall, store_questions


@pytest.fixture
def sat(site):
    """A paper of November that nobody answered."""
    site.run("db", "upgrade")
    engine = open_engine(f"sqlite:///{site.root / 'hallwise.db'}")
    with open_sessions(engine).begin() as session:
        hall = store_hall(session)
        exam = store_exam(session, Audience(frozenset({hall.branch.id})), [store_questions(session, CLOSED)])
        key = start(session, exam, hall.people[0], NOW)
        submit(session, key, hall.people[0].id, NOW)
    yield engine
    engine.dispose()


def test_records_that_agree_with_the_log_are_verified(site, sat):
    done = site.run("records", "verify")
    assert (done.code, done.out.splitlines()[0], done.out.splitlines()[-1]) == (
        0,
        "papers 1, retained 1 (100.00%), not handed in yet 0",
        "differences 0",
    )


def test_a_score_that_was_changed_behind_the_log_is_named_and_fails(site, sat):
    with open_sessions(sat).begin() as session:
        session.query(AttemptRow).update({"score": 99.0})
    done = site.run("records", "verify", "--json")
    [told] = done.lines
    assert (done.code, told["differences"]) == (1, [{"what": "score", "where": [1], "kept": 99.0, "right": 0.0}])
    assert "score 1" in site.run("records", "verify").out


def test_records_are_written_as_a_table_with_the_hall_of_that_time(site, sat):
    out = site.root / "scores.xlsx"
    assert site.run("records", "export", "--out", str(out), "--month", "2026-11").code == 0
    sheet = read_sheet(out.read_bytes(), out.name)
    assert [list(row.cells[:10]) for row in sheet.rows] == [
        ["2026-11", "十一月业务考试", "AL0000", "演示0", "", "示例ZQ", "2026-11-22 10:00", "2026-11-22 10:00", "本人交卷", "0"]
    ]
    assert site.run("records", "export", "--out", str(out), "--month", "2026-10").err.strip() == "0 papers"
    assert site.run("records", "export", "--out", str(out), "--month", "10").code == 1
    assert site.run("records", "export", "--out", "x.csv").code == 1
