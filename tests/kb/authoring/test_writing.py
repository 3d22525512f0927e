"""Drafts from the first word to the approval: nothing lost, nobody approves their own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.authoring.drafts import Action, Draft, Present, State, base_text, draft, drafts, history, look_in, open_draft_of, presence
from kb.authoring.entryform import EntryForm, FactLine, read_form
from kb.authoring.writing import approve, check, drop, open_draft, open_new, open_rollback, save, save_form, send_back, send_to_review, take_back
from kb.entry import EntryRef
from kb.errors import AccessError, AppError, ConflictError, ContentError, NotFoundError, QueryError
from tests.builders import NOW, TODAY
from tests.kb.writing import SCRIPT, TARIFF, Desk, make_desk

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def desk(engine, tmp_path) -> Desk:
    return make_desk(tmp_path, engine)


@pytest.fixture
def began(desk) -> Draft:
    with desk.sessions.begin() as session:
        return open_draft(session, desk.content, "tariff-59", "AL1", NOW)


def code_of(act) -> str:
    with pytest.raises(AppError) as caught:
        act()
    return caught.value.code


def test_a_draft_begins_as_the_file_stands(desk, began):
    assert (began.text, began.base_version, began.state, began.author, began.revision) == (TARIFF, 2, State.EDITING, "AL1", 1)
    with desk.sessions.begin() as session:
        assert base_text(session, began.id) == TARIFF
        assert open_draft_of(session, "tariff-59") == began
        assert [d.id for d in drafts(session, author="AL1")] == [began.id]
        assert drafts(session, states=(State.REVIEW,)) == []


def test_an_entry_has_one_open_draft(desk, began):
    with desk.sessions.begin() as session:
        assert code_of(lambda: open_draft(session, desk.content, "tariff-59", "AL2", NOW)) == "draft-open"
        drop(session, began.id, "AL1", NOW)
        assert open_draft(session, desk.content, "tariff-59", "AL2", NOW).author == "AL2"


def test_what_does_not_exist_cannot_be_opened(desk):
    with desk.sessions.begin() as session:
        assert code_of(lambda: open_draft(session, desk.content, "none", "AL1", NOW)) == "entry-missing"
        assert code_of(lambda: open_draft(session, desk.content, "tariff-59", "AL1", NOW, version=9)) == "entry-missing"
        assert code_of(lambda: open_rollback(session, desk.content, EntryRef("tariff-59", 1), "AL1", NOW)) == "entry-missing"
        assert code_of(lambda: draft(session, 99)) == "draft-missing"


@pytest.mark.parametrize(
    ("entry_id", "code"), [("", "bad-id"), ("Großes", "bad-id"), ("../x", "bad-id"), ("a" * 201, "bad-id"), ("tariff-59", "entry-id-taken")]
)
def test_a_new_entry_needs_an_id_of_its_own(desk, entry_id, code):
    with desk.sessions.begin() as session:
        assert code_of(lambda: open_new(session, desk.publisher.live()[0], EntryForm(id=entry_id, title="新"), "AL1", NOW)) == code


def test_a_new_draft_follows_its_id_and_a_published_entry_keeps_its_own(desk, began):
    library = desk.publisher.live()[0]
    with desk.sessions.begin() as session:
        new = open_new(session, library, EntryForm(id="basic-a", title="甲", kind="basic"), "AL1", NOW)
        moved = save_form(session, new.id, replace(read_form(new.text), id="basic-b"), 1, "AL1", NOW).draft
        assert (moved.entry_id, moved.revision) == ("basic-b", 2)
        assert code_of(lambda: save(session, began.id, TARIFF.replace("tariff-59", "tariff-60"), 1, "AL1", NOW)) == "draft-id-changed"
        assert code_of(lambda: save_form(session, moved.id, replace(read_form(moved.text), id="tariff-59"), 2, "AL1", NOW)) == "draft-open"


def test_the_second_of_two_who_save_overwrites_nothing_and_loses_nothing(desk, began):
    with desk.sessions.begin() as session:
        first = save(session, began.id, TARIFF.replace("59 元/月", "69 元/月"), 1, "AL1", NOW)
        assert (first.conflict, first.draft.revision) == (None, 2)
    with desk.sessions.begin() as session:
        form = replace(read_form(TARIFF), title="我的标题")
        second = save_form(session, began.id, form, 1, "AL2", LATER)
        assert isinstance(second.conflict, ConflictError)
        assert (second.conflict.code, second.conflict.args_["who"], second.conflict.args_["at"]) == ("draft-changed", "AL1", "10:00")
        assert read_form(second.text).title == "我的标题"
    with desk.sessions.begin() as session:
        assert "69 元/月" in draft(session, began.id).text
        events = history(session, began.id)
        assert [(e.action, e.actor) for e in events] == [(Action.OPENED, "AL1"), (Action.SAVED, "AL1"), (Action.LOST, "AL2")]
        assert (events[1].text, read_form(events[2].text).title) == (TARIFF, "我的标题")


def test_saving_the_same_again_is_no_change(desk, began):
    with desk.sessions.begin() as session:
        assert save_form(session, began.id, read_form(TARIFF), 1, "AL1", NOW).draft.revision == 1
        changed = save(session, began.id, TARIFF + "再一行\n", 1, "AL1", NOW).draft
        assert save(session, began.id, changed.text, 1, "AL1", NOW).conflict is None  # a form that was sent twice


def test_saving_every_few_seconds_fills_no_history_but_anothers_text_is_always_kept(desk, began):
    text = TARIFF
    with desk.sessions.begin() as session:
        for step in range(10):
            text += f"第 {step} 行\n"
            save(session, began.id, text, step + 1, "AL1", NOW + timedelta(seconds=5 * step))
        save(session, began.id, text + "别人\n", 11, "AL2", NOW + timedelta(seconds=51))
        assert [e.actor for e in history(session, began.id) if e.action is Action.SAVED] == ["AL1", "AL2"]
        assert history(session, began.id)[-1].text == text


@pytest.mark.parametrize(
    ("text", "code"),
    [("没有元数据", "draft-unreadable"), ("---\na: [\n---\n", "draft-unreadable"), ("---\nid: tariff-59\n---\n" + "长" * 400_000, "draft-too-large")],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(desk, began, text, code):
    with desk.sessions.begin() as session:
        assert code_of(lambda: save(session, began.id, text, 1, "AL1", NOW)) == code
    with desk.sessions.begin() as session:
        assert draft(session, began.id) == began


def test_what_no_database_can_hold_is_replaced(desk, began):
    with desk.sessions.begin() as session:
        saved = save(session, began.id, TARIFF.replace("\n", "\r\n") + "\x00坏\ud800\r\n", 1, "AL1", NOW)
        assert saved.draft.text == TARIFF + "\ufffd坏\ufffd\n"


def sent(desk: Desk, began: Draft) -> Draft:
    with desk.sessions.begin() as session:
        changed = save(session, began.id, TARIFF.replace("59 元/月", "69 元/月"), began.revision, "AL3", NOW).draft
        return send_to_review(session, desk.publisher.live()[0], changed.id, changed.revision, "涨价", "AL1", NOW)


def test_somebody_else_approves_what_they_have_read(desk, began):
    review = sent(desk, began)
    assert (review.state, review.reason) == (State.REVIEW, "涨价")
    with desk.sessions.begin() as session:
        for own in ("AL1", "AL3"):
            with pytest.raises(AccessError):
                approve(session, review.id, review.revision, own, NOW)
        assert code_of(lambda: approve(session, review.id, review.revision - 1, "AL2", NOW)) == "draft-changed"
        done = approve(session, review.id, review.revision, "AL2", NOW)
        assert (done.state, done.reviewer) == (State.APPROVED, "AL2")
        assert code_of(lambda: approve(session, review.id, review.revision, "AL2", NOW)) == "draft-state"


def test_a_returned_draft_comes_back_with_a_remark(desk, began):
    review = sent(desk, began)
    with desk.sessions.begin() as session:
        assert code_of(lambda: send_back(session, review.id, review.revision, " ", "AL2", NOW)) == "draft-remark"
        with pytest.raises(AccessError):
            send_back(session, review.id, review.revision, "改", "AL1", NOW)
        assert send_back(session, review.id, review.revision, "数字再核一下", "AL2", NOW).state is State.EDITING
        assert history(session, review.id)[-1].remark == "数字再核一下"


def test_what_was_taken_back_has_to_be_approved_again(desk, began):
    review = sent(desk, began)
    with desk.sessions.begin() as session:
        late = save(session, review.id, TARIFF, review.revision, "AL3", NOW)
        assert late.conflict is not None
        assert late.conflict.code == "draft-state"
        approve(session, review.id, review.revision, "AL2", NOW)
        again = take_back(session, review.id, "AL1", NOW)
        assert (again.state, again.reviewer) == (State.EDITING, "")
        assert save(session, again.id, TARIFF, again.revision, "AL1", NOW).conflict is None


def test_a_reason_is_needed_and_errors_keep_a_draft_from_review(desk, began):
    library = desk.publisher.live()[0]
    with desk.sessions.begin() as session:
        assert code_of(lambda: send_to_review(session, library, began.id, 1, " ", "AL1", NOW)) == "draft-reason"
        broken = save(session, began.id, TARIFF.replace("{{ data }}", "{{ nothing }}"), 1, "AL1", NOW).draft
        with pytest.raises(ContentError) as caught:
            send_to_review(session, library, broken.id, broken.revision, "改", "AL1", NOW)
        assert "nothing" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": ""}, "title", "missing-field"),
        ({"kind": "novel"}, "kind", "bad-choice"),
        ({"effective_from": "2026-02-30"}, "effective_from", "bad-date"),
        ({"facts": (FactLine("fee", "月费", "59 元/月"), FactLine("Bad", "坏", "1"))}, "facts.Bad", "bad-fact-name"),
        ({"facts": (FactLine("fee", "月费", "{{ tariff-59.fee }}"), FactLine("data", "", "20 GB/月"))}, "facts.fee", "reference-cycle"),
        ({"must_say": ("好", "见 {{ tariff-58.fee }}")}, "must_say.1", "broken-reference"),
        ({"supersedes": ("gone",)}, "supersedes", "unknown-supersedes"),
        ({"body": "> 每月 {{ fee }}。\n\n现在是 39 元/月。\n"}, "body", "number-contradicts"),
        ({"body": "> 好 <script>alert(1)</script>\n"}, "body", "html-shown"),
    ],
)
def test_a_fault_is_named_with_the_field_it_stands_in(desk, began, changes, field, code):
    with desk.sessions.begin() as session:
        saved = save_form(session, began.id, replace(read_form(TARIFF), **changes), 1, "AL1", NOW).draft
    found = check(saved, desk.publisher.live()[0], TODAY).findings
    assert (field, code) in {(f.field, f.fault.code) for f in found}


def test_a_fault_in_the_body_is_named_with_its_line(desk, began):
    text = TARIFF + "第二行\n再看 {{ nothing }}\n"
    found = check(replace(began, text=text), desk.publisher.live()[0], TODAY).findings
    assert [(f.field, f.line, f.elsewhere) for f in found] == [("body", 3, "")]


def test_what_a_change_breaks_elsewhere_is_said_and_what_was_broken_before_is_not(desk, began):
    (desk.content / "scripts/script-cheaper.md").write_text(SCRIPT, encoding="utf-8")
    renamed = began.text.replace("  fee:", "  price:").replace("{{ fee }}", "{{ price }}")
    found = check(replace(began, text=renamed), desk.publisher.live()[0], TODAY)
    assert {(f.elsewhere, f.fault.code) for f in found.errors} == {("script-cheaper", "broken-reference")}
    assert check(began, desk.publisher.live()[0], TODAY).findings == ()


def test_a_tariff_of_the_same_name_with_another_price_is_found_by_a_draft(desk):
    other = TARIFF.replace("id: tariff-59   # 编号不改", "id: basic-x").replace("59 元/月", "58 元/月").replace("version: 2", "version: 1")
    made = Draft(1, "basic-x", 0, "", other, State.EDITING, "", "AL1", "AL1", "", 1, NOW, NOW)
    assert "conflicting-facts" in {f.fault.code for f in check(made, desk.publisher.live()[0], TODAY).errors}


def test_who_else_has_the_draft_open_is_known_for_two_minutes(desk, began):
    with desk.sessions.begin() as session:
        look_in(session, began.id, "AL2", NOW)
        look_in(session, began.id, "AL2", NOW + timedelta(seconds=30))
        assert presence(session, began.id, NOW + timedelta(seconds=90), but="AL1") == (Present("AL2", NOW),)
        assert presence(session, began.id, NOW + timedelta(seconds=121), but="AL1") == ()
        assert [e.action for e in history(session, began.id)] == [Action.OPENED]
        with pytest.raises(NotFoundError):
            look_in(session, 99, "AL2", NOW)


def test_a_reason_may_not_be_a_novel(desk, began):
    with desk.sessions.begin() as session, pytest.raises(QueryError):
        send_to_review(session, desk.publisher.live()[0], began.id, 1, "长" * 1001, "AL1", NOW)
