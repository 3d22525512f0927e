import ast
import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import kb.errors
from kb import messages
from kb.errors import AppError, NotFoundError
from kb.messages import MESSAGES, message

ROOT = Path(__file__).parents[2]
SOURCES = [p for package in ("kb", "quiz", "web") for p in sorted((ROOT / package).rglob("*.py")) if "messages" not in p.parts]
ERRORS = {name for name, value in vars(kb.errors).items() if isinstance(value, type) and issubclass(value, AppError)}
CODE_AT = {"fault": 2, "warning": 2, "complain": 1, **dict.fromkeys(ERRORS, 0)}


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _calls() -> Iterator[tuple[str, str, ast.Call]]:
    """(place, code, call) of every call that names a code in plain sight."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            code = node.args[CODE_AT[name]] if name in CODE_AT and len(node.args) > CODE_AT[name] else None
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", code.value, node


CALLS = list(_calls())


def _texts() -> set[str]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES)
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_both_sentences_of_a_code_take_the_same_arguments():
    """An argument that is itself a phrase has a twin in English, `…_en`."""
    different = {
        code: (chinese, english)
        for code, (chinese, english) in MESSAGES.items()
        if _fields(chinese) != {name.removesuffix("_en") for name in _fields(english)}
    }
    assert different == {}


def test_every_code_that_is_raised_has_sentences():
    assert len(CALLS) > 50
    assert {place: code for place, code, _ in CALLS if code not in MESSAGES} == {}


def test_every_code_with_sentences_is_used():
    assert set(MESSAGES) - _texts() == set()


def test_every_call_passes_what_its_sentences_need():
    missing = {}
    for place, code, call in CALLS:
        given = {keyword.arg for keyword in call.keywords}
        need = _fields(MESSAGES[code][0]) | _fields(MESSAGES[code][1])
        if None not in given and not need <= given:
            missing[place] = need - given
    assert missing == {}


def test_no_code_stands_in_two_modules():
    sizes = [len(module.MESSAGES) for module in vars(messages).values() if isinstance(module, ModuleType)]
    assert sum(sizes) == len(MESSAGES)


def test_every_sentence_can_be_filled():
    for code, pair in MESSAGES.items():
        args = dict.fromkeys(_fields(pair[0]) | _fields(pair[1]), "甲")
        for lang in ("zh", "en"):
            sentence = message(code, lang, **args)
            assert sentence
            assert sentence.count("{") == sentence.count("}")


def test_a_reference_is_shown_with_its_braces():
    assert message("bad-reference", "en", ref="x y") == "“x y” is no reference: write {{ entry-id.fact }} or {{ fact }}"


def test_an_error_speaks_chinese_by_default_and_english_on_request():
    error = NotFoundError("entry-missing", id="a")
    assert (str(error), error.text("en")) == ("没有条目 a", "there is no entry a")


def test_an_unknown_code_is_a_programming_error():
    with pytest.raises(KeyError):
        message("no-such-code")
