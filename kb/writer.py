"""Writing transactions that share a commit: SQLite has one writer, which waits for the disk at every commit, so those who wait for it go together."""

from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from kb.db import Sessions
from kb.errors import StorageError

T = TypeVar("T")
Work = Callable[[Session], Any]


class _Job:
    """What one caller wants written, and what came of it."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.settled = False
        self.value: Any = None
        self.error: Exception | None = None
        self.woken = Event()

    def settle(self, value: Any = None, error: Exception | None = None) -> None:
        self.value, self.error, self.settled = value, error, True


class Writer:
    """Does the writing of one process for callers in any thread.

    On SQLite the first caller writes at once; who comes meanwhile waits, and then one of them writes for all who wait, in one transaction (group
    commit). PostgreSQL has many writers and shares commits by itself, so there every caller has a transaction of their own.
    """

    def __init__(self, sessions: Sessions, *, shared: bool) -> None:
        self._sessions, self._shared = sessions, shared
        self._guard = Lock()
        self._waiting: list[_Job] = []
        self._led = False

    def write(self, work: Callable[[Session], T]) -> T:
        """What `work` returns, once it is committed. What it raises is raised here, and nothing of it is kept.

        `work` may be done in another caller's thread, and again in a new transaction: it is to read and write its session and nothing else.
        """
        if not self._shared:
            return self._alone(work)
        job = _Job(work)
        with self._guard:
            self._waiting.append(job)
            follows, self._led = self._led, True
        if follows:
            job.woken.wait()
        if not job.settled:
            self._lead()
        if job.error is not None:
            raise job.error
        return cast("T", job.value)

    def _lead(self) -> None:
        """Write for all who wait, and hand over to one who came meanwhile."""
        with self._guard:
            jobs, self._waiting = self._waiting, []
        try:
            self._together(jobs)
        finally:
            with self._guard:
                follower = self._waiting[0] if self._waiting else None
                self._led = follower is not None
            for job in jobs:
                if not job.settled:  # the process is being stopped in the middle: nobody may take silence for success
                    job.settle(error=StorageError("database", reason="interrupted"))
                job.woken.set()
            if follower:
                follower.woken.set()

    def _together(self, jobs: Sequence[_Job]) -> None:
        """All in one transaction; where one fails, each in a transaction of its own, so that nobody suffers from another's failure."""
        try:
            with self._sessions.begin() as session:
                values = [job.work(session) for job in jobs]
        except Exception as error:  # noqa: BLE001  # whatever it is, it is raised to the caller whose work it comes from
            if len(jobs) == 1:
                jobs[0].settle(error=error)
                return
            for job in jobs:
                self._together([job])
        else:
            for job, value in zip(jobs, values, strict=True):
                job.settle(value)

    def _alone(self, work: Callable[[Session], T]) -> T:
        with self._sessions.begin() as session:
            return work(session)
