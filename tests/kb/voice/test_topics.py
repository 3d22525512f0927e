from datetime import timedelta

from kb.voice.topics import NO_TOPIC, voice
from tests.builders import NOW, make_entry, make_library
from tests.kb.searched import search

LIBRARY = make_library(make_entry(id="a", topic="套餐"), make_entry(id="b", topic="补卡"))


def ask(session, topic, weeks_ago, times, query="问", **more):
    for n in range(times):
        hits = (f"{ {'套餐': 'a', '补卡': 'b'}[topic] }@1",) if topic else ()
        search(session, query, who=f"AL{n % 5}", ago=timedelta(days=7 * weeks_ago + 1, minutes=n), confident=bool(topic), hits=hits, **more)


def test_searches_are_counted_by_topic_and_week(session):
    ask(session, "套餐", 0, 3)
    ask(session, "套餐", 2, 2)
    ask(session, "", 0, 1)
    found = voice(session, LIBRARY, NOW)
    assert found.weeks == 3
    assert {t.topic: t.weeks for t in found.topics} == {"套餐": (2, 0, 3), NO_TOPIC: (0, 0, 1)}
    assert (found.searches, found.rising) == (4, ())


def test_one_typing_counts_once(session):
    for n in range(3):
        search(session, "套"[: n + 1], confident=True, hits=("a@1",), typing="t", ago=timedelta(minutes=9, seconds=-n))
    assert voice(session, LIBRARY, NOW).searches == 1


def test_a_rise_comes_first_with_what_was_asked(session):
    for week in range(1, 6):
        ask(session, "套餐", week, 12)
        ask(session, "补卡", week, 4)
    ask(session, "套餐", 0, 12)
    ask(session, "补卡", 0, 20, query="补卡 13812345678")
    (rising,) = voice(session, LIBRARY, NOW).rising
    assert (rising.topic, rising.now, rising.people) == ("补卡", 20, 5)
    assert rising.queries == (("补卡 ［号码］", 20),)
    assert voice(session, LIBRARY, NOW).topics[0].topic == "补卡"


def test_one_hall_can_be_heard_alone(session):
    ask(session, "套餐", 0, 2, hall="中泉厅")
    ask(session, "套餐", 0, 3, hall="北门厅")
    assert voice(session, LIBRARY, NOW, hall="北门厅").searches == 3


def test_silence_is_no_error(session):
    found = voice(session, LIBRARY, NOW)
    assert (found.topics, found.searches, found.weeks) == ((), 0, 1)
