"""Attempts and scores as a table: one line for each paper, with the hall and district where it was sat. Use cases: they only read."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import SHANGHAI
from quiz.exams.turnout import district_of
from quiz.files.excelwriter import Cell, write_sheet
from quiz.people.directory import units
from quiz.tables import AttemptRow, EmployeeRow, ExamRow

HEADER = (
    "月份", "考试", "工号", "姓名", "区县公司", "营业厅（考试时）", "开始时间", "交卷时间", "交卷方式", "得分", "满分", "得分率（%）", "是否及格",
    "待评简答题", "回执",
)  # fmt: skip
_WIDTHS = (10, 26, 12, 12, 14, 18, 18, 18, 10, 8, 8, 12, 10, 12, 68)
_HOW = {"button": "本人交卷", "deadline": "到时收卷", "": "未交卷"}


def record_rows(session: Session, month: str = "", exam_id: int | None = None) -> Iterator[tuple[Cell, ...]]:
    """The papers of a month, of an exam, or all, by month, exam and employee number."""
    every = units(session)
    query = (
        select(AttemptRow, ExamRow.month, ExamRow.title, EmployeeRow.number, EmployeeRow.name)
        .join(ExamRow, ExamRow.id == AttemptRow.exam_id)
        .join(EmployeeRow, EmployeeRow.id == AttemptRow.employee_id)
        .order_by(ExamRow.month, ExamRow.id, EmployeeRow.number)
        .execution_options(yield_per=1000)
    )
    query = query.where(ExamRow.month == month) if month else query
    query = query.where(ExamRow.id == exam_id) if exam_id is not None else query
    for row, of_month, title, number, name in session.execute(query):
        share = round(100 * row.score / row.full, 1) if row.score is not None and row.full else None
        passed = "" if row.passed is None else "及格" if row.passed else "不及格"
        yield (
            of_month, title, number, name, district_of(every, row.unit_id), every[row.unit_id].name, _clock(row.started_at), _clock(row.submitted_at),
            _HOW[row.submitted_how], None if row.score is None else round(row.score, 2), round(row.full, 2), share, passed, row.pending or None,
            row.receipt,
        )  # fmt: skip


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""


def record_workbook(session: Session, month: str = "", exam_id: int | None = None) -> tuple[bytes, int]:
    """The table as an Excel workbook, and how many papers it holds."""
    rows = list(record_rows(session, month, exam_id))
    return write_sheet("考试成绩", HEADER, rows, _WIDTHS), len(rows)
