from datetime import timedelta

import pytest
from sqlalchemy import text

from kb.authoring.withdrawals import lift, withdraw, withdrawals, withdrawals_of, withdrawn, withdrawn_ids
from kb.authoring.withdrawnnow import WithdrawnNow
from kb.errors import ConflictError, NotFoundError, QueryError
from tests.builders import NOW

LATER = NOW + timedelta(hours=1)


def test_an_entry_is_out_until_it_is_lifted_and_both_are_remembered(sessions):
    with sessions.begin() as session:
        withdraw(session, "tariff-59", " 写错了 ", "AL1", NOW)
    with sessions.begin() as session:
        assert withdrawn_ids(session) == {"tariff-59"}
        assert (withdrawn(session)["tariff-59"].reason, withdrawn(session)["tariff-59"].at) == ("写错了", NOW)
        lift(session, "tariff-59", "AL2", LATER)
    with sessions.begin() as session:
        assert withdrawn_ids(session) == frozenset()
        withdraw(session, "tariff-59", "又错了", "AL1", LATER)
        assert [(w.reason, w.lifted_by) for w in withdrawals_of(session, "tariff-59")] == [("又错了", ""), ("写错了", "AL2")]
        assert len(withdrawals(session)) == 2


@pytest.mark.parametrize("reason", ["", " \n", "长" * 501])
def test_a_reason_of_a_fitting_length_is_needed(sessions, reason):
    with pytest.raises(QueryError), sessions.begin() as session:
        withdraw(session, "tariff-59", reason, "AL1", NOW)


def test_twice_out_and_twice_back_are_refused(sessions):
    with sessions.begin() as session:
        withdraw(session, "tariff-59", "写错了", "AL1", NOW)
        with pytest.raises(ConflictError):
            withdraw(session, "tariff-59", "写错了", "AL1", NOW)
        with pytest.raises(NotFoundError):
            lift(session, "tariff-79", "AL1", NOW)


def test_a_process_looks_at_most_twice_a_second(sessions, engine):
    clock = [0.0]
    here = WithdrawnNow(engine, lambda: clock[0])
    assert here.ids() == frozenset()
    with sessions.begin() as session:
        withdraw(session, "tariff-59", "写错了", "AL1", NOW)
    clock[0] = 0.49
    assert here.ids() == frozenset()
    clock[0] = 0.5
    assert (here.ids(), here.get()["tariff-59"].by) == ({"tariff-59"}, "AL1")
    assert here.ids() is here.ids()


def test_the_process_that_withdrew_knows_at_once(sessions, engine):
    here = WithdrawnNow(engine, lambda: 0.0)
    assert here.ids() == frozenset()
    with sessions.begin() as session:
        withdraw(session, "tariff-59", "写错了", "AL1", NOW)
    here.forget()
    assert here.ids() == {"tariff-59"}


def test_a_database_that_refuses_leaves_what_was_known(sessions, engine, caplog):
    clock = [0.0]
    here = WithdrawnNow(engine, lambda: clock[0])
    with sessions.begin() as session:
        withdraw(session, "tariff-59", "写错了", "AL1", NOW)
    assert here.ids() == {"tariff-59"}
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE withdrawal"))
    clock[0] = 1.0
    assert here.ids() == {"tariff-59"}
    assert "last known" in caplog.text
