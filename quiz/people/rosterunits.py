"""The units that a roster names, found among those there are, or proposed as new. PURE."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from quiz.people.roles import Unit, UnitKind
from quiz.people.rostercolumns import Column, Finding, Line, plain

Key = int | str  # of a unit: its id, or what a new one is called until it has an id
_ENDINGS = {
    UnitKind.BRANCH: ("市分公司", "分公司", "公司"),
    UnitKind.DISTRICT: ("区县分公司", "区县公司", "分公司", "公司"),
    UnitKind.HALL: ("自有营业厅", "营业厅", "自有厅", "厅"),
}
_ABOVE = {UnitKind.DISTRICT: UnitKind.BRANCH, UnitKind.HALL: UnitKind.DISTRICT}
_MOST_COMPARED = 50
_COLUMN = {UnitKind.BRANCH: Column.BRANCH, UnitKind.DISTRICT: Column.DISTRICT, UnitKind.HALL: Column.HALL}


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that a roster names and that does not exist; `near` names one that it may be a misspelling of, `rows` counts its people."""

    key: str
    kind: UnitKind
    name: str
    code: str  # "" until one is made up
    parent: Key | None
    parent_name: str
    rows: int = 0
    near: str = ""
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row says that somebody works: a unit, None when it does not say; its kind and name; what is wrong."""

    key: Key | None = None
    kind: UnitKind | None = None
    name: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def faulty(self) -> bool:
        """Whether nobody can be placed there."""
        return any(not finding.warning for finding in self.findings)


class _NotFoundHere(Exception):  # noqa: N818 - it leaves this module never
    """What a row says leads to no unit."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


