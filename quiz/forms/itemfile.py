"""A bank from outside: CSV → items, with every fault at its row and column. PURE."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kb import Fault, fault
from quiz.bank.difficulty import information
from quiz.forms.balance import Item

ID_NAMES = ("id",)
SHARE_NAMES = ("p", "pvalue", "p_value", "facility")
ENTRY, ENEMIES, EXPOSURES, LAST_USED, INFORMATION = "entry", "enemies", "exposures", "last_used", "information"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold the id and the share correct; empty for the first of the usual names, in any case."""

    id: str = ""
    share: str = ""


def month_number(text: str) -> int | None:
    """A month `2026-10` as year · 12 + month, None for anything else."""
    found = _MONTH.fullmatch(text.strip())
    return int(found[1]) * 12 + int(found[2]) if found else None


class _Row:
    """One row of the file, its cells by column, and what is wrong with them."""

    def __init__(self, path: str, line: int, cells: Mapping[str, str]) -> None:
        self.path, self.line, self.cells, self.faults = path, line, cells, list[Fault]()

    def refuse(self, column: str, code: str, **args: object) -> None:
        self.faults.append(fault(self.path, self.line, code, column=column, value=self.cells.get(column, ""), **args))

    def share(self, column: str, high: float = 1.0) -> float:
        text = self.cells[column]
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= high:
            self.refuse(column, "bank-share" if text else "bank-empty")
            return 0.0
        return value

    def count(self, column: str) -> int:
        text = self.cells.get(column, "")
        if text and not (text.isascii() and text.isdigit()):
            self.refuse(column, "bank-count")
            return 0
        return int(text or 0)

    def month(self, column: str) -> int | None:
        text = self.cells.get(column, "")
        found = month_number(text)
        if text and found is None:
            self.refuse(column, "bank-month")
        return found


def read_items(text: str, path: str, columns: Columns = Columns()) -> tuple[list[Item], list[Fault]]:
    """The items of a CSV file with a head; all columns are attributes besides.

    Where there are columns `entry`, `enemies` (words parted by spaces), `exposures`, `last_used` (2026-10) or `information`, they are what
    `Item` calls so. Items without faults are given even where others have some.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    items: list[Item] = []
    faults: list[Fault] = []
    try:
        head = [name.strip() for name in next(reader, [])]
        id_column, share_column, faults = _columns(head, path, columns)
        if faults:
            return [], faults
        seen: dict[str, int] = {}
        for cells in reader:
            if any(cell.strip() for cell in cells):
                item, wrong = _item(cells, head, (id_column, share_column), seen, (path, reader.line_num))
                faults += wrong
                items += [item] if item else []
    except csv.Error as error:
        return items, [*faults, fault(path, reader.line_num, "unreadable", reason=str(error))]
    if not items and not faults:
        faults.append(fault(path, 1, "bank-none"))
    return items, faults


def _columns(head: Sequence[str], path: str, columns: Columns) -> tuple[str, str, list[Fault]]:
    faults = [fault(path, 1, "bank-column-twice", column=name) for name in sorted({name for name in head if head.count(name) > 1})]
    found = []
    for given, usual, option in ((columns.id, ID_NAMES, "--id-column"), (columns.share, SHARE_NAMES, "--p-column")):
        wanted = (given,) if given else usual
        matches = [name for want in wanted for name in head if name == given or (not given and name.lower() == want)]
        if not matches:
            faults.append(fault(path, 1, "bank-column", want=wanted[0], columns=", ".join(head), option=option))
        found.append(matches[0] if matches else "")
    return found[0], found[1], faults


def _item(
    cells: Sequence[str], head: Sequence[str], named: tuple[str, str], seen: dict[str, int], place: tuple[str, int]
) -> tuple[Item | None, list[Fault]]:
    path, line = place
    if len(cells) != len(head):
        return None, [fault(path, line, "bank-row", found=len(cells), want=len(head))]
    row = _Row(path, line, {name: cell.strip() for name, cell in zip(head, cells, strict=True)})
    id_, expected = row.cells[named[0]], row.share(named[1])
    if not id_:
        row.refuse(named[0], "bank-empty")
    elif id_ in seen:
        row.refuse(named[0], "bank-id-twice", first=seen[id_])
    seen.setdefault(id_, line)
    item = Item(
        id=id_,
        expected=expected,
        information=row.share(INFORMATION, 1e6) if row.cells.get(INFORMATION) else information(expected),
        attributes=MappingProxyType({name: cell for name, cell in row.cells.items() if name not in named}),
        entry_id=row.cells.get(ENTRY, ""),
        enemies=tuple(dict.fromkeys(row.cells.get(ENEMIES, "").split())),
        exposures=row.count(EXPOSURES),
        last_used=row.month(LAST_USED),
    )
    return (None if row.faults else item), row.faults
