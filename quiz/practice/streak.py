"""How regularly somebody practises. Use cases: they take a Session and never commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import day_of
from quiz.practice.schedule import day_begins
from quiz.tables import ReviewRow


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with practice up to today, or up to yesterday while today has none; and the week since Monday. Days are days in Shanghai."""

    days: int = 0
    today: bool = False
    week_days: int = 0
    week_answers: int = 0
    week_right: int = 0


def days_in_a_row(newest_first: Iterable[date], today: date) -> int:
    """The days in a row that end today or yesterday; a day may come several times."""
    expected, count = today, 0
    for day in newest_first:
        if day == expected + timedelta(days=1):
            continue
        if not count and day == today - timedelta(days=1):
            expected = day
        if day != expected:
            break
        count, expected = count + 1, day - timedelta(days=1)
    return count


def streak(session: Session, employee_id: int, now: datetime) -> Streak:
    """How regularly somebody practised up to now; reads back only as far as the days follow on each other."""
    today = day_of(now)
    monday = day_begins(now) - timedelta(days=today.weekday())
    mine = select(ReviewRow.at, ReviewRow.credit).where(ReviewRow.employee_id == employee_id, ReviewRow.at <= now)
    week = session.execute(mine.where(ReviewRow.at >= monday)).all()
    with session.scalars(mine.order_by(ReviewRow.at.desc()).execution_options(yield_per=200)) as moments:
        days = days_in_a_row(map(day_of, moments), today)
    days_of_week = {day_of(row.at) for row in week}
    return Streak(days, today in days_of_week, len(days_of_week), len(week), sum(row.credit >= 1 for row in week))
