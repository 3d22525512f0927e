"""Who works where: roles, units, and who may see whom. PURE."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What somebody does with the product; each person has one."""

    CLERK = "clerk"  # 营业员, 流动岗
    HALL_MANAGER = "hall_manager"  # 厅经理
    TRAINER = "trainer"  # 培训师
    INSPECTOR = "inspector"  # 检查人员
    BRANCH_MANAGER = "branch_manager"  # 分公司、区县公司主管
    ADMIN = "admin"  # 管理员


class UnitKind(StrEnum):
    """The levels of the organisation, from the top."""

    BRANCH = "branch"
    DISTRICT = "district"
    HALL = "hall"


TRAINERS = frozenset({Role.TRAINER, Role.ADMIN})
MANAGERS = frozenset({Role.HALL_MANAGER, Role.BRANCH_MANAGER, Role.TRAINER, Role.INSPECTOR, Role.ADMIN})
EVERYWHERE = frozenset({Role.TRAINER, Role.INSPECTOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Unit:
    """A branch, district or hall."""

    id: int
    kind: UnitKind
    code: str
    name: str
    parent_id: int | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody at a unit from a day (inclusive) to a day (exclusive; none while it lasts)."""

    unit_id: int
    from_day: date
    to_day: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the person works there on the day."""
        return self.from_day <= day and (self.to_day is None or day < self.to_day)


@dataclass(frozen=True, slots=True)
class Person:
    """An employee 员工 on a day; `unit` is where they work, `hall` and `district` are the names of its levels ("" above them)."""

    id: int
    number: str
    name: str
    role: Role
    unit: Unit | None = None
    hall: str = ""
    district: str = ""
    active: bool = True

    def is_any(self, roles: Iterable[Role]) -> bool:
        """Whether the person's role is among these."""
        return self.role in roles


def unit_on(stays: Iterable[Stay], day: date) -> int | None:
    """The unit where somebody works on a day, None when nowhere."""
    return next((stay.unit_id for stay in stays if stay.holds(day)), None)


def district_of(unit: Unit, units: Mapping[int, Unit]) -> str:
    """The name of the district right above a unit, "" where there is none."""
    above = units.get(unit.parent_id or 0)
    return above.name if above and above.kind is UnitKind.DISTRICT else ""


def subtree(units: Iterable[Unit], root_id: int) -> frozenset[int]:
    """A unit and everything below it."""
    children: dict[int | None, list[int]] = {}
    for unit in units:
        children.setdefault(unit.parent_id, []).append(unit.id)
    found, waiting = {root_id}, [root_id]
    while waiting:
        below = [child for child in children.get(waiting.pop(), ()) if child not in found]
        found.update(below)
        waiting += below
    return frozenset(found)


def units_seen(person: Person, units: Iterable[Unit]) -> frozenset[int]:
    """The units whose people's results somebody may see: trainers, inspectors and administrators all, managers their own and below, clerks none."""
    every = list(units)
    if person.role in EVERYWHERE:
        return frozenset(unit.id for unit in every)
    if person.role in MANAGERS and person.unit:
        return subtree(every, person.unit.id)
    return frozenset()
