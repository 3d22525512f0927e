"""Spot checks 抽查 as they happen: begun with a drawn plan, filled in by judgements as they arrive, ended. Use cases: they never commit.

However often a judgement is sent, from however many devices and in whatever order, it counts once, as the last one made; it belongs to the month and
the hall of its check, wherever the clerk works by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb import Library, day_of
from kb.errors import AccessError, AppError, NotFoundError, QueryError
from quiz.audit import note
from quiz.exams.tallies import SPOT, Graded, Whose, replace
from quiz.fieldtables import SpotAnswerRow, SpotCheckRow
from quiz.people.roles import Person
from quiz.spot.draw import Wish, propose
from quiz.spot.message import Judged, Message, answer_id, moment
from quiz.spot.plan import SpotPlan, plan_from_json, plan_to_json
from quiz.tables import QuestionRow, RevisionRow

_CHANGE = "change"  # in SpotAnswerRow.response: the inspector judges, the response holds which judgement it is


@dataclass(frozen=True, slots=True)
class Refused:
    """A judgement that was not taken, by its place (from 0) in the message, and why."""

    place: int
    error: AppError


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is in the database now: (employee, revision, change) of every judgement of the message that was taken, or had been before."""

    kept: tuple[tuple[int, int, int], ...] = ()
    refused: tuple[Refused, ...] = ()
    finished: bool = False

    def __add__(self, later: "Receipt") -> "Receipt":
        return Receipt(self.kept + later.kept, self.refused + later.refused, later.finished)


def start(session: Session, library: Library, inspector: Person, wish: Wish, seed: int, check_id: str, now: datetime) -> str:
    """Begin a check under the id that the device made up; begun twice it is one.

    Raises as `quiz.spot.draw.propose` does, and AccessError for an id that is somebody else's.
    """
    if not (len(check_id) == 32 and set(check_id) <= set("0123456789abcdef")):
        raise QueryError("spot-message-bad", limit=0)
    known = session.get(SpotCheckRow, check_id)
    if known is None:
        proposal = propose(session, library, inspector, wish, seed, now)
        values = {
            "id": check_id, "month": f"{day_of(now):%Y-%m}", "unit_id": proposal.hall.id, "inspector_id": inspector.id,
            "plan": plan_to_json(proposal.plan), "staff": len(proposal.staff), "started_at": now, "remark": "",
        }  # fmt: skip
        if _insert(session, values):
            note(session, now, inspector.number, "spot-start", "spot", check_id, hall=proposal.hall.name, turns=len(proposal.plan.turns), seed=seed)
        known = session.get_one(SpotCheckRow, check_id)
    if known.inspector_id != inspector.id:
        raise AccessError("spot-foreign")
    return check_id


def _insert(session: Session, values: Mapping[str, Any]) -> bool:
    """Whether the check is new: the other of two requests at the same time finds it there."""
    table = SpotCheckRow.__table__
    assert isinstance(table, Table)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(values).on_conflict_do_nothing(index_elements=["id"]).returning(table.c.id)
    return session.execute(statement).first() is not None


def receive(session: Session, check_id: str, inspector: Person, message: Message, now: datetime) -> Receipt:
    """Take in what a device sends. Raises NotFoundError, and AccessError for the check of somebody else.

    A judgement of a question or a clerk that is not of the plan is refused, the others are taken. Also after the end. Hand over one clerk at a time
    (`quiz.spot.message.by_clerk`).
    """
    row = _mine(session, check_id, inspector)
    arriving = _Arriving(session, row, now)
    refused, kept = [Refused(place, QueryError("spot-answer-bad")) for place in message.faulty], []
    for judged in message.answers:
        fault = arriving.fault(judged)
        if fault:
            refused.append(Refused(judged.place, fault))
        else:
            kept.append((judged.employee_id, judged.revision_id, arriving.take(judged)))
    arriving.count(inspector)
    if message.ending and row.finished_at is None:
        row.finished_at, row.remark = moment(message.ending.ago, row.started_at, now), message.ending.remark
        note(session, now, inspector.number, "spot-finish", "spot", check_id)
    session.flush()
    return Receipt(tuple(kept), tuple(refused), row.finished_at is not None)


