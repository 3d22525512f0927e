from datetime import timedelta

import pytest
from sqlalchemy import text

from kb.db import open_engine, open_sessions, upgrade
from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.practice.asking import answer, canonical, outcome, pose
from quiz.practice.cards import cards_of, make_due
from quiz.practice.dailyfive import FIVE, Why
from quiz.practice.mistakes import following, mistakes, take_mistakes, untaken
from quiz.practice.schedule import day_begins
from quiz.practice.streak import Streak, days_in_a_row, streak
from quiz.practice.today import daily_five
from quiz.questions.question import QuestionType
from quiz.tables import ReviewRow
from tests.builders import NOW, TODAY, make_library
from tests.quiz import banks
from tests.quiz.practising import DAY, Practising, make_question


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('practice')}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    if request.param == "postgresql":  # the server is shared: leave nothing of what other modules stored
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(database):
    session = open_sessions(database)()
    yield session
    session.rollback()
    session.close()


@pytest.fixture
def world(session):
    return Practising(session)


@pytest.fixture
def clerk(world):
    return world.person()


def ids(five):
    return [item.question_id for item in five.items]


def give(session, clerk, question_id, response=0, now=NOW):
    """Answer a question with a canonical response; option 0 is right."""
    return answer(session, clerk, question_id, pose(session, clerk, question_id, now).token, response, now)


def test_five_new_questions_of_different_entries_are_the_same_at_each_look(session, world, clerk):
    world.bank()
    first = daily_five(session, clerk, NOW)
    assert len(first.items) == FIVE == len({item.entry_id for item in first.items})
    assert {item.why for item in first.items} == {Why.NEW}
    assert (first.day, first.done, first.following) == (TODAY, 0, first.items[0])
    assert daily_five(session, clerk, NOW + timedelta(hours=8)) == first
    assert ids(daily_five(session, clerk, NOW + DAY)) != ids(first)
    assert ids(daily_five(session, world.person("AL2"), NOW)) != ids(first)


def test_the_five_stay_the_same_while_they_are_answered_right_or_wrong(session, world, clerk):
    world.bank()
    wanted = ids(daily_five(session, clerk, NOW))
    for place, question_id in enumerate(wanted):
        give(session, clerk, question_id, place % 2, NOW + timedelta(minutes=place))
        five = daily_five(session, clerk, NOW + timedelta(hours=1))
        assert (ids(five), five.done) == (wanted, place + 1)
    assert [item.credit for item in five.items] == [1, 0, 1, 0, 1]
    assert five.following is None


def test_the_five_stay_the_same_when_the_notebook_is_practised_beside_them(session, world, clerk):
    world.bank()
    extra = world.question("q-extra", due := "资费")
    wanted = ids(daily_five(session, clerk, NOW))
    give(session, clerk, wanted[2])
    world.card(clerk, extra, NOW + 9 * DAY, mistake=True)
    give(session, clerk, extra, 1)
    give(session, clerk, wanted[2], 0, NOW + timedelta(minutes=30))
    assert (due, ids(daily_five(session, clerk, NOW + timedelta(hours=1)))) == ("资费", wanted)


def test_due_cards_come_first_and_mistakes_before_them(session, world, clerk):
    world.bank()
    world.card(clerk, "q-0-0", NOW - 9 * DAY)
    world.card(clerk, "q-1-0", NOW, assigned=True)
    world.card(clerk, "q-2-0", NOW, mistake=True)
    world.card(clerk, "q-3-0", NOW + DAY)
    five = daily_five(session, clerk, NOW)
    assert [(i.question_id, i.why) for i in five.items[:3]] == [("q-2-0", Why.MISTAKE), ("q-1-0", Why.ASSIGNED), ("q-0-0", Why.DUE)]
    assert len(five.items) == FIVE
    assert "q-3-0" not in ids(five)


def test_what_is_due_later_today_in_shanghai_is_due_today(session, world, clerk):
    for hours, question_id in ((13, "q-today"), (15, "q-tomorrow")):  # midnight in Shanghai is fourteen hours away
        world.card(clerk, world.question(question_id), NOW + timedelta(hours=hours))
    assert ids(daily_five(session, clerk, NOW)) == ["q-today"]


