import pytest

from kb.index import current_snapshot
from tests.kb.scripts.test_check import FAULTY

pytestmark = pytest.mark.model


def test_an_unchanged_content_is_indexed_without_embedding_anything(site):
    before = current_snapshot(site.index)
    done = site.run("index")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{before}: 4 entries, ")
    assert " 0 embedded anew, " in done.out


def test_a_changed_entry_is_found_after_indexing_and_nothing_is_published(site):
    before = site.database.read_bytes()
    site.change("basic-card", "补卡要带什么证件", "临时身份证能不能补卡")
    assert " 1 embedded anew, " in site.run("index").out
    assert site.run("search", "临时身份证", "--json").lines[0]["hits"][0]["id"] == "basic-card"
    assert site.database.read_bytes() == before


def test_content_with_errors_changes_nothing(site):
    before = current_snapshot(site.index)
    site.write("faulty", FAULTY)
    done = site.run("index")
    assert done.code == 1
    assert f"{site.content / 'faulty.md'}:5: unknown-field " in done.err
    assert done.err.splitlines()[-1].startswith("error: ")
    assert current_snapshot(site.index) == before


def test_warnings_do_not_stop_the_index(site):
    assert "review-overdue" in site.run("check").out
    assert site.run("index").code == 0


def test_the_folders_can_be_given_as_options(published, tmp_path):
    done = published.run("index", "--index", str(tmp_path / "here"), HALLWISE_INDEX="/nowhere")
    assert done.code == 0
    assert current_snapshot(tmp_path / "here").is_dir()


def test_a_missing_model_is_a_clear_error_and_the_index_stays(site):
    before = current_snapshot(site.index)
    done = site.run("index", HALLWISE_MODEL="/nowhere/model")
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith("error: ")
    assert "/nowhere/model" in done.err
    assert current_snapshot(site.index) == before


def test_an_empty_folder_is_an_error(tmp_path, published):
    (tmp_path / "empty").mkdir()
    done = published.run("index", "--content", str(tmp_path / "empty"), "--index", str(tmp_path / "index"))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
