"""What a publication would change besides the entry itself: which facts change with it, who quotes them, which answers differ."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb.authoring.draftcheck import dependants
from kb.authoring.entrydiff import FactChange, fact_diff
from kb.authoring.entryform import EntryForm, form_of
from kb.entry import Context, Entry, EntryRef
from kb.golden import OFF_TOPIC, Golden, Judgement, parse_golden
from kb.library import Library
from kb.references import references
from kb.search import Searcher

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Quoting:
    """An entry that quotes changed facts, and which of them (`entry-id.fact`), be it through a fact of another entry that quotes them."""

    entry_id: str
    title: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A golden query whose first answer changes; `right_…` says whether that answer is one of those judged right."""

    query: str
    before: str
    after: str
    right_before: bool
    right_after: bool


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything to look at before publishing.

    `carried` are the facts (entry id, name) that change, those that quote a changed one among them; `asked` counts the golden queries that were asked
    again.
    """

    facts: tuple[FactChange, ...]
    quoting: tuple[Quoting, ...]
    carried: frozenset[tuple[str, str]]
    answers: tuple[AnswerChange, ...]
    asked: int


def consequences(searchers: tuple[Searcher, Searcher], ref: EntryRef, base_version: int, golden: Sequence[Golden], today: date) -> Consequences:
    """What publishing `ref` in the place of version `base_version` changes; the searchers are that of now and that of a preview.

    Only those golden queries are asked again that are judged for this entry or for one that quotes it or is quoted by it: others can change as well,
    but nearly never do, and asking all of them takes minutes on a large set.
    """
    before, after = (searcher.snapshot.library for searcher in searchers)
    new = after.get(ref)
    old = before.get(EntryRef(ref.entry_id, base_version))
    facts = fact_diff(form_of(old) if old else EntryForm(), form_of(new) if new else EntryForm())
    carried = carriers(before, ref.entry_id, {change.name for change in facts})
    near = {ref.entry_id, *(e.id for e in dependants(before, ref.entry_id)), *(new.supersedes if new else ()), *_named(new)}
    judged = [(j, g.as_of or today) for g in golden for j in g.judgements if j.kind != OFF_TOPIC and near & set(j.relevant)]
    answers = [change for j, day in judged if (change := _compared(j, day, searchers))]
    return Consequences(facts, quoting(before, ref.entry_id, carried), frozenset(carried), tuple(answers), len(judged))


def carriers(library: Library, entry_id: str, names: Collection[str]) -> set[tuple[str, str]]:
    """The facts that change when these of an entry do: they themselves, and every fact whose value quotes one of them."""
    found = {(entry_id, name) for name in names}
    while True:
        more = {
            (e.id, fact.name)
            for e in library.entries
            for fact in e.facts.values()
            if "{{" in fact.value and any((ref.entry_id or e.id, ref.fact) in found for ref in references(fact.value))
        } - found
        if not more:
            return found
        found |= more


def quoting(library: Library, entry_id: str, carried: Collection[tuple[str, str]]) -> tuple[Quoting, ...]:
    """The entries, but for the changed one, whose words quote a changed fact."""
    found = {}
    for entry in library.entries:
        used = _quoted(entry, carried)
        if used and entry.id != entry_id:
            found[entry.id] = Quoting(entry.id, entry.title, used)
    return tuple(found.values())


def _quoted(entry: Entry, carried: Collection[tuple[str, str]]) -> tuple[str, ...]:
    pairs = ((ref.entry_id or entry.id, ref.fact) for text in _texts(entry) if "{{" in text for ref in references(text))
    return tuple(dict.fromkeys(".".join(pair) for pair in pairs if pair in carried))


def _texts(entry: Entry) -> Iterable[str]:
    yield from (entry.body, *entry.must_say, *(n.reason for n in entry.never_say), *(p.may for p in entry.empower))
    yield from (f.value for f in entry.facts.values())


def _named(entry: Entry | None) -> set[str]:
    return {ref.entry_id for text in _texts(entry) for ref in references(text) if ref.entry_id} if entry else set()


def _compared(judgement: Judgement, day: date, searchers: tuple[Searcher, Searcher]) -> AnswerChange | None:
    first = [_first(searcher, judgement.query, day) for searcher in searchers]
    if first[0] == first[1]:
        return None
    return AnswerChange(judgement.query, first[0], first[1], first[0] in judgement.relevant, first[1] in judgement.relevant)


def _first(searcher: Searcher, query: str, day: date) -> str:
    answer = searcher.search(query, Context(day), _SHOWN)
    return answer.hits[0].entry.id if answer.hits and answer.confident else ""


def golden_sets(content: Path) -> list[Golden]:
    """The golden sets of a content folder; what is wrong in them is not asked."""
    return [parse_golden(path.read_text(encoding="utf-8"), path.name)[0] for path in sorted((content / "golden").glob("*.tsv"))]
