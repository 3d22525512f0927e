import pytest

from kb.entry import EntryRef, Kind, Status
from kb.facts import parse_fact
from quiz.questions.file import join_banks, load_bank, parse_questions
from quiz.questions.question import FactRef, Origin, QuestionType, rendered
from quiz.questions.writer import write_questions
from tests.builders import TODAY, make_entry, make_library

FACTS = {"data": "20 GB/月", "fee": "59 元/月", "term": "1 年", "open": "2 小时", "share": "30 %", "last": "2026-12-31"}
LIBRARY = make_library(
    make_entry(id="t", kind=Kind.TARIFF, title="畅享", version=2, facts=FACTS),
    make_entry(id="old", kind=Kind.TARIFF, title="旧", status=Status.RETIRED, facts={"data": parse_fact("data", "15 GB/月")}),
)
HEAD = "# 套餐\n\n## q-a\ntype: {}\nentry: t\n{}\n含多少流量？\n\n{}\n\n> 解析\n"
OPTIONS = "- [x] {{ data }}\n- [ ] 10GB/月"


def read(answer=OPTIONS, kind="single", fields=""):
    return parse_questions(HEAD.format(kind, fields and fields + "\n", answer), "questions/a.md", LIBRARY, TODAY)


def codes(bank):
    return [(f.line, f.code) for f in bank.faults]


def test_a_question_is_pinned_to_the_version_in_force_and_to_its_facts():
    (question,) = read(fields="facts: data, old.data\ndifficulty: 4").questions
    assert (question.entry, question.type, question.difficulty) == (EntryRef("t", 2), QuestionType.SINGLE, 4)
    assert question.facts == (FactRef("t", "data"), FactRef("old", "data"))
    assert (question.place.path, question.place.line, question.origin) == ("questions/a.md", 3, Origin.WRITTEN)
    assert rendered(question, LIBRARY, TODAY).right == ("20GB/月",)


