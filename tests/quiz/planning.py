"""A bank large enough to draw from, and a blueprint for it: for the tests of planning exams."""

from sqlalchemy.orm import Session

from kb import EntryRef, Library
from quiz.bank.state import State
from quiz.forms.blueprint import Blueprint, Cell
from quiz.questions.codec import digest, to_json
from quiz.questions.question import Option, Question, QuestionType
from quiz.tables import QuestionRow, RevisionRow
from tests.builders import NOW
from tests.quiz.banks import library, plan

SINGLES, TRUTHS = 24, 12
BLUEPRINT = Blueprint(
    "2026年11月业务考试",
    (Cell("单选", 4, 5.0, (), {"type": ("single",)}), Cell("判断", 2, 5.0, (), {"type": ("true_false",)})),
    minutes=30,
    pass_mark=0.6,
    not_used_for_months=1,
    forms=2,
)


def small_library() -> Library:
    """The entry that every question of the bank rests on."""
    return library(plan())


def store_bank(session: Session) -> None:
    """Live questions of two types, of every difficulty."""
    for n in range(SINGLES):
        options = tuple(Option(text, right=text == "甲") for text in "甲乙丙丁")
        _store(session, Question(f"s-{n:02}", QuestionType.SINGLE, EntryRef("tariff-59", 1), f"单选题 {n}", options, difficulty=1 + n % 5))
    for n in range(TRUTHS):
        _store(session, Question(f"t-{n:02}", QuestionType.TRUE_FALSE, EntryRef("tariff-59", 1), f"判断题 {n}", key="对", difficulty=1 + n % 5))
    session.flush()


def _store(session: Session, question: Question) -> None:
    session.add(
        QuestionRow(
            id=question.id, origin="content", type=question.type.value, topic="个人套餐", entry_id="tariff-59", state=State.LIVE.value,
            difficulty=question.difficulty, updated_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    revise(session, question, 1)


def revise(session: Session, question: Question, number: int) -> None:
    """Another wording of a question."""
    shown = to_json(question)
    row = RevisionRow(
        question_id=question.id, number=number, entry_version=1, written=shown, shown=shown, facts=[], digest=digest(question), created_at=NOW
    )
    session.add(row)
    session.get_one(QuestionRow, question.id).revision = number
    session.flush()
