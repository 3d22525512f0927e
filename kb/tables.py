"""The knowledge base's tables. Times are UTC, without a zone in the column."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime


class PublishedVersionRow(Base):
    """One version of an entry as it was published; rows are only ever added."""

    __tablename__ = "published_version"
    __table_args__ = (UniqueConstraint("entry_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SearchRow(Base):
    """One search that somebody made."""

    __tablename__ = "search"
    __table_args__ = (Index("ix_search_at", "at"), Index("ix_search_employee_at", "employee", "at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    typing: Mapped[str] = mapped_column(String(32), default="")
    employee: Mapped[str] = mapped_column(String(40), default="")
    hall: Mapped[str] = mapped_column(String(80), default="")
    query: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16), default="")
    confident: Mapped[bool]
    hits: Mapped[list[str]] = mapped_column(JSON)
    took_ms: Mapped[float] = mapped_column(Float)
    snapshot: Mapped[str] = mapped_column(String(64), default="")


class ActionRow(Base):
    """What somebody did with a hit: `open` or `copy`."""

    __tablename__ = "search_action"
    __table_args__ = (Index("ix_search_action_entry", "entry_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[str | None] = mapped_column(ForeignKey("search.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    employee: Mapped[str] = mapped_column(String(40), default="")
    hall: Mapped[str] = mapped_column(String(80), default="")


class FeedbackRow(Base):
    """A thumb up or down on an entry, with a reason."""

    __tablename__ = "feedback"
    __table_args__ = (Index("ix_feedback_entry", "entry_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    search_id: Mapped[str | None] = mapped_column(ForeignKey("search.id"))
    entry_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    useful: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(40), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    employee: Mapped[str] = mapped_column(String(40), default="")
    hall: Mapped[str] = mapped_column(String(80), default="")


class DraftRow(Base):
    """An entry being written or changed in the browser; one open draft for each entry."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_entry", "entry_id"), Index("ix_draft_state", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(200))
    base_version: Mapped[int]  # the version it changes, 0 for a new entry
    base_digest: Mapped[str] = mapped_column(String(64), default="")  # of the file it was taken from
    text: Mapped[str] = mapped_column(Text)  # front matter and Markdown, as the file would stand
    state: Mapped[str] = mapped_column(String(16))  # editing, review, approved, published, dropped
    reason: Mapped[str] = mapped_column(Text, default="")  # why the change is made
    author: Mapped[str] = mapped_column(String(40))
    editor: Mapped[str] = mapped_column(String(40), default="")  # who saved last
    reviewer: Mapped[str] = mapped_column(String(40), default="")
    revision: Mapped[int] = mapped_column(default=1)  # grows with each save, so that nobody overwrites another's text unseen
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DraftEventRow(Base):
    """What happened to a draft: saved texts, remarks, decisions; rows are only ever added."""

    __tablename__ = "draft_event"
    __table_args__ = (Index("ix_draft_event_draft", "draft_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(20))  # saved, sent, approved, returned, published, dropped
    revision: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")  # what stood there, for texts that were replaced
    remark: Mapped[str] = mapped_column(Text, default="")


class WithdrawalRow(Base):
    """An entry taken out of every answer at once, until it is lifted."""

    __tablename__ = "withdrawal"
    __table_args__ = (Index("ix_withdrawal_entry", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by: Mapped[str] = mapped_column(String(40), default="")


class AnnouncementRow(Base):
    """A changed wording told to the halls."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    audience: Mapped[list[int]] = mapped_column(JSON)  # unit ids; empty = everybody
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AnnouncementReadRow(Base):
    """Somebody has read an announcement."""

    __tablename__ = "announcement_read"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"), primary_key=True)
    employee: Mapped[str] = mapped_column(String(40), primary_key=True)
    hall: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
