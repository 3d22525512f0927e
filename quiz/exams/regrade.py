"""Regrading 更正重判: a wrong key is mended after the exam, seen first and then done, whole or not at all. Use cases: they never commit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kb.errors import ConflictError, NotFoundError, QueryError
from quiz.audit import note
from quiz.exams import gradestore
from quiz.exams.gradestore import Regraded
from quiz.exams.remedies import CORRECT, REGRADE, applied, in_force, judged
from quiz.exams.remedy import AS_KEYED, Grade, Remedy, grade, remedy_to_json, suits
from quiz.exams.rescoring import Change, Rescored, rescored, restated
from quiz.exams.state import ExamState, MarkState
from quiz.questions.codec import from_json
from quiz.questions.question import Question
from quiz.tables import AttemptRow, ExamRow, FormItemRow, FormRow, MarkRow, QuestionRow, RevisionRow

LONGEST_WHY = 200
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Used:
    """A question of an exam: its wording there, how it was answered, its remedy, and its latest wording where that is another one."""

    revision_id: int
    question_id: str
    topic: str
    question: Question
    answers: int
    credit: float
    remedy: Remedy
    later: Question | None

    @property
    def share(self) -> float | None:
        """The mean credit of the answers that count."""
        return self.credit / self.answers if self.answers else None


def questions_of(session: Session, exam_id: int) -> list[Used]:
    """Every question that the forms of an exam hold, the worst answered first. Raises NotFoundError."""
    _exam(session, exam_id)
    current = aliased(RevisionRow)
    held = select(FormItemRow.revision_id).join(FormRow, FormRow.id == FormItemRow.form_id).where(FormRow.exam_id == exam_id)
    query = (
        select(RevisionRow.id, RevisionRow.shown, RevisionRow.digest, QuestionRow.id, QuestionRow.topic, current.shown, current.digest)
        .join(QuestionRow, QuestionRow.id == RevisionRow.question_id)
        .join(current, (current.question_id == QuestionRow.id) & (current.number == QuestionRow.revision))
        .where(RevisionRow.id.in_(held))
    )
    sums, remedies = _sums(session, exam_id), applied(session, exam_id)
    found = []
    for revision_id, shown, digest, question_id, topic, later, later_digest in session.execute(query):
        remedy = remedies[exam_id, revision_id].remedy if (exam_id, revision_id) in remedies else AS_KEYED
        newer = from_json(later) if later_digest != digest else None
        found.append(Used(revision_id, question_id, topic, from_json(shown), *sums.get(revision_id, (0, 0.0)), remedy, newer))
    return sorted(found, key=lambda used: (used.share if used.share is not None else 2.0, used.question_id))


def _sums(session: Session, exam_id: int) -> dict[int, tuple[int, float]]:
    query = select(MarkRow.revision_id, func.count(), func.sum(MarkRow.credit)).join(AttemptRow, AttemptRow.id == MarkRow.attempt_id)
    query = query.where(AttemptRow.exam_id == exam_id, MarkRow.state.in_((MarkState.AUTO.value, MarkState.BY_HAND.value)))
    return {revision: (int(count), float(credit)) for revision, count, credit in session.execute(query.group_by(MarkRow.revision_id))}


def _exam(session: Session, exam_id: int, *, to_change: bool = False) -> ExamRow:
    row = session.get(ExamRow, exam_id, with_for_update=to_change, populate_existing=to_change)
    if row is None:
        raise NotFoundError("exam-missing", id=exam_id)
    return row


def dry_run(session: Session, exam_id: int, revision_id: int, remedy: Remedy) -> Rescored:
    """Whose score, pass and rank a remedy would change. Raises NotFoundError, and QueryError for a remedy that does not suit the question."""
    return _rescored(session, _regraded(session, _exam(session, exam_id), revision_id, remedy), remedy)


def regrade(session: Session, exam_id: int, revision_id: int, remedy: Remedy, actor: str, now: datetime, why: str) -> Rescored:
    """Apply a remedy to every paper of an exam that has closed, and tell what changed; applying it again changes nothing.

    Raises what `dry_run` raises, QueryError without a reason, ConflictError while papers may still be handed in.
    """
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise QueryError("regrade-why", limit=LONGEST_WHY)
    row = _exam(session, exam_id, to_change=True)
    what = _regraded(session, row, revision_id, remedy)
    _refuse_open(session, row, now)
    gradestore.lock(session, what)
    found = _rescored(session, what, remedy)
    if in_force(session, exam_id, revision_id) != remedy:
        kept = remedy_to_json(remedy)
        counts = {"papers": found.papers, "changed": len(found.graded)}
        note(session, now, actor, REGRADE, "exam", exam_id, revision=revision_id, question=what.question_id, remedy=kept, why=why.strip(), **counts)
    gradestore.store(session, what, found.changes, REGRADE, actor, now, why.strip())
    session.flush()
    return found


def _regraded(session: Session, row: ExamRow, revision_id: int, remedy: Remedy) -> Regraded:
    held = select(FormItemRow.id).join(FormRow, FormRow.id == FormItemRow.form_id)
    known = gradestore.wording(session, revision_id)
    if known is None or session.scalar(held.where(FormRow.exam_id == row.id, FormItemRow.revision_id == revision_id).limit(1)) is None:
        raise NotFoundError("regrade-missing")
    question_id, topic, question = known
    if not suits(question, remedy):
        raise QueryError("regrade-remedy")
    return Regraded(row.id, row.month, row.pass_mark, revision_id, question_id, topic, question)


def _refuse_open(session: Session, row: ExamRow, now: datetime) -> None:
    if row.state != ExamState.SCHEDULED or row.closes_at is None or now < row.closes_at:
        raise ConflictError("regrade-open")
    running = select(func.count()).select_from(AttemptRow).where(AttemptRow.exam_id == row.id, AttemptRow.submitted_at.is_(None))
    if count := session.scalar(running):
        raise ConflictError("regrade-running", count=count)


def _rescored(session: Session, what: Regraded, remedy: Remedy) -> Rescored:
    marks = gradestore.marks(session, what.exam_id, what.revision_id)
    given = judged(session, {mark.attempt_id for mark in marks})
    by_hand = {mark.attempt_id: given.get((mark.attempt_id, mark.position)) for mark in marks}
    grades = {m.attempt_id: grade(what.question, m.response, m.points, remedy, by_hand[m.attempt_id]) for m in marks}
    return rescored(gradestore.papers(session, what.exam_id), marks, grades, what.pass_mark)


def correct(session: Session, attempt_id: int, position: int, credit: float, actor: str, now: datetime, why: str) -> Change | None:
    """Give a short answer that a trainer has marked another credit; None where it has that credit already.

    Raises QueryError for a credit outside 0 to 1 or a missing reason, NotFoundError, ConflictError for an answer that nobody has marked.
    """
    if not 0 <= credit <= 1:
        raise QueryError("mark-credit")
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise QueryError("regrade-why", limit=LONGEST_WHY)
    query = select(AttemptRow.exam_id, MarkRow.revision_id).join(MarkRow, MarkRow.attempt_id == AttemptRow.id)
    found = session.execute(query.where(AttemptRow.id == attempt_id, MarkRow.position == position).with_for_update(of=AttemptRow)).one_or_none()
    if found is None:
        raise NotFoundError("mark-missing")
    exam_id, revision_id = found
    what = _regraded(session, _exam(session, exam_id), revision_id, AS_KEYED)
    mark = next(m for m in gradestore.marks(session, exam_id, revision_id) if m.attempt_id == attempt_id)
    if mark.grade.state is not MarkState.BY_HAND:
        raise ConflictError("mark-not-by-hand")
    fresh = Grade(round(credit, _DIGITS), round(credit * mark.points, _DIGITS), MarkState.BY_HAND)
    if fresh == mark.grade:
        return None
    (paper,) = gradestore.papers(session, exam_id, attempt_id)
    change = Change(paper, restated(paper, mark, fresh, what.pass_mark), None, None, mark, fresh)
    gradestore.store(session, what, [change], CORRECT, actor, now, why.strip())
    session.flush()
    return change
