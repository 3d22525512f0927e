import pytest

from kb.check import check
from kb.library import Library
from tests.builders import TODAY
from tests.kb.reading import file_text, found, library_of

TARIFF = "facts:\n  fee: 59 元/月\n  term: 24 个月\n  eligibility: 全体客户\n  conditions: 无欠费\n  start: 2026-01-01\n  end: 长期有效"


def plan(head: str = TARIFF, body: str = "> 您好。", **more: str) -> str:
    return file_text(head, body, entry_id=more.get("entry_id", "plan"), kind="tariff")


def faults(library: Library, name: str = "a") -> list[tuple[int, str]]:
    return found([f for f in check(library, TODAY) if f.path == f"{name}.md"])


def of(head: str = "", body: str = "> 您好。", **others: str) -> list[tuple[int, str]]:
    """What is wrong with the script `a`, whose head begins on line 5, beside other files."""
    return faults(library_of(a=file_text(head, body), **others))


def test_good_content_has_no_faults():
    script = file_text(
        "supersedes: old\nasks: [贵]\nmust_say: ['{{ plan.fee }}']\nreviewed_on: 2026-11-01\nreview_every: 1 个月", "> {{ plan.fee }}。"
    )
    assert check(library_of(a=script, plan=plan(), old=file_text("effective_to: 2026-01-01", entry_id="old")), TODAY) == []


def test_the_same_id_and_version_twice_is_reported_once_at_the_later_file():
    library = library_of(a=file_text(entry_id="x"), b=file_text(entry_id="x"), c=file_text(entry_id="y"))
    assert [(f.path, f.line, f.code, f.args["other"]) for f in check(library, TODAY)] == [("b.md", 2, "duplicate-id", "a.md")]


@pytest.mark.parametrize(
    ("ends", "starts", "status", "codes"),
    [
        ("2026-06-30", "2026-06-30", "published", ["overlapping-versions"]), ("2026-06-30", "2026-07-01", "published", []),
        ("2026-06-30", "2026-06-30", "draft", []), ("2026-06-30", "2026-06-30", "retired", []),
    ],
)  # fmt: skip
def test_published_versions_of_an_entry_may_not_share_a_day(ends, starts, status, codes):
    first = file_text(f"effective_to: {ends}", entry_id="x")
    second = file_text(f"version: 2\neffective_from: {starts}\nstatus: {status}", entry_id="x")
    assert faults(library_of(a=first, b=second), "b") == [(5, code) for code in codes]


def test_an_ask_of_another_entry_is_a_warning_however_it_is_punctuated():
    [fault] = check(library_of(a=file_text("asks: [太贵了]"), b=file_text("asks:\n  - 好\n  - 太贵了！", entry_id="b")), TODAY)
    assert (fault.path, fault.line, fault.code, fault.warning) == ("b.md", 7, "duplicate-ask", True)


def test_an_ask_may_return_in_an_entry_of_another_time_or_in_another_version():
    early, late = "asks: [太贵了]\neffective_to: 2026-06-30", "asks: [太贵了]\neffective_from: 2026-07-01"
    assert check(library_of(a=file_text(early), b=file_text(late, entry_id="b")), TODAY) == []
    assert check(library_of(a=file_text(early), b=file_text(f"{late}\nversion: 2")), TODAY) == []


def test_an_entry_can_only_supersede_another_one_that_exists():
    assert of("supersedes: gone") == [(5, "unknown-supersedes")]
    assert of("supersedes: [old, a]", old=file_text(entry_id="old")) == [(5, "supersedes-self")]


