from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.entry import Context, Kind
from kb.facts import parse_fact
from kb.library import load_library
from quiz.bank.coverage import unasked
from quiz.generating.distractors import Distractor, distractors, draw, market_of
from quiz.generating.generate import asked_facts, generate
from quiz.generating.neighbours import neighbours, plausible
from quiz.generating.textfacts import text_options
from quiz.generating.wording import gap
from quiz.questions.amount import amount_of, read_amount, same_answer
from quiz.questions.file import load_bank, parse_questions
from quiz.questions.question import FactRef, QuestionType, rendered
from quiz.questions.writer import write_questions
from tests.builders import TODAY, make_entry, make_library

CONTENT = Path(__file__).parents[3] / "content"
UNITS = ("元/月", "元", "GB/月", "MB", "分钟/月", "个月", "年", "天", "小时", "个工作日", "Mbps", "%", "张", "岁", "次/年", "元/GB", "元/MB")
NUMBERS = {"%": (0, 100), "岁": (1, 90), "个月": (1, 60), "年": (1, 10)}


@st.composite
def families(draw_value):
    """Two to six tariffs of a topic that have one fact in common, each with another fact of the same label now and then."""
    unit = draw_value(st.sampled_from(UNITS))
    low, high = NUMBERS.get(unit, (0, 2000))
    value = st.integers(low, high).map(lambda n: f"{n} {unit}")
    texts = draw_value(st.lists(value, min_size=2, max_size=6))
    twin = draw_value(st.none() | value)
    tariffs = []
    for number, text in enumerate(texts):
        facts = {"x": parse_fact("x", text, "数值")} | ({"y": parse_fact("y", twin, "数值（乙）")} if twin else {})
        tariffs.append(make_entry(id=f"t-{number}", title=f"套餐{'甲乙丙丁戊己'[number]}", kind=Kind.TARIFF, topic="一", facts=facts))
    return make_library(*tariffs)


@given(families(), st.integers(0, 99))
def test_exactly_one_option_is_right_and_none_is_absurd(library, seed):
    for question in generate(library, TODAY, seed):
        shown = rendered(question, library, TODAY)
        entry = library.get(question.entry)
        if question.type is not QuestionType.SINGLE:
            continue
        right = [amount for fact in entry.facts.values() if (amount := amount_of(fact))]
        key = amount_of(entry.facts[question.facts[0].name])
        assert [o.text for o in shown.options if o.right] == [str(key)]
        wrong = [o.text for o in shown.options if not o.right]
        assert not any(same_answer(text, str(amount)) for text in wrong for amount in right)
        assert not any(same_answer(a, b) for i, a in enumerate(wrong) for b in wrong[:i])
        for amount in map(read_amount, wrong):
            assert amount.number > 0
            assert plausible(amount, key) or amount.digits == key.digits
        sizes = [read_amount(o.text).size for o in shown.options]
        assert sizes == sorted(sizes)


@given(families())
def test_what_is_generated_is_read_back_without_a_fault(library):
    made = generate(library, TODAY)
    bank = parse_questions(write_questions("自动出题", made), "g.md", library, TODAY)
    assert [f.line_text() for f in bank.faults] == []
    assert [q.id for q in bank.questions] == [q.id for q in made]


def test_the_place_of_the_key_is_even_over_seeds():
    key = read_amount("59元/月")
    found = [Distractor(amount, 2) for amount in neighbours(key)]
    places = Counter(sum(d.amount.size < key.size for d in draw(key, found, 3, Random(seed))) for seed in range(4000))
    assert set(places) == {0, 1, 2, 3}
    assert all(abs(count - 1000) < 120 for count in places.values())


def test_the_realest_of_each_side_are_taken_first():
    key = read_amount("60元")
    found = [Distractor(read_amount(text), rank) for text, rank in [("50元", 2), ("40元", 0), ("70元", 2), ("90元", 0)]]
    for seed in range(50):
        texts = [str(d.amount) for d in draw(key, found, 2, Random(seed))]
        assert texts in (["40元", "90元"], ["40元", "50元"], ["50元", "40元"], ["70元", "90元"])


def test_siblings_replaced_tariffs_and_slips_come_before_neighbours():
    new = make_entry(id="new", title="新", kind=Kind.TARIFF, topic="一", facts={"x": parse_fact("x", "5 元/GB", "套外")}, supersedes=("old",))
    old = make_entry(
        id="old", title="旧", kind=Kind.TARIFF, topic="一", facts={"x": parse_fact("x", "8 元/GB", "套外")}, effective_to=date(2025, 1, 1)
    )
    other = make_entry(id="other", title="别", kind=Kind.TARIFF, topic="一", facts={"x": parse_fact("x", "3 元/GB", "套外")})
    market = market_of(make_library(new, old, other), TODAY, [new, other])
    found = [str(d.amount) for d in distractors(new, new.facts["x"], market) if d.rank < 2]
    assert found == ["3元/GB", "8元/GB", "5元/MB"]


