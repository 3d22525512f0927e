"""Spot checks on both databases: drawn, received in any order, counted once."""

import random
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from kb.errors import AccessError, ConflictError, NotFoundError, QueryError
from quiz.audit import trail
from quiz.exams.tallies import SPOT, differences
from quiz.fieldtables import PersonTallyRow, SpotAnswerRow, SpotCheckRow, UnitTallyRow
from quiz.people.directory import person, units
from quiz.people.personnel import move_person
from quiz.people.roles import units_seen
from quiz.questions.question import QuestionType
from quiz.reports.people import fewest_answers, people_ranked, person_page
from quiz.reports.rankings import rank_districts, rank_halls, rank_people
from quiz.reports.units import board
from quiz.spot.checking import receive
from quiz.spot.draw import Wish, propose
from quiz.spot.listing import check_line, checks, months_with_checks
from quiz.spot.message import by_clerk, read_message
from quiz.spot.sheet import amended, own_sheet, sheet
from quiz.statistics.period import Period
from quiz.tables import QuestionRow, RevisionRow
from tests.builders import NOW, TODAY, make_entry, make_library
from tests.quiz.practising import DAY
from tests.quiz.spotting import Spotting, answer, answers_of

A, B = "a" * 32, "b" * 32
MONTH = "2026-11"


@pytest.fixture
def world(sessions):
    with sessions() as session:
        yield Spotting(session)
        session.flush()
        assert differences(session) == []
        session.rollback()


def tally(world, number, hall="ZQ"):
    """(answers, credit) of somebody in a hall this month."""
    query = select(PersonTallyRow.answers, PersonTallyRow.credit).where(
        PersonTallyRow.employee_id == world.people[number], PersonTallyRow.unit_id == world.units[hall], PersonTallyRow.topic == "",
        PersonTallyRow.source == SPOT, PersonTallyRow.month == MONTH,
    )  # fmt: skip
    return world.session.execute(query).one_or_none()


# --- drawing


def test_a_plan_names_people_of_the_hall_and_questions_that_hold_there(world):
    found = propose(world.session, world.library, world.who(), Wish(world.units["ZQ"], 2, 3), 1, NOW)
    assert (found.hall.name, found.district, len(found.staff)) == ("中泉厅", "沙区", 4)
    assert {p.number for p in found.staff} == {"ZQ1", "ZQ2", "ZQ3", "ZQ4"}
    assert len(found.plan.turns) == len(found.plan.reserves) == 2
    assert len(found.plan.revisions) == 6


def test_what_may_not_be_asked_is_not_drawn(world):
    kept, retired, stale, sealed, ordering, elsewhere, ended, upcoming = world.questions[:8]
    for question in world.questions[8:]:
        world.bank.state(question, "draft")
    world.bank.state(retired, "retired")
    world.bank.state(stale, "stale")
    world.bank.exam([sealed], opens=NOW - DAY, closes=NOW + DAY)
    world.bank.exam([kept], opens=NOW - 2 * DAY, closes=NOW - DAY)
    world.bank.exam([kept], opens=NOW - DAY, closes=NOW + DAY, state="cancelled")
    world.session.get(QuestionRow, ordering).type = QuestionType.ORDERING.value
    world.session.flush()
    dated = {ended: {"effective_to": TODAY - DAY}, upcoming: {"effective_from": TODAY + DAY}}
    library = make_library(*(make_entry(id=f"tariff-{q}", **dated.get(q, {})) for q in world.questions if q != elsewhere))
    found = propose(world.session, library, world.who(), Wish(world.units["ZQ"], 1, 10), 1, NOW)
    assert found.plan.revisions == (world.bank.revisions[kept],)
    world.bank.state(kept, "draft")
    with pytest.raises(ConflictError) as error:
        propose(world.session, library, world.who(), Wish(world.units["ZQ"], 1, 10), 1, NOW)
    assert error.value.code == "spot-no-questions"


def test_a_question_whose_number_changed_since_the_last_publication_is_not_drawn(world):
    changed = world.questions[:-3]
    for question in changed:
        pinned = [{"entry": f"tariff-{question}", "name": "monthly", "label": "月费", "value": "1元"}]  # no entry has that fact any more
        world.session.get(RevisionRow, world.bank.revisions[question]).facts = pinned
    world.session.flush()
    still = {world.bank.revisions[question] for question in world.questions[-3:]}
    for seed in range(5):
        found = propose(world.session, world.library, world.who(), Wish(world.units["ZQ"], 2, 2), seed, NOW)
        assert {revision for turn in found.plan.turns for revision in turn.revisions} <= still
        assert [len(turn.revisions) for turn in found.plan.turns] == [2, 2]


