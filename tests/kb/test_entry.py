from datetime import date, timedelta

import pytest

from kb.entry import Context, EntryRef, Scope, Source, Status
from tests.builders import TODAY, make_entry

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        (Context(TODAY), True), (Context(TODAY, district="沙区"), True), (Context(TODAY, district="新市区"), False), (Context(TODAY, channel="热线"), True),
        (Context(TODAY, district="沙区", hall="中泉厅"), True), (Context(TODAY, district="沙区", hall="北京路厅"), False),
    ],
)  # fmt: skip
def test_a_scope_allows_its_places_and_askers_whose_place_is_not_known(context, allowed):
    assert Scope(districts=("沙区", "天北"), halls=("中泉厅",)).allows(context) is allowed


def test_scopes_overlap_when_every_part_has_a_place_in_common():
    north, south, hotline = Scope(districts=("北",)), Scope(districts=("南",)), Scope(channels=("热线",))
    assert north.overlaps(Scope(districts=("南", "北")))
    assert north.overlaps(hotline)
    assert not north.overlaps(south)
    assert not Scope(districts=("北",), channels=("营业厅",)).overlaps(Scope(districts=("北",), channels=("热线",)))


def test_an_entry_is_in_force_from_its_first_to_its_last_day():
    entry = make_entry(effective_from=TODAY, effective_to=TODAY + DAY)
    assert [entry.in_force(TODAY + n * DAY) for n in (-1, 0, 1, 2)] == [False, True, True, False]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETIRED])
def test_only_what_is_published_is_in_force(status):
    assert make_entry().in_force(date.min)
    assert not make_entry(status=status).in_force(TODAY)


def test_entries_overlap_when_they_share_a_day():
    first = make_entry(effective_to=TODAY)
    assert first.overlaps(make_entry(effective_from=TODAY))
    assert not first.overlaps(make_entry(effective_from=TODAY + DAY))
    assert not make_entry(effective_from=TODAY + DAY).overlaps(first)


def test_a_field_without_a_line_of_its_own_stands_on_that_of_its_parent():
    source = Source("a.md", {"facts": 3, "facts.fee": 4})
    assert [source.line(name) for name in ("facts.fee.label", "facts.data", "facts", "owner")] == [4, 3, 3, 1]


def test_a_reference_to_a_version_is_written_with_an_at():
    assert str(make_entry(id="a", version=3).ref) == "a@3"
    assert sorted([EntryRef("b", 1), EntryRef("a", 10), EntryRef("a", 2)]) == [EntryRef("a", 2), EntryRef("a", 10), EntryRef("b", 1)]
