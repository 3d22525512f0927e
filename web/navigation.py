"""What stands in the head of every page, by what the one who looks may reach."""

from flask_babel import LazyString, lazy_gettext

from web.identity import may

ENTRIES: tuple[tuple[str, LazyString], ...] = (
    ("desk.search", lazy_gettext("搜索")),
    ("desk.touchpoints", lazy_gettext("触点")),
    ("desk.topics", lazy_gettext("分类")),
)


def navigation() -> list[tuple[str, LazyString]]:
    """(endpoint, name) of the pages in the head."""
    return [(endpoint, name) for endpoint, name in ENTRIES if may(endpoint)]
