"""Announcements: a changed wording told to the halls, and who has read it. Use cases: they take a Session and never commit."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.authoring.entryform import storable
from kb.entry import EntryRef
from kb.errors import NotFoundError, QueryError
from kb.tables import AnnouncementReadRow, AnnouncementRow

LONGEST_TITLE, LONGEST_TEXT = 120, 2000


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement; `audience` are unit ids, empty for everybody; `closed_at` is None while it is shown."""

    id: int
    ref: EntryRef
    title: str
    text: str
    audience: tuple[int, ...]
    by: str
    at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HallRate:
    """How many of a hall's staff have read an announcement, and who has not."""

    hall: str
    read: int
    staff: int
    missing: tuple[str, ...]

    @property
    def rate(self) -> float:
        """The share that has read it, 0..1; 1 for a hall without staff."""
        return self.read / self.staff if self.staff else 1.0


def _value(row: AnnouncementRow) -> Announcement:
    return Announcement(row.id, EntryRef(row.entry_id, row.version), row.title, row.text, tuple(row.audience), row.by, row.at, row.closed_at)


def announce(session: Session, ref: EntryRef, title: str, text: str, audience: Collection[int], by: str, now: datetime) -> Announcement:
    """Tell the units of an audience, everybody where it is empty. Raises QueryError without a title and a text of a fitting length."""
    said_title, said = storable(title).strip(), storable(text).strip()
    if not (0 < len(said_title) <= LONGEST_TITLE and 0 < len(said) <= LONGEST_TEXT):
        raise QueryError("announcement-text", title=LONGEST_TITLE, text=LONGEST_TEXT)
    row = AnnouncementRow(
        entry_id=ref.entry_id, version=ref.version, title=said_title, text=said, audience=sorted(set(audience)), by=by, at=now
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _value(row)


def announcement(session: Session, announcement_id: int) -> Announcement:
    """One announcement. Raises NotFoundError."""
    return _value(_row(session, announcement_id))


def _row(session: Session, announcement_id: int) -> AnnouncementRow:
    row = session.get(AnnouncementRow, announcement_id)
    if row is None:
        raise NotFoundError("announcement-missing")
    return row


def announcements(session: Session, limit: int = 100) -> list[Announcement]:
    """The last announcements, the newest first, closed ones too."""
    return [_value(row) for row in session.scalars(select(AnnouncementRow).order_by(AnnouncementRow.id.desc()).limit(limit))]


def unread(session: Session, employee: str, units: Callable[[], Collection[int]]) -> list[Announcement]:
    """What an employee has still to read, the newest first.

    `units` gives the ids of their unit and of those above it; it is asked only where something was told to some units.
    """
    read = select(AnnouncementReadRow.announcement_id).where(AnnouncementReadRow.employee == employee)
    query = select(AnnouncementRow).where(AnnouncementRow.closed_at.is_(None), AnnouncementRow.id.not_in(read))
    found = [_value(row) for row in session.scalars(query.order_by(AnnouncementRow.id.desc()))]
    own = set(units()) if any(a.audience for a in found) else set()
    return [a for a in found if not a.audience or set(a.audience) & own]


def acknowledge(session: Session, announcement_id: int, employee: str, hall: str, now: datetime) -> None:
    """Note that somebody has read an announcement; the first time counts. Raises NotFoundError."""
    _row(session, announcement_id)
    if session.get(AnnouncementReadRow, (announcement_id, employee)) is None:
        session.add(AnnouncementReadRow(announcement_id=announcement_id, employee=employee, hall=hall, at=now))
        session.flush()


def close(session: Session, announcement_id: int, now: datetime) -> Announcement:
    """Stop showing an announcement; who read it stays known. Raises NotFoundError."""
    row = _row(session, announcement_id)
    row.closed_at = row.closed_at or now
    session.flush()
    return _value(row)


def read_rates(session: Session, announcement_id: int, staff: Mapping[str, Collection[str]]) -> list[HallRate]:
    """How many of each hall have read an announcement, the laggards first; `staff` are employee numbers by hall, as they are now."""
    _row(session, announcement_id)
    readers = set(session.scalars(select(AnnouncementReadRow.employee).where(AnnouncementReadRow.announcement_id == announcement_id)))
    rates = [HallRate(hall, len(readers & set(own)), len(set(own)), tuple(sorted(set(own) - readers))) for hall, own in staff.items()]
    return sorted(rates, key=lambda r: (r.rate, r.hall))
