"""Searches, and what was done with their hits, as staff leave them in the log."""

from datetime import timedelta

from kb.entry import EntryRef
from kb.querylog import Asker, record_action
from kb.tables import SearchRow
from tests.builders import NOW


def search(session, query, who="AL1", hall="中泉厅", ago=timedelta(hours=1), *, confident=False, hits=(), typing="", then=""):
    """One search; `then` is what was done with the first hit. Returns its id."""
    row = SearchRow(
        id=f"{session.query(SearchRow).count():032}", at=NOW - ago, typing=typing, employee=who, hall=hall, query=query, confident=confident,
        hits=list(hits), took_ms=1.0, snapshot="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    if then:
        entry_id, _, version = hits[0].rpartition("@")
        record_action(session, row.id, then, EntryRef(entry_id, int(version)), Asker(who, hall), NOW - ago + timedelta(seconds=5))
    return row.id
