"""Questions in a spreadsheet, one a row: the template, what is read from it, and the same written. PURE."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile

from kb.errors import ContentError
from quiz.files.spreadsheet import Row, Sheet, find_columns, read_sheet, write_sheet
from quiz.importers.drafts import Draft, Exported, Imported, collected, meta_of
from quiz.questions.question import FALSE, TRUE, Question, QuestionType

LETTERS = "ABCDEFGH"
HEADER = ("题号", "题型", "题干", *(f"选项{letter}" for letter in LETTERS), "答案", "解析", "难度", "条目", "要素")
EXAMPLE = "示例"
_MOST_ABOVE = 10  # rows that may stand above the headings and the headings themselves
_WIDTHS = (14, 10, 44, *([20] * len(LETTERS)), 14, 36, 8, 24, 20)
_ALIASES: dict[str, tuple[str, ...]] = {
    "题号": ("题目编号", "编号", "id"),
    "题型": ("题目类型", "类型", "type"),
    "题干": ("题目", "题目内容", "试题内容", "问题", "stem"),
    "答案": ("正确答案", "标准答案", "参考答案", "answer"),
    "解析": ("答案解析", "试题解析", "说明", "explanation"),
    "难度": ("难度系数", "difficulty"),
    "条目": ("条目id", "知识条目", "entry"),
    "要素": ("资费要素", "考点", "facts"),
    **{f"选项{c}": (c, f"{c}选项", f"option{c}") for c in LETTERS},
}
NAMES: dict[QuestionType, str] = {
    QuestionType.SINGLE: "单选题", QuestionType.MULTIPLE: "多选题", QuestionType.TRUE_FALSE: "判断题", QuestionType.NUMBER: "填数题",
    QuestionType.ORDERING: "排序题", QuestionType.BEST_REPLY: "最佳应答", QuestionType.SHORT: "简答题",
}  # fmt: skip
_TYPES = {
    **{name: kind for kind, name in NAMES.items()},
    **{name.removesuffix("题"): kind for kind, name in NAMES.items()},
    **{kind.value: kind for kind in QuestionType},
    **dict.fromkeys(("选择题", "单项选择题"), QuestionType.SINGLE),
    **dict.fromkeys(("多项选择题", "不定项选择题"), QuestionType.MULTIPLE),
    **dict.fromkeys(("判断对错", "是非题"), QuestionType.TRUE_FALSE),
    **dict.fromkeys(("填空题", "填空", "数字题", "数字"), QuestionType.NUMBER),
    **dict.fromkeys(("问答题", "问答"), QuestionType.SHORT),
    **dict.fromkeys(("最佳答复", "最佳回答"), QuestionType.BEST_REPLY),
}
_TRUTH = {
    **dict.fromkeys(("对", "正确", "√", "✓", "t", "true", "是", "y", "yes"), TRUE),
    **dict.fromkeys(("错", "错误", "×", "x", "✗", "f", "false", "否", "n", "no"), FALSE),
}  # fmt: skip


def read_questions_sheet(data: bytes, filename: str) -> Imported:
    """The questions of a spreadsheet; rows whose number begins with 示例 are examples. Raises ContentError when it has no 题干 or 答案."""
    header, columns, rows = _headed(read_sheet(data, filename))
    if missing := [name for name in ("题干", "答案") if name not in columns]:
        raise ContentError("sheet-columns", file=filename, missing="、".join(missing))
    drafts = []
    for row in rows:
        cells = {name: row.cells[place] for name, place in columns.items()}
        if row.cells != header and not cells.get("题号", "").startswith(EXAMPLE):
            drafts.append(_draft(filename, row, cells))
    return collected(drafts)


def _headed(sheet: Sheet) -> tuple[tuple[str, ...], dict[str, int], Sequence[Row]]:
    """The headings, where the columns stand, and the rows below: titles and notes above the headings are passed over."""
    rows = [Row(sheet.header_number, sheet.header), *sheet.rows]
    found = [_columns(row.cells) for row in rows[:_MOST_ABOVE]]
    place = next((i for i, columns in enumerate(found) if {"题干", "答案"} <= columns.keys()), 0)
    return rows[place].cells, found[place], rows[place + 1 :]


def _columns(header: Sequence[str]) -> dict[str, int]:
    places = {name: find_columns(header, (name, *_ALIASES[name])) for name in HEADER}
    return {name: next(iter(found.values())) for name, found in places.items() if found}


def _draft(path: str, row: Row, cells: Mapping[str, str]) -> Draft:
    draft = Draft(path, row.number, stem=cells["题干"], explanation=cells.get("解析", ""))
    draft.bind({"id": cells.get("题号", ""), "entry": cells.get("条目", ""), "facts": cells.get("要素", "")})
    if entry := cells.get("条目", "") if not draft.entry else "":
        draft.warn(row.number, "import-entry", value=entry)
    _level(draft, cells.get("难度", ""))
    if (written := cells.get("题型", "")) and written.lower() not in _TYPES:
        draft.complain(row.number, "sheet-choice", column="题型", value=written, choices="、".join(NAMES.values()))
        return draft
    draft.type = _TYPES.get(written.lower())
    options = _filled(draft, [cells.get(f"选项{letter}", "") for letter in LETTERS])
    answer = cells["答案"]
    if not answer:
        draft.complain(row.number, "sheet-empty-cell", column="答案")
    else:
        _READERS.get(draft.type or _guess(answer, options), _plain)(draft, options, answer)
    return draft


def _level(draft: Draft, written: str) -> None:
    names = {"易": 2, "中": 3, "难": 4}
    if written in names or written in {"1", "2", "3", "4", "5"}:
        draft.difficulty = names.get(written) or int(written)
    elif written:
        draft.complain(draft.line, "sheet-choice", column="难度", value=written, choices="1–5")


def _filled(draft: Draft, cells: list[str]) -> list[str]:
    options = list(takewhile(bool, cells))
    if gap := next((LETTERS[i] for i in range(len(options), len(cells)) if cells[i]), ""):
        draft.complain(draft.line, "sheet-gap", column=f"选项{LETTERS[len(options)]}", later=f"选项{gap}")
    return options


def _guess(answer: str, options: list[str]) -> QuestionType | None:
    if options:
        return QuestionType.MULTIPLE if len(_letters(answer)) > 1 else QuestionType.SINGLE
    return QuestionType.TRUE_FALSE if answer.lower() in _TRUTH else None


def _letters(answer: str) -> str:
    return re.sub(r"[\s,，、;；.。/]+", "", answer).upper()


def _places(draft: Draft, options: list[str], answer: str) -> list[int]:
    """Which options the letters of an answer name; a fault where one names none."""
    letters = _letters(answer)
    places = [LETTERS.find(letter) for letter in letters]
    if not letters or any(not 0 <= place < len(options) for place in places) or len(set(places)) < len(places):
        draft.complain(draft.line, "answer-letters", given=answer, count=len(options))
        return []
    return places


def _choice(draft: Draft, options: list[str], answer: str) -> None:
    named = all(0 <= LETTERS.find(letter) < len(options) for letter in _letters(answer))
    places = _places(draft, options, answer) if named or answer not in options else [options.index(answer)]
    draft.type = draft.type or _guess(answer, options)
    draft.options = [(text, i in places) for i, text in enumerate(options)]


def _order(draft: Draft, options: list[str], answer: str) -> None:
    places = _places(draft, options, answer)
    if places and len(places) != len(options):
        draft.complain(draft.line, "answer-letters", given=answer, count=len(options))
    draft.steps = [options[place] for place in places]


def _truth(draft: Draft, options: list[str], answer: str) -> None:
    said = options[_places(draft, options, answer)[0]] if options and _letters(answer) in {"A", "B"} and len(options) == 2 else answer
    draft.type, draft.key = QuestionType.TRUE_FALSE, _TRUTH.get(said.lower(), said)


def _plain(draft: Draft, options: list[str], answer: str) -> None:
    if options:
        draft.complain(draft.line, "sheet-options")
    draft.key = answer


_READERS: dict[QuestionType | None, Callable[[Draft, list[str], str], None]] = {
    QuestionType.SINGLE: _choice, QuestionType.BEST_REPLY: _choice, QuestionType.MULTIPLE: _choice, QuestionType.ORDERING: _order,
    QuestionType.TRUE_FALSE: _truth,
}  # fmt: skip


def write_questions_sheet(questions: Iterable[Question]) -> Exported:
    """A workbook in the form of the template; every type fits."""
    rows = [_row(question) for question in questions]
    return Exported(write_sheet("题目", HEADER, rows, _WIDTHS), len(rows))


def template() -> bytes:
    """The workbook to fill in, with an example of every type."""
    return write_sheet("题目", HEADER, _EXAMPLES, _WIDTHS)


def _row(question: Question) -> list[str]:
    meta = meta_of(question)
    texts = [o.text for o in question.options] or list(question.steps)
    right = "".join(LETTERS[i] for i, option in enumerate(question.options) if option.right)
    answer = right or LETTERS[: len(question.steps)] or question.key
    level, bound = str(question.difficulty), (meta.get("entry", ""), meta.get("facts", ""))
    return [
        question.id, NAMES[question.type], question.stem, *(texts + [""] * len(LETTERS))[: len(LETTERS)], answer, question.explanation, level, *bound,
    ]  # fmt: skip


def _example(kind: QuestionType, stem: str, options: str, answer: str, why: str) -> list[str]:
    return [f"{EXAMPLE}（可删）", NAMES[kind], stem, *(options.split("|") + [""] * len(LETTERS))[: len(LETTERS)], answer, why, "2", "", ""]


_EXAMPLES = [
    _example(QuestionType.SINGLE, "补卡时要核对哪一样？", "机主本人身份证原件|身份证复印件|口头报身份证号", "A", "只认原件。"),
    _example(QuestionType.MULTIPLE, "下面哪些是办理前要说明的？", "月费|生效时间|同事的工号", "AB", "费用和生效时间必须说。"),
    _example(QuestionType.TRUE_FALSE, "降档一律当月生效。", "", "错", "一般次月生效。"),
    _example(QuestionType.NUMBER, "异常情况要在多久内答复？", "", "24小时", "连单位一起写。"),
    _example(QuestionType.ORDERING, "客户嫌贵，先后怎么做？", "先问用量|再给方案|确认后办理", "ABC", "答案写正确的先后，从左到右。"),
    _example(QuestionType.BEST_REPLY, "客户说“太贵了”，怎么答最好？", "我先看看您每月用多少，再帮您选|都是这个价", "A", "先问用量。"),
    _example(QuestionType.SHORT, "用一两句话解释首问负责。", "", "谁先接待，谁负责到底", "由培训师评分。"),
]
