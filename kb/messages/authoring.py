"""Drafts, reviews, publishing, withdrawals and announcements. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    # --- drafts
    "draft-unreadable": (
        "这份内容的元数据读不出来：{why}。请先改正文件再编辑",
        "the head of this text cannot be read: {why_en}; mend the file first",
    ),
    "draft-missing": ("没有草稿 {id}", "there is no draft {id}"),
    "draft-open": (
        "条目 {entry} 已有一份没办完的草稿（{who} 在改），请接着改那一份",
        "the entry {entry} has an open draft already ({who} is working on it); go on with that one",
    ),
    "draft-changed": (
        "{who} 在 {at} 已保存了新的内容，您这次的没有覆盖它；两份都留着，请对照后再保存",
        "{who} saved at {at}; yours did not overwrite it. Both are kept: compare them and save again",
    ),
    "draft-state": (
        "草稿现在的状态是“{state}”，不能这样操作；请刷新后再看",
        "the draft is in the state “{state_en}”, which does not allow this; load the page again",
    ),
    "draft-reason": ("请写清为什么要改，最多 {limit} 个字", "say why the change is made, in at most {limit} characters"),
    "draft-remark": ("请写清要改什么，最多 {limit} 个字", "say what has to change, in at most {limit} characters"),
    "draft-too-large": (
        "内容有 {size} KB，超过上限 {limit} KB，没有保存；请拆成多个条目",
        "the text has {size} kB, the limit is {limit} kB; it was not saved",
    ),
    "draft-faulty": ("还有 {count} 处错误要先改好，第一处：{first}", "{count} errors have to be mended first, among them: {first_en}"),
    "draft-id-changed": ("编号 {id} 不能改：别的条目和题目都按它引用", "the id {id} cannot be changed: entries and questions refer to it"),
    "review-own": ("自己写的或最后改过的稿子要请另一个人审", "somebody else has to review what you wrote or edited last"),
    "entry-id-taken": ("编号 {id} 已经有条目在用，请换一个", "the id {id} belongs to another entry; choose another"),
    "html-shown": (
        "“{tag}” 不会当网页代码执行，会原样显示给营业员；不需要就删掉",
        "“{tag}” is not run as HTML, clerks see it as it stands; delete it if not meant",
    ),
    # --- publishing
    "file-changed-outside": (
        "文件 {path} 在别处被改过，没有覆盖它。请先合并下面的改动再发布：\n{diff}",
        "the file {path} was changed elsewhere and was not overwritten; merge this first:\n{diff}",
    ),
    "file-gone": ("条目 {id} 的文件已不在内容目录里，没有发布", "the file of {id} is no longer in the content folder; nothing was published"),
    "file-taken": ("内容目录里已有文件 {path}，没有覆盖它", "there is a file {path} already; it was not overwritten"),
    "draft-not-approved": ("这份草稿还没有审核通过，不能发布", "the draft is not approved yet and cannot be published"),
    "publish-interrupted": (
        "发布中途停了，什么都没有改动；请重新点发布",
        "publishing was cut short before anything was changed; publish it again",
    ),
    "publish-unfinished": (
        "文件已写好，但登记或搜索没有更新完（{reason}）；不用重做，下次发布或重新启动时会自动补上",
        "the file is written, but ledger or search are not up to date ({reason}); the next start or publication makes up for it",
    ),
    "publish-nothing": ("内容和已发布的完全一样，没有可发布的", "the text is exactly what is published already"),
    "reviewed-today": ("这条口径今天已经复核过了", "this entry was confirmed today already"),
    "authoring-off": ("这个站点没有内容目录，不能编写口径", "this site has no content folder to write entries in"),
    # --- collections of scripts
    "collection-foreign": ("{file} 不是能导入的文件，请用 Word（.docx）、Excel、PDF 或文本文件", "{file} is no Word, Excel, PDF or text file"),
    "collection-unreadable": (
        "{file} 读不出来（{reason}），请另存一份再导入；带密码的请先去掉密码",
        "{file} cannot be read ({reason}); save it again, without a password",
    ),
    "collection-empty": (
        "{file} 里没有找到能变成口径的内容；扫描的图片没有文字，请换成能复制文字的文件",
        "nothing in {file} can become an entry; a scanned picture holds no text",
    ),
    "collection-many": (
        "文件里有 {count} 条，一次最多导入 {limit} 条，请分成几个文件",
        "there are {count} entries, at most {limit} at a time; split the file",
    ),
    # --- withdrawals
    "withdrawn-already": ("条目 {id} 已经下架了", "the entry {id} is withdrawn already"),
    "withdrawal-missing": ("条目 {id} 现在没有下架", "the entry {id} is not withdrawn"),
    "withdrawal-reason": ("请写清为什么下架，最多 {limit} 个字", "say why it is withdrawn, in at most {limit} characters"),
    "entry-withdrawn": ("条目 {id} 已紧急下架：{reason}", "the entry {id} is withdrawn: {reason}"),
    # --- announcements
    "announcement-missing": ("没有这条公告", "there is no such announcement"),
    "announcement-text": (
        "公告的标题（最多 {title} 个字）和内容（最多 {text} 个字）都要填",
        "an announcement needs a title (≤ {title}) and a text (≤ {text})",
    ),
}
