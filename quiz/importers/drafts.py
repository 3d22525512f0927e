"""What every question format shares: a draft being read, the finished question with all that is wrong with it, and its binding. PURE."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations

from kb import EntryRef, Fault, Library, fault, warning
from kb.errors import ContentError
from quiz.questions.amount import read_amount, same_answer
from quiz.questions.check import check_question
from quiz.questions.question import FactRef, Option, Place, Question, QuestionStatus, QuestionType

MOST = 5_000
_NOTHING = Library.of(())
_ID = re.compile(r"[qgi]-[a-z0-9][a-z0-9_-]{0,110}")
_ENTRY = re.compile(r"[a-z0-9][a-z0-9-]{0,199}")
_FACT = re.compile(r"(?:([a-z0-9][a-z0-9-]*)\.)?([a-z][a-z0-9_]*)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file holds: sound questions, each placed at its line or row, and every fault; those with errors are not among the questions."""

    questions: tuple[Question, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def errors(self) -> int:
        """How many faults keep something from being imported."""
        return sum(not f.warning for f in self.faults)


@dataclass(frozen=True, slots=True)
class Exported:
    """A file, how many questions are in it, and what the format cannot carry: errors for questions left out, warnings for what they lost."""

    data: bytes
    written: int
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Draft:
    """A question while it is read; `type` may be left to be found from the answer, `lines` are those of its options or steps."""

    path: str
    line: int
    type: QuestionType | None = None
    stem: str = ""
    options: list[tuple[str, bool]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    key: str = ""
    explanation: str = ""
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    id: str = ""
    entry: str = ""
    facts: str = ""
    difficulty: int = 3

    def complain(self, line: int, code: str, **args: object) -> None:
        """Note an error."""
        self.faults.append(fault(self.path, line, code, **args))

    def warn(self, line: int, code: str, **args: object) -> None:
        """Note something that is lost, and no reason not to import the rest."""
        self.faults.append(warning(self.path, line, code, **args))

    def bind(self, meta: Mapping[str, str]) -> None:
        """Take over what `meta_of` wrote; what makes no sense is left out, for a trainer binds the question later."""
        named = meta.get("id", "").strip()
        self.id = named if _ID.fullmatch(named) else ""
        entry = meta.get("entry", "").strip()
        self.entry = entry if _ENTRY.fullmatch(entry) else ""
        self.facts = meta.get("facts", "")
        if (level := meta.get("difficulty", "").strip()) in {"1", "2", "3", "4", "5"}:
            self.difficulty = int(level)
        if (kind := meta.get("type", "")) in set(QuestionType):
            self.type = QuestionType(kind)


def meta_of(question: Question) -> dict[str, str]:
    """What a question is bound to, and what formats have no words for, as short texts."""
    own = question.entry.entry_id
    facts = " ".join(ref.name if ref.entry_id == own else str(ref) for ref in question.facts)
    meta = {"id": question.id, "type": question.type.value, "entry": own, "facts": facts, "difficulty": str(question.difficulty)}
    return {name: value for name, value in meta.items() if value}


def parse_facts(text: str, entry_id: str) -> tuple[FactRef, ...]:
    """Fact names as `fee`, `other-entry.fee`, apart by spaces or commas; malformed ones are left out."""
    found = (_FACT.fullmatch(part) for part in re.split(r"[\s,，、;；]+", text))
    return tuple(dict.fromkeys(FactRef(m[1] or entry_id, m[2]) for m in found if m and (m[1] or entry_id)))


def tidy(text: str) -> str:
    """A text without control characters, spaces at line ends, or blank lines around it."""
    return "\n".join(line.rstrip() for line in _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")).strip()


def finished(draft: Draft) -> tuple[Question | None, list[Fault]]:
    """The question of a draft, None when it has errors, and its faults at their lines."""
    kind = draft.type or _kind(draft)
    faults = draft.faults
    if any(not f.warning for f in faults):
        return None, faults
    entry = draft.entry
    question = Question(
        id=draft.id,
        type=kind,
        entry=EntryRef(entry, 0),
        stem=tidy(draft.stem),
        options=tuple(Option(tidy(text), right) for text, right in draft.options),
        steps=tuple(map(tidy, draft.steps)),
        key=tidy(draft.key),
        facts=parse_facts(draft.facts, entry),
        difficulty=draft.difficulty,
        status=QuestionStatus.DRAFT,
        explanation=tidy(draft.explanation),
        place=Place(draft.path, draft.line, draft.line, draft.line, draft.line),
    )
    count = len(question.options) + len(question.steps) + bool(question.key)
    lines = (draft.lines + [draft.line] * count)[:count]
    faults += [f for f in check_question(question, lines, _NOTHING, date.min) if not f.warning] or [*_twice(question, lines), *_unitless(question)]
    return (None if any(not f.warning for f in faults) else question), faults


def _kind(draft: Draft) -> QuestionType:
    if draft.options:
        return QuestionType.MULTIPLE if sum(right for _, right in draft.options) > 1 else QuestionType.SINGLE
    if draft.steps:
        return QuestionType.ORDERING
    amount = read_amount(draft.key)
    return QuestionType.NUMBER if "{{" in draft.key or (amount and not amount.day) else QuestionType.SHORT


def _twice(question: Question, lines: list[int]) -> list[Fault]:
    texts = [(o.text, o.right) for o in question.options] or [(step, False) for step in question.steps]
    found = []
    for (i, (a, first)), (j, (b, second)) in combinations(enumerate(texts), 2):
        if same_answer(a, b):
            code = "step-twice" if question.steps else "distractor-is-key" if first != second else "option-twice"
            found.append(fault(question.place.path, lines[max(i, j)], code, a=a, b=b))
    return found


def _unitless(question: Question) -> list[Fault]:
    amount = read_amount(question.key) if question.type is QuestionType.NUMBER else None
    if question.type is not QuestionType.NUMBER or "{{" in question.key or (amount and not amount.day):
        return []
    return [fault(question.place.path, question.place.line, "number-unit", value=question.key)]


def collected(drafts: list[Draft], faults: list[Fault] | None = None) -> Imported:
    """Every sound question of a file, and all faults in the order of their lines; of two with the same id the later is nameless.

    Raises ContentError for more questions than anybody can look through.
    """
    if len(drafts) > MOST:
        raise ContentError("import-many", count=len(drafts), limit=MOST)
    questions, found, seen = list[Question](), list(faults or []), set[str]()
    for draft in drafts:
        question, wrong = finished(draft)
        found += wrong
        if question:
            questions.append(replace(question, id="" if question.id in seen else question.id))
            seen.add(question.id)
    return Imported(tuple(questions), tuple(sorted(found, key=lambda f: f.line)))


def left_out(question: Question, form: str) -> Fault:
    """A question that a format cannot carry; `form` is its name."""
    return fault(question.id, 1, "export-type", id=question.id, form=form)
