"""Planning, sitting and grading exams. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "exam-missing": ("没有这场考试，或者您不在参加范围内", "there is no such exam, or you are not among those who sit it"),
    "exam-title": ("请填考试名称，最多 {limit} 个字", "give the exam a title of at most {limit} characters"),
    "exam-minutes": ("考试时长要在 {low} 到 {high} 分钟之间", "the time allowed has to be {low} to {high} minutes"),
    "exam-pass-mark": ("及格线要在 0 到 100% 之间", "the pass mark has to be between 0 and 100 %"),
    "exam-per-page": ("每页题数要在 1 到 {high} 之间", "there have to be 1 to {high} questions on a page"),
    "exam-forms": (
        "至少要有一份试卷；每份都要有题，同一份里题目不能重复，分值要大于 0",
        "there has to be a form; each needs questions, none of them twice, with points above 0",
    ),
    "exam-revisions": ("试卷里有题库中没有的题目，请重新组卷", "the forms name questions that the bank does not hold; draw them again"),
    "exam-window": ("结束时间要晚于开始时间，也要晚于现在", "the exam has to close after it opens, and after now"),
    "exam-audience": ("请至少选一个单位或一名员工，而且都要在花名册里", "choose at least a unit or an employee, all of them on the roster"),
    "exam-begun": ("考试已经开始，不能再改时间和参加范围", "the exam has begun; its window and audience cannot be changed any more"),
    "exam-started": ("已经有人开始答题，不能取消这场考试", "somebody has started this exam; it cannot be cancelled"),
    "exam-cancelled": ("这场考试已取消", "this exam was cancelled"),
    "exam-still-open": ("考试还没有结束，结束以后才能公布成绩", "the exam is still open; results can be released when it has closed"),
    "exam-not-open": ("考试还没到开始时间，请到时再来", "the exam has not opened yet; come back when it does"),
    "exam-closed": ("考试已经结束，不能再开始答题", "the exam has closed; it cannot be started any more"),
    "exam-no-hall": ("花名册上没有您今天所在的厅，请找管理员补上再开始", "the roster has no hall for you today; ask an administrator, then start"),
    "exam-not-started": ("您还没有开始这场考试，请先点“开始考试”", "you have not started this exam; start it first"),
    "exam-submitted": (
        "试卷已经交了，之后的作答不再计入；交卷前保存的都在",
        "the paper was handed in; later answers do not count, what was saved before does",
    ),
    "exam-over": ("考试时间已到，之后的作答不再计入；之前保存的都在", "the time is up; later answers do not count, what was saved before does"),
    "attempt-foreign": (
        "这一页是别人的试卷，没有保存到您名下；请用原来的工号登录",
        "this page is somebody else's paper; nothing was saved to yours. Sign in with the number it belongs to",
    ),
    "clicks-malformed": (
        "没能读懂这次保存的内容（一次最多 {limit} 条），请刷新页面",
        "this could not be read (at most {limit} at once); reload the page",
    ),
    "clicks-number": ("这次保存的编号不对，请刷新页面再答", "the numbers of these answers cannot be right; reload the page"),
    "click-unknown": ("没能读懂这次操作，请刷新页面", "this action could not be read; reload the page"),
    "click-no-question": ("试卷上没有第 {n} 题，这次作答没有保存", "there is no question {n} on the paper; this answer was not saved"),
    "click-wrong-form": (
        "第 {n} 题不能这样作答，这次作答没有保存，请重答这一题",
        "question {n} cannot be answered like this; it was not saved, answer it again",
    ),
    "mark-credit": ("得分比例要在 0 到 100% 之间", "the credit has to be between 0 and 100 %"),
    "mark-missing": ("没有这份作答", "there is no such answer"),
    "mark-done": ("这份作答已经由别人评过了", "somebody else has marked this answer already"),
}
