"""The lines of the reports on halls, districts and people. PURE values."""

from dataclasses import dataclass

from quiz.people.roles import Unit
from quiz.statistics.change import Change
from quiz.statistics.clustered import Sums
from quiz.statistics.compare import Accuracy
from quiz.statistics.intervals import Interval

FEWEST_ANSWERS = 10  # below that somebody's accuracy is not put in an order
FEWEST_ASKED = 5  # the same in spot checks, which ask some five questions each


def share_taken(sat: int, absent: int | None) -> float | None:
    """The share of those meant to answer who did; None where nobody was meant to."""
    return None if absent is None or sat + absent == 0 else sat / (sat + absent)


@dataclass(frozen=True, slots=True)
class HallLine:
    """A hall in a period; no figures where nobody answered.

    `shrunk` lies between its own accuracy and the mean, the nearer to the mean the fewer sat. `outside` is "low" or "high" where chance is no
    explanation. `sat` and `absent` are those of the period's last month, `absent` None where nobody was meant to answer. `change` is that of the
    people who sat both months, beyond the change of the whole branch; `truly` where chance is no explanation, many halls being compared.
    """

    unit: Unit
    district: str
    sums: Sums
    accuracy: Accuracy | None
    shrunk: float | None
    shrunk_interval: Interval | None
    outside: str
    rankable: bool
    sat: int
    absent: int | None
    change: Change | None
    truly: bool

    @property
    def taken(self) -> float | None:
        """The share of those meant to answer who did."""
        return share_taken(self.sat, self.absent)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A district, or everything that somebody sees, in a period."""

    unit: Unit | None
    sums: Sums
    accuracy: Accuracy | None
    shrunk: float | None
    shrunk_interval: Interval | None
    halls: int
    sat: int
    absent: int | None
    change: Change | None

    @property
    def taken(self) -> float | None:
        """The share of those meant to answer who did."""
        return share_taken(self.sat, self.absent)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody's answers in a period; `here` tells whether they still work in the hall. No figures where nothing was answered."""

    employee_id: int
    number: str
    name: str
    answers: float
    share: float | None
    interval: Interval | None
    score: float | None
    shrunk: float | None
    months: int
    here: bool

    @property
    def few(self) -> bool:
        """Whether there is too little to go by."""
        return self.answers < FEWEST_ANSWERS
