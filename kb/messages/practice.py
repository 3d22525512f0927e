"""Practice: why a question cannot be answered now. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "practice-missing": (
        "这道题不在您今天的练习里，也不在您的错题本里",
        "this question is neither among your questions of today nor in your notebook",
    ),
    "practice-waits": (
        "这道题现在不能练习：可能正在考试，或口径变了、题目正在修订，请先做别的题",
        "this question cannot be practised now: it is in an open exam, or being revised; take another one first",
    ),
    "practice-changed": (
        "这道题刚更新，或已在别处答过，请看清后重新作答",
        "the question has just been updated, or was answered elsewhere; read it again and answer",
    ),
    "practice-answer": ("请先作答，再提交", "answer the question before you send it"),
    "answer-order": ("请给每一步一个不同的序号，从 1 排起", "give every step a number of its own, from 1 on"),
    "practice-no-unit": (
        "您现在不属于任何营业厅或部门，不能练习，请联系管理员",
        "you belong to no unit now and cannot practise; ask the administrator",
    ),
}
