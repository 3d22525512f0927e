"""What stands on a pocket card and in the little-helper booklet, whatever the layout. PURE."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto

from kb.entry import ENDING_SOON, Context, Entry, EntryRef, Kind, NeverSay, Power, Scope, Status
from kb.errors import NotFoundError
from kb.facts import chinese_date
from kb.hit import FactView, validity_dates
from kb.library import Library
from kb.markdown import plain, sentence_to_say
from kb.pinyin import syllables

ALWAYS = "长期有效"
_SENTENCE_END = re.compile(r"[。！？!?]+[”’」』）)]*")
_KINDS = {Kind.SCRIPT: "情景话术", Kind.TARIFF: "资费口径", Kind.BASIC: "应知应会"}


class Style(Enum):
    """How a line of the body is set."""

    HEADING = auto()
    SUBHEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()
    TURN = auto()
    QUOTE = auto()


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One paragraph of the body; `label` is the item's mark or number, or who speaks."""

    style: Style
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class PocketCard:
    """简记小卡片: an entry as printed, every number that of the day `as_of`.

    `dates` says how long it holds and is never empty; `last_day` is its last day, be it by its own dates or because another takes its place
    then; `shortened` tells that `say` or a fact ends before its time and the rest stands on the entry's page.
    """

    ref: EntryRef
    title: str
    kind: Kind
    topic: str
    as_of: date
    say: str
    facts: tuple[FactView, ...]
    must_say: tuple[str, ...]
    never_say: tuple[NeverSay, ...]
    empower: tuple[Power, ...]
    body: tuple[BodyLine, ...]
    dates: str
    last_day: date | None
    scope: str
    owner: str
    shortened: bool = False

    @property
    def ending(self) -> bool:
        """Whether it ends within two weeks of the day it is printed for."""
        return self.last_day is not None and self.last_day - self.as_of <= ENDING_SOON

    @property
    def kind_name(self) -> str:
        """`情景话术`, `资费口径` or `应知应会`."""
        return _KINDS[self.kind]


def make_cards(library: Library, context: Context, topics: Sequence[str] = (), kind: Kind | None = None) -> list[PocketCard]:
    """A card of every entry in force, topic after topic: as asked for, else by kind and pinyin; within a topic by id, 39 before 129.

    Raises NotFoundError for a topic that no entry has, and when nothing is in force.
    """
    known = {e.topic for e in library.entries}
    for topic in topics:
        if topic not in known:
            raise NotFoundError("topic-missing", topic=topic, topics="、".join(sorted(known, key=syllables)))
    entries = [e for e in library.current(context) if (not topics or e.topic in topics) and kind in {None, e.kind}]
    if not entries:
        raise NotFoundError("cards-none", day=chinese_date(context.as_of))
    places = _topic_places(entries, topics)
    later = _replacements(library)
    entries.sort(key=lambda e: (places[e.topic], _natural(e.id), e.version))
    return [_make_card(library, entry, context, later) for entry in entries]


def brief(card: PocketCard, limit: int) -> PocketCard:
    """The card with its sentence and facts no longer than `limit` full-width characters where a sentence ends before that.

    What must and what may never be said stays whole.
    """
    say = shorten(card.say, limit)
    facts = tuple(replace(f, value=shorten(f.value, limit)) for f in card.facts)
    return replace(card, say=say, facts=facts, shortened=(say, facts) != (card.say, card.facts))


def shorten(text: str, limit: int) -> str:
    """The longest run of whole sentences of at most `limit` full-width characters; all of it where the first alone is longer."""
    if _fullwidth(text) <= limit:
        return text
    ends = [m.end() for m in _SENTENCE_END.finditer(text) if _fullwidth(text[: m.end()]) <= limit]
    return text[: ends[-1]] if ends else text


def body_lines(body: str) -> list[BodyLine]:
    """The body paragraph by paragraph, without the block quote that is the sentence to say."""
    found, paragraph, quoting, quotes = list[BodyLine](), list[str](), False, 0
    for row in [*body.split("\n"), ""]:
        quotes += row.startswith(">") and not quoting
        quoting = row.startswith(">")
        line = _body_line(row.strip())
        if paragraph and (line is None or line.style is not Style.PARAGRAPH):
            found.append(BodyLine(Style.PARAGRAPH, _joined(paragraph)))
            paragraph = []
        if line is None or (quoting and quotes == 1):
            continue
        if line.style is Style.PARAGRAPH:
            paragraph.append(line.text)
        else:
            found.append(line)
    return found