class Places:
    """Finds the units of rows; whatever does not exist is proposed once, under the first spelling."""

    def __init__(self, units: Iterable[Unit], headings: Mapping[Column, str]) -> None:
        self.units = {unit.id: unit for unit in units}
        self._headings = headings
        self._by_stem: dict[tuple[UnitKind, str], list[Key]] = defaultdict(list)
        self._by_code: dict[str, Key] = {}
        self._kept: dict[tuple[str, str, str, str], Place] = {}
        self.new: dict[str, NewUnit] = {}
        for unit in self.units.values():
            self._by_stem[unit.kind, stem(unit.kind, unit.name)].append(unit.id)
            self._by_code[unit.code.upper()] = unit.id

    def find(self, line: Line) -> Place:
        """Where the row says that somebody works."""
        said = (line.branch, line.district, line.hall, line.code)
        if said not in self._kept:
            self._kept[said] = self._find(*said)
        return self._kept[said]

    def _find(self, branch: str, district: str, hall: str, code: str) -> Place:
        try:
            over = self._named(UnitKind.BRANCH, branch, None)
            place = self._named(UnitKind.DISTRICT, district, over) if district else over
            return self._at_hall(hall, code, place if district else None) if hall or code else self._place(place)
        except _NotFoundHere as error:
            return Place(findings=(error.finding,))

    def _at_hall(self, hall: str, code: str, district: Key | None) -> Place:
        coded = self._by_code.get(code)
        if isinstance(coded, int):
            return self._coded(self.units[coded], hall, district)
        if not hall:
            raise _NotFoundHere(self._finding(Column.CODE, "roster-code-unknown", value=code))
        return self._hall(hall, code, district)

    def _finding(self, column: Column, code: str, *, warning: bool = False, **args: object) -> Finding:
        return Finding(self._headings.get(column, column.value), code, args, warning)

    def _place(self, key: Key | None, *findings: Finding) -> Place:
        if key is None:
            return Place(findings=findings)
        unit = self.unit(key)
        if isinstance(unit, Unit) and unit.closed_on:
            raise _NotFoundHere(self._finding(_COLUMN[unit.kind], "roster-unit-closed", name=unit.name))
        return Place(key, unit.kind, unit.name, findings)

    def unit(self, key: Key) -> Unit | NewUnit:
        """A unit that is there, or one proposed."""
        return self.new[key] if isinstance(key, str) else self.units[key]

    def _parent(self, key: Key) -> Key | None:
        unit = self.unit(key)
        return unit.parent_id if isinstance(unit, Unit) else unit.parent

    def _named(self, kind: UnitKind, name: str, over: Key | None) -> Key | None:
        """The branch or district of a name below another, proposed where there is none; None where nothing is said."""
        if not name:
            return None
        found = self._candidates(kind, name, over)
        if len(found) == 1:
            return found[0]
        if found:
            raise _NotFoundHere(self._finding(_COLUMN[kind], "roster-unit-ambiguous", name=name))
        if kind is UnitKind.BRANCH:
            return self._propose(kind, name, "", None)
        over = over if over is not None else self._only_branch()
        if over is None:
            raise _NotFoundHere(self._finding(Column.BRANCH, "roster-branch-missing", name=name))
        return self._propose(kind, name, "", over)

    def _candidates(self, kind: UnitKind, name: str, over: Key | None) -> list[Key]:
        """The units that a name may mean, open ones and exact spellings before others."""
        found = [key for key in self._by_stem[kind, stem(kind, name)] if over is None or self._parent(key) == over]
        found = [key for key in found if getattr(self.unit(key), "closed_on", None) is None] or found
        return [key for key in found if plain(self.unit(key).name) == name] or found

    def _only_branch(self) -> Key | None:
        every: list[Key] = [unit.id for unit in self.units.values() if unit.kind is UnitKind.BRANCH and not unit.closed_on]
        every += [unit.key for unit in self.new.values() if unit.kind is UnitKind.BRANCH]
        return every[0] if len(every) == 1 else None

    def _coded(self, unit: Unit, hall: str, district: Key | None) -> Place:
        if unit.kind is not UnitKind.HALL or (hall and stem(unit.kind, hall) != stem(unit.kind, unit.name)):
            raise _NotFoundHere(self._finding(Column.CODE, "roster-code-foreign", value=unit.code, name=unit.name, hall=hall))
        if district is not None and unit.parent_id != district:
            raise _NotFoundHere(self._finding(Column.DISTRICT, "roster-hall-elsewhere", name=unit.name, where=self._over(unit.id)))
        return self._place(unit.id)

    def _over(self, key: Key) -> str:
        over = self._parent(key)
        return self.unit(over).name if over is not None else "—"

    def _hall(self, name: str, code: str, district: Key | None) -> Place:
        found = self._candidates(UnitKind.HALL, name, district)
        if len(found) > 1:
            raise _NotFoundHere(self._finding(Column.HALL, "roster-unit-ambiguous", name=name))
        if found:
            unit = self.unit(found[0])
            if code and unit.code and unit.code.upper() != code:
                return self._place(found[0], self._finding(Column.CODE, "roster-code-kept", warning=True, name=unit.name, value=unit.code))
            return self._place(found[0])
        if district is None:
            raise _NotFoundHere(self._finding(Column.DISTRICT, "roster-district-missing", name=name))
        if code in self._by_code:
            raise _NotFoundHere(self._finding(Column.CODE, "roster-code-taken", value=code))
        return self._place(self._propose(UnitKind.HALL, name, code, district))

    def _propose(self, kind: UnitKind, name: str, code: str, parent: Key | None) -> str:
        over = self.unit(parent).name if parent is not None else ""
        key = f"{kind.value}:{over}:{stem(kind, name)}"
        self.new[key] = NewUnit(key, kind, name, code, parent, over)
        self._by_stem[kind, stem(kind, name)].append(key)
        if code:
            self._by_code[code] = key
        return key

    def proposals(self, rows: Mapping[Key, int], add: Collection[str], skip: Collection[str]) -> dict[str, NewUnit]:
        """What is new, with its number of rows and what it may be a misspelling of; the doubtful are allowed when named in `add`."""
        siblings = self._siblings()
        found: dict[str, NewUnit] = {}
        for unit in self.new.values():
            near = self._near(unit, siblings, rows)
            over = found.get(unit.parent) if isinstance(unit.parent, str) else None
            wanted = unit.key in add if near else unit.key not in skip
            found[unit.key] = replace(unit, rows=rows.get(unit.key, 0), near=near, allowed=wanted and (over is None or over.allowed))
        return found

    def _siblings(self) -> dict[tuple[UnitKind, Key | None, str], list[Key]]:
        """The open units and the proposed ones, by place and by every text that is left of their name without one character."""
        found: dict[tuple[UnitKind, Key | None, str], list[Key]] = defaultdict(list)
        for (kind, name), keys in self._by_stem.items():
            for key in keys:
                if getattr(self.unit(key), "closed_on", None) is None:
                    for short in shortened(name):
                        found[kind, self._parent(key), short].append(key)
        return found

    def _near(self, unit: NewUnit, siblings: Mapping[tuple[UnitKind, Key | None, str], list[Key]], rows: Mapping[Key, int]) -> str:
        """The name of a sibling that differs in one character; of two new ones the one with far fewer people is doubted."""
        mine, count = stem(unit.kind, unit.name), rows.get(unit.key, 0)

        def doubted(key: Key) -> bool:
            return key != unit.key and (not isinstance(key, str) or count * 3 <= rows.get(key, 0))

        for short in shortened(mine):
            for key in siblings.get((unit.kind, unit.parent, short), [])[:_MOST_COMPARED]:
                if doubted(key) and nearly(mine, stem(unit.kind, self.unit(key).name)):
                    return self.unit(key).name
        for key in self._by_stem[unit.kind, mine][:_MOST_COMPARED]:  # of the same name, but elsewhere: perhaps it is the district that is mistaken
            if doubted(key):
                return f"{self._over(key)} {self.unit(key).name}"
        return ""


def shortened(name: str) -> set[str]:
    """A text, and it without any one of its characters: texts that differ by one character have one of these in common."""
    return {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}


def stem(kind: UnitKind, name: str) -> str:
    """What tells a unit from its siblings: `中泉营业厅`, `中泉厅` and `中泉` are one."""
    short = plain(name).casefold()
    return next((short.removesuffix(end) for end in _ENDINGS[kind] if short.endswith(end) and short != end), short)


def nearly(one: str, other: str) -> bool:
    """Whether two texts differ by one character put in, left out or mistaken, or by two that changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return one == other
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
