from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import ContentError
from quiz.files.spreadsheet import read_sheet
from quiz.people.roles import Role, Stay
from quiz.people.roster import Choices, Decision, Known, State, plan
from quiz.people.rostercolumns import Column, read_day, read_roster
from quiz.people.rosterfile import HEADER as OURS
from quiz.people.rosterfile import roster_csv, roster_workbook, template
from quiz.people.rosterunits import nearly
from quiz.people.stays import ended, placed
from tests.quiz.rosters import BJ, HEADER, TODAY, UNITS, XB, ZQ, known, roster, state

FULL = (*HEADER, "生效日期", "在职状态")


def decided(sheet, there=None, choices=None):
    return plan(sheet, there or state(), TODAY, choices)


def codes(item):
    return [finding.code for finding in item.findings]


# --- headings and words


@pytest.mark.parametrize(
    "header",
    [
        ("员工工号", "员工姓名", "职务", "所属区县", "所属营业厅"),
        ("工 号*", "姓　名（必填）", "岗位名称", "区县", "营业厅名称"),
        ("Number", "Name", "Role", "District", "Hall"),
    ],
)
def test_headings_go_by_many_names(header):
    [line] = roster(("a1", "张　三", "前台", "沙区", "中泉厅"), header=header).lines
    assert (line.number, line.name, line.role, line.district, line.hall) == ("A1", "张三", Role.CLERK, "沙区", "中泉厅")


def test_of_two_headings_for_one_column_the_nearer_counts():
    [line] = roster(("A1", "甲", "部门甲", "中泉厅"), header=("工号", "姓名", "部门", "营业厅")).lines
    assert line.hall == "中泉厅"


def test_without_number_and_name_the_message_shows_what_was_found():
    with pytest.raises(ContentError) as caught:
        roster(("A1", "甲"), header=("编制", "姓名"))
    assert caught.value.code == "roster-headless"
    assert "编制、姓名" in str(caught.value)


@pytest.mark.parametrize(
    ("word", "role"),
    [("营业员", Role.CLERK), ("流动岗", Role.CLERK), ("班长", Role.HALL_MANAGER), ("hall_manager", Role.HALL_MANAGER), ("内训师", Role.TRAINER),
     ("检查人员", Role.INSPECTOR), ("branch_manager", Role.BRANCH_MANAGER), ("Admin", Role.ADMIN), ("店小二", None)],
)  # fmt: skip
def test_roles_go_by_many_words(word, role):
    assert roster(("A1", "甲", word)).lines[0].role == role


@pytest.mark.parametrize(
    "text", ["2026-11-22", "2026/11/22", "2026.11.22", "2026年11月22日", "20261122", "46348", "2026-11-22 00:00", " 2026-11-22 "]
)
def test_days_are_read_as_people_write_them(text):
    assert read_day(text) == TODAY


