from datetime import date, timedelta

import pytest

from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.people import organisation, personnel, slips, staff
from quiz.people.accounts import credentials, hashed, note_sign_in
from quiz.people.directory import units
from quiz.people.roles import Role, UnitKind
from tests.builders import NOW, TODAY

SINCE = date(2026, 1, 1)


@pytest.fixture(scope="module")
def secret():
    return hashed("correct horse 7")


@pytest.fixture
def branch(sessions):
    """Units by name and people by number: 示例分公司 → 沙区 → 中泉厅, 北京路厅."""
    with sessions.begin() as session:
        top = organisation.add_unit(session, UnitKind.BRANCH, "示例分公司", "AL", None, "", NOW)
        sha = organisation.add_unit(session, UnitKind.DISTRICT, "沙区", "", top, "", NOW)
        zq = organisation.add_unit(session, UnitKind.HALL, "中泉厅", "ZQ", sha, "", NOW)
        bj = organisation.add_unit(session, UnitKind.HALL, "北京路厅", "", sha, "", NOW)
        admin = personnel.add_person(session, "admin", "演示管", Role.ADMIN, top, SINCE, "", NOW)
        clerk = personnel.add_person(session, " a1 ", "演示一", Role.CLERK, zq, SINCE, "ADMIN", NOW)
    return {"top": top, "sha": sha, "zq": zq, "bj": bj, "admin": admin, "clerk": clerk}


def code_of(sessions, action):
    with pytest.raises((QueryError, ConflictError, NotFoundError)) as caught, sessions.begin() as session:
        action(session)
    return caught.value.code


def stays(sessions, key):
    with sessions() as session:
        return [(unit.name, stay.from_day, stay.to_day) for unit, stay in staff.detail(session, key, TODAY).stays]


def test_a_person_is_entered_once_under_one_number(sessions, branch):
    with sessions() as session:
        found = staff.detail(session, branch["clerk"], TODAY)
    assert (found.person.number, found.person.hall, found.person.district, found.account) == ("A1", "中泉厅", "沙区", staff.AccountState.NONE)
    assert [entry.action for entry in found.trail] == ["add"]
    assert code_of(sessions, lambda s: personnel.add_person(s, "A1", "另", Role.CLERK, branch["zq"], SINCE, "", NOW)) == "number-taken"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "工1"}, "number-bad"), ({"name": " "}, "name-bad"), ({"unit": 999}, "unit-missing"), ({"unit": "sha"}, "needs-hall"),
        ({"day": TODAY + timedelta(367)}, "day-far"), ({"day": date(1980, 1, 1)}, "day-far"),
    ],
)  # fmt: skip
def test_what_cannot_be_entered_is_said(sessions, branch, change, code):
    given = {"number": "B1", "name": "演示", "unit": "zq", "day": TODAY, **change}
    unit = branch.get(given["unit"], given["unit"])
    assert code_of(sessions, lambda s: personnel.add_person(s, given["number"], given["name"], Role.CLERK, unit, given["day"], "", NOW)) == code


def test_a_move_may_be_backdated_or_planned_and_one_on_the_same_day_replaces(sessions, branch):
    for unit, day in (("bj", TODAY + timedelta(30)), ("bj", date(2026, 6, 1)), ("zq", date(2026, 8, 1)), ("bj", date(2026, 8, 1))):
        with sessions.begin() as session:
            personnel.move_person(session, branch["clerk"], branch[unit], day, "ADMIN", NOW)
    assert stays(sessions, branch["clerk"]) == [("北京路厅", date(2026, 6, 1), None), ("中泉厅", SINCE, date(2026, 6, 1))]


def test_a_closed_unit_and_a_district_take_no_clerk(sessions, branch):
    with sessions.begin() as session:
        organisation.close_unit(session, branch["bj"], "ADMIN", NOW)
    assert code_of(sessions, lambda s: personnel.move_person(s, branch["clerk"], branch["bj"], TODAY, "", NOW)) == "unit-closed"
    assert code_of(sessions, lambda s: personnel.move_person(s, branch["clerk"], branch["sha"], TODAY, "", NOW)) == "needs-hall"
    assert code_of(sessions, lambda s: personnel.edit_person(s, branch["admin"], "演示管", Role.CLERK, "", NOW)) == "needs-hall"


def test_leaving_and_coming_back_leave_a_gap(sessions, branch):
    with sessions.begin() as session:
        personnel.leave(session, branch["clerk"], date(2026, 6, 1), "ADMIN", NOW)
    assert code_of(sessions, lambda s: personnel.give_password(s, branch["clerk"], "x", "", NOW)) == "employee-gone"
    with sessions.begin() as session:
        personnel.come_back(session, branch["clerk"], branch["bj"], date(2026, 9, 1), "ADMIN", NOW)
    assert stays(sessions, branch["clerk"]) == [("北京路厅", date(2026, 9, 1), None), ("中泉厅", SINCE, date(2026, 6, 1))]
    assert code_of(sessions, lambda s: personnel.leave(s, branch["clerk"], TODAY + timedelta(1), "", NOW)) == "day-far"


def test_the_last_administrator_stays(sessions, branch):
    assert code_of(sessions, lambda s: personnel.leave(s, branch["admin"], TODAY, "", NOW)) == "last-admin"
    assert code_of(sessions, lambda s: personnel.edit_person(s, branch["admin"], "演示管", Role.TRAINER, "", NOW)) == "last-admin"
    with sessions() as session:
        assert staff.detail(session, branch["admin"], TODAY).person.role is Role.ADMIN


