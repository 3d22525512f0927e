"""What customers asked, as staff searched it up to the end of a period: what the topics weigh, and how the pages say so."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from kb.calendar import SHANGHAI
from kb.errors import SnapshotError
from kb.voice.demand import asked_by_topic
from quiz.reports.participation import last_day
from quiz.reports.sums import kept
from quiz.reports.topics import TopicBoard
from quiz.statistics.change import PAPERS_COUNT_AS
from quiz.statistics.period import Period
from web.catalogue import catalogue
from web.clock import now
from web.figures import percent
from web.i18n import gettext
from web.times import shown_date
from web.wiring import services

DAYS = 90
_MOST_NAMED = 3
_NOTABLE = 0.01  # of what customers ask


def demand(db: Session, period: Period) -> Mapping[str, int]:
    """How often each topic was asked about in the last ninety days of the period; nothing while there is no index."""
    try:
        library = catalogue().shown
    except SnapshotError:
        return {}
    first, last = _days(period)
    since, until = _begins(first), min(now(), _begins(last + timedelta(days=1)))
    state = id(services().search.get().snapshot), services().withdrawn.ids()
    return kept(db, ("demand", first, last), state, lambda: asked_by_topic(db, library, since, until))


def _days(period: Period) -> tuple[date, date]:
    last = last_day(period.last, now())
    return last - timedelta(days=DAYS - 1), last


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def weights_said(found: TopicBoard) -> str:
    """Where the weights come from."""
    if not found.searches:
        return gettext("这段时间没有人搜索，权重按考题的占比。")
    first, last = _days(found.period)
    values = {"first": shown_date(first), "last": shown_date(last), "n": found.searches, "prior": PAPERS_COUNT_AS}
    return gettext("权重是客户问得多不多：%(first)s至%(last)s员工替客户搜了 %(n)s 次，按各类的占比算；考题的占比当作另外 %(prior)s 次。", **values)


def untested_said(found: TopicBoard) -> str:
    """The topics that customers ask about and nobody was asked; "" where there are none to speak of."""
    notable = [(topic, weight) for topic, weight in found.untested if weight >= _NOTABLE][:_MOST_NAMED]
    if not notable:
        return ""
    names = gettext("、").join(f"{topic} {percent(weight)}" for topic, weight in notable)
    return gettext("客户在问、这段时间却没有考到：%(names)s。", names=names)