@pytest.mark.parametrize(
    ("text", "below", "above"), [("59 元/月", "49元/月", "69元/月"), ("0.15 元/分钟", "0.10元/分钟", "0.20元/分钟"), ("24 个月", "18个月", "30个月")]
)
def test_neighbours_keep_the_style_of_the_key(text, below, above):
    texts = [str(a) for a in neighbours(amount_of(parse_fact("x", text)))]
    assert below in texts
    assert above in texts


def test_a_title_that_holds_the_key_is_not_told():
    tiers = [
        make_entry(id=f"t-{fee}", title=f"畅享 {fee} 元档", kind=Kind.TARIFF, topic="一", facts={"fee": parse_fact("fee", f"{fee} 元/月", "月费"), "data": parse_fact("data", f"{fee} GB/月", "流量")})
        for fee in (39, 59, 79)
    ]  # fmt: skip
    library = make_library(*tiers)
    stems = [rendered(q, library, TODAY).stem for q in generate(library, TODAY, entry_id="t-59") if q.facts == (FactRef("t-59", "fee"),)]
    assert len(stems) == 3
    assert not any("59 元档" in stem for stem in stems)
    assert all("流量59GB" in stem for stem in stems)


@pytest.mark.parametrize(
    ("label", "value", "asked"),
    [
        ("开始执行", "2025-01-01", "从哪一天起执行"),
        ("受理开始", "2025-01-01", "从哪一天开始受理"),
        ("每人限享", "1 个", "每人限享几个号码"),
        ("覆盖方向", "23 个", "覆盖方向有多少个"),
        ("每个号码最多开通", "1 台", "每个号码最多开通几台"),
    ],
)
def test_a_label_is_asked_as_a_clerk_would_ask_it(label, value, asked):
    fact = parse_fact("x", value, label)
    assert gap(fact, amount_of(fact)) == asked


def test_wrong_texts_speak_like_the_key_where_others_do_not():
    says = {
        "key": "在用千兆宽带的客户",
        "near": "在用电视的宽带客户",
        "a": "持有效证件的学生",
        "b": "已开通漫游的老人",
        "c": "租用设备的商户",
        "d": "选用靓号的军人",
    }
    tariffs = [
        make_entry(id=f"t-{id_}", title=id_, kind=Kind.TARIFF, topic="一" if id_ in {"key", "a"} else "二", facts={"eligibility": parse_fact("eligibility", text, "客户对象")})
        for id_, text in says.items()
    ]  # fmt: skip
    market = market_of(make_library(*tariffs), TODAY, tariffs)
    for seed in range(20):
        chosen = [other.id for _, other in text_options(tariffs[0], tariffs[0].facts["eligibility"], market, Random(seed))]
        assert chosen[:2] == ["t-a", "t-near"]


def test_the_same_seed_gives_the_same_questions_and_another_seed_others():
    library = load_library(CONTENT)
    first = generate(library, TODAY, 1)
    assert generate(library, TODAY, 1) == first
    assert generate(library, TODAY, 2) != first
    assert [q.id for q in generate(library, TODAY, 2)] == [q.id for q in first]


def test_the_answers_of_a_market_are_the_facts_of_every_tariff_that_agree_in_label_unit_and_rate():
    market = market_of(library := load_library(CONTENT), TODAY, library.current(Context(TODAY)))
    every = [(entry, fact, amount) for entry in market.tariffs for fact in entry.facts.values() if (amount := amount_of(fact))]
    assert len(every) > 300
    grouped = [item for group in market.answers.values() for item in group]
    assert sorted(f"{e.ref} {f.name}" for e, f, _ in grouped) == sorted(f"{e.ref} {f.name}" for e, f, _ in every)
    for group in market.answers.values():
        _, first, key = group[0]
        same = [
            (e, f, a) for e, f, a in every
            if f.label == first.label and (a.base, a.per, a.day is None, a.decimals > 0) == (key.base, key.per, key.day is None, key.decimals > 0)
        ]  # fmt: skip
        assert list(group) == same


def test_the_corpus_has_a_sound_bank_and_nothing_unasked():
    library = load_library(CONTENT)
    bank = load_bank(CONTENT, library, TODAY)
    assert [f.line_text() for f in (*bank.faults, *unasked(library, bank.questions, TODAY)) if f.code != "question-entry-stale"] == []
    assert len(bank.questions) >= 400
    assert {q.type for q in bank.questions} == set(QuestionType)


def test_the_questions_of_the_corpus_are_read_back_without_a_fault():
    library = load_library(CONTENT)
    made = generate(library, TODAY)
    bank = parse_questions(write_questions("自动出题", made), "g.md", library, TODAY)
    assert [f.line_text() for f in bank.faults] == []
    assert len({q.id for q in made}) == len(made) == len(bank.questions)
    asked = {ref for q in made for ref in q.facts}
    assert {FactRef(entry.id, fact.name) for entry, fact in asked_facts(library, TODAY)} <= asked


def test_what_nobody_asks_is_a_warning():
    library = make_library(make_entry(id="s"), make_entry(id="t", kind=Kind.TARIFF, facts={"data": "20 GB/月"}))
    assert [(f.code, f.args["id"], f.warning) for f in unasked(library, [], TODAY)] == [("entry-unasked", "s", True)]
