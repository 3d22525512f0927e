"""Words in the language of the page. The msgids are Chinese; translations/en holds the English ones."""

from flask_babel import get_locale
from flask_babel import gettext as _gettext

LANGUAGES = ("zh", "en")


def gettext(text: str, **values: object) -> str:
    """The text in the language of the page, its `%(name)s` filled."""
    return str(_gettext(text, **values))


def page_language() -> str:
    """`zh` or `en`."""
    return str(get_locale() or "zh")[:2]
