"""What stands in the head of every page, by what the one who looks may reach."""

from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from quiz.people.roles import Role
from web.identity import may, viewer

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


# What stands first for whom; the rest is under 更多 on a wide screen. Who is not named has little enough to see all of it.
_FIRST: dict[Role, frozenset[str]] = {
    Role.TRAINER: frozenset({"desk.search", "authoring.drafts", "trainer.questions", "planner.exams", "insight.overview", "manager.overview"}),
    Role.ADMIN: frozenset({"desk.search", "people.people", "trainer.questions", "planner.exams", "insight.overview", "manager.overview"}),
    Role.INSPECTOR: frozenset({"desk.search", "desk.topics", "spot.overview", "manager.overview", "exam.mine", "practice.today"}),
    Role.HALL_MANAGER: frozenset({"desk.search", "desk.topics", "manager.overview", "spot.overview", "exam.mine", "practice.today"}),
    Role.BRANCH_MANAGER: frozenset({"desk.search", "desk.topics", "manager.overview", "spot.overview", "insight.voice", "people.people"}),
}


# Where a day begins; with the search for whoever is not named.
_HOMES: dict[Role, str] = {Role.BRANCH_MANAGER: "manager.overview", Role.TRAINER: "insight.overview"}


def home(role: Role) -> str:
    """The page on which somebody of a role begins after signing in."""
    return _HOMES.get(role, "desk.search")


@dataclass(frozen=True, slots=True)
class Link:
    """A page in the head: where it leads, its name, and whether it stands among the first."""

    endpoint: str
    name: LazyString
    first: bool


def navigation() -> list[Link]:
    """The pages in the head; what is a part of another page in the head stands there alone."""
    who = viewer()
    first = _FIRST.get(who.role) if who else None
    hidden = {name for name, part_of in _PARTS.items() if may(part_of)}
    shown = [(endpoint, name) for endpoint, name in ENTRIES if may(endpoint) and endpoint not in hidden]
    return [Link(endpoint, name, first is None or endpoint in first) for endpoint, name in shown]
