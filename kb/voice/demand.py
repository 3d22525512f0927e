"""How much customers ask about each topic, as staff search it: what a topic weighs. Use cases: they only read."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.library import Library
from kb.tables import SearchRow
from kb.voice.searchlog import settled

MOST_READ = 10_000  # a typing leaves some three; a share of a tenth is then known to half a point


def asked_by_topic(session: Session, library: Library, since: datetime, until: datetime, most: int = MOST_READ) -> Mapping[str, int]:
    """How often each topic was asked about: searches typed to their end, by the topic of the best hit.

    What no entry answers counts for none. Of a long log only the latest lines are read.
    """
    within = SearchRow.at > since, SearchRow.at <= until
    first = session.scalar(select(SearchRow.at).where(*within).order_by(SearchRow.at.desc()).offset(most).limit(1))
    last = settled(max(since, first) if first else since, until)
    rows = session.execute(select(last.c.best, func.count()).where(last.c.confident).group_by(last.c.best))
    topic_of = {entry.id: entry.topic for entry in library.entries}
    counts: Counter[str] = Counter()
    for best, count in rows:
        counts[topic_of.get((best or "").rpartition("@")[0], "")] += count
    return {topic: count for topic, count in counts.items() if topic}
