"""A response matrix from a table: scores between 0 and 1, or chosen options with a key. PURE."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from kb.errors import ContentError
from quiz.files.spreadsheet import Sheet
from quiz.statistics.itemstats import Matrix
from quiz.statistics.optionstats import NO_ANSWER, score_choices

FREQUENCY = "freq"
NOT_ANSWERED = "-"
_NOT_PRESENTED = frozenset({"", "na", "n/a", "nan", "."})
_IDENTIFIERS = frozenset({
    "id", "attempt", "quizattempt", "person", "personid", "student", "studentid", "name", "examinee", "user", "userid", "employee",
    "工号", "姓名", "员工", "员工编号", "考生", "序号", "学号", "编号",
})  # fmt: skip
_MOST_OPTIONS = 20
_MOST_REPEATS = 10**9
Choices = tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Responses:
    """A matrix ready for analysis: a row a paper (occurring as often as its frequency), a column an item.

    `choices` and `keys` are there when options were chosen; `left_out` names the columns that identify people and are no items.
    """

    items: tuple[str, ...]
    scores: Matrix
    frequencies: tuple[int, ...]
    choices: Choices | None
    keys: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def not_presented(self) -> int:
        """How many cells say that an item was not presented."""
        return int(np.isnan(self.scores).sum())

    def offered(self, item: int) -> tuple[str, ...]:
        """The options of an item as far as they show: those chosen, the key, and the letters or numbers skipped below the highest of them."""
        chosen = {row[item] for row in self.choices or ()} - {None, NO_ANSWER}
        return _filled({self.keys[item], *(c for c in chosen if c)})


def read_responses(sheet: Sheet, filename: str, key: Sheet | None = None, key_filename: str = "") -> Responses:
    """The matrix of a table with one column an item.

    A column `Freq` counts how often its row occurred. A column of names or numbers of people is left out. Empty cells and NA are items that were not
    presented, `-` is no answer and earns 0. Raises ContentError naming row and column of what cannot be read.
    """
    _check_header(sheet, filename)
    if not sheet.rows:
        raise ContentError("matrix-rows", file=filename)
    answers = None if key is None else _answers(key, key_filename)
    kinds = [_kind(sheet, column, answers) for column in range(len(sheet.header))]
    _check_frequency(sheet, kinds, filename)
    columns = [c for c, kind in enumerate(kinds) if kind == "item"]
    if not columns:
        raise ContentError("matrix-items", file=filename)
    items = tuple(sheet.header[c] for c in columns)
    left_out = tuple(sheet.header[c] for c, kind in enumerate(kinds) if kind == "person")
    frequencies = _frequencies(sheet, kinds, filename)
    if key is None or answers is None:
        return Responses(items, _scores(sheet, columns, filename), frequencies, None, (), left_out)
    keys = _keys(key, key_filename, answers, items, set(sheet.header))
    choices = tuple(tuple(_choice(row.cells[c]) for c in columns) for row in sheet.rows)
    return Responses(items, score_choices(choices, keys), frequencies, choices, keys, left_out)


def _check_header(sheet: Sheet, filename: str) -> None:
    for number, name in enumerate(sheet.header, 1):
        if not name:
            below = next((row.number for row in sheet.rows if row.cells[number - 1]), sheet.header_number)
            raise ContentError("matrix-heading", file=filename, row=sheet.header_number, number=number, below=below)
        if name in sheet.header[: number - 1]:
            raise ContentError("matrix-twice", file=filename, row=sheet.header_number, column=name)


def _check_frequency(sheet: Sheet, kinds: Sequence[str], filename: str) -> None:
    """Raise ContentError where two columns say how often a row occurred."""
    for column in [c for c, kind in enumerate(kinds) if kind == "freq"][1:]:
        raise ContentError("matrix-twice", file=filename, row=sheet.header_number, column=sheet.header[column])


def _kind(sheet: Sheet, column: int, answers: dict[str, str] | None) -> str:
    """What a column is: "freq", "person" or "item"."""
    name = "".join(sheet.header[column].split()).replace("_", "").casefold()
    if name == FREQUENCY:
        return "freq"
    if name in _IDENTIFIERS or (column == 0 and _identifies(sheet, answers)):
        return "person"
    return "item"


def _identifies(sheet: Sheet, answers: dict[str, str] | None) -> bool:
    """Whether the first column names people: without an answer in the key, or different in every row and not what an item would hold."""
    if answers is not None and not answers.get(sheet.header[0]):
        return True
    values = [row.cells[0] for row in sheet.rows]
    if len(values) < 3 or len(set(values)) < len(values):
        return False
    if answers is not None:
        return len(values) > _MOST_OPTIONS
    return 2 * sum(_credit(value) is None for value in values) > len(values)


def _frequencies(sheet: Sheet, kinds: Sequence[str], filename: str) -> tuple[int, ...]:
    if "freq" not in kinds:
        return (1,) * len(sheet.rows)
    column = kinds.index("freq")
    for row in sheet.rows:
        value = row.cells[column]
        if not re.fullmatch(r"\d{1,10}(\.0*)?", value) or float(value) > _MOST_REPEATS:
            raise ContentError("matrix-freq", file=filename, row=row.number, column=sheet.header[column], value=value)
    return tuple(int(float(row.cells[column])) for row in sheet.rows)


def _scores(sheet: Sheet, columns: Sequence[int], filename: str) -> Matrix:
    found = np.empty((len(sheet.rows), len(columns)))
    for i, row in enumerate(sheet.rows):
        for j, column in enumerate(columns):
            value = row.cells[column]
            credit = _credit(value)
            if credit is None:
                raise ContentError("matrix-cell", file=filename, row=row.number, column=sheet.header[column], value=value)
            found[i, j] = credit
    return found


def _credit(value: str) -> float | None:
    """A cell as a credit, NaN for an item not presented; None for what is neither."""
    if value.casefold() in _NOT_PRESENTED:
        return nan
    if value == NOT_ANSWERED:
        return 0.0
    try:
        number = nan if "_" in value else float(value)  # 1_0 is a number to Python alone
    except ValueError:
        return None
    return number if isfinite(number) and 0 <= number <= 1 else None


def _choice(value: str) -> str | None:
    if value.casefold() in _NOT_PRESENTED:
        return None
    return NO_ANSWER if value == NOT_ANSWERED else unicodedata.normalize("NFKC", value).upper()


def _answers(key: Sheet, filename: str) -> dict[str, str]:
    """The one row of a key by column."""
    _check_header(key, filename)
    if len(key.rows) != 1:
        raise ContentError("key-rows", file=filename, count=len(key.rows))
    return {name: _choice(cell) or "" for name, cell in zip(key.header, key.rows[0].cells, strict=True)}


def _keys(key: Sheet, filename: str, answers: dict[str, str], items: Sequence[str], known: set[str]) -> tuple[str, ...]:
    strange = [name for name in key.header if name not in known and name.casefold() != FREQUENCY]
    missing = [name for name in items if name not in answers]
    for column in (*missing, *strange):
        raise ContentError("key-column", file=filename, column=column)
    for name in items:
        if not answers[name]:
            raise ContentError("key-cell", file=filename, row=key.rows[0].number, column=name)
    return tuple(answers[name] for name in items)


def _filled(options: set[str]) -> tuple[str, ...]:
    """The options in order, with the letters (or numbers) in between where all are single letters (or small numbers)."""
    if all(re.fullmatch("[A-Z]", o) for o in options):
        return tuple(chr(code) for code in range(ord("A"), ord(max(options)) + 1))
    if all(re.fullmatch(r"[1-9]", o) for o in options):
        return tuple(str(number) for number in range(1, int(max(options)) + 1))
    return tuple(sorted(options))
