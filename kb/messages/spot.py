"""Spot checks: what cannot be drawn, and what cannot be taken in. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "spot-missing": ("没有这次抽查，可能网址不完整", "there is no such spot check; the address may be incomplete"),
    "spot-foreign": ("这次抽查是别人开始的，只有本人能记录", "this spot check was begun by somebody else, who alone can record it"),
    "spot-hall": ("请选一个营业厅", "choose a hall"),
    "spot-own-district": (
        "“{name}”属于您所在的区县公司：专项互查只查别的区县，不查自己",
        "“{name}” belongs to your own district: districts inspect each other, never themselves",
    ),
    "spot-numbers": (
        "人数要在 1 到 {clerks} 之间，每人 1 到 {each} 题，合计不超过 {together} 题",
        "take 1 to {clerks} people and 1 to {each} questions each, {together} questions at most together",
    ),
    "spot-no-staff": ("“{name}”今天没有在岗人员可抽", "nobody works at “{name}” today"),
    "spot-no-questions": (
        "这个厅现在没有可以抽问的题，请先让培训师启用题目",
        "there is no question that may be asked in this hall now; a trainer has to release some first",
    ),
    "spot-message-bad": (
        "送来的记录读不懂，一次最多 {limit} 条，请刷新后再试",
        "what was sent cannot be read, at most {limit} records at once; reload and try again",
    ),
    "spot-answer-bad": ("有一条记录不完整，没有收下", "one record is incomplete and was not taken"),
    "spot-question-unknown": ("有一条记录的题目不在这次抽查里，没有收下", "one record is of a question that is not in this check and was not taken"),
    "spot-clerk-unknown": ("有一条记录的人不在这次抽查里，没有收下", "one record is of somebody who is not in this check and was not taken"),
}