@pytest.mark.parametrize("ref", ["gone.fee", "plan.price", "own", "Plan fee", "plan.fee"])
@pytest.mark.parametrize(
    ("head", "body", "line"),
    [
        ("topic: x", "> 您好。\n\n{{ REF }}", 9), ("must_say:\n  - 甲\n  - '{{ REF }}'", "> 您好。", 7),
        ("never_say: [{phrase: 不, reason: '{{ REF }}'}]", "> 您好。", 5),
        ("empower:\n  - {role: 甲, may: '{{ REF }}'}", "> 您好。", 6), ("facts:\n  x: 甲{{ REF }}", "> 您好。", 6),
    ],
    ids=["body", "must_say", "reason", "may", "fact"],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_is_reported_wherever_it_stands(head, body, line, ref):
    codes = {"plan.fee": [], "Plan fee": [(line, "bad-reference")]}
    assert of(head.replace("REF", ref), body.replace("REF", ref), plan=plan()) == codes.get(ref, [(line, "broken-reference")])


def test_a_broken_reference_says_what_there_is_instead():
    [fault] = check(library_of(a=file_text(body="{{ plan.price }}"), plan=plan("facts: {fee: 59 元}\nstatus: draft")), TODAY)
    assert fault.text("zh") == "引用 {{ plan.price }} 找不到：plan 没有要素 price（有：fee）"
    [fault] = check(library_of(a=file_text(body="{{ gone.price }}")), TODAY)
    assert fault.text("en") == "the reference {{ gone.price }} leads nowhere: there is no entry gone"


@pytest.mark.parametrize("gone", ["effective_to: 2026-11-21", "status: draft", "status: retired"])
def test_a_current_script_that_refers_to_what_is_gone_is_warned(gone):
    library = library_of(a=file_text(body="> {{ plan.fee }}"), plan=plan(f"{TARIFF}\n{gone}"))
    assert [(f.line, f.code, f.warning) for f in check(library, TODAY) if f.path == "a.md"] == [(6, "stale-reference", True)]


def test_a_current_script_that_refers_to_what_was_superseded_is_warned():
    new = file_text(f"{TARIFF}\nsupersedes: plan", entry_id="new", kind="tariff")
    assert of(body="> {{ plan.fee }}", plan=plan(), new=new) == [(6, "stale-reference")]


def test_a_script_that_names_the_replacement_beside_it_explains_what_is_gone():
    new = file_text(f"{TARIFF}\nsupersedes: plan", entry_id="new", kind="tariff")
    assert of(body="> 从前是 {{ plan.fee }}，现在是 {{ new.fee }}。", plan=plan(), new=new) == []


def test_what_is_itself_gone_and_tariffs_may_refer_to_what_is_gone():
    old = plan(f"{TARIFF}\neffective_to: 2026-11-21")
    assert of("effective_to: 2026-11-01", "> {{ plan.fee }}", plan=old) == []
    comparing = file_text(TARIFF, "原价 {{ plan.fee }}", entry_id="new", kind="tariff")
    assert faults(library_of(new=comparing, plan=old), "new") == []


def test_facts_that_refer_to_each_other_in_a_circle_are_faults():
    assert of("facts:\n  x: 甲{{ y }}\n  y: 乙{{ b.z }}\n  w: 丙{{ x }}", b=file_text("facts: {z: '{{ a.x }}'}", entry_id="b")) == [
        (6, "reference-cycle"),
        (7, "reference-cycle"),
    ]
    assert of("facts:\n  x: 甲{{ x }}") == [(6, "reference-cycle")]


def test_a_chain_of_references_is_no_circle():
    assert of("facts:\n  x: 甲{{ y }}{{ z }}\n  y: 乙{{ z }}\n  z: 5 元") == []


@pytest.mark.parametrize(
    ("head", "body", "line"),
    [
        ("", "甲\n\n> 一定能办", 10), ("", "## 对话\n\n营业员：好的\n营业员：一定能办", 11), ("", "## 对话\n\n营业员：一定能办", 10),
        ("must_say:\n  - 好\n  - 一定能办", "> 好", 9), ("", "一定能办", 8),
    ],
    ids=["quote", "turn", "first turn", "must_say", "first paragraph"],
)  # fmt: skip
def test_a_forbidden_phrase_in_the_clerks_mouth_is_reported_once_on_its_line(head, body, line):
    assert of(f"never_say:\n  - {{phrase: 一定, reason: 绝对}}\n{head}".strip(), body) == [(line, "forbidden-phrase")]


def test_the_customer_and_the_explanations_may_use_a_forbidden_phrase():
    assert of("never_say: [一定]", "> 好。\n\n## 对话\n客户：一定能办吗\n营业员：看情况\n\n## 注意\n不说一定") == []


def test_a_phrase_forbidden_by_an_entry_referred_to_is_a_fault_too():
    banning = plan(f"{TARIFF}\nnever_say: [永远]")
    assert of(body="> 永远 {{ plan.fee }}", plan=banning) == [(6, "forbidden-phrase-elsewhere")]
    assert of(body="> 永远便宜", plan=banning) == []


@pytest.mark.parametrize(
    ("text", "contradicts"),
    [
        ("每月58元", True), ("每月五十八块", True), ("每月59元", False), ("每月五十九块钱", False), ("在网12个月", True), ("在网24个月", False), ("在网两年", False),
        ("30G流量", False), ("{{ plan.fee }}，5G", False), ("2026年", False), ("来一次", False), ("坐一块聊", False),
    ],
)  # fmt: skip
def test_a_literal_number_must_be_a_fact_of_the_entry_or_of_one_it_refers_to(text, contradicts):
    expected = [(8, "number-contradicts")] if contradicts else []
    assert of(body=f"> 好 {{{{ plan.fee }}}}\n\n{text}", plan=plan()) == expected
    assert of("must_say:\n  - 好\n  - " + f'"{text}"', "> 好 {{ plan.fee }}", plan=plan()) == ([(7, "number-contradicts")] if contradicts else [])
    assert of(body=f"> 好\n\n{text}", plan=plan()) == []


def test_an_entrys_own_facts_allow_a_number_as_well():
    assert of("facts: {gift: 58 元}", "> {{ plan.fee }}\n\n58元", plan=plan()) == []


def test_a_customer_may_say_any_number():
    assert of("asks: [有没有58元的]", "> {{ plan.fee }}\n\n客户：人家58元\n营业员：嗯", plan=plan()) == []


def test_a_number_in_the_title_is_held_to_the_facts():
    text = plan().replace("标题", "畅享58元档")
    assert faults(library_of(plan=text), "plan") == [(3, "number-contradicts")]
    assert faults(library_of(plan=plan().replace("标题", "畅享59元档")), "plan") == []


@pytest.mark.parametrize(
    ("reviewed", "more", "due"),
    [("2026-10-22", "", False), ("2026-10-21", "", True), ("2026-10-21", "status: draft", False), ("2026-10-21", "effective_to: 2026-11-21", False)],
)
def test_a_review_is_overdue_the_day_after_it_was_due(reviewed, more, due):
    library = library_of(a=file_text(f"reviewed_on: {reviewed}\nreview_every: 1 个月\n{more}"))
    assert [(f.line, f.code, f.warning) for f in check(library, TODAY)] == ([(5, "review-overdue", True)] if due else [])


def test_a_published_tariff_without_its_four_facts_is_warned():
    [fault] = check(library_of(plan=plan("facts:\n  fee: 59 元\n  start: 2026-01-01")), TODAY)
    assert (fault.line, fault.code, fault.warning, fault.args) == (
        5,
        "tariff-incomplete",
        True,
        {"names": "客户对象、办理条件、受理截止", "names_en": "eligibility, conditions, end"},
    )
    assert check(library_of(plan=plan("facts: {fee: 59 元}\nstatus: draft"), a=file_text("facts: {fee: 59 元}")), TODAY) == []


def test_faults_come_in_order_of_path_and_line_each_once():
    body = "甲{{ x }}乙{{ x }}\n丙{{ y }}"
    [*rows] = check(library_of(b=file_text(body=body, entry_id="b"), a=file_text("supersedes: gone", body)), TODAY)
    assert [(f.path, f.line) for f in rows] == [("a.md", 5), ("a.md", 7), ("a.md", 8), ("b.md", 6), ("b.md", 7)]


def test_a_fault_is_printed_with_its_place_and_code():
    [fault] = check(library_of(a=file_text("supersedes: gone")), TODAY)
    assert fault.line_text("en") == "a.md:5: unknown-supersedes supersedes names gone, which does not exist"