@pytest.mark.parametrize(("clerks", "each"), [(0, 1), (21, 1), (1, 0), (1, 11), (20, 6)])
def test_numbers_beyond_reason_are_refused(world, clerks, each):
    with pytest.raises(QueryError) as error:
        propose(world.session, world.library, world.who(), Wish(world.units["ZQ"], clerks, each), 1, NOW)
    assert error.value.code == "spot-numbers"


def test_a_hall_without_people_and_what_is_no_hall_cannot_be_checked(world):
    for unit, kind in (("SQ", QueryError), ("XB", ConflictError)):
        if unit == "XB":
            move_person(world.session, world.people["XB1"], world.units["ZQ"], TODAY, "AD", NOW)
        with pytest.raises(kind):
            propose(world.session, world.library, world.who(), Wish(world.units[unit], 1, 1), 1, NOW)
    with pytest.raises(QueryError):
        propose(world.session, world.library, world.who(), Wish(987654, 1, 1), 1, NOW)


def test_districts_inspect_each_other_and_never_themselves(world):
    with pytest.raises(AccessError) as error:
        world.begin("IN-SQ", "ZQ")
    assert error.value.code == "spot-own-district"
    world.begin("IN-SQ", "XB")
    world.begin("IN-TB", "ZQ", check=B)
    assert {(line.hall.name, line.by_district) for line in checks(world.session, MONTH, None).lines} == {("西北路厅", "沙区"), ("中泉厅", "天北")}


def test_those_not_checked_this_month_come_first(world):
    first = world.begin(clerks=2)
    world.send(A, answers_of(first))
    checked = {turn.person.id for turn in first.turns}
    later = [
        {turn.employee_id for turn in propose(world.session, world.library, world.who(), Wish(world.units["ZQ"], 2, 1), seed, NOW).plan.turns}
        for seed in range(20)
    ]
    assert sum(not (drawn & checked) for drawn in later) >= 18


# --- receiving


def test_a_check_is_begun_once_however_often_it_is_sent(world):
    first = world.begin()
    again = world.begin(seed=99)
    assert first == again
    assert world.session.query(SpotCheckRow).count() == 1
    with pytest.raises(AccessError):
        world.begin("IN-TB")
    with pytest.raises(QueryError):
        world.begin(check="../../etc")


def test_a_message_sent_twice_counts_once(world):
    found = world.begin()
    for _ in range(3):
        receipt = world.send(A, answers_of(found), finished={"at": 1_000_000, "remark": "现场配合"})
    assert len(receipt.kept) == 6
    assert receipt.finished
    line = check_line(world.session, A)
    assert (line.people, line.answers, line.credit, line.planned) == (2, 6, 3.0, 2)
    unit = world.session.scalars(select(UnitTallyRow).where(UnitTallyRow.topic == "")).one()
    assert (unit.people, unit.answers, unit.credit) == (2, 6, 3.0)
    assert [entry.action for entry in trail(world.session, "spot", A)] == ["spot-finish", "spot-start"]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_repetition_of_judgements_ends_at_the_last_one_made(world, seed):
    found = world.begin(clerks=2, each=2)
    draw = random.Random(seed)
    pairs = [(turn.person.id, q.revision_id) for turn in found.turns for q in turn.questions]
    made = [answer(*pair, credit=draw.choice([0, 0.5, 1]), change=change, note=f"n{change}") for pair in pairs for change in (1, 2, 3)]
    last = {(a["employee"], a["revision"]): a for a in made}
    arriving = [draw.choice(made) for _ in range(20)] + made
    draw.shuffle(arriving)
    while arriving:
        size = draw.randint(1, 5)
        world.send(A, arriving[:size])
        arriving = arriving[size:]
        assert differences(world.session) == []
    kept = {(j.employee_id, j.revision_id): (j.credit, j.note) for j in sheet(world.session, A).judged}
    assert kept == {pair: (a["credit"], a["note"]) for pair, a in last.items()}


