"""The sums behind the reports: read by the index that is made for them."""

import pytest
from sqlalchemy import event

from kb.db import open_engine, open_sessions, upgrade
from quiz.exams.tallies import EXAM
from quiz.reports.sums import all_topics, month_accuracies, state_of, unit_sums
from quiz.statistics.period import Period

OCTOBER = Period("2026-10", "2026-10", EXAM)


@pytest.fixture
def session():
    engine = open_engine("sqlite://")
    upgrade(engine)
    with open_sessions(engine)() as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    "read",
    [
        lambda session: unit_sums(session, OCTOBER),
        lambda session: state_of(session, EXAM, OCTOBER.months),
        lambda session: all_topics(session, OCTOBER),
        lambda session: month_accuracies(session, EXAM, ("2026-09", "2026-10")),
    ],
)
def test_sums_of_all_topics_together_are_found_without_reading_those_of_others(session, read):
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _cur, statement, values, *_: asked.append((statement, values)))
    read(session)
    plans = [
        session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        for statement, values in list(asked)
        if statement.startswith("SELECT")
    ]
    assert plans
    for plan in plans:
        assert any("ix_unit_tally_topic (source=? AND topic=? AND month=?)" in row[3] for row in plan) or _of_months(plan), plan


def _of_months(plan):
    return any("month_tally" in row[3] and "(month=? AND source=? AND topic=?)" in row[3] for row in plan)