def test_two_due_cards_of_one_entry_come_on_different_days(session, world, clerk):
    for question_id in ("q-a", "q-b"):
        world.card(clerk, world.question(question_id, entry_id="tariff-59"), NOW - DAY)
    assert ids(daily_five(session, clerk, NOW)) == ["q-a"]
    give(session, clerk, "q-a")
    assert ids(daily_five(session, clerk, NOW)) == ["q-a"]
    assert "q-b" in ids(daily_five(session, clerk, NOW + DAY))


@pytest.mark.parametrize("state", ["stale", "retired", "draft"])
def test_what_is_not_live_is_never_asked_and_its_card_waits(session, world, clerk, state):
    world.question("q-new", state=state)
    world.card(clerk, world.question("q-due", state=state), NOW - DAY, mistake=True)
    assert ids(daily_five(session, clerk, NOW)) == []
    with pytest.raises(ConflictError, match="现在不能练习"):
        pose(session, clerk, "q-due", NOW)
    world.state("q-due", "live")
    assert "q-due" in ids(daily_five(session, clerk, NOW))


def test_one_of_the_five_that_turns_stale_makes_room_for_another(session, world, clerk):
    world.bank()
    wanted = ids(daily_five(session, clerk, NOW))
    give(session, clerk, wanted[0])
    world.state(wanted[3], "stale")
    world.state(wanted[0], "stale")
    five = ids(daily_five(session, clerk, NOW))
    assert (five[0], len(five), wanted[3] in five) == (wanted[0], FIVE, False)
    assert set(wanted) - {wanted[3]} <= set(five)


def test_what_ceased_to_hold_since_it_was_published_is_not_asked(session, world, clerk):
    world.question("q-gone", entry_id="tariff-gone")
    world.question("q-here", entry_id="tariff-59")
    library = make_library(banks.plan())
    assert ids(daily_five(session, clerk, NOW, library)) == ["q-here"]
    assert len(daily_five(session, clerk, NOW).items) == 2
    with pytest.raises(NotFoundError):
        pose(session, clerk, "q-gone", NOW, library)


def test_short_answers_and_questions_of_no_entry_are_not_practised(session, world, clerk):
    world.question("q-short", type=QuestionType.SHORT, options=(), key="说明白")
    world.question("q-unbound", entry_id="")
    assert ids(daily_five(session, clerk, NOW)) == []


def test_a_weak_topic_comes_before_others(session, world, clerk):
    world.bank(each=8)
    for number in range(4):
        world.card(clerk, f"q-2-{number}", NOW + DAY)
        world.reviewed(clerk, f"q-2-{number}", NOW - 3 * DAY + timedelta(minutes=number), credit=0.25)
        world.card(clerk, f"q-1-{number}", NOW + DAY)
        world.reviewed(clerk, f"q-1-{number}", NOW - 3 * DAY + timedelta(minutes=9 + number))
    five = daily_five(session, clerk, NOW)
    assert [(item.topic, item.why) for item in five.items[:2]] == [("证件", Why.WEAK)] * 2


def test_marks_make_a_topic_weak_once_the_results_may_be_seen(session, world, clerk):
    world.bank(each=8)
    asked = [f"q-3-{number}" for number in range(4)]
    exam = world.exam(asked, release="by_hand", closes=NOW - 3 * DAY, opens=NOW - 4 * DAY)
    world.attempt(clerk, exam, dict.fromkeys(asked, 0.5), submitted=NOW - 3 * DAY)
    assert Why.WEAK not in {item.why for item in daily_five(session, clerk, NOW).items}
    seen = world.exam(asked, release="at_end", closes=NOW - 3 * DAY, opens=NOW - 4 * DAY)
    world.attempt(clerk, seen, dict.fromkeys(asked, 0.5), submitted=NOW - 3 * DAY)
    assert [(i.topic, i.why) for i in daily_five(session, clerk, NOW).items[:2]] == [("投诉", Why.WEAK)] * 2


def test_a_question_whose_entry_changed_lately_comes_before_other_new_ones(session, world, clerk):
    world.bank()
    world.question("q-changed", "别的")
    world.reworded("q-changed", make_question("q-changed"), NOW - 3 * DAY)
    world.question("q-changed-long-ago", "资费")
    world.reworded("q-changed-long-ago", make_question("q-changed-long-ago"), NOW - 30 * DAY)
    five = daily_five(session, clerk, NOW)
    assert [(i.question_id, i.why) for i in five.items if i.why is Why.CHANGED] == [("q-changed", Why.CHANGED)]
    assert five.items[0].question_id == "q-changed"


