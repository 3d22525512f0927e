"""The exam's bench starts a server of its own; nothing of it may stay behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PATIENCE = 120  # seconds, on a machine that does other things as well


def served_from(folder: Path) -> list[int]:
    """The processes whose database lies below a folder."""
    wanted, found = f"HALLWISE_DATABASE_URL=sqlite:///{folder}/".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue  # it has ended, or is somebody else's
    return found


def awaited(condition) -> bool:
    until = time.monotonic() + PATIENCE
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return bool(met)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_a_bench_that_is_ended_takes_its_server_and_its_folder_along(tmp_path):
    command = [sys.executable, "-m", "kb.scripts", "bench", "exam", "--people", "3", "--hasty", "0", "--kills", "0"]
    bench = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(tmp_path)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert awaited(lambda: served_from(tmp_path))
        bench.terminate()
        assert bench.wait(PATIENCE) == 128 + signal.SIGTERM
        assert served_from(tmp_path) == []
        assert list(tmp_path.iterdir()) == []
    finally:
        bench.kill()
        bench.wait()
        for process in served_from(tmp_path):
            os.kill(process, signal.SIGKILL)
