"""Which round a question is practised in: today's five, or the notebook, of one topic or whole."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from kb.errors import SnapshotError
from kb.library import Library
from quiz.practice import mistakes
from quiz.practice.today import Five, daily_five
from web import access, params
from web.catalogue import catalogue
from web.wiring import services

MISTAKES = "mistakes"


@dataclass(frozen=True, slots=True)
class Round:
    """A round, as addresses carry it."""

    notebook: bool = False
    topic: str = ""

    @property
    def query(self) -> dict[str, Any]:
        """The parameters of an address that keep the round."""
        return {**({"round": MISTAKES} if self.notebook else {}), **({"topic": self.topic} if self.topic else {})}

    @property
    def home(self) -> str:
        """The page that the round began on."""
        return url_for("practice.mistakes", topic=self.topic or None) if self.notebook else url_for("practice.today")


def current_round() -> Round:
    """The round that the address names."""
    notebook = request.args.get("round", "") == MISTAKES
    return Round(notebook, params.text(request.args, "topic") if notebook else "")


def library() -> Library | None:
    """The library of the snapshot in use, None while there is none."""
    try:
        return catalogue().library
    except SnapshotError:
        return None


def five_of(db: Session) -> Five:
    """Today's five of whoever is signed in."""
    return daily_five(db, access.me().id, services().now(), library())


def next_of(db: Session, round_: Round) -> str:
    """The question that comes next in a round, "" after the last."""
    if round_.notebook:
        return mistakes.following(db, access.me().id, services().now(), topic=round_.topic, library=library())
    item = five_of(db).following
    return item.question_id if item else ""
