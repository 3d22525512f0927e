"""Aiken: a question, lettered options, `ANSWER: B`. PURE."""

import re
from collections.abc import Iterable

from kb import Fault, warning
from quiz.files.csvtable import decode_text
from quiz.importers.drafts import Draft, Exported, Imported, collected, left_out
from quiz.questions.question import FALSE, TRUE, Option, Question, QuestionType

_OPTION = re.compile(r"([A-Za-z])\s*[.)、．）]\s*(.*)")
_ANSWER = re.compile(r"(?:ANSWER|答案|正确答案)\s*[:：]\s*(.*?)\s*", re.IGNORECASE)
_CARRIED = {QuestionType.SINGLE, QuestionType.BEST_REPLY, QuestionType.TRUE_FALSE}


def read_aiken(data: bytes, filename: str) -> Imported:
    """The questions of an Aiken file. Raises ContentError when it is no text."""
    drafts, draft = list[Draft](), Draft(filename, 0)
    for number, row in enumerate(decode_text(data, filename).split("\n"), 1):
        line = row.strip()
        if not line:
            continue
        draft.line = draft.line or number
        if m := _ANSWER.fullmatch(line):
            _answer(draft, number, m[1])
            drafts.append(draft)
            draft = Draft(filename, 0)
        elif m := _OPTION.fullmatch(line):
            _option(draft, number, m[1].upper(), m[2])
        elif draft.options:
            draft.complain(number, "aiken-line", text=line[:20])
        else:
            draft.stem += ("\n" if draft.stem else "") + line
    if draft.line:
        draft.complain(draft.line, "aiken-answer")
        drafts.append(draft)
    return collected(drafts)


def _option(draft: Draft, number: int, letter: str, text: str) -> None:
    expected = chr(ord("A") + len(draft.options))
    if letter != expected:
        draft.complain(number, "aiken-letter", letter=letter, expected=expected)
    draft.options.append((text, False))
    draft.lines.append(number)


def _answer(draft: Draft, number: int, given: str) -> None:
    letters = [c for c in given.upper() if c not in " ,，、"]
    places = [ord(c) - ord("A") for c in letters]
    if not places or not all(0 <= place < len(draft.options) for place in places):
        draft.complain(number, "answer-letters", given=given, count=len(draft.options))
        return
    draft.options = [(text, i in places) for i, (text, _) in enumerate(draft.options)]
    if {text for text, _ in draft.options} == {TRUE, FALSE} and len(places) == 1:
        draft.type, draft.key, draft.options = QuestionType.TRUE_FALSE, draft.options[places[0]][0], []


def write_aiken(questions: Iterable[Question]) -> Exported:
    """An Aiken file; it carries questions with one right option, and neither explanation nor binding."""
    blocks, faults = list[str](), list[Fault]()
    for question in questions:
        options = question.options or (Option(TRUE, question.key == TRUE), Option(FALSE, question.key == FALSE))
        texts = [" ".join(text.split("\n")) for text in (question.stem, *(o.text for o in options))]
        if question.type not in _CARRIED or _OPTION.fullmatch(texts[0]) or _ANSWER.fullmatch(texts[0]):
            faults.append(left_out(question, "Aiken"))
            continue
        letters = [chr(ord("A") + i) for i in range(len(options))]
        right = next(letter for letter, option in zip(letters, options, strict=True) if option.right)
        blocks.append("\n".join([texts[0], *(f"{letter}. {text}" for letter, text in zip(letters, texts[1:], strict=True)), f"ANSWER: {right}"]))
        faults.append(warning(question.id, 1, "export-bare", id=question.id, form="Aiken"))
    return Exported(("\n\n".join(blocks) + "\n").encode(), len(blocks), tuple(faults))
