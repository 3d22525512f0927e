import logging
import threading
import time

import pytest

from kb.entry import Context
from kb.errors import SnapshotError
from kb.index import build_index
from kb.live import LiveSearch
from tests.builders import TODAY, make_entry, make_library
from tests.fakes import FakeEmbedder, RecordingEmbedder

HERE = Context(TODAY)


class Clock:
    """A clock that goes on only when told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def index(tmp_path):
    publish(tmp_path / "index", "旧标题")
    return tmp_path / "index"


@pytest.fixture
def live(index, clock):
    return LiveSearch(index, "fake", FakeEmbedder(), clock)


def publish(index, title, embedder=None):
    return build_index(make_library(make_entry(title=title)), "", index, embedder or FakeEmbedder(), TODAY).folder


def damage(folder):
    path = folder / "entries.json"
    path.write_bytes(path.read_bytes()[:-2])


def title(live):
    return live.get().search("标题", HERE).hits[0].entry.title


def test_a_new_snapshot_is_taken_at_the_next_look(live, index, clock):
    assert title(live) == "旧标题"
    publish(index, "新标题")
    assert title(live) == "旧标题"
    clock.now += 1
    assert title(live) == "新标题"


def test_the_searcher_stays_the_same_while_nothing_changes(live, index, clock):
    first = live.get()
    clock.now += 10
    assert live.get() is first
    publish(index, "旧标题")
    clock.now += 10
    assert live.get() is first


def test_a_broken_snapshot_is_refused_once_in_the_log_and_the_old_one_serves(live, index, clock, caplog):
    assert title(live) == "旧标题"
    damage(publish(index, "新标题"))
    for _ in range(3):
        clock.now += 1
        assert title(live) == "旧标题"
    assert [r.levelno for r in caplog.records if r.name == "kb.live" and r.levelno >= logging.WARNING] == [logging.ERROR]


def test_a_snapshot_of_another_model_is_refused_and_the_old_one_serves(live, index, clock):
    assert title(live) == "旧标题"
    publish(index, "新标题", RecordingEmbedder(name="other"))
    clock.now += 1
    assert title(live) == "旧标题"


def test_a_snapshot_of_another_dimension_is_refused_and_the_old_one_serves(live, index, clock, tmp_path):
    assert title(live) == "旧标题"
    folder = publish(tmp_path / "other", "新标题", RecordingEmbedder(dim=32))
    folder.rename(index / folder.name)
    (index / "CURRENT").write_text(folder.name, "utf-8")
    clock.now += 1
    assert title(live) == "旧标题"


def test_after_a_broken_snapshot_the_next_good_one_is_taken(live, index, clock):
    live.get()
    damage(publish(index, "坏标题"))
    clock.now += 1
    live.get()
    publish(index, "新标题")
    clock.now += 1
    assert title(live) == "新标题"


def test_a_broken_snapshot_that_was_built_again_is_taken(live, index, clock):
    live.get()
    damage(publish(index, "新标题"))
    clock.now += 1
    assert title(live) == "旧标题"
    publish(index, "新标题")
    clock.now += 1
    assert title(live) == "新标题"


def test_an_index_folder_that_vanished_leaves_the_old_snapshot_serving(live, index, clock):
    live.get()
    (index / "CURRENT").unlink()
    clock.now += 1
    assert title(live) == "旧标题"


def test_without_an_index_it_says_so_and_recovers_when_there_is_one(tmp_path, clock):
    live = LiveSearch(tmp_path / "index", "fake", FakeEmbedder(), clock)
    with pytest.raises(SnapshotError) as caught:
        live.get()
    assert caught.value.code == "index-missing"
    publish(tmp_path / "index", "标题")
    assert title(live) == "标题"


@pytest.fixture
def asking(index):
    """Four threads that search without a pause: what they saw, and what failed."""
    live = LiveSearch(index, "fake", FakeEmbedder(), clock=lambda: time.monotonic() * 100)  # looks every 5 ms
    stop, failures, seen = threading.Event(), [], set()

    def ask():
        while not stop.is_set():
            try:
                seen.add(title(live))
            except Exception as error:  # noqa: BLE001 (whatever fails is what is looked for)
                failures.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    yield seen, failures
    stop.set()
    for thread in threads:
        thread.join()


def test_no_request_fails_while_snapshots_are_swapped_under_threads(index, asking):
    seen, failures = asking
    for number in range(6):
        folder = publish(index, f"标题 {number}")
        if number == 3:
            damage(folder)
    deadline = time.monotonic() + 20
    while "标题 5" not in seen and not failures and time.monotonic() < deadline:
        time.sleep(0.01)
    assert failures == []
    assert "标题 5" in seen
