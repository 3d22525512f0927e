"""Texts of entries as HTML: numbers marked, Markdown rendered, nothing of an author's own HTML kept."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import nh3
from markdown import Markdown
from markupsafe import Markup

from kb.entry import Entry
from kb.facts import Fact
from kb.markdown import plain, sections, turns
from kb.references import Lookup, render

# Marks around the number of a value, of the private use area: Markdown and HTML have no use for them and leave them alone.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_QUOTE = re.compile(r"\A\s*(?:>[^\n]*(?:\n|\Z))+")
_UNBROKEN = 14  # characters; a shorter value stays on one line
_TAGS = {
    "p", "ul", "ol", "li", "strong", "em", "del", "code", "pre", "blockquote", "hr", "br", "a", "span",
    "table", "thead", "tbody", "tr", "th", "td", "h4", "h5", "h6",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "span": {"class", "title"}, "ol": {"start"}}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a dialogue."""

    speaker: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a section: lines of a dialogue, or running text."""

    lines: tuple[Line, ...] = ()
    html: Markup | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the body, ready for the page; `branch` where it is one of the customer's possible answers."""

    heading: str
    branch: bool
    blocks: tuple[Block, ...]


class Renderer:
    """Renders the texts of one entry on one day."""

    def __init__(self, entry: Entry, lookup: Lookup) -> None:
        self._entry, self._lookup = entry, lookup

    def line(self, text: str) -> Markup:
        """One line of text, without Markdown, its numbers marked."""
        marked, values = self._marked(plain(text))
        return Markup(_filled(escape(marked, quote=False), values))  # noqa: S704  # escaped just here

    def words(self, text: str) -> str:
        """The text as it is said, without any marks."""
        return render(plain(text), self._entry, self._lookup)

    def markdown(self, text: str) -> Markup:
        """A text in Markdown. HTML in it is shown as written; what remains is sanitised once more."""
        marked, values = self._marked(text)
        converter = Markdown(extensions=["tables", "sane_lists", "nl2br"], output_format="html")
        converter.preprocessors.deregister("html_block")
        converter.inlinePatterns.deregister("html")
        html = _filled(converter.convert(marked), values)
        clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer")
        return Markup(clean)  # noqa: S704  # sanitised just here

    def parts(self) -> tuple[Part, ...]:
        """The body section by section, without the sentence to say, which has its own place on the page."""
        body = _QUOTE.sub("", self._entry.body, count=1)
        return tuple(Part(self.words(s.heading), s.level >= 3, tuple(self._blocks(s.text))) for s in sections(body))

    def _blocks(self, text: str) -> Iterator[Block]:
        for spoken, rows in _runs(text.split("\n")):
            if spoken:
                yield Block(lines=tuple(Line(t.speaker, self.line(t.text)) for t in turns("\n".join(rows))))
            elif any(row.strip() for row in rows):
                yield Block(html=self.markdown("\n".join(rows)))

    def _marked(self, text: str) -> tuple[str, list[tuple[str, str]]]:
        values: list[tuple[str, str]] = []

        def wrap(fact: Fact, value: str) -> str:
            values.append((fact.label, value))
            return f"{_OPEN}{len(values) - 1}{_CLOSE}"

        clean = text.replace(_OPEN, "").replace(_CLOSE, "")
        return render(clean, self._entry, self._lookup, wrap), values


def _filled(html: str, values: list[tuple[str, str]]) -> str:
    def value(m: re.Match[str]) -> str:
        label, shown = values[int(m[1])]
        look = "fact" if len(shown) <= _UNBROKEN else "fact is-long"
        return f'<span class="{look}" title="{escape(label)}">{escape(shown)}</span>'

    return _MARK.sub(value, html)


def _runs(rows: Iterable[str]) -> Iterator[tuple[bool, list[str]]]:
    """Neighbouring rows that are all dialogue or all not; empty rows stay with what is before them."""
    kind, run = False, list[str]()
    for row in rows:
        now = bool(turns(row)) if row.strip() else kind
        if now != kind and run:
            yield kind, run
            run = []
        kind = now
        run.append(row)
    if run:
        yield kind, run


def highlighted(text: str, words: Iterable[str]) -> Markup:
    """A text with the given words in <mark>, whatever their case."""
    wanted = sorted({w for w in words if w}, key=len, reverse=True)
    if not wanted:
        return Markup(escape(text))  # noqa: S704  # escaped just here
    pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", text, flags=re.IGNORECASE)

    return Markup("".join(f"<mark>{escape(s)}</mark>" if i % 2 else escape(s) for i, s in enumerate(pieces)))  # noqa: S704  # escaped piece by piece
