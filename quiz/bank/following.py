"""The question bank follows what was published. Use cases: they take a Session and never commit."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from kb import Library, day_of
from quiz.bank.sync import Synced, sync_content
from quiz.generating.generate import generate
from quiz.questions.file import load_bank

_UNREADABLE = frozenset({"unreadable", "too-large", "encoding"})


def follow_content(session: Session, content: Path, library: Library, now: datetime) -> Synced:
    """Bring the question bank of the database to the content folder and the facts, as part of publishing."""
    day = day_of(now)
    bank = load_bank(content, library, day)
    whole = not any(f.code in _UNREADABLE for f in bank.faults)
    return sync_content(session, library, [*bank.questions, *generate(library, day)], now, broken=bank.broken, complete=whole)
