"""What is wrong with questions. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    # --- questions
    "question-title": ("题目文件的第一行应当是 # 标题", "a question file begins with a # heading"),
    "question-id": ("题目 id “{value}” 应为 q- 加小写字母、数字和连字符", "the question id “{value}” should be q- and a-z, 0-9, hyphens"),
    "question-twice": ("题目 id {id} 已在 {other} 用过，请换一个", "the question id {id} is already used in {other}"),
    "question-entry": ("所考的条目 {id} 不存在", "the entry {id}, which the question tests, does not exist"),
    "question-entry-stale": (
        "所考的条目 {id} 在 {day} 不是现行口径（{state}），这道题不会进新卷",
        "the entry {id} is not in force on {day} ({state}); the question stays out of new papers",
    ),
    "question-fact": ("{id} 没有要素 {name}（有：{known}）", "{id} has no fact {name} (it has {known})"),
    "question-fact-name": ("facts 的 “{value}” 写法不对，应为 要素 或 条目id.要素", "“{value}” in facts should be fact or entry-id.fact"),
    "question-stray": (
        "“{text}…” 不该在答案之后，题干写在答案之前，解析写成 > 引用",
        "“{text}…” after the answer: the stem stands before, the explanation in a > quote",
    ),
    "stem-missing": ("没有题干", "there is no stem"),
    "answer-missing": ("这一题没有答案", "the question has no answer"),
    "answer-form": (
        "答案的写法与题型不符，见 docs/questions.md",
        "the answer is not in the form that this type of question has; see docs/questions.md",
    ),
    "answer-single": ("这种题只能有一行答案", "a question of this type has one answer line"),
    "answer-truth": ("判断题的答案 “{value}” 应为 对 或 错", "the answer “{value}” should be 对 or 错"),
    "two-right": ("单选题有 {count} 个正确答案，只能有一个", "{count} options are right, only one may be"),
    "one-right": ("多选题只有一个正确答案，至少要两个", "only one option is right, a multiple choice needs two"),
    "no-wrong": ("多选题没有错误选项", "no option is wrong"),
    "option-count": ("有 {count} 个选项，应为 {low} 至 {high} 个", "{count} options, {low} to {high} expected"),
    "option-empty": ("选项是空的", "the option is empty"),
    "option-twice": ("两个选项一样：“{a}”与“{b}”", "two options say the same: “{a}” and “{b}”"),
    "distractor-is-key": ("错误选项与正确答案是一回事：“{a}”与“{b}”", "a distractor says the same as the key: “{a}” and “{b}”"),
    "step-count": ("有 {count} 步，应为 {low} 至 {high} 步", "{count} steps, {low} to {high} expected"),
    "step-twice": ("两步一样：“{a}”与“{b}”", "two steps say the same: “{a}” and “{b}”"),
    "number-unit": ("数字题的答案 “{value}” 应为带单位的数值，如 3 个工作日", "the key “{value}” should be a number with a unit, such as 3 个工作日"),
    "key-contradicts": (
        "答案里的 “{text}” 与所考要素（{facts}）不一致，请改为引用",
        "“{text}” in the key contradicts the facts tested ({facts}); refer to the fact",
    ),
    "statement-true": (
        "答案是“错”，但题干里的 “{text}” 与所考要素（{facts}）一致，请核对",
        "the answer is 错, yet “{text}” agrees with the facts tested ({facts}); look again",
    ),
    "explanation-missing": ("没有解析（> 引用）", "there is no explanation (a > quote)"),
    "entry-unasked": ("没有一道题考到条目 {id}", "no question asks about the entry {id}"),
    "fact-unasked": ("没有一道题考到 {id} 的要素 {name}（{label}）", "no question asks for the fact {name} ({label}) of {id}"),
}
