"""Building, swapping and reading snapshots: nothing on disk may make a wrong answer, and nothing may take the last good one away."""

import json
import os
import resource
import shutil
import sqlite3
import threading
from dataclasses import replace

import numpy as np
import pytest
from filelock import FileLock

from kb import index as module
from kb.entry import Context
from kb.errors import AppError, ContentError, SnapshotError
from kb.index import build_index, current_snapshot
from kb.search import Searcher
from kb.snapshot import MANIFEST, read_known, read_manifest, read_snapshot
from tests.builders import TODAY, make_entry, make_library
from tests.fakes import FakeEmbedder, RecordingEmbedder
from tests.kb.conftest import searcher_of, small_library, tariff

CHANGED = make_library(*[replace(e, title=e.title + "（新）") if e.id == "basic-card" else e for e in small_library().entries])


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    build_index(small_library(), "", folder, FakeEmbedder(), TODAY)
    return folder


@pytest.fixture
def index(built_once, tmp_path):
    """A fresh copy of an index folder with one snapshot."""
    return shutil.copytree(built_once, tmp_path / "index")


def build(index, library=None, embedder=None):
    return build_index(library or small_library(), "", index, embedder or FakeEmbedder(), TODAY)


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def edit_manifest(folder, **changes):
    manifest = {**json.loads((folder / MANIFEST).read_text("utf-8")), **changes}
    (folder / MANIFEST).write_text(json.dumps({k: v for k, v in manifest.items() if v is not ...}), "utf-8")


# --- building


def test_a_snapshot_says_what_it_was_made_of(index):
    library, manifest = small_library(), read_manifest(current_snapshot(index))
    assert {k: manifest[k] for k in ("model", "digest", "dim", "entries", "day")} == {
        "model": "fake", "digest": library.digest, "dim": 64, "entries": 5, "day": "2026-11-22",
    }  # fmt: skip


def test_a_snapshot_read_back_holds_the_library_and_its_passages(index):
    snapshot = read_snapshot(current_snapshot(index), "fake")
    assert [e.ref for e in snapshot.library.entries] == [e.ref for e in small_library().entries]
    assert len(snapshot.passages) == len(snapshot.vectors) == len(snapshot.owner) == snapshot.starts[-1]
    assert all(snapshot.passages[start].text == entry.title for start, entry in zip(snapshot.starts, snapshot.library.entries, strict=False))


def test_an_unchanged_rebuild_embeds_nothing_and_keeps_the_snapshot(index):
    before, embedder = current_snapshot(index), RecordingEmbedder()
    assert build(index, embedder=embedder).embedded == 0
    assert embedder.batches == []
    assert current_snapshot(index) == before


def test_one_changed_entry_embeds_its_new_passages_only(index):
    embedder = RecordingEmbedder()
    built = build(index, CHANGED, embedder)
    assert embedder.embedded == ["补卡要带什么证件（新）"]
    assert built.embedded == 1


def files_of(index):
    return read_manifest(current_snapshot(index))["files"]


def test_a_snapshot_made_out_of_an_earlier_one_is_to_the_byte_the_one_made_from_nothing(index, tmp_path):
    build(index, CHANGED)
    build(tmp_path / "anew", CHANGED)
    assert files_of(index) == files_of(tmp_path / "anew")
    assert read_known(current_snapshot(index)).tokens.by_text


@pytest.mark.parametrize("damage", [flip, lambda path: path.unlink(), lambda path: path.write_bytes(b"")], ids=["a byte", "lost", "empty"])
@pytest.mark.parametrize("name", ["tokens.npy", "pinyin.json", "lexical/vocabulary.json"])
def test_nothing_is_taken_over_from_a_damaged_snapshot(index, tmp_path, name, damage):
    damage(current_snapshot(index) / name)
    build(index, CHANGED)
    build(tmp_path / "anew", CHANGED)
    assert files_of(index) == files_of(tmp_path / "anew")


def test_a_number_that_changed_is_embedded_wherever_it_is_said(index):
    dearer = make_library(*[tariff(59, facts={"fee": "69 元/月", "data": "19 GB/月"}) if e.id == "tariff-59" else e for e in small_library().entries])
    embedder = RecordingEmbedder()
    build(index, dearer, embedder)
    assert sum("69元" in text for text in embedder.embedded) >= 3
    assert all("69元" in text for text in embedder.embedded)


def test_another_model_embeds_everything_anew(index):
    other = RecordingEmbedder(name="other")
    assert build(index, embedder=other).embedded == len(set(other.embedded)) > 400
    assert read_manifest(current_snapshot(index))["model"] == "other"


