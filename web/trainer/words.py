"""The words of the question bank, and what its templates need."""

from typing import Any

from flask_babel import LazyString, lazy_gettext

from quiz.bank.moves import Fate
from quiz.bank.staleness import Why
from quiz.bank.state import Move, Source, State
from web.trainer.differences import lines_of

STATES: dict[str, LazyString] = {
    State.DRAFT.value: lazy_gettext("草稿"),
    State.REVIEWED.value: lazy_gettext("已审"),
    State.LIVE.value: lazy_gettext("在用"),
    State.STALE.value: lazy_gettext("待复核"),
    State.RETIRED.value: lazy_gettext("停用"),
}
SOURCES: dict[str, LazyString] = {
    Source.CONTENT.value: lazy_gettext("内容库"),
    Source.GENERATED.value: lazy_gettext("自动出题"),
    Source.IMPORTED.value: lazy_gettext("导入"),
    Source.EDITED.value: lazy_gettext("改写"),
}
MOVES: dict[str, LazyString] = {
    Move.REVIEW.value: lazy_gettext("审核通过"),
    Move.RELEASE.value: lazy_gettext("上线使用"),
    Move.WITHDRAW.value: lazy_gettext("退回草稿"),
    Move.RECONFIRM.value: lazy_gettext("按新口径确认"),
    Move.RETIRE.value: lazy_gettext("停用"),
    Move.REVIVE.value: lazy_gettext("恢复为草稿"),
}
WHYS: dict[str, LazyString] = {
    Why.FACT_CHANGED.value: lazy_gettext("数字变了"),
    Why.FACT_GONE.value: lazy_gettext("要素没有了"),
    Why.TEXT_CHANGED.value: lazy_gettext("口径文字变了"),
    Why.ENTRY_GONE.value: lazy_gettext("条目没有了"),
    Why.ENTRY_WITHDRAWN.value: lazy_gettext("条目已下架"),
    Why.ENTRY_EXPIRED.value: lazy_gettext("条目已到期"),
    Why.ENTRY_SUPERSEDED.value: lazy_gettext("条目已被替代"),
    Why.ENTRY_FUTURE.value: lazy_gettext("条目尚未生效"),
    Why.UNSOUND.value: lazy_gettext("题目与新口径矛盾"),
    Why.REWORDED.value: lazy_gettext("题目文字也改过"),
    Why.VANISHED.value: lazy_gettext("内容库里已没有这道题"),
}
FATES: dict[str, LazyString] = {
    Fate.NEW.value: lazy_gettext("新增"),
    Fate.CHANGED.value: lazy_gettext("修改"),
    Fate.SAME.value: lazy_gettext("已有相同"),
    Fate.ELSEWHERE.value: lazy_gettext("在内容库里修改"),
    "faulty": lazy_gettext("有错误"),
}
HAPPENED: dict[str, LazyString] = {
    "added": lazy_gettext("入库"),
    "revised": lazy_gettext("题目文字更新"),
    "repinned": lazy_gettext("条目出了新版，所考内容未变"),
    "stale": lazy_gettext("转为待复核"),
    "retired": lazy_gettext("停用"),
    "revived": lazy_gettext("恢复"),
    "moved": lazy_gettext("作者改了状态"),
    "import": lazy_gettext("导入"),
    "edit": lazy_gettext("修改"),
    "take": lazy_gettext("采用自动出题"),
    **MOVES,
}


def words() -> dict[str, Any]:
    """What every template of the trainer may use."""
    return {"STATES": STATES, "SOURCES": SOURCES, "MOVES": MOVES, "WHYS": WHYS, "FATES": FATES, "HAPPENED": HAPPENED, "lines_of": lines_of}
