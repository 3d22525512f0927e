"""What new grades of one question do to papers: scores, passes and ranks before and after. PURE."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from quiz.exams.remedy import Grade
from quiz.exams.state import MarkState
from quiz.questions.grading import Response

_DIGITS = 6
_ROUNDING = 2e-4  # of a point: three times two thirds of five points, each rounded, are ten


@dataclass(frozen=True, slots=True)
class Standing:
    """How a submitted paper stands: no score and no pass while answers wait for a trainer."""

    score: float | None
    full: float
    passed: bool | None
    pending: int

    @property
    def share(self) -> float | None:
        """The share of the full points, 0 where no points are left to earn."""
        return None if self.score is None else self.score / self.full if self.full else 0.0


@dataclass(frozen=True, slots=True)
class Sat:
    """A submitted paper: whose it is, from where, how it stands, and the sum of its marks."""

    attempt_id: int
    employee_id: int
    number: str
    name: str
    unit_id: int
    hall: str
    standing: Standing
    total: float


@dataclass(frozen=True, slots=True)
class Marked:
    """The answer to the question on a paper, with its grade and the points of its place."""

    attempt_id: int
    position: int
    response: Response
    points: float
    grade: Grade


@dataclass(frozen=True, slots=True)
class Change:
    """A paper that comes to something else; `mark` and `grade` are None where only the rank changes, because others' scores do."""

    paper: Sat
    after: Standing
    rank: int | None
    new_rank: int | None
    mark: Marked | None = None
    grade: Grade | None = None

    @property
    def gain(self) -> float:
        """The points gained; 0 where there is no score before or after."""
        before, after = self.paper.standing.score, self.after.score
        return 0.0 if before is None or after is None else round(after - before, _DIGITS)

    @property
    def passing(self) -> int:
        """1 for who passes now, -1 for who no longer does, else 0."""
        return int(bool(self.after.passed)) - int(bool(self.paper.standing.passed))

    @property
    def restated(self) -> bool:
        """Whether score, full points or pass change."""
        return self.after != self.paper.standing


@dataclass(frozen=True, slots=True)
class Rescored:
    """Every paper that changes, the largest changes first; `papers` counts all that hold the question."""

    papers: int
    changes: tuple[Change, ...] = field(default=())

    @property
    def restated(self) -> tuple[Change, ...]:
        """The papers whose score, full points or pass change."""
        return tuple(change for change in self.changes if change.restated)

    @property
    def graded(self) -> tuple[Change, ...]:
        """The papers on which the question gets another grade."""
        return tuple(change for change in self.changes if change.grade is not None)


def ranks(standings: Mapping[int, Standing]) -> dict[int, int]:
    """The rank by share of the full points, equal shares alike, from 1; papers without a score have none."""
    shares = {key: round(s.share, _DIGITS) for key, s in standings.items() if s.share is not None}
    first: dict[float, int] = {}
    for place, share in enumerate(sorted(shares.values(), reverse=True), 1):
        first.setdefault(share, place)
    return {key: first[share] for key, share in shares.items()}


def restated(paper: Sat, mark: Marked, grade: Grade, pass_mark: float) -> Standing:
    """How a paper stands with another grade in place of an answer's present one."""
    old = mark.grade
    pending = paper.standing.pending - (old.state is MarkState.PENDING) + (grade.state is MarkState.PENDING)
    void, was_void = grade.state is MarkState.VOID, old.state is MarkState.VOID
    full = round(paper.standing.full + mark.points * (int(was_void) - int(void)), _DIGITS)
    if pending:
        return Standing(None, full, None, pending)
    score = round(paper.total - old.points + grade.points, _DIGITS)
    return Standing(score, full, passes(score, full, pass_mark), 0)


def passes(score: float, full: float, pass_mark: float) -> bool:
    """Whether a score reaches the pass mark, a share of the full points; what rounding took away does not make anybody fail.

    A paper of which nothing is left, every question being void, is not passed.
    """
    return full > 0 and score + _ROUNDING >= pass_mark * full


def rescored(papers: Sequence[Sat], marks: Iterable[Marked], grades: Mapping[int, Grade], pass_mark: float) -> Rescored:
    """The papers of an exam with new grades (by attempt) of one question's marks."""
    held = {mark.attempt_id: mark for mark in marks}
    changed = {key: mark for key, mark in held.items() if grades[key] != mark.grade}
    after = {p.attempt_id: p.standing for p in papers}
    for paper in papers:
        if (mark := changed.get(paper.attempt_id)) is not None:
            after[paper.attempt_id] = restated(paper, mark, grades[paper.attempt_id], pass_mark)
    old, new = ranks({p.attempt_id: p.standing for p in papers}), ranks(after)
    found = []
    for paper in papers:
        key = paper.attempt_id
        if key in changed or old.get(key) != new.get(key):
            grade = grades[key] if key in changed else None
            found.append(Change(paper, after[key], old.get(key), new.get(key), changed.get(key), grade))
    return Rescored(len(held), tuple(sorted(found, key=_weight)))


def _weight(change: Change) -> tuple[float, ...]:
    return (-abs(change.passing), -int(change.restated), -abs(change.gain), change.new_rank or 0, change.paper.attempt_id)
