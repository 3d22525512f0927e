"""How a question on a fact is put into words: the tariff named without giving the key away, and the label as a sentence with a gap. PURE."""

import re
from functools import lru_cache
from itertools import combinations

from kb import Entry, Fact, normalise, quantities
from quiz.generating.distractors import Market
from quiz.questions.amount import Amount, amount_of

_TIER = re.compile(r"^\s*元?档?")
_KILOMEGABIT = ("千兆", "Mbps", 1000.0)
_PERIODS = {"月": "每月", "年": "每年", "天": "每天"}
_PER_WORDS = {"天": "[天日]"}
_PERIODIC = {"data", "minutes", "count"}
_DESCRIBING = ("money", "data", "minutes", "speed", "count", "months", "percent")

# label → the sentence with a gap: {} is the value in a statement, a question word in a question. The first that matches is taken.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"受理开始", "从{}开始受理"),
    (r"开始执行", "从{}起执行"),
    (r"受理截止", "受理到{}截止"),
    (r"除(.+)外可加(.+)", "除{0}外最多可以加{{}}{1}"),
    (r"可(加|设)(.+)", "最多可以{0}{{}}{1}"),
    (r"含(宽带)", "所含{0}的速率是{{}}"),
    (r"含(.+)", "含{{}}{0}"),
    (r"赠(.+)", "赠送的{0}有{{}}"),
    (r"(.+另赠)(.+)", "{0}的{1}是{{}}"),
    (r"免月功能费的副卡", "免月功能费的副卡有{{}}"),
    (r"(.+限享)", "{0}{{}}号码"),
    (r"(.+限办)", "{0}{{}}"),
    (r"(免费通话的亲情号码|适用方向|覆盖方向|订了本包还可同时订的.+)", "{0}有{{}}"),
    (r"(一条宽带)最多", "{0}最多可以有{{}}机顶盒"),
    (r"(.*每月最多)用", "{0}用{{}}流量"),
    (r"(.*(?:最多|至少|最少)(?:叠加|订购|兑换|优惠|办理|开通|安装|订))", "{0}{{}}"),
    (r"最少(成员)", "{0}至少要有{{}}"),
    (r"(一次最[短长])", "{0}可以办{{}}"),
    (r"(.*)停用最长", "{0}最长停用{{}}"),
    (r"(每月可)改成员", "{0}改成员{{}}"),
    (r"(每年)免费移机", "{0}可以免费移机{{}}"),
    (r"(每年可)申请减免", "{0}申请减免{{}}"),
    (r"(每消费一元积)", "{0}{{}}"),
    (r"兑换(.+)所需积分", "兑换一次{0}要用{{}}积分"),
    (r"兑得(.+)有效期", "兑得的{0}有效期是{{}}"),
    (r"兑得(.+)", "兑换一次得{0}{{}}"),
    (r"(.+)(返还|赠送)", "{0}{1}{{}}"),
    (r"(.+赠送)话费", "{0}话费{{}}"),
    (r"(拨.+|发.+|漫游发.+|.+拨打和接听|漫游流量（.+|套外流量|套外国内.+|收费铃音)", "{0}按{{}}收费"),
    (r"(每加一.从光猫)", "{0}收{{}}"),
    (r"(每加一.+另收)", "{0}{{}}"),
    (r"(加固定公网地址)", "{0}收{{}}"),
    (r"(.+)补配", "补配{0}收{{}}"),
    (r"(上门组网|室内另行布线|开通漫游功能|非人为故障更换)", "{0}的费用是{{}}"),
    (r"(故障响应)", "{0}的时限是{{}}"),
    (r"(主卡可给副卡设)(流量上限)", "{0}的{1}是{{}}"),
    (r"(.+费)累计到此自动断网", "{0}累计到{{}}自动断网"),
    (r"(.+费)到此自动断网", "{0}到{{}}自动断网"),
    (r"(.+后)满此期销号收回", "{0}满{{}}销号收回"),
    (r"(单停)后双停", "{0}满{{}}转为双停"),
    (r"缴清后自动复机", "缴清后在{}内自动复机"),
    (r"(.+期满前|到期前)提醒", "{0}{{}}提醒客户"),
    (r"账单可查", "出账后{}可以查到账单"),
    (r"(.+)连续不用可拆", "{0}连续{{}}不用可以拆掉"),
    (r"(.+)不可再改档", "{0}{{}}内不可再改档"),
    (r"(.+内)不可过户", "{0}，{{}}之内不可过户"),
    (r"离职后保留优惠", "离职后优惠再保留{}"),
    (r"连续在用满此期可免押退还", "连续在用满{}可以退还押金"),
    (r"在网满此年数起加成", "在网满{}起积分有加成"),
    (r"未经确认开通的退费追溯", "未经确认开通的，退费可以往前追溯{}"),
    (r"可查(详单)", "{0}可以查{{}}"),
    (r"(签约后无条件)反悔期", "{0}反悔的期限是{{}}"),
    (r"组网后免费复调", "组网后{}内可以免费复调"),
    (r"(首次订购免费|首次|免费)体验", "{0}体验期是{{}}"),
    (r"(应急开机)时长", "{0}一次管{{}}"),
    (r"(应急开机|上门办理)", "最多可以{0}{{}}"),
    (r"现场算清违约金时限", "现场算清违约金的时限是{}"),
    (r"按剩余合约期内应付月费的比例收", "违约金按剩余合约期内应付月费的{}收"),
    (r"半月计费时(.+)均按", "半月计费时{0}都按{{}}计"),
    (r"违约金不超过欠费本金的", "违约金最多不超过欠费本金的{}"),
    (r"(.+)不低于", "{0}不低于{{}}"),
    (r"(短期|长期)", "{0}的那一种分{{}}还"),
    (r"(结转后)有效", "{0}有效期是{{}}"),
    (r"(用完|达量)后限速", "{0}后限速{{}}"),
    (r"(用量)提醒节点", "{0}到{{}}时提醒"),
    (r"(押金|购机直降|预存话费|.+[费价款])", "{0}是{{}}"),
    (r"(.+一次充值)", "{0}{{}}"),
    (r"违约金(封顶)", "违约金{0}是{{}}"),
)
_COMPILED = tuple((re.compile(pattern), form) for pattern, form in _SENTENCES)


