"""What the commands of the first start say when all is well. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    "publish-steps": ("正在核对内容，更新索引 …", "checking the content, updating the index …"),
    "publish-questions": ("题库：{what}", "questions: {what_en}"),
    "publish-more": ("  … 另有 {count} 个", "  … and {count} more"),
    "publish-done": (
        "新版本 {added} 个；共 {entries} 个条目、{passages} 个段落，索引 {snapshot}",
        "{added} new versions, {entries} entries, {passages} passages, snapshot {snapshot}",
    ),
    "demo-steps": (
        "正在生成示例分公司的人员、半年考试、抽查和搜索 …",
        "making a fictional branch with six months of exams, spot checks and searches …",
    ),
    "demo-made": (
        "示例分公司（全部虚构）：{units} 个单位，{people} 名员工，{exams} 场考试，{papers} 份答卷，{checks} 次抽查，{searches} 次搜索",
        "a fictional branch: {units} units, {people} people, {exams} exams, {papers} papers, {checks} spot checks, {searches} searches",
    ),
    "demo-logins": ("演示账号，密码都是 {password}：", "demo logins, each with the password {password}:"),
    "serve-steps": ("正在启动网站 …", "starting the site …"),
    "serve-ready": ("请用浏览器打开 {address} （按 Ctrl-C 停止）", "open {address} in a browser (Ctrl-C stops)"),
    "serve-stopped": ("网站已停止", "the site has stopped"),
}