def test_questions_of_an_open_exam_are_not_practised(session, world, clerk):
    world.question("q-in-exam")
    world.question("q-new")
    world.card(clerk, world.question("q-known"), NOW - DAY, mistake=True)
    world.exam(["q-in-exam", "q-known"], opens=NOW - DAY, closes=NOW + DAY)
    assert ids(daily_five(session, clerk, NOW)) == ["q-new"]
    assert following(session, clerk, NOW) == ""
    assert [line.open for line in mistakes(session, clerk, NOW).lines] == [False]
    with pytest.raises(ConflictError):
        pose(session, clerk, "q-known", NOW)
    with pytest.raises(NotFoundError):
        pose(session, clerk, "q-in-exam", NOW)
    assert set(ids(daily_five(session, clerk, NOW + 2 * DAY))) == {"q-in-exam", "q-known", "q-new"}


def test_a_paper_that_runs_beyond_the_window_keeps_its_questions_closed(session, world, clerk):
    exam = world.exam([world.question("q-a")], opens=NOW - DAY, closes=NOW - timedelta(minutes=5))
    world.attempt(clerk, exam, {}, deadline=NOW + timedelta(minutes=20))
    assert ids(daily_five(session, clerk, NOW)) == []
    assert ids(daily_five(session, world.person("AL2"), NOW)) == ["q-a"]


def test_a_cancelled_exam_closes_nothing(session, world, clerk):
    world.exam([world.question("q-a")], opens=NOW - DAY, closes=NOW + DAY, state="cancelled")
    assert ids(daily_five(session, clerk, NOW)) == ["q-a"]


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        ({"release": "at_once", "closes": NOW + DAY}, True), ({"release": "at_end", "closes": NOW + DAY}, False),
        ({"release": "at_end", "closes": NOW}, True), ({"release": "by_hand"}, False), ({"release": "by_hand", "released_at": NOW}, True),
        ({"release": "by_hand", "released_at": NOW + DAY}, False), ({"release": "at_once", "state": "cancelled"}, False),
        ({"release": "at_end", "closes": NOW + DAY, "released_at": NOW}, True),
    ],
)  # fmt: skip
def test_mistakes_are_taken_when_the_results_may_be_seen_and_not_before(session, world, clerk, rule, seen):
    world.bank(each=1)
    attempt = world.attempt(clerk, world.exam(["q-0-0", "q-1-0", "q-2-0"], **rule), {"q-0-0": 1, "q-1-0": 0.5, "q-2-0": 0})
    assert untaken(session, clerk, NOW) == ([attempt] if seen else [])
    assert take_mistakes(session, attempt, NOW) == (2 if seen else 0)
    cards = cards_of(session, clerk, ["q-0-0", "q-1-0", "q-2-0"])
    assert sorted(cards) == (["q-1-0", "q-2-0"] if seen else [])
    assert {(card.mistake, card.due) for card in cards.values()} == ({(True, NOW)} if seen else set())


def test_an_attempt_is_taken_once(session, world, clerk):
    world.bank(each=1)
    attempt = world.attempt(clerk, world.exam(["q-0-0", "q-1-0"]), {"q-0-0": 0, "q-1-0": 0})
    take_mistakes(session, attempt, NOW)
    for days in (0, 1):
        give(session, clerk, "q-0-0", 0, NOW + days * DAY)
    assert (untaken(session, clerk, NOW + DAY), take_mistakes(session, attempt, NOW + DAY)) == ([], 0)
    assert [line.question_id for line in mistakes(session, clerk, NOW + DAY).lines] == ["q-1-0"]


def test_a_second_exam_brings_a_known_question_back(session, world, clerk):
    world.question("q-a")
    for number, days in enumerate((9, 5)):
        exam = world.exam(["q-a"], opens=NOW - days * DAY, closes=NOW - days * DAY)
        assert take_mistakes(session, world.attempt(clerk, exam, {"q-a": 0}), NOW - days * DAY) == 1
        for later in (1, 2):
            assert give(session, clerk, "q-a", 0, NOW - (days - later) * DAY).right_days_left == (1 if later == 1 else 0), number


