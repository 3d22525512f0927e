"""Files as other systems and people write them: what comes in, and what is said about the rest."""

import io
import zipfile

import pytest

from kb.errors import ContentError
from quiz.files.spreadsheet import write_sheet
from quiz.importers.formats import Format, guess, read_questions
from quiz.importers.sheet import HEADER, template
from quiz.questions.question import QuestionType

T = QuestionType

GIFT = """\
$CATEGORY: 套餐

// 普通注释
::流量题::[html]<p>59 元档含多少<b>流量</b>？</p> {
=20GB/月#对
~%-50%10GB/月#少了
~30GB/月
####这是 20GB。
}

降档一律当月生效。{F#错了}

月费是{=59元/月}每月。

哪些要说明？{~%50%月费 ~%50%生效时间 ~%-100%工号}

多少钱？{#59:1}

没有答案

配对 {=甲 -> 一 =乙 -> 二}

说说首问负责。{####谁先接待谁负责}

Say {=20GB =20 GB}
"""


def test_gift_of_other_hands():
    read = read_questions(GIFT.encode(), "x.txt")
    assert [(q.type, q.stem, q.right) for q in read.questions] == [
        (T.SINGLE, "59 元档含多少流量？", ("20GB/月",)),
        (T.TRUE_FALSE, "降档一律当月生效。", ("错",)),
        (T.NUMBER, "月费是 ____ 每月。", ("59元/月",)),
        (T.MULTIPLE, "哪些要说明？", ("月费", "生效时间")),
        (T.SHORT, "说说首问负责。", ("谁先接待谁负责",)),
        (T.NUMBER, "Say", ("20GB",)),
    ]
    assert read.questions[0].explanation == "这是 20GB。"
    assert [(f.line, f.code, f.warning) for f in read.faults] == [
        (17, "import-number-unit", False), (19, "gift-braces", False), (21, "import-type", False), (25, "import-alternatives", True),
    ]  # fmt: skip


def test_a_blank_line_inside_braces_does_not_cut_a_question():
    read = read_questions("问题 {\n=对的\n\n~错的\n}\n\n::b::下一题{T}\n".encode(), "x.txt")
    assert [q.type for q in read.questions] == [T.SINGLE, T.TRUE_FALSE]


def test_an_open_brace_spoils_only_its_own_question():
    read = read_questions("::a::坏的 {=甲\n\n::b::好的{T}\n".encode(), "x.txt")
    assert [q.stem for q in read.questions] == ["好的"]
    assert [(f.line, f.code) for f in read.faults] == [(1, "gift-braces")]


AIKEN = """\
补卡要带什么？
A) 身份证原件
B. 复印件
ANSWER: A

缺答案的题
A. 一
B. 二

降档当月生效。
A. 对
B. 错
答案：B
乱序题
A. 一
C. 二
ANSWER: A
字母不对
A. 一
B. 二
ANSWER: D
"""


def test_aiken_with_its_faults_at_their_lines():
    read = read_questions(AIKEN.encode("gbk"), "x.txt", Format.AIKEN)
    assert [(q.type, q.right) for q in read.questions] == [(T.SINGLE, ("身份证原件",))]
    assert [(f.line, f.code) for f in read.faults] == [
        (10, "aiken-line"),
        (11, "aiken-letter"),
        (12, "aiken-letter"),
        (16, "aiken-letter"),
        (21, "answer-letters"),
    ]


MOODLE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/x</text></category></question>
<question type="multichoice">
  <name><text>卡</text></name>
  <questiontext format="html"><text><![CDATA[<p>补卡带什么？</p><script>x()</script>]]></text></questiontext>
  <generalfeedback format="html"><text>原件。</text></generalfeedback>
  <single>true</single>
  <answer fraction="100" format="html"><text>&lt;p&gt;原件&lt;/p&gt;</text></answer>
  <answer fraction="50" format="html"><text>复印件</text></answer>
</question>
<question type="numerical">
  <questiontext format="html"><text>月费</text></questiontext>
  <answer fraction="100"><text>59</text><tolerance>0</tolerance></answer>
  <units><unit><multiplier>1</multiplier><unit_name>元/月</unit_name></unit></units>
</question>
<question type="numerical">
  <questiontext format="html"><text>月费</text></questiontext>
  <answer fraction="100"><text>59</text></answer>
</question>
<question type="cloze"><questiontext format="html"><text>x {1:SA:=y}</text></questiontext></question>
<question type="truefalse">
  <questiontext format="html"><text>看图 @@PLUGINFILE@@</text></questiontext>
  <answer fraction="0"><text>true</text></answer><answer fraction="100"><text>false</text></answer>
