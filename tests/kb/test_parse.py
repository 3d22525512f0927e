from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.entry import Kind, NeverSay, Power, Scope, Status, Touchpoint
from kb.parse import FIELDS, parse_entry
from tests.kb.reading import file_text, found, read

FULL = """
topic: 个人套餐
touchpoint: handling
asks:
  - 有没有五六十块钱的套餐
facts:
  fee: {label: 月费, value: 59 元/月}
  start: 2026-01-01
effective_from: 2026-01-01
effective_to: 2026-12-31
supersedes: old-one
scope:
  districts: [新市区]
  channels: 热线
must_say:
  - 月费 {{ fee }}，次月生效
never_say:
  - {phrase: 永远不变, reason: 有期限}
  - 一定
empower:
  - {role: 厅经理, may: 减免}
  - 先行安抚
owner: 市场部资费岗
reviewed_on: 2026-10-15
review_every: 6 个月
version: 3
status: retired
"""


def test_a_full_entry_is_read_field_by_field():
    entry, faults = read(FULL, "> 您好。", kind="tariff")
    assert faults == []
    assert (entry.id, entry.title, entry.kind, entry.topic, entry.touchpoint) == ("a", "标题", Kind.TARIFF, "个人套餐", Touchpoint.HANDLING)
    assert (entry.asks, entry.supersedes, entry.must_say) == (("有没有五六十块钱的套餐",), ("old-one",), ("月费 {{ fee }}，次月生效",))
    assert {name: (fact.label, fact.value) for name, fact in entry.facts.items()} == {
        "fee": ("月费", "59元/月"),
        "start": ("受理开始", "2026年1月1日"),
    }
    assert (entry.effective_from, entry.effective_to) == (date(2026, 1, 1), date(2026, 12, 31))
    assert entry.scope == Scope(districts=("新市区",), channels=("热线",))
    assert entry.never_say == (NeverSay("永远不变", "有期限"), NeverSay("一定"))
    assert entry.empower == (Power("厅经理", "减免"), Power("", "先行安抚"))
    assert (entry.owner, entry.reviewed_on, entry.review_due) == ("市场部资费岗", date(2026, 10, 15), date(2027, 4, 15))
    assert (entry.version, entry.status, entry.body) == (3, Status.RETIRED, "> 您好。\n")


def test_id_title_and_kind_are_enough():
    entry, faults = read()
    assert faults == []
    assert (entry.topic, entry.version, entry.status, entry.scope) == ("未分类", 1, Status.PUBLISHED, Scope())
    assert (entry.effective_from, entry.effective_to, entry.touchpoint) == (None, None, None)


def test_the_documented_fields_are_those_that_exist():
    """The table in docs/content.md names every field, and none that the parser refuses."""
    text = (Path(__file__).parents[2] / "docs" / "content.md").read_text(encoding="utf-8")
    table = text.partition("| field |")[2].partition("\n\n")[0]
    named = {name for row in table.splitlines()[2:] for name in row.split("|")[1].replace("`", "").replace(" ", "").split(",")}
    assert named == set(FIELDS)


@pytest.mark.parametrize(
    ("field", "near"),
    [
        ("titel", "title"),
        ("ask", "asks"),
        ("effective_form", "effective_from"),
        ("supercedes", "supersedes"),
        ("zzzzz", None),
        ("never-say", "never_say"),
    ],
)
def test_an_unknown_field_is_reported_with_the_one_that_was_meant(field, near):
    _, [fault] = read(f"topic: x\n{field}: y")
    assert (fault.line, fault.code, fault.args["field"]) == (6, "unknown-field", field)
    assert (f"是不是 {near}" in fault.text("zh"), f"did you mean {near}" in fault.text("en")) == (near is not None, near is not None)


