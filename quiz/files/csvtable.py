"""Comma-separated files as rows of text: encoding and separator found by themselves. PURE."""

import codecs
import csv
import io

from kb.errors import ContentError

SEPARATORS = ",\t;，|"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode_text(data: bytes, filename: str) -> str:
    """The text of a file in UTF-8, UTF-16 with a mark, or GB18030 (and so GBK and GB2312), with plain line ends. Raises ContentError."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for name in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ContentError("file-encoding", file=filename)


def csv_table(data: bytes, filename: str) -> list[list[str]]:
    """Every record of a CSV file as trimmed cells. Raises ContentError for a file that is no text or has an unclosed quote."""
    text = decode_text(data, filename)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        return [[cell.strip() for cell in record] for record in reader]
    except csv.Error as error:
        raise ContentError("sheet-line", file=filename, line=reader.line_num, reason=str(error)) from error


def _separator(text: str) -> str:
    """The separator that the first line that holds something has most of outside quotes; a comma where it has none."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    bare = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=bare.count)
