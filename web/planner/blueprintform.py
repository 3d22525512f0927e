"""A blueprint as the fields of a form, and back: nothing typed is lost, every fault stands at its field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from kb.faults import Fault
from kb.messages import message
from quiz.forms.blueprint import TOPIC, TYPE, Blueprint, Cell
from quiz.forms.blueprintfile import from_json
from quiz.statistics.period import is_month
from web.i18n import gettext, page_language
from web.planner.words import cell_words

MOST_ROWS = 24
_CELL = re.compile(r"cells\.(\d+)\.(\w+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the blueprint as typed."""

    name: str = ""
    topics: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    count: str = ""
    points: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """The whole form as typed."""

    title: str = ""
    month: str = ""
    minutes: str = "45"
    pass_mark: str = "80"  # noqa: S105 - per cent
    per_page: str = "5"
    forms: str = "4"
    not_used_for_months: str = "3"
    max_overlap: str = "0"
    exclude_questions: str = ""
    exclude_entries: str = ""
    rows: tuple[Row, ...] = field(default=(Row(count="10", points="5"), Row(count="10", points="5")))

    @property
    def questions(self) -> int:
        """Questions of a form, as far as they are numbers."""
        return sum(_whole(row.count) for row in self.rows)

    @property
    def points(self) -> float:
        """Points of a form, as far as they are numbers."""
        return sum(_whole(row.count) * _number(row.points) for row in self.rows)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 < value < 10_000 else 0.0


def typed_of(blueprint: Blueprint, month: str, per_page: int) -> Typed:
    """A kept blueprint as the form shows it."""
    rows = tuple(
        Row(
            cell.name,
            cell.filters.get(TOPIC, ()),
            cell.filters.get(TYPE, ()),
            tuple(b.value for b in cell.bands),
            str(cell.count),
            f"{cell.points:g}",
        )
        for cell in blueprint.cells
    )
    return Typed(
        blueprint.title, month, str(blueprint.minutes), f"{100 * blueprint.pass_mark:g}", str(per_page), str(blueprint.forms),
        str(blueprint.not_used_for_months), str(blueprint.max_overlap), "\n".join(sorted(blueprint.exclude_questions)),
        "\n".join(sorted(blueprint.exclude_entries)), rows,
    )  # fmt: skip


def read(form: MultiDict[str, str]) -> Typed:
    """The form as it was sent."""
    plain = {name: form.get(name, "").strip() for name in Typed.__slots__ if name != "rows"}
    return Typed(**plain, rows=tuple(_row(form, number) for number in _numbers(form)))


def _numbers(form: Mapping[str, str]) -> list[int]:
    found = {int(match[1]) for name in form if (match := re.fullmatch(r"cell-(\d{1,3})-count", name))}
    return sorted(found)[:MOST_ROWS]


def _row(form: MultiDict[str, str], number: int) -> Row:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(form.getlist(f"cell-{number}-{name}"))

    name, count, points = (form.get(f"cell-{number}-{what}", "").strip() for what in ("name", "count", "points"))
    return Row(name, texts("topics"), texts("types"), texts("bands"), count, points)


def with_row(typed: Typed) -> Typed:
    """One more line, like the last."""
    last = typed.rows[-1] if typed.rows else Row()
    return replace(typed, rows=(*typed.rows, Row(count=last.count, points=last.points))[:MOST_ROWS])


def without_row(typed: Typed, number: int) -> Typed:
    """One line less, counted from 1; the last one stays."""
    left = tuple(row for n, row in enumerate(typed.rows, 1) if n != number)
    return replace(typed, rows=left) if left else typed


def understood(typed: Typed, titles: Mapping[str, str]) -> tuple[Blueprint | None, dict[str, str]]:
    """The blueprint, or what is wrong by field; `titles` gives the ids of entries named by title."""
    faults = {} if is_month(typed.month) else {"month": gettext("请填考试月份，例如 2026-11")}
    if _whole(typed.per_page) not in range(1, 51):
        faults["per_page"] = gettext("每页题数填 1 到 50 的整数")
    data = _json(typed, titles)
    if not 0 < _number(typed.pass_mark) <= 100:
        faults["pass_mark"] = gettext("及格线填 1 到 100 的数")
        data["pass_mark"] = 0.8
    blueprint, found = from_json(data)
    for one in found:
        name, text = _placed(one)
        faults.setdefault(name, text)
    return (None if faults else blueprint), faults


def _json(typed: Typed, titles: Mapping[str, str]) -> dict[str, Any]:
    entries = [titles.get(name, name) for name in _lines(typed.exclude_entries)]
    return {
        "title": typed.title, "minutes": typed.minutes, "pass_mark": round(_number(typed.pass_mark) / 100, 6), "forms": typed.forms,
        "not_used_for_months": typed.not_used_for_months or 0, "max_overlap": typed.max_overlap or 0,
        "exclude": {"questions": _lines(typed.exclude_questions), "entries": entries},
        "cells": [_cell(row) for row in named(typed.rows)],
    }  # fmt: skip


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def named(rows: Sequence[Row]) -> list[Row]:
    """The lines with a name of their own each: the typed one, or what they ask for."""
    taken, found = set[str](), list[Row]()
    for number, row in enumerate(rows, 1):
        name = row.name or cell_words({TOPIC: row.topics[:2], TYPE: row.types}, row.bands)
        name = name if name not in taken else f"{name}（{number}）"
        taken.add(name)
        found.append(replace(row, name=name[:80]))
    return found


def _cell(row: Row) -> dict[str, Any]:
    lists = {"topics": list(row.topics), "types": list(row.types), "bands": list(row.bands)}
    return {"name": row.name, **lists, "count": row.count, "points": row.points}


def _placed(one: Fault) -> tuple[str, str]:
    """The field of a fault, and its sentence with the field's name in words."""
    field_ = str(one.args.get("field", ""))
    labels = {
        "title": gettext("考试名称"), "minutes": gettext("时长"), "forms": gettext("套数"), "max_overlap": gettext("两套最多相同"),
        "not_used_for_months": gettext("近期用过的不抽"), "count": gettext("题数"), "points": gettext("每题分值"), "name": gettext("部分名称"),
        "cells": gettext("各部分"),
    }  # fmt: skip
    if match := _CELL.fullmatch(field_):
        where = gettext("第 %(n)s 部分的%(what)s", n=match[1], what=labels.get(match[2], match[2]))
        return f"cell-{match[1]}-{match[2]}", message(one.code, page_language(), **{**one.args, "field": where})
    return field_, message(one.code, page_language(), **{**one.args, "field": labels.get(field_, field_)})


def cells_typed(typed: Typed) -> list[Cell | None]:
    """Each line as a cell to count questions with; None where it cannot be read."""
    found: list[Cell | None] = []
    for row in named(typed.rows):
        one = from_json({"title": "-", "cells": [{**_cell(row), "count": 1, "points": 1}]})[0]
        found.append(one.cells[0] if one else None)
    return found
