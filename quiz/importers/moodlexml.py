"""Moodle XML: one `<question>` for each. PURE."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable

from kb.errors import ContentError
from quiz.files.archive import weigh
from quiz.importers.drafts import Draft, Exported, Imported, collected, meta_of, tidy
from quiz.importers.htmltext import plain_text
from quiz.importers.xmltext import document, parse_xml
from quiz.questions.question import CHOICES, FALSE, TRUE, Question, QuestionType

_HTML = {"html", "moodle_auto_format"}
_QUESTION = re.compile(rb"<question[\s>]")


def read_moodle(data: bytes, filename: str) -> Imported:
    """The questions of a Moodle XML file. Raises ContentError when it is none."""
    root = parse_xml(weigh(data), filename)
    if root.tag != "quiz":
        raise ContentError("import-foreign", file=filename, wanted="Moodle XML")
    found = root.findall("question")
    lines = [data[: m.start()].count(b"\n") + 1 for m in _QUESTION.finditer(data)]
    if len(lines) != len(found):
        lines = [1] * len(found)
    return collected([_draft(e, filename, line) for e, line in zip(found, lines, strict=True) if e.get("type") != "category"])


def _draft(element: ET.Element, path: str, line: int) -> Draft:
    draft = Draft(path, line)
    tags = (tag.findtext("text", "").partition(":") for tag in element.iterfind("tags/tag"))
    meta = {name.strip(): value for name, colon, value in tags if colon}
    draft.bind({**meta, "id": element.findtext("idnumber", "") or element.findtext("name/text", "")})
    draft.stem, draft.explanation = _said(element.find("questiontext")), _said(element.find("generalfeedback"))
    if element.find("questiontext/file") is not None or "@@PLUGINFILE@@" in draft.stem:
        draft.warn(line, "import-image")
    kind = element.get("type", "")
    if (read := _READERS.get(kind)) is None:
        draft.complain(line, "import-type", type=kind)
    else:
        read(draft, element)
    return draft


def _said(element: ET.Element | None, form: str = "") -> str:
    """The text of an element that has a format."""
    if element is None:
        return ""
    text = element.findtext("text", "")
    return plain_text(text) if (element.get("format") or form or "html") in _HTML else tidy(text)


def _answers(element: ET.Element) -> list[tuple[str, float]]:
    found = []
    for answer in element.findall("answer"):
        try:
            share = float(answer.get("fraction", "0"))
        except ValueError:
            share = 0.0
        found.append((_said(answer, "plain_text" if element.get("type") == "shortanswer" else ""), share))
    return found


def _choice(draft: Draft, element: ET.Element) -> None:
    single = element.findtext("single", "true").strip().lower() in {"true", "1"}
    answers = _answers(element)
    if single:
        draft.options = [(text, share >= 100) for text, share in answers]
        if any(0 < share < 100 for _, share in answers):
            draft.warn(draft.line, "import-partial")
    else:
        draft.options = [(text, share > 0) for text, share in answers]
        draft.type = QuestionType.MULTIPLE


def _truth(draft: Draft, element: ET.Element) -> None:
    right = next((text for text, share in _answers(element) if share >= 100), "")
    draft.type, draft.key = QuestionType.TRUE_FALSE, {"true": TRUE, "false": FALSE}.get(right.lower(), right)


def _short(draft: Draft, element: ET.Element) -> None:
    answers = sorted(_answers(element), key=lambda pair: -pair[1])
    draft.key = answers[0][0] if answers else ""
    if len(answers) > 1:
        draft.warn(draft.line, "import-alternatives", kept=draft.key)


def _number(draft: Draft, element: ET.Element) -> None:
    unit = element.findtext("units/unit/unit_name", "").strip()
    answers = [text for text, share in _answers(element) if share >= 100]
    if not unit or not answers:
        draft.complain(draft.line, "import-number-unit")
        return
    draft.type, draft.key = QuestionType.NUMBER, f"{answers[0].strip()}{unit}"


def _order(draft: Draft, element: ET.Element) -> None:
    draft.type, draft.steps = QuestionType.ORDERING, [text for text, _ in _answers(element)]


def _essay(draft: Draft, element: ET.Element) -> None:
    draft.type, draft.key = QuestionType.SHORT, _said(element.find("graderinfo"))


_READERS: dict[str, Callable[[Draft, ET.Element], None]] = {
    "multichoice": _choice, "truefalse": _truth, "shortanswer": _short, "numerical": _number, "ordering": _order, "essay": _essay,
}  # fmt: skip
_TYPES = {
    QuestionType.TRUE_FALSE: "truefalse", QuestionType.NUMBER: "shortanswer", QuestionType.ORDERING: "ordering", QuestionType.SHORT: "essay",
}  # fmt: skip


def write_moodle(questions: Iterable[Question]) -> Exported:
    """A Moodle XML file; what a question is bound to stands in its tags and its id number."""
    root, written = ET.Element("quiz"), 0
    for question in questions:
        _write(ET.SubElement(root, "question", type=_TYPES.get(question.type, "multichoice")), question)
        written += 1
    ET.indent(root, " ")
    return Exported(document(root), written)


def _write(element: ET.Element, question: Question) -> None:
    _text(element, "name", question.id or question.stem[:60])
    _text(element, "questiontext", question.stem, "markdown")
    _text(element, "generalfeedback", question.explanation, "markdown")
    for name, value in (("defaultgrade", "1"), ("penalty", "0"), ("hidden", "0"), ("idnumber", question.id)):
        ET.SubElement(element, name).text = value
    _write_answers(element, question)
    tags = ET.SubElement(element, "tags")
    for name, value in meta_of(question).items():
        if name != "id":
            _text(tags, "tag", f"{name}:{value}")


def _write_answers(element: ET.Element, question: Question) -> None:
    if question.type in CHOICES:
        _write_choice(element, question)
    elif question.type is QuestionType.TRUE_FALSE:
        for name, key in (("true", TRUE), ("false", FALSE)):
            _answer(element, name, 100 if question.key == key else 0, "plain_text")
    elif question.type is QuestionType.SHORT:
        _text(element, "graderinfo", question.key, "markdown")
    elif question.type is QuestionType.ORDERING:
        for number, step in enumerate(question.steps, 1):
            _answer(element, step, number)
    else:
        _answer(element, question.key, 100, "plain_text")


def _write_choice(element: ET.Element, question: Question) -> None:
    several, right = question.type is QuestionType.MULTIPLE, sum(o.right for o in question.options)
    ET.SubElement(element, "single").text = "false" if several else "true"
    ET.SubElement(element, "shuffleanswers").text = "true"
    ET.SubElement(element, "answernumbering").text = "ABCD"
    for option in question.options:
        wrong = -100 / max(1, len(question.options) - right) if several else 0.0
        _answer(element, option.text, 100 / right if option.right else wrong)


def _answer(element: ET.Element, text: str, share: float, form: str = "markdown") -> None:
    _text(element, "answer", text, form).set("fraction", f"{share:.5f}".rstrip("0").rstrip("."))


def _text(parent: ET.Element, name: str, text: str, form: str = "") -> ET.Element:
    element = ET.SubElement(parent, name, {"format": form} if form else {})
    ET.SubElement(element, "text").text = text
    return element