@pytest.mark.parametrize("text", ["", "2026-13-01", "2026-02-30", "明天", "1026-01-01", "202611"])
def test_what_is_no_day_is_none(text):
    assert read_day(text) is None


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_day_comes_back_from_every_writing(day):
    serial = str((day - date(1899, 12, 30)).days)
    assert {read_day(t) for t in (day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", serial)} == {day}


# --- real files


def test_a_title_merged_over_blank_rows_totals_and_merged_districts_are_understood():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["示例分公司花名册"], [], list(HEADER), ["A1", "甲", "营业员", "沙区", "中泉厅"], [], ["A2", "乙", "厅经理", None, "北京路厅"], list(HEADER),
                ["合计", "2人"], ["备注：以上为在职人员"]]:  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("D4:D6")
    sheet.merge_cells("A9:E9")
    target = BytesIO()
    book.save(target)
    found = read_roster(read_sheet(target.getvalue(), "花名册.xlsx"))
    assert [(line.row, line.number, line.district) for line in found.lines] == [(4, "A1", "沙区"), (6, "A2", "沙区")]
    assert found.ignored == (1, 5, 7, 8, 9)
    assert [item.decision for item in decided(found).items] == [Decision.NEW, Decision.NEW]


def test_a_gbk_csv_is_understood():
    text = "工号,姓名,岗位,营业厅\r\nA1,张三,营业员,中泉厅\r\n"
    [item] = decided(read_roster(read_sheet(text.encode("gbk"), "a.csv"))).items
    assert (item.line.name, item.target) == ("张三", ZQ.id)


def test_the_template_has_our_headings_and_imports_nobody():
    found = read_roster(read_sheet(template(), "模板.xlsx"))
    assert tuple(found.headings) == tuple(Column)
    assert tuple(found.headings.values()) == OURS
    assert found.lines == ()


# --- decisions


def test_a_new_person_works_from_the_day_of_the_row_or_the_chosen_one():
    sheet = roster(("A1", "甲", "营业员", "沙区", "中泉厅", "2026-10-01"), ("A2", "乙", "营业员", "沙区", "中泉营业厅"), header=FULL)
    one, two = decided(sheet, choices=Choices(day=date(2026, 11, 1))).items
    assert (one.decision, one.target, one.day) == (Decision.NEW, ZQ.id, date(2026, 10, 1))
    assert (two.decision, two.target, two.day) == (Decision.NEW, ZQ.id, date(2026, 11, 1))


def test_changes_name_what_was_and_what_will_be():
    [item] = decided(roster(("A1", "新名", "厅经理", "沙区", "北京路厅")), state(known())).items
    assert item.decision is Decision.MOVED
    assert [(c.column, c.before, c.after) for c in item.changes] == [
        (Column.NAME, "演示A1", "新名"), (Column.ROLE, "营业员", "厅经理"), (Column.HALL, "中泉厅", "北京路厅"),
    ]  # fmt: skip


def test_what_a_row_does_not_say_stays():
    [item] = decided(roster(("A1", "演示A1")), state(known())).items
    assert item.decision is Decision.UNCHANGED


def test_whoever_is_missing_stays_unless_the_roster_is_whole():
    there = state(known("A1"), known("A2"), known("A3", active=False))
    sheet = roster(("A1", "演示A1"))
    assert decided(sheet, there).missing == ()
    assert [k.number for k in decided(sheet, there, Choices(whole=True)).missing] == ["A2"]


def test_a_faulty_row_keeps_its_person_from_counting_as_missing():
    there = state(known("A1"))
    assert decided(roster(("A1", "", "营业员")), there, Choices(whole=True)).missing == ()


def test_a_move_that_wipes_out_entered_stays_says_so():
    there = state(known(stays=(Stay(ZQ.id, date(2026, 1, 1), date(2026, 6, 1)), Stay(XB.id, date(2026, 6, 1)))))
    [item] = decided(roster(("A1", "演示A1", "", "沙区", "中泉厅", "2026-03-01"), header=FULL), there).items
    assert (item.decision, codes(item)) == (Decision.MOVED, ["roster-replaces"])
    assert "2026-06-01 西北路厅" in item.findings[0].text()


def test_a_planned_move_survives_a_roster_of_today():
    there = state(known(stays=(Stay(ZQ.id, date(2026, 1, 1), date(2026, 12, 1)), Stay(XB.id, date(2026, 12, 1)))))
    [item] = decided(roster(("A1", "演示A1", "", "沙区", "中泉厅", "2026-01-01"), header=FULL), there).items
    assert item.decision is Decision.UNCHANGED


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("", "甲", "营业员", "沙区", "中泉厅"), "roster-number-missing"),
        (("1.2E+10", "甲", "营业员", "沙区", "中泉厅"), "roster-number-bad"),
        (("A2", "", "营业员", "沙区", "中泉厅"), "roster-name-missing"),
        (("A2", "名" * 81, "营业员", "沙区", "中泉厅"), "roster-name-bad"),
        (("A2", "甲", "", "沙区", "中泉厅"), "roster-role-missing"),
        (("A2", "甲", "店小二", "沙区", "中泉厅"), "roster-role-bad"),
        (("A2", "甲", "营业员", "沙区", ""), "roster-hall-missing"),
        (("A2", "甲", "营业员", "", ""), "roster-hall-missing"),
        (("A2", "甲", "营业员", "", "友好厅"), "roster-district-missing"),
        (("A2", "甲", "营业员", "沙区", "中泉厅", "2026-13-01"), "roster-day-bad"),
        (("A2", "甲", "营业员", "沙区", "中泉厅", "2028-01-01"), "roster-day-far"),
        (("A1", "演示A1", "", "", "", "2026-12-01", "离职"), "roster-leave-ahead"),
        (("A2", "甲", "营业员", "沙区", "中泉厅", "", "也许"), "roster-status-bad"),
        (("A2", "甲", "营业员", "沙区", "厅" * 90), "roster-unit-bad"),
        (("A2", "甲", "营业员", "沙区", "中权厅"), "roster-unit-near"),
        (("A2", "甲", "营业员", "天北", "中泉厅"), "roster-unit-near"),
    ],
)
def test_a_faulty_row_says_where_and_how_to_mend_it(row, code):
    [item] = decided(roster(row, header=FULL), state(known())).items
    assert (item.decision, codes(item)) == (Decision.FAULTY, [code])
    assert item.findings[0].column in FULL
    assert all(item.findings[0].text(lang) for lang in ("zh", "en"))


