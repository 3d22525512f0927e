"""The corpus taken out, and read back."""

import io
import zipfile
from pathlib import Path

import openpyxl

from kb.exchange.corpusexport import HEADER, as_excel, as_markdown, as_word
from kb.exchange.outline import candidates
from kb.exchange.outlinefiles import word_blocks
from kb.exchange.outlinesheet import sheet_candidates
from kb.library import load_library
from tests.builders import TODAY
from tests.kb.writing import SCRIPT, TARIFF


def content(folder: Path) -> Path:
    (folder / "tariffs").mkdir()
    (folder / "tariffs/a.md").write_text(TARIFF, encoding="utf-8")
    (folder / "b.md").write_text(SCRIPT, encoding="utf-8")
    return folder


def test_word_reads_back_as_the_same_entries(tmp_path):
    library = load_library(content(tmp_path))
    data = as_word(library, library.entries, TODAY, "口径汇编")
    forms = {c.form.title: c.form for c in candidates(word_blocks(data, "x.docx"))}
    assert set(forms) == {"畅享套餐", "嫌贵要降档"}
    assert [f.label for f in forms["畅享套餐"].facts][:2] == ["月费", "国内流量"]
    assert forms["嫌贵要降档"].must_say == ("月费 59元/月，次月生效",)
    assert "您可以换 59元 档。" in forms["嫌贵要降档"].body


def test_excel_has_a_row_for_each_entry_with_its_numbers(tmp_path):
    library = load_library(content(tmp_path))
    sheet = openpyxl.load_workbook(io.BytesIO(as_excel(library, library.entries, TODAY))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == HEADER
    assert len(rows) == 3
    again = sheet_candidates(HEADER, [(n, [cell or "" for cell in row]) for n, row in enumerate(rows[1:], 2)])
    assert {c.form.id for c in again} == {"script-cheaper", "tariff-59"}


def test_a_cell_is_never_a_formula(tmp_path):
    (tmp_path / "x.md").write_text("---\nid: x\ntitle: =1+1\nkind: basic\n---\n=cmd()\n", encoding="utf-8")
    library = load_library(tmp_path)
    sheet = openpyxl.load_workbook(io.BytesIO(as_excel(library, library.entries, TODAY))).active
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")


def test_the_zip_holds_the_files_byte_for_byte(tmp_path):
    folder = content(tmp_path)
    library = load_library(folder)
    (folder / "b.md").unlink()
    with zipfile.ZipFile(io.BytesIO(as_markdown(folder, library.entries))) as package:
        assert package.read("tariffs/a.md") == TARIFF.encode()
        assert "嫌贵要降档" in package.read("b.md").decode()
