from datetime import timedelta

import pytest

from kb import Kind, Status
from quiz.audit import trail
from quiz.bank.drawable import live_questions
from quiz.bank.listing import BankFilter, detail_of, page_of, stale_queue
from quiz.bank.moves import move
from quiz.bank.staleness import Why
from quiz.bank.state import Move, State
from quiz.bank.sync import Synced, sync_content
from quiz.generating.generate import generate
from quiz.questions.question import QuestionStatus
from tests.builders import NOW, TODAY, make_entry
from tests.quiz.banks import DEARER, data, library, plan, script, single, worded_question

LATER = NOW + timedelta(days=1)
ALL = (single(), data(), worded_question())


@pytest.fixture
def session(sessions):
    with sessions() as session, session.begin():
        yield session


def states(session):
    return {line.id: line.state.value for line in page_of(session, BankFilter()).lines}


def test_new_questions_are_added_pinned_and_live_and_a_second_run_changes_nothing(session):
    assert sync_content(session, library(), ALL, NOW) == Synced(added=3)
    assert sync_content(session, library(), ALL, LATER) == Synced()
    assert states(session) == {"q-fee": "live", "q-data": "live", "q-steps": "live"}
    detail = detail_of(session, "q-fee")
    assert (detail.line.topic, detail.line.entry_id, detail.current.pins.entry.version) == ("个人套餐", "tariff-59", 1)
    assert [o.text for o in detail.current.shown.options] == ["59元/月", "39元/月", "79元/月"]
    assert next(o.text for o in detail.current.written.options) == "{{ fee }}"


def test_a_changed_fact_turns_its_questions_stale_at_once_and_out_of_every_draw(session):
    sync_content(session, library(), ALL, NOW)
    now = library(DEARER, script())
    assert sync_content(session, now, ALL, LATER) == Synced(stale=1, repinned=1)
    assert states(session) == {"q-fee": "stale", "q-data": "live", "q-steps": "live"}
    assert {q.id for q in live_questions(session)} == {"q-data", "q-steps"}
    (item,) = stale_queue(session, now, TODAY)
    assert [(r.why, r.old, r.new) for r in item.reasons] == [(Why.FACT_CHANGED, "59元/月", "69元/月")]
    assert (item.before.options[0].text, item.after.options[0].text, item.since) == ("59元/月", "69元/月", LATER)
    assert sync_content(session, now, ALL, LATER) == Synced()


def test_a_question_untouched_by_a_new_version_is_pinned_to_it(session):
    sync_content(session, library(), ALL, NOW)
    sync_content(session, library(DEARER, script()), ALL, LATER)
    versions = [(r.number, r.pins.entry.version) for r in detail_of(session, "q-data").revisions]
    assert versions == [(2, 2), (1, 1)]
    assert [a.action for a in trail(session, "question", "q-data")] == ["repinned", "added"]


def test_the_old_wording_stands_until_a_trainer_reconfirms_with_the_facts_of_now(session):
    sync_content(session, library(), ALL, NOW)
    now = library(DEARER, script())
    sync_content(session, now, ALL, LATER)
    assert detail_of(session, "q-fee").current.shown.options[0].text == "59元/月"
    assert move(session, now, "q-fee", Move.RECONFIRM, "T1", LATER) is State.LIVE
    detail = detail_of(session, "q-fee")
    assert (detail.current.number, detail.current.shown.options[0].text, detail.current.pins.entry.version) == (2, "69元/月", 2)
    assert (detail.reasons, detail.stale_since, detail.audit[0].actor) == ((), None, "T1")
    assert sync_content(session, now, ALL, LATER) == Synced()


def test_a_changed_wording_in_the_content_is_a_new_revision(session):
    sync_content(session, library(), ALL, NOW)
    assert sync_content(session, library(), [single(stem="月费？"), *ALL[1:]], LATER) == Synced(revised=1)
    assert [r.shown.stem for r in detail_of(session, "q-fee").revisions] == ["月费？", "畅享套餐 59 元档的月费是多少？"]
    assert states(session)["q-fee"] == "live"


def test_a_question_reworded_together_with_its_fact_still_waits_for_a_trainer(session):
    sync_content(session, library(), ALL, NOW)
    now, reworded = library(DEARER, script()), single(stem="现在的月费？")
    sync_content(session, now, [reworded, *ALL[1:]], LATER)
    detail = detail_of(session, "q-fee")
    assert (detail.line.state, detail.current.shown.stem, detail.current.shown.options[0].text) == (State.STALE, "现在的月费？", "69元/月")
    assert [(r.old, r.new) for r in detail.reasons] == [("59元/月", "69元/月")]
    assert sync_content(session, now, [reworded, *ALL[1:]], LATER) == Synced()


def test_a_stale_question_reworded_later_stays_in_the_queue_with_its_reasons(session):
    sync_content(session, library(), ALL, NOW)
    now, reworded = library(DEARER, script()), single(stem="现在的月费？")
    sync_content(session, now, ALL, LATER)
    sync_content(session, now, [reworded, *ALL[1:]], LATER)
    found = {r.why for r in detail_of(session, "q-fee").reasons}
    assert found == {Why.FACT_CHANGED, Why.REWORDED}


