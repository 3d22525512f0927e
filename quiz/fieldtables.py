"""The tables of reports and spot checks. Times are UTC; months are months in Shanghai. Rows never leave the modules that query them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base, UtcDateTime


class PersonTallyRow(Base):
    """The evidence ledger: what somebody's answers of a month earned, by source, hall at the time and topic ("" = all topics together)."""

    __tablename__ = "person_tally"
    __table_args__ = (Index("ix_person_tally_employee", "employee_id", "month"), Index("ix_person_tally_unit", "month", "source", "topic", "unit_id"))

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    source: Mapped[str] = mapped_column(String(8), primary_key=True)  # exam, spot, practice
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    answers: Mapped[int] = mapped_column(default=0)
    credit: Mapped[float] = mapped_column(default=0.0)  # sum of credits between 0 and 1
    points: Mapped[float] = mapped_column(default=0.0)
    full: Mapped[float] = mapped_column(default=0.0)


class GroupSums:
    """The sums over a group's people from which a ratio's clustered variance follows."""

    people: Mapped[int] = mapped_column(default=0)
    answers: Mapped[int] = mapped_column(default=0)
    credit: Mapped[float] = mapped_column(default=0.0)
    credit_squared: Mapped[float] = mapped_column(default=0.0)  # Σ credit²  over people
    answers_squared: Mapped[float] = mapped_column(default=0.0)  # Σ answers²
    credit_answers: Mapped[float] = mapped_column(default=0.0)  # Σ credit × answers
    points: Mapped[float] = mapped_column(default=0.0)
    full: Mapped[float] = mapped_column(default=0.0)
    passed: Mapped[int] = mapped_column(default=0)  # papers passed, on the rows of all topics


class UnitTallyRow(GroupSums, Base):
    """A hall's month by source and topic, with the sums over its people."""

    __tablename__ = "unit_tally"
    __table_args__ = (Index("ix_unit_tally_topic", "source", "topic", "month", "unit_id"),)

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    source: Mapped[str] = mapped_column(String(8), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(80), primary_key=True)


class MonthTallyRow(GroupSums, Base):
    """The month of all halls together by source and topic, in a few parts, so that halls handing in at once seldom wait for one row."""

    __tablename__ = "month_tally"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    source: Mapped[str] = mapped_column(String(8), primary_key=True)
    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)  # the unit's number modulo PARTS


class QuestionMonthRow(Base):
    """A question's month: how often it was answered in exams and spot checks, and the credit."""

    __tablename__ = "question_month"
    __table_args__ = (Index("ix_question_month_question", "question_id"),)

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), primary_key=True)
    answers: Mapped[int] = mapped_column(default=0)
    credit: Mapped[float] = mapped_column(default=0.0)
    credit_squared: Mapped[float] = mapped_column(default=0.0)


class SpotCheckRow(Base):
    """A spot check 抽查 of a hall; its id comes from the inspector's device, so that sending it twice makes one."""

    __tablename__ = "spot_check"
    __table_args__ = (Index("ix_spot_check_month", "month", "unit_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    inspector_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    plan: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # [{"employee", "revisions": [id …]}]
    staff: Mapped[int]  # people of the hall that day
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remark: Mapped[str] = mapped_column(Text, default="")


class SpotAnswerRow(Base):
    """One question put to a clerk on the spot."""

    __tablename__ = "spot_answer"
    __table_args__ = (Index("ix_spot_answer_check", "check_id"), Index("ix_spot_answer_employee", "employee_id"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # from the device
    check_id: Mapped[str] = mapped_column(ForeignKey("spot_check.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("question_revision.id"))
    credit: Mapped[float]  # 0, 0.5 or 1 as the inspector judged, or graded
    response: Mapped[Any] = mapped_column(JSON)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    remark: Mapped[str] = mapped_column(Text, default="")


class AssignmentRow(Base):
    """Practice assigned by a manager or a trainer: a topic to people of a unit."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_unit", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    topic: Mapped[str] = mapped_column(String(80))
    people: Mapped[list[int]] = mapped_column(JSON)  # employee ids
    due_on: Mapped[date] = mapped_column(Date)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
