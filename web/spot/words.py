"""The words of spot checks."""

from typing import Any

from flask_babel import lazy_gettext

JUDGEMENTS = {
    1.0: ("ok", lazy_gettext("答对")),
    0.5: ("warn", lazy_gettext("部分对")),
    0.0: ("bad", lazy_gettext("不对")),
}
LEVELS = {
    "districts": lazy_gettext("区县公司"),
    "halls": lazy_gettext("营业厅"),
    "people": lazy_gettext("员工"),
}


def words() -> dict[str, Any]:
    """What every page of spot checks may say."""
    return {"JUDGEMENTS": JUDGEMENTS, "LEVELS": LEVELS}
