"""What the pages of planning share: the moment, the library, months, and whole answers."""

from datetime import datetime

from flask import Response, make_response, redirect, url_for

from kb.calendar import SHANGHAI
from quiz.statistics.period import month_at, ordinal
from web.clock import today


def this_month() -> str:
    """The month in Shanghai, `2026-11`."""
    return f"{today():%Y-%m}"


def month_after(month: str) -> str:
    """The month that follows."""
    return month_at(ordinal(month) + 1)


def local(moment: datetime | None) -> str:
    """A moment as a field of a form holds it, Shanghai's clock: `2026-11-22T10:05`, "" for none."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if moment else ""


def moment_of(text: str) -> datetime | None:
    """The moment of such a field; None where it holds none."""
    try:
        return datetime.fromisoformat(text.strip().replace(" ", "T")).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def to_exam(exam_id: int) -> Response:
    """Back to the page of an exam."""
    return make_response(redirect(url_for("planner.exam", exam_id=exam_id), 303))


def to_forms(exam_id: int, anchor: str | None = None) -> Response:
    """To the forms of an exam."""
    return make_response(redirect(url_for("planner.forms", exam_id=exam_id, _anchor=anchor), 303))
