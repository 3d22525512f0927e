"""The words of spot checks."""

from typing import Any

from flask_babel import lazy_gettext

JUDGEMENTS = {
    1.0: ("ok", lazy_gettext("答对")),
    0.5: ("warn", lazy_gettext("部分对")),
    0.0: ("bad", lazy_gettext("不对")),
}
LEVELS = {
    "district": lazy_gettext("区县公司排名"),
    "hall": lazy_gettext("营业厅排名"),
    "person": lazy_gettext("员工排名"),
}


def words() -> dict[str, Any]:
    """What every page of spot checks may say."""
    return {"JUDGEMENTS": JUDGEMENTS, "LEVELS": LEVELS}
