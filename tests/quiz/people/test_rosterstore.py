from datetime import date, timedelta

import pytest
from sqlalchemy import event

from kb.errors import ConflictError
from quiz.audit import trail
from quiz.people.directory import units
from quiz.people.roles import Role, Stay, UnitKind
from quiz.people.roster import Choices, Decision, plan
from quiz.people.rosterfile import HEADER as OURS
from quiz.people.rosterstore import free_codes, import_roster, roster_state
from quiz.people.staff import Wanted, everybody, hall_of, members, people, roster_rows
from tests.builders import NOW, TODAY
from tests.quiz.rosters import HEADER, roster

FIRST = (
    ("ADMIN", "演示管", "管理员", "示例分公司", "", "", "", "2026-01-01", "在职"),
    ("A1", "演示一", "营业员", "示例分公司", "沙区", "中泉厅", "ZQ", "2026-01-01", "在职"),
    ("A2", "演示二", "厅经理", "示例分公司", "沙区", "北京路厅", "", "2026-01-01", ""),
)


def load(sessions, *rows, header=OURS, choices=None, now=NOW):
    with sessions.begin() as session:
        return import_roster(session, roster(*rows, header=header), choices or Choices(), "花名册.xlsx", "ADMIN", now)


def stays_of(sessions, number):
    with sessions() as session:
        there = roster_state(session)
        names = {unit.id: unit.name for unit in there.units}
        return [(names[s.unit_id], s.from_day, s.to_day) for s in there.people[number].stays]


def test_the_first_roster_makes_the_tree_and_its_people_and_again_changes_nothing(sessions):
    done = load(sessions, *FIRST)
    assert done.totals[Decision.NEW] == 3
    with sessions() as session:
        tree = [(u.kind.value, u.code, u.name, u.parent_id) for u in sorted(units(session).values(), key=lambda u: u.id)]
        assert [t[:3] for t in tree] == [
            ("branch", "B001", "示例分公司"),
            ("district", "D001", "沙区"),
            ("hall", "ZQ", "中泉厅"),
            ("hall", "H001", "北京路厅"),
        ]
        assert not plan(roster(*FIRST, header=OURS), roster_state(session), TODAY).changes_anything
    assert stays_of(sessions, "A1") == [("中泉厅", date(2026, 1, 1), None)]
    assert not load(sessions, *FIRST).changes_anything


def test_an_export_of_the_store_changes_nothing(sessions):
    load(sessions, *FIRST)
    with sessions() as session:
        rows = roster_rows(everybody(session, Wanted(active=None), TODAY), units(session))
        assert rows[0] == ("A1", "演示一", "营业员", "示例分公司", "沙区", "中泉厅", "ZQ", "2026-01-01", "在职")
        assert not plan(roster(*rows, header=OURS), roster_state(session), TODAY).changes_anything


def test_a_move_keeps_the_history_and_a_score_finds_its_hall(sessions):
    load(sessions, *FIRST)
    load(sessions, ("A1", "演示一", "", "", "沙区", "北京路厅", "", "2026-06-01"))
    assert stays_of(sessions, "A1") == [("中泉厅", date(2026, 1, 1), date(2026, 6, 1)), ("北京路厅", date(2026, 6, 1), None)]
    with sessions() as session:
        there = roster_state(session)
        key, halls = there.people["A1"].id, {u.name: u.id for u in there.units}
        assert hall_of(session, [key], NOW) == {key: halls["北京路厅"]}
        assert hall_of(session, [key], NOW - timedelta(days=200)) == {key: halls["中泉厅"]}
        assert hall_of(session, [key], NOW - timedelta(days=900)) == {}
        assert [(p.number, p.hall, p.district) for p in members(session, [halls["中泉厅"]], date(2026, 5, 31))] == [("A1", "中泉厅", "沙区")]
        assert members(session, [halls["中泉厅"]], TODAY) == []
        [entry] = [e for e in trail(session, "employee", "A1") if e.action == "move"]
        assert (entry.actor, entry.detail["changes"], entry.detail["day"]) == ("ADMIN", [["营业厅", "中泉厅", "北京路厅"]], "2026-06-01")


def test_whoever_leaves_keeps_their_past(sessions):
    load(sessions, *FIRST)
    load(sessions, ("A1", "演示一", "", "", "", "", "", "2026-11-01", "离职"))
    assert stays_of(sessions, "A1") == [("中泉厅", date(2026, 1, 1), date(2026, 11, 1))]
    with sessions() as session:
        assert [one.person.number for one in people(session, Wanted(active=False), TODAY).people] == ["A1"]
        hall = next(u.id for u in units(session).values() if u.name == "中泉厅")
        assert [p.number for p in members(session, [hall], date(2026, 10, 31))] == ["A1"]


def test_a_whole_roster_makes_the_missing_leave_but_never_the_last_administrator(sessions):
    load(sessions, *FIRST)
    load(sessions, FIRST[0], FIRST[1], choices=Choices(whole=True))
    with sessions() as session:
        assert [k.number for k in roster_state(session).people.values() if not k.active] == ["A2"]
    with pytest.raises(ConflictError) as caught:
        load(sessions, FIRST[1], choices=Choices(whole=True))
    assert caught.value.code == "last-admin"
    with pytest.raises(ConflictError):
        load(sessions, ("ADMIN", "演示管", "培训师"), header=HEADER)
    with sessions() as session:
        assert roster_state(session).people["ADMIN"].role is Role.ADMIN


def test_faulty_rows_are_left_out_and_a_hall_of_faulty_rows_is_not_made(sessions):
    load(sessions, *FIRST)
    done = load(sessions, ("B1", "新", "营业员", "", "沙区", "友好厅", "", "坏"), ("B2", "新二", "营业员", "", "沙区", "中泉厅"))
    assert [i.decision for i in done.items] == [Decision.FAULTY, Decision.NEW]
    with sessions() as session:
        there = roster_state(session)
        assert "B1" not in there.people
        assert "友好厅" not in {u.name for u in there.units}
        assert there.people["B2"].stays == (Stay(there.people["A1"].stays[0].unit_id, TODAY),)


def test_an_import_takes_few_statements_however_many_rows_there_are(sessions, engine):
    load(sessions, *FIRST)
    statements = []

    def note(_conn, _cursor, statement, _parameters, _context, executemany):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    done = load(
        sessions,
        *[(f"C{i:04}", f"新{i}", "营业员", "", "沙区", f"{'一二三四五六七八九十'[i % 10]}号厅之{'甲乙丙丁'[i % 4]}{i % 20:02}") for i in range(3000)],
        choices=Choices(),
    )
    event.remove(engine, "before_cursor_execute", note)
    assert done.totals[Decision.NEW] + done.totals[Decision.FAULTY] == 3000
    assert done.totals[Decision.NEW] > 1000
    assert len([s for s in statements if s.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}]) < 40


def test_codes_are_made_up_where_they_are_free():
    codes = free_codes(UnitKind.HALL, {"H001", "H003"})
    assert [next(codes) for _ in range(3)] == ["H002", "H004", "H005"]


def test_a_move_back_and_forth_in_one_day_leaves_one_stay(sessions):
    load(sessions, *FIRST)
    load(sessions, ("A1", "演示一", "", "沙区", "北京路厅"), header=HEADER)
    load(sessions, ("A1", "演示一", "", "沙区", "中泉厅"), header=HEADER)
    assert stays_of(sessions, "A1") == [("中泉厅", date(2026, 1, 1), None)]
