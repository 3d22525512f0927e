"""Topics in a period: how well they are known, by which halls, and which to train next. Use cases: they only read the tallies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from quiz.reports.sums import all_topics, cell_sums, kept, topic_sums
from quiz.statistics.change import asked_shares, expected_gain
from quiz.statistics.clustered import Sums, accuracy_of, chances_of, one_month_inflation, pooled
from quiz.statistics.compare import Accuracy, Dispersion, discoveries, shrink
from quiz.statistics.intervals import Interval
from quiz.statistics.period import Period

TARGET = 0.9  # the standard of the cross-inspections
FEWEST_IN_CELL = 3  # people; one or two say nothing of a hall
_MIDDLE = 0.5  # differences are moved here while they are shrunk, so that no interval is cut at 0


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic as somebody's halls know it.

    `branch` is everybody's accuracy, None where the halls are everybody; `outside` is "low" or "high" where chance does not explain the difference.
    `searches` is how often customers asked about it, `weight` its share of what they ask (see `asked_shares`); `gain` what bringing the topic to the
    target would add to the share of customers' questions that are answered rightly.
    """

    topic: str
    sums: Sums
    accuracy: Accuracy
    shrunk: float
    shrunk_interval: Interval
    branch: float | None
    outside: str
    searches: int
    weight: float
    gap: float
    gain: float


@dataclass(frozen=True, slots=True)
class TopicBoard:
    """Every topic answered in a period.

    `searches` are those that the weights are made of, 0 where they are shares of the papers alone; `untested` are topics that customers ask about and
    nobody was asked in the period, with their weights, the weightiest first.
    """

    period: Period
    target: float
    lines: tuple[TopicLine, ...]
    searches: int
    untested: tuple[tuple[str, float], ...]

    @property
    def next(self) -> tuple[TopicLine, ...]:
        """The topics below the target, the greatest expected gain first."""
        return tuple(sorted((line for line in self.lines if line.gain > 0), key=lambda line: (-line.gain, line.topic)))


@dataclass(frozen=True, slots=True)
class Cell:
    """A topic in a hall: its own accuracy, and how far it lies from the topic's mean after shrinking; `outside` where chance is no explanation.

    `few`: so few people were asked that nothing is said.
    """

    people: int
    answers: float
    share: float
    difference: float
    outside: str
    few: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Halls × topics, in the order given; no cell where nobody was asked."""

    halls: tuple[int, ...]
    topics: tuple[str, ...]
    means: Mapping[str, float]
    cells: Mapping[tuple[int, str], Cell]


def topics(session: Session, period: Period, seen: Collection[int], everybody: Collection[int], asked: Mapping[str, int] | None = None) -> TopicBoard:
    """Every topic that these units answered; `asked` is how often customers asked about each, without it shares of the papers are the weights."""
    whole = set(seen) >= set(everybody)
    branch = topic_sums(session, period)
    own = branch if whole else topic_sums(session, period, seen)
    spreads, searches = _spreads(session, period, branch), asked or {}
    weight = asked_shares(searches, _of_papers(own))
    known = {topic: accuracy_of(sums, spreads[topic]) for topic, sums in own.items() if topic in spreads}
    found = {topic: accuracy for topic, accuracy in known.items() if accuracy}
    toward = {} if whole else {topic: sums.share for topic, sums in branch.items()}
    estimates = _shrunk(found, toward)
    outside = _outside(own, branch, spreads, list(found)) if toward else {}
    lines = (
        _line(topic, own[topic], accuracy, estimates[topic], searches.get(topic, 0), weight[topic], toward.get(topic), outside.get(topic, ""))
        for topic, accuracy in found.items()
    )
    untested = sorted(((topic, weight[topic]) for topic in searches if topic not in found), key=lambda each: (-each[1], each[0]))
    return TopicBoard(period, TARGET, tuple(lines), sum(searches.values()), tuple(untested))


def _spreads(session: Session, period: Period, branch: Mapping[str, Sums]) -> Mapping[str, Dispersion]:
    """How much people differ in each topic; over several months larger, since a person's months go together."""
    every = Sums() if period.single else all_topics(session, period)
    each, monthly = (every.answers / every.sittings if every.sittings else 0.0), pooled([every])
    found = {topic: (pooled([sums]), one_month_inflation(sums, len(period.months), each, monthly)) for topic, sums in branch.items()}
    return {topic: Dispersion(own.phi * inflation, own.df) for topic, (own, inflation) in found.items()}


def _of_papers(own: Mapping[str, Sums]) -> Mapping[str, float]:
    answers = sum(sums.answers for sums in own.values())
    return {topic: sums.answers / answers for topic, sums in own.items()} if answers else {}