@pytest.mark.parametrize("library", [None, CHANGED])
def test_a_model_of_the_same_name_and_another_length_does_not_get_the_old_vectors(index, library):
    built = build(index, library, RecordingEmbedder(dim=32))
    assert read_snapshot(built.folder, "fake").vectors.dim == 32


def test_a_library_without_entries_is_refused_and_the_old_snapshot_stays(index):
    before = current_snapshot(index)
    with pytest.raises(ContentError) as caught:
        build(index, make_library())
    assert caught.value.code == "content-empty"
    assert current_snapshot(index) == before


def test_a_failure_while_embedding_leaves_the_old_snapshot_and_keeps_what_was_embedded(index):
    before, library = current_snapshot(index), make_library(*[make_entry(id=f"e-{i}", title=f"第 {i} 个标题") for i in range(200)])
    failing = RecordingEmbedder(fails_at=2)
    with pytest.raises(RuntimeError):
        build(index, library, failing)
    assert current_snapshot(index) == before
    assert found(before)[0][0] == "basic-card"
    again = RecordingEmbedder()
    build(index, library, again)
    assert not set(failing.batches[0]) & set(again.embedded)
    assert current_snapshot(index) != before


def test_a_full_disk_leaves_the_old_snapshot_and_is_said_clearly(index):
    before, limits = current_snapshot(index), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, limits[1]))
    try:
        with pytest.raises(SnapshotError) as caught:
            build(index, CHANGED)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.code == "disk"
    assert str(index) in str(caught.value)
    assert current_snapshot(index) == before
    assert found(before)[0][0] == "basic-card"
    assert build(index, CHANGED).folder == current_snapshot(index) != before


@pytest.mark.parametrize("step", ["write_snapshot", "_point_at"])
def test_an_interruption_at_any_step_leaves_the_old_snapshot(index, monkeypatch, step):
    before = current_snapshot(index)

    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            build(index, CHANGED)
    assert current_snapshot(index) == before
    assert found(before)[0][0] == "basic-card"
    build(index, CHANGED)
    assert current_snapshot(index) != before
    assert not list(index.glob(".building-*"))


def test_progress_ends_with_all_done(tmp_path):
    seen = []
    build_index(small_library(), "", tmp_path, FakeEmbedder(), TODAY, lambda done, total: seen.append((done, total)))
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 0
    assert sorted(seen) == seen


def test_old_snapshots_are_pruned_and_the_current_one_stays(index):
    for number in range(5):
        build(index, make_library(make_entry(title=f"标题 {number}")))
    snapshots = [p for p in index.iterdir() if (p / MANIFEST).is_file()]
    assert len(snapshots) == 3
    assert current_snapshot(index) in snapshots


def test_an_older_content_can_be_made_current_again(index):
    first = current_snapshot(index)
    build(index, CHANGED)
    assert build(index).folder == current_snapshot(index) == first


def test_a_build_waits_its_turn_and_then_says_that_another_is_running(index, monkeypatch):
    monkeypatch.setattr(module, "FileLock", lambda path, timeout: FileLock(path, timeout=0.05))
    held, done = threading.Event(), threading.Event()

    def hold():
        with FileLock(index / ".lock"):
            held.set()
            done.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    try:
        with pytest.raises(SnapshotError) as caught:
            build(index, CHANGED)
    finally:
        done.set()
        other.join()
    assert caught.value.code == "index-busy"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_clear_error(index):
    before = current_snapshot(index)
    index.chmod(0o500)
    try:
        with pytest.raises(SnapshotError) as caught:
            build(index, CHANGED)
    finally:
        index.chmod(0o700)
    assert caught.value.code == "disk"
    assert current_snapshot(index) == before


def test_an_index_path_that_is_a_file_is_a_clear_error(tmp_path):
    (tmp_path / "index").write_text("taken", "utf-8")
    with pytest.raises(SnapshotError) as caught:
        build(tmp_path / "index")
    assert caught.value.code == "disk"