@pytest.mark.parametrize(
    ("head", "line", "code"),
    [
        ("topic: [a]", 5, "bad-text"), ("x: y", 5, "unknown-field"), ("owner: a\ntouchpoint: 门口", 6, "bad-choice"),
        ("status: public", 5, "bad-choice"),
        ("asks:\n  - a\n  - [b]", 7, "bad-text"), ("asks:\n  a: b", 5, "bad-list"), ("facts: [a]", 5, "not-a-mapping"),
        ("scope: 沙区", 5, "not-a-mapping"),
        ("facts:\n  a: 1 元\n  Fee: 2 元", 7, "bad-fact-name"), ("facts:\n  a: 1 元\n  b: {value: 1 元, typ: money}", 7, "unknown-field"),
        ("facts:\n  a: {value: 1 元, type: price}", 6, "fact-type"), ("facts:\n  a: {value: 1 元, type: data}", 6, "fact-value"),
        ("facts:\n  a: 1 元\n  b: 2026-02-30", 7, "fact-value"), ("facts:\n  a: 1 元\n  b: ''", 7, "empty-text"),
        ("facts:\n  a: 1 元\n  b: [1 元]", 7, "bad-text"),
        ("scope:\n  halls: [a]\n  hall: b", 7, "unknown-field"), ("scope:\n  halls: {a: b}", 6, "bad-text"),
        ("topic: x\neffective_from: 2026-02-30", 6, "bad-date"),
        ("effective_to: 昨天", 5, "bad-date"), ("effective_to: 2026-01-01\neffective_from: 2026-01-02", 5, "end-before-start"),
        ("facts:\n  start: 2026-02-01\n  end: 2026-01-31", 7, "end-before-start"),
        ("never_say:\n  - {phrase: a}\n  - {phrase: b, why: c}", 7, "bad-item"),
        ("never_say:\n  - {reason: a}", 6, "bad-item"), ("empower:\n  - {role: a, may: b, can: c}", 6, "bad-item"),
        ("empower: {role: a}", 5, "bad-list"),
        ("reviewed_on: 2026-13-01", 5, "bad-date"), ("reviewed_on: 2026-10-01\nreview_every: 半年", 6, "bad-interval"),
        ("version: 1.5", 5, "bad-version"),
        ("topic: a\ntopic: b", 6, "duplicate-field"), ("must_say: {a: b}", 5, "bad-list"), ("supersedes: [[a]]", 5, "bad-text"),
    ],
)  # fmt: skip
def test_every_bad_value_names_its_line_and_the_entry_is_kept(head, line, code):
    entry, faults = read(head)
    assert found(faults) == [(line, code)]
    assert entry.title == "标题"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("---\ntitle: t\nkind: basic\n---\n", [(1, "missing-field")]), ("---\nid: a\ntitle:\nkind: basic\n---\n", [(3, "empty-text")]),
        ("---\nid: a\ntitle: t\nkind: note\n---\n", [(4, "bad-choice")]), ("---\nid: A_b\ntitle: t\nkind: basic\n---\n", [(2, "bad-id")]),
        ("---\nid: -a\ntitle: t\nkind: basic\n---\n", [(2, "bad-id")]), ("---\nid: 套餐\ntitle: t\nkind: basic\n---\n", [(2, "bad-id")]),
        ("---\n{}\n---\n", [(1, "missing-field")] * 3), ("no head", [(1, "no-front-matter")]),
    ],
)  # fmt: skip
def test_without_an_id_a_title_or_a_kind_there_is_no_entry(text, faults):
    entry, wrong = parse_entry(text, "a.md")
    assert entry is None
    assert found(wrong) == faults


def test_all_faults_of_a_file_are_reported_at_once():
    _, faults = read("version: x\neffective_from: y\nstatus: z\nfoo: 1")
    assert {f.code for f in faults} == {"bad-version", "bad-date", "bad-choice", "unknown-field"}


def test_the_short_form_of_a_fact_is_the_long_one_without_a_label():
    short, _ = read("facts: {fee: 59 元/月}")
    long, _ = read("facts: {fee: {value: 59 元/月, label: fee}}")
    assert short.facts == long.facts


_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**12), st.floats(), st.dates(), st.datetimes(), st.text(alphabet="ab：: {}中1-", max_size=8)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from(["label", "value", "phrase", "halls", "fee"]), v, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(FIELDS[3:]), _VALUES, max_size=5))
def test_any_values_are_read_or_reported_but_never_raise(values):
    entry, faults = parse_entry(file_text(yaml.dump(values, allow_unicode=True) if values else ""), "a.md")
    assert entry is not None or faults
    assert all(f.line >= 1 and f.text("zh") and f.text("en") for f in faults)
