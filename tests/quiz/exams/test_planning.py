from dataclasses import replace
from datetime import date, timedelta

import pytest

from kb.errors import AppError
from quiz.audit import trail
from quiz.exams.myexams import Standing, my_exam, my_exams, start
from quiz.exams.papers import attempt_of, paper
from quiz.exams.planning import Audience, Draft, Plan, Window, cancel, create_draft, exam, exams, release, schedule
from quiz.exams.sitting import submit
from quiz.exams.state import ExamState, Release, is_released
from quiz.people.directory import person
from quiz.tables import MembershipRow
from tests.builders import NOW
from tests.quiz.examining import CLOSED, CLOSES, MINUTES, OPENS, WINDOW, store_exam, store_hall, store_questions


@pytest.fixture
def session(sessions):
    with sessions() as session:
        yield session
        session.rollback()


@pytest.fixture
def hall(session):
    return store_hall(session)


@pytest.fixture
def revisions(session):
    return store_questions(session, CLOSED)


def code_of(call, *args, **more):
    with pytest.raises(AppError) as caught:
        call(*args, **more)
    assert str(caught.value)
    assert caught.value.text("en")
    return caught.value.code


def test_a_draft_is_stored_with_its_forms_and_scheduled(session, hall, revisions):
    plan = Plan("十一月业务考试", "2026-11", 30, blueprint={"cells": 2})
    key = create_draft(session, plan, [Draft([(r, 5.0) for r in revisions]), Draft([(revisions[0], 2.0)], {"expected": 0.8})], "AL0001", NOW)
    made = exam(session, key)
    assert (made.state, made.blueprint, made.opens_at) == (ExamState.DRAFT, {"cells": 2}, None)
    schedule(session, key, Window(NOW + timedelta(hours=1), CLOSES), Audience(frozenset({hall.branch.id})), "AL0001", NOW, release=Release.BY_HAND)
    planned = exam(session, key)
    assert (planned.state, planned.release, planned.audience.units) == (ExamState.SCHEDULED, Release.BY_HAND, {hall.branch.id})
    assert [e.action for e in trail(session, "exam", key)] == ["schedule", "create"]
    assert [e.id for e in exams(session, "2026-11")] == [key]
    assert exams(session, "2026-10") == []


@pytest.mark.parametrize(
    ("changes", "forms", "code"),
    [
        ({"title": " "}, None, "exam-title"), ({"title": "长" * 121}, None, "exam-title"), ({"minutes": 0}, None, "exam-minutes"),
        ({"pass_mark": 1.2}, None, "exam-pass-mark"), ({"per_page": 0}, None, "exam-per-page"), ({}, [], "exam-forms"), ({}, [[]], "exam-forms"),
        ({}, [[(0, 5.0), (0, 5.0)]], "exam-forms"), ({}, [[(0, 0.0)]], "exam-forms"), ({}, [[(99, 5.0)]], "exam-revisions"),
    ],
)  # fmt: skip
def test_a_draft_that_makes_no_sense_is_refused(session, hall, revisions, changes, forms, code):
    plan = replace(Plan("考试", "2026-11", 30), **changes)
    given = [[(revisions[0], 5.0)]] if forms is None else [[(revisions[n] if n < 90 else 10**6, p) for n, p in form] for form in forms]
    assert code_of(create_draft, session, plan, [Draft(form) for form in given], "AL0001", NOW) == code


def test_a_window_and_an_audience_have_to_make_sense(session, hall, revisions):
    key = create_draft(session, Plan("考试", "2026-11", 30), [Draft([(revisions[0], 5.0)])], "AL0001", NOW)
    mine = Audience(people=frozenset({hall.people[0].id}))
    assert code_of(schedule, session, key, Window(CLOSES, OPENS), mine, "AL0001", NOW) == "exam-window"
    assert code_of(schedule, session, key, Window(OPENS, NOW), mine, "AL0001", NOW) == "exam-window"
    assert code_of(schedule, session, key, WINDOW, Audience(), "AL0001", NOW) == "exam-audience"
    assert code_of(schedule, session, key, WINDOW, Audience(frozenset({10**6})), "AL0001", NOW) == "exam-audience"
    assert code_of(schedule, session, 10**6, WINDOW, mine, "AL0001", NOW) == "exam-missing"


def test_a_plan_may_change_until_the_window_opens_and_be_cancelled_until_somebody_starts(session, hall, revisions):
    everybody = Audience(frozenset({hall.branch.id}))
    key = store_exam(session, everybody, [revisions])
    assert code_of(schedule, session, key, WINDOW, everybody, "AL0001", NOW) == "exam-begun"
    start(session, key, hall.people[0], NOW)
    assert code_of(cancel, session, key, "AL0001", NOW) == "exam-started"
    other = store_exam(session, everybody, [revisions])
    cancel(session, other, "AL0001", NOW)
    assert code_of(start, session, other, hall.people[0], NOW) == "exam-missing"
    assert code_of(schedule, session, other, WINDOW, everybody, "AL0001", NOW) == "exam-cancelled"
    assert [mine.exam.id for mine in my_exams(session, hall.people[0], NOW)] == [key]


