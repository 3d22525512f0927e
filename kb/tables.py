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
