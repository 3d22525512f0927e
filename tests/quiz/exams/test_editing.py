"""Exams built, edited and scheduled, and how far they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.errors import AppError
from quiz.audit import trail
from quiz.exams.editing import build, choices, copy, editable, open_for, preview, put, redraw, settle
from quiz.exams.forms import Trouble
from quiz.exams.myexams import start
from quiz.exams.planning import Audience, Draft, Plan, Window, create_draft, exam
from quiz.exams.sheet import Event, EventKind
from quiz.exams.sitting import append, submit
from quiz.exams.state import Release
from quiz.exams.turnout import absent, expected, left, sums, turnout
from quiz.forms.blueprint import Cell
from quiz.forms.blueprintfile import to_json
from quiz.tables import FormRow, QuestionRow, RevisionRow
from tests.builders import NOW, TODAY
from tests.quiz.banks import plan
from tests.quiz.examining import store_hall
from tests.quiz.planning import BLUEPRINT, revise, small_library, store_bank

WHO = "SF000003"
LIBRARY = small_library()
WINDOW = Window(NOW + timedelta(days=1), NOW + timedelta(days=3))


def code_of(call, *args, **kwargs):
    with pytest.raises(AppError) as caught:
        call(*args, **kwargs)
    return caught.value.code


@pytest.fixture
def bank(sessions):
    with sessions.begin() as session:
        store_bank(session)
    return sessions


@pytest.fixture
def draft(bank):
    with bank.begin() as session:
        return build(session, BLUEPRINT, "2026-11", 2, LIBRARY, WHO, NOW, seed=5).exam_id


def held(session, key):
    return {number: [p.item.id for p in form] for number, form in preview(session, key, LIBRARY, NOW).forms.items()}


def test_a_blueprint_becomes_a_draft_with_parallel_forms(bank, draft):
    with bank() as session:
        forms = preview(session, draft, LIBRARY, NOW)
        assert (forms.exam.title, forms.exam.minutes, forms.exam.month, forms.drawn) == (BLUEPRINT.title, 30, "2026-11", True)
        assert [[p.cell for p in form] for form in forms.forms.values()] == [[0, 0, 0, 0, 1, 1]] * 2
        assert (forms.shortfalls, forms.balance.overlap, forms.troubled) == ((), 0, [])


def test_a_blueprint_that_cannot_be_met_makes_nothing_and_says_which_demand_by_how_much(bank):
    with bank.begin() as session:
        found = build(session, replace(BLUEPRINT, cells=(Cell("排序", 3, 5.0, (), {"type": ("ordering",)}),)), "2026-11", 2, LIBRARY, WHO, NOW)
    assert found.exam_id is None
    assert [(s.code, s.by) for s in found.assembly.shortfalls] == [("draw-short", 6)]


def test_a_month_or_a_time_that_makes_no_sense_is_refused(bank):
    with bank() as session:
        assert code_of(build, session, BLUEPRINT, "11月", 2, LIBRARY, WHO, NOW) == "exam-month"
        assert code_of(build, session, replace(BLUEPRINT, title=" "), "2026-11", 2, LIBRARY, WHO, NOW) == "exam-title"


def test_drawing_again_takes_other_questions_and_is_not_hindered_by_its_own(bank, draft):
    with bank() as session:
        before = held(session, draft)
    with bank.begin() as session:
        assert redraw(session, draft, LIBRARY, WHO, NOW, seed=6).shortfalls == ()
    with bank() as session:
        assert held(session, draft) != before
        assert exam(session, draft).seed == 6
        assert session.query(FormRow).count() == 2


def test_drawing_by_a_changed_blueprint_changes_the_exam_and_one_that_cannot_be_met_does_not(bank, draft):
    with bank.begin() as session:
        redraw(session, draft, LIBRARY, WHO, NOW, replace(BLUEPRINT, forms=3, minutes=45, title="新的名称"))
    with bank() as session:
        assert (exam(session, draft).minutes, exam(session, draft).title, len(held(session, draft))) == (45, "新的名称", 3)
    with bank.begin() as session:
        assert redraw(session, draft, LIBRARY, WHO, NOW, replace(BLUEPRINT, forms=8)).forms == ()
    with bank() as session:
        assert len(held(session, draft)) == 3


def test_what_may_stand_in_a_place_is_listed_with_its_effect_on_the_balance(bank, draft):
    with bank() as session:
        choice = choices(session, draft, 1, 5, LIBRARY, NOW)
        taken = {item for form in held(session, draft).values() for item in form}
    assert choice.placed.item.id not in {c.live.id for c in choice.candidates}
    assert {c.live.type.value for c in choice.candidates} == {"true_false"}
    assert not taken & {c.live.id for c in choice.candidates}
    effects = [(c.faults, round(c.expected_spread, 4)) for c in choice.candidates]
    assert effects == sorted(effects)


def test_a_question_put_by_hand_is_kept_with_the_balance_that_was_foretold(bank, draft):
    with bank.begin() as session:
        wanted = choices(session, draft, 1, 1, LIBRARY, NOW).candidates[0]
        put(session, draft, 1, 1, wanted.live.id, LIBRARY, WHO, NOW)
    with bank() as session:
        forms = preview(session, draft, LIBRARY, NOW)
        assert forms.forms[1][0].item.id == wanted.live.id
        assert forms.balance.expected_spread == pytest.approx(wanted.expected_spread)
        row = session.query(FormRow).filter_by(number=1).one()
        assert row.balance["expected"] == pytest.approx(wanted.expected)
        assert trail(session, "exam", draft)[0].action == "replace"


def test_a_question_that_does_not_fit_or_stands_in_a_form_already_is_refused(bank, draft):
    with bank() as session:
        other = held(session, draft)[2][0]
        assert code_of(put, session, draft, 1, 1, other, LIBRARY, WHO, NOW) == "exam-candidate"
        assert code_of(put, session, draft, 1, 1, "t-00", LIBRARY, WHO, NOW) == "exam-candidate"
        assert code_of(choices, session, draft, 1, 99, LIBRARY, NOW) == "exam-place"
        assert code_of(choices, session, draft, 9, 1, LIBRARY, NOW) == "exam-place"


@pytest.mark.parametrize("trouble", Trouble)
def test_a_question_that_no_longer_holds_is_flagged_and_blocks_scheduling_until_it_is_replaced(bank, draft, trouble):
    with bank.begin() as session:
        key = held(session, draft)[1][0]
        row = session.get(QuestionRow, key)
        if trouble is Trouble.OUT:
            row.state = "retired"
        elif trouble is Trouble.REWORDED:
            placed = preview(session, draft, LIBRARY, NOW).forms[1][0]
            revise(session, replace(placed.question, stem="换了说法"), 2)
    now = small_library() if trouble is not Trouble.OUTDATED else type(LIBRARY).of([plan(effective_to=TODAY)])
    with bank.begin() as session:
        hall = store_hall(session)
        forms = preview(session, draft, now, NOW + timedelta(days=(trouble is Trouble.OUTDATED) * 2))
        assert (1, trouble) in {(number, placed.trouble) for number, placed in forms.troubled}
        audience = Audience(frozenset({hall.branch.id}))
        assert code_of(open_for, session, draft, WINDOW, audience, now, WHO, NOW, release=Release.AT_END) == "exam-stale"
    if trouble is not Trouble.OUTDATED:
        with bank.begin() as session:
            put(session, draft, 1, 1, choices(session, draft, 1, 1, LIBRARY, NOW).candidates[0].live.id, LIBRARY, WHO, NOW)
            open_for(session, draft, WINDOW, audience, LIBRARY, WHO, NOW, release=Release.AT_END)


def test_the_new_wording_of_a_question_may_take_its_own_place(bank, draft):
    with bank.begin() as session:
        placed = preview(session, draft, LIBRARY, NOW).forms[1][0]
        revise(session, replace(placed.question, stem="换了说法"), 2)
        put(session, draft, 1, 1, placed.item.id, LIBRARY, WHO, NOW)
        assert preview(session, draft, LIBRARY, NOW).forms[1][0].question.stem == "换了说法"


def test_settings_change_until_the_exam_opens_and_forms_do_too(bank, draft):
    with bank.begin() as session:
        settle(session, draft, "改名", 50, 0.7, 5, WHO, NOW)
        hall = store_hall(session)
        open_for(session, draft, WINDOW, Audience(frozenset({hall.branch.id})), LIBRARY, WHO, NOW, release=Release.BY_HAND)
        assert editable(exam(session, draft), NOW)
        redraw(session, draft, LIBRARY, WHO, NOW)
        opened = WINDOW.opens_at
        assert not editable(exam(session, draft), opened)
        assert code_of(redraw, session, draft, LIBRARY, WHO, opened) == "exam-not-draft"
        assert code_of(settle, session, draft, "x", 50, 0.7, 5, WHO, opened) == "exam-not-draft"
        assert code_of(put, session, draft, 1, 1, "s-00", LIBRARY, WHO, opened) == "exam-not-draft"
        found = exam(session, draft)
        assert (found.title, found.minutes, found.pass_mark, found.per_page) == ("改名", 50, 0.7, 5)
        assert (found.blueprint["title"], found.blueprint["minutes"], found.blueprint["pass_mark"]) == ("改名", 50, 0.7)
        assert code_of(redraw, session, 10**6, LIBRARY, WHO, NOW) == "exam-missing"


def test_last_months_exam_is_copied_without_its_questions(bank, draft):
    with bank.begin() as session:
        made = copy(session, draft, "2026-12", LIBRARY, WHO, NOW)
        found = exam(session, made.exam_id)
        assert (found.title, found.month, found.minutes) == ("2026年12月业务考试", "2026-12", 30)
        assert dict(found.blueprint) == {**to_json(BLUEPRINT), "title": "2026年12月业务考试"}
        assert code_of(copy, session, draft, "12", LIBRARY, WHO, NOW) == "exam-month"


def test_an_exam_without_a_blueprint_is_shown_but_not_drawn_again(bank):
    with bank.begin() as session:
        revision = session.query(RevisionRow.id).order_by(RevisionRow.id).first()[0]
        key = create_draft(session, Plan("临时小测", "2026-11", 10), [Draft([(revision, 5.0)])], WHO, NOW)
        forms = preview(session, key, LIBRARY, NOW)
        assert (forms.drawn, len(forms.forms[1]), forms.shortfalls) == (False, 1, ())
        assert code_of(redraw, session, key, LIBRARY, WHO, NOW) == "exam-blueprint"
        assert code_of(copy, session, key, "2026-12", LIBRARY, WHO, NOW) == "exam-blueprint"


def test_turnout_counts_expected_begun_and_handed_in_by_hall(bank, draft):
    with bank.begin() as session:
        hall = store_hall(session, 4)
        open_for(session, draft, WINDOW, Audience(frozenset({hall.branch.id})), LIBRARY, WHO, NOW, release=Release.AT_END)
        assert expected(session, {hall.branch.id}, (), TODAY) == 4
        assert expected(session, (), {hall.people[0].id}, TODAY) == 1
    opened = WINDOW.opens_at + timedelta(minutes=1)
    with bank.begin() as session:
        one, two = (start(session, draft, person, opened) for person in hall.people[:2])
        events = [Event("d", 1, EventKind.LEFT), Event("d", 2, EventKind.RETURNED, 0, 40), Event("d", 3, EventKind.LEFT)]
        append(session, one, hall.people[0].id, events, opened)
        submit(session, two, hall.people[1].id, opened)
    with bank() as session:
        planned = exam(session, draft)
        found = turnout(session, planned, opened)
        assert [(h.unit.name, h.expected, h.started, h.submitted) for h in found.halls] == [("示例ZQ", 4, 2, 1)]
        assert (found.expected, found.started, found.submitted, found.graded, found.passed, found.share) == (4, 2, 1, 1, 0, 0.0)
        assert [one.number for one in absent(session, planned, opened, hall.hall.id)] == ["AL0002", "AL0003"]
        (told,) = left(session, draft, {hall.hall.id: hall.hall})
        assert (told.number, told.hall, told.times, told.seconds) == ("AL0000", "示例ZQ", 2, 40)
        assert sums(session, [draft]) == {draft: (2, 1, 0)}
