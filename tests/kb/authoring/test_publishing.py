"""From an approved draft to what clerks read, and back onto its feet after a fall."""

import shutil
from pathlib import Path

import pytest
from dulwich.porcelain import add, commit, init
from dulwich.repo import Repo

import kb.authoring.publishing
from kb.authoring.drafts import Action, State, draft, history
from kb.authoring.entryform import EntryForm, read_form
from kb.authoring.publishing import Ending
from kb.authoring.writing import open_draft, open_new, open_rollback, rebase, save, save_form
from kb.entry import EntryRef, Status
from kb.errors import AppError, ConflictError, ContentError, StorageError
from kb.index import current_snapshot
from kb.ledger import history as ledger
from kb.ledger import published_entry
from kb.library import load_library
from kb.snapshot import read_library, read_snapshot
from tests.builders import NOW
from tests.kb.writing import SCRIPT, TARIFF, Desk, make_desk, make_publisher

OLD, NEW = "value: 59 元/月", "value: 69 元/月"


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def desk(engine, tmp_path) -> Desk:
    return make_desk(tmp_path, engine)


def versions(desk: Desk, entry_id: str = "tariff-59") -> list[int]:
    with desk.read() as session:
        return [p.ref.version for p in ledger(session, entry_id)]


def live(desk: Desk, entry_id: str = "tariff-59"):
    return read_library(current_snapshot(desk.index))[0].versions(entry_id)


def test_publishing_bumps_the_version_and_reaches_file_ledger_and_search(desk):
    done = desk.publisher.publish(desk.approved(OLD, NEW).id, "AL2", NOW)
    assert (done.ref, done.ending, done.paths) == (EntryRef("tariff-59", 3), Ending.PUBLISHED, ("tariffs/personal/tariff-59.md",))
    assert desk.tariff.read_text("utf-8") == TARIFF.replace(OLD, NEW).replace("version: 2", "version: 3")
    assert versions(desk) == [2, 3]  # what clerks had before stands in the ledger as well
    assert [(e.version, e.facts["fee"].value) for e in live(desk)] == [(3, "69元/月")]
    passages = [p.text for p in read_snapshot(current_snapshot(desk.index)).passages]
    assert any("您可以换 69元 档" in text for text in passages)  # a script that refers to it says the new price
    with desk.read() as session:
        assert draft(session, done.draft_id).state is State.PUBLISHED
        assert [e.action for e in history(session, done.draft_id)][-3:] == [Action.PUBLISHING, Action.PUBLISHED, Action.LIVE]


def test_what_clerks_are_not_told_can_change_without_a_new_version(desk):
    desk.publisher.publish(desk.approved("status: published", "owner: 资费岗\nstatus: published").id, "AL2", NOW)
    assert versions(desk) == [2]
    assert "owner: 资费岗\nversion: 2" not in desk.tariff.read_text("utf-8")  # the author's own order is kept
    assert "version: 2\nowner: 资费岗" in desk.tariff.read_text("utf-8")


def test_only_what_is_published_reaches_clerks(desk):
    (desk.content / "scripts/script-cheaper.md").write_text(SCRIPT.replace("嫌贵要降档", "别处改的"), encoding="utf-8")
    (desk.content / "scripts/broken.md").write_text("---\nid: [\n---\n", encoding="utf-8")
    desk.publisher.publish(desk.approved(OLD, NEW).id, "AL2", NOW)
    assert [e.title for e in live(desk, "script-cheaper")] == ["嫌贵要降档"]


def test_a_change_that_begins_later_leaves_todays_wording_until_the_day_before(desk):
    approved = desk.approved(f"{OLD}}}", f"{NEW}}}").id
    with desk.sessions.begin() as session:
        found = draft(session, approved)
        session.get(kb.authoring.publishing.DraftRow, approved).text = found.text.replace("version: 2", "effective_from: 2027-01-01\nversion: 2")
    done = desk.publisher.publish(approved, "AL2", NOW)
    assert done.paths == ("tariffs/personal/tariff-59.md", "tariffs/personal/tariff-59.v3.md")
    today, later = live(desk)
    assert (today.version, today.facts["fee"].value, str(today.effective_to)) == (2, "59元/月", "2026-12-31")
    assert (later.version, later.facts["fee"].value, str(later.effective_from)) == (3, "69元/月", "2027-01-01")
    assert read_form(desk.tariff.read_text("utf-8")).effective_to == "2026-12-31"
    assert versions(desk) == [2, 3]
    assert load_library(desk.content).pick("tariff-59", NOW.date()).version == 2


