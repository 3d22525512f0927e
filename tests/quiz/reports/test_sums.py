"""The sums behind the reports: read by the index that is made for them."""

import pytest
from sqlalchemy import event

from kb.db import open_engine, open_sessions, upgrade
from quiz.exams.tallies import ALL_TOPICS, EXAM
from quiz.fieldtables import UnitTallyRow
from quiz.reports.sums import all_topics, month_accuracies, state_of, unit_sums
from quiz.statistics.clustered import Sums, accuracy_of, pooled, total
from quiz.statistics.period import Period
from quiz.tables import UnitRow

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
        assert any("ix_unit_tally_topic (source=? AND topic=? AND month=?)" in row[3] for row in plan) or _of_months(plan) or _of_exams(plan), plan


def _of_months(plan):
    return any("month_tally" in row[3] and "(month=? AND source=? AND topic=?)" in row[3] for row in plan)


def _of_exams(plan):
    """The papers of the months' exams, and of no others."""
    return [row[3] for row in plan if "SEARCH attempt" in row[3]] == ["SEARCH attempt USING INDEX sqlite_autoindex_attempt_1 (exam_id=?)"]


def test_the_months_spread_is_that_of_the_people_whatever_the_length_of_their_papers(session):
    groups = [persons((8, 10), (60, 100), (44, 50)), persons((9, 10), (19, 20), (70, 100), (3, 5))]
    names = ("people", "answers", "credit", "credit_squared", "answers_squared", "credit_answers")
    for unit, own in enumerate(groups, 1):
        session.add(UnitRow(id=unit, kind="hall", name=f"H{unit}", code=f"H{unit}"))
        session.flush()
        row = UnitTallyRow(unit_id=unit, month="2026-10", source=EXAM, topic=ALL_TOPICS, **{name: getattr(own, name) for name in names})
        session.add(row)
    session.flush()
    found, _ = month_accuracies(session, EXAM, ("2026-10",))["2026-10"]
    right = accuracy_of(total(groups), pooled(groups))
    assert (found.low, found.high) == pytest.approx((right.low, right.high))


def persons(*earned):
    credit, full = [c for c, _ in earned], [f for _, f in earned]
    squares = (sum(c * c for c in credit), sum(f * f for f in full), sum(c * f for c, f in earned))
    return Sums(len(earned), sum(full), sum(credit), *squares)
