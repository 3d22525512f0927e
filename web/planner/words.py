"""The words of planning, and what its templates need."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import LazyString, lazy_gettext

from quiz.bank.difficulty import Band
from quiz.exams.forms import Trouble
from quiz.exams.planning import Exam
from quiz.exams.remedy import Remedy, RemedyKind
from quiz.exams.state import ExamState, Release
from quiz.questions.codec import from_json
from quiz.questions.question import FALSE, TRUE, Question
from quiz.questions.wording import response_text
from web.clock import now
from web.i18n import gettext
from web.labels import TYPES

BANDS: dict[str, LazyString] = {
    Band.EASY.value: lazy_gettext("易"),
    Band.MEDIUM.value: lazy_gettext("中"),
    Band.HARD.value: lazy_gettext("难"),
}
RELEASES: dict[str, LazyString] = {
    Release.AT_ONCE.value: lazy_gettext("交卷后马上公布"),
    Release.AT_END.value: lazy_gettext("考试结束时公布"),
    Release.BY_HAND.value: lazy_gettext("由培训师手动公布"),
}
TROUBLES: dict[str, LazyString] = {
    Trouble.OUT.value: lazy_gettext("已停用或待复核"),
    Trouble.REWORDED.value: lazy_gettext("题目文字已更新"),
    Trouble.OUTDATED.value: lazy_gettext("考试当天口径已变"),
}
REMEDIES: dict[str, LazyString] = {
    RemedyKind.ACCEPT.value: lazy_gettext("另外的答案也算对"),
    RemedyKind.FULL.value: lazy_gettext("所有人给满分"),
    RemedyKind.VOID.value: lazy_gettext("作废这道题，不计入总分"),
    RemedyKind.REKEY.value: lazy_gettext("按题库里改过的答案重判"),
    RemedyKind.NONE.value: lazy_gettext("恢复为原来的答案"),
}
ACTIONS: dict[str, LazyString] = {
    "create": lazy_gettext("组卷"),
    "redraw": lazy_gettext("重新组卷"),
    "replace": lazy_gettext("换题"),
    "settings": lazy_gettext("改设置"),
    "schedule": lazy_gettext("安排考试"),
    "cancel": lazy_gettext("取消考试"),
    "release": lazy_gettext("公布成绩"),
    "regrade": lazy_gettext("更正重判"),
    "judge": lazy_gettext("评简答题"),
    "correct": lazy_gettext("改简答题得分"),
}
PHASES: dict[str, tuple[LazyString, str]] = {
    "draft": (lazy_gettext("草稿"), "plain"),
    "coming": (lazy_gettext("待开始"), "warn"),
    "open": (lazy_gettext("进行中"), "ok"),
    "closed": (lazy_gettext("已结束"), "plain"),
    "cancelled": (lazy_gettext("已取消"), "bad"),
}


def phase(exam: Exam) -> str:
    """Where an exam stands by now: draft, coming, open, closed, cancelled."""
    moment: datetime = now()
    if exam.state is not ExamState.SCHEDULED or exam.opens_at is None or exam.closes_at is None:
        return exam.state.value
    if moment < exam.opens_at:
        return "coming"
    return "open" if moment < exam.closes_at else "closed"


def cell_words(filters: Mapping[str, Iterable[str]], bands: Iterable[str]) -> str:
    """What a line of a blueprint asks for: `个人套餐、融合套餐 · 单选 · 易、中`."""
    topics, types = list(filters.get("topic", ())), [str(TYPES.get(t, t)) for t in filters.get("type", ())]
    parts = (gettext("、").join(names) for names in (topics, types, [str(BANDS[b]) for b in bands]))
    return " · ".join(part for part in parts if part) or gettext("任何题目")


def remedy_words(remedy: Remedy, question: Question) -> str:
    """What a remedy does, with the further answers in words."""
    name = str(REMEDIES[remedy.kind.value])
    if remedy.kind is RemedyKind.ACCEPT:
        return f"{name}：" + "；".join(answer_words(question, value) for value in remedy.also)
    if remedy.kind is RemedyKind.REKEY and remedy.key:
        return f"{name}：" + "；".join(remedy.key.right)
    return name


def answer_words(question: Question, value: float | bool | str) -> str:  # noqa: FBT001 - a value out of JSON
    """One answer in words."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, int) and question.options:
        return question.options[value].text
    return str(value)


def words() -> dict[str, Any]:
    """What every template of planning may use."""
    return {
        "BANDS": BANDS, "RELEASES": RELEASES, "TROUBLES": TROUBLES, "REMEDIES": REMEDIES, "ACTIONS": ACTIONS, "PHASES": PHASES, "phase": phase,
        "cell_words": cell_words, "remedy_words": remedy_words, "answer_words": answer_words, "response_text": response_text, "from_json": from_json,
    }  # fmt: skip
