from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quiz.people.roles import Stay, unit_on
from quiz.people.stays import dropped, ended, placed, works_there

FIRST = date(2026, 1, 1)
days = st.integers(0, 400).map(lambda n: FIRST + timedelta(n))
moves = st.lists(st.tuples(st.sampled_from(["move", "leave"]), st.integers(1, 4), days), max_size=12)


def history(steps):
    stays = ()
    for kind, unit, day in steps:
        stays = placed(stays, unit, day) if kind == "move" else ended(stays, day)
    return stays


@given(moves)
def test_stays_never_overlap_and_only_the_last_may_be_open(steps):
    stays = history(steps)
    assert all(stay.to_day is None or stay.from_day < stay.to_day for stay in stays)
    assert all(before.to_day is not None and before.to_day <= after.from_day for before, after in pairwise(stays))
    assert len({stay.from_day for stay in stays}) == len(stays)


@given(moves, st.integers(1, 4), days, days)
def test_a_move_holds_from_its_day_on_and_changes_nothing_before(steps, unit, day, other):
    before = history(steps)
    after = placed(before, unit, day)
    assert unit_on(after, other) == (unit if other >= day else unit_on(before, other))
    assert placed(after, unit, day) == after
    assert works_there(after, unit, day, other)


@given(moves, days, days)
def test_whoever_left_works_nowhere_from_that_day_on(steps, day, other):
    before = history(steps)
    assert unit_on(ended(before, day), other) == (None if other >= day else unit_on(before, other))


def test_a_move_on_the_same_day_replaces_and_loses_nothing():
    stays = (Stay(1, FIRST, date(2026, 6, 1)), Stay(2, date(2026, 6, 1)))
    assert placed(stays, 3, date(2026, 6, 1)) == (Stay(1, FIRST, date(2026, 6, 1)), Stay(3, date(2026, 6, 1)))
    assert dropped(stays, date(2026, 6, 1)) == ()
    assert dropped(stays, date(2026, 3, 1)) == stays[1:]


def test_moving_back_on_the_day_of_a_planned_move_cancels_it():
    stays = placed((Stay(1, FIRST),), 2, date(2026, 12, 1))
    assert placed(stays, 1, date(2026, 12, 1)) == (Stay(1, FIRST),)
