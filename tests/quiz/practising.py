"""A bank, people and papers for the tests of practice."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kb import EntryRef
from quiz.practice.cards import ReviewCard, keep_cards
from quiz.questions.codec import digest, to_json
from quiz.questions.question import Option, Question, QuestionType
from quiz.tables import (
    AttemptRow,
    EmployeeRow,
    ExamRow,
    FormItemRow,
    FormRow,
    MarkRow,
    MembershipRow,
    QuestionRow,
    ReviewRow,
    RevisionRow,
    UnitRow,
)  # fmt: skip
from tests.builders import NOW

DAY = timedelta(days=1)
OLD = NOW - 100 * DAY


def make_question(question_id="q-a", **changes):
    """A single choice whose first option is right."""
    options = (Option("59元/月", right=True), Option("69元/月", right=False), Option("79元/月", right=False))
    given = {"type": QuestionType.SINGLE, "entry": EntryRef("tariff-59", 1), "stem": f"{question_id}：月费多少？", "options": options} | changes
    return Question(id=question_id, explanation="以条目为准。", **given)


@dataclass
class Practising:
    """Writes rows for tests, on whichever engine the session speaks to."""

    session: object
    revisions: dict[str, int] = field(default_factory=dict)

    def person(self, number="AL1"):
        """Somebody who works in a hall."""
        unit = UnitRow(kind="hall", code=f"h-{number}", name="中泉厅")
        row = EmployeeRow(number=number, name="演示", role="clerk")
        self.session.add_all([unit, row])
        self.session.flush()
        self.session.add(MembershipRow(employee_id=row.id, unit_id=unit.id, from_day=date(2020, 1, 1)))
        self.session.flush()
        return row.id

    def question(self, question_id, topic="资费", entry_id=None, state="live", at=OLD, **changes):
        """A question of the bank."""
        entry_id = f"tariff-{question_id}" if entry_id is None else entry_id
        made = make_question(question_id, entry=EntryRef(entry_id, 1), **changes)
        row = QuestionRow(
            id=question_id,
            origin="content",
            type=made.type.value,
            topic=topic,
            entry_id=entry_id,
            state=state,
            revision=0,
            stale_why=[],
            updated_at=at,
        )
        self.session.add(row)
        self.session.flush()
        self.reworded(row.id, made, at)
        return question_id

    def reworded(self, question_id, question, at=OLD):
        """A further revision, in use at once."""
        row = self.session.get(QuestionRow, question_id)
        row.revision += 1
        revision = RevisionRow(
            question_id=question_id, number=row.revision, entry_version=1, written=to_json(question), shown=to_json(question), facts=[],
            digest=digest(question), created_at=at,
        )  # fmt: skip
        self.session.add(revision)
        self.session.flush()
        self.revisions[question_id] = revision.id

    def bank(self, topics=("资费", "话术", "证件", "投诉"), each=4):
        """So many questions of each topic, every one of an entry of its own."""
        return [self.question(f"q-{place}-{number}", topic) for place, topic in enumerate(topics) for number in range(each)]

    def state(self, question_id, state):
        """Move a question."""
        self.session.get(QuestionRow, question_id).state = state
        self.session.flush()

    def exam(self, question_ids, release="at_once", opens=NOW - 2 * DAY, closes=NOW - DAY, released_at: datetime | None = None, state="scheduled"):
        """An exam with one form of these questions; returns the keys of both."""
        exam = ExamRow(
            title="11月业务考试", month="2026-11", state=state, blueprint={}, audience={}, opens_at=opens, closes_at=closes, minutes=60, pass_mark=0.6,
            release=release, released_at=released_at, seed=1, created_by="AL9", created_at=OLD,
        )  # fmt: skip
        self.session.add(exam)
        self.session.flush()
        form = FormRow(exam_id=exam.id, number=1, balance={})
        self.session.add(form)
        self.session.flush()
        for position, question_id in enumerate(question_ids, 1):
            self.session.add(FormItemRow(form_id=form.id, position=position, revision_id=self.revisions[question_id], points=1))
        self.session.flush()
        return exam.id, form.id

    def attempt(self, employee_id, exam, credits_, submitted=NOW - DAY, state="auto", deadline=NOW - DAY):
        """A paper with these credits by question; not submitted while there are none."""
        exam_id, form_id = exam
        unit = self.session.query(MembershipRow).filter_by(employee_id=employee_id).one().unit_id
        row = AttemptRow(
            exam_id=exam_id, employee_id=employee_id, unit_id=unit, form_id=form_id, layout=[], started_at=NOW - 2 * DAY, deadline_at=deadline,
            submitted_at=submitted if credits_ else None, score=sum(credits_.values()) if credits_ else None, full=len(credits_),
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        for position, (question_id, credit) in enumerate(credits_.items(), 1):
            revision = self.revisions[question_id]
            mark = MarkRow(attempt_id=row.id, position=position, revision_id=revision, response=1, credit=credit, points=credit, state=state)
            self.session.add(mark)
        self.session.flush()
        return row.id

    def card(self, employee_id, question_id, due=NOW - DAY, **changes):
        """A review card."""
        keep_cards(self.session, employee_id, [ReviewCard(question_id, due, **changes)])

    def reviewed(self, employee_id, question_id, at, credit=1.0):
        """An answer given in practice, without its card."""
        unit = self.session.query(MembershipRow).filter_by(employee_id=employee_id).one().unit_id
        token = f"{question_id}-{at:%m%d%H%M}"
        self.session.add(
            ReviewRow(token=token, employee_id=employee_id, unit_id=unit, revision_id=self.revisions[question_id], at=at, response=0, credit=credit)
        )
        self.session.flush()
