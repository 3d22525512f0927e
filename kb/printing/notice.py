"""What the content folder says about itself on everything that is printed."""

from pathlib import Path

from kb.printing.pocket import Imprint

NOTICE_FILE = "NOTICE.md"


def read_imprint(content: Path, hall: str = "") -> Imprint:
    """The first line of NOTICE.md as the mark in small print, the rest as the notice; both empty where there is no such file."""
    path = content / NOTICE_FILE
    text = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
    mark, _, notice = text.strip().partition("\n")
    return Imprint(mark.lstrip("# ").strip(), "".join(line.strip() for line in notice.splitlines()), hall)
