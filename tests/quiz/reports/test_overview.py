from datetime import date, timedelta

import pytest
from sqlalchemy import event

from kb.db import open_engine, open_sessions, upgrade
from kb.errors import AccessError, ConflictError, NotFoundError, QueryError
from quiz.exams.tallies import EXAM, SPOT, Graded, Whose, add, differences
from quiz.fieldtables import QuestionMonthRow
from quiz.practice.assignments import Wish, assign_topic, assignments
from quiz.reports.answers import answers_of
from quiz.reports.lines import PersonLine
from quiz.reports.overview import Do, overview
from quiz.reports.participation import absentees, open_month, sitting_of
from quiz.reports.people import own_page, people_of, people_ranked, person_page
from quiz.reports.questions import entries, missed_in, question_page, questions
from quiz.reports.rankings import hidden_name, rank_districts, rank_halls, rank_people
from quiz.reports.sums import forget, month_to_show, months_known, months_with_answers, unit_sums
from quiz.reports.topics import matrix, topics
from quiz.reports.units import board
from quiz.statistics.intervals import wilson
from quiz.statistics.period import Period, is_month, months_before
from quiz.tables import CardRow, ExamRow, MembershipRow
from tests.builders import NOW
from tests.quiz.reporting import Reporting, moment, weak_and_strong

