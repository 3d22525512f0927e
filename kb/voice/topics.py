"""Customer voice 客户声音: what customers ask, as staff search it, by topic and week. Use cases: they only read."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from kb.library import Library
from kb.voice.privacy import hide_numbers
from kb.voice.rises import Count, Rise, rises
from kb.voice.searchlog import settled

WEEKS = 9
WEEK = timedelta(days=7)
NO_TOPIC = ""
_MOST_QUERIES = 5


@dataclass(frozen=True, slots=True)
class TopicVoice:
    """One topic: searches of each week, the oldest first, who asked in the last one, and what exactly; topic "" is what no entry answers."""

    topic: str
    weeks: tuple[int, ...]
    people: int
    halls: int
    rise: Rise
    queries: tuple[tuple[str, int], ...] = ()

    @property
    def now(self) -> int:
        """The searches of the last seven days."""
        return self.weeks[-1]


@dataclass(frozen=True, slots=True)
class Voice:
    """The weeks are spans of seven days up to `until`; the topics that rise come first, then by how much they are asked."""

    until: datetime
    weeks: int
    topics: tuple[TopicVoice, ...]

    @property
    def searches(self) -> int:
        """All searches of the last seven days."""
        return sum(topic.now for topic in self.topics)

    @property
    def rising(self) -> tuple[TopicVoice, ...]:
        """The topics that are asked more than chance explains."""
        return tuple(topic for topic in self.topics if topic.rise.rises)


def voice(session: Session, library: Library, now: datetime, weeks: int = WEEKS, hall: str = "") -> Voice:
    """What was searched in the last weeks by the topic of the best hit; of one hall where one is named.

    Earlier weeks before the first search are left out, so that a young log shows no rise out of nothing.
    """
    last = settled(now - weeks * WEEK, now)
    week = case(*((last.c.at > now - (n + 1) * WEEK, n) for n in range(weeks - 1)), else_=weeks - 1)
    confident = case((last.c.confident, last.c.best), else_=None)
    where = [last.c.hall == hall] if hall else []
    query = select(week, confident, last.c.employee, last.c.hall, func.count()).where(*where).group_by(week, confident, last.c.employee, last.c.hall)
    topic_of = {entry.id: entry.topic for entry in library.entries}
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    people: dict[str, set[str]] = defaultdict(set)
    halls: dict[str, set[str]] = defaultdict(set)
    for ago, best, employee, where_, n in session.execute(query):
        topic = _topic(best, topic_of)
        counts[topic][ago] += n
        if not ago:
            people[topic].add(employee or where_ or "guest")
            halls[topic] |= {where_} - {""}
    shown = _known_weeks(counts, weeks)
    found = rises([Count(c[0], len(people[t]), sum(c[n] for n in range(1, shown))) for t, c in counts.items()])
    named = _queries(session, now, [t for t, r in zip(counts, found, strict=True) if r.rises], topic_of, hall)
    topics = [
        TopicVoice(t, tuple(c[n] for n in reversed(range(shown))), len(people[t]), len(halls[t]), rise, named.get(t, ()))
        for (t, c), rise in zip(counts.items(), found, strict=True)
    ]
    return Voice(now, shown, tuple(sorted(topics, key=lambda t: (not t.rise.rises, t.topic == NO_TOPIC, -t.now, -sum(t.weeks), t.topic))))


def _topic(best: str | None, topic_of: dict[str, str]) -> str:
    return topic_of.get(best.rpartition("@")[0], NO_TOPIC) if best else NO_TOPIC


def _known_weeks(counts: dict[str, Counter[int]], weeks: int) -> int:
    return min(weeks, 1 + max((n for c in counts.values() for n in c if c[n]), default=0))


def _queries(session: Session, now: datetime, topics: list[str], topic_of: dict[str, str], hall: str) -> dict[str, tuple[tuple[str, int], ...]]:
    """What was typed most in the last week on each of the topics that rise."""
    if not topics:
        return {}
    last = settled(now - WEEK, now)
    best = case((last.c.confident, last.c.best), else_=None)
    query = select(last.c.query, best, func.count()).group_by(last.c.query, best)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text, first, n in session.execute(query.where(last.c.hall == hall) if hall else query):
        topic = _topic(first, topic_of)
        if topic in topics:
            found[topic][hide_numbers(text).strip()] += n
    return {topic: tuple(counter.most_common(_MOST_QUERIES)) for topic, counter in found.items()}
