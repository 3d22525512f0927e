"""The corpus taken out, and read back."""

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from kb.exchange.corpusexport import HEADER, as_excel, as_markdown, as_word
from kb.exchange.outline import candidates
from kb.exchange.outlinefiles import word_blocks
from kb.exchange.outlinesheet import sheet_candidates
from kb.library import load_library
from kb.references import references
from quiz.files.spreadsheet import read_sheet
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
    assert forms["嫌贵要降档"].must_say == ("月费 {{ tariff-59.fee }}，次月生效",)
    assert "您可以换 {{ tariff-59.fee }} 档。" in forms["嫌贵要降档"].body
    assert forms["嫌贵要降档"].id == "script-cheaper"
    assert [f.name for f in forms["畅享套餐"].facts][:2] == ["fee", "data"]


def test_a_word_file_shows_the_numbers_and_hides_the_marks(tmp_path):
    library = load_library(content(tmp_path))
    document = docx.Document(io.BytesIO(as_word(library, library.entries, TODAY, "口径汇编")))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    runs += [run for table in document.tables for row in table.rows for cell in row.cells for run in cell.paragraphs[0].runs]
    seen = "\n".join(run.text for run in runs if not run.font.hidden)
    assert "59元/月" in seen
    assert not set("⟦⟧{}") & set(seen)


def test_a_number_that_was_changed_in_word_comes_back_as_it_was_changed(tmp_path):
    library = load_library(content(tmp_path))
    document = docx.Document(io.BytesIO(as_word(library, library.entries, TODAY, "口径汇编")))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if not run.font.hidden and paragraph.text.startswith("月费"):
                run.text = run.text.replace("59", "49")
    out = io.BytesIO()
    document.save(out)
    forms = {c.form.title: c.form for c in candidates(word_blocks(out.getvalue(), "x.docx"))}
    assert forms["嫌贵要降档"].must_say == ("月费 49元/月，次月生效",)


def test_kind_and_dates_come_back_out_of_word(tmp_path):
    head = "---\nid: x\ntitle: 说明\nkind: basic\n"
    for name, dates in (("both", "effective_from: 2026-01-01\neffective_to: 2026-12-31\n"), ("last", "effective_to: 2026-12-31\n"), ("none", "")):
        (tmp_path / f"{name}.md").write_text(
            f"{head.replace(': x', f': {name}').replace('说明', f'说明 {name}')}{dates}---\n请带证件。\n", encoding="utf-8"
        )
    library = load_library(tmp_path)
    found = [c.form for c in candidates(word_blocks(as_word(library, library.entries, TODAY, "口径汇编"), "x.docx"))]
    assert {f.id: (f.kind, f.effective_from, f.effective_to) for f in found} == {
        "both": ("basic", "2026-01-01", "2026-12-31"),
        "last": ("basic", "", "2026-12-31"),
        "none": ("basic", "", ""),
    }


@pytest.mark.parametrize("way", ["word", "excel"])
def test_the_sample_corpus_comes_back_with_every_reference(way):
    library = load_library(Path("content"))
    entries = [entry for entry in library.entries if library.versions(entry.id)[-1] is entry]
    if way == "word":
        found = candidates(word_blocks(as_word(library, entries, TODAY, "口径汇编"), "x.docx"))
    else:
        rows = read_sheet(as_excel(library, entries, TODAY), "x.xlsx")
        found = sheet_candidates(rows.header, [(row.number, row.cells) for row in rows.rows])
    forms = {c.form.id: c.form for c in found}
    assert forms.keys() == {entry.id for entry in entries}
    for entry in entries:
        form = forms[entry.id]
        assert [f.name for f in form.facts] == list(entry.facts)
        for before, after in ((entry.body, form.body), ("\n".join(entry.must_say), "\n".join(form.must_say))):
            assert [r.written for r in references(after)] == [r.written for r in references(before)], entry.id


def test_excel_has_a_row_for_each_entry_with_its_numbers(tmp_path):
    library = load_library(content(tmp_path))
    sheet = openpyxl.load_workbook(io.BytesIO(as_excel(library, library.entries, TODAY))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][: len(HEADER)] == HEADER
    assert len(rows) == 3
    assert not any(set("⟦{") & set(cell or "") for row in rows for cell in row[: len(HEADER)])
    kept = sheet.column_dimensions["O"]
    assert (kept.hidden, kept.min, kept.max) == (True, len(HEADER) + 1, len(rows[0]))
    again = {c.form.id: c.form for c in sheet_candidates(rows[0], [(n, [cell or "" for cell in row]) for n, row in enumerate(rows[1:], 2)])}
    assert again.keys() == {"script-cheaper", "tariff-59"}
    assert again["script-cheaper"].must_say == ("月费 {{ tariff-59.fee }}，次月生效",)


def test_a_line_that_was_changed_in_excel_comes_back_as_it_was_changed_and_the_others_with_their_references(tmp_path):
    library = load_library(content(tmp_path))
    header, *rows = openpyxl.load_workbook(io.BytesIO(as_excel(library, library.entries, TODAY))).active.iter_rows(values_only=True)
    cells = next([cell or "" for cell in row] for row in rows if row[0] == "script-cheaper")
    cells[header.index("必须说")] += "\n另有 59元/月 的"
    form = sheet_candidates(header, [(2, cells)])[0].form
    assert form.must_say == ("月费 {{ tariff-59.fee }}，次月生效", "另有 59元/月 的")


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