@pytest.mark.parametrize(
    ("answer", "kind", "line", "code"),
    [
        ("", "single", 3, "answer-missing"),
        ("- [ ] a甲\n- [ ] b乙", "single", 9, "answer-missing"),
        ("- [x] 甲\n- [x] 乙", "best_reply", 10, "two-right"),
        ("- [x] 甲", "single", 9, "option-count"),
        ("\n".join(["- [x] 甲", *(f"- [ ] 乙{c}" for c in "abcdef")]), "single", 9, "option-count"),
        ("- [x] 甲\n- [ ]", "single", 10, "option-empty"),
        ("- [x] 甲\n- [x] 乙\n- [x] 丙", "multiple", 9, "no-wrong"),
        ("- [x] 甲\n- [ ] 乙\n- [ ] 丙", "multiple", 9, "one-right"),
        ("- [x] {{ data }}\n- [ ] 20480 MB/月", "single", 10, "distractor-is-key"),
        ("- [ ] 12个月\n- [x] {{ term }}", "single", 9, "distractor-is-key"),
        ("- [x] 甲\n- [ ] 1小时\n- [ ] 60分钟", "single", 11, "option-twice"),
        ("- [x] {{ dat }}\n- [ ] 乙", "single", 9, "broken-reference"),
        ("- [x] {{ Data! }}\n- [ ] 乙", "single", 9, "bad-reference"),
        ("答案：{{ gone.data }}", "number", 9, "broken-reference"),
        ("答案：3", "number", 9, "number-unit"),
        ("答案：{{ last }}", "number", 9, "number-unit"),
        ("答案：20GB\n答案：30GB", "number", 9, "answer-single"),
        ("答案：是", "true_false", 9, "answer-truth"),
        ("- [x] 甲\n- [ ] 乙", "true_false", 9, "answer-form"),
        ("答案：对", "single", 9, "answer-form"),
        ("1. 甲\n2. 乙", "ordering", 9, "step-count"),
        ("1. 甲\n2. 乙\n3. 甲。", "ordering", 11, "step-twice"),
    ],
)
def test_an_answer_that_cannot_be_used_is_a_fault_at_its_line(answer, kind, line, code):
    bank = read(answer, kind)
    assert codes(bank) == [(line, code)]
    assert (len(bank.questions), len(bank.broken)) == (0, 1)
    assert all(f.line_text(lang) for f in bank.faults for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("fields", "line", "code"),
    [
        ("difficulty: 6", 6, "bad-choice"), ("status: lve", 6, "bad-choice"), ("facts: dta", 3, "question-fact"), ("facts: no.data", 3, "question-entry"),
        ("facts: a b", 6, "question-fact-name"), ("dificulty: 3", 6, "unknown-field"), ("type: single", 6, "duplicate-field"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_used_is_a_fault(fields, line, code):
    assert codes(read(fields=fields)) == [(line, code)]


@pytest.mark.parametrize(
    ("answer", "kind", "fields", "wanted"),
    [
        ("- [x] 25GB/月\n- [ ] 10GB/月", "single", "facts: data", ["key-contradicts"]),
        ("- [x] 每月 25GB，随便用\n- [ ] 不限量", "single", "facts: data", ["key-contradicts"]),
        ("答案：25GB/月", "number", "facts: data", ["key-contradicts"]),
        ("答案：20480MB/月", "number", "facts: data", []),
        ("答案：79元/月", "number", "facts: fee", ["key-contradicts"]),
        ("答案：88元", "number", "facts: fee, share", ["key-contradicts"]),
        ("答案：53.1元", "number", "facts: fee, share", []),
        ("答案：5元/人", "number", "facts: fee", []),
    ],
)
def test_a_literal_key_has_to_be_what_the_named_facts_say_or_be_reckoned_from_them(answer, kind, fields, wanted):
    assert [f.code for f in read(answer, kind, fields).faults] == wanted


@pytest.mark.parametrize(
    ("stem", "key", "code"), [("每月 25GB。", "对", "key-contradicts"), ("每月 20GB。", "错", "statement-true"), ("每年 20GB/年。", "错", "")]
)
def test_a_statement_is_held_against_the_fact(stem, key, code):
    text = f"# 一\n\n## q-a\ntype: true_false\nentry: t\nfacts: data\n\n{stem}\n\n答案：{key}\n\n> 解析\n"
    assert [f.code for f in parse_questions(text, "a.md", LIBRARY, TODAY).faults] == ([code] if code else [])


def test_a_broken_question_hides_no_other():
    bad = "## Q_A\ntype: single\n\n## q-b\ntype: choice\nentry: t\n\n## q-c\ntype: single\nentry: none\n\n题\n\n- [x] 甲\n- [ ] 乙\n\n> 解析\n\n"
    bank = parse_questions(bad + HEAD.removeprefix("# 套餐\n\n").format("single", "", OPTIONS), "a.md", LIBRARY, TODAY)
    assert [q.id for q in bank.questions] == ["q-a"]
    wanted = [(1, "question-title"), (1, "question-id"), (1, "missing-field"), (5, "bad-choice"), (10, "question-entry")]
    assert codes(bank) == wanted


def test_an_old_entry_and_a_missing_explanation_are_warnings():
    text = "# 一\n\n## q-a\ntype: number\nentry: old\n\n多少？\n\n答案：{{ data }}\n"
    bank = parse_questions(text, "a.md", LIBRARY, TODAY)
    assert [(f.code, f.warning) for f in bank.faults] == [("explanation-missing", True), ("question-entry-stale", True)]
    assert len(bank.questions) == 1


def test_text_behind_the_answer_belongs_nowhere():
    assert codes(read(OPTIONS + "\n别忘了")) == [(11, "question-stray")]


def test_of_two_questions_with_one_id_the_later_is_broken():
    bank = join_banks([read(), read()])
    assert (len(bank.questions), len(bank.broken)) == (1, 1)
    assert [f.code for f in bank.faults] == ["question-twice"]


def test_what_is_written_is_read_back_the_same():
    (question,) = read("- [x] 甲\n- [x] {{ fee }}\n- [ ] 丙", "multiple", "facts: fee\nstatus: draft").questions
    (again,) = parse_questions(write_questions("一", [question]), "questions/a.md", LIBRARY, TODAY).questions
    assert again.mapped(str) == question or again.place != question.place
    assert write_questions("一", [again]) == write_questions("一", [question])


def test_a_file_that_cannot_be_read_is_a_fault_and_hides_no_other(tmp_path):
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "a.md").write_bytes("# 题".encode("gbk"))
    (folder / "b.md").write_text(HEAD.format("single", "", OPTIONS), "utf-8")
    bank = load_bank(tmp_path, LIBRARY, TODAY)
    assert ([q.id for q in bank.questions], [(f.path, f.code) for f in bank.faults]) == (["q-a"], [("questions/a.md", "encoding")])