def test_a_closed_hall_takes_nobody():
    units = tuple(replace(u, closed_on=TODAY) if u is ZQ else u for u in UNITS)
    [item] = decided(roster(("A2", "甲", "营业员", "沙区", "中泉厅")), state(units=units)).items
    assert codes(item) == ["roster-unit-closed"]


def test_a_number_that_stands_twice_is_faulty_in_both_rows_and_an_equal_row_only_repeats():
    rows = ("A2", "甲", "营业员", "沙区", "中泉厅")
    different = decided(roster(rows, ("A2", "乙", "营业员", "沙区", "中泉厅"))).items
    assert [(item.decision, codes(item)) for item in different] == [(Decision.FAULTY, ["roster-number-twice"])] * 2
    equal = decided(roster(rows, rows)).items
    assert [item.decision for item in equal] == [Decision.NEW, Decision.REPEATED]
    assert equal[1].findings[0].args == {"first": 2}


def test_a_trainer_of_whom_nothing_is_said_works_for_the_branch():
    [item] = decided(roster(("A2", "甲", "培训师"))).items
    assert (item.decision, item.target) == (Decision.NEW, 1)


def test_becoming_an_administrator_is_pointed_out():
    [item] = decided(roster(("A1", "演示A1", "管理员")), state(known())).items
    assert (item.decision, codes(item)) == (Decision.CHANGED, ["roster-becomes-admin"])


# --- units


def test_new_units_are_proposed_once_and_the_doubtful_wait_for_a_tick():
    sheet = roster(
        ("A1", "甲", "营业员", "新市区", "长春路厅"), ("A2", "乙", "营业员", "新市区公司", "长春路营业厅"), ("A3", "丙", "营业员", "沙区", "中权厅")
    )
    planned = decided(sheet)
    assert [(u.name, u.parent_name, u.rows, u.near, u.allowed) for u in planned.units] == [
        ("新市区", "示例分公司", 2, "", True), ("长春路厅", "新市区", 2, "", True), ("中权厅", "沙区", 1, "中泉厅", False),
    ]  # fmt: skip
    assert [item.decision for item in planned.items] == [Decision.NEW, Decision.NEW, Decision.FAULTY]
    ticked = decided(sheet, choices=Choices(add=frozenset({planned.units[2].key}), skip=frozenset({planned.units[0].key})))
    assert [item.decision for item in ticked.items] == [Decision.FAULTY, Decision.FAULTY, Decision.NEW]
    assert codes(ticked.items[0]) == ["roster-unit-unticked"]


def test_of_two_new_names_that_differ_in_one_character_the_rare_one_is_doubted():
    rows = [(f"A{i}", "甲", "营业员", "沙区", "长春路厅") for i in range(3)]
    planned = decided(roster(*rows, ("B1", "乙", "营业员", "沙区", "长椿路厅")))
    assert [(u.name, u.near) for u in planned.units] == [("长春路厅", ""), ("长椿路厅", "长春路厅")]


def test_the_first_roster_of_all_makes_branch_district_and_hall():
    sheet = roster(("A1", "甲", "厅经理", "示例分公司", "沙区", "中泉厅"), header=("工号", "姓名", "岗位", "分公司", "区县公司", "营业厅"))
    planned = plan(sheet, State({}, ()), TODAY)
    assert [u.name for u in planned.units] == ["示例分公司", "沙区", "中泉厅"]
    assert planned.items[0].decision is Decision.NEW
    without = plan(roster(("A1", "甲", "厅经理", "沙区", "中泉厅")), State({}, ()), TODAY)
    assert codes(without.items[0]) == ["roster-branch-missing"]


def test_a_hall_is_found_by_its_code_and_a_code_that_contradicts_is_said():
    header = ("工号", "姓名", "岗位", "营业厅", "厅编码")
    found, foreign, unknown, other = decided(
        roster(
            ("A1", "甲", "营业员", "", "bj"),
            ("A2", "乙", "营业员", "中泉厅", "BJ"),
            ("A3", "丙", "营业员", "", "ZZ"),
            ("A4", "丁", "营业员", "中泉厅", "Z9"),
            header=header,
        )
    ).items
    assert (found.target, codes(foreign), codes(unknown)) == (BJ.id, ["roster-code-foreign"], ["roster-code-unknown"])
    assert (other.decision, codes(other)) == (Decision.NEW, ["roster-code-kept"])


