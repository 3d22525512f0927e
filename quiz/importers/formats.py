"""The formats that questions come and go in. PURE."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from kb.errors import ContentError
from quiz.files.archive import open_archive, weigh
from quiz.files.csvtable import decode_text
from quiz.importers.aiken import read_aiken, write_aiken
from quiz.importers.drafts import Exported, Imported
from quiz.importers.gift import read_gift, write_gift
from quiz.importers.moodlexml import read_moodle, write_moodle
from quiz.importers.qti import read_qti
from quiz.importers.qtiwriter import QTI_21, QTI_30, write_qti
from quiz.importers.sheet import read_questions_sheet, write_questions_sheet
from quiz.questions.question import CHOICES, Question, QuestionType


class Format(StrEnum):
    """A format by its short name."""

    EXCEL = "excel"
    GIFT = "gift"
    AIKEN = "aiken"
    MOODLE = "moodle"
    QTI21 = "qti21"
    QTI30 = "qti30"


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a format is called, read and written."""

    name: str
    suffix: str
    mimetype: str
    read: Callable[[bytes, str], Imported]
    write: Callable[[Iterable[Question]], Exported]
    carries: frozenset[QuestionType] = frozenset(QuestionType)


_CHOICES = CHOICES | {QuestionType.TRUE_FALSE}
FORMATS: dict[Format, Exchange] = {
    Format.EXCEL: Exchange(
        "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", read_questions_sheet, write_questions_sheet
    ),
    Format.GIFT: Exchange("GIFT", "gift.txt", "text/plain", read_gift, write_gift),
    Format.AIKEN: Exchange("Aiken", "aiken.txt", "text/plain", read_aiken, write_aiken, _CHOICES - {QuestionType.MULTIPLE}),
    Format.MOODLE: Exchange("Moodle XML", "xml", "application/xml", read_moodle, write_moodle),
    Format.QTI21: Exchange("QTI 2.1", "zip", "application/zip", read_qti, partial(write_qti, version=QTI_21), _CHOICES),
    Format.QTI30: Exchange("QTI 3.0", "zip", "application/zip", read_qti, partial(write_qti, version=QTI_30), _CHOICES),
}


def read_questions(data: bytes, filename: str, given: Format | None = None) -> Imported:
    """The questions of a file in a given format, or in the one it looks like. Raises ContentError when it cannot be read at all."""
    return FORMATS[given or guess(data, filename)].read(data, filename)


def guess(data: bytes, filename: str) -> Format:
    """The format of a file by its content, and by its name only where the content leaves it open. Raises ContentError for an empty file."""
    head = weigh(data)[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"PK\x03\x04"):
        return Format.EXCEL if any(name.startswith("xl/") for name in open_archive(data).names) else Format.QTI21
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return Format.EXCEL
    if head.startswith((b"<?xml", b"<!", b"<quiz", b"<assessment", b"<qti-")):
        return Format.MOODLE if b"<quiz" in head else Format.QTI21
    return _text_format(data, filename)


def _text_format(data: bytes, filename: str) -> Format:
    if filename.lower().endswith((".csv", ".tsv")):
        return Format.EXCEL
    try:
        text = decode_text(data, filename)
    except ContentError:
        return Format.EXCEL  # whose reader says what to do
    lines = [line.strip() for line in text.split("\n")]
    if any(line.upper().startswith(("ANSWER:", "ANSWER：", "答案:", "答案：", "正确答案")) for line in lines):
        return Format.AIKEN
    first = next((line for line in lines if line), "")
    return Format.EXCEL if "{" not in text or ("题干" in first and "," in first) else Format.GIFT
