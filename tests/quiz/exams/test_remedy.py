from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.exams.remedy import (
    AS_KEYED,
    Remedy,
    RemedyKind,
    earned,
    grade,
    offered,
    rekeyed,
    remedy_from_json,
    remedy_to_json,
    suits,
)
from quiz.exams.state import MarkState
from quiz.questions.grading import credit, key_of
from quiz.questions.question import Option, QuestionType
from tests.quiz.examining import EVERY, make_question

T, K = QuestionType, RemedyKind
SINGLE, MULTIPLE, ORDERING = make_question(T.SINGLE), make_question(T.MULTIPLE), make_question(T.ORDERING)
LATER = replace(SINGLE, options=tuple(Option(text, text == "甲") for text in "丁甲乙丙"))


def accept(*also):
    return Remedy(K.ACCEPT, also)


def test_a_further_option_counts_beside_the_key():
    assert [earned(SINGLE, n, accept(0)) for n in range(4)] == [1, 0, 1, 0]
    truth = make_question(T.TRUE_FALSE)
    assert [earned(truth, value, accept(False)) for value in (True, False, None)] == [1, 1, 0]
    number = make_question(T.NUMBER)
    assert [earned(number, text, accept("49元/月")) for text in ("59元", "49", "39")] == [1, 1, 0]


def test_a_further_option_of_several_may_be_ticked_or_not():
    assert [earned(MULTIPLE, ticks, accept(1)) for ticks in ([0, 2], [0, 1, 2], [0, 1], [1], [1, 3])] == [
        1,
        1,
        pytest.approx(2 / 3),
        pytest.approx(1 / 3),
        0,
    ]


@given(st.sampled_from([SINGLE, MULTIPLE]), st.sets(st.integers(0, 3), min_size=1), st.sets(st.integers(0, 3), min_size=1))
def test_nobody_loses_by_a_further_answer_and_credit_stays_within_bounds(question, also, ticks):
    response = sorted(ticks) if question is MULTIPLE else min(ticks)
    found = earned(question, response, accept(*sorted(also)))
    assert credit(question, response) <= found <= 1


def test_everybody_gets_the_full_points_also_who_answered_nothing():
    assert {earned(question, None, Remedy(K.FULL)) for question in EVERY} == {1.0}


def test_a_void_question_counts_for_nothing():
    for question in EVERY:
        found = grade(question, key_of(question), 5, Remedy(K.VOID), judged=1.0)
        assert (found.points, found.state, found.counts) == (0, MarkState.VOID, False)


def test_the_key_of_a_later_revision_counts_whatever_the_order_of_its_options():
    assert [earned(SINGLE, n, Remedy(K.REKEY, key=LATER)) for n in range(4)] == [1, 0, 0, 0]
    assert [o.text for o in rekeyed(SINGLE, LATER).options] == list("甲乙丙丁")


def test_a_mended_order_of_steps_counts():
    later = replace(ORDERING, steps=("第二步", "第一步", "第三步", "第四步"))
    assert earned(ORDERING, [1, 0, 2, 3], Remedy(K.REKEY, key=later)) == 1
    assert earned(ORDERING, [0, 1, 2, 3], Remedy(K.REKEY, key=later)) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "later",
    [
        make_question(T.MULTIPLE),
        replace(SINGLE, options=SINGLE.options[:3]),
        replace(SINGLE, options=(*SINGLE.options[:3], Option("戊", right=False))),
    ],
)
def test_the_key_of_other_lines_says_nothing(later):
    assert rekeyed(SINGLE, later) is None
    assert not suits(SINGLE, Remedy(K.REKEY, key=later))


def test_what_is_offered_suits_the_type():
    assert offered(SINGLE, LATER) == (K.ACCEPT, K.FULL, K.VOID, K.REKEY, K.NONE)
    assert offered(SINGLE, None) == (K.ACCEPT, K.FULL, K.VOID, K.NONE)
    assert offered(ORDERING, None) == (K.FULL, K.VOID, K.NONE)
    assert offered(make_question(T.SHORT), make_question(T.SHORT)) == (K.FULL, K.VOID, K.NONE)


@pytest.mark.parametrize("also", [(), (4,), (-1,), (True,), ("甲",)])
def test_a_further_answer_has_to_be_one_of_the_question(also):
    assert not suits(SINGLE, accept(*also))


def test_what_a_trainer_gave_holds_unless_the_question_is_settled_for_all():
    short = make_question(T.SHORT)
    assert grade(short, "先安抚", 5).state is MarkState.PENDING
    assert grade(short, "先安抚", 5, judged=0.5).points == 2.5
    assert grade(short, "先安抚", 5, Remedy(K.FULL), judged=0.5).points == 5
    assert grade(short, None, 5).state is MarkState.AUTO


@pytest.mark.parametrize("remedy", [AS_KEYED, accept(0, 1), Remedy(K.REKEY, key=LATER), Remedy(K.VOID)])
def test_a_remedy_is_read_back_as_it_was_kept(remedy):
    assert remedy_from_json(remedy_to_json(remedy)) == remedy
