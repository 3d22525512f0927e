"""What is wrong with a library as a whole: `hallwise check`. PURE."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import combinations

from kb.entry import Context, Entry, Kind, Status, Validity
from kb.facts import LABELS
from kb.faults import Fault, fault, warning
from kb.library import Library
from kb.markdown import clerk_lines, plain, sentence_to_say, turns
from kb.numerals import Quantity, normalise, quantities
from kb.references import Reference, references, resolve

_TARIFF_FACTS = ("eligibility", "conditions", "start", "end")
# units that mostly count things in passing (`一个`, `两次`), and those where only digits are meant literally
_UNCHECKED = frozenset({"个", "次", "人", "份", "分", "级"})
_DIGITS_ONLY = frozenset({"张", "台", "部", "户", "条", "岁", "折", "Mbps", "MB"})


def check(library: Library, today: date) -> list[Fault]:
    """Every fault and warning of a library, in order of path and line; reading faults included."""
    found = [*library.faults, *_duplicates(library), *_repeated_asks(library), *_conflicts(library, today)]
    for entry in library.entries:
        for rule in _RULES:
            found += rule(entry, library, today)
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda f: (f.path, f.line, f.code))


def check_entries(library: Library, entries: Iterable[Entry], today: date) -> list[Fault]:
    """The faults of some entries, and of others because of them; reading faults are not looked for again."""
    chosen = list(entries)
    named = {e.id for e in chosen} | {e.source.path for e in chosen}
    pairs = (*_duplicates(library), *_repeated_asks(library), *_conflicts(library, today))
    found = [f for f in pairs if named & {f.path, f.args.get("id"), f.args.get("other")}]
    found += [f for entry in chosen for rule in _RULES for f in rule(entry, library, today)]
    return sorted(dict.fromkeys(found), key=lambda f: (f.path, f.line, f.code))


def _at(entry: Entry, field: str) -> tuple[str, int]:
    return entry.source.path, entry.source.line(field)


def _duplicates(library: Library) -> Iterator[Fault]:
    for entry in library.entries:
        for other in library.versions(entry.id):
            if other is entry or (other.version, other.source.path) > (entry.version, entry.source.path):
                continue
            if other.version == entry.version:
                yield fault(*_at(entry, "id"), "duplicate-id", id=entry.id, version=entry.version, other=other.source.path)
            elif entry.status is other.status is Status.PUBLISHED and entry.overlaps(other):
                place = _at(entry, "version")
                other_file = other.source.path
                yield fault(*place, "overlapping-versions", id=entry.id, version=entry.version, other=other_file, other_version=other.version)


def _repeated_asks(library: Library) -> Iterator[Fault]:
    seen: dict[str, Entry] = {}
    for entry in library.entries:
        for number, ask in enumerate(entry.asks):
            first = seen.setdefault(normalise(ask).strip("？?。！!，, "), entry)
            if first is not entry and first.id != entry.id and first.overlaps(entry):
                yield warning(*_at(entry, f"asks.{number}"), "duplicate-ask", ask=ask, other=first.id)


def _conflicts(library: Library, today: date) -> Iterator[Fault]:
    """Two tariffs of one name that hold at the same time and place but do not say the same."""
    named: dict[str, list[Entry]] = {}
    for entry in library.entries:
        gone = library.validity(entry, Context(max(today, entry.effective_from or today))) in _GONE
        if entry.kind is Kind.TARIFF and entry.status is Status.PUBLISHED and not gone:
            named.setdefault(_bare(entry.title), []).append(entry)
    for first, second in ((a, b) for group in named.values() for a, b in combinations(group, 2)):
        if first.id != second.id and first.overlaps(second) and first.scope.overlaps(second.scope):
            for name in sorted(first.facts.keys() & second.facts.keys()):
                a, b = first.facts[name], second.facts[name]
                if (a.type, a.amount, a.unit, a.day, a.value) != (b.type, b.amount, b.unit, b.day, b.value):
                    yield fault(*_at(second, f"facts.{name}"), "conflicting-facts", label=b.label, value=b.value, id=first.id, other=a.value)


def _bare(title: str) -> str:
    """A title without spaces and punctuation, by which two entries are seen to speak of one tariff."""
    return "".join(c for c in normalise(title).lower() if c.isalnum())


def _supersedes(entry: Entry, library: Library, _today: date) -> Iterator[Fault]:
    for other in entry.supersedes:
        if other == entry.id:
            yield fault(*_at(entry, "supersedes"), "supersedes-self")
        elif not library.versions(other):
            yield fault(*_at(entry, "supersedes"), "unknown-supersedes", id=other)


def _texts(entry: Entry) -> Iterator[tuple[int, str]]:
    """(line, text) of everything that may hold references, the body line by line."""
    line = entry.source.line
    yield from ((line(f"must_say.{i}"), text) for i, text in enumerate(entry.must_say))
    yield from ((line(f"never_say.{i}"), item.reason) for i, item in enumerate(entry.never_say))
    yield from ((line(f"empower.{i}"), item.may) for i, item in enumerate(entry.empower))
    yield from ((line(f"facts.{name}"), fact.value) for name, fact in entry.facts.items())
    yield from enumerate(entry.body.split("\n"), entry.source.body_line)


def _all_references(entry: Entry) -> Iterator[tuple[int, Reference]]:
    for line, text in _texts(entry):
        for ref in references(text):
            yield line, ref


def _references(entry: Entry, library: Library, today: date) -> Iterator[Fault]:
    """Broken references; one to a tariff that is gone, unless its replacement is named beside it: then the old one is being explained."""
    lookup = library.lookup(today)
    known_gone = {old for other in _referred(entry, library, today) if other.in_force(today) for old in other.supersedes}
    for line, ref in _all_references(entry):
        place = (entry.source.path, line)
        if not ref.fact:
            yield fault(*place, "bad-reference", ref=ref.written)
        elif resolve(ref, entry, lookup) is None:
            why, why_en = _why(ref, entry, lookup)
            yield fault(*place, "broken-reference", ref=ref.written, why=why, why_en=why_en)
        elif ref.entry_id and entry.in_force(today):
            owner = lookup(ref.entry_id)
            unaware = owner and entry.kind is not Kind.TARIFF and owner.id not in known_gone
            if owner and unaware and library.validity(owner, Context(today)) in _GONE:
                yield warning(*place, "stale-reference", id=ref.entry_id, day=today)


_GONE = {Validity.EXPIRED, Validity.RETIRED, Validity.DRAFT, Validity.SUPERSEDED}


def _why(ref: Reference, entry: Entry, lookup: Callable[[str], Entry | None]) -> tuple[str, str]:
    owner = lookup(ref.entry_id) if ref.entry_id else entry
    if owner is None:
        return f"没有条目 {ref.entry_id}", f"there is no entry {ref.entry_id}"
    names = owner.facts
    return (
        f"{owner.id} 没有要素 {ref.fact}（有：{'、'.join(names) or '无'}）",
        f"{owner.id} has no fact {ref.fact} (it has {', '.join(names) or 'none'})",
    )


def _cycles(entry: Entry, library: Library, today: date) -> Iterator[Fault]:
    lookup = library.lookup(today)
    for name in entry.facts:
        if path := _cycle((entry.id, name), lookup):
            yield fault(*_at(entry, f"facts.{name}"), "reference-cycle", cycle=" → ".join(".".join(p) for p in path))


def _cycle(start: tuple[str, str], lookup: Callable[[str], Entry | None]) -> list[tuple[str, str]]:
    stack = [[start]]
    while stack:
        path = stack.pop()
        owner = lookup(path[-1][0])
        fact = owner.facts.get(path[-1][1]) if owner else None
        for ref in references(fact.value) if fact else []:
            step = (ref.entry_id or path[-1][0], ref.fact)
            if step == start:
                return [*path, step]
            if step not in path and len(path) < 20:
                stack.append([*path, step])
    return []


def _spoken(entry: Entry) -> Iterator[tuple[int, str]]:
    """(line, text) of what the clerk is told to say: the quoted sentence, the clerk's turns, the must-says."""
    first = entry.source.body_line
    said = [(turn.line, plain(turn.text)) for turn in turns(entry.body, first) if turn.speaker == "营业员"]
    yield from said
    if (sentence := sentence_to_say(entry.body)) not in {text for _, text in said}:
        quote = (line for line, row in enumerate(entry.body.split("\n"), first) if row.startswith(">"))
        yield next(quote, first), sentence
    for number, text in enumerate(entry.must_say):
        yield entry.source.line(f"must_say.{number}"), text


