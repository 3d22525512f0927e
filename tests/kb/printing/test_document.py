"""Reports as pages, as HTML and as rows of a workbook."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kb.printing.document import Cell, Column, Document, Picture, Section, Table, sheet_of
from kb.printing.documenthtml import html_page
from kb.printing.documentpages import A4, document_pages
from kb.printing.layout import Image, Text

COLUMNS = (Column("单位", 3), Column("得分", 1, right=True, note="区间"))
TABLE = Table("名次表", COLUMNS, ((Cell("中泉厅", link="/x?a=1&b=2"), Cell("76.5", "75–78", value=76.5)),))
DOCUMENT = Document("通报", "按今天的数据", "还没有结束。", (Section("名次", ("一句话。",), TABLE, ("小字。",)), Section("完")))


def widths(text, bold):
    return sum(0.55 if c.isascii() else 1.0 for c in text)


def words(page):
    return [ink.text for ink in page.inks if isinstance(ink, Text)]


def long(count):
    rows = tuple((Cell(f"营业厅{n}"), Cell(str(n))) for n in range(count))
    return replace(DOCUMENT, sections=(Section("名次", table=replace(TABLE, rows=rows)),))


def test_a_page_holds_everything_once():
    (page,) = document_pages(DOCUMENT, widths)
    assert (page.width, page.height) == A4
    assert words(page)[:6] == ["通报", "按今天的数据", "还没有结束。", "名次", "一句话。", "单位"]
    assert {"76.5", "75–78", "小字。", "1 / 1"} <= set(words(page))


def test_the_heading_of_a_table_stands_on_every_page_of_it():
    pages = document_pages(long(150), widths)
    assert len(pages) > 2
    assert all(words(page).count("得分") == 1 for page in pages)
    assert [word for page in pages for word in words(page) if word.startswith("营业厅")] == [f"营业厅{n}" for n in range(150)]


@given(st.lists(st.tuples(st.text("示例厅 ab，。1", max_size=60), st.integers(0, 10**9)), max_size=60))
def test_no_ink_lies_outside_the_margins(lines):
    rows = tuple((Cell(name), Cell(str(number), "区间 1–2")) for name, number in lines)
    for page in document_pages(replace(DOCUMENT, sections=(Section("名次", table=replace(TABLE, rows=rows)),)), widths):
        for ink in page.inks:
            assert 16.9 <= ink.x <= A4[0] - 16.9
            assert 15 <= ink.y <= A4[1] - 8


def test_a_section_heading_never_stands_last_on_a_page():
    for count in range(20, 60):
        document = replace(long(count), sections=(*long(count).sections, Section("最后一节", ("一句话。",))))
        found = [page for page in document_pages(document, widths) if "最后一节" in words(page)]
        assert "一句话。" in words(found[0])


def test_html_is_whole_and_escaped():
    page = html_page(replace(DOCUMENT, title="<b>&"))
    assert page.startswith("<!doctype html>")
    assert "<b>&<" not in page
    assert "&lt;b&gt;&amp;" in page
    assert '<a href="/x?a=1&amp;b=2">中泉厅</a>' in page
    assert "<small>75–78</small>" in page


def test_a_workbook_gets_numbers_and_notes_in_columns_of_their_own():
    assert sheet_of(TABLE) == (["单位", "得分", "区间"], [["中泉厅", 76.5, "75–78"]])


def test_a_workbook_gets_the_ends_of_intervals_as_numbers():
    columns = (Column("单位"), Column("得分", right=True, bounds=("下限", "上限")))
    table = Table("表", columns, ((Cell("中泉厅"), Cell("76.5", "75–78", value=76.5, bounds=(75.0, 78.0))), (Cell("一人厅"), Cell("—"))))
    assert sheet_of(table) == (["单位", "得分", "下限", "上限"], [["中泉厅", 76.5, 75.0, 78.0], ["一人厅", "—", None, None]])


def test_a_table_of_many_columns_comes_in_parts_with_its_first_column():
    columns = tuple(Column(f"列{n}") for n in range(30))
    table = Table("宽表", columns, (tuple(Cell(f"格{n}") for n in range(30)),))
    (page,) = document_pages(replace(DOCUMENT, sections=(Section("宽", table=table, small=("小字。",)),)), widths)
    found = words(page)
    assert found.count("格0") == 3
    assert [found.count(f"格{n}") for n in range(1, 30)] == [1] * 29
    assert found.count("小字。") == 1
    assert found.index("小字。") > found.index("格29")


def test_a_picture_fits_a_sheet_whatever_its_size():
    for width, height in ((300, 200), (4000, 300), (300, 5000)):
        section = Section("图", picture=Picture(b"", width, height, "说明"), table=TABLE)
        images = [ink for page in document_pages(replace(DOCUMENT, sections=(section,)), widths) for ink in page.inks if isinstance(ink, Image)]
        (image,) = images
        assert abs(image.width / image.height - width / height) < 1e-6
        assert image.x >= 16.9
        assert image.x + image.width <= A4[0] - 16.9
        assert image.y + image.height <= A4[1] - 16


def test_a_picture_stands_inside_the_html_file():
    page = html_page(replace(DOCUMENT, sections=(Section("图", picture=Picture(b"png", 30, 20, "说明 <1>")),)))
    assert '<img src="data:image/png;base64,cG5n" width="30" height="20" alt="说明 &lt;1&gt;">' in page