def test_a_cache_that_is_no_database_is_made_anew(index, tmp_path):
    (index / "vectors.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 100)
    built = build(index, CHANGED)
    assert built.embedded > 400
    assert found(built.folder) == found(build(tmp_path / "fresh", CHANGED).folder)


def test_a_truncated_vector_in_the_cache_is_embedded_anew(index, tmp_path):
    with sqlite3.connect(index / "vectors.sqlite") as db:
        db.execute("UPDATE vector SET value = substr(value, 1, 12)")
    db.close()
    built = build(index, CHANGED)
    assert found(built.folder) == found(build(tmp_path / "fresh", CHANGED).folder)


# --- reading


def found(folder):
    """What a query finds in a snapshot, with its scores."""
    hits = Searcher(read_snapshot(folder, "fake"), FakeEmbedder()).search("补卡要带什么证件", Context(TODAY)).hits
    return [(hit.entry.id, hit.score) for hit in hits]


def test_the_built_snapshot_answers(index):
    assert found(current_snapshot(index))[0][0] == "basic-card"


def test_without_an_index_the_error_says_what_to_run(tmp_path):
    with pytest.raises(SnapshotError) as caught:
        current_snapshot(tmp_path)
    assert "hallwise index" in str(caught.value)


@pytest.mark.parametrize("name", ["", "gone", "../index", "/tmp"])
def test_a_current_that_names_no_snapshot_is_refused(index, name):
    (index / "CURRENT").write_text(name, "utf-8")
    with pytest.raises(SnapshotError) as caught:
        current_snapshot(index)
    assert caught.value.code == "index-damaged"


def test_a_changed_byte_in_any_file_is_refused_by_name(index):
    folder = current_snapshot(index)
    names = read_manifest(folder)["files"]
    assert {"entries.json", "passages.json", "vectors.faiss", "lexical/data.npy", "background.npy", "synonyms.tsv"} <= set(names)
    for name in names:
        if not (folder / name).stat().st_size:
            continue
        before = (folder / name).read_bytes()
        flip(folder / name)
        with pytest.raises(SnapshotError) as caught:
            read_snapshot(folder)
        assert caught.value.code == "index-damaged"
        assert name in str(caught.value)
        (folder / name).write_bytes(before)


@pytest.mark.parametrize("name", ["vectors.faiss", "entries.json", "lexical/vocabulary.json", MANIFEST])
@pytest.mark.parametrize("left", [0, 0.5, None])
def test_a_truncated_or_lost_file_is_refused(index, name, left):
    path = current_snapshot(index) / name
    if left is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: int(left * path.stat().st_size)])
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(path.parent if "/" not in name else path.parent.parent)
    assert caught.value.code == "index-damaged"
    assert "hallwise index" in str(caught.value)


@pytest.mark.parametrize(("what", "got"), [("model", "other"), ("model", None), ("format", 1), ("format", "2")])
def test_a_foreign_snapshot_is_refused_saying_what_differs(index, what, got):
    folder = current_snapshot(index)
    edit_manifest(folder, **{what: got})
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(folder, "fake")
    assert caught.value.code == "index-foreign"
    assert all(word in caught.value.text("en") for word in (what, str(got), "hallwise index"))


@pytest.mark.parametrize("lost", ["files", "model", "digest", "passages", "probes", "format"])
@pytest.mark.parametrize("value", [..., None, 7.5, [], {}])
def test_a_manifest_that_lost_a_field_is_refused(index, lost, value):
    folder = current_snapshot(index)
    edit_manifest(folder, **{lost: value})
    with pytest.raises(SnapshotError):
        read_snapshot(folder, "fake")


def test_vectors_of_another_length_than_the_models_are_refused(index):
    snapshot = read_snapshot(current_snapshot(index), "fake")
    with pytest.raises(SnapshotError) as caught:
        Searcher(snapshot, RecordingEmbedder(dim=32))
    assert caught.value.code == "index-foreign"
    assert all(number in str(caught.value) for number in ("32", "64"))


@pytest.mark.parametrize("name", ["vectors.faiss", "entries.json", MANIFEST])
def test_building_again_mends_a_damaged_snapshot(index, name):
    folder = current_snapshot(index)
    flip(folder / name)
    with pytest.raises(AppError):
        read_snapshot(folder)
    build(index)
    assert found(current_snapshot(index))[0][0] == "basic-card"


def test_the_same_content_gives_the_same_snapshot_in_another_folder(index, tmp_path):
    other = build(tmp_path / "other")
    mine = read_manifest(current_snapshot(index))
    assert (other.folder.name, read_manifest(other.folder)["files"]) == (current_snapshot(index).name, mine["files"])


def test_background_vectors_are_kept_apart_from_the_passages(index):
    snapshot = read_snapshot(current_snapshot(index), "fake")
    assert snapshot.background.shape[1] == 64
    np.testing.assert_allclose(np.linalg.norm(snapshot.background, axis=1), 1.0, atol=1e-5)
    assert len(snapshot.vectors) == len(snapshot.passages)


def test_entries_without_chinese_can_be_indexed_and_found(tmp_path):
    searcher = searcher_of(make_library(make_entry(title="SIM card"), make_entry(id="esim", title="eSIM")), tmp_path)
    assert searcher.search("sim card", Context(TODAY)).hits[0].entry.title == "SIM card"
