from datetime import date

from quiz.people.roles import Person, Role, Stay, Unit, UnitKind, subtree, unit_on, units_seen

TREE = [
    Unit(1, UnitKind.BRANCH, "AL", "分公司"),
    Unit(2, UnitKind.DISTRICT, "SQ", "沙区", 1),
    Unit(3, UnitKind.HALL, "ZQ", "中泉", 2),
    Unit(4, UnitKind.HALL, "X", "x", 1),
]


def seen(role, unit):
    return units_seen(Person(9, "AL9", "演示", role, next((u for u in TREE if u.id == unit), None)), TREE)


def test_a_stay_begins_on_its_first_day_and_ends_before_its_last():
    stays = [Stay(3, date(2026, 1, 1), date(2026, 5, 1)), Stay(4, date(2026, 5, 1))]
    assert [unit_on(stays, d) for d in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 4, 30), date(2026, 5, 1))] == [None, 3, 3, 4]


def test_a_subtree_holds_the_unit_and_all_below():
    assert subtree(TREE, 2) == {2, 3}
    assert subtree(TREE, 1) == {1, 2, 3, 4}


def test_who_sees_whom():
    assert seen(Role.CLERK, 3) == set()
    assert seen(Role.HALL_MANAGER, 3) == {3}
    assert seen(Role.BRANCH_MANAGER, 2) == {2, 3}
    assert seen(Role.BRANCH_MANAGER, None) == set()
    assert seen(Role.TRAINER, None) == {1, 2, 3, 4}
