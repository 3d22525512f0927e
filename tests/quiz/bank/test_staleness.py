from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import EntryRef, Status
from quiz.bank.staleness import Reason, Why, merged, pins, reasons
from quiz.questions.question import FactRef
from tests.builders import TODAY, make_entry
from tests.quiz.banks import DEARER, data, library, plan, script, single, worded_question


def why(question, then, now, day=TODAY):
    return reasons(pins(question, then, TODAY), question.type, now, day)


def test_a_question_pins_the_version_and_the_facts_it_tests_or_shows():
    question = single(stem="嫌贵时，比 {{ data }} 少的怎么说？")
    pinned = pins(question, library(), TODAY)
    assert pinned.entry == EntryRef("tariff-59", 1)
    assert [(f.name, f.label, f.value) for f in pinned.facts] == [("fee", "fee", "59元/月"), ("data", "data", "20GB/月")]
    assert pinned.wording == ()


def test_a_fact_of_another_entry_is_pinned_too():
    question = worded_question(stem="换到 {{ tariff-59.fee }} 档，先后怎么做？")
    assert [(f.entry_id, f.name) for f in pins(question, library(), TODAY).facts] == [("tariff-59", "fee")]
    assert Why.FACT_CHANGED in {r.why for r in why(question, library(), library(DEARER, script()))}


def test_a_changed_fact_makes_stale_and_shows_old_and_new():
    assert why(single(), library(), library(DEARER, script())) == (Reason(Why.FACT_CHANGED, "tariff-59", "fee", "fee", "59元/月", "69元/月"),)


def test_another_fact_of_the_entry_leaves_the_question_alone():
    assert why(data(), library(), library(DEARER, script())) == ()


def test_a_new_version_alone_makes_nothing_stale():
    again = library(plan(version=2), script(version=2, asks=("太贵了",)))
    assert [why(q, library(), again) for q in (single(), data(), worded_question())] == [(), (), ()]


def test_a_change_of_text_leaves_questions_on_facts_alone():
    assert why(single(), library(), library(plan(version=2, body="> 现在每月 {{ fee }}。\n"), script())) == ()


def test_a_changed_wording_makes_stale_what_tests_the_wording_and_shows_the_lines():
    changed = script(version=2, body="> 您可以换 {{ tariff-59.fee }} 档。\n\n1. 先查用量\n2. 再给方案\n")
    assert why(worded_question(), library(), library(plan(), changed)) == (
        Reason(Why.TEXT_CHANGED, "script-cheaper", old="1. 先问用量", new="1. 先查用量"),
    )


def test_only_spaces_changed_is_no_change():
    spaced = script(version=2, body="> 您可以换 {{ tariff-59.fee }}  档。\n\n\n1. 先问用量 \n2. 再给方案\n")
    assert why(worded_question(), library(), library(plan(), spaced)) == ()


def test_a_price_of_elsewhere_does_not_touch_a_question_on_steps():
    assert why(worded_question(), library(), library(DEARER, script())) == ()


def test_a_question_that_names_no_fact_follows_every_fact_of_its_entry():
    question = single(facts=(), options=(), key="对", explanation="")
    assert [r.why for r in why(question, library(), library(DEARER, script()))] == [Why.TEXT_CHANGED]


def test_a_fact_that_is_gone_is_said():
    poorer = library(plan(version=2, facts={"data": "20 GB/月"}), script())
    assert why(single(), library(), poorer) == (Reason(Why.FACT_GONE, "tariff-59", "fee", "fee", "59元/月"),)


def test_a_fact_of_an_entry_that_is_gone_is_said():
    question = worded_question(facts=(FactRef("tariff-59", "fee"),))
    assert [r.why for r in why(question, library(), library(script()))] == [Why.FACT_GONE]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((script(),), Why.ENTRY_GONE),
        ((plan(status=Status.RETIRED),), Why.ENTRY_WITHDRAWN),
        ((plan(effective_to=date(2026, 11, 1)),), Why.ENTRY_EXPIRED),
        ((plan(effective_from=date(2027, 1, 1)),), Why.ENTRY_FUTURE),
        ((plan(), make_entry(id="tariff-new", title="新档", supersedes=("tariff-59",))), Why.ENTRY_SUPERSEDED),
    ],
)
def test_an_entry_that_is_not_in_force_makes_its_questions_stale(entries, expected):
    assert why(single(), library(), library(*entries))[0].why is expected


def test_the_day_alone_makes_stale_when_the_next_version_begins():
    both = library(plan(effective_to=date(2026, 12, 31)), replace(DEARER, effective_from=date(2027, 1, 1)), script())
    assert why(single(), both, both) == ()
    assert [r.new for r in why(single(), both, both, date(2027, 1, 1))] == ["69元/月"]


def test_reasons_keep_the_value_that_was_confirmed_and_the_newest():
    first = Reason(Why.FACT_CHANGED, "tariff-59", "fee", "fee", "59元/月", "69元/月")
    second = Reason(Why.FACT_CHANGED, "tariff-59", "fee", "fee", "69元/月", "79元/月")
    assert merged([first], [second]) == (Reason(Why.FACT_CHANGED, "tariff-59", "fee", "fee", "59元/月", "79元/月"),)
    assert merged([first], []) == (first,)


@given(st.integers(1, 400), st.integers(0, 400))
def test_a_question_is_stale_exactly_when_the_price_it_pins_is_not_the_price_of_now(fee, later):
    day = TODAY + timedelta(days=later)
    now = library(plan(version=2, facts={"fee": f"{fee} 元/月", "data": "20 GB/月"}), script())
    assert bool(why(single(), library(), now, day)) == (fee != 59)
