"""Moments as people in the halls read them: Shanghai's clock, Chinese dates."""

from datetime import date, datetime

from kb.calendar import SHANGHAI
from kb.facts import chinese_date
from web.i18n import page_language


def shown_date(day: date) -> str:
    """`2026年11月22日`, or `22 November 2026` on English pages."""
    return chinese_date(day) if page_language() == "zh" else f"{day.day} {day:%B %Y}"


def shown_moment(moment: datetime) -> str:
    """An aware moment as `2026年11月22日 10:05`, in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    return f"{shown_date(local.date())} {local:%H:%M}"


def short_month(month: str) -> str:
    """`2026-11` without its year: `11月`, or `Nov`."""
    first = date.fromisoformat(f"{month}-01")
    return f"{first.month}月" if page_language() == "zh" else f"{first:%b}"


def shown_month(month: str) -> str:
    """`2026-11` as `2026年11月`, or `November 2026`."""
    first = date.fromisoformat(f"{month}-01")
    return f"{first.year}年{first.month}月" if page_language() == "zh" else f"{first:%B %Y}"