def _mine(session: Session, check_id: str, inspector: Person) -> SpotCheckRow:
    """One's own check, held until the transaction ends."""
    row = session.scalar(select(SpotCheckRow).where(SpotCheckRow.id == check_id).with_for_update())
    if row is None:
        raise NotFoundError("spot-missing")
    if row.inspector_id != inspector.id:
        raise AccessError("spot-foreign")
    return row


class _Arriving:
    """One message on its way into a check that is held: rows change at once, the ledger when all of it was read."""

    def __init__(self, session: Session, row: SpotCheckRow, now: datetime) -> None:
        self.session, self.row, self.now = session, row, now
        self.plan: SpotPlan = plan_from_json(row.plan)
        self.people = frozenset(self.plan.people)
        query = select(RevisionRow.id, QuestionRow.id, QuestionRow.topic).join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
        rows = session.execute(query.where(RevisionRow.id.in_(self.plan.revisions)))
        self.questions = {revision: (question, topic) for revision, question, topic in rows}
        self.known = {a.id: a for a in session.scalars(select(SpotAnswerRow).where(SpotAnswerRow.check_id == row.id))}
        self.old: dict[int, list[Graded]] = {}
        self.new: dict[int, list[Graded]] = {}
        self.changes: list[list[Any]] = []

    def fault(self, judged: Judged) -> AppError | None:
        """Why a judgement cannot be taken."""
        if judged.revision_id not in self.questions:
            return QueryError("spot-question-unknown")
        return None if judged.employee_id in self.people else QueryError("spot-clerk-unknown")

    def take(self, judged: Judged) -> int:
        """Keep a judgement unless a later one is there; returns which one is."""
        key = answer_id(self.row.id, judged.employee_id, judged.revision_id)
        answer, asked_at = self.known.get(key), moment(judged.ago, self.row.started_at, self.now)
        if answer is None:
            answer = SpotAnswerRow(
                id=key, check_id=self.row.id, employee_id=judged.employee_id, revision_id=judged.revision_id, credit=judged.credit,
                response={_CHANGE: judged.change}, asked_at=asked_at, received_at=self.now, remark=judged.note,
            )  # fmt: skip
            self.session.add(answer)
            self.known[key] = answer
            self._grade(self.new, answer)
        elif judged.change > change_of(answer.response):
            if answer.credit != judged.credit:
                self._grade(self.old, answer)
                late = self.row.finished_at is not None and asked_at >= self.row.finished_at
                self.changes.append([judged.employee_id, judged.revision_id, answer.credit, judged.credit, late])
                answer.credit = judged.credit
                self._grade(self.new, answer)
            answer.response, answer.remark, answer.received_at = {_CHANGE: judged.change}, judged.note, self.now
        return change_of(answer.response)

    def _grade(self, sums: dict[int, list[Graded]], answer: SpotAnswerRow) -> None:
        question, topic = self.questions[answer.revision_id]
        sums.setdefault(answer.employee_id, []).append(Graded(question, topic, answer.credit, answer.credit, 1.0))

    def count(self, inspector: Person) -> None:
        """Bring the ledger to what the rows say by now, and note what was judged anew."""
        for employee in sorted({*self.old, *self.new}):
            whose = Whose(self.row.month, SPOT, employee, self.row.unit_id)
            replace(self.session, whose, self.old.get(employee, []), self.new.get(employee, []))
        if self.changes:
            note(self.session, self.now, inspector.number, "spot-rejudge", "spot", self.row.id, changes=self.changes)


def change_of(response: Any) -> int:
    """Which judgement of a question an answer holds, counted by the device from 1; 0 where it does not say."""
    found = response.get(_CHANGE, 0) if isinstance(response, Mapping) else 0
    return int(found)
