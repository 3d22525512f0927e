"""What trainers do with the bank, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kb import EntryRef
from kb.errors import ConflictError, NotFoundError
from quiz.bank.drawable import live_questions, states_of
from quiz.bank.listing import BankFilter, counts_by_entry, detail_of, matching, page_of, stale_count, topics_of
from quiz.bank.moves import Fate, edit, move, plan, take_generated, take_in
from quiz.bank.state import Move, Source, State
from quiz.bank.sync import Synced, sync_content
from quiz.questions.question import FactRef, Option, QuestionStatus, QuestionType
from quiz.tables import ExamRow, FormItemRow, FormRow, QuestionTallyRow
from tests.builders import NOW, TODAY
from tests.quiz.banks import DEARER, data, library, script, single, worded_question
from tests.quiz.banks import plan as tariff

LATER = NOW + timedelta(days=1)
DRAFT = single(id="i-1", status=QuestionStatus.DRAFT)
UNBOUND = replace(
    DRAFT, id="i-2", stem="没有绑定的题？", entry=EntryRef("", 0), facts=(), options=(Option("甲", right=True), Option("乙", right=False))
)


@pytest.fixture
def session(sessions):
    with sessions() as session, session.begin():
        yield session


@pytest.fixture
def bank(session):
    sync_content(session, library(), [single(), data(), worded_question()], NOW)
    return session


def bring(session, *questions):
    return take_in(session, library(), plan(session, questions), "T1", NOW)


def state(session, question_id):
    return detail_of(session, question_id).line.state


def test_imported_questions_come_in_as_drafts_once(session):
    assert bring(session, DRAFT, UNBOUND).added == ("i-1", "i-2")
    assert (state(session, "i-1"), detail_of(session, "i-1").line.source) == (State.DRAFT, Source.IMPORTED)
    assert [item.fate for item in plan(session, [DRAFT, replace(DRAFT, id="")])] == [Fate.SAME, Fate.SAME]
    assert bring(session, DRAFT) == bring(session)
    assert detail_of(session, "i-2").line.entry_id == ""


def test_a_nameless_question_is_named_by_what_it_asks(session):
    first, second = plan(session, [replace(DRAFT, id=""), replace(DRAFT, id="")])
    assert first.question.id.startswith("i-")
    assert (first.fate, second.fate, second.other) == (Fate.NEW, Fate.SAME, first.question.id)


def test_an_imported_question_that_comes_again_changed_gets_a_new_revision(session):
    bring(session, DRAFT)
    (item,) = plan(session, [replace(DRAFT, stem="改过的？")])
    assert (item.fate, item.other) == (Fate.CHANGED, "i-1")
    assert take_in(session, library(), [item], "T1", LATER).changed == ("i-1",)
    assert [r.shown.stem for r in detail_of(session, "i-1").revisions] == ["改过的？", DRAFT.stem]


def test_a_question_of_the_content_is_not_changed_by_an_import(bank):
    (item,) = plan(bank, [single(stem="改过的？")])
    assert item.fate is Fate.ELSEWHERE
    assert take_in(bank, library(), [item], "T1", NOW).changed == ()


def test_a_question_of_the_content_that_was_edited_here_follows_the_content_no_more(bank):
    assert edit(bank, library(), "q-fee", single(stem="这里改过的？"), "T1", NOW) is State.DRAFT
    assert detail_of(bank, "q-fee").line.source is Source.EDITED
    sync_content(bank, library(), [single(stem="内容库里又改了？")], LATER)
    assert detail_of(bank, "q-fee").current.written.stem == "这里改过的？"


def test_an_unbound_question_is_released_only_when_it_is_bound(session):
    bring(session, UNBOUND)
    with pytest.raises(ConflictError) as caught:
        move(session, library(), "i-2", Move.REVIEW, "T1", NOW)
    assert caught.value.code == "question-unbound"
    edit(session, library(), "i-2", replace(UNBOUND, entry=EntryRef("tariff-59", 0), facts=(FactRef("tariff-59", "data"),)), "T1", NOW)
    move(session, library(), "i-2", Move.REVIEW, "T1", NOW)
    assert move(session, library(), "i-2", Move.RELEASE, "T1", NOW) is State.LIVE
    detail = detail_of(session, "i-2")
    assert (detail.line.topic, detail.current.pins.entry) == ("个人套餐", EntryRef("tariff-59", 1))
    assert [a.action for a in detail.audit] == ["release", "review", "edit", "import"]


def test_an_imported_question_turns_stale_with_its_fact(session):
    bring(session, DRAFT)
    move(session, library(), "i-1", Move.REVIEW, "T1", NOW)
    assert sync_content(session, library(DEARER, script()), [], LATER) == Synced(stale=1)
    assert (state(session, "i-1"), stale_count(session)) == (State.STALE, 1)


def test_a_question_whose_options_no_longer_fit_cannot_be_reconfirmed(bank):
    now = library(tariff(version=2, facts={"fee": "79 元/月", "data": "20 GB/月"}), script())
    sync_content(bank, now, [data(), worded_question()], LATER, broken=[single()])
    with pytest.raises(ConflictError) as caught:
        move(bank, now, "q-fee", Move.RECONFIRM, "T1", LATER)
    assert caught.value.code == "question-unsound"
    assert "79元/月" in caught.value.text("zh")


def test_a_question_on_an_expired_entry_cannot_be_reconfirmed(bank):
    now = library(tariff(effective_to=TODAY - timedelta(days=1)), script())
    sync_content(bank, now, [single(), data(), worded_question()], LATER)
    with pytest.raises(ConflictError) as caught:
        move(bank, now, "q-fee", Move.RECONFIRM, "T1", LATER)
    assert caught.value.code == "question-not-in-force"
    assert move(bank, now, "q-fee", Move.RETIRE, "T1", LATER) is State.RETIRED


def test_what_was_reviewed_with_other_facts_is_not_released_unseen(session):
    bring(session, DRAFT)
    move(session, library(), "i-1", Move.REVIEW, "T1", NOW)
    with pytest.raises(ConflictError) as caught:
        move(session, library(DEARER, script()), "i-1", Move.RELEASE, "T1", LATER)
    assert caught.value.code == "question-outdated"


def test_a_live_question_that_the_day_made_stale_can_be_reconfirmed_before_it_is_marked(bank):
    assert move(bank, library(DEARER, script()), "q-fee", Move.RECONFIRM, "T1", LATER) is State.LIVE
    assert detail_of(bank, "q-fee").current.shown.options[0].text == "69元/月"
    with pytest.raises(ConflictError):
        move(bank, library(DEARER, script()), "q-fee", Move.RECONFIRM, "T1", LATER)


def test_who_looked_at_an_older_revision_is_told(session):
    bring(session, DRAFT)
    edit(session, library(), "i-1", replace(DRAFT, stem="甲？"), "T1", NOW, seen=1)
    for late in (
        lambda: edit(session, library(), "i-1", DRAFT, "T2", NOW, seen=1),
        lambda: move(session, library(), "i-1", Move.REVIEW, "T2", NOW, seen=1),
    ):
        with pytest.raises(ConflictError) as caught:
            late()
        assert caught.value.code == "question-changed"


def test_a_missing_question_is_not_found(session):
    for look in (lambda: detail_of(session, "q-none"), lambda: move(session, library(), "q-none", Move.REVIEW, "T1", NOW)):
        with pytest.raises(NotFoundError):
            look()


def test_made_questions_are_taken_as_drafts_and_with_another_seed_again(session):
    both = library(tariff(), tariff(id="tariff-79", title="畅享套餐 79 元档", facts={"fee": "79 元/月"}, body=""))
    wanted = "g-tariff-59-fee-single"
    assert take_generated(session, both, "tariff-59", [wanted], 0, "T1", NOW).added == (wanted,)
    assert take_generated(session, both, "tariff-59", [wanted], 3, "T1", NOW).changed == (wanted,)
    assert detail_of(session, wanted).line.source is Source.EDITED
    move(session, both, wanted, Move.REVIEW, "T1", NOW)
    assert take_generated(session, both, "tariff-59", [wanted], 4, "T1", NOW).changed == ()


def test_the_list_is_filtered_counted_and_paged(bank):
    bring(bank, replace(DRAFT, stem="59 元档每月的月费？"), UNBOUND)
    every = page_of(bank, BankFilter())
    assert (every.total, dict(every.counts)) == (5, {"live": 3, "draft": 2})
    found = {
        name: [line.id for line in page_of(bank, wanted).lines]
        for name, wanted in {
            "state": BankFilter(state="draft"), "topic": BankFilter(topic="降档挽留"), "type": BankFilter(type="number"), "text": BankFilter(text="绑定"),
            "words": BankFilter(text="月费 59"), "percent": BankFilter(text="%"), "entry": BankFilter(entry_id="script-cheaper"), "source": BankFilter(source="imported"),
            "difficulty": BankFilter(difficulty=5), "key": BankFilter(text="20gb"),
        }.items()
    }  # fmt: skip
    assert found == {
        "state": ["i-2", "i-1"], "topic": ["q-steps"], "type": ["q-data"], "text": ["i-2"], "words": ["i-1", "q-fee"], "percent": [], "entry": ["q-steps"],
        "source": ["i-2", "i-1"], "difficulty": [], "key": ["q-data"],
    }  # fmt: skip
    assert page_of(bank, BankFilter(), page=2).lines == ()
    assert page_of(bank, BankFilter(state="draft")).total == 2
    assert [q.id for q in matching(bank, BankFilter(state="live", topic="个人套餐"))] == ["q-data", "q-fee"]
    assert topics_of(bank) == ["个人套餐", "降档挽留"]
    assert counts_by_entry(bank, ["tariff-59", "none"]) == {"tariff-59": 3}


def test_a_draw_knows_what_was_earned_and_when_it_was_used(bank):
    sync_content(bank, library(DEARER, script()), [single(), data(), worded_question()], LATER)  # q-data is pinned anew, its wording is the same
    first, second = detail_of(bank, "q-data").revisions[::-1]
    bank.add_all([QuestionTallyRow(revision_id=first.id, answers=8, credit=6.0), QuestionTallyRow(revision_id=second.id, answers=2, credit=1.0)])
    for number, (month, held) in enumerate([("2026-09", "scheduled"), ("2026-10", "scheduled"), ("2026-11", "cancelled")], 1):
        common = {
            "blueprint": {},
            "audience": {},
            "minutes": 30,
            "pass_mark": 0.6,
            "release": "at_end",
            "seed": 1,
            "created_by": "T1",
            "created_at": NOW,
        }
        bank.add(ExamRow(id=number, title="月考", month=month, state=held, **common))
        bank.flush()
        bank.add(FormRow(id=number, exam_id=number, number=1, balance={}))
        bank.flush()
        bank.add(FormItemRow(form_id=number, position=1, revision_id=first.id, points=1.0))
    bank.flush()
    live = {q.id: q for q in live_questions(bank)}
    found = live["q-data"]
    assert (found.revision_id, found.answers, found.credit, found.last_month, found.exposures) == (second.id, 10, 7.0, "2026-10", 2)
    assert (found.type, found.topic, found.facts) == (QuestionType.NUMBER, "个人套餐", (("tariff-59", "data"),))
    assert (live["q-steps"].answers, live["q-steps"].last_month, live["q-steps"].exposures) == (0, "", 0)
    assert states_of(bank, [first.id, detail_of(bank, "q-fee").current.id]) == {
        first.id: State.LIVE,
        detail_of(bank, "q-fee").current.id: State.STALE,
    }
    assert page_of(bank, BankFilter(entry_id="tariff-59")).lines[0].answers == 10
