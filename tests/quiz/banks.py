"""A library with prices that change, and questions on it."""

from dataclasses import replace
from typing import Any

from kb import Entry, EntryRef, Kind, Library
from quiz.questions.question import FactRef, Option, Question, QuestionType
from tests.builders import make_entry, make_library


def plan(**changes: Any) -> Entry:
    given = {
        "id": "tariff-59", "title": "畅享套餐 59 元档", "kind": Kind.TARIFF, "topic": "个人套餐",
        "facts": {"fee": "59 元/月", "data": "20 GB/月"}, "body": "> 每月 {{ fee }}，含 {{ data }} 流量。\n\n次月生效。\n",
    }  # fmt: skip
    return make_entry(**{**given, **changes})


def script(**changes: Any) -> Entry:
    given = {"id": "script-cheaper", "topic": "降档挽留", "body": "> 您可以换 {{ tariff-59.fee }} 档。\n\n1. 先问用量\n2. 再给方案\n"}
    return make_entry(**{**given, **changes})


def library(*entries: Entry) -> Library:
    return make_library(*(entries or (plan(), script())))


DEARER = plan(version=2, facts={"fee": "69 元/月", "data": "20 GB/月"})


def single(**changes: Any) -> Question:
    """Asks for the fee, by a reference."""
    given = {
        "id": "q-fee", "type": QuestionType.SINGLE, "entry": EntryRef("tariff-59", 1), "stem": "畅享套餐 59 元档的月费是多少？",
        "options": (Option("{{ fee }}", right=True), Option("39元/月", right=False), Option("79元/月", right=False)),
        "facts": (FactRef("tariff-59", "fee"),), "explanation": "本档就是 {{ fee }}。",
    }  # fmt: skip
    return Question(**{**given, **changes})


def data(**changes: Any) -> Question:
    """Asks for the data, by a reference."""
    given = {
        "id": "q-data",
        "type": QuestionType.NUMBER,
        "stem": "含多少流量？",
        "options": (),
        "key": "{{ data }}",
        "facts": (FactRef("tariff-59", "data"),),
    }
    return replace(single(), **{**given, "explanation": "每月 {{ data }}。", **changes})


def worded_question(**changes: Any) -> Question:
    """Asks for the steps of the script, and names no fact."""
    given = {
        "id": "q-steps", "type": QuestionType.ORDERING, "entry": EntryRef("script-cheaper", 1), "stem": "客户嫌贵，先后怎么做？",
        "steps": ("先问用量", "再给方案", "确认办理"), "explanation": "先问再给。",
    }  # fmt: skip
    return Question(**{**given, **changes})
