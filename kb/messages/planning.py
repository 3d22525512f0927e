"""Planning exams, mending wrong keys, and proving records. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "regrade-missing": ("这场考试里没有这道题", "the exam does not hold this question"),
    "regrade-remedy": ("这种更正办法不适合这道题，请重新选择", "this remedy does not suit the question; choose another"),
    "regrade-why": ("请写明更正的原因，最多 {limit} 个字", "say why, in at most {limit} characters"),
    "regrade-open": ("考试还没有结束，结束以后才能更正重判", "the exam is still open; it can be regraded when it has closed"),
    "regrade-running": ("还有 {count} 份试卷没有收上来，请稍后再试", "{count} papers have not been handed in yet; try again in a moment"),
    "mark-not-by-hand": ("这份作答没有人工评过分，不能改分", "nobody has marked this answer by hand; its credit cannot be corrected"),
    "exam-stale": (
        "试卷里有 {count} 道题已经停用或口径已变，请先换题，再安排考试",
        "{count} questions of the forms are no longer in use or no longer hold; replace them, then schedule",
    ),
    "exam-not-draft": ("考试已经安排或取消，试卷不能再改", "the exam was scheduled or cancelled; its forms cannot be changed any more"),
    "exam-month": ("请填考试月份，例如 2026-11", "give the month of the exam, such as 2026-11"),
    "exam-place": ("试卷里没有这道题", "there is no such question in the forms"),
    "exam-candidate": ("这道题现在不能换到这里，请重新选一道", "this question cannot stand here now; choose another"),
    "exam-blueprint": ("这场考试没有保存组卷蓝图，不能照着重新组卷", "no blueprint was kept with this exam; it cannot be drawn again"),
    "records-differ": ("有 {count} 处与作答记录对不上", "{count} values are not what the log of answers says"),
}
