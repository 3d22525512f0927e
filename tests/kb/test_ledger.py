from dataclasses import replace
from datetime import date, timedelta

import pytest

from kb.entry import EntryRef, NeverSay, Power, Scope, Source, Status, Touchpoint
from kb.errors import ContentError
from kb.ledger import append_new, difference, digest, history, published_entry
from tests.builders import NOW, TODAY, make_entry
from tests.kb.conftest import tariff

SCRIPT = make_entry(
    touchpoint=Touchpoint.HANDLING,
    asks=("太贵了",),
    facts={"fee": "59 元/月", "end": "2026-12-31", "who": "全体客户"},
    effective_from=date(2026, 1, 1),
    scope=Scope(halls=("中泉厅",)),
    must_say=("次月生效",),
    never_say=(NeverSay("永远", "有期限"),),
    empower=(Power("厅经理", "减免差额"),),
    body="> 您可以换一档。\n",
)
LATER = NOW + timedelta(days=1)


def test_what_is_new_is_added_once(sessions):
    with sessions.begin() as session:
        assert append_new(session, [SCRIPT, tariff(59)], NOW) == [SCRIPT.ref, EntryRef("tariff-59", 1)]
    with sessions.begin() as session:
        assert append_new(session, [SCRIPT, tariff(59), tariff(79)], LATER) == [EntryRef("tariff-79", 1)]
    with sessions() as session:
        assert [p.published_at for p in history(session, SCRIPT.id)] == [NOW]


def test_an_entry_comes_back_as_it_was_published(sessions):
    with sessions.begin() as session:
        append_new(session, [SCRIPT], NOW)
    with sessions() as session:
        assert published_entry(session, SCRIPT.ref) == SCRIPT
        assert published_entry(session, EntryRef(SCRIPT.id, 2)) is None


def test_every_version_is_kept_in_order(sessions):
    for version in (1, 2, 5):
        with sessions.begin() as session:
            append_new(session, [replace(SCRIPT, version=version, title=f"第 {version} 版")], NOW)
    with sessions() as session:
        assert [(p.ref.version, p.title) for p in history(session, SCRIPT.id)] == [(1, "第 1 版"), (2, "第 2 版"), (5, "第 5 版")]
        assert published_entry(session, EntryRef(SCRIPT.id, 1)).title == "第 1 版"
        assert history(session, "nobody") == []


@pytest.mark.parametrize(
    "change",
    [
        {"title": "新标题"}, {"body": "> 您可以换两档。\n"}, {"asks": ("太贵了", "降档")}, {"must_say": ()}, {"never_say": ()}, {"empower": ()},
        {"effective_from": date(2026, 2, 1)}, {"scope": Scope()}, {"supersedes": ("old",)}, {"touchpoint": None}, {"topic": "别的"},
        {"facts": tariff(58).facts},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_changed_wording_under_the_same_version_is_refused_and_nothing_is_added(sessions, change):
    with sessions.begin() as session:
        append_new(session, [SCRIPT], NOW)
    with pytest.raises(ContentError) as caught, sessions.begin() as session:
        append_new(session, [tariff(59), replace(SCRIPT, **change)], LATER)
    assert caught.value.code == "version-unchanged"
    assert SCRIPT.id in str(caught.value)
    with sessions() as session:
        assert history(session, "tariff-59") == []
        assert published_entry(session, SCRIPT.ref) == SCRIPT


def test_the_refusal_shows_what_was_and_what_is(sessions):
    with sessions.begin() as session:
        append_new(session, [SCRIPT], NOW)
    with pytest.raises(ContentError) as caught, sessions.begin() as session:
        append_new(session, [replace(SCRIPT, body="> 您可以换两档。\n")], NOW)
    rows = str(caught.value).splitlines()
    assert "-> 您可以换一档。" in rows
    assert "+> 您可以换两档。" in rows
    assert "2" in rows[0]


@pytest.mark.parametrize(
    "change",
    [
        {"owner": "别的岗"}, {"reviewed_on": TODAY}, {"review_due": TODAY}, {"source": Source("moved/away.md")}, {"status": Status.RETIRED},
        {"effective_to": TODAY},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_is_not_wording_may_change_under_the_same_version(sessions, change):
    with sessions.begin() as session:
        append_new(session, [SCRIPT], NOW)
        assert append_new(session, [replace(SCRIPT, **change)], LATER) == []


def test_a_version_below_a_published_one_is_refused(sessions):
    with sessions.begin() as session:
        append_new(session, [replace(SCRIPT, version=3)], NOW)
    with pytest.raises(ContentError) as caught, sessions.begin() as session:
        append_new(session, [replace(SCRIPT, version=2)], NOW)
    assert (caught.value.code, caught.value.args_["last"]) == ("version-backwards", 3)


def test_two_versions_of_one_entry_can_be_published_together(sessions):
    with sessions.begin() as session:
        assert len(append_new(session, [SCRIPT, replace(SCRIPT, version=2, title="明年的")], NOW)) == 2
        assert append_new(session, [SCRIPT, replace(SCRIPT, version=2, title="明年的")], NOW) == []


def test_a_draft_is_not_published(sessions):
    with sessions.begin() as session:
        assert append_new(session, [replace(SCRIPT, status=Status.DRAFT)], NOW) == []
        assert history(session, SCRIPT.id) == []


def test_the_digest_depends_on_the_wording_only():
    assert digest(SCRIPT) == digest(replace(SCRIPT, owner="别的岗"))
    assert digest(SCRIPT) != digest(replace(SCRIPT, title="新标题"))


def test_equal_entries_have_no_difference():
    assert difference(SCRIPT, replace(SCRIPT, owner="别的岗")) == ""
