"""The words on the authoring pages for the values in the code."""

from typing import Any

from flask_babel import LazyString, lazy_gettext

from kb.authoring.drafts import Action, State
from kb.entry import Status

FIELDS: dict[str, LazyString] = {
    "id": lazy_gettext("编号"),
    "title": lazy_gettext("标题"),
    "kind": lazy_gettext("种类"),
    "topic": lazy_gettext("分类"),
    "touchpoint": lazy_gettext("触点"),
    "asks": lazy_gettext("客户问法"),
    "facts": lazy_gettext("资费要素"),
    "effective_from": lazy_gettext("生效日期"),
    "effective_to": lazy_gettext("失效日期"),
    "supersedes": lazy_gettext("替代哪些条目"),
    "districts": lazy_gettext("适用区县"),
    "halls": lazy_gettext("适用营业厅"),
    "channels": lazy_gettext("适用渠道"),
    "must_say": lazy_gettext("必须说"),
    "never_say": lazy_gettext("不能说"),
    "empower": lazy_gettext("授权"),
    "owner": lazy_gettext("负责岗位"),
    "reviewed_on": lazy_gettext("上次复核"),
    "review_every": lazy_gettext("复核周期"),
    "version": lazy_gettext("版本"),
    "status": lazy_gettext("状态"),
    "body": lazy_gettext("正文"),
}
DRAFT_STATES: dict[str, LazyString] = {
    State.EDITING.value: lazy_gettext("编辑中"),
    State.REVIEW.value: lazy_gettext("待审核"),
    State.APPROVED.value: lazy_gettext("审核通过"),
    State.PUBLISHED.value: lazy_gettext("已发布"),
    State.DROPPED.value: lazy_gettext("已放弃"),
}
STATUSES: dict[str, LazyString] = {
    Status.PUBLISHED.value: lazy_gettext("对外使用"),
    Status.RETIRED.value: lazy_gettext("下架，不再使用"),
    Status.DRAFT.value: lazy_gettext("草稿，不给营业员看"),
}
ACTIONS: dict[str, LazyString] = {
    Action.OPENED.value: lazy_gettext("开始编写"),
    Action.SAVED.value: lazy_gettext("保存"),
    Action.LOST.value: lazy_gettext("保存晚了一步，内容留在这里"),
    Action.REBASED.value: lazy_gettext("并入别处的改动"),
    Action.SENT.value: lazy_gettext("送审"),
    Action.TAKEN_BACK.value: lazy_gettext("收回"),
    Action.APPROVED.value: lazy_gettext("审核通过"),
    Action.RETURNED.value: lazy_gettext("退回"),
    Action.PUBLISHING.value: lazy_gettext("开始发布"),
    Action.PUBLISHED.value: lazy_gettext("已登记"),
    Action.LIVE.value: lazy_gettext("已上线"),
    Action.FAILED.value: lazy_gettext("发布没有成功"),
    Action.DROPPED.value: lazy_gettext("放弃"),
}
FACT_TYPES: dict[str, LazyString] = {
    "": lazy_gettext("自动识别"),
    "money": lazy_gettext("金额"),
    "data": lazy_gettext("流量"),
    "minutes": lazy_gettext("通话时长"),
    "months": lazy_gettext("月数"),
    "days": lazy_gettext("天数、小时"),
    "speed": lazy_gettext("速率"),
    "percent": lazy_gettext("比例"),
    "count": lazy_gettext("数量"),
    "date": lazy_gettext("日期"),
    "text": lazy_gettext("文字"),
}


def words() -> dict[str, Any]:
    """The words by their names in the templates."""
    return {"FIELDS": FIELDS, "DRAFT_STATES": DRAFT_STATES, "STATUSES": STATUSES, "ACTIONS": ACTIONS, "FACT_TYPES": FACT_TYPES}
