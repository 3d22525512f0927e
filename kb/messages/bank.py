"""The question bank: what a trainer cannot do with a question, and what is wrong with one brought in a file. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "question-missing": ("没有题目 {id}", "there is no question {id}"),
    "question-state": (
        "题目现在是“{state}”状态，不能这样操作，请刷新后再看",
        "the question is {state_en} by now, this cannot be done; reload the page",
    ),
    "question-changed": ("题目 {id} 刚被别人改过，请刷新后再操作", "somebody has just changed the question {id}; reload the page first"),
    "question-unbound": (
        "题目 {id} 还没有绑定条目，请先编辑，填上它所考的条目",
        "the question {id} is bound to no entry; edit it and name the entry that it tests",
    ),
    "question-not-in-force": (
        "所考的条目“{entry}”现在不是有效口径，题目 {id} 不能使用；可以停用，或改考别的条目",
        "the entry “{entry}” is not in force, the question {id} cannot be used; retire it or bind it to another entry",
    ),
    "question-unsound": ("题目 {id} 还不能使用：{why}", "the question {id} cannot be used yet: {why_en}"),
    "question-outdated": (
        "题目 {id} 审核以后口径又变了，请退回草稿重新审核",
        "the facts have changed since the question {id} was reviewed; withdraw it and review it again",
    ),
    # --- what is wrong with a question in a file
    "xml-damaged": ("{file} 第 {line} 行起不是正确的 XML（{reason}）", "{file}: no sound XML from line {line} ({reason})"),
    "import-foreign": ("{file} 不是 {wanted} 文件，请换一种格式", "{file} is no {wanted} file; choose another format"),
    "import-many": (
        "文件里有 {count} 题，一次最多 {limit} 题，请分成几个文件",
        "the file has {count} questions, at most {limit} at a time; split it",
    ),
    "import-item": ("这一题的文件读不出来：{reason}", "the file of this item cannot be read: {reason_en}"),
    "import-type": (
        "不支持的题型（{type}）；可以导入单选、多选、判断、数字、排序、简答，请改题型或手工录入",
        "this type ({type}) is not supported; change it to a choice, true/false, number, ordering or short question",
    ),
    "import-number-unit": (
        "数字题要连单位一起写，请改成填空形式并写全，例如 20GB/月",
        "a number needs its unit; make it a short answer such as 20GB/月",
    ),
    "import-partial": ("部分得分不保留，只按完全正确的选项导入", "partial credit is not kept; only options that are wholly right count"),
    "import-alternatives": ("有几个可接受的答案，只保留“{kept}”", "of several accepted answers only “{kept}” is kept"),
    "import-image": ("图片和附件没有导入，请把要点写进题干", "pictures and attachments are not imported; say in the stem what they show"),
    "import-entry": ("“{value}”不是条目编号，题目先不绑定条目，导入后再绑定", "“{value}” is no entry id; the question comes in unbound"),
    "gift-braces": ("没有成对的花括号，请在题干后面用花括号写出答案", "the braces do not match; write the answer in braces after the stem"),
    "aiken-line": ("“{text}”不是选项；选项写成 A. B. C.，题与题之间写 ANSWER: 行", "“{text}” is no option; write A. B. C. and end with ANSWER:"),
    "aiken-letter": ("选项应当是 {expected}，写成了 {letter}", "the option should be {expected}, not {letter}"),
    "aiken-answer": ("这一题没有 ANSWER: 行，请在选项后面写上", "this question has no ANSWER: line after its options"),
    "answer-letters": (
        "答案“{given}”与 {count} 个选项对不上，请用选项字母，多选连着写，例如 AC",
        "the answer “{given}” does not fit {count} options; use their letters, such as AC",
    ),
    "sheet-columns": ("{file} 缺少列：{missing}；请用模板填写，第一行是表头", "{file} lacks the columns {missing}; use the template"),
    "sheet-choice": ("“{column}”列的“{value}”不对，应为 {choices}", "“{value}” in column {column} should be one of {choices}"),
    "sheet-empty-cell": ("“{column}”列是空的，请填上", "column {column} is empty; fill it in"),
    "sheet-gap": (
        "“{column}”是空的，后面的“{later}”却有内容；选项要从左到右连着填",
        "{column} is empty but {later} is not; fill options from the left",
    ),
    "sheet-options": ("这种题型不要填选项，请清空选项列，或改题型", "this type has no options; clear them or change the type"),
    "export-type": ("{form} 装不下这种题型，题目 {id} 没有导出", "{form} cannot carry this type, the question {id} is left out"),
    "export-bare": (
        "{form} 只装得下题干和选项，题目 {id} 的解析和绑定没有导出",
        "{form} carries stem and options only; {id} lost its explanation and binding",
    ),
}