def test_an_edit_is_noted_and_nothing_is_when_nothing_changes(sessions, branch):
    for _ in range(2):
        with sessions.begin() as session:
            personnel.edit_person(session, branch["clerk"], "新名", Role.HALL_MANAGER, "ADMIN", NOW)
    with sessions() as session:
        trail = staff.detail(session, branch["clerk"], TODAY).trail
    assert [entry.action for entry in trail] == ["change", "add"]
    assert trail[0].detail["changes"] == [["姓名", "演示一", "新名"], ["岗位", "营业员", "厅经理"]]


def test_a_first_password_has_to_be_changed_and_a_second_ends_sessions(sessions, branch, secret):
    epochs = []
    for _ in range(2):
        with sessions.begin() as session:
            personnel.give_password(session, branch["clerk"], secret, "ADMIN", NOW)
        with sessions() as session:
            found = credentials(session, "A1")
            assert found.must_change
            epochs.append(found.epoch)
    assert epochs[1] > epochs[0]
    with sessions() as session:
        assert [e.action for e in staff.detail(session, branch["clerk"], TODAY).trail] == ["password-reset", "password-first", "add"]


def test_slips_go_to_those_without_a_password_and_on_wish_to_those_who_never_used_it(sessions, branch, secret):
    with sessions() as session:
        [person] = slips.waiting(session, [branch["zq"]], TODAY)
    with sessions.begin() as session:
        assert slips.hand_out(session, [person], {person.id: secret}, "ADMIN", NOW) == [person]
    with sessions.begin() as session:
        assert slips.hand_out(session, [person], {person.id: secret}, "ADMIN", NOW) == []
        assert slips.waiting(session, [branch["zq"]], TODAY) == []
        assert slips.waiting(session, [branch["zq"]], TODAY, again=True) == [person]
        assert slips.hand_out(session, [person], {person.id: secret}, "ADMIN", NOW, again=True) == [person]
    with sessions.begin() as session:
        assert credentials(session, "A1").epoch == 2
        note_sign_in(session, person.id, right=True, now=NOW)
    with sessions() as session:
        assert slips.waiting(session, [branch["zq"]], TODAY, again=True) == []


def test_people_are_found_by_unit_role_state_and_text(sessions, branch):
    def numbers(**wanted):
        with sessions() as session:
            found = staff.people(session, staff.Wanted(**wanted), TODAY)
        return [one.person.number for one in found.people], found.total

    assert numbers() == (["A1", "ADMIN"], 2)
    assert numbers(units=frozenset({branch["zq"]})) == (["A1"], 1)
    assert numbers(units=frozenset()) == ([], 0)
    assert numbers(role=Role.ADMIN) == (["ADMIN"], 1)
    assert numbers(text="a1") == (["A1"], 1)
    assert numbers(text="示 管") == (["ADMIN"], 1)
    assert numbers(text="%") == ([], 0)
    assert numbers(active=False) == ([], 0)
    with sessions() as session:
        page = staff.people(session, staff.Wanted(), TODAY, page=2, per_page=1)
    assert ([one.person.number for one in page.people], page.total) == (["ADMIN"], 2)


def test_the_tree_counts_people_there_and_below(sessions, branch):
    with sessions() as session:
        tree = organisation.tree(session, TODAY)
    assert [(n.unit.name, n.depth, n.here, n.people) for n in tree] == [
        ("示例分公司", 0, 1, 2),
        ("沙区", 1, 0, 1),
        ("北京路厅", 2, 0, 0),
        ("中泉厅", 2, 1, 1),
    ]


def test_a_unit_with_people_or_open_units_is_not_closed(sessions, branch):
    assert code_of(sessions, lambda s: organisation.close_unit(s, branch["zq"], "", NOW)) == "unit-occupied"
    assert code_of(sessions, lambda s: organisation.close_unit(s, branch["sha"], "", NOW)) == "unit-occupied"
    with sessions.begin() as session:
        organisation.close_unit(session, branch["bj"], "", NOW)
        assert units(session)[branch["bj"]].closed_on == TODAY
        organisation.reopen_unit(session, branch["bj"], "", NOW)
        assert units(session)[branch["bj"]].closed_on is None


def test_units_have_names_and_codes_of_their_own(sessions, branch):
    add = organisation.add_unit
    assert code_of(sessions, lambda s: add(s, UnitKind.HALL, "中泉厅", "", branch["sha"], "", NOW)) == "unit-taken"
    assert code_of(sessions, lambda s: add(s, UnitKind.HALL, "友好厅", "zq", branch["sha"], "", NOW)) == "unit-code-taken"
    assert code_of(sessions, lambda s: add(s, UnitKind.HALL, "友好厅", "?", branch["sha"], "", NOW)) == "unit-code-bad"
    assert code_of(sessions, lambda s: add(s, UnitKind.HALL, "友好厅", "", branch["top"], "", NOW)) == "unit-place-bad"
    assert code_of(sessions, lambda s: add(s, UnitKind.BRANCH, " ", "", None, "", NOW)) == "unit-name-bad"
    assert code_of(sessions, lambda s: organisation.rename_unit(s, branch["bj"], "中泉厅", "", "", NOW)) == "unit-taken"
    with sessions.begin() as session:
        organisation.rename_unit(session, branch["bj"], "北京南路厅", "bjn", "", NOW)
        assert (units(session)[branch["bj"]].name, units(session)[branch["bj"]].code) == ("北京南路厅", "BJN")