_BODY: tuple[tuple[re.Pattern[str], Style], ...] = (
    (re.compile(r"(#{1,2})\s+(.+?)\s*#*"), Style.HEADING),
    (re.compile(r"(#{3,6})\s+(.+?)\s*#*"), Style.SUBHEADING),
    (re.compile(r"(>)\s?(.*)"), Style.QUOTE),
    (re.compile(r"(?:[-*]\s+)?(?:\*\*)?(客户|顾客|营业员|店员|引导员)(?:\*\*)?\s*[:：]\s*(.*)"), Style.TURN),
    (re.compile(r"([-*+]|\d+[.)、])\s+(.*)"), Style.ITEM),
)
_RULE = re.compile(r"\|?[\s:|-]+\|?|-{3,}")


def _body_line(row: str) -> BodyLine | None:
    if not row or _RULE.fullmatch(row):
        return None
    if row.startswith("|"):
        return BodyLine(Style.ITEM, " ｜ ".join(plain(c) for c in row.strip("|").split("|")), "·")
    for pattern, style in _BODY:
        if m := pattern.fullmatch(row):
            label = m[1] if style in {Style.ITEM, Style.TURN} else ""
            return BodyLine(style, plain(m[2]), "·" if label in {"-", "*", "+"} else label)
    return BodyLine(Style.PARAGRAPH, plain(row))


def _joined(rows: Iterable[str]) -> str:
    """Lines of a paragraph as one: a space only between two Latin characters."""
    text = ""
    for row in rows:
        text += " " + row if text and text[-1].isascii() and row[:1].isascii() else row
    return text


def _make_card(library: Library, entry: Entry, context: Context, later: Mapping[str, list[Entry]]) -> PocketCard:
    def shown(text: str) -> str:
        return library.render(text, entry, context.as_of)

    last = _last_day(library, entry, context, later)
    return PocketCard(
        ref=entry.ref,
        title=entry.title,
        kind=entry.kind,
        topic=entry.topic,
        as_of=context.as_of,
        say=shown(sentence_to_say(entry.body)),
        facts=tuple(FactView(f.name, f.label, plain(shown(f.value))) for f in entry.facts.values()),
        must_say=tuple(map(shown, entry.must_say)),
        never_say=tuple(NeverSay(n.phrase, shown(n.reason)) for n in entry.never_say),
        empower=tuple(Power(p.role, shown(p.may)) for p in entry.empower),
        body=tuple(body_lines(shown(entry.body))),
        dates=validity_dates(replace(entry, effective_to=last)) or ALWAYS,
        last_day=last,
        scope=_scope_words(entry.scope),
        owner=entry.owner,
    )


def _last_day(library: Library, entry: Entry, context: Context, later: Mapping[str, list[Entry]]) -> date | None:
    """The last day on which the entry holds for the asker: its own, or the eve of its replacement."""
    days = [entry.effective_to] if entry.effective_to else []
    for other in later.get(entry.id, ()):
        start = other.effective_from
        if start and start > context.as_of and library.superseded_by(entry, replace(context, as_of=start)):
            days.append(start - timedelta(days=1))
    return min(days, default=None)


def _replacements(library: Library) -> Mapping[str, list[Entry]]:
    """The published entries that take an entry's place, by its id."""
    found = defaultdict[str, list[Entry]](list)
    for other in library.entries:
        for replaced in other.supersedes:
            if other.status is Status.PUBLISHED:
                found[replaced].append(other)
    return found


def _topic_places(entries: Sequence[Entry], topics: Sequence[str]) -> dict[str, tuple[int, int, tuple[str, ...], str]]:
    """The sort key of every topic: the place asked for, then the kind that most of it is, then pinyin."""
    kinds = list(Kind)
    counts = defaultdict[str, list[int]](lambda: [0] * len(kinds))
    for entry in entries:
        counts[entry.topic][kinds.index(entry.kind)] -= 1
    asked = {topic: place for place, topic in reversed(list(enumerate(topics)))}
    return {t: (asked.get(t, 0), n.index(min(n)), syllables(t), t) for t, n in counts.items()}


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(p), "") if p.isdigit() else (-1, p) for p in re.split(r"(\d+)", text))


def _fullwidth(text: str) -> float:
    return sum(0.5 if c.isascii() else 1.0 for c in text)


def _scope_words(scope: Scope) -> str:
    return "；".join(_places(scope))


def _places(scope: Scope) -> Iterator[str]:
    for names in (scope.districts, scope.halls, scope.channels):
        if names:
            yield "、".join(names)
