"""What is wrong with content: entries, facts, synonyms, golden sets. PURE."""

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
    "tariff-incomplete": ("资费口径缺少要素 {names}", "the tariff lacks the facts {names_en}"),
    "conflicting-facts": (
        "{label} {value} 与同名资费 {id} 的 {other} 不一致；请改正一条，或写清替代、范围、日期",
        "{label} {value} disagrees with {other} in {id}, of the same name; mend one, or state supersedes, scope or dates",
    ),
    "near-duplicate": (
        "与 {id}《{title}》意思相近（相似度 {similarity}），请考虑合并",
        "close in meaning to {id} “{title}” (similarity {similarity}); consider merging",
    ),
    "duplicate-ask": ("客户问法 “{ask}” 与 {other} 重复", "the ask “{ask}” stands in {other} too"),
    # --- synonyms and golden sets
    "synonym-short": ("同义词 “{word}” 少于两个字", "the synonym “{word}” has fewer than two characters"),
    "synonym-twice": ("同义词 “{word}” 已在第 {first} 行出现", "the synonym “{word}” stands on line {first} already"),
    "synonym-lonely": ("一行至少要有两个词，用 Tab 隔开", "a line needs at least two words, separated by tabs"),
    "golden-columns": ("应有 {want} 列（用 Tab 隔开），实有 {got} 列", "{want} tab-separated columns expected, {got} found"),
    "golden-entry": ("条目 {id} 不存在", "the entry {id} does not exist"),
    "golden-class": ("类别 “{value}” 不对，可用：{choices}", "the class “{value}” is unknown; choose from {choices}"),
    "golden-twice": ("查询 “{query}” 已在第 {first} 行出现", "the query “{query}” stands on line {first} already"),
}