</question>
</quiz>
"""


def test_moodle_xml_of_other_hands():
    read = read_questions(MOODLE.encode(), "x.xml")
    assert [(q.type, q.stem, q.right) for q in read.questions] == [
        (T.SINGLE, "补卡带什么？", ("原件",)), (T.NUMBER, "月费", ("59元/月",)), (T.TRUE_FALSE, "看图 @@PLUGINFILE@@", ("错",)),
    ]  # fmt: skip
    assert [(f.line, f.code, f.warning) for f in read.faults] == [
        (4, "import-partial", True), (17, "import-number-unit", False), (21, "import-type", False), (22, "import-image", True),
    ]  # fmt: skip


ITEM = """<?xml version="1.0"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="choice" title="t" adaptive="false" timeDependent="false">
  <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
    <correctResponse><value>B</value></correctResponse>
  </responseDeclaration>
  <itemBody>
    <p>补卡时，
       先做什么？</p>
    <choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">
      <prompt>选一项</prompt>
      <simpleChoice identifier="A">收费</simpleChoice>
      <simpleChoice identifier="B">核对<b>证件</b><feedbackInline outcomeIdentifier="F" identifier="B" showHide="show"/></simpleChoice>
    </choiceInteraction>
  </itemBody>
</assessmentItem>
"""


def test_a_single_qti_item():
    (question,) = read_questions(ITEM.encode(), "item.xml").questions
    assert (question.stem, [o.text for o in question.options], question.right) == ("补卡时， 先做什么？\n选一项", ["收费", "核对证件"], ("核对证件",))


def package(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return target.getvalue()


def test_a_package_without_manifest_and_with_a_broken_item_gives_the_rest():
    other = ITEM.replace("choiceInteraction", "orderInteraction")
    read = read_questions(package(a__xml=ITEM, b__xml="<oops", c__xml=other, style__css="x"), "p.zip")
    assert len(read.questions) == 1
    assert sorted((f.path, f.code) for f in read.faults) == [("b.xml", "import-item"), ("c.xml", "import-type")]


ENTITIES = '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><quiz><question type="essay"><name><text>&b;</text></name></question></quiz>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question type="essay"><name><text>&x;</text></name></question></quiz>'


@pytest.mark.parametrize("text", [ENTITIES, OUTSIDE, ENTITIES.replace("quiz", "assessmentItem")])
def test_entities_are_refused(text):
    with pytest.raises(ContentError) as caught:
        read_questions(text.encode(), "x.xml")
    assert caught.value.code == "xml-damaged"
    assert [f.code for f in read_questions(package(item__xml=text), "x.zip").faults] == ["import-item"]


def test_a_deeply_nested_document_is_refused():
    with pytest.raises(ContentError):
        read_questions(b"<quiz>" + b"<a>" * 3000 + b"</a>" * 3000 + b"</quiz>", "x.xml")


def test_a_zip_bomb_is_refused_unopened():
    with pytest.raises(ContentError) as caught:
        read_questions(package(item__xml="0" * 80_000_000), "x.zip")
    assert caught.value.code == "file-too-large"


def test_a_package_that_is_no_qti_says_so():
    for data in (package(readme__txt="hi"), package(a__xml="<x/>")):
        with pytest.raises(ContentError) as caught:
            read_questions(data, "x.zip")
        assert caught.value.code == "import-foreign"
    with pytest.raises(ContentError):
        read_questions(package(a__xml=ITEM)[:-40], "x.zip")


def rows(*lines):
    return write_sheet("t", HEADER, lines)


def row(kind="", stem="题", options="", answer="", level="", **more):
    cells = (options.split("|") + [""] * 8)[:8]
    return ["", kind, stem, *cells, answer, "", level, more.get("entry", ""), more.get("facts", "")]


def test_a_sheet_with_answers_as_people_write_them():
    data = rows(
        row("单选", options="甲|乙", answer="b"), row("", options="甲|乙", answer="乙"), row("多选题", options="甲|乙|丙", answer="A、C"),
        row("判断", answer="√"), row("", answer="×"), row("判断题", options="正确|错误", answer="B"), row("填空题", answer="20GB/月"),
        row("排序", options="丙|甲|乙", answer="BCA"), row("简答题", answer="谁先接待谁负责", level="难"), row("最佳答复", options="好|坏", answer="A"),
    )  # fmt: skip
    read = read_questions(data, "x.xlsx")
    assert [f.text() for f in read.faults] == []
    assert [(q.type, q.right) for q in read.questions] == [
        (T.SINGLE, ("乙",)), (T.SINGLE, ("乙",)), (T.MULTIPLE, ("甲", "丙")), (T.TRUE_FALSE, ("对",)), (T.TRUE_FALSE, ("错",)), (T.TRUE_FALSE, ("错",)),
        (T.NUMBER, ("20GB/月",)), (T.ORDERING, ("甲", "乙", "丙")), (T.SHORT, ("谁先接待谁负责",)), (T.BEST_REPLY, ("好",)),
    ]  # fmt: skip
    assert [q.difficulty for q in read.questions][8] == 4


def test_titles_and_notes_above_the_headings_are_passed_over_and_headings_said_again_are_no_question():
    head = ["序号", "题型", "题干", "选项A", "选项B", "正确答案"]
    lines = [
        ["填表说明：带 * 的必填"],
        [],
        head,
        ["1", "单选题", "怎么查话费？", "短信", "掌厅", "B"],
        head,
        ["2", "判断题", "可以隐瞒资费。", "", "", "错误"],
    ]
    read = read_questions(write_sheet("t", ["十一月业务题库", "", "", "", "", ""], lines), "x.xlsx")
    assert [(q.stem, q.right, q.place.line) for q in read.questions] == [("怎么查话费？", ("掌厅",), 5), ("可以隐瞒资费。", ("错",), 7)]
    assert read.faults == ()


def test_what_is_missing_is_said_without_codes_of_the_program():
    read = read_questions("说说首问负责。{}".encode(), "x.gift")
    assert [f.text("zh") for f in read.faults] == ["这一题没有答案"]


def test_the_answers_of_a_gift_question_in_html_lose_their_tags_as_its_text_does():
    text = "[html]<p>哪些渠道可以？</p>{\n~%50%<p>营业厅</p>#对\n~%50%<p>掌上营业厅</p>\n~%-100%<p>加油站</p>\n}\n\n普通题<3{=a<b ~c}"
    html, plain = read_questions(text.encode(), "x.gift").questions
    assert [o.text for o in html.options] == ["营业厅", "掌上营业厅", "加油站"]
    assert [o.text for o in plain.options] == ["a<b", "c"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (row("猜谜", answer="A"), "sheet-choice"), (row("单选", options="甲|乙", answer="C"), "answer-letters"), (row("单选", options="甲|乙"), "sheet-empty-cell"),
        (row("单选", options="甲||乙", answer="A"), "sheet-gap"), (row("单选", options="甲|乙", answer="A", level="9"), "sheet-choice"),
        (row("数字", options="甲|乙", answer="3天"), "sheet-options"), (row("数字", answer="很多"), "number-unit"), (row("多选", options="甲|乙|丙", answer="A"), "one-right"),
        (row("单选", options="20GB|20 GB", answer="A"), "distractor-is-key"), (row("单选", stem="", options="甲|乙", answer="A"), "stem-missing"),
        (row("判断", answer="也许"), "answer-truth"), (row("排序", options="甲|乙|丙", answer="AB"), "answer-letters"), (row("单选", options="甲|乙", answer="AB"), "two-right"),
    ],
)  # fmt: skip
def test_every_fault_of_a_row_is_said_with_its_row(line, code):
    read = read_questions(rows(row("判断", answer="对"), line), "x.xlsx")
    assert [(f.line, f.code) for f in read.faults] == [(3, code)]
    assert len(read.questions) == 1
    assert read.faults[0].text("zh")
    assert read.faults[0].text("en")


def test_a_binding_that_makes_no_sense_leaves_the_question_unbound():
    bound, unbound = (
        read_questions(rows(row("判断", answer="对", entry=entry, facts="fee，x.y")), "x.xlsx") for entry in ("tariff-59", "五十九元档")
    )
    assert [(q.entry.entry_id, [str(f) for f in q.facts]) for q in bound.questions] == [("tariff-59", ["tariff-59.fee", "x.y"])]
    assert [(q.entry.entry_id, [f.code for f in unbound.faults]) for q in unbound.questions] == [("", ["import-entry"])]


def test_the_template_holds_examples_only():
    assert read_questions(template(), "x.xlsx").questions == ()


def test_a_sheet_without_the_needed_columns_names_them():
    with pytest.raises(ContentError) as caught:
        read_questions("题目,选项A\n甲,乙\n".encode("gbk"), "x.csv")
    assert (caught.value.code, caught.value.args_["missing"]) == ("sheet-columns", "答案")


def test_a_csv_of_an_older_form_is_read_by_its_headings():
    text = "编号,题目内容,A,B,正确答案,难度\n1,补卡带什么？,原件,复印件,A,易\n"
    (question,) = read_questions(text.encode("gbk"), "x.csv").questions
    assert (question.stem, question.right, question.difficulty) == ("补卡带什么？", ("原件",), 2)


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (template(), "x", Format.EXCEL), (GIFT.encode(), "x.txt", Format.GIFT), (AIKEN.encode(), "x.txt", Format.AIKEN), (MOODLE.encode(), "x", Format.MOODLE),
        (ITEM.encode(), "x", Format.QTI21), (package(a__xml=ITEM), "x", Format.QTI21), ("题干,答案\n".encode(), "x.csv", Format.EXCEL),
    ],
    ids=["xlsx", "gift", "aiken", "moodle", "item", "package", "csv"],
)  # fmt: skip
def test_a_format_is_known_by_what_is_in_the_file(data, name, form):
    assert guess(data, name) is form
