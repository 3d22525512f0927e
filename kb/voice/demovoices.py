"""What the demo's branch says and is told: thumbs on entries, and announcements that some halls have read. Use cases: they never commit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from kb.authoring.announcements import LONGEST_TITLE, acknowledge, announce
from kb.calendar import day_of
from kb.entry import Context, Entry, Kind
from kb.hit import validity_dates
from kb.library import Library
from kb.querylog import Asker, record_feedback
from kb.voice.demosearches import in_hours

_THUMBS = (
    (True, "helpful", "示例：照着说客户一听就懂"),
    (True, "helpful", ""),
    (True, "helpful", ""),
    (False, "unclear", "示例：步骤太长，高峰期来不及看"),
    (False, "not_what_asked", "示例：客户问的是怎么退，这里只讲怎么办"),
    (True, "helpful", ""),
    (False, "outdated", "示例：客户说网上已经改了，请确认是否还有效"),
    (True, "helpful", "示例：必说内容很全"),
    (False, "unclear", "示例：两档的区别最好列个表"),
    (True, "helpful", ""),
    (False, "wrong_number", "示例：和厅里海报上的数字对不上，请核对"),
    (True, "helpful", ""),
    (False, "other", "示例：希望加一段方言说法"),
    (True, "helpful", ""),
)
_JUDGED = 6  # entries
_READY = (0.0, 0.95, 1.0, 0.7, 0.85, 0.4, 1.0)  # what share of a hall reads at once, hall after hall


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that the halls are told of: the tariff that began last, or the one to begin next."""

    entry: Entry
    title: str
    text: str


def newsworthy(library: Library, day: date) -> tuple[Told, ...]:
    """What an announcement can be about: the tariff in force that began last, then the one that begins next, where there are any."""
    current = [e for e in library.current(Context(day)) if e.kind is Kind.TARIFF and e.effective_from and not e.supersedes]
    future = [e for e in library.entries if e.kind is Kind.TARIFF and e.effective_from and e.effective_from > day]
    last = max(current, key=lambda e: (e.effective_from or date.min, e.id), default=None)
    coming = min(future, key=lambda e: (e.effective_from or date.max, e.id), default=None)
    return tuple(
        Told(entry, f"示例：{what}“{entry.title}”"[:LONGEST_TITLE], f"（示例公告）{entry.title}，{validity_dates(entry)}。{ask}")
        for entry, what, ask in (
            (last, "请熟悉", "请各厅晨会读一遍口径和必说内容，当天起按新口径解释。"),
            (coming, "即将执行", "执行之前仍按现行口径解释，客户问起时说明开始日期，不提前承诺。"),
        )
        if entry is not None
    )


def seed_announcement(
    session: Session, told: Told, audience: Collection[int], readers: Sequence[Asker], by: str, at: datetime, now: datetime
) -> None:
    """Tell an audience (unit ids, empty for everybody); of the `readers` some halls have read it by now, some in part, some not at all."""
    rng, told_ = Random(told.title), announce(session, told.entry.ref, told.title, told.text, audience, by, at)  # noqa: S311 (a simulation)
    halls = list(dict.fromkeys(reader.hall for reader in readers))
    ready = {hall: _READY[n % len(_READY)] for n, hall in enumerate(halls)}
    for reader in readers:
        if rng.random() < ready[reader.hall]:
            acknowledge(session, told_.id, reader.employee, reader.hall, at + (now - at) * min(1.0, rng.expovariate(6)))


def seed_feedback(session: Session, library: Library, askers: Sequence[Asker], now: datetime, seed: int = 1) -> int:
    """Some thumbs on a few entries within the last weeks; returns how many there are."""
    rng = Random(seed)  # noqa: S311 (a simulation, not a secret)
    entries = sorted((e for e in library.current(Context(day_of(now))) if e.asks), key=lambda e: e.id)
    judged = rng.sample(entries, min(_JUDGED, len(entries)))
    if not judged:
        return 0
    for n, (useful, reason, comment) in enumerate(_THUMBS):
        at = in_hours(now - timedelta(days=28 - 2 * n) + timedelta(minutes=rng.randrange(60)), rng)
        record_feedback(session, judged[n % len(judged)].ref, rng.choice(askers), at, useful=useful, reason=reason, comment=comment)
    return len(_THUMBS)
