"""The demo's log of searches: what the clerks of a fictional branch typed, opened and copied. Use cases: they take a Session and never commit.

The rows are made up, not searched, so that no model is needed: queries are the entries' own asks, which find their entry, and a few questions that
nothing answers.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kb.calendar import SHANGHAI, day_of
from kb.entry import Context, Entry, EntryRef
from kb.library import Library
from kb.querylog import Asker
from kb.tables import ActionRow, SearchRow

_WEEKS, _MOST_A_WEEK, _EACH_A_WEEK = 8, 180, 3
_RISING = 22
_OPENED, _COPIED = 0.45, 0.2
UNANSWERED = (
    ("旧手机能折多少钱", "拿旧手机换新机能抵多少", "厅里回收旧手机吗", "旧手机回收多少钱"),
    ("碎屏险怎么买", "手机屏碎了保险赔吗", "屏幕摔坏能不能走碎屏险"),
    ("直连卫星怎么开", "卫星通话套餐多少钱", "手机打卫星电话怎么收费", "卫星短信一条多少钱"),
    ("手机贴膜要钱吗", "能帮客户贴个膜吗"),
)
ABANDONED = (
    ("basic-term-main-sub-card", ("副卡想单独拆出来用", "副卡能不能变主卡", "副卡转成独立号码")),
    ("tariff-bb-move", ("宽带移到外地老家用", "宽带搬到外省还能用吗", "宽带能带回老家用吗")),
)


def seed_searches(session: Session, library: Library, askers: Sequence[Asker], rising: str, now: datetime, seed: int = 1) -> int:
    """Log eight weeks of searches in the last of which one topic rises; returns how many there are."""
    log = _Log(library, askers, now, Random(seed))  # noqa: S311 (a simulation, not a secret)
    a_week = min(_MOST_A_WEEK, _EACH_A_WEEK * len(askers))
    log.answered(log.popular, a_week * _WEEKS, timedelta(weeks=_WEEKS))
    log.answered([(entry, weight) for entry, weight in log.popular if entry.topic == rising], min(_RISING, a_week), timedelta(weeks=1))
    log.unanswered()
    log.abandoned()
    for row, values in ((SearchRow, log.searches), (ActionRow, log.actions)):
        if values:
            session.execute(insert(row), values)
    return len(log.searches)


def in_hours(moment: datetime, rng: Random) -> datetime:
    """Some moment of the same day at which halls are open."""
    return moment.astimezone(SHANGHAI).replace(hour=rng.randint(9, 17)).astimezone(moment.tzinfo)


class _Log:
    """Rows as they are made up; `popular` are the entries in force that have asks, each with how much it is wanted."""

    def __init__(self, library: Library, askers: Sequence[Asker], now: datetime, rng: Random) -> None:
        self.library, self.askers, self.now, self.rng = library, askers, now, rng
        self.searches: list[dict[str, Any]] = []
        self.actions: list[dict[str, Any]] = []
        entries = {entry.id: entry for entry in library.current(Context(day_of(now))) if entry.asks}
        wanted = [entries[key] for key in sorted(entries)]
        rng.shuffle(wanted)
        self.popular = [(entry, 1 / (rank + 8)) for rank, entry in enumerate(wanted)]
        self.siblings = defaultdict[str, list[Entry]](list)
        for entry in wanted:
            self.siblings[entry.topic].append(entry)

    def answered(self, entries: Sequence[tuple[Entry, float]], count: int, span: timedelta) -> None:
        """Searches that found what was wanted: the first asks more often than the last, some hits opened or copied."""
        if not entries:
            return
        for entry in self.rng.choices([e for e, _ in entries], [weight for _, weight in entries], k=count):
            at, asker = self._moment(span), self.rng.choice(self.askers)
            query = entry.asks[min(int(self.rng.expovariate(0.6)), len(entry.asks) - 1)]
            there = self.library.pick(entry.id, day_of(at)) or entry
            found = self._search(query, asker, at, there)
            for action, share, later in (("open", _OPENED, 6), ("copy", _COPIED, 15)):
                if self.rng.random() < share:
                    self._action(found, action, there.ref, asker, at + timedelta(seconds=later))

    def unanswered(self) -> None:
        """The same few questions by different clerks in different words, none of which found anything."""
        for n, phrasings in enumerate(UNANSWERED):
            for asker in self._some(24 - 5 * n):
                self._search(self.rng.choice(phrasings), asker, self._moment(timedelta(weeks=_WEEKS)), None)

    def abandoned(self) -> None:
        """Questions that found something that did not help: nothing was opened, and the same clerk asked again in other words."""
        for entry_id, phrasings in ABANDONED:
            entry = self.library.pick(entry_id, day_of(self.now))
            for asker in self._some(5) if entry else ():
                at = self._moment(timedelta(days=14))
                for place, query in enumerate(self.rng.sample(phrasings, 2)):
                    self._search(query, asker, at + place * timedelta(seconds=70), entry)

    def _some(self, count: int) -> list[Asker]:
        return self.rng.sample(self.askers, min(count, len(self.askers)))

    def _moment(self, span: timedelta) -> datetime:
        """A moment of the span, in the hours of work where the span has any."""
        begin, end = self.now - span, self.now - timedelta(minutes=5)
        at = begin + (end - begin) * (1 - self.rng.random())
        working = in_hours(at, self.rng)
        near = (working + timedelta(days=days) for days in (0, -1, 1))
        return next((moment for moment in near if begin < moment <= end), at)

    def _search(self, query: str, asker: Asker, at: datetime, best: Entry | None) -> str:
        """One row; without a `best` nothing fitted, and the hits are only near."""
        near = self.siblings[best.topic] if best else [entry for entry, _ in self.popular]
        others = [entry.ref for entry in self.rng.sample(near, min(3, len(near))) if best is None or entry.id != best.id]
        key = f"{self.rng.getrandbits(128):032x}"
        self.searches.append(
            {
                "id": key, "at": at, "typing": "", "employee": asker.employee, "hall": asker.hall, "query": query, "kind": "", "snapshot": "",
                "confident": best is not None, "hits": [str(ref) for ref in ([best.ref] if best else []) + others],
                "took_ms": round(self.rng.uniform(5, 25), 1),
            }
        )  # fmt: skip
        return key

    def _action(self, search_id: str, action: str, ref: EntryRef, asker: Asker, at: datetime) -> None:
        self.actions.append(
            {
                "search_id": search_id, "at": at, "action": action, "entry_id": ref.entry_id, "version": ref.version,
                "employee": asker.employee, "hall": asker.hall,
            }
        )  # fmt: skip