def test_a_new_entry_gets_a_file_beside_those_of_its_topic(desk):
    form = EntryForm(id="tariff-79", title="畅享套餐 79 元档", kind="tariff", topic="个人套餐", asks=("79的",), body="> 每月 79 元。")
    with desk.sessions.begin() as session:
        began = open_new(session, desk.publisher.live()[0], form, "AL1", NOW)
        session.get(kb.authoring.publishing.DraftRow, began.id).state = "approved"
    done = desk.publisher.publish(began.id, "AL2", NOW)
    assert (done.ref, done.paths) == (EntryRef("tariff-79", 1), ("tariffs/personal/tariff-79.md",))
    assert versions(desk, "tariff-79") == [1]
    assert live(desk, "tariff-79")[0].status is Status.PUBLISHED


def test_a_retired_entry_is_out_of_every_answer_and_keeps_its_version(desk):
    desk.publisher.publish(desk.approved("status: published", "status: retired").id, "AL2", NOW)
    assert [(e.version, e.status) for e in live(desk)] == [(2, Status.RETIRED)]


def test_going_back_to_an_older_wording_is_a_new_version(desk):
    desk.publisher.publish(desk.approved(OLD, NEW).id, "AL2", NOW)
    with desk.sessions.begin() as session:
        back = open_rollback(session, desk.content, EntryRef("tariff-59", 2), "AL1", NOW, "价格写错了")
        session.get(kb.authoring.publishing.DraftRow, back.id).state = "approved"
    done = desk.publisher.publish(back.id, "AL2", NOW)
    assert done.ref == EntryRef("tariff-59", 4)
    assert desk.tariff.read_text("utf-8") == TARIFF.replace("version: 2", "version: 4")
    with desk.read() as session:
        assert published_entry(session, done.ref).facts == published_entry(session, EntryRef("tariff-59", 2)).facts


def test_what_is_not_approved_or_says_nothing_new_is_refused(desk):
    with desk.sessions.begin() as session:
        began = open_draft(session, desk.content, "tariff-59", "AL1", NOW)
    with pytest.raises(ConflictError) as caught:
        desk.publisher.publish(began.id, "AL2", NOW)
    assert caught.value.code == "draft-not-approved"
    with pytest.raises(ConflictError) as caught:
        desk.publisher.preview(began.id, NOW)
    assert caught.value.code == "publish-nothing"


def test_a_file_changed_elsewhere_is_a_conflict_with_the_difference_and_can_be_merged(desk):
    approved = desk.approved(OLD, NEW)
    outside = TARIFF.replace("20 GB", "30 GB")
    desk.tariff.write_text(outside, encoding="utf-8")
    with pytest.raises(ConflictError) as caught:
        desk.publisher.publish(approved.id, "AL2", NOW)
    assert caught.value.code == "file-changed-outside"
    assert "+  data: {label: 国内流量, value: 30 GB/月}" in str(caught.value)
    assert desk.tariff.read_text("utf-8") == outside
    with desk.sessions.begin() as session:
        merged = rebase(session, desk.content, approved.id, approved.revision, approved.text.replace("20 GB", "30 GB"), "AL1", NOW)
        assert (merged.state, merged.reviewer) == (State.EDITING, "")
        session.get(kb.authoring.publishing.DraftRow, merged.id).state = "approved"
    assert desk.publisher.publish(merged.id, "AL2", NOW).ending is Ending.PUBLISHED


def test_errors_keep_a_draft_from_being_published(desk):
    approved = desk.approved(OLD, NEW)
    with desk.sessions.begin() as session:
        session.get(kb.authoring.publishing.DraftRow, approved.id).text = approved.text.replace("{{ data }}", "{{ nothing }}")
    with pytest.raises(ContentError) as caught:
        desk.publisher.publish(approved.id, "AL2", NOW)
    assert caught.value.code == "draft-faulty"


