"""Question ↔ JSON, for the bank's revisions and everything that shows or grades them. PURE."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from kb import EntryRef
from quiz.questions.question import FactRef, Option, Origin, Question, QuestionStatus, QuestionType


def to_json(question: Question) -> dict[str, Any]:
    """A JSON object that `from_json` reads back to an equal question (without its place in a file)."""
    return {
        "id": question.id,
        "type": question.type.value,
        "entry": question.entry.entry_id,
        "version": question.entry.version,
        "stem": question.stem,
        "options": [{"text": o.text, "right": o.right} for o in question.options],
        "steps": list(question.steps),
        "key": question.key,
        "facts": [{"entry": f.entry_id, "name": f.name} for f in question.facts],
        "difficulty": question.difficulty,
        "status": question.status.value,
        "explanation": question.explanation,
        "origin": question.origin.value,
    }


def from_json(data: Mapping[str, Any]) -> Question:
    """The question of a JSON object made by `to_json`."""
    return Question(
        id=data["id"],
        type=QuestionType(data["type"]),
        entry=EntryRef(data["entry"], data["version"]),
        stem=data["stem"],
        options=tuple(Option(o["text"], o["right"]) for o in data["options"]),
        steps=tuple(data["steps"]),
        key=data["key"],
        facts=tuple(FactRef(f["entry"], f["name"]) for f in data["facts"]),
        difficulty=data["difficulty"],
        status=QuestionStatus(data["status"]),
        explanation=data["explanation"],
        origin=Origin(data["origin"]),
    )


def digest(question: Question) -> str:
    """A fingerprint of what is asked and what is right: stem, options, steps, key, explanation."""
    data = to_json(question)
    asked = {name: data[name] for name in ("type", "stem", "options", "steps", "key", "explanation")}
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
