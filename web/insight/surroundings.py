"""What the insight pages share: now, the library, pages of a list, and figures that are kept for a while."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from flask import current_app, request
from sqlalchemy import Engine

from kb.db import reading
from kb.entry import Context, Entry
from kb.library import Library
from kb.voice.gaps import Gap, gaps
from quiz.reports.items import ItemReports
from web import params
from web.catalogue import catalogue
from web.clock import now, today
from web.wiring import services

DAYS = (7, 30, 90)
PER_PAGE = 100
_KEPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the lines."""

    lines: Sequence[Any]
    page: int
    pages: int
    total: int


@dataclass(slots=True)
class Kept:
    """What was worked out of one database."""

    items: ItemReports = field(default_factory=ItemReports)
    gaps: dict[tuple[object, ...], tuple[float, list[Gap]]] = field(default_factory=dict)


_kept: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()
_lock = threading.Lock()


def kept() -> Kept:
    """The figures of the database in use."""
    with _lock:
        return _kept.setdefault(services().engine, Kept())


def library() -> Library:
    """What clerks have now, without what is withdrawn. Raises SnapshotError while there is no index."""
    return catalogue().shown


def everywhere() -> Context:
    """Today, anywhere."""
    return Context(today())


def last_version(entry_id: str) -> Entry | None:
    """The last version of an entry, None for an unknown one."""
    versions = catalogue().library.versions(entry_id)
    return versions[-1] if versions else None


def titles() -> dict[str, str]:
    """The title of every entry's last version."""
    return {entry.id: entry.title for entry in catalogue().library.entries}


def can_write() -> bool:
    """Whether entries can be written here."""
    return services().publisher is not None and "authoring.editor" in current_app.view_functions


def days() -> int:
    """How many days the page looks back. Raises QueryError."""
    found = params.number(request.args, "days", 30, 1, DAYS[-1])
    return min(DAYS, key=lambda choice: abs(choice - found))


def paged(lines: Sequence[Any], per_page: int = PER_PAGE) -> Page:
    """The page of the address, the last one where there are fewer. Raises QueryError."""
    pages = max(1, -(-len(lines) // per_page))
    page = min(params.number(request.args, "page", 1, 1, 100_000), pages)
    return Page(lines[(page - 1) * per_page : page * per_page], page, pages, len(lines))


def current_gaps(back: int) -> list[Gap]:
    """The gaps of the last days; worked out anew after five minutes, a new snapshot or a withdrawal."""
    searcher, without = services().search.get(), services().withdrawn.ids()
    key, store, clock = (back, id(searcher.snapshot), without, today()), kept(), services().clock()
    found = store.gaps.get(key)
    if found is None or clock - found[0] > _KEPT_SECONDS:
        with reading(services().engine) as db:
            found = clock, gaps(db, searcher, now(), back, without)
        store.gaps = {k: v for k, v in store.gaps.items() if k[1:] == key[1:]} | {key: found}
    return found[1]
