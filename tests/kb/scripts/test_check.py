import pytest

FAULTY = """
id: faulty
title: 有错
kind: tarif
owwner: x
---
正文
"""


def test_sound_content_exits_0_and_counts_its_entries(published):
    done = published.run("check")
    assert done.code == 0
    assert done.err.splitlines()[-1] == "4 entries, 0 errors, 1 warnings"
    (warned,) = done.out.splitlines()
    assert warned.startswith(f"{published.content / 'script-cheaper.md'}:8: review-overdue ")


def test_a_fault_is_said_with_its_path_line_and_code_and_exits_1(site):
    site.write("faulty", FAULTY)
    done = site.run("check")
    assert done.code == 1
    assert any(row.startswith(f"{site.content / 'faulty.md'}:4: bad-choice ") for row in done.out.splitlines())
    assert any(row.startswith(f"{site.content / 'faulty.md'}:5: unknown-field ") for row in done.out.splitlines())


def test_json_holds_every_fault_with_its_severity(site):
    site.write("faulty", FAULTY)
    done = site.run("check", "--json")
    (summary,) = done.lines
    assert done.code == 1
    assert (summary["entries"] >= 4, summary["errors"] >= 2, summary["warnings"]) == (True, True, 1)
    codes = {(fault["code"], fault["severity"], fault["line"]) for fault in summary["faults"]}
    assert {("bad-choice", "error", 4), ("unknown-field", "error", 5)} < codes
    assert all(fault["message"] and fault["path"].startswith(str(site.content)) for fault in summary["faults"])


def test_faults_of_the_synonyms_are_reported_too(site):
    (site.content / "synonyms.tsv").write_text("套餐\t资费\n孤单\n", "utf-8")
    done = site.run("check")
    assert done.code == 1
    assert f"{site.content / 'synonyms.tsv'}:2: synonym-lonely " in done.out


def test_english_is_spoken_when_set(site):
    site.write("faulty", FAULTY)
    assert "there is no field owwner" in site.run("check", HALLWISE_LANG="en").out


@pytest.mark.parametrize("data", ["套餐".encode("gbk") * 50, b"\xff\xfe\x00", b"", b"---\n\tid: x\n---\n", b"---\nid: [\n---\n", b"x" * 6_000_000])
def test_one_broken_file_neither_hides_nor_stops_the_others(site, data):
    (site.content / "broken.md").write_bytes(data)
    site.write("faulty", FAULTY)
    done = site.run("check")
    assert done.code == 1
    assert f"{site.content / 'broken.md'}:" in done.out
    assert f"{site.content / 'faulty.md'}:5: unknown-field " in done.out


def test_a_missing_folder_is_an_error_that_names_it(site):
    done = site.run("check", "--content", "/nowhere")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert "/nowhere" in done.err
