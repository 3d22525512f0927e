"""Days as the halls count them. PURE."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime) -> date:
    """The day in Shanghai of an aware moment."""
    return moment.astimezone(SHANGHAI).date()
