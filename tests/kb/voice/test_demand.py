from datetime import timedelta

from kb.voice.demand import asked_by_topic
from tests.builders import NOW, make_entry, make_library
from tests.kb.searched import search

LIBRARY = make_library(make_entry(id="a", topic="套餐"), make_entry(id="b", topic="补卡"))
MONTH = NOW - timedelta(days=30)


def test_topics_are_counted_by_the_best_hit_of_what_was_typed_to_its_end(session):
    for n in range(3):
        search(session, "补卡"[: n + 1], confident=True, hits=("b@1",), typing="t", ago=timedelta(minutes=9, seconds=-n))
    search(session, "套餐", confident=True, hits=("a@1", "b@1"))
    search(session, "降档", confident=True, hits=("a@1",))
    assert asked_by_topic(session, LIBRARY, MONTH, NOW) == {"套餐": 2, "补卡": 1}


def test_what_fits_nothing_what_is_gone_and_what_is_too_old_counts_for_none(session):
    search(session, "碎屏险", confident=False, hits=("a@1",))
    search(session, "停售", confident=True, hits=("gone@1",))
    search(session, "套餐", confident=True, hits=("a@1",), ago=timedelta(days=31))
    assert asked_by_topic(session, LIBRARY, MONTH, NOW) == {}


def test_of_a_long_log_the_latest_lines_are_read(session):
    for n in range(6):
        search(session, f"问{n}", confident=True, hits=("a@1" if n < 4 else "b@1",), ago=timedelta(minutes=n + 1))
    assert asked_by_topic(session, LIBRARY, MONTH, NOW, most=4) == {"套餐": 4}
