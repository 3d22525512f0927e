"""What the programs cannot do: files, indexes, models, settings, the database. PURE."""

MESSAGES: dict[str, tuple[str, str]] = {
    # --- failures
    "content-missing": (
        "找不到内容目录 {path}，请用 --content 或 HALLWISE_CONTENT 指定",
        "no content folder at {path}; name one with --content or HALLWISE_CONTENT",
    ),
    "content-empty": ("{path} 里没有任何可用条目", "there is no usable entry in {path}"),
    "content-faulty": (
        "内容有 {count} 处错误，未做任何更改；请先运行 hallwise check 并改正",
        "the content has {count} errors, nothing was changed; run hallwise check and mend them",
    ),
    "index-missing": ("{path} 里还没有索引，请先运行 hallwise index", "there is no index in {path}; run hallwise index first"),
    "index-damaged": (
        "索引 {path} 已损坏（{reason}），请重新运行 hallwise index",
        "the index {path} is damaged ({reason}); run hallwise index again",
    ),
    "index-foreign": (
        "索引 {path} 与当前程序不符：{what} 是 {got}，应为 {want}；请重新运行 hallwise index",
        "the index {path} does not fit: {what} is {got}, expected {want}; run hallwise index again",
    ),
    "index-busy": ("另一个进程正在建立 {path} 的索引，请稍后再试", "another process is building the index in {path}; try again later"),
    "disk": ("写不进 {path}：{reason}", "cannot write to {path}: {reason}"),
    "model-missing": (
        "找不到向量模型 {name}：{reason}。请检查 HALLWISE_MODEL，或删去它以使用自带模型",
        "the embedding model {name} cannot be loaded: {reason}. Check HALLWISE_MODEL, or unset it to use the bundled model",
    ),
    "bad-setting": ("设置 {name} 的值 “{value}” 不对：{why}", "the setting {name} cannot be “{value}”: {why}"),
    "unknown-setting": ("没有设置 {name}，可用的设置见 docs/settings.md", "there is no setting {name}; docs/settings.md lists them"),
    "hosts-unnamed": (
        "要在 {host} 上开放，请用 HALLWISE_ALLOWED_HOSTS 写明同事访问时用的主机名（多个用逗号隔开），否则请求会被拒绝",
        "to serve on {host}, name the host names that colleagues will use in HALLWISE_ALLOWED_HOSTS (comma separated); others are refused",
    ),
    "port-taken": (
        "{host} 的端口 {port} 已被别的程序占用；请先停掉它，或换一个端口：HALLWISE_PORT={other} make run",
        "port {port} of {host} is taken by another program; stop it, or choose another port: HALLWISE_PORT={other} make run",
    ),
    "address-unusable": ("不能在 {host}:{port} 上提供服务：{reason}", "cannot serve on {host}:{port}: {reason}"),
    "bad-parameter": ("参数 {name} 的值 “{value}” 不对：{why}", "the parameter {name} cannot be “{value}”: {why}"),
    "query-too-long": ("查询有 {length} 个字，最多 {limit} 个", "the query has {length} characters, at most {limit} are allowed"),
    "file-missing": ("找不到文件 {path}", "there is no file {path}"),
    "font-missing": (
        "找不到中文字体，请安装（Debian/Ubuntu：apt-get install fonts-noto-cjk），或用 --font 指定一个 .ttf、.otf 或 .ttc 字体文件",
        "there is no Chinese font; install one (Debian/Ubuntu: apt-get install fonts-noto-cjk), or name a .ttf, .otf or .ttc file with --font",
    ),
    "font-unusable": (
        "字体文件 {path} 不能用来印中文（{reason}），请用 --font 换一个，或安装 fonts-noto-cjk",
        "the font file {path} cannot print Chinese ({reason}); name another with --font, or install fonts-noto-cjk",
    ),
    "topic-missing": ("没有分类 {topic}，可用：{topics}", "there is no topic {topic}; choose from {topics}"),
    "cards-none": ("{day}没有符合条件的有效条目，没有可印的", "nothing that fits is in force on {day}, there is nothing to print"),
    "entry-missing": ("没有条目 {id}", "there is no entry {id}"),
    "golden-faulty": ("评测集有错误：\n{faults}", "the golden set has faults:\n{faults}"),
    "version-unchanged": (
        "条目 {id} 的内容变了但 version 仍是 {version}，请改为 {next}：\n{diff}",
        "the entry {id} has changed but its version is still {version}; make it {next}:\n{diff}",
    ),
    "version-backwards": (
        "条目 {id} 的 version 是 {version}，但已发布过第 {last} 版",
        "the entry {id} has version {version}, but version {last} was published already",
    ),
    "database-behind": (
        "数据库版本是 {have}，程序需要 {want}，请运行 hallwise db upgrade",
        "the database is at {have}, the program needs {want}; run hallwise db upgrade",
    ),
    "database": ("数据库连不上：{reason}", "the database cannot be reached: {reason}"),
    "not-found": ("页面不存在", "there is no such page"),
    "backup-damaged": ("{path} 不是完好的备份文件（{reason}）", "{path} is no sound backup ({reason})"),
    "backup-revision": (
        "备份 {path} 的数据库版本是 {have}，程序需要 {want}；请用做备份时的版本恢复，再运行 hallwise db upgrade",
        "the backup {path} is of revision {have}, the program needs {want}; restore it with the release that made it, then run hallwise db upgrade",
    ),
    "restore-not-empty": (
        "数据库里已有数据（{tables} …），没有恢复；确定要用备份取代，请加 --replace",
        "the database holds rows already ({tables} …), nothing was restored; add --replace to put the backup in their place",
    ),
}
