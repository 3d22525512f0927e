"""Texts side by side, what differs marked: of a question, and of the wording that it tests."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from quiz.bank.staleness import Reason
from quiz.questions.question import CHOICES, Question
from web.catalogue import library
from web.clock import today
from web.i18n import gettext
from web.trainer.surroundings import entry_of

_TOKEN = re.compile(r"\d+(?:\.\d+)?[A-Za-z%]*|[A-Za-z]+|.", re.DOTALL)
Parts = tuple[tuple[bool, str], ...]  # (changed, text)


@dataclass(frozen=True, slots=True)
class Pair:
    """One text of a question, before and now, in pieces of which the changed ones are marked."""

    label: str
    before: Parts
    after: Parts
    right: bool = False

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def pairs(before: Question, after: Question) -> tuple[Pair, ...]:
    """The texts of a question side by side."""
    return tuple(Pair(label, *marked(old, new), right) for label, old, new, right in _texts(before, after))


def _texts(before: Question, after: Question) -> Iterator[tuple[str, str, str, bool]]:
    yield gettext("题干"), before.stem, after.stem, False
    if after.type in CHOICES:
        count = max(len(before.options), len(after.options))
        olds, news = ([*q.options, *[None] * count][:count] for q in (before, after))
        for number, (old, new) in enumerate(zip(olds, news, strict=True)):
            yield chr(65 + number), old.text if old else "", new.text if new else "", bool(new and new.right)
    for number in range(max(len(before.steps), len(after.steps))):
        old_step, new_step = ("".join(q.steps[number : number + 1]) for q in (before, after))
        yield str(number + 1), old_step, new_step, False
    if before.key or after.key:
        yield gettext("答案"), before.key, after.key, True
    if before.explanation or after.explanation:
        yield gettext("解析"), before.explanation, after.explanation, False


def marked(old: str, new: str) -> tuple[Parts, Parts]:
    """Two texts in pieces, a number with its unit never cut, what differs marked."""
    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    before, after = list[tuple[bool, str]](), list[tuple[bool, str]]()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if b > a:
            before.append((tag != "equal", "".join(left[a:b])))
        if d > c:
            after.append((tag != "equal", "".join(right[c:d])))
    return tuple(before), tuple(after)


def lines_of(reason: Reason) -> tuple[tuple[Parts, Parts], ...]:
    """The lines of a changed wording, gone and come, as a person reads them."""
    olds, news = ([_readable(line, reason.entry_id) for line in text.split("\n") if line] for text in (reason.old, reason.new))
    return tuple(marked(old, new) for old, new in zip_longest(olds, news, fillvalue=""))


def _readable(line: str, entry_id: str) -> str:
    """A line of an entry without the marks of Markdown, its references filled in."""
    entry, bare = entry_of(entry_id), re.sub(r"^(?:[>#\s]+|[-*+]\s+)|\*\*", "", line)
    return library().render(bare, entry, today()) if entry else bare