def test_a_judgement_made_anew_leaves_a_trace(world):
    found = world.begin(clerks=1, each=1)
    who, revision = found.turns[0].person.id, found.turns[0].questions[0].revision_id
    world.send(A, [answer(who, revision, 1)])
    world.send(A, [answer(who, revision, 0, change=2)])
    world.send(A, [answer(who, revision, 1)])
    assert tally(world, found.turns[0].person.number) == (1, 0.0)
    [entry] = [e for e in trail(world.session, "spot", A) if e.action == "spot-rejudge"]
    assert entry.detail == {"changes": [[who, revision, 1.0, 0.0, False]]}
    assert amended(world.session, A) == ()


def test_what_is_put_right_after_the_end_is_told_and_what_was_meant_before_it_is_not(world):
    found = world.begin(clerks=1, each=2)
    (who, first), (_, second) = ((turn.person.id, q.revision_id) for turn in found.turns for q in turn.questions)
    world.send(A, [answer(who, first, 1), answer(who, second, 1)], finished={"at": 1_000_000, "remark": ""}, now=NOW + timedelta(minutes=20))
    late = [answer(who, first, 0.5, 2, at=1_000_000 - 40 * 60_000)]  # from a device that had been out of reach
    world.send(A, late, now=NOW + timedelta(minutes=50))
    assert amended(world.session, A) == ()
    world.send(A, [answer(who, second, 0, 2)], now=NOW + timedelta(minutes=55))
    [one] = amended(world.session, A)
    assert (one.employee_id, one.revision_id, one.before, one.after, one.at) == (who, second, 1.0, 0.0, NOW + timedelta(minutes=55))
    assert tally(world, found.turns[0].person.number) == (2, 0.5)


def test_two_inspectors_who_check_the_same_clerk_both_count(world):
    first, second = world.begin(clerks=4), world.begin("IN-TB", clerks=4, check=B, seed=2)
    world.send(A, answers_of(first, (1,)))
    world.send(B, answers_of(second, (0,)), number="IN-TB")
    for number in ("ZQ1", "ZQ2", "ZQ3", "ZQ4"):
        assert tally(world, number) == (6, 3.0)
    unit = world.session.scalars(select(UnitTallyRow).where(UnitTallyRow.topic == "")).one()
    assert unit.people == 4


def test_a_clerk_who_moved_meanwhile_counts_for_the_hall_that_was_checked(world):
    found = world.begin(clerks=4)
    move_person(world.session, world.people["ZQ1"], world.units["XB"], TODAY, "AD", NOW)
    later = NOW + timedelta(days=20)  # another month, and the plan is as it was
    world.send(A, answers_of(found, (1,)), now=later)
    assert tally(world, "ZQ1") == (3, 3.0)
    assert tally(world, "ZQ1", "XB") is None
    assert sheet(world.session, A).turns == found.turns
    halls = board(world.session, Period(MONTH, MONTH, SPOT), units(world.session), world.units.values(), NOW + DAY).halls
    assert [(h.sat, h.absent, h.taken) for h in halls if h.unit.name == "中泉厅"] == [(4, 0, 1.0)]


def test_who_replaces_an_absent_clerk_takes_over_the_questions(world):
    found = world.begin(clerks=1)
    reserve = found.reserves[0]
    receipt = world.send(A, [answer(reserve.id, q.revision_id) for q in found.turns[0].questions])
    assert len(receipt.kept) == 3
    assert tally(world, reserve.number) == (3, 3.0)


def test_what_is_not_of_the_plan_is_refused_and_the_rest_is_kept(world):
    found = world.begin(clerks=1, each=1)
    who, revision = found.turns[0].person.id, found.turns[0].questions[0].revision_id
    receipt = world.send(A, [answer(who, 987654), answer(world.people["XB1"], revision), {"odd": 1}, answer(who, revision)])
    assert [(r.place, r.error.code) for r in sorted(receipt.refused, key=lambda r: r.place)] == [
        (0, "spot-question-unknown"),
        (1, "spot-clerk-unknown"),
        (2, "spot-answer-bad"),
    ]
    assert len(receipt.kept) == 1


def test_half_a_check_counts_as_far_as_it_goes(world):
    found = world.begin()
    world.send(A, answers_of(found)[:2])
    line = check_line(world.session, A)
    assert (line.people, line.answers, line.finished_at) == (1, 2, None)
    world.begin(check=B)
    empty = check_line(world.session, B)
    assert (empty.people, empty.answers, empty.share, empty.met) == (0, 0, None, None)


def test_answers_that_come_after_the_end_are_taken(world):
    found = world.begin()
    sent = answers_of(found)
    world.send(A, sent[:2], finished={"at": 1_000_000, "remark": ""})
    world.send(A, sent, now=NOW + timedelta(hours=3))
    assert check_line(world.session, A).answers == 6
    assert check_line(world.session, A).finished_at == NOW


