from datetime import timedelta

import pytest

from kb.authoring.announcements import HallRate, acknowledge, announce, announcement, announcements, close, read_rates, unread
from kb.entry import EntryRef
from kb.errors import NotFoundError, QueryError
from tests.builders import NOW

REF = EntryRef("tariff-59", 3)
BRANCH, DISTRICT, HALL, OTHER = 1, 2, 3, 4


def test_an_announcement_reaches_its_units_and_those_below_them_until_it_is_read(sessions):
    with sessions.begin() as session:
        everybody = announce(session, REF, "月费改了", "改成 69 元", (), "AL1", NOW)
        district = announce(session, REF, "只在沙区", "改成 69 元", (DISTRICT,), "AL1", NOW)
        announce(session, REF, "别的厅", "改成 69 元", (OTHER,), "AL1", NOW)
        mine = (HALL, DISTRICT, BRANCH)
        assert [a.title for a in unread(session, "AL9", lambda: mine)] == ["只在沙区", "月费改了"]
        acknowledge(session, district.id, "AL9", "中泉厅", NOW)
        acknowledge(session, district.id, "AL9", "中泉厅", NOW + timedelta(days=1))
        assert [a.id for a in unread(session, "AL9", lambda: mine)] == [everybody.id]
        assert [a.id for a in unread(session, "AL8", tuple)] == [everybody.id]
        close(session, everybody.id, NOW)
        assert unread(session, "AL9", lambda: mine) == []
        assert announcement(session, everybody.id).closed_at == NOW
        assert len(announcements(session)) == 3


def test_the_read_rate_by_hall_names_who_has_not_read_it(sessions):
    with sessions.begin() as session:
        made = announce(session, REF, "月费改了", "改成 69 元", (), "AL1", NOW)
        for number in ("A", "B", "C", "gone"):
            acknowledge(session, made.id, number, "中泉厅", NOW)
        rates = read_rates(session, made.id, {"中泉厅": ("A", "B"), "北京路厅": ("C", "D"), "空厅": ()})
    assert rates == [HallRate("北京路厅", 1, 2, ("D",)), HallRate("中泉厅", 2, 2, ()), HallRate("空厅", 0, 0, ())]
    assert [r.rate for r in rates] == [0.5, 1.0, 1.0]


@pytest.mark.parametrize(("title", "words"), [("", "x"), ("x", " "), ("长" * 121, "x"), ("x", "长" * 2001)])
def test_title_and_text_are_needed(sessions, title, words):
    with pytest.raises(QueryError), sessions.begin() as session:
        announce(session, REF, title, words, (), "AL1", NOW)


def test_what_does_not_exist_cannot_be_read_or_closed(sessions):
    with sessions.begin() as session:
        for act in (lambda: acknowledge(session, 9, "A", "", NOW), lambda: close(session, 9, NOW), lambda: read_rates(session, 9, {})):
            with pytest.raises(NotFoundError):
                act()