def test_what_vanishes_from_the_content_is_retired_and_comes_back_with_it(session):
    sync_content(session, library(), ALL, NOW)
    assert sync_content(session, library(), ALL[1:], LATER) == Synced(retired=1)
    assert states(session)["q-fee"] == "retired"
    assert sync_content(session, library(), ALL[1:], LATER) == Synced()
    assert sync_content(session, library(), ALL, LATER) == Synced(revived=1)
    assert states(session)["q-fee"] == "live"


def test_an_unread_file_retires_nothing(session):
    sync_content(session, library(), ALL, NOW)
    assert sync_content(session, library(), ALL[1:], LATER, complete=False) == Synced()


def test_a_question_that_the_new_facts_break_is_stale_and_not_retired(session):
    sync_content(session, library(), ALL, NOW)
    now = library(plan(version=2, facts={"fee": "79 元/月", "data": "20 GB/月"}), script())
    sync_content(session, now, ALL[1:], LATER, broken=[single()])
    detail = detail_of(session, "q-fee")
    assert detail.line.state is State.STALE
    assert [r.why for r in detail.reasons] == [Why.FACT_CHANGED, Why.UNSOUND]


def test_a_trainers_decision_stands_until_the_author_decides_otherwise(session):
    sync_content(session, library(), ALL, NOW)
    move(session, library(), "q-fee", Move.RETIRE, "T1", NOW)
    assert sync_content(session, library(), ALL, LATER) == Synced()
    assert states(session)["q-fee"] == "retired"
    draft = single(status=QuestionStatus.DRAFT)
    sync_content(session, library(), [draft, *ALL[1:]], LATER)
    assert states(session)["q-fee"] == "draft"


def test_an_author_retires_a_question_in_the_content(session):
    sync_content(session, library(), ALL, NOW)
    assert sync_content(session, library(), [single(status=QuestionStatus.RETIRED), *ALL[1:]], LATER) == Synced(revised=1, retired=1)


def test_a_question_on_an_entry_that_is_not_in_force_enters_the_queue_not_the_draw(session):
    future = library(plan(status=Status.RETIRED), script())
    assert sync_content(session, future, ALL, NOW) == Synced(added=3)
    assert [q.id for q in live_questions(session)] == ["q-steps"]


def test_made_questions_enter_as_drafts_and_follow_the_facts_while_they_are_drafts(session):
    made = [
        q
        for q in generate(library(plan(), plan(id="tariff-79", title="畅享套餐 79 元档", facts={"fee": "79 元/月"})), TODAY)
        if q.entry.entry_id == "tariff-59"
    ]
    assert made
    sync_content(session, library(), made, NOW)
    assert set(states(session).values()) == {"draft"}
    now = library(DEARER, script())
    sync_content(session, now, made, LATER)
    assert set(states(session).values()) == {"draft"}
    fee = next(q.id for q in made if "fee-number" in q.id)
    assert detail_of(session, fee).current.shown.key == "69元/月"


def test_a_made_question_that_was_released_is_made_anew_when_it_is_reconfirmed(session):
    both = library(plan(), plan(id="tariff-79", title="畅享套餐 79 元档", facts={"fee": "79 元/月"}, body=""))
    made = generate(both, TODAY)
    sync_content(session, both, made, NOW)
    move(session, both, "g-tariff-59-fee-single", Move.REVIEW, "T1", NOW)
    move(session, both, "g-tariff-59-fee-single", Move.RELEASE, "T1", NOW)
    now = library(
        plan(version=2, facts={"fee": "79 元/月", "data": "20 GB/月"}),
        plan(id="tariff-79", title="畅享套餐 99 元档", version=2, facts={"fee": "99 元/月"}, body=""),
    )
    sync_content(session, now, generate(now, TODAY), LATER)
    assert states(session)["g-tariff-59-fee-single"] == "stale"
    move(session, now, "g-tariff-59-fee-single", Move.RECONFIRM, "T1", LATER)
    shown = detail_of(session, "g-tariff-59-fee-single").current.shown
    assert shown.right == ("79元/月",)
    assert "99元/月" in [o.text for o in shown.options]


def test_the_day_alone_takes_a_question_out_of_the_draw_and_into_the_queue(session):
    ending = library(plan(effective_to=TODAY), script())
    sync_content(session, ending, ALL, NOW)
    tomorrow = TODAY + timedelta(days=1)
    assert len(live_questions(session, ending, TODAY)) == 3
    assert [q.id for q in live_questions(session, ending, tomorrow)] == ["q-steps"]
    assert [(item.line.id, item.marked) for item in stale_queue(session, ending, tomorrow)] == [("q-data", False), ("q-fee", False)]


def test_a_whole_branch_follows_in_few_statements(session):
    entries = [make_entry(id=f"tariff-{n}", title=f"套餐 {n}", kind=Kind.TARIFF, facts={"fee": f"{n} 元/月"}) for n in range(10, 60)]
    many = library(*entries)
    made = generate(many, TODAY)
    assert sync_content(session, many, made, NOW).added == len(made)
    assert sync_content(session, many, made, LATER) == Synced()
