import pytest

from kb.references import Reference, references, render, resolve
from tests.builders import make_entry, make_facts

PLAN = make_entry(id="plan", facts={"fee": "59 元/月", "data": "20 GB/月", "over": "5 元/GB", "start": "2026-01-05", "end": "长期有效"})
HERE = make_entry(id="here", facts={"gift": "3 次"})


def lookup(*entries):
    known = {e.id: e for e in (PLAN, HERE, *entries)}
    return known.get


def said(text, entry=HERE, find=None):
    return render(text, entry, find or lookup())


def test_references_are_found_in_order_with_their_place():
    assert references("甲{{ plan.fee }}乙{{gift}}") == [Reference("plan.fee", "plan", "fee", 1), Reference("gift", "", "gift", 16)]


@pytest.mark.parametrize("text", ["{{ }}", "{{ Plan.fee }}", "{{ plan.fee.x }}", "{{ plan fee }}", "{{ plan. }}", "{{ 月费 }}", "{{ 5 }}"])
def test_what_is_no_reference_names_no_fact(text):
    [ref] = references(text)
    assert ref.fact == ""
    assert said(text) == text


@pytest.mark.parametrize("text", ["{ plan.fee }", "{{ plan.fee }", "没有", ""])
def test_a_text_without_braces_holds_no_reference(text):
    assert references(text) == []


def test_a_reference_becomes_the_value_with_its_unit():
    assert (
        said("月费 {{ plan.fee }}，含{{plan.data}}，{{ gift }}；{{ plan.start }}起，{{ plan.end }}")
        == "月费 59元/月，含20GB/月，3次；2026年1月5日起，长期有效"
    )


def test_an_entrys_own_facts_need_no_name():
    assert said("{{ fee }} {{ plan.fee }} {{ .fee }}", PLAN) == "59元/月 59元/月 59元/月"


@pytest.mark.parametrize("text", ["{{ plan.price }}", "{{ gone.fee }}", "{{ fee }}", "{{ here.fee }}"])
def test_a_broken_reference_stays_as_written(text):
    assert said(f"月费{text}。") == f"月费{text}。"
    assert resolve(references(text)[0], HERE, lookup()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每月{{ plan.fee }}", "每月59元"), ("每个月 {{ plan.fee }}", "每个月 59元"), ("一个月{{ plan.fee }}", "一个月59元"), ("每月只要{{ plan.fee }}", "每月只要59元"),
        ("每 GB {{ plan.over }}", "每 GB 5元/GB"), ("每GB {{ plan.over }}", "每GB 5元"), ("{{ plan.fee }} 档", "59元 档"), ("{{ plan.fee }}套餐", "59元套餐"),
        ("每年，{{ plan.fee }}", "每年，59元/月"), ("每月生效，{{ plan.fee }}", "每月生效，59元/月"), ("{{ plan.fee }}，每月", "59元/月，每月"),
        ("每月{{ plan.fee }}、{{ plan.data }}", "每月59元、20GB/月"), ("月费{{ plan.fee }}", "月费59元/月"),
    ],
)  # fmt: skip
def test_a_period_that_was_said_already_is_not_said_twice(text, expected):
    assert said(text) == expected


def test_a_fact_may_refer_to_other_facts():
    short = make_entry(id="short", facts={"note": "按{{ plan.fee }}收，{{ own }}", "own": "5 元"})
    assert said("{{ short.note }}", find=lookup(short)) == "按59元/月收，5元"


def test_references_in_a_circle_end():
    loop = make_entry(id="loop", facts={"a": "甲{{ b }}", "b": "乙{{ a }}"})
    assert said("{{ loop.a }}", find=lookup(loop)) == "甲乙甲乙甲{{ b }}"


def test_a_value_may_be_dressed_but_only_where_it_is_known():
    dressed = render("每月{{ plan.fee }}，{{ gone.fee }}", HERE, lookup(), lambda fact, value: f"<b title={fact.label}>{value}</b>")
    assert dressed == "每月<b title=fee>59元</b>，{{ gone.fee }}"


def test_the_entry_itself_answers_for_its_own_id():
    """A draft of a new version shows its own numbers, not those of the version in force."""
    draft = make_entry(id="plan", version=2, facts=make_facts({"fee": "69 元/月"}))
    assert said("{{ plan.fee }} {{ fee }}", draft) == "69元/月 69元/月"
