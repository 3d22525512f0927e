"""Blueprints, and what a bank cannot give for them. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    # --- blueprints
    "blueprint-whole": ("{field} 的值 “{value}” 应为 {low} 至 {high} 的整数", "{field} should be a whole number from {low} to {high}, not “{value}”"),
    "blueprint-number": ("{field} 的值 “{value}” 应为 {low} 至 {high} 的数", "{field} should be a number from {low} to {high}, not “{value}”"),
    "blueprint-cells": (
        "{field} 应当是列表，至少一项，每项写明 count 和要求（topics、types、bands、attributes）",
        "{field} should be a list of at least one item, each with a count and what it asks for (topics, types, bands, attributes)",
    ),
    "blueprint-large": (
        "{field} 太多：最多 {cells} 项，一套卷最多 {questions} 题",
        "{field} are too many: at most {cells}, and {questions} questions a form",
    ),
    "blueprint-name-twice": ("{field} “{value}” 用了两次，请换一个名称", "{field} “{value}” is used twice; choose another name"),
    "blueprint-filter-twice": ("{field} 与 {other} 重复，只写一处", "{field} says the same as {other}; write one of them"),
    # --- draws
    "draw-short": (
        "“{cell}” 还差 {by} 题：{forms} 套卷共要 {need} 题，可用的只有 {have} 题（另有 {held} 题被排除或近期用过）",
        "“{cell}” lacks {by} questions: {forms} forms need {need}, {have} are available ({held} more excluded or used lately)",
    ),
    "draw-short-shared": (
        "“{cell}” 还差 {by} 题：{forms} 套卷共要 {need} 题，符合的有 {have} 题，但与其他部分争用（另有 {held} 题被排除或近期用过）",
        "“{cell}” lacks {by} questions: {forms} forms need {need}, {have} fit, but other cells need them too ({held} more excluded or used lately)",
    ),
    "draw-short-enemies": (
        "“{cell}” 还差 {by} 题：{forms} 套卷共要 {need} 题，符合的有 {have} 题，但有些考同一内容，不能同卷（另有 {held} 题被排除或近期用过）",
        "“{cell}” lacks {by} questions: {forms} forms need {need}, {have} fit, but some test the same ({held} more excluded or used lately)",
    ),
    "draw-overlap": (
        "两套卷最多只许相同 {limit} 题，但会相同 {found} 题，超出 {by} 题",
        "two forms may share {limit} questions but share {found}, {by} too many",
    ),
    "draw-undealt": (
        "考同一内容或重复使用的题太多，分不成 {forms} 套卷；请减少套数，或补充题目",
        "too many questions test the same or are used again to deal them out to {forms} forms; draw fewer forms or add questions",
    ),
    "draw-expected-spread": (
        "各卷的预期得分率相差 {found} 个百分点，超出允许的 {limit} 有 {by}",
        "the expected scores of the forms differ by {found} points of a hundred, {by} more than the {limit} allowed",
    ),
    "draw-information-spread": (
        "各卷的区分信息量相差 {found}%，超出允许的 {limit}% 有 {by}",
        "the information of the forms differs by {found} %, {by} more than the {limit} allowed",
    ),
    "draw-count": (
        "第 {form} 套卷的 “{cell}” 有 {found} 题，应为 {want} 题（差 {by}）",
        "form {form} holds {found} questions for “{cell}” instead of {want} ({by} off)",
    ),
    "draw-excluded": ("第 {form} 套卷有 {by} 题已被排除或近期用过", "{by} questions of form {form} are excluded or were used lately"),
    "draw-misplaced": ("第 {form} 套卷有 {by} 题不符合所在部分的要求", "{by} questions of form {form} do not fit the cell that they stand in"),
    "draw-enemies": ("第 {form} 套卷有 {by} 题与卷中别的题考同一内容", "{by} questions of form {form} test the same as others in it"),
    # --- banks from outside
    "bank-column": (
        "没有 “{want}” 列；有：{columns}。请用 {option} 指定",
        "there is no column “{want}”; there are {columns}. Name one with {option}",
    ),
    "bank-column-twice": ("列名 “{column}” 用了两次", "the column name “{column}” is used twice"),
    "bank-row": ("这一行有 {found} 格，表头有 {want} 格", "this row has {found} cells, the head has {want}"),
    "bank-empty": ("“{column}” 列不能为空", "the column “{column}” may not be empty"),
    "bank-id-twice": ("“{column}” 列的 “{value}” 在第 {first} 行已用过", "“{value}” in the column “{column}” is already used in row {first}"),
    "bank-share": (
        "“{column}” 列的 “{value}” 应为 0 至 1 的得分率，如 0.75",
        "“{value}” in the column “{column}” should be a share from 0 to 1, such as 0.75",
    ),
    "bank-count": ("“{column}” 列的 “{value}” 应为不小于 0 的整数", "“{value}” in the column “{column}” should be a whole number from 0"),
    "bank-month": ("“{column}” 列的 “{value}” 应为月份，如 2026-10", "“{value}” in the column “{column}” should be a month such as 2026-10"),
    "bank-large": ("{path} 超过上限 {limit} MB", "{path} is larger than {limit} MB"),
    "bank-encoding": (
        "{path} 不是 UTF-8 编码，请另存为“CSV UTF-8”后再试",
        "{path} is not UTF-8; save it again as CSV UTF-8",
    ),
    "bank-none": ("题库里没有题目", "the bank holds no questions"),
    "bank-faulty": ("{path} 有 {count} 处错误，没有组卷", "{path} has {count} errors, nothing was drawn"),
    "draw-unmet": ("蓝图的要求有 {count} 条没有满足", "{count} demands of the blueprint are not met"),
}
