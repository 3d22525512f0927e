"""What people searched, opened, copied and thought of it. Use cases: they take a Session and never commit."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.entry import EntryRef
from kb.errors import QueryError
from kb.hit import Answer
from kb.tables import ActionRow, FeedbackRow, SearchRow

ACTIONS = ("open", "copy")
REASONS = ("helpful", "wrong_number", "outdated", "not_what_asked", "unclear", "other")
_POPULAR_DAYS = 30
_LONGEST_COMMENT = 1000
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL (NUL) or UTF-8 (lone surrogates) cannot hold


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, from where; empty while not known."""

    employee: str = ""
    hall: str = ""


def record_search(session: Session, answer: Answer, asker: Asker, now: datetime, *, kind: str = "", typing: str = "") -> str:
    """Log a search and return its id; `typing` groups the searches that came of one query being typed."""
    row = SearchRow(
        id=uuid4().hex,
        at=now,
        typing=_storable(typing)[:32],
        employee=asker.employee,
        hall=asker.hall,
        query=_storable(answer.query),
        kind=kind,
        confident=answer.confident,
        hits=[str(hit.entry.ref) for hit in answer.hits],
        took_ms=answer.took_ms,
        snapshot=answer.snapshot,
    )
    session.add(row)
    session.flush()
    return row.id


def record_action(session: Session, search_id: str, action: str, ref: EntryRef, asker: Asker, now: datetime) -> None:
    """Log that a hit was opened or copied; an unknown search id is kept as none. Raises QueryError for an unknown action."""
    if action not in ACTIONS:
        raise QueryError("bad-parameter", name="action", value=action, why=" | ".join(ACTIONS))
    known = _known_search(session, search_id)
    session.add(
        ActionRow(search_id=known, at=now, action=action, entry_id=ref.entry_id, version=ref.version, employee=asker.employee, hall=asker.hall)
    )
    session.flush()


def record_feedback(
    session: Session, ref: EntryRef, asker: Asker, now: datetime, *, useful: bool, reason: str = "", comment: str = "", search_id: str = ""
) -> None:
    """Keep a thumb up or down with its reason. Raises QueryError for an unknown reason."""
    if reason and reason not in REASONS:
        raise QueryError("bad-parameter", name="reason", value=reason, why=" | ".join(REASONS))
    row = FeedbackRow(
        at=now,
        search_id=_known_search(session, search_id),
        entry_id=ref.entry_id,
        version=ref.version,
        useful=useful,
        reason=reason,
        comment=_storable(comment.strip())[:_LONGEST_COMMENT],
        employee=asker.employee,
        hall=asker.hall,
    )
    session.add(row)
    session.flush()


def _known_search(session: Session, search_id: str) -> str | None:
    return session.scalar(select(SearchRow.id).where(SearchRow.id == _storable(search_id))) if search_id else None


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)


def recent_queries(session: Session, asker: Asker, limit: int = 8) -> list[str]:
    """The last different queries of an employee that found something, newest first; none for an unknown one."""
    if not asker.employee:
        return []
    last = func.max(SearchRow.at)
    query = select(SearchRow.query).where(SearchRow.employee == asker.employee, SearchRow.confident).group_by(SearchRow.query)
    return list(session.scalars(query.order_by(last.desc()).limit(limit)))


def popular_queries(session: Session, now: datetime, limit: int = 8) -> list[tuple[str, int]]:
    """(query, count) of the most frequent confident queries of the last 30 days; of one typing only the last counts."""
    since = now - timedelta(days=_POPULAR_DAYS)
    newest = (
        select(func.max(SearchRow.at).label("at"), SearchRow.typing).where(SearchRow.at >= since, SearchRow.typing != "").group_by(SearchRow.typing)
    )
    last = newest.subquery()
    settled = (SearchRow.typing == "") | select(last.c.at).where(last.c.typing == SearchRow.typing, last.c.at == SearchRow.at).exists()
    count = func.count()
    query = select(SearchRow.query, count).where(SearchRow.at >= since, SearchRow.confident, settled).group_by(SearchRow.query)
    return [(text, number) for text, number in session.execute(query.order_by(count.desc(), SearchRow.query).limit(limit))]
