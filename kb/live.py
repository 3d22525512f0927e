"""The searcher of a running server: follows the index folder, swaps in a new snapshot without a failed request, keeps the last good one."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kb.embed import Embedder
from kb.errors import AppError
from kb.index import current_snapshot
from kb.search import Searcher
from kb.snapshot import read_snapshot

_log = logging.getLogger(__name__)
_LOOK_EVERY = 0.5  # seconds between looks at the index folder


class LiveSearch:
    """Hands out the Searcher of the current snapshot.

    A look costs one read of a small file, at most twice a second. A new snapshot is loaded by one thread while the others go on with the old one; one
    that cannot be loaded is logged once and never takes the place of a good one.
    """

    def __init__(self, index: Path, model: str, embedder: Embedder, clock: Callable[[], float] = time.monotonic) -> None:
        self._index, self._model, self._embedder, self._clock = index, model, embedder, clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._seen: tuple[str, int] = ("", 0)
        self._searcher: Searcher | None = None
        self._folder = Path()

    def get(self) -> Searcher:
        """The searcher to use now. Raises SnapshotError while there has never been a good snapshot."""
        if self._searcher is None:
            with self._lock:
                if self._searcher is None:
                    stamp = self._stamp()
                    self._take(current_snapshot(self._index))
                    self._seen = stamp
        elif self._clock() - self._looked >= _LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._follow()
            finally:
                self._lock.release()
        assert self._searcher is not None
        return self._searcher

    def _follow(self) -> None:
        self._looked = self._clock()
        stamp = self._stamp()
        if stamp == self._seen:
            return
        try:
            folder = current_snapshot(self._index)
            if folder != self._folder:
                self._take(folder)
        except AppError as error:
            _log.error("keeping the old snapshot: %s", error.text("en"))
        self._seen = stamp

    def _stamp(self) -> tuple[str, int]:
        """What CURRENT says and when it was written: a snapshot that was refused and built again has the same name, but a new stamp."""
        path = self._index / "CURRENT"
        try:
            return path.read_text(encoding="utf-8"), path.stat().st_mtime_ns
        except (OSError, ValueError):
            return "?", 0

    def _take(self, folder: Path) -> None:
        snapshot = read_snapshot(folder, self._model)
        self._searcher, self._folder = Searcher(snapshot, self._embedder), folder
        self._looked = self._clock()
        _log.info("serving snapshot %s", folder.name)
