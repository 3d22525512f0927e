"""Still right: a review date through the same careful publication."""

import pytest

from kb.authoring.confirming import confirm_review
from kb.authoring.drafts import State, drafts_of
from kb.authoring.writing import open_draft
from kb.errors import ConflictError, NotFoundError, StorageError
from kb.ledger import history
from tests.builders import NOW
from tests.kb.writing import Desk, make_desk


@pytest.fixture
def desk(tmp_path, engine) -> Desk:
    return make_desk(tmp_path, engine)


def test_the_day_stands_in_the_file_and_the_version_stays(desk):
    before = desk.tariff.read_text(encoding="utf-8")
    done = confirm_review(desk.publisher, desk.sessions, "tariff-59", "AL1", NOW)
    text = desk.tariff.read_text(encoding="utf-8")
    assert text == before.replace("version: 2\n", "reviewed_on: 2026-11-22\nversion: 2\n")
    assert done.ref.version == 2
    assert desk.publisher.live()[0].get(done.ref).reviewed_on.isoformat() == "2026-11-22"
    with desk.read() as session:
        assert [p.ref.version for p in history(session, "tariff-59")] == [2]
        assert [d.state for d in drafts_of(session, "tariff-59")] == [State.PUBLISHED]


def test_twice_on_a_day_is_refused_and_leaves_no_draft(desk):
    confirm_review(desk.publisher, desk.sessions, "tariff-59", "AL1", NOW)
    with pytest.raises(ConflictError) as raised:
        confirm_review(desk.publisher, desk.sessions, "tariff-59", "AL1", NOW)
    assert raised.value.code == "reviewed-today"
    with desk.read() as session:
        assert len(drafts_of(session, "tariff-59")) == 1


def test_an_entry_that_is_being_changed_is_left_to_its_draft(desk):
    with desk.sessions.begin() as session:
        open_draft(session, desk.content, "tariff-59", "AL1", NOW)
    with pytest.raises(ConflictError):
        confirm_review(desk.publisher, desk.sessions, "tariff-59", "AL2", NOW)
    with pytest.raises(NotFoundError):
        confirm_review(desk.publisher, desk.sessions, "none", "AL2", NOW)


def test_where_the_disk_refuses_no_draft_is_left_open(desk, monkeypatch):
    def refuse(*_args):
        raise StorageError("disk", path="x", reason="full")

    monkeypatch.setattr("kb.authoring.publishing.write_all", refuse)
    with pytest.raises(StorageError):
        confirm_review(desk.publisher, desk.sessions, "tariff-59", "AL1", NOW)
    with desk.read() as session:
        assert [d.state for d in drafts_of(session, "tariff-59")] == [State.DROPPED]
