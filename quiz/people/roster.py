"""What importing a roster would do, row by row, before anything is done. PURE.

Nobody is deleted because a file lacks them. Only a roster that is said to be whole makes those who are missing leave.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from quiz.people.roles import Role, Stay, Unit, UnitKind, unit_on
from quiz.people.rostercolumns import GONE, ROLE_NAMES, WORKING, Column, Finding, Line, Roster
from quiz.people.rosterunits import Key, NewUnit, Place, Places
from quiz.people.stays import dropped, works_there

FURTHEST = timedelta(days=366)  # that a move may be dated ahead
NEEDS_A_HALL = frozenset({Role.CLERK, Role.HALL_MANAGER})


class Decision(StrEnum):
    """What becomes of a row."""

    FAULTY = "faulty"  # nothing, until the file is mended
    NEW = "new"
    MOVED = "moved"  # works elsewhere, or from another day on
    CHANGED = "changed"  # name, role or state
    LEFT = "left"
    REPEATED = "repeated"  # the same as an earlier row
    UNCHANGED = "unchanged"


DOES_SOMETHING = (Decision.NEW, Decision.MOVED, Decision.CHANGED, Decision.LEFT)


@dataclass(frozen=True, slots=True)
class Known:
    """An employee there is already, with the whole history of stays."""

    id: int
    number: str
    name: str
    role: Role
    active: bool
    stays: tuple[Stay, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Everybody by number, and every unit."""

    people: Mapping[str, Known]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the one who imports decides.

    A new unit is made unless it may be a misspelling: `add` are the keys of doubtful ones that are meant, `skip` those of others that are not.
    `day` is from when a row without a day holds; `whole` says that the file names everybody who works in the branch.
    """

    add: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    day: date | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a person, as it is and as it will be, in Chinese words."""

    column: Column
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Item:
    """What becomes of one row: for NEW and MOVED the unit to work at from `day` on, for LEFT the day from which they are gone."""

    line: Line
    decision: Decision
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    known: Known | None = None
    target: Key | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an import would do; `missing` are those who would leave because a whole roster lacks them."""

    items: tuple[Item, ...]
    units: tuple[NewUnit, ...]
    missing: tuple[Known, ...]
    ignored: tuple[int, ...]
    day: date

    @property
    def totals(self) -> dict[Decision, int]:
        """How many rows there are of each decision."""
        counted = Counter(item.decision for item in self.items)
        return {decision: counted[decision] for decision in Decision}

    @property
    def changes_anything(self) -> bool:
        """Whether applying it would do anything."""
        return bool(self.missing) or any(item.decision in DOES_SOMETHING for item in self.items)


def plan(roster: Roster, state: State, today: date, choices: Choices | None = None) -> Plan:
    """What importing a roster would do today. The same file planned again after it was applied changes nothing."""
    choices = choices or Choices()
    places = Places(state.units, roster.headings)
    found = [places.find(line) for line in roster.lines]
    proposals = places.proposals(_rows(found, places), choices.add, choices.skip)
    planner = _Planner(roster.headings, state, today, choices.day or today, proposals)
    twins = _Twins(roster.lines, roster.headings)
    items = [planner.item(line, place, twins) for line, place in zip(roster.lines, found, strict=True)]
    named = {line.number for line in roster.lines}
    missing = [known for known in state.people.values() if known.active and known.number not in named] if choices.whole else []
    units = tuple(unit for unit in proposals.values() if unit.rows)
    return Plan(tuple(items), units, tuple(missing), roster.ignored, choices.day or today)


def _rows(found: Iterable[Place], places: Places) -> Counter[Key]:
    """How many rows stand at each new unit or below it."""
    counted: Counter[Key] = Counter()
    for key, count in Counter(place.key for place in found).items():
        while isinstance(key, str):
            counted[key] += count
            key = places.new[key].parent  # noqa: PLW2901 - up the tree
    return counted


class _Twins:
    """Which rows have the number of another."""

    def __init__(self, lines: Iterable[Line], headings: Mapping[Column, str]) -> None:
        self._rows: dict[str, list[Line]] = {}
        self._heading = headings.get(Column.NUMBER, Column.NUMBER.value)
        for line in lines:
            self._rows.setdefault(line.number, []).append(line)
        every = ((number, lines) for number, lines in self._rows.items() if number and len(lines) > 1)
        self._alike = {number: len({_said(line) for line in lines}) == 1 for number, lines in every}

    def of(self, line: Line) -> tuple[Finding | None, bool]:
        """(what to say of it, whether the row only repeats an earlier one)."""
        if line.number not in self._alike:
            return None, False
        same = self._rows[line.number]
        if not self._alike[line.number]:
            rows = "、".join(str(other.row) for other in same[:10] if other is not line)
            return Finding(self._heading, "roster-number-twice", {"number": line.number, "rows": rows}), False
        if line is same[0]:
            return None, False
        return Finding(self._heading, "roster-repeated", {"first": same[0].row}, warning=True), True


def _said(line: Line) -> Line:
    return replace(line, row=0, findings=())


class _Planner:
    """Decides row by row."""

    def __init__(self, headings: Mapping[Column, str], state: State, today: date, day: date, proposals: Mapping[str, NewUnit]) -> None:
        self._headings, self._state, self._today, self._day, self._proposals = headings, state, today, day, proposals
        branches = [unit for unit in state.units if unit.kind is UnitKind.BRANCH and not unit.closed_on]
        self._branch = Place(branches[0].id, UnitKind.BRANCH, branches[0].name) if len(branches) == 1 else Place()
        self._names = {unit.id: unit.name for unit in state.units}

    def item(self, line: Line, place: Place, twins: _Twins) -> Item:
        """What becomes of a row."""
        known = self._state.people.get(line.number)
        said, repeated = twins.of(line)
        leaving = line.active is False
        findings = [*line.findings, *([said] if said else []), *self._day_findings(line, leaving=leaving)]
        if repeated and not line.findings:
            return Item(line, Decision.REPEATED, findings=tuple(findings), known=known)
        if not leaving:
            place = self._settled(line, place, known)
            findings += [*place.findings, *self._place_findings(line, place, known)]
        if any(not finding.warning for finding in findings):
            return Item(line, Decision.FAULTY, findings=tuple(findings), known=known)
        decided = self._known(line, place, known) if known else self._new(line, place)
        return replace(decided, findings=(*findings, *decided.findings))

    def _finding(self, column: Column, code: str, *, warning: bool = False, **args: object) -> Finding:
        return Finding(self._headings.get(column, column.value), code, args, warning)

    def _day_findings(self, line: Line, *, leaving: bool) -> Iterator[Finding]:
        day = line.day or self._today
        if leaving and day > self._today:
            yield self._finding(Column.DAY, "roster-leave-ahead")
        elif day > self._today + FURTHEST:
            yield self._finding(Column.DAY, "roster-day-far")

    def _settled(self, line: Line, place: Place, known: Known | None) -> Place:
        """The place of a row; the branch itself for a new trainer, inspector, manager or administrator of whom the row says nothing."""
        says_nothing = place.key is None and not place.findings and known is None
        return self._branch if says_nothing and line.role and line.role not in NEEDS_A_HALL else place

    def _place_findings(self, line: Line, place: Place, known: Known | None) -> Iterator[Finding]:
        if isinstance(place.key, str) and not self._allowed(place.key):
            unit = self._barrier(place.key)
            code = "roster-unit-near" if unit.near else "roster-unit-unticked"
            yield self._finding(Column.DISTRICT if unit.kind is UnitKind.DISTRICT else Column.HALL, code, name=unit.name, near=unit.near)
        role = line.role or (known.role if known else None)
        if role is None and all(finding.code != "roster-role-bad" for finding in line.findings):
            yield self._finding(Column.ROLE, "roster-role-missing")
        elif role in NEEDS_A_HALL and not place.faulty and (known is None or place.key is not None) and place.kind is not UnitKind.HALL:
            yield self._finding(Column.HALL, "roster-hall-missing")
        elif known is None and place.key is None and not place.faulty:
            yield self._finding(Column.BRANCH, "roster-unit-missing")

    def _allowed(self, key: str) -> bool:
        return self._proposals[key].allowed

    def _barrier(self, key: str) -> NewUnit:
        """The highest unit on the way to a new one that may not be made."""
        unit = self._proposals[key]
        while isinstance(unit.parent, str) and not self._allowed(unit.parent):
            unit = self._proposals[unit.parent]
        return unit

    def _new(self, line: Line, place: Place) -> Item:
        if line.active is False:
            return Item(line, Decision.UNCHANGED, findings=(self._finding(Column.STATUS, "roster-gone-unknown", warning=True),))
        return Item(line, Decision.NEW, findings=self._admin(line, None), target=place.key, day=line.day or self._day)

    def _admin(self, line: Line, known: Known | None) -> tuple[Finding, ...]:
        becomes = line.role is Role.ADMIN and (known is None or known.role is not Role.ADMIN)
        return (self._finding(Column.ROLE, "roster-becomes-admin", warning=True),) if becomes else ()

    def _known(self, line: Line, place: Place, known: Known) -> Item:
        changes = list(_changes(line, known))
        if line.active is False:
            return self._leaving(line, known, changes)
        if not known.active and line.active is None:
            gone = self._finding(Column.STATUS, "roster-still-gone", warning=True)
            return Item(line, Decision.CHANGED if changes else Decision.UNCHANGED, tuple(changes), (gone,), known)
        day = line.day or max(self._day, self._today)
        there = place.key is None or (isinstance(place.key, int) and works_there(known.stays, place.key, day, self._today))
        if there:
            return Item(line, Decision.CHANGED if changes else Decision.UNCHANGED, tuple(changes), self._admin(line, known), known)
        day = line.day or self._day
        moved = self._moved(known, place, day)
        return Item(line, Decision.MOVED, (*changes, moved), (*self._admin(line, known), *self._lost(known, day)), known, place.key, day)

    def _moved(self, known: Known, place: Place, day: date) -> Change:
        """From the unit there now to another, or from a later day to an earlier one."""
        before = unit_on(known.stays, self._today)
        if before is not None and before == place.key:
            since = next(stay.from_day for stay in known.stays if stay.holds(self._today))
            return Change(Column.DAY, since.isoformat(), day.isoformat())
        return Change(Column.HALL if place.kind is UnitKind.HALL else Column.DISTRICT, self._names.get(before or 0, ""), place.name)

    def _leaving(self, line: Line, known: Known, changes: list[Change]) -> Item:
        if not known.active:
            return Item(line, Decision.CHANGED if changes else Decision.UNCHANGED, tuple(changes), known=known)
        day = line.day or self._today
        gone = Change(Column.STATUS, WORKING, GONE)
        return Item(line, Decision.LEFT, (*changes, gone), tuple(self._lost(known, day)), known, day=day)

    def _lost(self, known: Known, day: date) -> Iterator[Finding]:
        """A warning where a move would wipe out stays that are entered already."""
        lost = dropped(known.stays, day)
        if lost:
            names = "、".join(f"{stay.from_day.isoformat()} {self._names.get(stay.unit_id, '')}" for stay in lost)[:120]
            yield self._finding(Column.DAY, "roster-replaces", warning=True, lost=names)


def _changes(line: Line, known: Known) -> Iterator[Change]:
    """What a row says differently of name, role and state."""
    if line.name != known.name:
        yield Change(Column.NAME, known.name, line.name)
    if line.role and line.role is not known.role:
        yield Change(Column.ROLE, ROLE_NAMES[known.role], ROLE_NAMES[line.role])
    if line.active and not known.active:
        yield Change(Column.STATUS, GONE, WORKING)
