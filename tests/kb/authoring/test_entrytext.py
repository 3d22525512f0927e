"""The form of an entry and its file: nothing that did not change may move."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.authoring.entryform import Banned, EntryForm, FactLine, PowerLine, changed_fields, form_of, read_form, tidy
from kb.authoring.entrymerge import merged, merged_rows
from kb.authoring.entrytext import apply_form, new_text
from kb.errors import ContentError
from kb.library import entry_files
from kb.parse import parse_entry

CONTENT = Path(__file__).parents[3] / "content"
FILE = """---
# 谁来管：资费岗
id: tariff-59   # 不要改
title: '畅享套餐 59 元档'
kind: tariff

# 客户怎么问
asks:
  - 有没有五六十块钱的套餐   # 最常见
  - "59 那个：多少流量"
facts:
  monthly_fee: {label: 月费, value: 59 元/月}  # 2026 年起
  data: {label: 国内流量, value: "20 GB/月"}
  note: 5G
never_say:
  - {phrase: 永远不变, reason: 有期限}
  - 随便用
made_up: 1   # 不认识的字段也留着
version: 3
status: published
---

> 每月 {{ monthly_fee }}。

---
还有一行
"""
AWKWARD = [
    "a: b",
    "- x",
    "# 不是注释",
    "{{ monthly_fee }} 起",
    "null",
    "~",
    "yes",
    "'引号'",
    '"双"引号',
    "a, b",
    "[x]",
    "{x}",
    "@x",
    "%x",
    "& *",
    "!t",
    "0571",
    "1\n2",
    "尾 #x",
    "x\u2028y",
    "\\n",
    "|",
    ">",
    "---",
    "2026-01-01",
    ": ",
    "?",
    "`x`",
    "=",
    "<<",
]


def edited(text: str, **changes: object) -> str:
    return apply_form(text, replace(read_form(text), **changes))


def test_no_byte_of_the_whole_corpus_moves_when_nothing_changed() -> None:
    files = entry_files(CONTENT)
    assert len(files) > 200
    texts = {path: path.read_bytes().decode("utf-8") for path in files}
    assert [path for path, text in texts.items() if apply_form(text, read_form(text)) != text] == []


def test_a_form_sent_by_a_browser_changes_nothing_either() -> None:
    form = read_form(FILE)
    sent = replace(form, body=form.body.replace("\n", "\r\n"), title=f" {form.title} ", asks=(*form.asks, ""))
    assert apply_form(FILE, sent) == FILE


def test_a_changed_field_leaves_every_other_line_alone() -> None:
    after = edited(FILE, title="新: 名字")
    assert after == FILE.replace("'畅享套餐 59 元档'", '"新: 名字"')


def test_a_changed_row_leaves_the_rows_beside_it_alone() -> None:
    form = read_form(FILE)
    facts = (replace(form.facts[0], value="69 元/月"), *form.facts[1:], FactLine("end", "受理截止", "2026-12-31"))
    after = edited(
        FILE, facts=facts, asks=(form.asks[0], "新问法", form.asks[1]), never_say=(replace(form.never_say[0], reason="a, b"), Banned("随便用"))
    )
    assert after == FILE.replace("59 元/月}", "69 元/月}").replace(
        "  note: 5G\n", "  note: 5G\n  end: {label: 受理截止, value: 2026-12-31}\n"
    ).replace('  - "59 那', '  - 新问法\n  - "59 那').replace("reason: 有期限", 'reason: "a, b"')


def test_a_new_field_stands_at_its_place_and_an_emptied_one_goes() -> None:
    after = edited(FILE, topic="个人套餐", supersedes=("tariff-58",), halls=("中泉厅",), never_say=(), must_say=("次月生效",))
    rows = [row.split(":")[0] for row in after.split("\n") if row[:1].isalpha() and ":" in row]
    assert rows == ["id", "title", "kind", "topic", "asks", "facts", "supersedes", "scope", "must_say", "made_up", "version", "status"]
    assert "# 不要改" in after
    assert "made_up: 1   # 不认识的字段也留着" in after


def test_the_order_of_facts_follows_the_form() -> None:
    facts = read_form(FILE).facts
    assert read_form(edited(FILE, facts=facts[::-1])).facts == facts[::-1]


def test_a_head_in_a_style_of_its_own_can_be_edited_too() -> None:
    text = "---\n{id: a, title: 甲, kind: basic}\n---\n正文\n"
    assert apply_form(text, read_form(text)) == text
    assert read_form(edited(text, title="乙", topic="分类")) == replace(read_form(text), title="乙", topic="分类")


@pytest.mark.parametrize("value", AWKWARD)
def test_what_means_something_in_yaml_is_quoted(value: str) -> None:
    form = read_form(FILE)
    wanted = replace(
        form,
        title=value,
        asks=(value, *form.asks),
        must_say=(value,),
        facts=(FactLine("x", value, value), *form.facts),
        empower=(PowerLine(value, value),),
        halls=(value,),
        owner=value,
    )
    for text in (apply_form(FILE, wanted), new_text(wanted)):
        assert read_form(text) == tidy(wanted)


def test_a_new_file_reads_back_and_is_a_sound_entry() -> None:
    form = EntryForm(id="basic-new", title="新的", kind="basic", topic="规则", asks=("怎么办",), version="1", status="published", body="> 这样办。")
    text = new_text(form)
    entry, faults = parse_entry(text, "basic-new.md")
    assert faults == []
    assert entry is not None
    assert (read_form(text), text) == (
        tidy(form),
        "---\nid: basic-new\ntitle: 新的\nkind: basic\ntopic: 规则\nasks:\n  - 怎么办\nversion: 1\nstatus: published\n---\n> 这样办。\n",
    )


def test_a_file_without_a_head_is_refused_with_the_reason() -> None:
    with pytest.raises(ContentError) as caught:
        read_form("没有元数据")
    assert caught.value.code == "draft-unreadable"
    assert "---" in str(caught.value)


texts = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(AWKWARD)
names = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
rows = st.lists(texts, max_size=4).map(tuple)
facts = st.dictionaries(names, st.tuples(texts, texts.filter(str.strip)), max_size=3).map(
    lambda d: tuple(FactLine(n, a, b) for n, (a, b) in d.items())
)
banned = st.lists(st.builds(Banned, texts.filter(str.strip), texts), max_size=3).map(tuple)
powers = st.lists(st.builds(PowerLine, texts, texts.filter(str.strip)), max_size=3).map(tuple)
forms = st.builds(
    EntryForm, id=texts, title=texts, kind=texts, topic=texts, asks=rows, facts=facts, effective_from=texts, supersedes=rows, districts=rows, halls=rows,
    must_say=rows, never_say=banned, empower=powers, owner=texts, version=texts, status=texts, body=texts,
)  # fmt: skip


@given(forms)
def test_whatever_a_trainer_types_is_read_back_from_the_file(form: EntryForm) -> None:
    for text in (apply_form(FILE, form), new_text(form)):
        assert read_form(text) == tidy(form)
        assert apply_form(text, read_form(text)) == text
    assert "made_up: 1   # 不认识的字段也留着" in apply_form(FILE, form)


@given(forms, forms)
def test_a_second_change_of_a_file_reads_back_as_well_as_the_first(first: EntryForm, second: EntryForm) -> None:
    text = apply_form(new_text(first), second)
    assert read_form(text) == tidy(second)
    assert apply_form(text, first) == apply_form(text, tidy(first))


def test_an_entry_of_the_ledger_comes_back_as_the_form_it_was_written_from() -> None:
    for path in entry_files(CONTENT)[::10]:
        text = path.read_text(encoding="utf-8")
        entry, _ = parse_entry(text, "x.md")
        assert entry is not None
        again, faults = parse_entry(apply_form(text, form_of(entry, read_form(text))), "x.md")
        assert faults == []
        assert again is not None
        assert replace(again, source=entry.source) == entry


def test_two_changes_of_different_fields_are_put_together_and_of_one_field_named() -> None:
    base = read_form(FILE)
    mine, theirs = replace(base, title="我的", owner="我岗"), replace(base, title="他的", topic="新分类")
    assert merged(base, mine, theirs) == (replace(mine, topic="新分类"), ("title",))
    assert merged(base, mine, replace(base, title="我的")) == (mine, ())
    assert changed_fields(base, mine) == ("title", "owner")


def test_two_changes_of_different_lines_of_the_body_and_of_different_facts_are_put_together() -> None:
    base = EntryForm(
        body="一\n二\n三\n四\n", facts=(FactLine("fee", value="59"), FactLine("data", value="20"), FactLine("end", value="x")), asks=("甲",)
    )
    mine = replace(base, body="一\n二改\n三\n四\n我加\n", facts=(FactLine("fee", value="69"), *base.facts[1:]), asks=("甲", "乙"))
    theirs = replace(base, body="他加\n一\n二\n三\n四改\n", facts=(*base.facts[:2], FactLine("end", value="y")), asks=("甲", "丙"))
    found, clash = merged(base, mine, theirs)
    assert (found.body, clash) == ("他加\n一\n二改\n三\n四改\n我加\n", ())
    assert found.facts == (mine.facts[0], base.facts[1], theirs.facts[2])
    assert found.asks == ("甲", "丙", "乙")


def test_one_line_or_one_fact_that_both_changed_has_to_be_decided() -> None:
    base = EntryForm(body="一\n二\n", facts=(FactLine("fee", value="59"),), topic="甲")
    mine = replace(base, body="一\n二我\n", facts=(FactLine("fee", value="69"),))
    theirs = replace(base, body="一\n二他\n", facts=(FactLine("fee", value="79"),))
    assert merged(base, mine, theirs) == (mine, ("facts", "body"))


def test_a_fact_of_one_name_that_both_added_has_to_be_decided() -> None:
    mine, theirs = (EntryForm(facts=(FactLine("fee", value=value),)) for value in ("59", "69"))
    assert merged(EntryForm(), mine, theirs)[1] == ("facts",)


ROWS = st.lists(st.sampled_from("甲乙丙丁"), max_size=6)


@given(ROWS, ROWS, ROWS)
def test_rows_are_put_together_alike_whoever_came_first(base, mine, theirs) -> None:
    assert merged_rows(base, mine, base) == merged_rows(base, base, mine) == merged_rows(base, mine, mine) == mine
    one, other = merged_rows(base, mine, theirs), merged_rows(base, theirs, mine)
    assert (one is None) == (other is None)
    assert sorted(one or []) == sorted(other or [])


@given(st.permutations("甲乙丙"), ROWS, ROWS)
def test_what_both_added_is_all_there(base, mine, theirs) -> None:
    added, others = [f"我{row}" for row in mine], [f"他{row}" for row in theirs]
    assert merged_rows(base, [*added, *base], [*base, *others]) == [*added, *base, *others]
    assert merged_rows(base, [*base, *added], [*base, *others]) == [*base, *others, *added]
