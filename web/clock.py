"""What time it is for a request: the moment, and the day in the halls."""

from datetime import date, datetime

from kb.calendar import day_of
from web.wiring import services


def now() -> datetime:
    """The moment of this request."""
    return services().now()


def today() -> date:
    """Today in Shanghai."""
    return day_of(now())
