"""Where the branch stands and what to do next: the first page of a manager. Use cases: they only read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from quiz.people.roles import Unit
from quiz.reports.lines import HallLine
from quiz.reports.questions import ItemLine, entries
from quiz.reports.sums import month_accuracies
from quiz.reports.topics import TARGET, TopicBoard, TopicLine, topics
from quiz.reports.units import Board, board
from quiz.statistics.clustered import Sums
from quiz.statistics.compare import Accuracy
from quiz.statistics.period import Period, months_before

TREND_MONTHS = 12
_MOST_TODO = 3
_FEWEST_TO_TRAIN = 6  # people asked on a topic; fewer are below the target by chance too easily


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A month of what somebody sees, beside the whole branch where that is more."""

    month: str
    accuracy: Accuracy
    sums: Sums
    branch: float | None


class Do(StrEnum):
    """What may be done next."""

    VISIT = "visit"  # halls below what chance explains
    TRAIN = "train"  # the topic with the greatest expected gain
    CALL_IN = "call-in"  # people who have not sat
    EXPLAIN = "explain"  # the entry least known, below the target


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do, with what it is about."""

    what: Do
    halls: tuple[HallLine, ...] = ()
    topic: TopicLine | None = None
    entry: ItemLine | None = None
    people: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page: the comparison, the months, the topics, and at most three things to do."""

    board: Board
    trend: tuple[TrendPoint, ...]
    topics: TopicBoard
    todo: tuple[Todo, ...]


def overview(
    session: Session, period: Period, units: Mapping[int, Unit], seen: Collection[int], now: datetime, asked: Mapping[str, int] | None = None
) -> Overview:
    """Where the units that somebody sees stand in a period; `asked` is how often customers asked about each topic."""
    found = board(session, period, units, seen, now)
    known = topics(session, period, seen, units, asked)
    least = next((line for line in entries(session, period) if not line.few and line.share < TARGET), None)
    return Overview(found, trend(session, period, units, seen), known, _todo(found, known, least))


def _todo(found: Board, known: TopicBoard, least: ItemLine | None) -> tuple[Todo, ...]:
    weak = tuple(sorted((line for line in found.halls if line.outside == "low"), key=lambda line: line.shrunk or 0.0))
    away = sorted((line for line in found.halls if line.absent), key=lambda line: (-(line.absent or 0), line.unit.code))
    below = next((line for line in known.next if line.sums.people >= _FEWEST_TO_TRAIN and line.accuracy.high < known.target), None)
    todo = [
        Todo(Do.VISIT, halls=weak[:3], people=len(weak)) if weak else None,
        Todo(Do.TRAIN, topic=below) if below else None,
        Todo(Do.CALL_IN, halls=tuple(away[:3]), people=sum(line.absent or 0 for line in away)) if away else None,
        Todo(Do.EXPLAIN, entry=least) if least else None,
    ]
    return tuple(item for item in todo if item)[:_MOST_TODO]


def trend(session: Session, period: Period, units: Mapping[int, Unit], seen: Collection[int], count: int = TREND_MONTHS) -> tuple[TrendPoint, ...]:
    """The months that end with the period's last one, those without an answer left out; as many as the period has where it has more."""
    months = months_before(period.last, max(count, len(period.months)))
    everywhere = month_accuracies(session, period.source, months)
    if set(seen) >= set(units):
        return tuple(TrendPoint(month, accuracy, sums, None) for month, (accuracy, sums) in everywhere.items())
    own = month_accuracies(session, period.source, months, seen)
    return tuple(TrendPoint(month, accuracy, sums, everywhere[month][0].estimate) for month, (accuracy, sums) in own.items() if month in everywhere)
