"""The form of an entry written back into its content file: what did not change keeps every byte. PURE."""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, PlainScalarString

from kb.authoring.entryform import SCOPE, Banned, EntryForm, FactLine, PowerLine, changed_fields, form_of_head, read_form, tidy
from kb.frontmatter import Pieces, compose, parse, split
from kb.parse import FIELDS

_NOTHING = 'id: ""\n'  # a head has to hold something to be one
_KEY = dict.fromkeys(SCOPE, "scope")
_ITEM_COLUMN = re.compile(r"^( *)- ", re.MULTILINE)
_AFTERWORD = re.compile(r"(?:^(?:#.*|[ \t]*)(?:\n|\Z))+\Z", re.MULTILINE)
_BREAKS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})
Row = str | FactLine | Banned | PowerLine


class _Texts(VersionedResolver):
    """Every scalar is a text: what it means is for the fields to say."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """The tag of a text for any scalar."""
        return self.DEFAULT_SCALAR_TAG if kind is ScalarNode else super().resolve(kind, value, implicit)


def new_text(form: EntryForm) -> str:
    """The content file of a new entry."""
    form = tidy(form)
    head = "".join(written(form, key) for key in FIELDS) or _NOTHING
    return f"---\n{head}---\n{form.body}"


def apply_form(text: str, form: EntryForm) -> str:
    """The content file with the form's values: fields that did not change stay as they are, to the byte, and so do order and comments.

    `apply_form(text, read_form(text)) == text` for every readable file. Raises ContentError for one whose head cannot be read.
    """
    old, new = read_form(text), tidy(form)
    keys = {_KEY.get(name, name) for name in changed_fields(old, form) if getattr(old, name) != getattr(new, name)}
    pieces = split(text)
    assert pieces is not None
    body = new.body if "body" in keys else pieces.body
    head = _new_head(pieces, old, new, keys - {"body"})
    return f"{pieces.open}{head}{pieces.close}{body}"


def _new_head(pieces: Pieces, old: EntryForm, new: EntryForm, keys: set[str]) -> str:
    if not keys:
        return pieces.head
    chunks = _chunks(pieces.head)
    if chunks is None:  # a head in a style of its own is edited as one piece
        return _edited(pieces.head, old, new, [key for key in FIELDS if key in keys]) or _NOTHING
    for key in FIELDS:
        if key in keys:
            _put(chunks, key, old, new)
    kept = any(name and chunk for name, chunk in chunks)
    return "".join(chunk for _, chunk in chunks) + ("" if kept else _NOTHING)


def _chunks(head: str) -> list[tuple[str, str]] | None:
    """(key, its lines) for every field, with "" for what stands between them; None unless every key begins a line of its own."""
    node = compose(head)
    assert isinstance(node, yaml.MappingNode)
    marks = [key.start_mark for key, _ in node.value]
    if node.flow_style or any(mark.column for mark in marks):
        return None
    starts = [mark.index for mark in marks]
    found = [("", head[: starts[0]])] if starts else []
    for (key, _), start, end in zip(node.value, starts, [*starts[1:], len(head)], strict=True):
        chunk = head[start:end]
        tail = _AFTERWORD.search(chunk)
        cut = tail.start() if tail else len(chunk)
        found += [(str(key.value), chunk[:cut]), ("", chunk[cut:])]
    return found


def _put(chunks: list[tuple[str, str]], key: str, old: EntryForm, new: EntryForm) -> None:
    """Write one changed field into its place, or into the one where it belongs."""
    places = [i for i, (name, _) in enumerate(chunks) if name == key]
    fresh = written(new, key)
    if not places:
        before = set(FIELDS[: FIELDS.index(key)])
        at = max((i + 1 for i, (name, _) in enumerate(chunks) if name in before), default=0)
        chunks.insert(at, (key, fresh))
    elif not fresh:
        chunks[places[-1]] = (key, "")
    else:
        chunks[places[-1]] = (key, _edited(chunks[places[-1]][1], old, new, [key]))


def _edited(chunk: str, old: EntryForm, new: EntryForm, keys: Sequence[str]) -> str:
    """Some fields changed inside their lines, comments kept; written anew where that would not read back as it should."""
    wanted = [_values(new, key) for key in keys]
    try:
        edited = _round_trip(chunk, old, new, keys)
        if [_values(_reread(edited), key) for key in keys] == wanted:
            return edited
    except (YAMLError, ValueError, TypeError, KeyError, AttributeError):
        pass  # a shape that no entry has: the field is written in the usual one
    return "".join(written(new, key) for key in keys)


def _reread(head: str) -> EntryForm:
    found, _ = parse(f"---\n{head}---\n", "")
    return form_of_head(found) if found else EntryForm()


def _values(form: EntryForm, key: str) -> object:
    return [getattr(form, name) for name in SCOPE] if key == "scope" else getattr(form, key)


def _round_trip(chunk: str, old: EntryForm, new: EntryForm, keys: Sequence[str]) -> str:
    """The lines as ruamel.yaml writes them back after the change."""
    tool = YAML()
    tool.Resolver = _Texts
    tool.preserve_quotes, tool.width, tool.allow_unicode = True, 1_000_000, True
    item = _ITEM_COLUMN.search(chunk)
    offset = len(item[1]) if item else 2
    tool.indent(mapping=2, sequence=offset + 2, offset=offset)
    head = tool.load(chunk)
    for key in keys:
        _change(head, key, old, new)
    out = StringIO()
    tool.dump(head, out)
    return out.getvalue()


def _change(head: CommentedMap, key: str, old: EntryForm, new: EntryForm) -> None:
    value = head.get(key)
    if key == "scope" and isinstance(value, CommentedMap):
        for name in SCOPE:
            if getattr(old, name) != getattr(new, name):
                _set(value, name, _flow_list(getattr(new, name)))
    elif key == "facts" and isinstance(value, CommentedMap):
        _change_facts(value, old.facts, new.facts)
    elif isinstance(value, CommentedSeq):
        _change_rows(value, getattr(old, key), getattr(new, key))
    else:
        _set(head, key, _scalar(getattr(new, key)))  # anything but a text is an AttributeError, and written anew


def _set(target: CommentedMap, key: str, value: object) -> None:
    if value:
        target[key] = value
    else:
        target.pop(key, None)


def _flow_list(texts: Sequence[str]) -> CommentedSeq:
    found = CommentedSeq([_scalar(text, flow=True) for text in texts])
    found.fa.set_flow_style()
    return found


def _change_rows(target: CommentedSeq, old: Sequence[Row], new: Sequence[Row]) -> None:
    """Only the rows that differ are touched."""
    if len(target) != len(old):
        raise ValueError("rows")
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for tag, a, b, c, d in reversed(steps):
        if tag == "equal":
            continue
        shared = min(b - a, d - c)
        for offset in range(b - a - 1, shared - 1, -1):
            del target[a + offset]
        for offset in range(shared):
            target[a + offset] = _changed_row(target[a + offset], new[c + offset])
        for offset in range(shared, d - c):
            target.insert(a + offset, _node(new[c + offset]))


def _changed_row(node: Any, row: Row) -> Any:
    parts = _parts(row)
    if not isinstance(node, CommentedMap) or not all(parts.values()):
        return _node(row)
    for name, text in parts.items():
        if node.get(name) != text:
            node[name] = _scalar(text, flow=True)
    return node


def _change_facts(target: CommentedMap, old: Sequence[FactLine], new: Sequence[FactLine]) -> None:
    before = {fact.name: fact for fact in old}
    names = [fact.name for fact in new]
    for name in [name for name in target if name not in names]:
        del target[name]
    for at, fact in enumerate(new):
        if fact.name not in target:
            target.insert(at, fact.name, _node(fact))
        elif fact != before.get(fact.name):
            _change_fact(target, fact)
    for name in names if list(target) != names else ():
        target.move_to_end(name)


def _change_fact(target: CommentedMap, fact: FactLine) -> None:
    node = target[fact.name]
    if not isinstance(node, CommentedMap):
        target[fact.name] = _node(fact)
        return
    for name in ("label", "value", "type"):
        text = getattr(fact, name)
        if node.get(name, "") != text:
            _set(node, name, _scalar(text, flow=True) if text else "")


def _parts(row: Row) -> dict[str, str]:
    if isinstance(row, Banned):
        return {"phrase": row.phrase, "reason": row.reason}
    if isinstance(row, PowerLine):
        return {"role": row.role, "may": row.may}
    if isinstance(row, FactLine):
        return {"label": row.label, "value": row.value, "type": row.type}
    return {"": row}


def _node(row: Row) -> Any:
    """A new row: a text where one part says it all, a mapping on one line otherwise."""
    parts = {name: text for name, text in _parts(row).items() if text}
    if set(parts) <= {"", "phrase", "may", "value"}:
        return _scalar("".join(parts.values()))
    found = CommentedMap((name, _scalar(text, flow=True)) for name, text in parts.items())
    found.fa.set_flow_style()
    return found


def _scalar(text: str, *, flow: bool = False) -> DoubleQuotedScalarString | PlainScalarString:
    text.strip()  # AttributeError for anything but a text
    style: type[DoubleQuotedScalarString | PlainScalarString] = PlainScalarString if _is_plain(text, flow=flow) else DoubleQuotedScalarString
    found: DoubleQuotedScalarString | PlainScalarString = style(text)
    return found


def _is_plain(text: str, *, flow: bool) -> bool:
    """Whether a text reads back as itself without quotes; one with references is quoted in any case, for whoever reads the file."""
    if not text or "{{" in text or "\n" in text or text != text.strip():
        return False
    return all(_reads_back(form, text) for form in _FORMS[flow])


_FORMS: Mapping[bool, tuple[str, ...]] = {True: ("{a: \0, b: c}", "[\0, b]"), False: ("a: \0", "- \0")}


def _reads_back(form: str, text: str) -> bool:
    try:
        node = compose(form.replace("\0", text))
    except yaml.YAMLError:
        return False
    rows = node.value if isinstance(node, yaml.MappingNode | yaml.SequenceNode) else []
    found = rows[0][1] if rows and isinstance(rows[0], tuple) else (rows[0] if rows else None)
    sound = isinstance(found, yaml.ScalarNode) and found.value == text and not found.tag.endswith(":null") and not found.style
    return sound and len(rows) == (1 if form.startswith(("a", "-")) else 2)


def written(form: EntryForm, key: str) -> str:
    """One field as a new file has it, "" for an empty one."""
    value: Any = _values(form, key)
    if key == "scope":
        places = "".join(f"  {name}: [{', '.join(_quoted(t, flow=True) for t in own)}]\n" for name, own in zip(SCOPE, value, strict=True) if own)
        return f"scope:\n{places}" if places else ""
    if not value:
        return ""
    if isinstance(value, str):
        return f"{key}: {_quoted(value)}\n"
    if key == "facts":
        return "facts:\n" + "".join(f"  {_quoted(fact.name)}: {_row(fact)}\n" for fact in value)
    if key == "supersedes" and len(value) == 1:
        return f"supersedes: {_quoted(value[0])}\n"
    return f"{key}:\n" + "".join(f"  - {_row(row)}\n" for row in value)


def _row(row: Row) -> str:
    parts = {name: text for name, text in _parts(row).items() if text}
    if set(parts) <= {"", "phrase", "may", "value"}:
        return _quoted("".join(parts.values()))
    return "{" + ", ".join(f"{name}: {_quoted(text, flow=True)}" for name, text in parts.items()) + "}"


def _quoted(text: str, *, flow: bool = False) -> str:
    return text if _is_plain(text, flow=flow) else json.dumps(text, ensure_ascii=False).translate(_BREAKS)
