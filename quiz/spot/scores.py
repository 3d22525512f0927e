"""The tables of spot checks 抽查 of a month: districts, halls and employees, with rank, coverage and score. Use cases: they only read.

Ranks are those among the whole branch, whoever looks: a manager sees fewer lines, not other figures.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quiz.exams.tallies import ALL_TOPICS, SPOT
from quiz.fieldtables import PersonTallyRow
from quiz.people.roles import Unit, UnitKind
from quiz.reports.rankings import hidden_name
from quiz.reports.units import board
from quiz.spot.listing import STANDARD
from quiz.statistics.compare import Accuracy, rankable
from quiz.statistics.intervals import wilson
from quiz.statistics.period import Period
from quiz.tables import EmployeeRow


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A district or a hall: rank 名次 (None where nobody was asked), staff and those of them who were checked 部门总抽查率, score 检测分数 of 100.

    `low` and `high` hold the score 19 times of 20, taking each person as one observation; `sure` is False where fewer than six were asked, so that
    the rank says little. `met` is the standard of nine in ten.
    """

    rank: int | None
    unit: Unit | None
    district: str
    staff: int
    checked: int
    answers: int
    score: float | None
    low: float | None
    high: float | None
    sure: bool

    @property
    def coverage(self) -> float | None:
        """The share of the staff who were checked, None where nobody works there."""
        return self.checked / self.staff if self.staff else None

    @property
    def met(self) -> bool | None:
        """Whether the standard was met."""
        return None if self.score is None else self.score >= 100 * STANDARD - 1e-9


@dataclass(frozen=True, slots=True)
class PersonScore:
    """An employee in a hall: rank, number and partly hidden name, how many questions, and the score with Wilson's interval."""

    rank: int
    number: str
    name: str
    hall: str
    district: str
    answers: int
    score: float
    low: float
    high: float

    @property
    def met(self) -> bool:
        """Whether the standard was met."""
        return self.score >= 100 * STANDARD - 1e-9


@dataclass(frozen=True, slots=True)
class UnitScores:
    """The month's table of districts and halls that somebody sees; `whole` is the branch together."""

    whole: UnitScore
    districts: tuple[UnitScore, ...]
    halls: tuple[UnitScore, ...]


@dataclass(frozen=True, slots=True)
class PersonScores:
    """A page of the month's table of employees, and how many there are on all pages."""

    people: tuple[PersonScore, ...]
    total: int


def unit_scores(session: Session, month: str, units: Mapping[int, Unit], seen: Collection[int], now: datetime) -> UnitScores:
    """The table of a month, best first; units where nobody was asked come last."""
    found = board(session, Period(month, month, SPOT), units, list(units), now)
    halls = [_scored(line.unit, line.district, line.accuracy, line.sat, line.absent) for line in found.halls]
    districts = [_scored(line.unit, "", line.accuracy, line.sat, line.absent) for line in found.districts if line.unit]
    return UnitScores(
        whole=_scored(None, "", found.branch.accuracy, found.branch.sat, found.branch.absent),
        districts=tuple(line for line in _ranked(districts) if line.unit and line.unit.id in seen),
        halls=tuple(line for line in _ranked(halls) if line.unit and line.unit.id in seen),
    )


def _scored(unit: Unit | None, district: str, known: Accuracy | None, checked: int, absent: int | None) -> UnitScore:
    """The staff are who works there at the end of the month, and who was checked there and has left since."""
    staff = checked + (absent or 0)
    if known is None:
        return UnitScore(None, unit, district, staff, checked, 0, None, None, None, sure=False)
    score, low, high = 100 * known.estimate, 100 * known.low, 100 * known.high
    return UnitScore(None, unit, district, staff, checked, round(known.answers), score, low, high, rankable(known.persons))


def _ranked(lines: Iterable[UnitScore]) -> list[UnitScore]:
    """Best first with their ranks, equal scores with the same rank, then those without a score by code."""
    known = sorted(lines, key=lambda line: (line.score is None, -round(line.score or 0, 6), -line.checked, line.unit.code if line.unit else ""))
    scores = [None if line.score is None else round(line.score, 6) for line in known]
    ranks = [None if score is None else scores.index(score) + 1 for score in scores]
    return [replace(line, rank=rank) for line, rank in zip(known, ranks, strict=True)]


def person_scores(
    session: Session, month: str, units: Mapping[int, Unit], seen: Collection[int] | None, page: int = 1, per_page: int = 100
) -> PersonScores:
    """The employees whom somebody sees, ranked among all of the branch; whoever was asked in two halls stands in each."""
    p, score = PersonTallyRow, func.round(PersonTallyRow.credit * 1_000_000 / PersonTallyRow.answers)
    ranked = (
        select(p.employee_id, p.unit_id, p.answers, p.credit, func.rank().over(order_by=score.desc()).label("rank"))
        .where(p.month == month, p.source == SPOT, p.topic == ALL_TOPICS, p.answers > 0)
        .subquery()
    )
    query = select(ranked.c.rank, ranked.c.unit_id, ranked.c.answers, ranked.c.credit, EmployeeRow.number, EmployeeRow.name)
    query = query.join(EmployeeRow, EmployeeRow.id == ranked.c.employee_id)
    if seen is not None:
        query = query.where(ranked.c.unit_id.in_(sorted(seen)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    query = query.order_by(ranked.c.rank, ranked.c.answers.desc(), EmployeeRow.number, ranked.c.unit_id)
    rows = session.execute(query.limit(per_page).offset((page - 1) * per_page)).all()
    return PersonScores(tuple(_person(row, units) for row in rows), total)


def _person(row: Any, units: Mapping[int, Unit]) -> PersonScore:
    hall = units[row.unit_id]
    above = units.get(hall.parent_id or 0)
    district = above.name if above and above.kind is UnitKind.DISTRICT else ""
    credit = min(float(row.answers), max(0.0, row.credit))
    low, high = wilson(credit, row.answers)
    return PersonScore(
        row.rank, row.number, hidden_name(row.name), hall.name, district, row.answers, 100 * credit / row.answers, 100 * low, 100 * high
    )


UNIT_HEADER = ("名次", "单位", "区县公司", "在岗人数", "抽查人数", "部门总抽查率（%）", "题次", "检测分数", "分数下限", "分数上限", "达标（90 分）")
PERSON_HEADER = ("名次", "工号", "姓名", "营业厅", "区县公司", "题次", "检测分数", "分数下限", "分数上限", "达标（90 分）")
_MET = {True: "是", False: "否", None: ""}
Cell = str | int | float | None


def unit_rows(lines: Sequence[UnitScore]) -> list[list[Cell]]:
    """Rows under `UNIT_HEADER`, numbers with one decimal as the tables show them."""
    return [
        [
            line.rank, line.unit.name if line.unit else "", line.district, line.staff, line.checked, _one(line.coverage, 100), line.answers,
            _one(line.score), _one(line.low), _one(line.high), _MET[line.met],
        ]
        for line in lines
    ]  # fmt: skip


def person_rows(lines: Sequence[PersonScore]) -> list[list[Cell]]:
    """Rows under `PERSON_HEADER`."""
    return [[p.rank, p.number, p.name, p.hall, p.district, p.answers, _one(p.score), _one(p.low), _one(p.high), _MET[p.met]] for p in lines]


def _one(value: float | None, times: float = 1) -> float | None:
    return None if value is None else round(value * times, 1)
