"""The English catalogue is whole, and what is compiled is what is written."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import web

ROOT = Path(web.__file__).parent
CATALOGUE = ROOT / "translations" / "en" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def extracted() -> set[str]:
    """Every msgid of the package."""
    keywords = {"_": None, "gettext": None, "lazy_gettext": None}
    return {str(message) for _file, _line, message, _comments, _context in extract_from_dir(ROOT, METHODS, keywords=keywords)}


def translated() -> dict[str, str]:
    """msgid → English."""
    with (CATALOGUE / "messages.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_every_msgid_is_translated_and_none_is_left_over() -> None:
    known = translated()
    assert extracted() == set(known)
    assert [text for text, english in known.items() if not english] == []


def test_translations_fill_in_the_same_values() -> None:
    for text, english in translated().items():
        assert set(re.findall(r"%\(\w+\)s", text)) == set(re.findall(r"%\(\w+\)s", english)), text


def test_english_words_hold_no_chinese_but_names() -> None:
    allowed = {"例如 营业厅、热线。"}
    assert [t for t, english in translated().items() if re.search(r"[\u4e00-\u9fff]", english) and t not in allowed] == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    with (CATALOGUE / "messages.mo").open("rb") as file:
        compiled = {str(m.id): str(m.string) for m in read_mo(file) if m.id}
    assert compiled == translated()
