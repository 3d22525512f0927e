"""What is withdrawn at this moment, as a running process knows it: never older than half a second."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from kb.authoring.withdrawals import Withdrawal, withdrawn
from kb.db import reading

_log = logging.getLogger(__name__)
_LOOK_EVERY = 0.5  # seconds; an entry has to be out of every worker's answers within one


class WithdrawnNow:
    """Hands out what is withdrawn; a look costs one small query, at most twice a second.

    A database that refuses is logged and leaves what was known last: an entry that was withdrawn stays so.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._known: Mapping[str, Withdrawal] = {}
        self._ids: frozenset[str] = frozenset()

    def get(self) -> Mapping[str, Withdrawal]:
        """What is withdrawn, by entry id."""
        self._follow()
        return self._known

    def ids(self) -> frozenset[str]:
        """The ids of what is withdrawn; the same object until that changes."""
        self._follow()
        return self._ids

    def forget(self) -> None:
        """Look again at the next question: this process has just changed something."""
        self._looked = float("-inf")

    def _follow(self) -> None:
        if self._clock() - self._looked < _LOOK_EVERY:
            return
        with self._lock:
            if self._clock() - self._looked < _LOOK_EVERY:
                return
            self._look()

    def _look(self) -> None:
        started = self._clock()
        try:
            with reading(self._engine) as session:
                found = withdrawn(session)
        except SQLAlchemyError:
            _log.exception("what is withdrawn could not be read; the last known stands")
            found = self._known
        if frozenset(found) != self._ids:
            self._ids = frozenset(found)
        self._known, self._looked = found, started
