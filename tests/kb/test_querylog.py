from datetime import timedelta

import pytest
from sqlalchemy import select

from kb.entry import EntryRef
from kb.errors import QueryError
from kb.querylog import Asker, popular_queries, recent_queries, record_action, record_feedback, record_search
from kb.search import Answer
from kb.tables import ActionRow, FeedbackRow, SearchRow
from tests.builders import NOW

ME, OTHER = Asker("AL002010", "中泉厅"), Asker("AL002011", "北门厅")
REF = EntryRef("script-cheaper", 2)


def answer(query, *, confident=True):
    return Answer(query, query, confident, hits=(), took_ms=12.5, snapshot="abc")


def search(session, query, minutes=0, asker=ME, typing="", *, confident=True):
    return record_search(session, answer(query, confident=confident), asker, NOW + timedelta(minutes=minutes), typing=typing)


def test_a_search_is_kept_with_who_where_when_and_how_long(sessions):
    with sessions.begin() as session:
        key = record_search(session, answer("太贵", confident=False), ME, NOW, kind="tariff", typing="t" * 40)
    with sessions() as session:
        row = session.get_one(SearchRow, key)
        found = (row.at, row.employee, row.hall, row.query, row.kind, row.confident, row.hits, row.took_ms, row.snapshot, row.typing)
    assert found == (NOW, "AL002010", "中泉厅", "太贵", "tariff", False, [], 12.5, "abc", "t" * 32)


@pytest.mark.parametrize("query", ["\x00套餐", "\x1b[31m", "\ud800", "😀", "'; DROP TABLE search; --", "套" * 500, "<b>", ""])
def test_any_query_can_be_kept_and_only_what_no_database_holds_is_replaced(sessions, query):
    with sessions.begin() as session:
        key = search(session, query)
        record_feedback(session, REF, ME, NOW, useful=False, comment=query)
    with sessions() as session:
        kept = session.get_one(SearchRow, key).query
    assert kept == query.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


def test_a_hit_that_was_copied_belongs_to_its_search(sessions):
    with sessions.begin() as session:
        key = search(session, "太贵")
        record_action(session, key, "copy", REF, OTHER, NOW)
    with sessions() as session:
        row = session.scalars(select(ActionRow)).one()
        assert (row.search_id, row.action, row.entry_id, row.version, row.hall) == (key, "copy", "script-cheaper", 2, "北门厅")


@pytest.mark.parametrize("key", ["", "gone", "x" * 500, "\x00"])
def test_an_action_without_a_known_search_is_kept_without_one(sessions, key):
    with sessions.begin() as session:
        record_action(session, key, "open", REF, ME, NOW)
        record_feedback(session, REF, ME, NOW, useful=True, search_id=key)
    with sessions() as session:
        assert session.scalars(select(ActionRow.search_id)).all() == [None]
        assert session.scalars(select(FeedbackRow.search_id)).all() == [None]


def test_feedback_is_kept_with_its_reason_and_a_shortened_comment(sessions):
    with sessions.begin() as session:
        key = search(session, "太贵")
        record_feedback(session, REF, ME, NOW, useful=False, reason="wrong_number", comment="  " + "长" * 2000, search_id=key)
    with sessions() as session:
        row = session.scalars(select(FeedbackRow)).one()
        assert (row.useful, row.reason, row.comment, row.search_id, row.version) == (False, "wrong_number", "长" * 1000, key, 2)


def test_unknown_actions_and_reasons_are_refused(sessions):
    with sessions() as session:
        with pytest.raises(QueryError):
            record_action(session, "", "delete", REF, ME, NOW)
        with pytest.raises(QueryError):
            record_feedback(session, REF, ME, NOW, useful=True, reason="because")
        assert session.scalars(select(ActionRow)).all() == []


def test_recent_queries_are_ones_own_newest_first_without_repetition_and_without_misses(sessions):
    with sessions.begin() as session:
        for minute, query in enumerate(["套餐", "补卡", "宽带", "套餐"]):
            search(session, query, minute)
        search(session, "天气", 8, confident=False)
        search(session, "携号", 9, OTHER)
    with sessions() as session:
        assert recent_queries(session, ME) == ["套餐", "宽带", "补卡"]
        assert recent_queries(session, ME, limit=1) == ["套餐"]
        assert recent_queries(session, Asker()) == []


def test_popular_queries_are_counted_over_everybody_most_frequent_first(sessions):
    with sessions.begin() as session:
        for minute, query in enumerate(["补卡", "套餐", "套餐", "宽带"]):
            search(session, query, minute, OTHER if minute % 2 else ME)
        search(session, "天气", 9, confident=False)
    with sessions() as session:
        assert popular_queries(session, NOW + timedelta(hours=1)) == [("套餐", 2), ("宽带", 1), ("补卡", 1)]
        assert popular_queries(session, NOW + timedelta(hours=1), limit=1) == [("套餐", 2)]


def test_of_one_typing_only_the_last_query_counts(sessions):
    with sessions.begin() as session:
        for minute, query in enumerate(["太", "太贵", "太贵了"]):
            search(session, query, minute, typing="t1")
        search(session, "太贵", 5, typing="t2")
    with sessions() as session:
        assert popular_queries(session, NOW + timedelta(hours=1)) == [("太贵", 1), ("太贵了", 1)]


def test_what_was_popular_more_than_thirty_days_ago_is_forgotten(sessions):
    with sessions.begin() as session:
        search(session, "套餐")
    with sessions() as session:
        assert popular_queries(session, NOW + timedelta(days=29))
        assert popular_queries(session, NOW + timedelta(days=31)) == []
