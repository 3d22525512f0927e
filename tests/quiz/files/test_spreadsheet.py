import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import ContentError
from quiz.files.spreadsheet import column_name, find_columns, read_sheet, write_sheet


def book(fill):
    target, made = io.BytesIO(), openpyxl.Workbook()
    fill(made.active)
    made.save(target)
    return target.getvalue()


def rows(sheet):
    return [(row.number, row.cells) for row in sheet.rows]


def test_blank_rows_are_left_out_and_rows_keep_the_number_the_spreadsheet_shows():
    def fill(sheet):
        sheet["B3"], sheet["C3"], sheet["B7"], sheet["C7"] = "工号", "姓名", "AL1", "甲"

    read = read_sheet(book(fill), "x.xlsx")
    assert (read.header, read.header_number, rows(read)) == (("", "工号", "姓名"), 3, [(7, ("", "AL1", "甲"))])


def test_every_cell_of_a_merged_range_has_its_text():
    def fill(sheet):
        sheet.append(["厅", "工号"])
        sheet.append(["中泉厅", "AL1"])
        sheet.append([None, "AL2"])
        sheet.merge_cells("A2:A3")

    assert rows(read_sheet(book(fill), "x.xlsx")) == [(2, ("中泉厅", "AL1")), (3, ("中泉厅", "AL2"))]


def test_numbers_and_days_are_as_people_read_them():
    def fill(sheet):
        sheet.append(["a"] * 4)
        sheet.append([13900000000, 0.1 + 0.2, date(2026, 11, 22), True])

    assert rows(read_sheet(book(fill), "x.xlsx")) == [(2, ("13900000000", "0.3", "2026-11-22", "TRUE"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_tables_are_read_in_every_usual_encoding(encoding, separator):
    text = f'工号{separator}姓名\r\n\r\nAL1{separator}"张\n三"\r\n'
    read = read_sheet(text.encode(encoding), "x.csv")
    assert (read.header, rows(read)) == (("工号", "姓名"), [(3, ("AL1", "张\n三"))])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"), (b"\n \n", "sheet-empty"), (b"\xff\xff\xff\x00\x01", "file-encoding"), (b'a,b\n"x', "sheet-line"), (b"PK\x03\x04rubbish", "zip-damaged"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "sheet-unreadable"), (book(lambda sheet: None), "sheet-empty"), (b"x" * (21 << 20), "file-too-large"),
    ],
    ids=["nothing", "blank", "binary", "quote", "zip", "ole", "empty", "large"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(data, code):
    with pytest.raises(ContentError) as caught:
        read_sheet(data, "x.xlsx")
    assert caught.value.code == code


def test_a_sheet_with_one_far_cell_is_refused_before_it_is_unfolded():
    def fill(sheet):
        sheet["A1"], sheet["XFD1048576"] = "a", "b"

    with pytest.raises(ContentError) as caught:
        read_sheet(book(fill), "x.xlsx")
    assert (caught.value.code, caught.value.args_["rows"]) == ("sheet-wide", 1048576)


def test_a_package_that_is_no_workbook_says_so():
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(ContentError) as caught:
        read_sheet(target.getvalue(), "x.zip")
    assert caught.value.code == "sheet-foreign"


def test_what_is_hidden_is_not_read():
    target, made = io.BytesIO(), openpyxl.Workbook()
    made.active.append(["secret"])
    made.active.sheet_state = "hidden"
    made.create_sheet("shown").append(["工号"])
    made.save(target)
    assert read_sheet(target.getvalue(), "x.xlsx").header == ("工号",)


_cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=12)


@settings(max_examples=25)
@given(st.lists(st.lists(_cells, min_size=2, max_size=2), max_size=4))
def test_what_is_written_is_read_again(lines):
    read = read_sheet(write_sheet("表", ["甲", "乙"], lines), "x.xlsx")
    assert [row.cells for row in read.rows] == [tuple(line) for line in lines if any(line)]


def test_a_text_like_a_formula_is_stored_as_text():
    made = openpyxl.load_workbook(io.BytesIO(write_sheet("表", ["甲"], [["=1+1"], ["@x"], ['=HYPERLINK("http://x","y")'], [3]])))
    assert [cell.data_type for cell in made.active["A"]] == ["s", "s", "s", "s", "n"]


def test_a_text_too_long_for_a_cell_is_refused_with_its_place():
    with pytest.raises(ContentError) as caught:
        write_sheet("表", ["甲"], [["x" * 40_000]])
    assert (caught.value.code, caught.value.args_["row"], caught.value.args_["column"]) == ("cell-too-long", 2, "甲")


def test_headings_are_found_whatever_their_spaces_and_case():
    assert find_columns(["工 号", "Name", "x"], ["工号", "name", "厅"]) == {"工号": 0, "name": 1}
    assert [column_name(i) for i in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]


def test_numbers_of_a_column_show_equally_many_decimals():
    lines = [["甲", 53.0, 0.78, 7], ["乙", 52.9, 0.5, 8], ["丙", None, "—", 9]]
    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet("表", ["名", "率", "增", "数"], lines))).worksheets[0]
    assert [[cell.number_format for cell in row[1:]] for row in sheet.iter_rows(min_row=2, max_row=3)] == [["0.0", "0.00", "General"]] * 2
    assert sheet["B2"].value == 53
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.paperSize) == ("A2", "$1:$1", 9)


def test_a_wide_table_keeps_its_first_column_in_sight_and_is_printed_across():
    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet("表", [f"列{n}" for n in range(12)], [list(range(12))]))).worksheets[0]
    assert (sheet.freeze_panes, sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("B2", "landscape", True)
