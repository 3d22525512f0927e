"""A search as the edge makes it: asked, answered, and logged without ever losing the answer to the log."""

import logging
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from kb.entry import Context, EntryRef, Kind
from kb.hit import Answer
from kb.querylog import record_action, record_search
from web.access import asker
from web.wiring import services

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Logged:
    """An answer and the id it has in the log; "" where it could not be logged."""

    answer: Answer
    search_id: str


def search(text: str, context: Context, k: int, kind: Kind | None, typing: str = "") -> Logged:
    """The full search, logged. Raises QueryError for a query that is too long; an empty one is not logged."""
    answer = services().search.get().search(text, context, k, kind, services().withdrawn.ids())
    return Logged(answer, log_search(answer, kind, typing) if text.strip() else "")


def log_search(answer: Answer, kind: Kind | None, typing: str) -> str:
    """Log a search; a customer is waiting, so a database that refuses costs the log a row and not the clerk the answer."""
    try:
        with services().sessions.begin() as session:
            return record_search(session, answer, asker(), services().now(), kind=kind.value if kind else "", typing=typing)
    except SQLAlchemyError:
        _log.exception("a search could not be logged")
        return ""


def log_open(search_id: str, ref: EntryRef) -> None:
    """Log that a hit was opened; see `log_search` for failures."""
    try:
        with services().sessions.begin() as session:
            record_action(session, search_id, "open", ref, asker(), services().now())
    except SQLAlchemyError:
        _log.exception("an action could not be logged")