def untouched(desk: Desk, approved) -> None:
    assert desk.tariff.read_text("utf-8") == TARIFF
    assert sorted(p.name for p in desk.tariff.parent.iterdir()) == ["tariff-59.md"]
    assert versions(desk) == []
    assert live(desk)[0].version == 2
    with desk.read() as session:
        assert draft(session, approved.id).state is State.APPROVED


def test_a_full_disk_leaves_everything_as_it_was_and_says_so(desk, monkeypatch):
    approved = desk.approved(OLD, NEW)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.authoring.entryfiles.os.fsync", full)
    with pytest.raises(AppError) as caught:
        desk.publisher.publish(approved.id, "AL2", NOW)
    assert caught.value.code == "disk"
    assert "No space left" in str(caught.value)
    untouched(desk, approved)
    monkeypatch.undo()
    assert desk.publisher.publish(approved.id, "AL2", NOW).ending is Ending.PUBLISHED


def test_a_second_file_that_cannot_be_written_takes_the_first_back(desk, monkeypatch):
    approved = desk.approved(f"{OLD}}}", f"{NEW}}}")
    with desk.sessions.begin() as session:
        session.get(kb.authoring.publishing.DraftRow, approved.id).text = approved.text.replace(
            "version: 2", "effective_from: 2027-01-01\nversion: 2"
        )
    real = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name.endswith(".v3.md"):
            raise OSError(30, "Read-only file system")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError):
        desk.publisher.publish(approved.id, "AL2", NOW)
    monkeypatch.undo()
    untouched(desk, approved)


def kill_at(monkeypatch, name: str) -> None:
    def die(*_args: object, **_kwargs: object) -> None:
        raise Killed

    monkeypatch.setattr(kb.authoring.publishing, name, die)


@pytest.mark.parametrize(
    ("step", "ending", "entered", "result"),
    [
        ("write_all", Ending.UNDONE, [], []),
        ("append_new", Ending.PUBLISHED, [], [2, 3]),
        ("make_current", Ending.PUBLISHED, [2, 3], [2, 3]),
        ("commit_files", Ending.PUBLISHED, [2, 3], [2, 3]),
    ],
)
def test_a_killed_publication_is_settled_at_the_next_start(desk, monkeypatch, step, ending, entered, result):
    approved = desk.approved(OLD, NEW)
    with monkeypatch.context() as patch:
        kill_at(patch, step)
        with pytest.raises(Killed):
            desk.publisher.publish(approved.id, "AL2", NOW)
    assert versions(desk) == entered
    again = make_publisher(desk.content, desk.index, desk.engine)
    assert [p.ending for p in again.reconcile(NOW)] == [ending]
    assert versions(desk) == result
    if ending is Ending.PUBLISHED:
        assert "version: 3" in desk.tariff.read_text("utf-8")
        assert [e.version for e in live(desk)] == [3]
    else:
        untouched(desk, approved)
    assert again.reconcile(NOW) == []


def test_a_ledger_row_whose_file_was_lost_gets_it_back(desk, monkeypatch):
    approved = desk.approved(OLD, NEW)
    with monkeypatch.context() as patch:
        kill_at(patch, "make_current")
        with pytest.raises(Killed):
            desk.publisher.publish(approved.id, "AL2", NOW)
    desk.tariff.write_text(TARIFF, encoding="utf-8")  # the disk of a machine that lost its power
    assert [p.ending for p in desk.publisher.reconcile(NOW)] == [Ending.PUBLISHED]
    assert "version: 3" in desk.tariff.read_text("utf-8")


def test_a_file_of_somebody_else_is_left_alone_when_settling(desk, monkeypatch):
    approved = desk.approved(OLD, NEW)
    with monkeypatch.context() as patch:
        kill_at(patch, "append_new")
        with pytest.raises(Killed):
            desk.publisher.publish(approved.id, "AL2", NOW)
    desk.tariff.write_text(TARIFF.replace("59", "99"), encoding="utf-8")
    assert [p.ending for p in desk.publisher.reconcile(NOW)] == [Ending.CONFLICT]
    assert "99" in desk.tariff.read_text("utf-8")
    with desk.read() as session:
        assert history(session, approved.id)[-1].action is Action.FAILED