def _referred(entry: Entry, library: Library, today: date) -> list[Entry]:
    ids = dict.fromkeys(ref.entry_id for _, ref in _all_references(entry) if ref.entry_id and ref.entry_id != entry.id)
    return [e for e in map(library.lookup(today), ids) if e is not None]


def _forbidden(entry: Entry, library: Library, today: date) -> Iterator[Fault]:
    banned = [(item.phrase, entry) for item in entry.never_say]
    banned += [(item.phrase, other) for other in _referred(entry, library, today) for item in other.never_say]
    for line, text in _spoken(entry):
        for phrase, owner in banned:
            if phrase and phrase in text:
                code = "forbidden-phrase" if owner is entry else "forbidden-phrase-elsewhere"
                yield fault(entry.source.path, line, code, phrase=phrase, id=owner.id)


def _numbers(entry: Entry, library: Library, today: date) -> Iterator[Fault]:
    owners = [entry, *_referred(entry, library, today)]
    facts = [(owner, fact) for owner in owners for fact in owner.facts.values() if fact.amount is not None]
    for line, text in _own_words(entry):
        for quantity in _literals(text):
            rivals = [(owner, fact) for owner, fact in facts if quantity.same_unit(fact.unit)]
            if rivals and not any(fact.says(quantity) for _, fact in rivals):
                shown = "、".join(f"{fact.label} {fact.value}" for _, fact in rivals[:4])
                yield fault(entry.source.path, line, "number-contradicts", text=quantity.text, id=rivals[0][0].id, facts=shown)


