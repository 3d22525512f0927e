"""Managers' pages and assigned practice. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "report-unit": ("没有这个单位", "there is no such unit"),
    "report-range": ("一次最多看 {most} 个月，请缩短时间范围", "look at {most} months at most, choose a shorter range"),
    "report-plot": ("没有这张图", "there is no such plot"),
    "report-table": ("没有这张表", "there is no such table"),
    "report-paper": ("没有这份答卷，或成绩还没有公布", "there is no such paper, or its results are not released yet"),
    "report-question": ("没有这道题", "there is no such question"),
    "report-sealed": ("这道题在还没结束的考试里，考试结束后才能看", "the question stands in an exam that has not ended; look at it afterwards"),
    "assign-day": ("完成日期请选今天到 {last} 之间的一天", "choose a day from today to {last}"),
    "assign-topic": ("“{topic}”现在没有可以练习的题，请先请培训师补题", "{topic} has no questions to practise now; ask a trainer to add some"),
    "assign-nobody": (
        "没有要安排的人：这里的人都已答对，或没有在岗的营业员",
        "there is nobody to assign it to: all know the topic, or nobody works at a counter there",
    ),
    "assign-many": (
        "一次最多安排 {most} 人，这里有 {count} 人，请分区县公司或分厅安排",
        "assign to {most} people at once; here are {count}, choose a smaller unit",
    ),
}