OCTOBER, BOTH = Period("2026-10", "2026-10"), Period("2026-09", "2026-10")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request, tmp_path_factory):
    """Migrated once for each kind of server; every test takes its rows back."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('reports')}/x.db"
    else:
        url = request.getfixturevalue("postgres_url")
        fresh = open_engine(url)
        with fresh.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        fresh.dispose()
    engine = open_engine(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def world(engine):
    forget()  # what was kept of rows that were taken back
    session = open_sessions(engine)()
    yield Reporting(session)
    session.rollback()
    session.close()


def board_of(world, period=OCTOBER, seen=None):
    return board(world.session, period, world.tree(), world.everything() if seen is None else seen, NOW)


def line_of(found, world, hall):
    return next(line for line in found.halls if line.unit.id == world.units[hall])


def test_a_branch_without_an_answer_has_honest_blanks(world):
    found = overview(world.session, OCTOBER, world.tree(), world.everything(), NOW)
    assert (months_known(world.session), found.trend, found.topics.lines, found.todo) == ((), (), (), ())
    assert found.board.own.accuracy is None
    assert found.board.own.taken is None
    assert [line.accuracy for line in found.board.halls] == [None] * 4
    assert matrix(world.session, OCTOBER, []).cells == {}


def test_halls_are_counted_compared_and_ranked_only_where_six_sat(world):
    weak_and_strong(world, "2026-10")
    [one] = world.hire("ONE", 1)
    world.sit("2026-10", one, "ONE", [1.0, 1.0, 1.0, 1.0])
    found = board_of(world)
    weak, small = line_of(found, world, "ZQ"), line_of(found, world, "ONE")
    assert weak.accuracy.estimate == 0.25
    assert (weak.sums.people, weak.sums.answers, weak.rankable) == (7, 28, True)
    assert weak.accuracy.low < 0.25 < weak.accuracy.high
    assert weak.accuracy.estimate < weak.shrunk < found.comparison.mean
    assert weak.outside == "low"
    assert (small.accuracy.estimate, small.rankable, small.outside) == (1.0, False, "")
    assert small.shrunk < 1.0
    assert found.own.sums.people == 22
    assert {line.unit.code: line.halls for line in found.districts} == {"SQ": 2, "TB": 2}


def test_a_range_counts_a_person_once_and_equals_the_months_added_up(world):
    weak_and_strong(world, "2026-10", before="2026-09")
    month, both = unit_sums(world.session, OCTOBER), unit_sums(world.session, BOTH)
    hall = world.units["BJ"]
    assert (both[hall].people, both[hall].sittings, both[hall].answers) == (7, 14, 2 * month[hall].answers)
    assert both[hall].credit == pytest.approx(2 * month[hall].credit)
    assert both[hall].credit_squared == pytest.approx(4 * month[hall].credit_squared)


def test_a_comparison_of_a_running_exam_is_a_minute_old_at_most(world):
    numbers = world.hire("ZQ", 2)
    world.exam("2026-11", closes=NOW + timedelta(days=3))
    november = Period("2026-11", "2026-11", EXAM)
    counts = []
    for number, later in zip(numbers, (timedelta(), timedelta(minutes=1)), strict=True):
        world.sit("2026-11", number, "ZQ", [1.0, 0.0, 1.0, 1.0])
        counts.append(board(world.session, november, world.tree(), world.everything(), NOW + later).own.sums.people)
    assert counts == [1, 2]


def test_who_is_meant_to_sit_follows_the_audience_though_it_was_looked_at_before(world):
    world.hire("ZQ", 3)
    world.hire("XB", 2)
    world.exam("2026-10")
    assert board_of(world).own.absent == 5
    world.session.query(ExamRow).update({"audience": {"units": [world.units["ZQ"]], "people": []}})
    assert board_of(world).own.absent == 3


def test_a_range_follows_a_regrade_though_it_was_looked_at_before(world):
    staff = weak_and_strong(world, "2026-10", before="2026-09")
    before = board_of(world, BOTH)
    world.regrade("2026-10", staff["ZQ"][0], "ZQ", 2, 0.0, 1.0)
    after = board_of(world, BOTH)
    assert line_of(after, world, "ZQ").sums.credit == line_of(before, world, "ZQ").sums.credit + 1


def test_who_moved_between_papers_counts_where_they_sat(world):
    weak_and_strong(world, "2026-10", before="2026-09")
    [mover] = world.hire("ZQ", 1)
    world.sit("2026-09", mover, "ZQ", [1.0, 1.0, 1.0, 1.0])
    row = world.session.query(MembershipRow).filter_by(employee_id=world.people[mover]).one()
    row.to_day = date(2026, 10, 5)
    world.put(MembershipRow(employee_id=world.people[mover], unit_id=world.units["BJ"], from_day=date(2026, 10, 5)))
    world.sit("2026-10", mover, "BJ", [1.0, 1.0, 1.0, 1.0])
    found = board_of(world)
    assert (line_of(found, world, "BJ").sums.people, line_of(found, world, "ZQ").sums.people) == (8, 7)
    assert (line_of(found, world, "BJ").absent, line_of(found, world, "ZQ").absent) == (0, 0)
    assert line_of(found, world, "BJ").change.pairs == 7
    assert differences(world.session) == []


def test_everyone_absent_is_none_of_so_many_and_no_accuracy(world):
    world.hire("ZQ", 3)
    world.exam("2026-10")
    line = line_of(board_of(world), world, "ZQ")
    assert (line.sat, line.absent, line.taken, line.accuracy, line.change) == (0, 3, 0.0, None, None)
    sitting = sitting_of(world.session, "2026-10", world.tree(), NOW)
    assert len(absentees(world.session, sitting, world.tree(), [world.units["ZQ"]])) == 3


def test_all_answers_right_is_a_hundred_percent_with_an_interval_below(world):
    world.exam("2026-10")
    for number in world.hire("ZQ", 7):
        world.sit("2026-10", number, "ZQ", [1.0] * 4)
    line = line_of(board_of(world), world, "ZQ")
    assert (line.accuracy.estimate, line.accuracy.high, line.outside) == (1.0, 1.0, "")
    assert 0 < line.accuracy.low < 1
    known = topics(world.session, OCTOBER, world.everything(), world.everything())
    assert known.next == ()
    assert [x.accuracy.estimate for x in known.lines] == [1.0, 1.0]


def test_somebody_sees_fewer_lines_but_the_same_figures(world):
    weak_and_strong(world, "2026-10")
    mine = board_of(world, seen={world.units["SQ"], world.units["ZQ"], world.units["BJ"]})
    assert [line.unit.code for line in mine.halls] == ["BJ", "ZQ"]
    assert line_of(mine, world, "ZQ").shrunk == line_of(board_of(world), world, "ZQ").shrunk
    assert mine.own.sums.people == 14
    assert mine.branch.sums.people == 21


def test_an_exam_that_is_open_says_so_and_later_days_do_not(world):
    weak_and_strong(world, "2026-10")
    assert not board_of(world).running
    world.exam("2026-11", closes=NOW + timedelta(days=2))
    found = board_of(world, Period("2026-11", "2026-11"))
    assert (found.running, found.own.accuracy, found.own.absent) == (True, None, 21)


def test_the_first_page_says_which_hall_to_visit_and_what_to_train(world):
    weak_and_strong(world, "2026-10", before="2026-09")
    world.hire("BJ", 2)
    found = overview(world.session, OCTOBER, world.tree(), world.everything(), NOW)
    assert [item.what for item in found.todo] == [Do.VISIT, Do.TRAIN, Do.CALL_IN]
    assert found.todo[0].halls[0].unit.code == "ZQ"
    assert found.todo[1].topic.topic == "话术"
    assert found.todo[2].people == 2
    assert [point.month for point in found.trend] == ["2026-09", "2026-10"]
    assert found.board.before == "2026-09"
    assert found.board.own.change.estimate == pytest.approx(0)


def test_a_month_that_few_have_sat_yet_waits_behind_the_one_before(world):
    staff = weak_and_strong(world, "2026-10")
    world.exam("2026-11", closes=NOW + timedelta(days=2))
    assert open_month(world.session, NOW) == ("2026-11", (NOW + timedelta(days=2)).date())
    assert open_month(world.session, NOW + timedelta(days=3)) is None
    months = ["2026-10", "2026-11"]
    everybody = [(hall, number) for hall, numbers in staff.items() for number in numbers]
    for place, (hall, number) in enumerate(everybody):
        shown = month_to_show(world.session, EXAM, months, "2026-11")
        assert shown == ("2026-11" if 2 * place >= len(everybody) else "2026-10"), place
        world.sit("2026-11", number, hall, [1.0] * 4)
    world.session.flush()
    assert month_to_show(world.session, EXAM, ["2026-08"]) == ""


def test_a_month_whose_exam_is_over_is_shown_however_few_sat(world):
    staff = weak_and_strong(world, "2026-10")
    world.exam("2026-11")
    world.sit("2026-11", staff["ZQ"][0], "ZQ", [1.0] * 4)
    assert month_to_show(world.session, EXAM, ["2026-10", "2026-11"], "") == "2026-11"


def test_what_customers_ask_decides_what_to_train_first(world):
    weak_and_strong(world, "2026-10")
    everything = world.everything()
    without = topics(world.session, OCTOBER, everything, everything)
    assert (without.searches, [line.weight for line in without.lines], without.untested) == (0, [0.5, 0.5], ())
    asked = topics(world.session, OCTOBER, everything, everything, {"资费": 2700, "证件": 300})
    weights = {line.topic: (line.searches, line.weight) for line in asked.lines}
    assert weights == {"资费": (2700, pytest.approx(2850 / 3300)), "话术": (0, pytest.approx(150 / 3300))}
    assert asked.untested == (("证件", pytest.approx(300 / 3300)),)
    assert asked.searches == 3000
    assert [line.topic for line in without.next] != [line.topic for line in asked.next]
    assert all(line.gain == pytest.approx(line.weight * line.gap) for line in asked.lines)


def test_what_few_were_asked_is_no_reason_to_train_anybody(world):
    numbers = world.hire("ZQ", 5)
    world.exam("2026-10")
    for number in numbers:
        world.sit("2026-10", number, "ZQ", [0.0] * 4)
    found = overview(world.session, OCTOBER, world.tree(), world.everything(), NOW)
    assert found.topics.next
    assert Do.TRAIN not in [item.what for item in found.todo]


def test_a_hall_is_told_topics_beside_the_branch(world):
    weak_and_strong(world, "2026-10")
    hall = world.units["ZQ"]
    known = topics(world.session, OCTOBER, {hall}, world.everything())
    script = next(line for line in known.lines if line.topic == "话术")
    assert (script.accuracy.estimate, script.outside) == (0.0, "low")
    assert 0 <= script.shrunk < script.branch
    cells = matrix(world.session, OCTOBER, [hall, world.units["ONE"]]).cells
    assert cells[hall, "话术"].outside == "low"
    assert (world.units["ONE"], "话术") not in cells


def test_a_cell_of_two_people_says_nothing(world):
    weak_and_strong(world, "2026-10")
    for number in world.hire("ONE", 2):
        world.sit("2026-10", number, "ONE", [0.0] * 4)
    cell = matrix(world.session, OCTOBER, [world.units["ONE"]]).cells[world.units["ONE"], "资费"]
    assert (cell.few, cell.outside, cell.share) == (True, "", 0.0)


def test_people_of_a_hall_are_those_who_sat_there_and_those_who_work_there(world):
    staff = weak_and_strong(world, "2026-10")
    [absent] = world.hire("ZQ", 1)
    lines = people_of(world.session, OCTOBER, world.units["ZQ"], NOW)
    assert [line.number for line in lines] == sorted([*staff["ZQ"], absent])
    assert next(line for line in lines if line.number == absent).share is None
    assert all(line.few for line in lines)
    assert all(min(line.share, 0.25) - 1e-9 <= line.shrunk <= max(line.share, 0.25) + 1e-9 for line in lines if line.answers)


def test_a_person_is_seen_by_the_managers_of_where_they_work_or_sat(world):
    staff = weak_and_strong(world, "2026-10", before="2026-09")
    key = world.people[staff["ZQ"][0]]
    page = person_page(world.session, BOTH, key, {world.units["ZQ"]}, NOW)
    assert [line.month for line in page.months] == ["2026-10", "2026-09"]
    assert [(line.topic, line.own.share) for line in page.topics] == [("话术", 0.0), ("资费", 0.5)]
    with pytest.raises(AccessError):
        person_page(world.session, BOTH, key, {world.units["XB"]}, NOW)
    with pytest.raises(NotFoundError):
        person_page(world.session, BOTH, 999_999, None, NOW)


def test_a_former_manager_sees_what_was_answered_in_their_hall_only(world):
    staff = weak_and_strong(world, "2026-10", before="2026-09")
    mover = staff["ZQ"][0]
    world.session.query(MembershipRow).filter_by(employee_id=world.people[mover]).update({"to_day": date(2026, 10, 20)})
    world.put(MembershipRow(employee_id=world.people[mover], unit_id=world.units["XB"], from_day=date(2026, 10, 20)))
    world.exam("2026-11", closes=moment("2026-11", 20))
    attempt = world.sit("2026-11", mover, "XB", [1.0] * 4)
    page = person_page(world.session, BOTH, world.people[mover], {world.units["ZQ"]}, NOW)
    assert {line.month for line in page.months} == {"2026-09", "2026-10"}
    with pytest.raises(NotFoundError):
        answers_of(world.session, attempt, world.people[mover], {world.units["ZQ"]}, NOW)
    assert len(person_page(world.session, BOTH, world.people[mover], {world.units["XB"]}, NOW).months) == 3


def test_exams_and_spot_checks_meet_in_a_persons_ledger(world):
    staff = weak_and_strong(world, "2026-10")
    key, question = world.people[staff["ZQ"][0]], world.session.query(QuestionMonthRow).first().question_id
    whose = Whose("2026-10", SPOT, key, world.units["ZQ"])
    add(world.session, whose, [Graded(question, "话术", 1.0, 1.0, 1.0), Graded(question, "流量", 0.5, 0.5, 1.0)])
    page = person_page(world.session, OCTOBER, key, None, NOW)
    assert [(line.topic, line.own and line.own.share) for line in page.topics] == [("话术", 0.0), ("资费", 0.5), ("流量", None)]
    assert {line.topic: {source: found.share for source, found in line.sources.items()} for line in page.topics} == {
        "话术": {EXAM: 0.0, SPOT: 1.0}, "资费": {EXAM: 0.5}, "流量": {SPOT: 0.5},
    }  # fmt: skip
    spot = person_page(world.session, Period("2026-10", "2026-10", SPOT), key, None, NOW)
    assert [(line.topic, line.own and line.own.answers) for line in spot.topics] == [("流量", 1), ("话术", 1), ("资费", None)]


def test_a_ledger_tells_its_owner_nothing_of_an_exam_that_is_not_released(world):
    [person] = world.hire("ZQ", 1)
    world.exam("2026-11", closes=NOW + timedelta(days=1), release="by_hand")
    world.sit("2026-11", person, "ZQ", [1.0] * 4)
    key, question = world.people[person], world.session.query(QuestionMonthRow).first().question_id
    add(world.session, Whose("2026-11", SPOT, key, world.units["ZQ"]), [Graded(question, "话术", 1.0, 1.0, 1.0)])
    page = own_page(world.session, Period("2026-11", "2026-11", SPOT), key, NOW)
    assert [(line.topic, set(line.sources)) for line in page.topics] == [("话术", {SPOT})]


def test_a_score_near_the_pass_mark_is_said_to_be_near(world):
    world.exam("2026-10")
    for number, earned in zip(world.hire("ZQ", 3), ([0.0] * 4, [1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.5]), strict=True):
        world.sit("2026-10", number, "ZQ", earned)
        [paper] = own_page(world.session, OCTOBER, world.people[number], NOW).papers
        assert paper.interval == wilson(sum(earned), 4)
        assert paper.close == (sum(earned) > 0)


def test_the_interval_of_a_posted_score_holds_the_score_where_points_differ(world):
    line = PersonLine(1, "ZQ001", "王小明", 20.0, 0.5, wilson(10, 20), 90.0, None, 1, here=True)
    [posted] = rank_people([(line, world.units["ZQ"])], world.tree())
    assert (posted.low, posted.score, posted.high) == pytest.approx((100 * wilson(18, 20)[0], 90.0, 100 * wilson(18, 20)[1]))


def test_answers_lead_to_their_entry_and_stay_closed_until_released(world):
    staff = weak_and_strong(world, "2026-10")
    page = own_page(world.session, OCTOBER, world.people[staff["ZQ"][0]], NOW)
    found = answers_of(world.session, page.papers[0].attempt_id, world.people[staff["ZQ"][0]], None, NOW, own=True)
    assert [(a.given, a.right, a.credit, a.entry_id) for a in found[:2]] == [("丙", "丙", 1.0, "tariff-59"), ("甲", "丙", 0.0, "tariff-59")]
    world.exam("2026-11", closes=NOW + timedelta(days=1), release="by_hand")
    late = world.sit("2026-11", staff["ZQ"][0], "ZQ", [1.0] * 4)
    page = own_page(world.session, Period("2026-10", "2026-11"), world.people[staff["ZQ"][0]], NOW)
    assert [paper.shown for paper in page.papers] == [False, True]
    assert [line.month for line in page.months] == ["2026-10"]
    assert [line.own.answers for line in page.topics] == [2, 2]
    with pytest.raises(NotFoundError):
        answers_of(world.session, late, world.people[staff["ZQ"][0]], None, NOW, own=True)


def test_a_manager_sees_no_answers_of_an_exam_that_others_still_sit(world):
    [number] = world.hire("ZQ", 1)
    world.exam("2026-11", closes=NOW + timedelta(days=1), release="at_once")
    paper = world.sit("2026-11", number, "ZQ", [1.0] * 4)
    assert len(answers_of(world.session, paper, world.people[number], None, NOW, own=True)) == 4
    with pytest.raises(NotFoundError):
        answers_of(world.session, paper, world.people[number], {world.units["ZQ"]}, NOW)


def test_entries_and_questions_are_listed_least_known_first(world):
    weak_and_strong(world, "2026-10")
    assert [(line.entry_id, line.questions, line.answers) for line in entries(world.session, OCTOBER)] == [
        ("script-cheaper", 2, 42),
        ("tariff-59", 2, 42),
    ]
    assert [line.id for line in questions(world.session, OCTOBER, NOW, topic="资费")] == ["q-a2", "q-a1"]
    missed = missed_in(world.session, OCTOBER, [world.units["ZQ"]], NOW)
    assert {line.id for line in missed} == {"q-a1", "q-a2", "q-b1", "q-b2"}
    page = question_page(world.session, OCTOBER, "q-a2", NOW)
    assert {(g.text, g.count) for g in page.given if g.count} == {("丙", 15), ("甲", 6)}
    assert [(g.text, g.right) for g in page.given] == [("甲", False), ("乙", False), ("丙", True), ("丁", False)]


def test_questions_of_an_open_exam_are_kept_back(world):
    weak_and_strong(world, "2026-10")
    world.exam("2026-11", closes=NOW + timedelta(days=1))
    assert questions(world.session, OCTOBER, NOW) == []
    with pytest.raises(ConflictError):
        question_page(world.session, OCTOBER, "q-a1", NOW)
    with pytest.raises(NotFoundError):
        question_page(world.session, OCTOBER, "nothing", NOW)


def test_posted_tables_rank_hide_names_and_show_what_chance_leaves_open(world):
    weak_and_strong(world, "2026-10")
    [one] = world.hire("ONE", 1)
    world.sit("2026-10", one, "ONE", [1.0] * 4)
    found = board_of(world)
    table = rank_halls(found.halls, found.comparison.dispersion)
    assert [(line.name, line.rank) for line in table] == [("北京路厅", 1), ("西北路厅", 1), ("中泉厅", 3), ("一人厅", None)]
    assert (table[0].best, table[0].worst) == (1, 2)
    assert table[2].score == pytest.approx(25)
    assert [line.name for line in rank_districts(found.districts, found.comparison.dispersion)] == ["天北", "沙区"]
    people = rank_people(people_ranked(world.session, OCTOBER, None), world.tree())
    assert {line.rank for line in people} == {None}  # four answers are too few
    assert people[0].name.startswith("演*")
    assert people[0].hall
    long = rank_people(people_ranked(world.session, Period("2026-08", "2026-10"), [world.units["ZQ"]]), world.tree())
    assert len(long) == 7


@pytest.mark.parametrize(
    ("name", "shown"), [("王小明", "王*明"), ("王明", "王*"), ("欧阳小明", "欧**明"), ("王", "王*"), ("", ""), ("买买提·艾力", "买***力")]
)
def test_names_are_hidden_in_part(name, shown):
    assert hidden_name(name) == shown


def test_practice_is_assigned_to_those_who_missed_the_topic(world):
    weak_and_strong(world, "2026-10")
    hall, units = world.units["BJ"], world.tree()
    wish = Wish("话术", hall, date(2026, 11, 29), OCTOBER)
    done = assign_topic(world.session, wish, units, {hall}, "AL1", NOW)
    assert (done.people, done.cards) == (1, 2)
    assert world.session.query(CardRow).count() == 2
    assert [(a.topic, a.people, a.by) for a in assignments(world.session, units, {hall})] == [("话术", 1, "AL1")]
    assert assign_topic(world.session, Wish("话术", hall, date(2026, 11, 29)), units, {hall}, "AL1", NOW).people == 7
    with pytest.raises(AccessError):
        assign_topic(world.session, wish, units, set(), "AL1", NOW)
    for wrong in (Wish("没有", hall, date(2026, 11, 29)), Wish("话术", hall, date(2025, 1, 1)), Wish("话术", world.units["ONE"], date(2026, 11, 29))):
        with pytest.raises(QueryError):
            assign_topic(world.session, wrong, units, world.everything(), "AL1", NOW)


def test_months_are_those_in_which_somebody_answered(world):
    weak_and_strong(world, "2026-10", before="2026-07")
    assert months_known(world.session) == ("2026-07", "2026-08", "2026-09", "2026-10")
    assert months_with_answers(world.session, "exam", months_before("2026-10", 12)) == ["2026-07", "2026-10"]
    assert months_with_answers(world.session, "spot", ["2026-10"]) == []
    assert [is_month(t) for t in ("2026-10", "2026-13", "26-10", "", "２026-10")] == [True, False, False, False, False]


def test_the_number_of_statements_does_not_grow_with_rows(world):
    counts = []
    for month, before in (("2026-08", ""), ("2026-10", "2026-09")):
        weak_and_strong(world, month, before)
        statements = []
        event.listen(world.session.connection(), "before_cursor_execute", note := (lambda *args, s=statements: s.append(args[2])))
        overview(world.session, Period(month, month), world.tree(), world.everything(), NOW)
        event.remove(world.session.connection(), "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] <= counts[1] <= counts[0] + 1  # the pairs with the month before
    assert counts[1] < 16