def _shrunk(found: Mapping[str, Accuracy], toward: Mapping[str, float]) -> Mapping[str, tuple[float, Interval]]:
    """Each topic's estimate: towards what the branch knows of the topic, or, for the branch itself, towards the mean of the topics."""
    if not found:
        return {}
    bases = [toward[topic] - _MIDDLE if toward else 0.0 for topic in found]
    got = shrink([a.estimate - base for a, base in zip(found.values(), bases, strict=True)], [_variance(a) for a in found.values()])
    each = zip(found, got.estimates, got.intervals, bases, strict=True)
    return {topic: (_share(e + base), (_share(low + base), _share(high + base))) for topic, e, (low, high), base in each}


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _variance(accuracy: Accuracy) -> float:
    mean = min(0.98, max(0.02, accuracy.estimate))
    return mean * (1 - mean) * accuracy.design_effect / accuracy.answers


def _outside(own: Mapping[str, Sums], branch: Mapping[str, Sums], spreads: Mapping[str, Dispersion], names: Sequence[str]) -> Mapping[str, str]:
    """Topic → "low" or "high" of those in which the units stand apart; one in twenty of those named at most is so by chance."""
    judged = [topic for topic in names if own[topic].people >= FEWEST_IN_CELL]
    shares, targets = [own[topic].share for topic in judged], [branch[topic].share for topic in judged]
    ps = chances_of(shares, targets, [spreads[topic] for topic in judged], [own[topic].effective for topic in judged])
    found = zip(judged, discoveries(ps), strict=True)
    return {topic: "low" if own[topic].share < branch[topic].share else "high" for topic, holds in found if holds}


def _line(
    topic: str, sums: Sums, accuracy: Accuracy, shrunk: tuple[float, Interval], searches: int, weight: float, branch: float | None, outside: str
) -> TopicLine:
    gap = max(0.0, TARGET - shrunk[0])
    return TopicLine(topic, sums, accuracy, *shrunk, branch, outside, searches, weight, gap, expected_gain(weight, gap, 1))


def matrix(session: Session, period: Period, halls: Sequence[int]) -> Matrix:
    """How each of these halls knows each topic, against everybody."""
    branch, cells = topic_sums(session, period), cell_sums(session, period, halls)
    spreads = _spreads(session, period, branch)
    state = tuple(sorted(branch.items())), tuple(sorted(cells.items())), tuple(sorted(spreads.items()))
    return kept(session, ("matrix", period, tuple(halls)), state, lambda: _matrix(tuple(halls), branch, cells, spreads))


def _matrix(halls: tuple[int, ...], branch: Mapping[str, Sums], cells: Mapping[tuple[int, str], Sums], spreads: Mapping[str, Dispersion]) -> Matrix:
    asked: dict[int, dict[str, Sums]] = {hall: {} for hall in halls}
    for (hall, topic), sums in cells.items():
        if sums.answers > 0 and topic in branch:
            asked[hall][topic] = sums
    found = {(hall, topic): cell for hall, own in asked.items() for topic, cell in _hall_cells(own, branch, spreads).items()}
    return Matrix(halls, tuple(sorted(branch)), {topic: sums.share for topic, sums in branch.items()}, _named(found, cells, branch, spreads))


def _hall_cells(own: Mapping[str, Sums], branch: Mapping[str, Sums], spreads: Mapping[str, Dispersion]) -> dict[str, Cell]:
    """A hall's differences from the topics' means, shrunk towards the hall's own mean difference."""
    if not own:
        return {}
    differences = [sums.share - branch[topic].share for topic, sums in own.items()]
    variances = [_cell_variance(branch[topic], spreads[topic], sums) for topic, sums in own.items()]
    got = shrink(differences, variances)
    lines = zip(own.items(), got.estimates, strict=True)
    return {topic: Cell(s.people, s.answers, s.share, e, "", s.people < FEWEST_IN_CELL) for (topic, s), e in lines}


def _cell_variance(branch: Sums, spread: Dispersion, sums: Sums) -> float:
    mean = min(0.98, max(0.02, branch.share))
    return mean * (1 - mean) * spread.phi / sums.effective


def _named(
    found: Mapping[tuple[int, str], Cell], cells: Mapping[tuple[int, str], Sums], branch: Mapping[str, Sums], spreads: Mapping[str, Dispersion]
) -> Mapping[tuple[int, str], Cell]:
    """The cells with those marked that chance does not explain, one in twenty of the marks at most being false."""
    judged = [key for key, cell in found.items() if not cell.few]
    shares, targets = [cells[key].share for key in judged], [branch[topic].share for _, topic in judged]
    ps = chances_of(shares, targets, [spreads[topic] for _, topic in judged], [cells[key].effective for key in judged])
    holds = dict(zip(judged, discoveries(ps), strict=True))
    return {key: _marked(cell, branch[key[1]].share) if holds.get(key) else cell for key, cell in found.items()}


def _marked(cell: Cell, mean: float) -> Cell:
    return Cell(cell.people, cell.answers, cell.share, cell.difference, "low" if cell.share < mean else "high", cell.few)