def _own_words(entry: Entry) -> Iterable[tuple[int, str]]:
    yield entry.source.line("title"), entry.title
    yield from clerk_lines(entry.body, entry.source.body_line)
    body = entry.source.body_line
    names = {line for line, _ in _texts(entry) if line < body}
    yield from ((line, text) for line, text in _texts(entry) if line in names)


def _literals(text: str) -> list[Quantity]:
    bare = normalise(text)
    for ref in reversed(references(bare)):
        end = bare.index("}}", ref.offset) + 2
        bare = bare[: ref.offset] + "\u3000" * (end - ref.offset) + bare[end:]
    return [q for q in quantities(bare) if _is_literal(q)]


def _is_literal(q: Quantity) -> bool:
    units = {u for u, _ in q.readings}
    if units <= _UNCHECKED:
        return False
    arabic = q.text[0].isdigit()
    small = all(v <= 2 or (u == "个月" and v <= 24) or (u == "小时" and v <= 48) for u, v in q.readings)
    return arabic or not (units <= _DIGITS_ONLY or (small and "元" not in units))


def _review(entry: Entry, _library: Library, today: date) -> Iterator[Fault]:
    if entry.in_force(today) and entry.review_due and entry.review_due < today:
        yield warning(*_at(entry, "reviewed_on"), "review-overdue", day=entry.review_due)


def _complete(entry: Entry, _library: Library, _today: date) -> Iterator[Fault]:
    missing = [name for name in _TARIFF_FACTS if name not in entry.facts]
    if entry.kind is Kind.TARIFF and entry.status is Status.PUBLISHED and missing and entry.source.path:
        yield warning(*_at(entry, "facts"), "tariff-incomplete", names="、".join(LABELS[n] for n in missing), names_en=", ".join(missing))


_RULES = (_supersedes, _references, _cycles, _forbidden, _numbers, _review, _complete)
