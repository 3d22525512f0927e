"""From the bank to forms: live questions as items of a draw, and drawn forms as drafts of an exam."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from quiz.bank.difficulty import expected_credit, information
from quiz.bank.drawable import LiveQuestion
from quiz.exams.planning import Draft
from quiz.forms.assembly import Assembly, assemble
from quiz.forms.balance import Balance, Form, Item
from quiz.forms.blueprint import TOPIC, TYPE, Blueprint


def month_number(month: str) -> int:
    """`2026-11` as year · 12 + month, in which months can be counted."""
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number)


def item_of(question: LiveQuestion) -> Item:
    """A live question as the draw sees it; two that test or show the same fact do not meet in one form."""
    expected = expected_credit(question.difficulty, question.answers, min(question.credit, question.answers))
    return Item(
        id=question.id,
        expected=expected,
        information=information(expected),
        attributes={TOPIC: question.topic, TYPE: question.type.value},
        entry_id=question.entry_id,
        enemies=tuple(f"{entry}.{name}" for entry, name in question.facts),
        exposures=question.exposures,
        last_used=month_number(question.last_month) if question.last_month else None,
    )


def draw_forms(questions: Sequence[LiveQuestion], blueprint: Blueprint, month: str, seed: int, forms: int | None = None) -> Assembly:
    """Parallel forms for the exam of a month; the same questions, seed and month give the same forms."""
    return assemble([item_of(question) for question in questions], blueprint, forms, seed, month_number(month))


def drafts_of(assembly: Assembly, questions: Iterable[LiveQuestion]) -> list[Draft]:
    """The forms of a draw as they are stored with an exam."""
    revisions = {question.id: question.revision_id for question in questions}
    return [draft_of(form, revisions, row) for form, row in zip(assembly.forms, balances(assembly.balance), strict=True)]


def draft_of(form: Form, revisions: dict[str, int], balance: dict[str, Any]) -> Draft:
    """One form as it is stored."""
    return Draft([(revisions[picked.item.id], picked.points) for picked in form], balance)


def balances(balance: Balance) -> list[dict[str, Any]]:
    """What is stored of each form's balance, as JSON."""
    return [{name: value for name, value in asdict(row).items() if name != "content"} for row in balance.forms]
