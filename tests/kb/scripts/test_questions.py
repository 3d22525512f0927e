QUESTION = """# 题

## q-59-data
type: single
entry: tariff-59
facts: data

59 元档含多少流量？

- [x] {{ data }}
- [ ] 20480MB/月

> 解析
"""


def write(site, text):
    (site.content / "questions").mkdir()
    (site.content / "questions" / "a.md").write_text(text, "utf-8")


def test_check_covers_the_questions_and_what_nobody_asks(site):
    write(site, QUESTION)
    done = site.run("check")
    assert done.code == 1
    assert any(f"{site.content / 'questions' / 'a.md'}:11: distractor-is-key " in row for row in done.out.splitlines())
    assert any(" entry-unasked " in row for row in done.out.splitlines())
    assert "1 questions, 1 errors" in done.err


def test_a_broken_question_keeps_no_number_from_being_indexed(site):
    write(site, QUESTION)
    assert site.run("index").code == 0


def test_sound_questions_are_listed(site):
    write(site, QUESTION.replace("20480MB", "10GB"))
    done = site.run("questions", "list", "--entry", "tariff-59", "--type", "single")
    assert done.out.split("\t")[:2] == ["q-59-data", "single"]
    assert site.run("questions", "list", "--type", "number").out == ""
    assert site.run("questions", "list", "--json").lines[0][0]["id"] == "q-59-data"


def test_generated_questions_are_sound_where_the_bank_lies(site):
    write(site, QUESTION.replace("20480MB", "10GB"))
    out = site.content / "questions" / "generated.md"
    done = site.run("questions", "generate", "--entry", "tariff-59", "--seed", "7", "--out", str(out))
    assert (done.code, done.out) == (0, "")
    assert site.run("check").code == 0
    assert site.run("questions", "generate", "--entry", "tariff-59", "--seed", "7").out == out.read_text("utf-8")


def test_an_unknown_entry_and_a_file_that_cannot_be_written_are_said(site, tmp_path):
    done = site.run("questions", "generate", "--entry", "none")
    assert (done.code, "error: " in done.err, "none" in done.err) == (1, True, True)
    done = site.run("questions", "generate", "--out", str(tmp_path / "no" / "x.md"))
    assert (done.code, "error: " in done.err) == (1, True)
