"""Papers whose marks show something: a right and a wrong key, an item everybody knows, on parallel forms."""

import math
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import insert, select

from quiz.fieldtables import QuestionMonthRow
from quiz.questions.question import Option, Question, QuestionType
from quiz.tables import AttemptRow, EmployeeRow, FormRow, MarkRow, UnitRow
from tests.builders import NOW
from tests.quiz.examining import Audience, make_question, store_exam, store_questions

WRONG = "q-wrong-key"
PEOPLE = 240


def single(key, question_id):
    return make_question(QuestionType.SINGLE, id=question_id, options=tuple(Option(text, text == key) for text in "甲乙丙丁"))


def questions():
    """Eight sound items whose key is C; one whose key says C though B is right; a number; and one with several ticks."""
    sound = [single("丙", f"q-{n}") for n in range(8)]
    return [*sound, single("丙", WRONG), make_question(QuestionType.NUMBER, id="q-number"), make_question(QuestionType.MULTIPLE, id="q-several")]


@dataclass
class Marked:
    """An exam of two forms that share all but their first item, taken by 240 people."""

    session: object
    exam: int
    revisions: dict[str, int]


def sit(session, month="2026-10", seed=3, shift=0.0, bank: list[Question] | None = None, revisions: list[int] | None = None) -> Marked:
    """Sit an exam: strong people choose what is truly right; `shift` makes the first shared item easier in logits."""
    bank = bank or questions()
    revisions = revisions or store_questions(session, bank)
    people, branch, unit = store_people(session)
    forms = [[revisions[0], *revisions[2:]], [revisions[1], *revisions[2:]]]
    exam = store_exam(session, Audience(frozenset({branch})), forms, month=month)
    rng, form_ids = Random(seed), form_keys(session, exam)
    attempts, marks = [], []
    for n, person in enumerate(people):
        attempts.append((person, form_ids[n % 2], rng.gauss(0, 1)))
    rows = [
        AttemptRow(
            exam_id=exam, employee_id=p, unit_id=unit, form_id=form, layout=[], started_at=NOW, deadline_at=NOW + timedelta(hours=1),
            submitted_at=NOW, submitted_how="button", score=1.0, full=50.0, passed=True,
        )
        for p, form, _ in attempts
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    for row, (_, form, ability) in zip(rows, attempts, strict=True):
        for position, revision in enumerate(forms[form_ids.index(form)], 1):
            question = bank[revisions.index(revision)]
            marks.append(mark(row.id, position, revision, question, ability, rng, shift if revision == revisions[2] else 0.0))
    session.execute(insert(MarkRow), marks)
    months(session, month, bank, revisions, marks)
    return Marked(session, exam, {q.id: r for q, r in zip(bank, revisions, strict=True)})


def store_people(session):
    """(240 people, their branch, their hall), made at the first call."""
    units = dict(session.execute(select(UnitRow.code, UnitRow.id).where(UnitRow.code.in_(["MB", "MZ"]))).all())
    if not units:
        for code, kind in (("MB", "branch"), ("MZ", "hall")):
            row = UnitRow(code=code, kind=kind, name=f"示例{code}", parent_id=units.get("MB"))
            session.add(row)
            session.flush()
            units[code] = row.id
        session.add_all(EmployeeRow(number=f"MK{n:04}", name=f"演示{n}", role="clerk") for n in range(PEOPLE))
        session.flush()
    query = select(EmployeeRow.id).where(EmployeeRow.number.like("MK%")).order_by(EmployeeRow.number)
    return list(session.scalars(query)), units["MB"], units["MZ"]


def form_keys(session, exam):
    return list(session.scalars(select(FormRow.id).where(FormRow.exam_id == exam).order_by(FormRow.number)))


def mark(attempt, position, revision, question, ability, rng, shift):
    """What somebody answers, and what it earns by the key as it is written."""
    knows = rng.random() < 1 / (1 + math.exp(-1.6 * ability - 0.3 - shift))
    response, earned = answer(question, knows, rng)
    return {
        "attempt_id": attempt,
        "position": position,
        "revision_id": revision,
        "response": response,
        "credit": earned,
        "points": earned,
        "state": "auto",
    }


def answer(question, knows, rng):
    if question.type is QuestionType.NUMBER:
        said = "59块" if knows else rng.choice(["69", "69元", "12"])
        return said, float(knows)
    if question.type is QuestionType.MULTIPLE:
        return ([0, 2], 1.0) if knows else ([0], 0.5)
    truth = 1 if question.id == WRONG else 2
    chosen = truth if knows else rng.choice([i for i in range(4) if i != truth])
    return chosen, float(question.options[chosen].right)


def months(session, month, bank, revisions, marks):
    for question, revision in zip(bank, revisions, strict=True):
        own = [m["credit"] for m in marks if m["revision_id"] == revision]
        session.add(QuestionMonthRow(month=month, question_id=question.id, answers=len(own), credit=sum(own), credit_squared=sum(c * c for c in own)))
    session.flush()
