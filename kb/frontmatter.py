"""YAML front matter with the line of every field. PURE."""

import re
from dataclasses import dataclass, field

import yaml

from kb.faults import Fault, fault

MAX_BYTES = 1_000_000
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_DEEPEST = 20
_NULL = "tag:yaml.org,2002:null"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class FrontMatter:
    """The parsed head of a file: plain values, the line of every field (dotted for nested ones), and the body with its first line."""

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1


@dataclass(frozen=True, slots=True)
class Pieces:
    """A file cut apart; put together again the pieces are the file. `open` and `close` are the fences, with the empty lines after them."""

    open: str
    head: str
    close: str
    body: str


def decode(data: bytes, path: str) -> tuple[str, list[Fault]]:
    """The text of a content file; a fault instead of an exception when it is too large or not UTF-8."""
    if len(data) > MAX_BYTES:
        return "", [fault(path, 1, "too-large", size=round(len(data) / 1e6, 1), limit=MAX_BYTES // 1_000_000)]
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return "", [fault(path, line, "encoding", guess=_guess(data))]


def _guess(data: bytes) -> str:
    for name, encoding in (("GBK", "gb18030"), ("UTF-16", "utf-16")):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return name
    return "?"


def parse(text: str, path: str) -> tuple[FrontMatter | None, list[Fault]]:
    """Split and parse a file; None with faults when its head cannot be used."""
    pieces = split(text)
    if pieces is None:
        code = "front-matter-open" if _FENCE.match(text) else "no-front-matter"
        return None, [fault(path, 1, code)]
    head = pieces.head
    result = FrontMatter(body=pieces.body)
    result.body_line = text[: len(text) - len(pieces.body)].count("\n") + 1
    try:
        node = compose(head)
    except yaml.MarkedYAMLError as error:
        return None, [_yaml_fault(error, head, path)]
    except yaml.YAMLError as error:
        return None, [fault(path, 2, "yaml", reason=str(error).splitlines()[0])]
    if not isinstance(node, yaml.MappingNode):
        return None, [fault(path, 2, "not-a-mapping", field="front matter")]
    faults: list[Fault] = []
    result.values = _mapping(node, "", result.lines, faults, path)
    return result, faults


def split(text: str) -> Pieces | None:
    """The pieces of a file; None when it does not begin with a closed head."""
    fences = list(_FENCE.finditer(text))
    if len(fences) < 2 or fences[0].start() != 0:
        return None
    start, end = fences[0].end() + 1, fences[1].start()
    body = text[fences[1].end() :].lstrip("\n")
    return Pieces(text[:start], text[start:end], text[end : len(text) - len(body)], body)


def compose(head: str) -> yaml.Node | None:
    """The tree of nodes; aliases and deep nesting, which no entry needs and a parser can die of, are errors."""
    depth = 0
    for event in yaml.parse(head, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            what = "nested too deeply" if depth > _DEEPEST else "an alias; write the value out"
            raise yaml.MarkedYAMLError(problem=what, problem_mark=event.start_mark)  # type: ignore[arg-type] # the stubs forget the C marks
    return yaml.compose(head, Loader=_Loader)


def _yaml_fault(error: yaml.MarkedYAMLError, head: str, path: str) -> Fault:
    line = error.problem_mark.line if error.problem_mark else 0
    rows = head.split("\n")
    for number in range(min(line, len(rows) - 1), max(line - 2, -1), -1):
        if re.match(r"^ *\t", rows[number]):
            return fault(path, number + 2, "yaml-tab")
    return fault(path, line + 2, "yaml", reason=error.problem or "?")


def _mapping(node: yaml.MappingNode, prefix: str, lines: dict[str, int], faults: list[Fault], path: str) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in node.value:
        short = key.value if isinstance(key, yaml.ScalarNode) else "?"
        name, line = prefix + short, key.start_mark.line + 2
        if short in values:
            faults.append(fault(path, line, "duplicate-field", field=name))
        lines[name] = line
        values[short] = _value(value, name, lines, faults, path)
    return values


def _value(node: yaml.Node, name: str, lines: dict[str, int], faults: list[Fault], path: str) -> object:
    """A node as text, None, list or dict: scalars stay as written (`0571`, `0.10`, `2026-02-30`), what they mean is for the fields to say."""
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, f"{name}.", lines, faults, path)
    if isinstance(node, yaml.SequenceNode):
        lines.update({f"{name}.{number}": item.start_mark.line + 2 for number, item in enumerate(node.value)})
        return [_value(item, f"{name}.{number}", lines, faults, path) for number, item in enumerate(node.value)]
    return None if node.tag == _NULL else str(node.value)
