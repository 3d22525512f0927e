"""GIFT: questions in plain text with their answers in braces. PURE."""

import re
from collections.abc import Callable, Iterable, Iterator

from quiz.files.csvtable import decode_text
from quiz.importers.drafts import Draft, Exported, Imported, collected, meta_of, tidy
from quiz.importers.htmltext import plain_text
from quiz.questions.question import CHOICES, FALSE, TRUE, Question, QuestionType

_META = re.compile(r"\[(id|tag):\s*([^\]]*)\]")
_FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"%(-?\d+(?:\.\d+)?)%")
_TRUTH = {"t": TRUE, "true": TRUE, "f": FALSE, "false": FALSE}
_SPECIAL = re.compile(r"([\\~=#{}:])")


def read_gift(data: bytes, filename: str) -> Imported:
    """The questions of a GIFT file. Raises ContentError when it is no text."""
    return collected([draft for first, rows in _blocks(decode_text(data, filename)) if (draft := _draft(filename, first, rows))])


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, lines) of every question with the comments before it; a blank line inside braces does not end it when answers go on."""
    rows, first, depth = list[str](), 0, 0
    for number, row in enumerate([*text.split("\n"), ""], 1):
        line = row.strip()
        fresh = bool(line) and not line.startswith(("=", "~", "}", "#"))
        if rows and ((not line and depth <= 0) or (fresh and depth > 0 and not rows[-1].strip())):
            yield first, rows
            rows, depth = [], 0
        if line and not line.startswith("$CATEGORY"):
            first = first if rows else number
            rows.append(row)
            depth += 0 if line.startswith("//") else len(re.findall(r"(?<!\\)\{", line)) - len(re.findall(r"(?<!\\)\}", line))
        elif rows:
            rows.append("")
    if rows:
        yield first, rows


def _draft(path: str, first: int, rows: list[str]) -> Draft | None:
    meta, body, line = dict[str, str](), list[str](), first
    for offset, row in enumerate(rows):
        if row.lstrip().startswith("//"):
            meta |= _meta(row)
        else:
            line = line if body else first + offset
            body.append(row)
    text = "\n".join(body).strip()
    if not text:
        return None
    draft = Draft(path, line)
    draft.bind(meta)
    if (m := re.match(r"::(.*?)(?<!\\)::", text, re.DOTALL)) is not None:
        draft.id = draft.id or _named(_plain(m[1]))
        text = text[m.end() :].strip()
    html = (m := _FORMAT.match(text)) is not None and m[1].lower() == "html"
    text = text[m.end() :] if m else text
    _fill(draft, text, html=html)
    return draft


def _named(title: str) -> str:
    probe = Draft("", 0)
    probe.bind({"id": title})
    return probe.id


def _meta(row: str) -> dict[str, str]:
    found = dict[str, str]()
    for name, value in _META.findall(row):
        key, _, said = value.partition("=") if name == "tag" else (name, "", value)
        found[key.strip()] = said
    return found


def _fill(draft: Draft, text: str, *, html: bool) -> None:
    opening = re.search(r"(?<!\\)(?:\\\\)*\{", text)
    closing = re.search(r"(?<!\\)(?:\\\\)*\}", text[opening.end() :]) if opening else None
    if opening is None or closing is None or re.search(r"(?<!\\)\{", text[opening.end() : opening.end() + closing.start()]):
        draft.complain(draft.line, "gift-braces")
        return
    before, inside = text[: opening.end() - 1], text[opening.end() : opening.end() + closing.end() - 1]
    after = text[opening.end() + closing.end() :].strip()
    told = plain_text if html else tidy
    draft.stem = told(_plain(f"{before.rstrip()} ____ {after}" if after else before))
    inside, _, general = _cut(inside, "####")
    draft.explanation = told(_plain(general.strip()))
    _answers(draft, inside.strip(), told)


def _answers(draft: Draft, inside: str, told: Callable[[str], str]) -> None:
    """The answers; they are written in the format of the question, plain or HTML."""
    head, _, _ = _cut(inside, "#")
    if inside.startswith("#"):
        draft.complain(draft.line, "import-number-unit")
    elif not inside:
        draft.type, draft.key, draft.explanation = QuestionType.SHORT, draft.explanation, ""
    elif (truth := _TRUTH.get(head.strip().lower())) is not None:
        draft.type, draft.key = QuestionType.TRUE_FALSE, truth
    elif (steps := _steps(inside)) and draft.type is QuestionType.ORDERING:
        draft.steps = [told(step) for step in steps]
    elif draft.type is None and _matches(inside):
        draft.complain(draft.line, "import-type", type="matching")
    else:
        _choices(draft, _split(inside), told)


def _steps(inside: str) -> list[str]:
    """The steps of an ordering, which is written as numbers to be matched."""
    pairs = [re.fullmatch(r"(\d{1,4})\s*->\s*(.*)", text, re.DOTALL) for mark, text in _split(inside) if mark == "="]
    return [_plain(m[2].strip()) for m in sorted(filter(None, pairs), key=lambda m: int(m[1]))]


def _matches(inside: str) -> bool:
    """Whether the answers are pairs to be matched."""
    answers = _split(inside)
    return len(answers) > 1 and all(mark == "=" and "->" in text for mark, text in answers)


def _choices(draft: Draft, answers: list[tuple[str, str]], told: Callable[[str], str]) -> None:
    weighed = [(mark, *_weighed(mark, text)) for mark, text in answers]
    lines = [(mark, weight, told(text)) for mark, weight, text in weighed]
    if lines and all(mark == "=" for mark, _, _ in lines):
        draft.key = lines[0][2]
        if len(lines) > 1:
            draft.warn(draft.line, "import-alternatives", kept=draft.key)
        return
    draft.options = [(text, weight > 0) for _, weight, text in lines]
    if any(mark == "=" for mark, _, _ in lines) and any(mark == "~" and weight > 0 for mark, weight, _ in lines):
        draft.options = [(text, mark == "=") for mark, _, text in lines]
        draft.warn(draft.line, "import-partial")


def _weighed(mark: str, text: str) -> tuple[float, str]:
    m = _WEIGHT.match(text.lstrip())
    said, _, _ = _cut(text.lstrip()[m.end() :] if m else text, "#")
    return (float(m[1]) if m else 100.0 if mark == "=" else 0.0), _plain(said.strip())


def _split(inside: str) -> list[tuple[str, str]]:
    """(`=` or `~`, text) of every answer."""
    places = [m.end() - 1 for m in re.finditer(r"(?<!\\)(?:\\\\)*[=~]", inside)]
    return [(inside[a], inside[a + 1 : b].strip()) for a, b in zip(places, [*places[1:], len(inside)], strict=True)]


def _cut(text: str, mark: str) -> tuple[str, str, str]:
    m = re.search(rf"(?<!\\)(?:\\\\)*{mark}", text)
    return (text[: m.end() - len(mark)], mark, text[m.end() :]) if m else (text, "", "")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def write_gift(questions: Iterable[Question]) -> Exported:
    """A GIFT file; what a question is bound to stands in the comment before it. An ordering becomes numbers to be matched with its steps."""
    blocks = list[str]()
    for question in questions:
        meta = meta_of(question)
        comment = " ".join([f"[id:{meta.pop('id', '')}]", *(f"[tag:{name}={value}]" for name, value in meta.items())])
        blocks.append(f"// {comment}\n::{_escaped(question.id)}::[markdown]{_escaped(question.stem)} {{{_answer(question)}}}")
    return Exported(("\n\n".join(blocks) + "\n").encode(), len(blocks))


def _answer(question: Question) -> str:
    why = f"####{_escaped(question.explanation)}" if question.explanation else ""
    if question.type in CHOICES or question.type is QuestionType.ORDERING:
        rows = _options(question) if question.options else (f"={n} -> {_escaped(step)}" for n, step in enumerate(question.steps, 1))
        return "\n" + "\n".join(rows) + (f"\n{why}" if why else "") + "\n"
    if question.type is QuestionType.TRUE_FALSE:
        return f"{'T' if question.key == TRUE else 'F'}{why}"
    return f"={_weight(question.key, 100.0, force=False)}{_escaped(question.key)}{why}"


def _options(question: Question) -> Iterator[str]:
    right = sum(o.right for o in question.options)
    several = question.type is QuestionType.MULTIPLE
    for option in question.options:
        share = 100 / right if option.right else -100 / max(1, len(question.options) - right) if several else 0.0
        mark = "=" if option.right and not several else "~"
        yield f"{mark}{_weight(option.text, share, force=several)}{_escaped(option.text)}"


def _weight(text: str, share: float, *, force: bool) -> str:
    return f"%{share:.5f}".rstrip("0").rstrip(".") + "%" if force or text.startswith("%") else ""