def test_answers_that_wait_for_a_trainer_are_no_mistakes_yet(session, world, clerk):
    world.question("q-a")
    world.attempt(clerk, world.exam(["q-a"]), {"q-a": 0}, state="pending")
    assert untaken(session, clerk, NOW) == []


def test_an_answer_is_graded_kept_and_scheduled(session, world, clerk):
    world.question("q-a")
    right = give(session, clerk, "q-a")
    assert (right.credit, right.response, right.right_days_left, right.posed.entry_id) == (1, 0, 0, "tariff-q-a")
    assert right.due > NOW
    assert outcome(session, clerk, right.posed.token) == right


def test_a_wrong_answer_stands_in_the_notebook_until_it_was_right_on_two_days(session, world, clerk):
    world.question("q-a")
    left = [
        give(session, clerk, "q-a", response, NOW + hours * timedelta(hours=1)).right_days_left
        for response, hours in ((1, 0), (0, 1), (0, 2), (1, 24), (0, 25), (0, 48))
    ]
    assert left == [2, 1, 1, 2, 1, 0]
    assert mistakes(session, clerk, NOW + 3 * DAY).lines == ()


def test_asking_to_be_told_earns_nothing(session, world, clerk):
    world.question("q-a")
    told = give(session, clerk, "q-a", None)
    assert (told.credit, told.response, told.right_days_left) == (0, None, 2)
    assert outcome(session, clerk, told.posed.token).response is None


def test_the_same_answer_sent_twice_counts_once(session, world, clerk):
    world.question("q-a")
    token = pose(session, clerk, "q-a", NOW).token
    first = answer(session, clerk, "q-a", token, 1, NOW)
    again = answer(session, clerk, "q-a", token, 0, NOW + timedelta(minutes=1))
    assert again == first
    assert session.query(ReviewRow).count() == 1


def test_an_answer_to_an_old_wording_is_not_taken(session, world, clerk):
    world.question("q-a")
    old = pose(session, clerk, "q-a", NOW)
    world.reworded("q-a", make_question("q-a", stem="改过的题干"))
    with pytest.raises(ConflictError, match="刚更新"):
        answer(session, clerk, "q-a", old.token, 0, NOW)
    assert pose(session, clerk, "q-a", NOW).question.stem == "改过的题干"


def test_a_card_goes_on_with_the_new_wording(session, world, clerk):
    world.question("q-a")
    give(session, clerk, "q-a", 1)
    before = cards_of(session, clerk, ["q-a"])["q-a"]
    world.reworded("q-a", make_question("q-a", stem="改过的题干"))
    after = give(session, clerk, "q-a", 0, NOW + DAY)
    assert (after.posed.question.stem, after.right_days_left) == ("改过的题干", 1)
    assert cards_of(session, clerk, ["q-a"])["q-a"].memory.reviewed_at > before.memory.reviewed_at


@pytest.mark.parametrize("response", [3, -1, "0", [0], True, 1.5])
def test_a_response_that_fits_no_answer_is_refused(session, world, clerk, response):
    world.question("q-a")
    with pytest.raises(QueryError):
        canonical(pose(session, clerk, "q-a", NOW), response)
    with pytest.raises(QueryError):
        give(session, clerk, "q-a", response)


def test_options_are_shown_in_an_order_of_the_asking_and_mapped_back(session, world, clerk):
    world.question("q-a")
    orders = set()
    for days in range(12):
        posed = pose(session, clerk, "q-a", NOW + days * DAY)
        assert posed == pose(session, clerk, "q-a", NOW + days * DAY)
        assert posed.asked.lines == tuple(posed.question.options[i].text for i in posed.order)
        assert canonical(posed, posed.order.index(0)) == 0
        orders.add(posed.order)
        answer(session, clerk, "q-a", posed.token, 0, NOW + days * DAY)
    assert len(orders) > 1


