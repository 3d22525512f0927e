"""What nobody's search may show to others: numbers of phones, cards and identity papers. PURE."""

import re

HIDDEN = "［号码］"
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_NUMBERS = (
    re.compile(r"(?<![\dA-Za-z])\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx](?![\dA-Za-z])"),  # an identity card
    re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"),  # a mobile number
    re.compile(r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)"),  # a landline
    re.compile(r"\d{7,}[Xx]?"),  # an account, a card, an order
    re.compile("[〇零一二三四五六七八九幺两]{7,}"),
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
)


def hide_numbers(text: str) -> str:
    """A text with every number that can name a person replaced; prices, plans and short service numbers stay.

    Full-width digits count as digits, and a number may be written with blanks or hyphens in its usual groups.
    """
    shown = text.translate(_DIGITS)
    for pattern in _NUMBERS:
        shown = pattern.sub(HIDDEN, shown)
    return shown