def test_the_next_publication_settles_the_one_before(desk, monkeypatch):
    approved = desk.approved(OLD, NEW)
    with monkeypatch.context() as patch:
        kill_at(patch, "append_new")
        with pytest.raises(Killed):
            desk.publisher.publish(approved.id, "AL2", NOW)
    script = desk.approved("嫌贵要降档", "嫌贵", "script-cheaper")
    desk.publisher.publish(script.id, "AL2", NOW)
    assert versions(desk) == [2, 3]
    assert [e.version for e in live(desk)] == [3]


def test_the_question_bank_is_told_and_told_again_after_a_fall(engine, tmp_path):
    told = []

    def follow(session, library, now):
        told.append(library.versions("tariff-59")[-1].version)
        if len(told) == 1:
            raise Killed

    desk = make_desk(tmp_path, engine, follow)
    with pytest.raises(Killed):
        desk.publisher.publish(desk.approved(OLD, NEW).id, "AL2", NOW)
    desk.publisher.reconcile(NOW)
    assert told == [3, 3]


def test_a_preview_builds_the_very_snapshot_that_publishing_uses(desk):
    approved = desk.approved(OLD, NEW)
    before = current_snapshot(desk.index)
    seen = desk.publisher.preview(approved.id, NOW)
    assert current_snapshot(desk.index) == before
    assert (seen.plan.ref, seen.after.versions("tariff-59")[0].version) == (EntryRef("tariff-59", 3), 3)
    assert desk.publisher.publish(approved.id, "AL2", NOW).snapshot == seen.snapshot.name


def test_the_change_is_committed_under_the_employees_number_and_nothing_else_with_it(desk):
    repo = desk.content.parent
    init(str(repo))
    add(str(repo), [str(p) for p in desk.content.rglob("*.md")])
    commit(str(repo), b"start", author=b"a <a@b>", committer=b"a <a@b>")
    other = desk.content / "scripts/script-cheaper.md"
    other.write_text(SCRIPT + "\n别人没写完的\n", encoding="utf-8")
    add(str(repo), [str(other)])
    done = desk.publisher.publish(desk.approved(OLD, NEW).id, "AL2", NOW)
    with Repo(str(repo)) as found:
        head = found[found.head()]
        assert (head.id.decode(), head.author, head.message) == (done.commit, b"AL2 <AL2@hallwise.invalid>", "tariff-59@3\n\n新价格\n".encode())
        changes = [c.new.path for entry in found.get_walker(max_entries=1) for c in entry.changes()]
        assert changes == [b"content/tariffs/personal/tariff-59.md"]


def test_a_damaged_git_folder_does_not_keep_an_entry_from_being_published(desk, caplog):
    init(str(desk.content))
    (desk.content / ".git/HEAD").write_text("nonsense", encoding="ascii")
    done = desk.publisher.publish(desk.approved(OLD, NEW).id, "AL2", NOW)
    assert (done.ending, done.commit) == (Ending.PUBLISHED, "")


def test_the_first_commit_of_an_empty_work_tree_holds_the_file(desk):
    init(str(desk.content))
    assert desk.publisher.publish(desk.approved(OLD, NEW).id, "AL2", NOW).commit


def test_line_ends_and_the_byte_order_mark_stay(desk):
    desk.tariff.write_bytes(b"\xef\xbb\xbf" + TARIFF.replace("\n", "\r\n").encode())
    desk.publisher.publish(desk.approved(OLD, NEW).id, "AL2", NOW)
    assert desk.tariff.read_bytes() == b"\xef\xbb\xbf" + TARIFF.replace(OLD, NEW).replace("version: 2", "version: 3").replace("\n", "\r\n").encode()


def test_publishing_works_before_there_is_an_index(desk):
    approved = desk.approved(OLD, NEW)
    shutil.rmtree(desk.index)
    desk.publisher.publish(approved.id, "AL2", NOW)
    assert [e.version for e in live(desk)] == [3]
    assert len(live(desk, "script-cheaper")) == 1


def test_a_draft_changed_after_its_approval_is_not_published(desk):
    approved = desk.approved(OLD, NEW)
    with desk.sessions.begin() as session:
        late = save_form(session, approved.id, read_form(approved.text.replace("69", "79")), approved.revision, "AL1", NOW)
        assert late.conflict is not None
        assert save(session, approved.id, approved.text, approved.revision, "AL1", NOW).conflict is not None
    desk.publisher.publish(approved.id, "AL2", NOW)
    assert live(desk)[0].facts["fee"].value == "69元/月"