def test_nobody_opens_a_question_that_is_not_theirs(session, world, clerk):
    world.bank()
    mine = ids(daily_five(session, clerk, NOW))
    foreign = next(question_id for question_id in ("q-0-0", "q-0-1", "q-0-2", "q-0-3") if question_id not in mine)
    for question_id in (foreign, "q-nowhere"):
        with pytest.raises(NotFoundError):
            pose(session, clerk, question_id, NOW)
    token = give(session, clerk, mine[0]).posed.token
    assert outcome(session, world.person("AL2"), token) is None


def test_who_belongs_to_no_unit_cannot_practise(session, world, clerk):
    world.question("q-a")
    with pytest.raises(ConflictError, match="不属于任何"):
        give(session, clerk, "q-a", now=NOW - 10_000 * DAY)


def test_the_notebook_is_listed_by_topic_and_page(session, world, clerk):
    for number in range(60):
        world.card(clerk, world.question(f"q-{number:02}", "资费" if number % 3 else "话术"), NOW + number * DAY, mistake=True)
    world.card(clerk, world.question("q-known"), NOW)
    first, second = mistakes(session, clerk, NOW), mistakes(session, clerk, NOW, page=2)
    assert (first.total, len(first.lines), len(second.lines)) == (60, 50, 10)
    assert dict(first.topics) == {"资费": 40, "话术": 20}
    assert [line.question_id for line in first.lines[:2]] == ["q-00", "q-01"]
    assert mistakes(session, clerk, NOW, topic="话术").total == 20
    assert mistakes(session, clerk, NOW, topic="没有").lines == ()


def test_the_notebook_is_practised_until_all_of_it_was_answered_today(session, world, clerk):
    for number in range(3):
        world.card(clerk, world.question(f"q-{number}", "话术" if number else "资费"), NOW + number * DAY, mistake=True)
    assert following(session, clerk, NOW, topic="话术") == "q-1"
    asked = []
    while question_id := following(session, clerk, NOW):
        asked.append(question_id)
        give(session, clerk, question_id, 1)
    assert asked == ["q-0", "q-1", "q-2"]
    assert following(session, clerk, NOW + DAY) == "q-0"


def test_assigned_questions_are_due_now_for_everybody(session, world, clerk):
    world.bank(topics=("资费", "话术"), each=3)
    other = world.person("AL2")
    world.card(clerk, "q-0-0", NOW + 9 * DAY)
    assert make_due(session, [clerk, other], ["q-0-0", "q-0-2"], NOW) == 4
    assert make_due(session, [clerk], ["q-1-0"], NOW) == 1
    assert {item.question_id for item in daily_five(session, other, NOW).items if item.why is Why.ASSIGNED} == {"q-0-0", "q-0-2"}
    five = daily_five(session, clerk, NOW)
    assert {item.question_id for item in five.items if item.why is Why.ASSIGNED} == {"q-0-0", "q-0-2", "q-1-0"}
    give(session, clerk, "q-0-0")
    assert not cards_of(session, clerk, ["q-0-0"])["q-0-0"].assigned
    assert [i.why for i in daily_five(session, clerk, NOW).items if i.question_id == "q-0-0"] == [Why.ASSIGNED]


def test_a_streak_counts_days_in_shanghai_up_to_today_or_yesterday(session, world, clerk):
    world.question("q-a")
    assert streak(session, clerk, NOW) == Streak()
    for moment, credit in ((day_begins(NOW) - timedelta(minutes=1), 1), (day_begins(NOW) - DAY - timedelta(hours=1), 0), (NOW - 9 * DAY, 1)):
        world.reviewed(clerk, "q-a", moment, credit)
    assert streak(session, clerk, NOW) == Streak(days=2, today=False, week_days=2, week_answers=2, week_right=1)  # a Sunday
    world.reviewed(clerk, "q-a", NOW)
    assert streak(session, clerk, NOW) == Streak(days=3, today=True, week_days=3, week_answers=3, week_right=2)
    assert streak(session, clerk, NOW + 2 * DAY) == Streak()


@pytest.mark.parametrize(
    ("ago", "days"), [((), 0), ((0,), 1), ((1,), 1), ((2,), 0), ((0, 0, 1, 1, 2, 4), 3), ((1, 2, 3), 3), ((0, 2), 1), ((0, 1, 1, 1), 2)]
)
def test_days_follow_on_each_other_or_do_not(ago, days):
    assert days_in_a_row([TODAY - number * DAY for number in ago], TODAY) == days
