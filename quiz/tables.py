"""The tables of training and assessment. Times are UTC; days are days in Shanghai. Rows never leave the modules that query them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer, String, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime

# SQLite numbers rows by itself only where the key is an INTEGER
BigKey = BigInteger().with_variant(Integer, "sqlite")


class UnitRow(Base):
    """A branch 分公司, a district company 区县公司 or a hall 营业厅; a closed one keeps its scores."""

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_parent", "parent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # quiz.people.roles.UnitKind
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    closed_on: Mapped[date | None] = mapped_column(Date)


class EmployeeRow(Base):
    """A person of the staff; never deleted, only made inactive."""

    __tablename__ = "employee"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)  # 工号, upper case
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))  # quiz.people.roles.Role
    active: Mapped[bool] = mapped_column(default=True)


class MembershipRow(Base):
    """Where somebody works from a day (inclusive) to a day (exclusive; none while it lasts)."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("employee_id", "from_day"), Index("ix_membership_unit", "unit_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    from_day: Mapped[date] = mapped_column(Date)
    to_day: Mapped[date | None] = mapped_column(Date)


class AccountRow(Base):
    """How somebody signs in. `epoch` grows when every open session has to end."""

    __tablename__ = "account"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    epoch: Mapped[int] = mapped_column(default=0)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditRow(Base):
    """Who changed what: accounts, questions, exams, scores. Rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject", "subject_id", "at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(40))  # employee number; "" for the program itself
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(20))  # question, exam, attempt, employee …
    subject_id: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class QuestionRow(Base):
    """A question of the bank and where it stands; its wordings are its revisions."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_entry", "entry_id"), Index("ix_question_state", "state"))

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    origin: Mapped[str] = mapped_column(String(16))  # quiz.bank.state.Source: content, generated, imported, edited
    type: Mapped[str] = mapped_column(String(16))
    topic: Mapped[str] = mapped_column(String(80))  # of its entry
    entry_id: Mapped[str] = mapped_column(String(200), default="")  # "" for an imported question not bound yet
    state: Mapped[str] = mapped_column(String(16))  # quiz.bank.state.State
    difficulty: Mapped[int] = mapped_column(default=3)  # the author's guess, 1 (easy) to 5
    revision: Mapped[int] = mapped_column(default=1)  # the number of the current revision
    stale_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stale_why: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RevisionRow(Base):
    """One wording of a question, pinned to an entry's version and the facts' values at that time; rows are only ever added."""

    __tablename__ = "question_revision"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    entry_version: Mapped[int]
    written: Mapped[dict[str, Any]] = mapped_column(JSON)  # quiz.questions.codec, references as written
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)  # quiz.questions.codec, references replaced by values
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # [{"entry", "name", "label", "value"}] as pinned
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


CURRENT = and_(RevisionRow.question_id == QuestionRow.id, RevisionRow.number == QuestionRow.revision)  # joins a question with its wording of now


class QuestionTallyRow(Base):
    """How often a revision was answered in exams, and the credit it earned; grows with every graded paper."""

    __tablename__ = "question_tally"

    revision_id: Mapped[int] = mapped_column(ForeignKey("question_revision.id"), primary_key=True)
    answers: Mapped[int] = mapped_column(default=0)
    credit: Mapped[float] = mapped_column(default=0.0)  # sum of credits between 0 and 1


class ExamRow(Base):
    """An exam 考试: a blueprint, a window, an audience, and rules."""

    __tablename__ = "exam"
    __table_args__ = (Index("ix_exam_month", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    month: Mapped[str] = mapped_column(String(7))  # 2026-11: the month whose business exam it is
    state: Mapped[str] = mapped_column(String(16))  # quiz.exams.state: draft, scheduled, cancelled
    blueprint: Mapped[dict[str, Any]] = mapped_column(JSON)
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)  # {"units": [unit id …], "people": [employee id …]}
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    pass_mark: Mapped[float]  # share of the full points, 0 to 1
    per_page: Mapped[int] = mapped_column(default=2)
    release: Mapped[str] = mapped_column(String(16))  # at_once, at_end, by_hand
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seed: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FormRow(Base):
    """A parallel form 平行卷 of an exam."""

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    balance: Mapped[dict[str, Any]] = mapped_column(JSON)  # expected share, information, counts


class FormItemRow(Base):
    """A question at a position (from 1) of a form."""

    __tablename__ = "form_item"
    __table_args__ = (UniqueConstraint("form_id", "position"), Index("ix_form_item_revision", "revision_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    position: Mapped[int]
    revision_id: Mapped[int] = mapped_column(ForeignKey("question_revision.id"))
    points: Mapped[float]


class AttemptRow(Base):
    """An attempt 答卷: one person's paper of one exam."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("exam_id", "employee_id"), Index("ix_attempt_employee", "employee_id"), Index("ix_attempt_unit", "unit_id"))

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # where the person worked at the start
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    layout: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # in order shown: {"position", "order": option order}
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_how: Mapped[str] = mapped_column(String(16), default="")  # button, deadline
    receipt: Mapped[str] = mapped_column(String(64), default="")  # hash of the answers
    score: Mapped[float | None]  # points, none until graded
    full: Mapped[float]  # points attainable
    passed: Mapped[bool | None]
    pending: Mapped[int] = mapped_column(default=0)  # answers that wait for a trainer


class AnswerEventRow(Base):
    """One click as it was acknowledged; rows are only ever added."""

    __tablename__ = "answer_event"
    __table_args__ = (UniqueConstraint("attempt_id", "device", "seq"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    device: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int]  # grows on the device; begins above every number it was told of
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it was acknowledged
    kind: Mapped[str] = mapped_column(String(16))  # answer, flag, left, returned
    position: Mapped[int] = mapped_column(default=0)  # of the form; 0 where it concerns no question
    value: Mapped[Any] = mapped_column(JSON)


class MarkRow(Base):
    """What one question of a submitted paper earned."""

    __tablename__ = "mark"
    __table_args__ = (Index("ix_mark_revision", "revision_id"), Index("ix_mark_state", "state"))

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision_id: Mapped[int] = mapped_column(ForeignKey("question_revision.id"))
    response: Mapped[Any] = mapped_column(JSON)  # quiz.questions.grading.Response, null when not answered
    credit: Mapped[float]  # 0 to 1
    points: Mapped[float]
    state: Mapped[str] = mapped_column(String(16))  # auto, pending, by_hand


class CardRow(Base):
    """A review card 复习卡: when somebody should meet a question again."""

    __tablename__ = "review_card"
    __table_args__ = (Index("ix_review_card_due", "employee_id", "due"),)

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), primary_key=True)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    memory: Mapped[dict[str, Any]] = mapped_column(JSON)  # the scheduler's state
    mistake: Mapped[bool] = mapped_column(default=False)  # stands in the mistakes notebook 错题本


class ReviewRow(Base):
    """One answer in practice; rows are only ever added."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_employee_at", "employee_id", "at"), UniqueConstraint("employee_id", "token"))

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    token: Mapped[str] = mapped_column(String(32))  # of the shown question, so that a repeated answer counts once
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("question_revision.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    response: Mapped[Any] = mapped_column(JSON)
    credit: Mapped[float]
