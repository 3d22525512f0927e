"""What is wrong with a single question: its answer's form, its references, its options, and its numbers against the facts. PURE."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations

from kb import Context, Entry, Fact, Fault, Library, Quantity, Validity, fault, find_references, normalise, quantities, resolve, warning
from quiz.questions.amount import Amount, Said, amount_of, read_amount, same_amount
from quiz.questions.question import CHOICES, FALSE, TRUE, Question, QuestionStatus, QuestionType, rendered

OPTIONS = (2, 6)
OPTIONS_MULTIPLE = (3, 8)
STEPS = (3, 7)
LARGEST_FACTOR = 12
_REFERENCE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_IN_FORCE = {Validity.CURRENT, Validity.ENDING}


def check_question(question: Question, lines: Sequence[int], library: Library, day: date) -> list[Fault]:
    """Every fault and warning of one question; `lines` are those of its options, steps or answer lines, in order."""
    found = [*_form(question, lines), *_complete(question)]
    entry = library.get(question.entry)
    if entry is None:
        return found
    found += [*_bound(question, entry, library, day), *_references(question, lines, entry, library, day)]
    if any(not f.warning for f in found):
        return found
    shown = rendered(question, library, day)
    found += [*_distinct(shown, lines), *_key_amount(shown, lines), *_contradictions(question, lines, _named_facts(question, library, day))]
    return found


def _at(question: Question, line: int, code: str, **args: object) -> Fault:
    return fault(question.place.path, line, code, **args)


def _form(question: Question, lines: Sequence[int]) -> Iterator[Fault]:
    """Whether the answer is there and in the form of its type."""
    place, kind = question.place, question.type
    if not lines:
        yield _at(question, place.line, "answer-missing", type=kind.value)
        return
    parts = {"options": bool(question.options), "steps": bool(question.steps)}
    keyed = len(lines) > len(question.options) + len(question.steps)
    wanted = "options" if kind in CHOICES else "steps" if kind is QuestionType.ORDERING else ""
    if (wanted and not parts.pop(wanted)) or any(parts.values()) or keyed == bool(wanted):
        yield _at(question, place.answer, "answer-form", type=kind.value)
    elif not wanted and (len(lines) > 1 or not question.key):
        yield _at(question, place.answer, "answer-single" if len(lines) > 1 else "answer-missing", type=kind.value)
    elif kind is QuestionType.TRUE_FALSE and question.key not in {TRUE, FALSE}:
        yield _at(question, place.answer, "answer-truth", value=question.key)
    elif wanted == "options":
        yield from _options(question, lines)
    elif wanted:
        yield from _steps(question)


def _options(question: Question, lines: Sequence[int]) -> Iterator[Fault]:
    right = [line for option, line in zip(question.options, lines, strict=True) if option.right]
    count, multiple = len(question.options), question.type is QuestionType.MULTIPLE
    low, high = OPTIONS_MULTIPLE if multiple else OPTIONS
    if not right:
        yield _at(question, question.place.answer, "answer-missing", type=question.type.value)
    elif not multiple and len(right) > 1:
        yield _at(question, right[1], "two-right", count=len(right))
    elif multiple and len(right) == 1:
        yield _at(question, right[0], "one-right")
    elif multiple and len(right) == count:
        yield _at(question, question.place.answer, "no-wrong")
    if not low <= count <= high:
        yield _at(question, question.place.answer, "option-count", count=count, low=low, high=high)
    for option, line in zip(question.options, lines, strict=True):
        if not option.text:
            yield _at(question, line, "option-empty")


def _steps(question: Question) -> Iterator[Fault]:
    low, high = STEPS
    if not low <= len(question.steps) <= high:
        yield _at(question, question.place.answer, "step-count", count=len(question.steps), low=low, high=high)


def _complete(question: Question) -> Iterator[Fault]:
    if not question.stem:
        yield _at(question, question.place.line, "stem-missing")
    if not question.explanation:
        yield warning(question.place.path, question.place.line, "explanation-missing")


def _bound(question: Question, entry: Entry, library: Library, day: date) -> Iterator[Fault]:
    validity = library.validity(entry, Context(day))
    if validity not in _IN_FORCE and question.status is not QuestionStatus.RETIRED:
        yield warning(question.place.path, question.place.line, "question-entry-stale", id=entry.id, state=validity.value, day=day)
    for ref in question.facts:
        owner = entry if ref.entry_id == entry.id else library.pick(ref.entry_id, day)
        if owner is None:
            yield _at(question, question.place.line, "question-entry", id=ref.entry_id)
        elif ref.name not in owner.facts:
            yield _at(question, question.place.line, "question-fact", id=owner.id, name=ref.name, known="、".join(owner.facts) or "–")


def _texts(question: Question, lines: Sequence[int]) -> Iterator[tuple[int, str]]:
    yield from enumerate(question.stem.split("\n"), question.place.stem)
    yield from zip(lines, (*(o.text for o in question.options), *question.steps) or (question.key,), strict=False)
    yield from enumerate(question.explanation.split("\n"), question.place.explanation)


def _references(question: Question, lines: Sequence[int], entry: Entry, library: Library, day: date) -> Iterator[Fault]:
    lookup = library.lookup(day)
    for line, text in _texts(question, lines):
        for ref in find_references(text):
            if not ref.fact:
                yield _at(question, line, "bad-reference", ref=ref.written)
            elif resolve(ref, entry, lookup) is None:
                owner = lookup(ref.entry_id) if ref.entry_id else entry
                known = "、".join(owner.facts) if owner else ""
                why = f"{owner.id} 没有要素 {ref.fact}（有：{known}）" if owner else f"没有条目 {ref.entry_id}"
                why_en = f"{owner.id} has no fact {ref.fact} (it has {known})" if owner else f"there is no entry {ref.entry_id}"
                yield _at(question, line, "broken-reference", ref=ref.written, why=why, why_en=why_en)


def _distinct(shown: Question, lines: Sequence[int]) -> Iterator[Fault]:
    """Options and steps that say the same once the numbers stand in them."""
    texts = [(o.text, o.right) for o in shown.options] or [(step, False) for step in shown.steps]
    said = [Said.of(text) for text, _ in texts]
    for (i, (a, a_right)), (j, (b, b_right)) in combinations(enumerate(texts), 2):
        if said[i].same(said[j]):
            code = "step-twice" if shown.steps else "distractor-is-key" if a_right != b_right else "option-twice"
            yield _at(shown, lines[i] if a_right is False and b_right else lines[j], code, a=a, b=b)


def _key_amount(shown: Question, lines: Sequence[int]) -> Iterator[Fault]:
    if shown.type is QuestionType.NUMBER:
        amount = read_amount(shown.key)
        if amount is None or amount.day:
            yield _at(shown, lines[0], "number-unit", value=shown.key)


def _named_facts(question: Question, library: Library, day: date) -> list[Fact]:
    found = []
    for ref in question.facts:
        pinned = library.get(question.entry) if ref.entry_id == question.entry.entry_id else None
        owner = pinned or library.pick(ref.entry_id, day)
        fact = owner.facts.get(ref.name) if owner else None
        found += [fact] if fact and amount_of(fact) else []
    return found


def _contradictions(question: Question, lines: Sequence[int], facts: list[Fact]) -> Iterator[Fault]:
    """Literal numbers of the key, or of a statement, that are not what the named facts say."""
    if not facts:
        return
    if question.type is QuestionType.TRUE_FALSE:
        yield from _statement(question, facts)
        return
    texts = [o.text for o in question.options] or [*question.steps] or [question.key]
    rights = [o.right for o in question.options] or [True] * len(texts)
    for line, text, right in zip(lines, texts, rights, strict=True):
        if right and (wrong := _contradicted(text, facts)):
            yield _at(question, line, "key-contradicts", text=wrong, facts=_shown(facts))


def _contradicted(text: str, facts: list[Fact]) -> str:
    whole = read_amount(text)
    if whole:
        rivals = [a for a in map(amount_of, facts) if a and a.base == whole.base and (a.per == whole.per or not a.per or not whole.per)]
        return text if rivals and not any(same_amount(whole, a) for a in rivals) and not _reckoned(whole, rivals, facts) else ""
    return next((q.text for q in _rivalled(text, facts, lambda q, same: not any(f.says(q) for f in same))), "")


def _reckoned(whole: Amount, parts: list[Amount], facts: list[Fact]) -> bool:
    """Whether a value is reckoned from several facts: so many times one plus so many times another, or a named percentage of so many."""
    times = range(1, LARGEST_FACTOR + 1)
    rates = [fact.amount / 100 for fact in facts if fact.type == "percent" and fact.amount]
    sums = {round(a.value * m + b.value * n, 6) for a, b in combinations(parts, 2) for m in times for n in times}
    shares = {round(a.value * m * rate, 6) for a in parts for m in times for rate in rates}
    return round(whole.value, 6) in sums | shares


def _rivalled(text: str, facts: list[Fact], wanted: Callable[[Quantity, list[Fact]], bool]) -> Iterator[Quantity]:
    """The literal quantities that share a unit with some fact and are as wanted against those facts."""
    for q in quantities(normalise(_REFERENCE.sub("\u3000", text))):
        same = [f for f in facts if q.same_unit(f.unit)]
        if same and wanted(q, same):
            yield q


def _statement(question: Question, facts: list[Fact]) -> Iterator[Fault]:
    """A statement with a single literal number of a named fact's unit: true when it is the fact's, else false."""
    if _REFERENCE.search(question.stem):
        return
    told = list(_rivalled(question.stem, facts, lambda _q, _same: True))
    if len(told) != 1:
        return
    says = any(f.says(told[0]) and _same_rate(question.stem, told[0], f) for f in facts)
    if question.key == TRUE and not says:
        yield _at(question, question.place.stem, "key-contradicts", text=told[0].text, facts=_shown(facts))
    elif question.key == FALSE and says:
        yield warning(question.place.path, question.place.stem, "statement-true", text=told[0].text, facts=_shown(facts))


def _same_rate(text: str, quantity: Quantity, fact: Fact) -> bool:
    """Whether the `/月` behind a quantity, if there is one, is the fact's."""
    told, own = re.match(r"/(\w+)", normalise(text)[quantity.end :]), fact.value.partition("/")[2]
    return told is None or not own or told[1].startswith(own)


def _shown(facts: list[Fact]) -> str:
    return "、".join(f"{fact.label} {fact.value}" for fact in facts)
