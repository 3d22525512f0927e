"""What people searched and did not find, put together by meaning: the entries that are missing. Use cases: they only read.

A search is lost when nothing fitted (empty), or when what fitted was neither opened nor copied by anybody and the same employee asked again at
once (abandoned): a hit can be read without opening it, so that silence alone says nothing. What the search finds by now is no gap any more.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.authoring.similar import phrasings
from kb.calendar import SHANGHAI
from kb.entry import Context
from kb.library import Library
from kb.numerals import normalise
from kb.search import LONGEST_QUERY, Searcher
from kb.tables import ActionRow, SearchRow
from kb.voice.grouping import grouped, likeness, middle
from kb.voice.privacy import HIDDEN, hide_numbers
from kb.voice.searchlog import asked_key, settled

AT_ONCE = timedelta(minutes=3)
MOST_PHRASINGS = 400
MOST_ROWS = 50_000
FEWEST_ABANDONED, FEWEST_PEOPLE = 3, 2
NEAR = 0.4
_SHOWN = 20
_TRIED = 5


@dataclass(frozen=True, slots=True)
class Lost:
    """One search that did not help; the query without numbers that name people."""

    query: str
    empty: bool
    who: str
    hall: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Nearest:
    """The entry that comes closest, and how sure the search is that it answers, 0 to 1."""

    entry_id: str
    title: str
    sureness: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A group of lost searches that mean the same; `phrasings` with how often each was typed, the most frequent first.

    `people` and `halls` are known ones; guests count once for each search. `key` stays as long as the group has the same middle.
    """

    key: str
    phrasing: str
    phrasings: tuple[tuple[str, int], ...]
    searches: int
    empty: int
    people: int
    halls: int
    last: datetime
    nearest: Nearest | None

    @property
    def abandoned(self) -> int:
        """How many of the searches found something that did not help."""
        return self.searches - self.empty

    @property
    def belongs(self) -> bool:
        """Whether the phrasings may belong to an entry that is there already."""
        return self.nearest is not None and self.nearest.sureness >= NEAR


def lost_searches(session: Session, since: datetime, until: datetime) -> list[Lost]:
    """Every search of a time that did not help, the newest first; at most 50,000."""
    helped = select(asked_key()).join(ActionRow, ActionRow.search_id == SearchRow.id).where(ActionRow.at > since)
    last = settled(since, until)
    query = select(last.c.query, last.c.confident, last.c.employee, last.c.hall, last.c.at, last.c.next_at, last.c.id)
    query = query.where(~last.c.confident | (last.c.next_at.is_not(None) & last.c.asked.not_in(helped)))
    rows = session.execute(query.order_by(last.c.at.desc(), last.c.id).limit(MOST_ROWS))
    return [
        Lost(_tidy(text), not confident, employee or key, hall, at)
        for text, confident, employee, hall, at, again, key in rows
        if (not confident or again - at <= AT_ONCE) and text.strip() and len(text) <= LONGEST_QUERY
    ]


def _tidy(query: str) -> str:
    return " ".join(hide_numbers(query).split())


def gaps(session: Session, searcher: Searcher, now: datetime, days: int = 30, without: frozenset[str] = frozenset()) -> list[Gap]:
    """The gaps of the last days, the widest first: by people who found nothing, then by searches.

    Of more than 400 different phrasings those searched most are looked at. `without` are the entries withdrawn at the moment.
    """
    lost = lost_searches(session, now - timedelta(days=days), now)
    by_text: dict[str, list[Lost]] = {}
    for one in lost:
        by_text.setdefault(one.query, []).append(one)
    frequent = sorted(by_text, key=lambda text: (-len(by_text[text]), text))[:MOST_PHRASINGS]
    place = Context(now.astimezone(SHANGHAI).date())
    open_ones = _still_open({text: by_text[text] for text in frequent}, searcher, place, without)
    return sorted(_grouped(open_ones, searcher, place, without), key=lambda g: (-g.empty, -g.people, -g.searches, g.phrasing))


def _still_open(texts: Mapping[str, list[Lost]], searcher: Searcher, place: Context, without: frozenset[str]) -> dict[str, list[Lost]]:
    """Without what is found by now: for an empty search anything that fits, for an abandoned one an entry that asks it in these words."""
    asked = _asked(searcher.snapshot.library, place)
    found: dict[str, list[Lost]] = {}
    for text, lost in texts.items():
        if _plain(text) in asked:
            continue
        fits = searcher.search(text, place, 1, without=without).confident if any(one.empty for one in lost) else True
        left = [one for one in lost if not (one.empty and fits)]
        if left:
            found[text] = left
    return found


def _asked(library: Library, place: Context) -> frozenset[str]:
    return frozenset(_plain(text) for entry in library.current(place) for text in phrasings(entry))


def _plain(text: str) -> str:
    return "".join(c for c in normalise(text).casefold() if c.isalnum())


def _grouped(texts: Mapping[str, list[Lost]], searcher: Searcher, place: Context, without: frozenset[str]) -> Iterable[Gap]:
    names = list(texts)
    if not names:
        return
    alike = likeness(names, searcher.meanings(names), _centre(searcher))
    counts = [len(texts[name]) for name in names]
    for group in grouped(alike):
        lost = [one for i in group for one in texts[names[i]]]
        people = {one.who for one in lost}
        if any(one.empty for one in lost) or (len(lost) >= FEWEST_ABANDONED and len(people) >= FEWEST_PEOPLE):
            phrasing = names[middle(group, alike, counts)]
            said = sorted(((names[i], counts[i]) for i in group), key=lambda pair: (-pair[1], pair[0]))
            yield _gap(phrasing, said, lost, people, _nearest([text for text, _ in said], searcher, place, without))


def _centre(searcher: Searcher) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    background = searcher.snapshot.background
    return np.asarray(background.mean(axis=0) if len(background) else np.zeros(background.shape[1:] or (1,)), np.float32)


def _gap(phrasing: str, said: Sequence[tuple[str, int]], lost: Sequence[Lost], people: set[str], nearest: Nearest | None) -> Gap:
    return Gap(
        key=hashlib.blake2b(phrasing.encode(), digest_size=8).hexdigest(),
        phrasing=phrasing,
        phrasings=tuple(said[:_SHOWN]),
        searches=len(lost),
        empty=sum(one.empty for one in lost),
        people=len(people),
        halls=len({one.hall for one in lost if one.hall}),
        last=max(one.at for one in lost),
        nearest=nearest,
    )


def _nearest(texts: Sequence[str], searcher: Searcher, place: Context, without: frozenset[str]) -> Nearest | None:
    """The entry that is the best hit of most of the first phrasings, with the mean sureness of those."""
    sureness: dict[str, list[float]] = {}
    for text in texts[:_TRIED]:
        read = searcher.read(text.replace(HIDDEN, ""))
        scored = searcher.score(read, place, without=without) if read.words else None
        if scored is not None and len(scored.entries):
            entry = searcher.snapshot.library.entries[int(scored.entries[0])]
            sureness.setdefault(entry.id, []).append(scored.confidence)
    if not sureness:
        return None
    most = Counter({entry_id: len(found) + max(found) for entry_id, found in sureness.items()}).most_common(1)[0][0]
    entry = searcher.snapshot.library.versions(most)[-1]
    return Nearest(most, entry.title, sum(sureness[most]) / len(sureness[most]))
