"""How entries are used and what staff think of them. Use cases: they only read."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.entry import Context, Entry
from kb.library import Library
from kb.tables import ActionRow, FeedbackRow
from kb.voice.privacy import hide_numbers
from kb.voice.searchlog import settled


@dataclass(frozen=True, slots=True)
class EntryUse:
    """An entry in a time: how often it was the first hit of a search that fitted, opened and copied; thumbs, and the reasons of those down."""

    entry_id: str
    found: int = 0
    opened: int = 0
    copied: int = 0
    up: int = 0
    down: int = 0
    reasons: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    last: datetime | None = None

    @property
    def used(self) -> int:
        """How often it was of any use."""
        return self.found + self.opened + self.copied


@dataclass(frozen=True, slots=True)
class Remark:
    """A thumb down, or up with words; whose it is does not matter and is not said."""

    at: datetime
    entry_id: str
    version: int
    useful: bool
    reason: str
    comment: str
    hall: str


def usage(session: Session, since: datetime, until: datetime) -> dict[str, EntryUse]:
    """Every entry that was found, opened, copied or judged within a time, by id."""
    found = _found(session, since, until)
    actions = _actions(session, since, until)
    up, reasons = _judged(session, since, until)
    ids = {*found, *actions, *up, *reasons}
    return {entry_id: _use(entry_id, found, actions, up, reasons) for entry_id in ids}


Found = dict[str, tuple[int, datetime]]


def _use(entry_id: str, found: Found, actions: dict[str, Found], up: Counter[str], reasons: dict[str, Counter[str]]) -> EntryUse:
    own, first = actions.get(entry_id, {}), found.get(entry_id)
    moments = [at for _, at in (*own.values(), *([first] if first else []))]
    down = reasons.get(entry_id, Counter())
    return EntryUse(
        entry_id,
        first[0] if first else 0,
        own["open"][0] if "open" in own else 0,
        own["copy"][0] if "copy" in own else 0,
        up[entry_id],
        down.total(),
        MappingProxyType(dict(down.most_common())),
        max(moments, default=None),
    )


def _found(session: Session, since: datetime, until: datetime) -> Found:
    last = settled(since, until)
    query = select(last.c.best, func.count(), func.max(last.c.at)).where(last.c.confident, last.c.best.is_not(None)).group_by(last.c.best)
    found: Found = {}
    for best, n, at in session.execute(query):
        entry_id = best.rpartition("@")[0]
        before = found.get(entry_id, (0, at))
        found[entry_id] = (before[0] + n, max(before[1], at))
    return found


def _actions(session: Session, since: datetime, until: datetime) -> dict[str, Found]:
    row = ActionRow
    query = select(row.entry_id, row.action, func.count(), func.max(row.at)).where(row.at > since, row.at <= until).group_by(row.entry_id, row.action)
    found: dict[str, Found] = defaultdict(dict)
    for entry_id, action, n, at in session.execute(query):
        found[entry_id][action] = (n, at)
    return found


def _judged(session: Session, since: datetime, until: datetime) -> tuple[Counter[str], dict[str, Counter[str]]]:
    row = FeedbackRow
    query = select(row.entry_id, row.useful, row.reason, func.count()).where(row.at > since, row.at <= until)
    up, reasons = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for entry_id, useful, reason, n in session.execute(query.group_by(row.entry_id, row.useful, row.reason)):
        if useful:
            up[entry_id] += n
        else:
            reasons[entry_id][reason or "other"] += n
    return up, reasons


def remarks(session: Session, since: datetime, until: datetime, entry_id: str = "", limit: int = 200) -> list[Remark]:
    """The thumbs down, and up with a comment, the newest first; of one entry where one is named."""
    row = FeedbackRow
    query = select(row).where(row.at > since, row.at <= until, ~row.useful | (row.comment != ""))
    query = query.where(row.entry_id == entry_id) if entry_id else query
    rows = session.scalars(query.order_by(row.at.desc(), row.id.desc()).limit(limit))
    return [Remark(r.at, r.entry_id, r.version, r.useful, r.reason, hide_numbers(r.comment), r.hall) for r in rows]


def in_use(library: Library, context: Context, used: Mapping[str, EntryUse]) -> list[tuple[Entry, EntryUse]]:
    """Every entry in force with its use, the most used first; those that nobody used have zeros."""
    entries = {entry.id: entry for entry in library.current(context)}
    lines = [(entry, used.get(entry_id, EntryUse(entry_id))) for entry_id, entry in entries.items()]
    return sorted(lines, key=lambda line: (-line[1].used, -line[1].copied, line[0].id))
