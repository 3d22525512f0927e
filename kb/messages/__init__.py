"""Every sentence said to a person about something that went wrong, by code: (Chinese, English). PURE.

`{name}` is filled from the arguments of the error or fault. One module for each subject.
"""

from kb.messages import (
    authoring,
    bank,
    content,
    draw,
    exams,
    failures,
    files,
    insight,
    people,
    planning,
    practice,
    questions,
    reports,
    spot,
    starting,
    statistics,
)

MESSAGES: dict[str, tuple[str, str]] = {
    **content.MESSAGES,
    **authoring.MESSAGES,
    **questions.MESSAGES,
    **reports.MESSAGES,
    **people.MESSAGES,
    **failures.MESSAGES,
    **draw.MESSAGES,
    **files.MESSAGES,
    **bank.MESSAGES,
    **practice.MESSAGES,
    **spot.MESSAGES,
    **insight.MESSAGES,
    **statistics.MESSAGES,
    **exams.MESSAGES,
    **planning.MESSAGES,
    **starting.MESSAGES,
}


def message(code: str, lang: str = "zh", **args: object) -> str:
    """The sentence of a code in `zh` or `en`, filled with its arguments; KeyError for an unknown code."""
    return MESSAGES[code][0 if lang == "zh" else 1].format(**args)
