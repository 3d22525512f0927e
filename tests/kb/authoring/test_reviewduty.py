from datetime import timedelta

import pytest

from kb.authoring.reviewduty import Duty, reviews
from kb.entry import Context
from tests.builders import TODAY, make_entry, make_library

PLACE = Context(TODAY)


def due(days, owner="话术岗", **changes):
    return make_entry(**{"id": f"e{days}", "owner": owner, "reviewed_on": TODAY, "review_due": TODAY + timedelta(days=days), **changes})


@pytest.mark.parametrize(("days", "duty"), [(-1, Duty.OVERDUE), (0, Duty.DUE), (30, Duty.DUE), (31, Duty.VERIFIED)])
def test_how_a_review_stands_follows_from_its_day(days, duty):
    (line,) = reviews(make_library(due(days)), PLACE).lines
    assert (line.duty, line.days) == (duty, days)


def test_the_longest_overdue_comes_first_and_what_has_no_day_last():
    found = reviews(make_library(due(40), due(-9), make_entry(id="undated"), due(-2)), PLACE)
    assert [line.entry.id for line in found.lines] == ["e-9", "e-2", "e40", "undated"]
    assert found.count(Duty.OVERDUE) == 2


def test_verified_is_what_has_an_owner_and_is_not_overdue():
    found = reviews(make_library(due(40), due(5), due(-1), due(50, owner=""), make_entry(id="undated", owner="话术岗")), PLACE)
    assert (found.verified, found.unowned, found.share) == (2, 1, 0.4)
    assert found.owners == (("话术岗", 4, 1, 1), ("", 1, 0, 0))


def test_what_is_not_in_force_is_nobodys_duty():
    found = reviews(make_library(due(-5, effective_to=TODAY - timedelta(days=1))), PLACE)
    assert (found.lines, found.share) == ((), None)