@lru_cache(maxsize=4096)
def sentence(fact: Fact) -> str:
    """The fact as a sentence with one gap `{}`, its period said: `月费是{}`, `最多可以加{}副卡`, `每月国内主叫是{}`."""
    plain = bare_sentence(fact)
    amount = amount_of(fact)
    period = _PERIODS.get(amount.per, "") if amount and amount.unit != "次" and fact.type in _PERIODIC else ""
    return plain if not period or _period(plain) else period + plain


@lru_cache(maxsize=4096)
def bare_sentence(fact: Fact) -> str:
    """The sentence as the label gives it, for a value that says its period itself."""
    label = fact.label.replace("{", "").replace("}", "")
    m, form = next(((m, form) for pattern, form in _COMPILED if (m := pattern.fullmatch(label))), (None, "{{}}"))
    return form.format(*m.groups()) if m and "{{}}" in form else form if m else f"{label}是{{}}"


@lru_cache(maxsize=4096)
def _period(text: str) -> str:
    """The `月`, `年` or `天` that a sentence speaks of, "" for none."""
    m = re.search("(?:每|月|包)(?=.*[费价])|每个?[月年天日]", text)
    if m is None:
        return ""
    found = re.search("[月年天日]", text[m.start() :])
    return {"日": "天"}.get(found[0], found[0]) if found else ""


def fits(amount: Amount, fact: Fact) -> bool:
    """Whether a value can stand in the sentence at all: `每月返还10元/年` is nonsense, not a distractor."""
    period = _period(sentence(fact))
    return not period or amount.per not in _PERIODS or amount.per == period


def told(amount: Amount, fact: Fact) -> str:
    """The value as it stands in the sentence: after `每月` without its `/月`."""
    text = str(amount)
    return text.partition("/")[0] if amount.per and re.search(f"每个?{_PER_WORDS.get(amount.per, amount.per)}", sentence(fact)) else text


def gap(fact: Fact, amount: Amount) -> str:
    """The sentence with a question word in its gap."""
    form = sentence(fact)
    return form.format("什么标准" if "按{}收费" in form else question_word(amount))


def question_word(amount: Amount) -> str:
    """What stands in the gap when it is asked for."""
    if amount.day:
        return "哪一天"
    if amount.unit in {"张", "台", "部", "份", "次", "人", "个", "户"}:
        return f"几{amount.unit}" if amount.number <= 10 else f"多少{amount.unit}"
    if amount.unit in {"分", "岁", "条", "分钟"}:
        return f"多少{amount.unit}"
    if amount.base in {"个月", "小时", "工作日"}:
        return "多长时间"
    return {"元": "多少钱", "%": "百分之几"}.get(amount.unit, "多少")


def subject(entry: Entry, fact: Fact, market: Market) -> str:
    """The tariff by its title, or, when the title holds the key, by its family name and other facts that no sibling shares."""
    key = amount_of(fact)
    title = entry.title
    if key is None or key.day or (bare := _without(title, key)) == title:
        return f"“{title}”"
    rivals = [other for other, _ in market.siblings(entry) if _family(other.title) == _family(title)]
    if not rivals:
        return f"“{bare}”"
    facts = [own for own in entry.facts.values() if own.name != fact.name and own.type in _DESCRIBING and _family(own.label)]
    for size in (1, 2, 3):
        for group in combinations(facts, size):
            if not any(all(_shares(rival, own) for own in group) for rival in rivals):
                known = "、".join(f"{own.label}{{{{ {own.name} }}}}" for own in group)
                return f"“{bare}”里{known}的那一档"
    return f"“{title}”"


def _shares(rival: Entry, own: Fact) -> bool:
    return any(theirs.label == own.label and theirs.value == own.value for theirs in rival.facts.values())


def _without(title: str, key: Amount) -> str:
    """The title without the quantity that is the key."""
    bare = _titled(title)
    for q in reversed(quantities(bare)):
        if q.equals(key.base, key.value):
            bare = bare[: q.start].rstrip() + _TIER.sub("", bare[q.end :])
    word, unit, value = _KILOMEGABIT
    if (key.unit, key.value) == (unit, value):
        bare = bare.replace(word, "")
    return re.sub(r"\s+", " ", bare).strip() if bare != _titled(title) else title


@lru_cache(maxsize=4096)
def _family(title: str) -> str:
    """What titles of sibling tiers have in common: the title without any quantity."""
    bare = _titled(title).replace(_KILOMEGABIT[0], "")
    for q in reversed(quantities(bare)):
        bare = bare[: q.start] + _TIER.sub("", bare[q.end :])
    return re.sub(r"\s+", "", bare)


def _titled(title: str) -> str:
    """A title in plain characters, `七日` as `七天` so that it counts as a length of time."""
    return re.sub(r"(?<=[一二三四五六七八九十\d])日(?=流量包|包)", "天", normalise(title))
