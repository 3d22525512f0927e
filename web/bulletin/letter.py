"""What frames the bulletin's tables: the month in a few sentences, what is asked of the units, and the numbers of the parts."""

from collections.abc import Iterable
from dataclasses import replace

from kb.printing.document import Section
from quiz.people.roles import UnitKind
from quiz.reports.bulletin import Bulletin
from web.figures import percent, points
from web.i18n import gettext, page_language
from web.times import shown_month

_MOST_NAMED = 3
_NUMERALS = (*"一二三四五六七八九十", "十一", "十二", "十三")


def opening(found: Bulletin) -> Section:
    """The month in a few sentences."""
    lines = [_sat(found), *_apart(found)]
    if found.weak:
        lines.append(gettext("离目标（%(target)s）最远的是%(names)s。", target=percent(found.target), names=_topics(found)))
    return Section(gettext("总的情况"), tuple(lines))


def _sat(found: Bulletin) -> str:
    result, month = found.now, shown_month(found.month)
    values = {"month": month, "sat": result.sums.people, "score": points(result.score.estimate if result.score else None)}
    passed = gettext(
        "及格 %(passed)s 人次，及格率 %(share)s。", passed=result.sums.passed, share=percent(result.sums.passing[0] if result.sums.passing else None)
    )
    if result.taken is None:
        return gettext("%(month)s业务考试，实考 %(sat)s 人，平均分 %(score)s 分；", **values) + passed
    values |= {"meant": result.meant, "taken": percent(result.taken)}
    return gettext("%(month)s业务考试，应考 %(meant)s 人，实考 %(sat)s 人，参考率 %(taken)s；平均分 %(score)s 分，", **values) + passed


def _apart(found: Bulletin) -> list[str]:
    """The halls that chance does not explain; of a hall nothing, as its own figures follow."""
    if found.unit.kind is UnitKind.HALL:
        return []
    said = []
    if found.high:
        said.append(gettext("%(names)s明显偏高，偶然解释不了。", names=_names(found.high)))
    if found.low:
        said.append(gettext("%(names)s明显偏低，偶然解释不了。", names=_names(found.low)))
    rest = (
        gettext("其余各厅的高低可能只是偶然，名次相近的不说明水平不同。") if said else gettext("各厅的高低都可能只是偶然，名次先后不说明水平高低。")
    )
    return ["".join([*said, rest])] if len(found.halls) > 1 else []


def asked_of_all(found: Bulletin) -> Section:
    """What is asked of the units."""
    lines = []
    if found.reading:
        lines.append(gettext("组织员工重读上面列出的 %(n)s 个条目，晨会上逐条讲清。", n=len(found.reading)))
    if found.weak:
        lines.append(gettext("给没答全的员工安排%(names)s的练习，下次考试前完成。", names=_topics(found)))
    if found.low and found.unit.kind is not UnitKind.HALL:
        lines.append(gettext("%(names)s由上级到厅，和厅经理一起找原因。", names=_names(found.low)))
    if found.now.absent and not found.running:
        lines.append(gettext("没有参加的 %(n)s 人由所在单位问明原因，补学补练。", n=found.now.absent))
    if not lines:
        lines.append(gettext("没有特别要做的，请保持。"))
    return Section(gettext("请做好这几件事"), tuple(f"{at}. {line}" for at, line in enumerate(lines, 1)) if len(lines) > 1 else tuple(lines))


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The parts with their numbers, 一、二、 in Chinese."""
    found = tuple(sections)
    if page_language() == "zh" and len(found) <= len(_NUMERALS):
        return tuple(replace(section, heading=f"{numeral}、{section.heading}") for numeral, section in zip(_NUMERALS, found, strict=False))
    return tuple(replace(section, heading=f"{at}. {section.heading}") for at, section in enumerate(found, 1))


def _topics(found: Bulletin) -> str:
    return gettext("、").join(line.topic or gettext("未分类") for line in found.weak[:_MOST_NAMED])


def _names(names: Iterable[str]) -> str:
    return gettext("、").join(names)
