"""What stands in the head of every page, by what the one who looks may reach."""

from flask_babel import LazyString, lazy_gettext

from web.identity import may

ENTRIES: tuple[tuple[str, LazyString], ...] = (
    ("desk.search", lazy_gettext("搜索")),
    ("desk.touchpoints", lazy_gettext("触点")),
    ("desk.topics", lazy_gettext("分类")),
    ("exam.mine", lazy_gettext("考试")),
    ("practice.today", lazy_gettext("练习")),
    ("authoring.drafts", lazy_gettext("编写口径")),
    ("trainer.questions", lazy_gettext("题库")),
    ("planner.exams", lazy_gettext("组卷考务")),
    ("insight.overview", lazy_gettext("培训看板")),
    ("manager.overview", lazy_gettext("成绩")),
    ("manager.mine", lazy_gettext("我的成绩")),
    ("spot.overview", lazy_gettext("抽查")),
    ("insight.voice", lazy_gettext("客户声音")),
    ("people.people", lazy_gettext("人员")),
)
_PARTS = {"manager.mine": "manager.overview", "insight.voice": "insight.overview"}  # what is found on another page by those who may have that


def navigation() -> list[tuple[str, LazyString]]:
    """(endpoint, name) of the pages in the head; what is a part of another page in the head stands there alone."""
    hidden = {name for name, part_of in _PARTS.items() if may(part_of)}
    return [(endpoint, name) for endpoint, name in ENTRIES if may(endpoint) and endpoint not in hidden]
