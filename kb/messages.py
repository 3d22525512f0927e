"""Every sentence the knowledge base says to a person, by code, in Chinese and English. PURE."""

# code: (Chinese, English); {name} is filled from the arguments
MESSAGES: dict[str, tuple[str, str]] = {
    # --- content: reading a file
    "encoding": (
        "文件不是 UTF-8 编码（像是 {guess}），请用 UTF-8 另存后再试",
        "the file is not UTF-8 (it looks like {guess}); save it again as UTF-8",
    ),
    "too-large": (
        "文件有 {size} MB，超过上限 {limit} MB，请拆成多个条目",
        "the file has {size} MB, the limit is {limit} MB; split it into several entries",
    ),
    "unreadable": ("文件读不出来：{reason}", "the file cannot be read: {reason}"),
    "no-front-matter": ("缺少开头的 --- 元数据块，请在首行写 --- 并以 --- 结束", "no front matter: begin the file with --- and close it with ---"),
    "front-matter-open": ("元数据块没有结束的 ---", "the front matter is not closed by ---"),
    "yaml-tab": ("YAML 缩进里有制表符 Tab，请改成空格", "a tab in the YAML; use spaces"),
    "yaml": ("YAML 写法有误：{reason}", "the YAML is not well formed: {reason}"),
    "not-a-mapping": ("{field} 应当是“名称: 值”的形式", "{field} should be a mapping of names to values"),
    "duplicate-field": ("字段 {field} 写了两次", "the field {field} is written twice"),
    # --- content: fields
    "unknown-field": ("没有字段 {field}{hint}", "there is no field {field}{hint_en}"),
    "missing-field": ("缺少必填字段 {field}", "the required field {field} is missing"),
    "bad-id": ("id “{value}” 只能用小写字母、数字和连字符，且以字母或数字开头", "the id “{value}” may hold only a-z, 0-9 and hyphens"),
    "bad-choice": ("{field} 的值 “{value}” 不对，可用：{choices}", "{field} cannot be “{value}”; choose from {choices}"),
    "bad-date": ("{field} 的日期 “{value}” 不对，请写成 2026-12-31", "{field} is no date: “{value}”; write it as 2026-12-31"),
    "bad-text": ("{field} 应当是一行文字，而不是列表或嵌套的值", "{field} should be a text, not a list or a nested value"),
    "empty-text": ("{field} 不能为空", "{field} may not be empty"),
    "bad-list": ("{field} 应当是列表，每项一行，以 - 开头", "{field} should be a list, an item a line, each beginning with -"),
    "bad-version": ("version “{value}” 应当是从 1 开始的整数", "the version “{value}” should be a whole number from 1"),
    "bad-interval": ("review_every “{value}” 不对，请写成 6 个月、90 天或 1 年", "review_every “{value}” should be like 6 个月, 90 天 or 1 年"),
    "bad-item": ("{field} 的一项写法不对，应为 {form}", "an item of {field} should be {form}"),
    "bad-fact-name": (
        "资费要素名 “{value}” 只能用小写字母、数字和下划线，且以字母开头",
        "the fact name “{value}” may hold only a-z, 0-9 and underscores",
    ),
    "fact-type": (
        "资费要素 {field} 的类型 “{value}” 不对，可用：{choices}",
        "the fact {field} cannot have the type “{value}”; choose from {choices}",
    ),
    "fact-value": ("资费要素 {field} 的值 “{value}” 不对，应是 {type} 类型的值", "the fact {field} has the value “{value}”, which is no {type}"),
    "end-before-start": ("结束日期 {end} 早于开始日期 {start}", "the end {end} is before the start {start}"),
    # --- content: between entries
    "duplicate-id": ("id {id} 第 {version} 版已在 {other} 出现过，请换一个 id", "the id {id}, version {version}, is already used in {other}"),
    "overlapping-versions": (
        "{id} 的第 {version} 版与 {other} 的第 {other_version} 版生效日期重叠，请错开",
        "version {version} of {id} overlaps in time with version {other_version} in {other}",
    ),
    "broken-reference": ("引用 {{{{ {ref} }}}} 找不到：{why}", "the reference {{{{ {ref} }}}} leads nowhere: {why_en}"),
    "reference-cycle": ("资费要素互相引用成环：{cycle}", "facts refer to each other in a circle: {cycle}"),
    "bad-reference": (
        "引用 “{ref}” 写法不对，应为 {{{{ 条目id.要素 }}}} 或 {{{{ 要素 }}}}",
        "“{ref}” is no reference: write {{{{ entry-id.fact }}}} or {{{{ fact }}}}",
    ),
    "stale-reference": ("引用的 {id} 在 {day} 已不在有效期内", "the entry {id}, referred to here, is not in force on {day}"),
    "unknown-supersedes": ("supersedes 指向不存在的条目 {id}", "supersedes names {id}, which does not exist"),
    "supersedes-self": ("条目不能替代自己", "an entry cannot supersede itself"),
    "forbidden-phrase": ("用了禁用语 “{phrase}”", "the forbidden phrase “{phrase}” is used"),
    "forbidden-phrase-elsewhere": ("用了 {id} 的禁用语 “{phrase}”", "“{phrase}”, forbidden by {id}, is used"),
    "number-contradicts": (
        "数字 “{text}” 与 {id} 的资费要素（{facts}）不一致，请改为引用，或先写成本条的资费要素",
        "the number “{text}” contradicts the facts of {id} ({facts}); refer to a fact, or make it one of this entry's",
    ),
    "review-overdue": ("已过复核日期 {day}，请复核后更新 reviewed_on", "the review was due on {day}; review it and set reviewed_on"),
    "tariff-incomplete": ("资费口径缺少要素 {names}", "the tariff lacks the facts {names}"),
    "conflicting-facts": (
        "{label} {value} 与同名资费 {id} 的 {other} 不一致；请改正一条，或写清替代、范围、日期",
        "{label} {value} disagrees with {other} in {id}, of the same name; mend one, or state supersedes, scope or dates",
    ),
    "near-duplicate": (
        "与 {id}《{title}》意思相近（相似度 {similarity}），请考虑合并",
        "close in meaning to {id} “{title}” (similarity {similarity}); consider merging",
    ),
    "duplicate-ask": ("客户问法 “{ask}” 与 {other} 重复", "the ask “{ask}” stands in {other} too"),
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
    "answer-missing": ("{type} 题没有答案", "the {type} question has no answer"),
    "answer-form": (
        "答案的写法不是 {type} 题的写法，见 docs/questions.md",
        "the answer is not in the form of a {type} question; see docs/questions.md",
    ),
    "answer-single": ("{type} 题只能有一行答案", "a {type} question has one answer line"),
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
    # --- synonyms and golden sets
    "synonym-short": ("同义词 “{word}” 少于两个字", "the synonym “{word}” has fewer than two characters"),
    "synonym-twice": ("同义词 “{word}” 已在第 {first} 行出现", "the synonym “{word}” stands on line {first} already"),
    "synonym-lonely": ("一行至少要有两个词，用 Tab 隔开", "a line needs at least two words, separated by tabs"),
    "golden-columns": ("应有 {want} 列（用 Tab 隔开），实有 {got} 列", "{want} tab-separated columns expected, {got} found"),
    "golden-entry": ("条目 {id} 不存在", "the entry {id} does not exist"),
    "golden-class": ("类别 “{value}” 不对，可用：{choices}", "the class “{value}” is unknown; choose from {choices}"),
    "golden-twice": ("查询 “{query}” 已在第 {first} 行出现", "the query “{query}” stands on line {first} already"),
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
    "insecure-host": (
        "没有账号体系前只允许监听本机地址，{host} 不是",
        "without accounts the site binds to loopback only; {host} is not a loopback address",
    ),
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
}


def message(code: str, lang: str = "zh", **args: object) -> str:
    """The sentence of a code in `zh` or `en`, filled with its arguments; KeyError for an unknown code."""
    return MESSAGES[code][0 if lang == "zh" else 1].format(**args)
