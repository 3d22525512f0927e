"""The words on the pages for the values in the code, and the functions every template may use."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for
from flask_babel import LazyString, lazy_gettext

from kb.chunk import PassageKind
from kb.entry import Entry, Kind, Touchpoint, Validity
from quiz.people.roles import Role
from quiz.questions.question import QuestionType
from web.access import post
from web.i18n import gettext, page_language
from web.navigation import navigation
from web.times import shown_date, shown_moment, shown_month

KINDS: dict[str, LazyString] = {
    Kind.SCRIPT.value: lazy_gettext("话术"),
    Kind.TARIFF.value: lazy_gettext("资费"),
    Kind.BASIC.value: lazy_gettext("应知应会"),
}
TOUCHPOINTS: dict[str, LazyString] = {
    Touchpoint.ENTERING.value: lazy_gettext("进厅"),
    Touchpoint.INQUIRY.value: lazy_gettext("咨询引导"),
    Touchpoint.WAITING.value: lazy_gettext("等候"),
    Touchpoint.HANDLING.value: lazy_gettext("办理"),
    Touchpoint.EXPERIENCE.value: lazy_gettext("体验"),
    Touchpoint.LEAVING.value: lazy_gettext("离厅"),
    Touchpoint.FOLLOWUP.value: lazy_gettext("回访"),
}
VALIDITIES: dict[str, LazyString] = {
    Validity.CURRENT.value: lazy_gettext("有效"),
    Validity.ENDING.value: lazy_gettext("即将到期"),
    Validity.FUTURE.value: lazy_gettext("尚未生效"),
    Validity.EXPIRED.value: lazy_gettext("已到期"),
    Validity.SUPERSEDED.value: lazy_gettext("已被替代"),
    Validity.RETIRED.value: lazy_gettext("已下架"),
    Validity.DRAFT.value: lazy_gettext("草稿"),
}
PASSAGES: dict[str, LazyString] = {
    PassageKind.TITLE.value: lazy_gettext("标题"),
    PassageKind.ASK.value: lazy_gettext("客户问法"),
    PassageKind.TURN.value: lazy_gettext("客户原话"),
    PassageKind.FACTS.value: lazy_gettext("资费要素"),
    PassageKind.SECTION.value: lazy_gettext("正文"),
}
ROLES: dict[str, LazyString] = {
    Role.CLERK.value: lazy_gettext("营业员"),
    Role.HALL_MANAGER.value: lazy_gettext("厅经理"),
    Role.TRAINER.value: lazy_gettext("培训师"),
    Role.INSPECTOR.value: lazy_gettext("检查人员"),
    Role.BRANCH_MANAGER.value: lazy_gettext("主管"),
    Role.ADMIN.value: lazy_gettext("管理员"),
}
TYPES: dict[str, LazyString] = {
    QuestionType.SINGLE.value: lazy_gettext("单选"),
    QuestionType.MULTIPLE.value: lazy_gettext("多选"),
    QuestionType.TRUE_FALSE.value: lazy_gettext("判断"),
    QuestionType.NUMBER.value: lazy_gettext("填数"),
    QuestionType.ORDERING.value: lazy_gettext("排序"),
    QuestionType.BEST_REPLY.value: lazy_gettext("最佳应答"),
    QuestionType.SHORT.value: lazy_gettext("简答"),
}
REASONS: dict[str, LazyString] = {
    "wrong_number": lazy_gettext("数字不对"),
    "outdated": lazy_gettext("内容过时"),
    "not_what_asked": lazy_gettext("答非所问"),
    "unclear": lazy_gettext("说不清楚"),
    "other": lazy_gettext("其他"),
}


def shown_dates(entry: Entry) -> str:
    """From when to when an entry holds, "" where it always does."""
    first, last = entry.effective_from, entry.effective_to
    if first and last:
        return gettext("%(first)s至%(last)s", first=shown_date(first), last=shown_date(last))
    if first:
        return gettext("%(first)s起", first=shown_date(first))
    return gettext("至%(last)s止", last=shown_date(last)) if last else ""


def static_url(app: Flask, name: str) -> str:
    """The address of a static file with a fingerprint of its content, so that it may be kept for ever."""
    return url_for("static", filename=name, v=_fingerprint(Path(app.static_folder or "") / name, app.debug))


@lru_cache(maxsize=256)
def _cached_fingerprint(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()


def _fingerprint(path: Path, fresh: bool) -> str:  # noqa: FBT001  # a private function with one caller
    return _cached_fingerprint.__wrapped__(path) if fresh else _cached_fingerprint(path)


def register(app: Flask) -> None:
    """Make the words and functions known to every template."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    app.jinja_env.globals.update(
        KINDS=KINDS,
        TOUCHPOINTS=TOUCHPOINTS,
        VALIDITIES=VALIDITIES,
        PASSAGES=PASSAGES,
        REASONS=REASONS,
        ROLES=ROLES,
        TYPES=TYPES,
        navigation=navigation,
        shown_date=shown_date,
        shown_dates=shown_dates,
        shown_moment=shown_moment,
        shown_month=shown_month,
        static_url=lambda name: static_url(app, name),
    )
    app.context_processor(lambda: {"post": post(), "lang": page_language()})
