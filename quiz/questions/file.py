"""Markdown → Questions with every fault at its line; one broken question never hides the others. PURE apart from reading files."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kb import EntryRef, Fault, Library, decode, fault
from quiz.questions.block import Block, blocks
from quiz.questions.check import check_question
from quiz.questions.question import FactRef, Option, Origin, Place, Question, QuestionStatus, QuestionType

FIELDS = ("type", "entry", "facts", "difficulty", "status")
FOLDER = "questions"
_ID = re.compile(r"q-[a-z0-9][a-z0-9-]*|g-[a-z0-9][a-z0-9_-]*")
_FACT = re.compile(r"(?:([a-z0-9][a-z0-9-]*)\.)?([a-z][a-z0-9_]*)")
_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Bank:
    """Every question of a content folder: the sound ones, those with errors (never to be asked), and all faults."""

    questions: tuple[Question, ...] = ()
    broken: tuple[Question, ...] = ()
    faults: tuple[Fault, ...] = ()


class _Reader:
    """Takes the values out of a block and collects what is wrong with them."""

    def __init__(self, block: Block, path: str) -> None:
        self.block, self.path, self.faults = block, path, list[Fault]()

    def complain(self, name: str, code: str, **args: object) -> None:
        line = self.block.fields.get(name, (self.block.line, ""))[0]
        self.faults.append(fault(self.path, line, code, **args))

    def text(self, name: str) -> str:
        return self.block.fields.get(name, (0, ""))[1]

    def required(self, name: str) -> str:
        if not (value := self.text(name)):
            self.complain(name, "empty-text" if name in self.block.fields else "missing-field", field=name)
        return value

    def choice(self, name: str, value: str, kind: type[_E]) -> _E | None:
        if value not in set(kind):
            self.complain(name, "bad-choice", field=name, value=value, choices=", ".join(kind))
            return None
        return kind(value)

    def difficulty(self) -> int:
        value = self.text("difficulty") or "3"
        if value in {"1", "2", "3", "4", "5"}:
            return int(value)
        self.complain("difficulty", "bad-choice", field="difficulty", value=value, choices="1–5")
        return 3

    def facts(self, entry_id: str) -> tuple[FactRef, ...]:
        found = []
        for item in filter(None, (part.strip() for part in re.split("[,，、]", self.text("facts")))):
            if m := _FACT.fullmatch(item):
                found.append(FactRef(m[1] or entry_id, m[2]))
            else:
                self.complain("facts", "question-fact-name", value=item)
        return tuple(dict.fromkeys(found))


def parse_questions(text: str, path: str, library: Library, day: date) -> Bank:
    """The questions of one file, pinned to the entry versions in force on a day.

    A question without a usable id or type is reported only; one with other errors is among the broken.
    """
    cut, faults = blocks(text, path)
    sound, broken = list[Question](), list[Question]()
    for block in cut:
        reader = _Reader(block, path)
        question = _question(reader, library, day)
        found = reader.faults
        if question:
            found += check_question(question, block.answer_lines, library, day)
            (broken if any(not f.warning for f in found) else sound).append(question)
        faults += found
    return Bank(tuple(sound), tuple(broken), tuple(faults))


def _question(reader: _Reader, library: Library, day: date) -> Question | None:
    block = reader.block
    for name in block.fields:
        if name not in FIELDS:
            reader.complain(name, "unknown-field", field=name, **_hint(name))
    if not _ID.fullmatch(block.id):
        reader.complain("", "question-id", value=block.id)
    type_text, entry_id = reader.required("type"), reader.required("entry")
    kind = reader.choice("type", type_text, QuestionType) if type_text else None
    status = reader.choice("status", reader.text("status") or "live", QuestionStatus)
    entry = library.pick(entry_id, day) if entry_id else None
    if entry_id and entry is None:
        reader.complain("entry", "question-entry", id=entry_id)
    if kind is None or not _ID.fullmatch(block.id):
        return None
    stem = next((n for n, row in block.stem if row.strip()), block.line)
    return Question(
        id=block.id,
        type=kind,
        entry=EntryRef(entry_id, entry.version if entry else 0),
        stem=block.text(block.stem),
        options=tuple(Option(text, right) for _, right, text in block.options),
        steps=tuple(text for _, text in block.steps),
        key=block.keys[0][1] if len(block.keys) == 1 else "",
        facts=reader.facts(entry_id),
        difficulty=reader.difficulty(),
        status=status or QuestionStatus.LIVE,
        explanation=block.text(block.quote),
        origin=Origin.GENERATED if block.id.startswith("g-") else Origin.WRITTEN,
        place=Place(reader.path, block.line, stem, block.answer_line, block.quote[0][0] if block.quote else block.line),
    )


def _hint(name: str) -> dict[str, object]:
    near = difflib.get_close_matches(name, FIELDS, 1)
    return {"hint": f"，是不是 {near[0]}？", "hint_en": f"; did you mean {near[0]}?"} if near else {"hint": "", "hint_en": ""}


def question_files(content: Path) -> list[Path]:
    """The question files of a content folder, sorted; none when it has no `questions` folder."""
    return sorted(p for p in (content / FOLDER).rglob("*.md") if not p.stem.isupper() and not p.name.startswith("."))


def load_bank(content: Path, library: Library, day: date) -> Bank:
    """Every question below `content/questions`; a file that cannot be read becomes a fault and hides no other."""
    banks = []
    for path in question_files(content):
        name = path.relative_to(content).as_posix()
        try:
            text, wrong = decode(path.read_bytes(), name)
        except OSError as error:
            wrong = [fault(name, 1, "unreadable", reason=error.strerror or str(error))]
        banks.append(Bank(faults=tuple(wrong)) if wrong else parse_questions(text, name, library, day))
    return join_banks(banks)


def join_banks(banks: Sequence[Bank]) -> Bank:
    """Several files' questions as one bank; of two with the same id the later is broken."""
    sound, broken, faults = list[Question](), list[Question](), list[Fault]()
    seen: dict[str, Question] = {}
    for bank in banks:
        faults += bank.faults
        broken += bank.broken
        for question in (*bank.questions, *bank.broken):
            first = seen.setdefault(question.id, question)
            if first is not question:
                where = f"{first.place.path}:{first.place.line}"
                faults.append(fault(question.place.path, question.place.line, "question-twice", id=question.id, other=where))
        for question in bank.questions:
            (sound if seen[question.id] is question else broken).append(question)
    return Bank(tuple(sound), tuple(broken), tuple(faults))
