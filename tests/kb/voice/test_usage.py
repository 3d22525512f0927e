from datetime import timedelta

from kb.entry import Context, EntryRef
from kb.querylog import Asker, record_feedback
from kb.voice.usage import in_use, remarks, usage
from tests.builders import NOW, TODAY, make_entry, make_library
from tests.kb.searched import search

SINCE = NOW - timedelta(days=30)
REF = EntryRef("a", 1)


def judge(session, *, useful, reason="", comment="", ref=REF, ago=timedelta(days=1)):
    record_feedback(session, ref, Asker("AL1", "中泉厅"), NOW - ago, useful=useful, reason=reason, comment=comment)


def test_finding_opening_copying_and_thumbs_are_counted(session):
    search(session, "甲", confident=True, hits=("a@1", "b@1"), then="open")
    search(session, "乙", confident=True, hits=("a@2",), then="copy", ago=timedelta(days=2))
    search(session, "丙", confident=False, hits=("b@1",))
    judge(session, useful=True)
    judge(session, useful=False, reason="outdated")
    judge(session, useful=False)
    use = usage(session, SINCE, NOW)["a"]
    assert (use.found, use.opened, use.copied, use.up, use.down, dict(use.reasons)) == (2, 1, 1, 1, 2, {"outdated": 1, "other": 1})
    assert use.last == NOW - timedelta(hours=1) + timedelta(seconds=5)
    assert "b" not in usage(session, SINCE, NOW)


def test_what_happened_earlier_does_not_count(session):
    search(session, "甲", confident=True, hits=("a@1",), then="open", ago=timedelta(days=40))
    judge(session, useful=False, ago=timedelta(days=40))
    assert usage(session, SINCE, NOW) == {}


def test_entries_in_force_are_listed_most_used_first_and_the_unused_too(session):
    search(session, "甲", confident=True, hits=("b@1",))
    lines = in_use(make_library(make_entry(id="a"), make_entry(id="b")), Context(TODAY), usage(session, SINCE, NOW))
    assert [(entry.id, use.used) for entry, use in lines] == [("b", 1), ("a", 0)]


def test_remarks_say_what_and_where_but_not_who_and_hide_numbers(session):
    judge(session, useful=False, reason="wrong_number", comment="查13812345678对不上")
    judge(session, useful=True)
    judge(session, useful=True, comment="很好用", ref=EntryRef("b", 1))
    found = remarks(session, SINCE, NOW)
    assert {(r.entry_id, r.comment, r.hall) for r in found} == {("a", "查［号码］对不上", "中泉厅"), ("b", "很好用", "中泉厅")}
    assert [r.entry_id for r in remarks(session, SINCE, NOW, "b")] == ["b"]
    assert not hasattr(found[0], "employee")
