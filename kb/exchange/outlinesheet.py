"""A spreadsheet of scripts: each row an entry, columns known by their names, all others facts. PURE."""

import re
from collections.abc import Iterable, Sequence

from kb.authoring.entryform import EntryForm, FactLine, tidy
from kb.entry import Kind, Status
from kb.exchange.facttable import fact_name, fact_value
from kb.exchange.marks import named, restored_lines
from kb.exchange.outline import KINDS, Candidate, banned, entry_id

COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("标题", "名称", "条目", "业务名称", "套餐名称", "活动名称", "场景", "问题"),
    "id": ("编号", "条目编号", "id"),
    "kind": ("种类", "类型"),
    "topic": ("分类", "业务分类", "业务类别", "业务类型", "类别", "主题"),
    "asks": ("客户问法", "问法", "常见问法", "客户怎么问"),
    "body": ("正文", "话术", "标准话术", "口径", "解释口径", "答案", "内容", "标准答复", "应答"),
    "must_say": ("必须说", "必说", "必须告知", "告知要点"),
    "never_say": ("不能说", "禁用语", "禁语", "忌语"),
    "effective_from": ("生效日期", "生效", "开始日期", "活动开始"),
    "effective_to": ("失效日期", "失效", "结束日期", "活动结束"),
    "facts": ("资费要素", "要素"),
    "owner": ("负责岗位", "责任岗位", "责任部门"),
}
KEPT, KEPT_SUFFIX = ("正文", "必须说", "不能说", "资费要素"), "（引用）"  # hidden columns of our own workbooks: the text with its marks
_KINDS = {**KINDS, "话术": Kind.SCRIPT, "资费": Kind.TARIFF}
_UNUSED = frozenset({"适用范围", "版本", "序号", "行"})
_CAPTIONS = 6
_ROWS = re.compile(r"[\n；;]+")


def sheet_candidates(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], topic: str = "", taken: Iterable[str] = ()) -> list[Candidate]:
    """The forms of a table's rows, `(number, cells)` each; rows without a title are left out. Empty where no column is the title.

    The head may stand below a line or two that name the whole table.
    """
    header, rows = _below_captions(header, list(rows))
    places = _places(header)
    if "title" not in places:
        return []
    hidden = {name[: -len(KEPT_SUFFIX)]: at for at, name in enumerate(header) if name.endswith(KEPT_SUFFIX)}
    kept = {places[field]: hidden[header[places[field]].strip()] for field in places if header[places[field]].strip() in hidden}
    known = {*places.values(), *hidden.values()}
    others = [(at, name) for at, name in enumerate(header) if name.strip() and name.strip() not in _UNUSED and at not in known]
    ids, found = set(taken), []
    for number, row in rows:
        cells = _restored(row, kept)
        given = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        if given["title"]:
            values = [(label, cells[at]) for at, label in others if at < len(cells)] + [
                (label, value) for label, colon, value in (line.partition("：") for line in _rows(given, "facts")) if colon
            ]
            form = _form(given, values, topic, ids)
            ids.add(form.id)
            found.append(Candidate(number, tidy(form)))
    return found


def _below_captions(header: Sequence[str], rows: list[tuple[int, Sequence[str]]]) -> tuple[Sequence[str], list[tuple[int, Sequence[str]]]]:
    if "title" in _places(header):
        return header, rows
    at = next((at for at, (_, cells) in enumerate(rows[:_CAPTIONS]) if len(set(cells) - {""}) > 1 and "title" in _places(cells)), None)
    return (header, rows) if at is None else (rows[at][1], rows[at + 1 :])


def _restored(cells: Sequence[str], kept: dict[int, int]) -> list[str]:
    """The cells with references again where the lines are as they were taken out."""
    hidden = {at: cells[other] for at, other in kept.items() if other < len(cells)}
    return [restored_lines(cell, hidden[at]) if at in hidden else cell for at, cell in enumerate(cells)]


def _places(header: Sequence[str]) -> dict[str, int]:
    named = {name.strip().lower(): at for at, name in reversed(list(enumerate(header)))}
    found = {field: named[alias] for field, aliases in COLUMNS.items() for alias in reversed(aliases) if alias in named}
    if "title" in found and found.get("asks") == found["title"]:
        del found["asks"]
    return found


def _form(given: dict[str, str], values: Iterable[tuple[str, str]], topic: str, ids: set[str]) -> EntryForm:
    facts: list[FactLine] = []
    for written, value in values:
        label, wanted = named(written)
        if value.strip():
            facts.append(FactLine(fact_name(label, wanted, {fact.name for fact in facts}), label, fact_value(value)))
    kind = _KINDS.get(given.get("kind", ""), Kind.TARIFF if facts else Kind.SCRIPT if "话术" in given["title"] else Kind.BASIC)
    return EntryForm(
        id=entry_id(given["title"], given.get("id", "").lower(), ids),
        title=given["title"].split("\n")[0], kind=kind.value, topic=given.get("topic", "") or topic, asks=_rows(given, "asks"), facts=tuple(facts),
        effective_from=fact_value(given.get("effective_from", "")), effective_to=fact_value(given.get("effective_to", "")),
        must_say=_rows(given, "must_say"), never_say=tuple(map(banned, _rows(given, "never_say"))), owner=given.get("owner", ""), version="1",
        status=Status.PUBLISHED.value, body=given.get("body", ""),
    )  # fmt: skip


def _rows(given: dict[str, str], name: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in _ROWS.split(given.get(name, "")) if piece.strip())