def test_a_wrong_clock_makes_no_wrong_time(world):
    found = world.begin(clerks=1, each=3)
    who, revisions = found.turns[0].person.id, [q.revision_id for q in found.turns[0].questions]
    later = NOW + timedelta(hours=1)
    made = [answer(who, revisions[0], at=0), answer(who, revisions[1], at=10**15), answer(who, revisions[2], at=400_000)]
    world.send(A, made, now=later, sent=1_000_000)
    assert {j.revision_id: j.asked_at for j in sheet(world.session, A).judged} == {
        revisions[0]: later - timedelta(seconds=1000), revisions[1]: later, revisions[2]: later - timedelta(seconds=600),
    }  # fmt: skip
    world.send(A, [answer(who, revisions[0], change=2, at=0)], now=later, sent=10**14)
    assert {row.month for row in world.session.query(PersonTallyRow)} == {MONTH}


def test_only_who_began_a_check_records_it(world):
    world.begin()
    for number in ("IN-TB", "ZQ1"):
        with pytest.raises(AccessError):
            world.send(A, [], number=number)
        with pytest.raises(AccessError):
            own_sheet(world.session, A, world.who(number))
    with pytest.raises(NotFoundError):
        world.send(B, [])


def test_a_question_reworded_meanwhile_is_shown_as_it_was_asked(world):
    found = world.begin(clerks=1, each=1)
    question = found.turns[0].questions[0]
    name = question.question.id
    world.bank.reworded(name, question.question.mapped(lambda text: f"新{text}"))
    assert sheet(world.session, A).turns[0].questions[0] == question
    world.send(A, [answer(found.turns[0].person.id, question.revision_id)])


