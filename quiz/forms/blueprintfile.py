"""Blueprints read from YAML or JSON, with every fault at its field, and written back. PURE."""

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import yaml

from kb import Fault, fault
from quiz.bank.difficulty import Band
from quiz.forms.blueprint import TOPIC, TYPE, Blueprint, Cell

FIELDS = ("title", "cells", "minutes", "pass_mark", "exclude", "not_used_for_months", "max_overlap", "forms")
CELL_FIELDS = ("name", "topics", "types", "bands", "attributes", "count", "points")
EXCLUDE_FIELDS = ("questions", "entries")
MOST_FORMS, MOST_QUESTIONS, MOST_CELLS = 50, 300, 100
_DEEPEST = 8
_Lines = Mapping[str, int]


class _Reader:
    """Takes values out of a mapping and collects what is wrong with them; `at` is the dotted place of the mapping."""

    def __init__(self, values: Mapping[str, object], at: str, path: str, lines: _Lines, faults: list[Fault]) -> None:
        self.values, self.at, self.path, self.lines, self.faults = values, at, path, lines, faults

    def refuse(self, name: str, code: str, **args: object) -> None:
        field = self.at + name
        line = self.lines.get(field) or self.lines.get(self.at.rstrip("."), 1)
        self.faults.append(fault(self.path, line, code, field=field, **args))

    def known(self, fields: Iterable[str]) -> None:
        names = tuple(fields)
        for name in self.values:
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                hint = {"hint": f"，是不是 {near[0]}？", "hint_en": f"; did you mean {near[0]}?"} if near else {"hint": "", "hint_en": ""}
                self.refuse(name, "unknown-field", **hint)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None or value == "":
            if not default:
                self.refuse(name, "missing-field")
            return default
        if not isinstance(value, str | int | float):
            self.refuse(name, "bad-text")
            return default
        return str(value).strip()

    def number(self, name: str, default: float | None, low: float, high: float, *, whole: bool = True) -> float:
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                self.refuse(name, "missing-field")
            return low if default is None else default
        try:
            found = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else float("nan")
        except ValueError:
            found = float("nan")
        if not low <= found <= high or (whole and not found.is_integer()):
            self.refuse(name, "blueprint-whole" if whole else "blueprint-number", value=value, low=f"{low:g}", high=f"{high:g}")
            return low
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        value = self.values.get(name)
        if value is None or value == "":
            return ()
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int | float) for item in items):
            self.refuse(name, "bad-list")
            return ()
        return tuple(dict.fromkeys(str(item).strip() for item in items))

    def inner(self, name: str) -> "_Reader":
        """The reader of a mapping inside; an empty one when it is missing or no mapping."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            self.refuse(name, "not-a-mapping")
        values = {str(key): item for key, item in value.items()} if isinstance(value, dict) else {}
        return _Reader(values, f"{self.at}{name}.", self.path, self.lines, self.faults)


def from_yaml(text: str, path: str) -> tuple[Blueprint | None, list[Fault]]:
    """The blueprint of a YAML (or JSON) text; None with the faults, each at its line, when it cannot be used."""
    lines: dict[str, int] = {}
    try:
        node = _compose(text)
        data = None if node is None else _plain(node, "", lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return None, [fault(path, line, "yaml", reason=error.problem or "?")]
    except yaml.YAMLError as error:
        return None, [fault(path, 1, "yaml", reason=str(error).splitlines()[0])]
    return from_json(data, path, lines)


def from_json(data: object, path: str = "blueprint", lines: _Lines = MappingProxyType({})) -> tuple[Blueprint | None, list[Fault]]:
    """The blueprint of decoded JSON; numbers may be texts, as a web form sends them. None with the faults when it cannot be used."""
    if not isinstance(data, dict):
        return None, [fault(path, 1, "not-a-mapping", field="blueprint")]
    faults: list[Fault] = []
    top = _Reader({str(key): value for key, value in data.items()}, "", path, lines, faults)
    top.known(FIELDS)
    exclude = top.inner("exclude")
    exclude.known(EXCLUDE_FIELDS)
    made = Blueprint(
        title=top.text("title"),
        cells=_cells(top),
        minutes=int(top.number("minutes", 60, 1, 600)),
        pass_mark=top.number("pass_mark", 0.8, 0, 1, whole=False),
        exclude_questions=frozenset(exclude.texts("questions")),
        exclude_entries=frozenset(exclude.texts("entries")),
        not_used_for_months=int(top.number("not_used_for_months", 0, 0, 120)),
        max_overlap=int(top.number("max_overlap", 0, 0, MOST_QUESTIONS)),
        forms=int(top.number("forms", 1, 1, MOST_FORMS)),
    )
    return (None if faults else made), faults


def _cells(top: _Reader) -> tuple[Cell, ...]:
    values = top.values.get("cells")
    if values is None:
        top.refuse("cells", "missing-field")
        return ()
    if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
        top.refuse("cells", "blueprint-cells")
        return ()
    cells = tuple(
        _cell(_Reader({str(k): v for k, v in value.items()}, f"cells.{n}.", top.path, top.lines, top.faults)) for n, value in enumerate(values, 1)
    )
    if len(cells) > MOST_CELLS or sum(cell.count for cell in cells) > MOST_QUESTIONS:
        top.refuse("cells", "blueprint-large", cells=MOST_CELLS, questions=MOST_QUESTIONS)
    seen: set[str] = set()
    for number, cell in enumerate(cells, 1):
        if cell.name in seen:
            top.refuse(f"cells.{number}.name", "blueprint-name-twice", value=cell.name)
        seen.add(cell.name)
    return cells


def _cell(reader: _Reader) -> Cell:
    reader.known(CELL_FIELDS)
    given = reader.inner("attributes")
    filters = {name: values for name, values in ((TOPIC, reader.texts("topics")), (TYPE, reader.texts("types"))) if values}
    for name in given.values:
        if name in filters:
            given.refuse(name, "blueprint-filter-twice", other=f"{name}s")
        if not (values := given.texts(name)):
            given.refuse(name, "empty-text")
        filters[name] = values
    names = reader.texts("bands")
    for name in names:
        if name not in set(Band):
            reader.refuse("bands", "bad-choice", value=name, choices=", ".join(Band))
    bands = tuple(b for b in Band if b.value in names)
    words = "·".join("/".join(values) for values in (*filters.values(), tuple(bands)) if values)
    return Cell(
        name=reader.text("name", words or reader.at.rstrip(".")),
        count=int(reader.number("count", None, 1, MOST_QUESTIONS)),
        points=reader.number("points", 1, 0.01, 1000, whole=False),
        bands=bands,
        filters=MappingProxyType(filters),
    )


def to_json(blueprint: Blueprint) -> dict[str, object]:
    """The blueprint as JSON that `from_json` reads back unchanged."""
    return {
        "title": blueprint.title,
        "cells": [_cell_json(cell) for cell in blueprint.cells],
        "minutes": blueprint.minutes,
        "pass_mark": blueprint.pass_mark,
        "exclude": {"questions": sorted(blueprint.exclude_questions), "entries": sorted(blueprint.exclude_entries)},
        "not_used_for_months": blueprint.not_used_for_months,
        "max_overlap": blueprint.max_overlap,
        "forms": blueprint.forms,
    }


def _cell_json(cell: Cell) -> dict[str, object]:
    filters = {name: list(values) for name, values in cell.filters.items()}
    plain = {"topics": filters.pop(TOPIC, []), "types": filters.pop(TYPE, []), "bands": [b.value for b in cell.bands], "attributes": filters}
    return {"name": cell.name, **{name: value for name, value in plain.items() if value}, "count": cell.count, "points": cell.points}


def _compose(text: str) -> yaml.Node | None:
    """The tree of nodes; aliases and deep nesting, which no blueprint needs and a parser can die of, are errors."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            what = "nested too deeply" if depth > _DEEPEST else "an alias; write the value out"
            raise yaml.MarkedYAMLError(problem=what, problem_mark=event.start_mark)  # type: ignore[arg-type] # the stubs forget the C marks
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _plain(node: yaml.Node, at: str, lines: dict[str, int]) -> object:
    """A node as text, None, list or dict, scalars as written; list items count from 1 in `lines`. A key written twice is an error."""
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, object] = {}
        for key, value in node.value:
            name = _text(key)
            if name in found:
                raise yaml.MarkedYAMLError(problem=f"{name} is written twice", problem_mark=key.start_mark)
            found[name] = _plain(value, f"{at}.{name}".lstrip("."), lines)
            lines[f"{at}.{name}".lstrip(".")] = key.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{at}.{number}", lines) for number, item in enumerate(node.value, 1)]
    return None if node.tag == "tag:yaml.org,2002:null" else _text(node)


def _text(node: yaml.Node) -> str:
    """A scalar as written; JSON writes rare characters as two halves, which YAML reads as two characters."""
    return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
