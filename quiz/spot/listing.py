"""The spot checks as lists, with what came of each. Use cases: they only read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kb import day_of
from quiz.fieldtables import SpotAnswerRow, SpotCheckRow
from quiz.people.directory import units
from quiz.people.roles import Stay, Unit, UnitKind, district_of, unit_on
from quiz.spot.plan import plan_from_json
from quiz.tables import EmployeeRow, MembershipRow

_Inspector = tuple[str, str, list[Stay]]  # name, number, stays

STANDARD = 0.9  # of an inspection: at least so much right


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check: where and by whom, how many of the planned were asked, and what they knew.

    `by_district` is the district whose inspector came to another one's hall (专项互查), "" for one of the branch.
    """

    id: str
    month: str
    hall: Unit
    district: str
    inspector_id: int
    inspector: str
    inspector_number: str
    by_district: str
    started_at: datetime
    finished_at: datetime | None
    planned: int
    people: int
    answers: int
    credit: float
    staff: int

    @property
    def share(self) -> float | None:
        """The share that was right, None where nobody was asked anything yet."""
        return self.credit / self.answers if self.answers else None

    @property
    def met(self) -> bool | None:
        """Whether the standard of nine in ten was met, None while the check is under way or where nobody was asked anything."""
        return None if self.share is None or self.finished_at is None else self.share >= STANDARD - 1e-9


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A page of checks, and how many there are on all pages."""

    lines: tuple[CheckLine, ...]
    total: int


def months_with_checks(session: Session, seen: Collection[int] | None) -> list[str]:
    """The months in which a hall that somebody sees was checked, latest first."""
    query = _of(select(SpotCheckRow.month), "", seen).distinct().order_by(SpotCheckRow.month.desc())
    return list(session.scalars(query))


def checks(session: Session, month: str, seen: Collection[int] | None, page: int = 1, per_page: int = 50) -> CheckPage:
    """The checks of a month ("" for every month) in halls that somebody sees (None: all), latest first. Five statements."""
    total = session.scalar(_of(select(func.count()).select_from(SpotCheckRow), month, seen)) or 0
    query = _of(select(SpotCheckRow), month, seen).order_by(SpotCheckRow.started_at.desc(), SpotCheckRow.id)
    rows = session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all()
    return CheckPage(tuple(_lines(session, rows)), total)


def check_line(session: Session, check_id: str) -> CheckLine | None:
    """One check, None where there is none."""
    row = session.get(SpotCheckRow, check_id)
    return next(iter(_lines(session, [row])), None) if row else None


def _of(query: Select[Any], month: str, seen: Collection[int] | None) -> Select[Any]:
    if month:
        query = query.where(SpotCheckRow.month == month)
    return query if seen is None else query.where(SpotCheckRow.unit_id.in_(sorted(seen)))


def _lines(session: Session, rows: Iterable[SpotCheckRow]) -> list[CheckLine]:
    found = list(rows)
    every, sums = units(session), _sums(session, [row.id for row in found])
    inspectors = _inspectors(session, {row.inspector_id for row in found})
    return [_line(row, every, sums.get(row.id, (0, 0, 0.0)), inspectors) for row in found]


def _sums(session: Session, check_ids: Collection[str]) -> dict[str, tuple[int, int, float]]:
    """Check → (people asked, answers, credit)."""
    of_people = func.count(SpotAnswerRow.employee_id.distinct())
    query = select(SpotAnswerRow.check_id, of_people, func.count(), func.sum(SpotAnswerRow.credit))
    rows = session.execute(query.where(SpotAnswerRow.check_id.in_(check_ids)).group_by(SpotAnswerRow.check_id))
    return {check: (people, answers, float(credit)) for check, people, answers, credit in rows}


def _inspectors(session: Session, ids: Collection[int]) -> dict[int, _Inspector]:
    """Who inspected, by key."""
    query = select(EmployeeRow.id, EmployeeRow.name, EmployeeRow.number, MembershipRow.unit_id, MembershipRow.from_day, MembershipRow.to_day)
    query = query.outerjoin(MembershipRow, MembershipRow.employee_id == EmployeeRow.id).where(EmployeeRow.id.in_(ids))
    found: dict[int, _Inspector] = {}
    for key, name, number, unit_id, first, last in session.execute(query):
        _, _, stays = found.setdefault(key, (name, number, []))
        if unit_id is not None:
            stays.append(Stay(unit_id, first, last))
    return found


def _line(row: SpotCheckRow, every: Mapping[int, Unit], sums: tuple[int, int, float], inspectors: Mapping[int, _Inspector]) -> CheckLine:
    hall = every[row.unit_id]
    name, number, stays = inspectors[row.inspector_id]
    home = every.get(unit_on(stays, day_of(row.started_at)) or 0)
    while home is not None and home.kind is not UnitKind.DISTRICT:
        home = every.get(home.parent_id or 0)
    people, answers, credit = sums
    return CheckLine(
        id=row.id,
        month=row.month,
        hall=hall,
        district=district_of(hall, every),
        inspector_id=row.inspector_id,
        inspector=name,
        inspector_number=number,
        by_district=home.name if home else "",
        started_at=row.started_at,
        finished_at=row.finished_at,
        planned=len(plan_from_json(row.plan).turns),
        people=people,
        answers=answers,
        credit=credit,
        staff=row.staff,
    )