def test_whoever_works_below_a_unit_of_the_audience_or_is_named_may_sit(session, hall, revisions):
    first, second = hall.people
    for audience, meant in [
        (Audience(frozenset({hall.hall.id})), {0, 1}), (Audience(frozenset({hall.branch.id})), {0, 1}), (Audience(people=frozenset({first.id})), {0}),
    ]:  # fmt: skip
        key = store_exam(session, audience, [revisions])
        assert {n for n, who in enumerate((first, second)) if key in {mine.exam.id for mine in my_exams(session, who, NOW)}} == meant
    assert code_of(my_exam, session, key, second, NOW) == "exam-missing"
    assert code_of(start, session, key, second, NOW) == "exam-missing"
    assert code_of(my_exam, session, 10**6, second, NOW) == "exam-missing"


def test_the_unit_is_that_of_the_day(session, hall, revisions):
    session.query(MembershipRow).filter_by(employee_id=hall.people[0].id).update({"to_day": date(2026, 11, 23)})
    key = store_exam(session, Audience(frozenset({hall.hall.id})), [revisions])
    today, tomorrow = (person(session, hall.people[0].id, date(2026, 11, day)) for day in (22, 23))
    assert my_exam(session, key, today, NOW).standing is Standing.OPEN
    assert my_exams(session, tomorrow, NOW) == []
    begun = start(session, key, today, NOW)
    assert [mine.attempt.id for mine in my_exams(session, tomorrow, NOW)] == [begun]  # what was begun can be finished


def test_somebody_named_whom_the_roster_places_nowhere_is_told_so(session, hall, revisions):
    nowhere = replace(hall.people[0], unit=None)
    key = store_exam(session, Audience(people=frozenset({nowhere.id})), [revisions])
    assert code_of(start, session, key, nowhere, NOW) == "exam-no-hall"


@pytest.mark.parametrize(
    ("now", "what"),
    [(OPENS - timedelta(seconds=1), "exam-not-open"), (OPENS, ""), (CLOSES - timedelta(seconds=1), ""), (CLOSES, "exam-closed")],
)
def test_an_exam_is_started_within_its_window_only(session, hall, revisions, now, what):
    key = store_exam(session, Audience(frozenset({hall.branch.id})), [revisions])
    if what:
        assert code_of(start, session, key, hall.people[0], now) == what
    else:
        start(session, key, hall.people[0], now)
        assert attempt_of(session, key, hall.people[0].id).deadline_at == min(now + timedelta(minutes=MINUTES), CLOSES)


def test_starting_again_gives_the_same_paper_and_others_another_order(session, hall, revisions):
    key = store_exam(session, Audience(frozenset({hall.branch.id})), [revisions])
    first, second = hall.people
    begun = start(session, key, first, NOW)
    assert start(session, key, first, NOW + timedelta(minutes=5)) == begun
    assert attempt_of(session, key, first.id).started_at == NOW
    mine, other = paper(session, begun), paper(session, start(session, key, second, NOW))
    assert mine.asked != other.asked
    assert {a.stem for a in mine.asked} == {a.stem for a in other.asked}
    assert (attempt_of(session, key, first.id).unit_id, attempt_of(session, key, first.id).full) == (hall.hall.id, 5.0 * len(CLOSED))
    assert mine.place_of[mine.layout[0].position] == 1


def test_forms_are_drawn_among_all_of_an_exam(session, hall, revisions):
    key = store_exam(session, Audience(frozenset({hall.branch.id})), [[r] for r in revisions])
    forms = {start(session, key, replace(hall.people[0], id=who.id, number=who.number), NOW) for who in hall.people}
    assert len(forms) == len(hall.people)
    assert all(len(paper(session, attempt).asked) == 1 for attempt in forms)


def test_what_an_exam_is_to_somebody_follows_the_clock(session, hall, revisions):
    key = store_exam(session, Audience(frozenset({hall.branch.id})), [revisions], release=Release.AT_END)
    first, second = hall.people
    seen = [my_exam(session, key, first, now).standing for now in (OPENS - timedelta(days=1), NOW, CLOSES)]
    assert seen == [Standing.COMING, Standing.OPEN, Standing.MISSED]
    begun = start(session, key, first, NOW)
    assert my_exam(session, key, first, NOW).standing is Standing.RUNNING
    submit(session, begun, first.id, NOW)
    assert [(m.standing, m.released) for m in (my_exam(session, key, first, now) for now in (NOW, CLOSES))] == [
        (Standing.DONE, False),
        (Standing.DONE, True),
    ]
    assert my_exam(session, key, second, CLOSES).released is False


def test_results_are_released_by_rule_or_by_hand(session, hall, revisions):
    assert is_released(Release.AT_ONCE, CLOSES, None, NOW)
    assert [is_released(Release.AT_END, CLOSES, None, now) for now in (CLOSES - timedelta(seconds=1), CLOSES)] == [False, True]
    assert [is_released(Release.BY_HAND, CLOSES, at, CLOSES) for at in (None, CLOSES, CLOSES + timedelta(1))] == [False, True, False]
    key = store_exam(session, Audience(frozenset({hall.branch.id})), [revisions], release=Release.BY_HAND)
    assert code_of(release, session, key, "AL0001", NOW) == "exam-still-open"
    release(session, key, "AL0001", CLOSES)
    release(session, key, "AL0001", CLOSES + timedelta(hours=1))
    assert exam(session, key).released_at == CLOSES
    assert [e.action for e in trail(session, "exam", key)].count("release") == 1
