"""Collections of scripts, cut into the forms of entries."""

import io

import docx
import pytest
from docx.shared import Pt
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from kb.authoring.entryform import Banned, FactLine
from kb.authoring.entrytext import new_text
from kb.authoring.slugs import entry_slug, fact_slug
from kb.errors import ContentError
from kb.exchange.facttable import fact_value, facts_of, markdown_table
from kb.exchange.outline import Heading, Table, Words, candidates, levels, likely_level, questions_as_headings
from kb.exchange.outlinefiles import pdf_blocks, word_blocks
from kb.exchange.outlinesheet import sheet_candidates
from kb.exchange.outlinetext import joined_lines, text_blocks
from kb.parse import ID, parse_entry


def saved(found) -> bytes:
    out = io.BytesIO()
    found.save(out)
    return out.getvalue()


def document() -> bytes:
    found = docx.Document()
    found.add_heading("话术汇编", 0)
    found.add_heading("一、个人套餐", 1)
    found.add_heading("1.1 畅享套餐", 2)
    found.add_heading("客户问法", 3)
    found.add_paragraph("59那个多少钱", style="List Bullet")
    found.add_heading("标准话术", 3)
    found.add_paragraph("您好，这是畅享。")
    table = found.add_table(3, 2)
    for row, texts in zip(table.rows, [("项目", "内容"), ("月费", "59元/月"), ("受理截止", "2026年12月31日")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    found.add_heading("禁用语", 3)
    found.add_paragraph("最便宜（绝对化）", style="List Bullet")
    found.add_heading("1.2 补卡", 2)
    found.add_paragraph("带身份证。")
    return saved(found)


def test_headings_of_word_become_entries_and_tables_facts():
    blocks = word_blocks(document(), "话术.docx")
    first, second = (c.form for c in candidates(blocks))
    assert (likely_level(blocks), levels(blocks)) == (2, {1: 1, 2: 2, 3: 3})
    assert (first.title, first.topic, first.kind, first.asks) == ("畅享套餐", "个人套餐", "tariff", ("59那个多少钱",))
    assert first.facts == (FactLine("fee", "月费", "59元/月"), FactLine("end", "受理截止", "2026-12-31"))
    assert first.never_say == (Banned("最便宜", "绝对化"),)
    assert first.body == "## 标准话术\n\n您好，这是畅享。\n"
    assert (second.title, second.kind, second.body) == ("补卡", "basic", "带身份证。\n")


def test_a_chosen_level_cuts_otherwise():
    found = candidates(word_blocks(document(), "x.docx"), 1)
    assert [c.form.title for c in found] == ["个人套餐"]


def test_a_word_file_without_headings_is_read_as_text():
    found = docx.Document()
    for line in ("一、补卡", "带身份证。", "二、过户", "双方到场。"):
        found.add_paragraph(line)
    out = io.BytesIO()
    found.save(out)
    assert [c.form.title for c in candidates(word_blocks(out.getvalue(), "x.docx"))] == ["补卡", "过户"]


def test_plain_text_shows_its_headings_by_their_numbers():
    text = "第一章 业务\n一、补卡\n客户问法：怎么补；多久\n带身份证。\n1. 核对\n2. 写卡\n二、资费\n月费\t59元/月\n流量\t20GB\n"
    first, second = (c.form for c in candidates(text_blocks(text)))
    assert (first.title, first.topic, first.asks) == ("补卡", "业务", ("怎么补", "多久"))
    assert first.body == "带身份证。\n- 核对\n- 写卡\n"
    assert [fact.value for fact in second.facts] == ["59元/月", "20GB"]


def test_without_any_heading_the_whole_is_one_entry():
    (found,) = candidates(text_blocks("补卡带身份证。\n多久：三分钟。"))
    assert found.form.title == "补卡带身份证。"
    assert candidates([]) == []


def test_a_pdf_is_read_as_its_text():
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.multi_cell(0, 8, "# SIM card\nBring your ID.\n# Transfer\nBoth come.")
    blocks = pdf_blocks(bytes(pdf.output()), "a.pdf")
    assert [b.text for b in blocks if isinstance(b, Heading)] == ["SIM card", "Transfer"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"PK\3\4", b"\0" * 100])
def test_a_damaged_file_is_said(data):
    with pytest.raises(ContentError) as raised:
        word_blocks(data, "a.docx")
    assert raised.value.code == "collection-unreadable"
    with pytest.raises(ContentError):
        pdf_blocks(data, "a.pdf")


def test_a_pdf_without_words_is_said():
    pdf = FPDF()
    pdf.add_page()
    with pytest.raises(ContentError) as raised:
        pdf_blocks(bytes(pdf.output()), "scan.pdf")
    assert raised.value.code == "collection-empty"


def test_broken_lines_of_a_page_are_put_together():
    assert joined_lines("这是一行很长很长很长的话没有\n说完。\n一、标题\n下一段。") == "这是一行很长很长很长的话没有说完。\n一、标题\n下一段。"


def test_each_row_of_a_sheet_is_an_entry():
    header = ("标题", "分类", "客户问法", "口径", "禁用语", "生效日期", "月费", "版本")
    rows = [
        (2, ("畅享", "套餐", "多少钱；贵不贵", "每月 {{ fee }}", "最便宜：绝对化", "2026年1月1日", "59 元/月", "3")),
        (3, ("", "", "", "", "", "", "", "")),
    ]
    (found,) = sheet_candidates(header, rows)
    form = found.form
    assert (found.place, form.title, form.topic, form.kind, form.effective_from) == (2, "畅享", "套餐", "tariff", "2026-01-01")
    assert (form.asks, form.never_say, form.facts) == (("多少钱", "贵不贵"), (Banned("最便宜", "绝对化"),), (FactLine("fee", "月费", "59 元/月"),))
    assert sheet_candidates(("甲", "乙"), rows) == []


def test_a_table_of_two_columns_or_with_one_row_holds_facts():
    assert [f.label for f in facts_of([("项目", "内容"), ("月费", "59元"), ("流量", "20GB")])] == ["月费", "流量"]
    assert [f.value for f in facts_of([("月费", "流量", "通话"), ("59元", "20GB", "100分钟")])] == ["59元", "20GB", "100分钟"]
    assert [(f.label, f.value) for f in facts_of([("档", "月费", "流量"), ("低", "39元", "5GB"), ("高", "99元", "50GB")])][:2] == [
        ("低月费", "39元"), ("低流量", "5GB"),
    ]  # fmt: skip
    assert facts_of([("一",), ("二",)]) == []
    assert markdown_table([("a", "b|c"), ("d",)]) == ["| a | b\\|c |", "|---|---|", "| d |  |"]
    assert markdown_table([]) == []
    assert fact_value("2026年1月2日") == "2026-01-02"


@given(st.text(max_size=30), st.sets(st.sampled_from(["bu-ka", "entry", "entry-2"])))
def test_every_slug_is_a_good_name_that_is_free(title, taken):
    assert ID.fullmatch(entry_slug(title, taken))
    assert entry_slug(title, taken) not in taken
    assert fact_slug(title)[0].isalpha()


BLOCKS = st.lists(
    st.one_of(
        st.builds(Heading, st.integers(1, 4), st.text(max_size=12)),
        st.builds(Words, st.text(max_size=20), st.booleans()),
        st.builds(Table, st.lists(st.lists(st.text(max_size=6), max_size=3).map(tuple), max_size=3).map(tuple)),
    ),
    max_size=12,
)


@given(BLOCKS)
def test_whatever_a_document_holds_its_entries_can_be_written_and_read(blocks):
    found = candidates(blocks)
    assert len({c.form.id for c in found}) == len(found)
    for candidate in found:
        text = new_text(candidate.form)
        entry, _ = parse_entry(text, "")
        assert entry is None or entry.id == candidate.form.id


def _paragraph(document, text, *, bold=False, size=None):
    run = document.add_paragraph().add_run(text)
    run.bold, run.font.size = bold, size and Pt(size)


def test_without_styles_of_headings_short_bold_lines_are_headings_the_larger_the_higher():
    document = docx.Document()
    _paragraph(document, "营业厅常见问题", bold=True, size=22)
    for title, text in (("1、补卡要带什么证件", "请带身份证原件。"), ("2、过户要多久", "当场办结。")):
        _paragraph(document, title, bold=True, size=14)
        _paragraph(document, text)
    _paragraph(document, "办理以前请先核对证件。", bold=True)
    forms = [c.form for c in candidates(word_blocks(saved(document), "x.docx"))]
    assert [(f.title, f.topic) for f in forms] == [("补卡要带什么证件", "营业厅常见问题"), ("过户要多久", "营业厅常见问题")]
    assert forms[1].body == "当场办结。\n\n办理以前请先核对证件。\n"


def test_each_question_of_a_list_of_questions_and_answers_is_an_entry():
    text = "一、补换卡\n问：补卡要带什么？\n答：带身份证原件。\n补卡费 10 元。\n2、问：别人能代办吗？\n答：不能。\n二、过户\nQ1：过户要钱吗\nA1：不收费。\n"
    forms = [c.form for c in candidates(questions_as_headings(text_blocks(text)))]
    assert [(f.topic, f.title, f.asks) for f in forms] == [
        ("补换卡", "补卡要带什么？", ("补卡要带什么？",)),
        ("补换卡", "别人能代办吗？", ("别人能代办吗？",)),
        ("过户", "过户要钱吗", ("过户要钱吗",)),
    ]
    assert "带身份证原件。\n\n补卡费 10 元。" in forms[0].body


def test_one_question_among_other_text_stays_text():
    blocks = text_blocks("一、补卡\n问：要钱吗？\n答：要。\n")
    assert questions_as_headings(blocks) == blocks


def test_the_head_of_a_sheet_may_stand_below_a_caption():
    header, rows = ["资费口径表", "", ""], [(2, ["序号", "套餐名称", "月费"]), (3, ["1", "畅享 59", "59 元/月"])]
    found = sheet_candidates(header, rows)
    assert [(c.place, c.form.title, [(f.label, f.value) for f in c.form.facts]) for c in found] == [(3, "畅享 59", [("月费", "59 元/月")])]


@pytest.mark.parametrize("period", ["2026年11月1日至2026年12月31日", "2026-11-01—2026-12-31", "2026.11.1 ~ 2026.12.31"])
def test_a_period_in_a_table_is_its_first_and_its_last_day(period):
    found = facts_of([("月费", "19 元/月"), ("活动时间", period)])
    assert [(f.name, f.value) for f in found] == [("fee", "19 元/月"), ("start", "2026-11-01"), ("end", "2026-12-31")]


def test_a_period_whose_year_is_said_once_stays_as_it_is_written():
    assert [f.value for f in facts_of([("活动时间", "2026年11月1日至12月31日")])] == ["2026年11月1日至12月31日"]