def test_devices_that_send_at_once_wait_for_each_other_and_count_once(sessions):
    """Two checks of the same people, each sent by three devices: one clerk to a transaction, as the site does it."""
    with sessions.begin() as session:
        world = Spotting(session)
        first, second = world.begin(clerks=4, each=5), world.begin("IN-TB", clerks=4, each=5, check=B, seed=2)
    faults = []

    def send(check, number, answers):
        try:
            for part in by_clerk(read_message({"sent": 0, "answers": answers})):
                with sessions.begin() as session:
                    receive(session, check, person(session, world.people[number], TODAY), part, NOW)
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            faults.append(error)

    sent = [(A, "IN-AL", answers_of(first)), (B, "IN-TB", answers_of(second)[::-1])] * 3
    threads = [threading.Thread(target=send, args=args) for args in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with sessions() as session:
        assert session.query(SpotAnswerRow).count() == 40
        assert differences(session) == []


# --- tables


def posted(world, seen=None):
    """The halls, districts and people of the month's posted tables, as somebody sees them."""
    every = units(world.session)
    found = board(world.session, Period(MONTH, MONTH, SPOT), every, every if seen is None else seen, NOW)
    spread = found.comparison.dispersion
    people = people_ranked(world.session, Period(MONTH, MONTH, SPOT), seen)
    return rank_halls(found.halls, spread), rank_districts(found.districts, spread), rank_people(people, every, fewest_answers(SPOT))


def test_tables_order_districts_and_halls_by_score_with_coverage_and_rank_where_six_were_asked(world):
    world.hire("ZQ", 3)
    world.send(A, answers_of(world.begin(clerks=6, each=2), (1, 1, 1, 0.5)))
    world.send(B, answers_of(world.begin("IN-AL", "XB", clerks=1, check=B, each=4), (1,)))
    halls, districts, _ = posted(world)
    assert [(h.rank, h.name, h.district, h.sat, h.meant, h.taken, h.score) for h in halls] == [
        (1, "中泉厅", "沙区", 6, 7, 6 / 7, 87.5),
        (None, "西北路厅", "天北", 1, 1, 1.0, 100.0),
        (None, "北京路厅", "沙区", 0, 2, 0.0, None),
    ]
    assert [(d.rank, d.name, d.sat, d.meant, d.score) for d in districts] == [(1, "沙区", 6, 9, 87.5), (None, "天北", 1, 1, 100.0)]
    assert all(h.low <= h.score <= h.high for h in halls if h.score is not None)


def test_a_manager_sees_fewer_lines_and_the_same_figures(world):
    world.send(A, answers_of(world.begin(clerks=2, each=4), (0.5,)))
    world.send(B, answers_of(world.begin("IN-AL", "XB", clerks=1, check=B, each=4), (1,)))
    every = units(world.session)
    district = world.who("IN-SQ")
    seen = units_seen(type(district)(1, "M", "演示", "branch_manager", every[world.units["SQ"]]), every.values())
    halls, districts, people = posted(world, seen)
    assert [(h.name, h.score) for h in halls] == [("中泉厅", 50.0), ("北京路厅", None)]
    assert [(h.low, h.high) for h in halls] == [(h.low, h.high) for h in posted(world)[0] if h.name != "西北路厅"]
    assert [d.name for d in districts] == ["沙区"]
    assert {p.hall for p in people} == {"中泉厅"}
    assert checks(world.session, MONTH, seen).total == checks(world.session, "", seen).total == 1
    assert months_with_checks(world.session, seen) == [MONTH]
    assert months_with_checks(world.session, frozenset()) == []


def test_who_moved_after_being_checked_counts_once_and_where_they_were_checked(world):
    found = world.begin(clerks=2, each=4)
    world.send(A, answers_of(found))
    move_person(world.session, found.turns[0].person.id, world.units["XB"], TODAY, "A", NOW)
    every = units(world.session)
    seen = board(world.session, Period(MONTH, MONTH, SPOT), every, list(every), NOW)
    assert {line.unit.name: (line.sat, line.absent) for line in seen.halls} == {"中泉厅": (2, 2), "北京路厅": (0, 2), "西北路厅": (0, 1)}
    assert (seen.branch.sat, seen.branch.absent) == (2, 5)  # seven people, as before


def test_employees_are_ranked_by_score_under_a_partly_hidden_name_where_five_were_asked(world):
    found = world.begin(clerks=3, each=5)
    answers = answers_of(found, (1,) * 10 + (0, 1, 1, 1, 1))
    world.send(A, answers)
    world.send(B, answers_of(world.begin("IN-AL", "XB", clerks=1, check=B, each=4), (1,)))  # four questions are too few
    people = posted(world)[2]
    assert [(p.rank, p.score, p.answers) for p in people] == [(1, 100.0, 5), (1, 100.0, 5), (3, 80.0, 5), (None, 100.0, 4)]
    assert re.fullmatch(r"演\*\*\*.", people[0].name)
    assert 30 < people[0].low < 90
    assert (people[0].best, people[0].worst) == (1, 3)


def test_two_inspectors_at_once_count_every_answer_and_the_clerk_once(world):
    """Both draw the same four clerks, both send late, one of them twice; the sums are those of the answers."""
    first = world.begin(clerks=4, each=2)
    second = world.begin("IN-TB", clerks=4, each=3, check=B, seed=2)
    later = NOW + timedelta(hours=5)
    one, other = answers_of(first, (1,)), answers_of(second, (0.5,))
    world.send(B, other[:5], "IN-TB", later)
    world.send(A, one, now=later, finished={"at": 1_000_000, "remark": ""})
    world.send(A, one, now=later)
    world.send(B, other, "IN-TB", later + timedelta(minutes=1))
    [hall] = [line for line in posted(world)[0] if line.name == "中泉厅"]
    assert (hall.sat, hall.meant, hall.taken, hall.answers) == (4, 4, 1.0, 20)
    assert hall.score == pytest.approx(100 * (8 * 1 + 12 * 0.5) / 20)
    assert [tally(world, number) for number in ("ZQ1", "ZQ2", "ZQ3", "ZQ4")] == [(5, 3.5)] * 4
    ledger = person_page(world.session, Period(MONTH, MONTH, SPOT), world.people["ZQ1"], None, NOW)
    assert sum(line.own.answers for line in ledger.topics) == 5


def test_what_became_of_a_question_after_the_draw_changes_nothing_about_its_answer(world):
    found = world.begin(clerks=1, each=3)
    asked = [q.revision_id for q in found.turns[0].questions]
    names = {revision: question for question, revision in world.bank.revisions.items()}
    world.bank.state(names[asked[0]], "stale")
    world.bank.state(names[asked[1]], "retired")
    receipt = world.send(A, answers_of(found, (1, 0.5, 0)))
    assert (len(receipt.kept), receipt.refused) == (3, ())
    assert tally(world, found.turns[0].person.number) == (3, 1.5)
    assert [q.live for q in sheet(world.session, A).turns[0].questions] == [False, False, True]
