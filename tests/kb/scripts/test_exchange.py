"""Questions in and out of files, from the shell."""

import pytest

pytestmark = pytest.mark.model

GIFT = "// [tag:entry=tariff-59] [tag:facts=fee]\n::i-fee::月费多少？ {=59元/月}\n\n坏的 {=\n\n对吗？{T}\n"
QUESTION = "# 题\n\n## q-data\ntype: single\nentry: tariff-59\nfacts: data\n\n多少流量？\n\n- [x] {{ data }}\n- [ ] 10GB/月\n\n> {{ data }}。\n"


@pytest.fixture
def bank(site):
    (site.content / "questions").mkdir()
    (site.content / "questions" / "a.md").write_text(QUESTION, "utf-8")
    assert site.run("publish").code == 0
    return site


def test_a_file_is_only_looked_at_until_it_is_written(bank):
    file = bank.root / "in.txt"
    file.write_text(GIFT, "utf-8")
    looked = bank.run("questions", "import", str(file))
    assert looked.code == 0, looked.err
    assert looked.out == "2 new, 0 same, 0 changed, 0 elsewhere, 1 faulty: nothing written, --write does\n"
    assert looked.err.startswith("in.txt:4: ")
    assert bank.run("questions", "import", str(file), "--write", "--actor", "t1").out.endswith("written as drafts\n")
    assert bank.run("questions", "import", str(file)).out.startswith("0 new, 2 same")


def test_the_bank_is_written_to_a_file_with_references_or_numbers(bank):
    out = bank.root / "out.txt"
    done = bank.run("questions", "export", "--format", "gift", "--out", str(out))
    assert (done.code, done.out) == (0, f"1 written, 0 left out: {out}\n")
    assert r"\{\{ data \}\}" in out.read_text("utf-8")
    assert bank.run("questions", "export", "--format", "gift", "--out", str(out), "--filled").code == 0
    assert "20GB/月" in out.read_text("utf-8")


def test_what_a_format_cannot_carry_is_named(bank):
    out = bank.root / "out.zip"
    done = bank.run("questions", "export", "--format", "qti21", "--out", str(out), "--state", "draft")
    assert done.code == 0
    assert "left out" in done.out
    assert "QTI 2.1" in done.err


def test_a_file_that_is_not_there_or_nothing_that_can_be_read_is_an_error(bank):
    assert bank.run("questions", "import", str(bank.root / "none.xlsx")).code == 1
    (bank.root / "bad.xml").write_text("<quiz><x", "utf-8")
    done = bank.run("questions", "import", str(bank.root / "bad.xml"))
    assert (done.code, done.err.startswith("error: bad.xml")) == (1, True)
    assert bank.run("questions", "export", "--format", "gift", "--out", str(bank.root / "no" / "x")).code == 1