@given(st.text("中泉路北京", min_size=1, max_size=6), st.data())
def test_one_slip_of_the_pen_is_near(name, data):
    place = data.draw(st.integers(0, len(name) - 1))
    assert nearly(name, name[:place] + name[place + 1 :])
    assert nearly(name, name[:place] + "新" + name[place:])
    assert nearly(name, name[:place] + "新" + name[place + 1 :])
    assert nearly(name, name)
    assert not nearly(name, name + "新新")


# --- laws


def applied(planned, there):
    """What importing does, without a database."""
    people, ids = dict(there.people), {}
    units = list(there.units)
    for unit in planned.units:
        if unit.allowed:
            ids[unit.key] = len(units) + 1
            units.append(type(UNITS[0])(len(units) + 1, unit.kind, unit.code or f"X{len(units)}", unit.name, ids.get(unit.parent, unit.parent)))
    for item in planned.items:
        line, old = item.line, item.known
        if item.decision not in (Decision.NEW, Decision.MOVED, Decision.CHANGED, Decision.LEFT):
            continue
        stays = old.stays if old else ()
        if item.decision is Decision.LEFT:
            stays = ended(stays, item.day)
        elif item.target is not None:
            stays = placed(stays, ids.get(item.target, item.target), item.day)
        role = line.role or old.role
        active = line.active if line.active is not None else (old.active if old else True)
        people[line.number] = Known(old.id if old else len(people) + 1, line.number, line.name, role, active, stays)
    return State(people, tuple(units))


near_days = st.integers(-200, 200).map(lambda n: (TODAY + timedelta(n)).isoformat())
rows = st.lists(
    st.tuples(
        st.sampled_from(["A1", "A2", "A3", "A4", ""]), st.sampled_from(["甲", "乙", ""]), st.sampled_from(["营业员", "厅经理", "培训师", "管理员", "", "?"]),
        st.sampled_from(["沙区", "天北", "新市区", ""]), st.sampled_from(["中泉厅", "西北路厅", "中权厅", "长春路厅", ""]), st.one_of(st.just(""), near_days),
        st.sampled_from(["", "在职", "离职"]),
    ),
    max_size=6,
)  # fmt: skip
somebody = st.lists(st.tuples(st.sampled_from([ZQ, BJ, XB]), st.integers(-300, 300)), max_size=4)


@given(rows, somebody, st.booleans(), st.integers(-100, 100))
def test_applying_a_plan_and_planning_again_changes_nothing(sheet_rows, moves, active, offset):
    stays = ()
    for unit, day in moves:
        stays = placed(stays, unit.id, TODAY + timedelta(day))
    there = state(known(stays=stays if active else ended(stays, TODAY), active=active), known("A2"))
    sheet, choices = roster(*sheet_rows, header=FULL), Choices(day=TODAY + timedelta(offset))
    first = plan(sheet, there, TODAY, choices)
    again = plan(sheet, applied(first, there), TODAY, choices)
    assert not again.changes_anything
    assert sum(first.totals.values()) == len(sheet.lines) == len(first.items)


@pytest.mark.parametrize("write", [roster_csv, roster_workbook])
def test_an_export_imported_again_changes_nothing(write):
    there = state(known("A1"), known("A2", XB, role=Role.HALL_MANAGER))
    data = write(
        [
            ("A1", "演示A1", "营业员", "示例分公司", "沙区", "中泉厅", "ZQ", "2026-01-01", "在职"),
            ("A2", "演示A2", "厅经理", "示例分公司", "天北", "西北路厅", "XB", "2026-01-01", "在职"),
        ]
    )
    planned = plan(read_roster(read_sheet(data, "x")), there, TODAY)
    assert [item.decision for item in planned.items] == [Decision.UNCHANGED] * 2


def test_twenty_thousand_rows_are_each_decided():
    text = "工号,姓名,岗位,区县公司,营业厅\n" + "".join(f"AL{i:06},甲{i},营业员,区{i % 31},厅{i % 31}之{i % 961}\n" for i in range(20_000))
    planned = plan(read_roster(read_sheet(text.encode("gb18030"), "a.csv")), state(), TODAY)
    assert planned.totals[Decision.NEW] == 20_000
    assert len(planned.units) == 31 + 961
