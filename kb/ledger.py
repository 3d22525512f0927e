"""The ledger of published versions: what customers were told, and when. Use cases: they take a Session and never commit."""

import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.codec import from_json, to_json
from kb.entry import Entry, EntryRef, Status
from kb.errors import ContentError
from kb.tables import PublishedVersionRow

_FEW = 100  # entries that are asked for by name; more are read with the whole ledger
# what may be mended without a new version: who answers for the text and when it was looked at, not the text
_FREE = ("owner", "reviewed_on", "review_due", "path", "status", "effective_to")


@dataclass(frozen=True, slots=True)
class Published:
    """One version in the ledger."""

    ref: EntryRef
    title: str
    digest: str
    published_at: datetime


def wording(entry: Entry) -> dict[str, object]:
    """What a customer may have been told: the entry without its administrative fields."""
    return {name: value for name, value in to_json(entry).items() if name not in _FREE}


def digest(entry: Entry) -> str:
    """A fingerprint of the wording."""
    return hashlib.sha256(json.dumps(wording(entry), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def history(session: Session, entry_id: str) -> list[Published]:
    """Every published version of an entry, oldest first."""
    rows = session.scalars(select(PublishedVersionRow).where(PublishedVersionRow.entry_id == entry_id).order_by(PublishedVersionRow.version))
    return [Published(EntryRef(r.entry_id, r.version), r.title, r.digest, r.published_at) for r in rows]


def published_entry(session: Session, ref: EntryRef) -> Entry | None:
    """An entry as it was published in that version."""
    query = select(PublishedVersionRow).where(PublishedVersionRow.entry_id == ref.entry_id, PublishedVersionRow.version == ref.version)
    row = session.scalar(query)
    return from_json(row.content) if row else None


def append_new(session: Session, entries: Iterable[Entry], now: datetime) -> list[EntryRef]:
    """Add the published entries whose version the ledger does not have yet; returns what was added.

    Raises ContentError when the wording of a version differs from what was published under it (with the difference), or when a new version is lower
    than one that was published before.
    """
    entries, known = list(entries), dict[str, dict[int, PublishedVersionRow]]()
    query = select(PublishedVersionRow)
    if len(entries) <= _FEW:
        query = query.where(PublishedVersionRow.entry_id.in_({entry.id for entry in entries}))
    for row in session.scalars(query):
        known.setdefault(row.entry_id, {})[row.version] = row
    added = []
    for entry in entries:
        versions = known.get(entry.id, {})
        if entry.version in versions:
            _refuse_changed(entry, versions[entry.version])
        elif entry.status is Status.PUBLISHED:
            _refuse_older(entry, versions)
            session.add(_row(entry, now))
            added.append(entry.ref)
    session.flush()
    return added


def _row(entry: Entry, now: datetime) -> PublishedVersionRow:
    content = to_json(entry)
    return PublishedVersionRow(entry_id=entry.id, version=entry.version, digest=digest(entry), title=entry.title, content=content, published_at=now)


def _refuse_changed(entry: Entry, row: PublishedVersionRow) -> None:
    if row.digest != digest(entry):
        raise ContentError(
            "version-unchanged", id=entry.id, version=entry.version, next=entry.version + 1, diff=difference(from_json(row.content), entry)
        )


def _refuse_older(entry: Entry, versions: dict[int, PublishedVersionRow]) -> None:
    last = max(versions, default=0)
    if entry.version < last:
        raise ContentError("version-backwards", id=entry.id, version=entry.version, last=last)


def difference(before: Entry, after: Entry) -> str:
    """The change of wording as a unified diff, field by field."""
    return "\n".join(difflib.unified_diff(_lines(before), _lines(after), "published", "now", lineterm="", n=1))


def _lines(entry: Entry) -> list[str]:
    rows: list[str] = []
    for name, value in wording(entry).items():
        if name == "body":
            rows += str(value).splitlines()
        elif isinstance(value, list):
            rows += [f"{name}: {json.dumps(item, ensure_ascii=False)}" for item in value]
        else:
            rows.append(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    return rows
